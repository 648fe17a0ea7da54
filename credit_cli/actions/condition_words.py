"""Conditions of a policy as a person reads them, and as nested data for a script."""

from dataclasses import replace
from itertools import combinations
from typing import Any

from credit_cli.actions.measurement_words import measured_kind, measured_words
from credit_cli.actions.policy_names import Names, duration, joined
from credit_cli.actions.wording import View
from credit_cli.rules.conditions import (
    AllOf,
    AnyOf,
    Condition,
    Kind,
    Not,
    Op,
    UnaryTest,
)
from credit_cli.rules.derived import ComparedFact, FactValue
from credit_cli.rules.measurements import How, Measurement
from credit_cli.text import find, say

_ENDS = {Kind.GRADE: "grade", Kind.DATE: "date"}
_SIGNS = {">=": "≥", "<=": "≤"}
_WORDY = (Kind.TEXT, Kind.GRADE, Kind.SET)
_AGES = {
    Op.WITHIN: "within",
    Op.OVER_AGO: "over_ago",
    Op.LEAST_AGO: "least_ago",
    Op.NEXT: "next",
}


def condition_words(condition: Condition, names: Names) -> str:
    """The condition as one sentence; of no tests, that it always holds."""
    match condition:
        case AllOf(()):
            return say("policy_words.always")
        case AllOf(parts):
            return say("policy_words.and").join(_bracketed(part, names) for part in parts)
        case AnyOf(parts):
            found = _several(condition, names) or _some(condition, names)
            return found or say("policy_words.or").join(_bracketed(part, names) for part in parts)
        case Not(part):
            return say("policy_words.not", what=condition_words(part, names))
        case _:
            return test_words(condition, names)


def _bracketed(condition: Condition, names: Names) -> str:
    said = condition_words(condition, names)
    several = isinstance(condition, (AllOf, AnyOf)) and len(condition.parts) > 1
    return say("policy_words.bracketed", what=said) if several else said


def _several(condition: AnyOf, names: Names) -> str | None:
    """Alternatives of one fact: its name once, then what may be."""
    tests = [one for one in condition.parts if isinstance(one, UnaryTest)]
    if len(tests) < len(condition.parts) or len({one.fact for one in tests}) != 1:
        return None
    if _measurement(tests[0], names) or isinstance(tests[0].derived, ComparedFact):
        return None
    said = say("policy_words.or").join(asked_words(one, names) for one in tests)
    return joined(names.fact(tests[0].fact), said)


def _some(condition: AnyOf, names: Names) -> str | None:
    """At least so many of several: every choice of them that makes up the number."""
    chosen = [one.parts for one in condition.parts if isinstance(one, AllOf)]
    if len(chosen) < len(condition.parts) or not chosen or not chosen[0]:
        return None
    parts = tuple(dict.fromkeys(part for one in chosen for part in one))
    n = len(chosen[0])
    if chosen != list(combinations(parts, n)) or len(chosen) == 1:
        return None
    said = say("policy_words.semicolon").join(condition_words(one, names) for one in parts)
    return say("policy_words.some", n=n, of=len(parts), parts=said)


def test_words(test: UnaryTest, names: Names) -> str:
    """One test: its fact and what is asked of it."""
    measured = _measurement(test, names)
    if measured is None:
        return joined(subject_words(test, names), asked_words(test, names))
    said = measured_words(measured, names, condition_words)
    if measured.how in (How.ANY, How.ALL, How.NONE):
        return said if test.operands[:1] == (True,) else _denied(measured, said, names)
    return joined(said, _asked(test, Names(names.pack, {"": measured_kind(measured, names)}), ""))


def _denied(measured: Measurement, said: str, names: Names) -> str:
    """That something is not so of any element, or not of all."""
    if measured.how is How.ANY:
        none = replace(measured, how=How.NONE)
        return measured_words(none, names, condition_words)
    return say("policy_words.not", what=said)


def asked_words(test: UnaryTest, names: Names) -> str:
    """What is asked of the fact, without it."""
    if isinstance(test.derived, ComparedFact):
        return _compared(test.derived, names)
    measured = _measurement(test, names)
    if measured is None:
        return _asked(test, names, test.fact)
    return _asked(test, Names(names.pack, {"": measured_kind(measured, names)}), "")


def subject_words(test: UnaryTest, names: Names) -> str:
    """The fact of a test, or what it measures."""
    if isinstance(test.derived, ComparedFact):
        return names.fact(test.derived.left.written)
    measured = _measurement(test, names)
    return measured_words(measured, names, condition_words) if measured else names.fact(test.fact)


def _compared(compared: ComparedFact, names: Names) -> str:
    """Another fact, or a formula, that a fact is compared with."""
    right = compared.right
    written = str(getattr(right, "written", ""))
    other = names.fact(written) if isinstance(right, FactValue) else written
    return f"{_SIGNS.get(compared.sign, compared.sign)} {other}"


def _measurement(test: UnaryTest, names: Names) -> Measurement | None:
    """What a test of a list measures; a declared fact goes by its own name."""
    known = names.pack.types if names.fields is None else names.fields
    is_own = test.fact not in known
    return test.derived if is_own and isinstance(test.derived, Measurement) else None


def _asked(test: UnaryTest, names: Names, name: str) -> str:  # noqa: PLR0911 - one for each op
    values = names.values(name, test.operands) if test.op not in (*_AGES, Op.RANGE) else ""
    match test.op:
        case Op.EQUAL:
            return _equal(test, names, name)
        case Op.RANGE:
            return _range(test, names, name)
        case Op.CONTAINS:
            quoted = [say("policy_words.quoted", word=one) for one in test.operands]
            return say("policy_words.contains", values=say("policy_words.or").join(quoted))
        case Op.PRESENT | Op.ABSENT:
            return say(f"policy_words.op.{test.op.value}")
        case Op.STATE:
            states = say("policy_words.or").join(state_words(str(one)) for one in test.operands)
            return say("policy_words.state_is", states=states)
        case Op.SAME:
            return say("policy_words.same", fact=Names(names.pack).fact(test.operands[0]))
        case Op.OPEN:
            return say("policy_words.open", why=test.operands[0])
        case Op.WITHIN | Op.OVER_AGO | Op.LEAST_AGO | Op.NEXT:
            return say(f"policy_words.age.{_AGES[test.op]}", length=duration(test.operands[0]))
        case _:
            return say(f"policy_words.sets.{test.op.name.lower()}", values=values)


def _equal(test: UnaryTest, names: Names, name: str) -> str:
    kind, value = names.kind_of(name).kind, test.operands[0]
    if kind is Kind.FLAG:
        return say("policy_words.yes" if value else "policy_words.no")
    said = names.value(name, value)
    return say("policy_words.is", value=said) if kind in _WORDY else f"= {said}"


def _range(test: UnaryTest, names: Names, name: str) -> str:
    low, low_included, high, high_included = test.operands
    family = _ENDS.get(names.kind_of(name).kind, "number")
    lower, higher = (_end(test, names, name, one) for one in (low, high))
    if low is None or high is None:
        side, included = ("low", low_included) if high is None else ("high", high_included)
        code = f"{family}.{side}.{'included' if included else 'excluded'}"
        return say(f"policy_words.range.{code}", value=lower if high is None else higher)
    return say(
        "policy_words.range_both",
        low=lower,
        low_end=say("policy_words.included" if low_included else "policy_words.excluded"),
        high=higher,
        high_end=say("policy_words.included" if high_included else "policy_words.excluded"),
    )


def _end(test: UnaryTest, names: Names, name: str, end: Any) -> str:  # noqa: ANN401 - a bound
    if end is None:
        return ""
    return names.word(name, test.order[end], test.order) if test.order else names.value(name, end)


def state_words(state: str) -> str:
    """A state of a fact without a value; one that the pack declares by its code."""
    return find(f"policy_words.state.{state}") or state


def condition_data(condition: Condition, names: Names) -> View:
    """The condition as `{all}`, `{any}`, `{not}` or `{fact, test, words}`."""
    match condition:
        case AllOf(parts):
            return {"all": [condition_data(part, names) for part in parts]}
        case AnyOf(parts):
            return {"any": [condition_data(part, names) for part in parts]}
        case Not(part):
            return {"not": condition_data(part, names)}
    measured = _measurement(condition, names)
    own = _measured_data(measured, names) if measured else {"fact": condition.fact}
    return {**own, "test": condition.written, "words": test_words(condition, names)}


def _measured_data(measured: Measurement, names: Names) -> View:
    inside = names.inside(measured.over)
    return {
        "fact": measured.over,
        "measure": measured.how.value,
        "where": condition_data(measured.where, inside),
        "holding": condition_data(measured.holding, inside),
        "of": measured.of or None,
        "by": measured.by or None,
        "within": measured.window.written if measured.window else None,
        "every": measured.every.value if measured.every else None,
        "per": measured.per or None,
        "party": list(measured.party),
    }
