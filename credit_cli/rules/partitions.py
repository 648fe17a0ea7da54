"""What a fact can be, cut into finitely many classes that no test tells apart.

Values on which all tests agree are one class; one of them stands for it. Sets
are cut by groups of words that the tests always name together, open text by each
word it may contain; these are variables of their own, as is `same as`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import EllipsisType
from typing import Any, NamedTuple

from credit_cli.rules.conditions import (
    FactType,
    Kind,
    Op,
    Truth,
    UnaryTest,
    is_missing,
    test_truth,
)
from credit_cli.rules.measurements import How, Measurement
from credit_cli.rules.representatives import other_word, states_of, values_of

Types = Mapping[str, FactType]
TestKey = tuple[str, Op, tuple[Any, ...]]

# How one fact stands to another.
RELATION = FactType(kind=Kind.TEXT, values=("<", "=", ">"))

_CONDITIONS = (How.ANY, How.ALL, How.NONE)
_FIELDS = (How.SUM, How.MIN, How.MAX, How.LATEST, How.PREVIOUS, How.EARLIEST)


class Part(StrEnum):
    """What a variable says of its fact."""

    VALUE = "value"
    WORDS = "words"
    CONTAINS = "contains"
    SAME = "same as"


class Class(NamedTuple):
    """Values that no test tells apart: one of them, and the lowest and highest tried."""

    value: Any
    low: Any = None
    high: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A fact's value, or one thing more about it (`word`); a fact's value comes first."""

    fact: str
    part: Part
    classes: tuple[Class, ...]
    word: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """A fact's variables. `truths`: each test by class of the value, `...` = by the others.

    `members` gives the class of every value tried.
    """

    variables: tuple[Variable, ...]
    truths: Mapping[TestKey, tuple[Truth | EllipsisType, ...]]
    members: Mapping[Any, int]


def key_of(test: UnaryTest) -> TestKey:
    """What makes two tests the same."""
    return test.fact, test.op, test.operands


def type_of(fact: str, tests: Sequence[UnaryTest], types: Types) -> FactType:
    """A fact's type; that of what a condition itself works out follows from what that is."""
    derived = next((one.derived for one in tests if one.derived), None)
    if fact in types or derived is None:
        return types[fact]
    if not isinstance(derived, Measurement):
        return RELATION
    listed = types[derived.over].fields or {}
    if derived.how in _FIELDS:
        return listed.get(derived.of, FactType(kind=Kind.DECIMAL))  # of a formula: any number
    kinds = dict.fromkeys(_CONDITIONS, Kind.FLAG)
    kinds |= {How.SHARE: Kind.PERCENT, How.AVERAGE: Kind.DECIMAL}
    return FactType(kind=kinds.get(derived.how, Kind.NUMBER))


def partition(
    fact: str, tests: Sequence[UnaryTest], kind: FactType, as_of: date, *, always: bool = False
) -> Partition:
    """A fact cut into the classes of its tests; one that is `always` there has no states."""
    asked = {key_of(test): test for test in tests if test.op not in (Op.OPEN, Op.SAME)}
    measured = next((one.derived for one in tests if one.derived), kind.derived)
    how = measured.how if isinstance(measured, Measurement) else None
    values = values_of(list(asked.values()), kind, how, as_of)
    states = [] if always else states_of(kind, how)
    tried = (*values, *states)
    said = [_said(test, values, states, kind, as_of) for test in asked.values()]
    found: dict[tuple[Any, ...], list[Any]] = {}
    for value, signature in zip(
        tried, zip(map(is_missing, tried), *said, strict=True), strict=True
    ):
        found.setdefault(signature, []).append(value)
    columns = zip(*(signature[1:] for signature in found), strict=True)
    main = Variable(
        fact=fact,
        part=Part.VALUE,
        classes=tuple(_class(members, kind) for members in found.values()),
    )
    return Partition(
        variables=(main, *_parts(fact, list(asked.values()), kind, tests)),
        truths=dict(zip(asked, columns, strict=True)),
        members={
            one: n
            for n, members in enumerate(found.values())
            for one in members
            if not is_missing(one)  # a value may be spelt as a state is
        },
    )


def _said(
    test: UnaryTest, values: Sequence[Any], states: Sequence[Any], kind: FactType, as_of: date
) -> list[Truth | EllipsisType]:
    """What a test says of each value and state; `...` where the fact's other variables decide."""
    facts = {"as_of": as_of}
    of_states = [test_truth(test, state, facts) for state in states]
    if kind.kind is Kind.SET and test.op not in (Op.PRESENT, Op.ABSENT, Op.STATE):
        return [..., *of_states]
    of_values: list[Truth | EllipsisType] = [test_truth(test, value, facts) for value in values]
    if test.op is Op.CONTAINS and not kind.values:
        of_values[-1] = ...
    return of_values + of_states


def place(value: Any, kind: FactType) -> Any:  # noqa: ANN401 - a value, a number or a date
    """Where a value stands in the order of its kind; None where there is none."""
    if is_missing(value) or kind.kind in (Kind.TEXT, Kind.FLAG, Kind.SET, Kind.DURATION):
        return None
    return kind.values.index(value) if value in kind.values else value


def _class(members: Sequence[Any], kind: FactType) -> Class:
    places = [found for one in members if (found := place(one, kind)) is not None]
    if not places or (kind.kind is Kind.GRADE and not kind.values):
        return Class(members[0])
    return Class(members[0], min(places), max(places))


def _parts(
    fact: str, tests: Sequence[UnaryTest], kind: FactType, every: Sequence[UnaryTest]
) -> Iterator[Variable]:
    if kind.kind is Kind.SET:
        yield from _word_groups(fact, tests, kind)
    both = (Class(True), Class(False))
    if kind.kind is Kind.TEXT and not kind.values:
        held = [word for test in tests if test.op is Op.CONTAINS for word in test.operands]
        for word in dict.fromkeys(held):
            yield Variable(fact=fact, part=Part.CONTAINS, classes=both, word=word)
    for other in dict.fromkeys(test.operands[0] for test in every if test.op is Op.SAME):
        yield Variable(fact=fact, part=Part.SAME, classes=both, word=other)


def _word_groups(fact: str, tests: Sequence[UnaryTest], kind: FactType) -> Iterator[Variable]:
    """Words that the tests always name together: the set holds none, one or all of them."""
    asked = [test.operands for test in tests if test.op is not Op.STATE]
    named = dict.fromkeys(word for words in asked for word in words)
    groups: dict[tuple[bool, ...], list[str]] = {}
    for word in named:
        groups.setdefault(tuple(word in words for words in asked), []).append(word)
    for group in groups.values():
        held = dict.fromkeys((frozenset(), frozenset(group[:1]), frozenset(group)))
        classes = tuple(Class(words) for words in held)
        yield Variable(fact=fact, part=Part.WORDS, classes=classes, word=frozenset(group))
    others = [word for word in kind.values if word not in named]
    if others or not kind.values:
        other = frozenset(others[:1] or (other_word(named),))
        classes = (Class(frozenset()), Class(other))
        yield Variable(fact=fact, part=Part.WORDS, classes=classes, word=frozenset())
