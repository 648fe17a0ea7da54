"""The facts that a policy tests: what they can be, how they come about, what they rest on."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from credit_cli.actions.condition_words import condition_words, state_words
from credit_cli.actions.measurement_words import measured_words
from credit_cli.actions.policy_names import LIMITS, Names, listed, titled
from credit_cli.actions.wording import View
from credit_cli.rules.conditions import (
    STATES,
    Condition,
    Derived,
    FactType,
    Kind,
    Op,
    UnaryTest,
    tests_of,
)
from credit_cli.rules.derived import (
    FactValue,
    FlagFact,
    MappedFact,
    ScenarioFact,
    ShareFact,
    TableFact,
)
from credit_cli.rules.formulas import Formula
from credit_cli.rules.measurements import How, Measurement
from credit_cli.rules.scores import ScoreModel
from credit_cli.text import say


class Mention(NamedTuple):
    """What a rule rests on, by its code: a `fact`, `list`, `field` of one, `scenario`, `score`."""

    what: str
    code: str


def fact_view(name: str, names: Names, declared: Mapping[str, Any]) -> View:
    """A fact: its kind, values in order, states, and how its value comes about, in words.

    `declared` is its raw table in the pack, if it has one.
    """
    kind = names.kind_of(name)
    return {
        "fact": name,
        "title": names.title(name),
        "kind": "duration" if name in LIMITS else kind.kind.value,
        "unit": declared.get("unit") or None,
        "values": values_view(name, kind.values, names),
        "states": [*STATES, *kind.states],
        "personal": kind.personal,
        "derived": kind.derived is not None,
        "words": how_words(name, names, declared),
    }


def list_view(name: str, names: Names, only: Collection[str] | None = None) -> View:
    """A list: the field that dates its elements, and its fields (or `only` some) with their kinds."""
    kind = names.kind_of(name)
    inside = names.inside(name)
    fields = {
        field: one for field, one in (kind.fields or {}).items() if only is None or field in only
    }
    by = [say("policy_words.list.by", by=inside.fact_of(kind.by))] if kind.by else []
    return {
        "list": name,
        "title": titled(kind),
        "by": kind.by or None,
        "fields": [
            {
                "field": field,
                "title": inside.title(field),
                "kind": one.kind.value,
                "values": values_view(field, one.values, inside),
            }
            for field, one in fields.items()
        ],
        "words": say("policy_words.semicolon").join(
            (*by, *(field_words(field, inside) for field in fields))
        ),
    }


def values_view(name: str, values: tuple[str, ...], names: Names) -> list[View]:
    """All values of a fact, each with its title."""
    return [{"value": one, "title": names.word(name, one, values)} for one in values]


def field_words(name: str, inside: Names) -> str:
    """A field of a list's elements: its name, its kind, its values."""
    kind = inside.kind_of(name)
    said = say(f"policy_words.kind.{kind.kind.value}")
    values = values_words(values_view(name, kind.values, inside), graded=kind.kind is Kind.GRADE)
    about = say("policy_words.comma").join(part for part in (said, values) if part)
    return say("policy_words.size", measure=inside.fact_of(name), value=about)


def values_words(values: list[View], *, graded: bool) -> str | None:
    """All values, each with its title; grades with their order, worst first."""
    words = [
        one["value"]
        if one["title"] == one["value"]
        else say("policy_words.coded", title=one["title"], code=one["value"])
        for one in values
    ]
    between = " < " if graded else say("value.separator")
    return say("policy_words.in_order", values=between.join(words)) if words else None


def how_words(name: str, names: Names, declared: Mapping[str, Any]) -> str:
    """How a fact's value comes about."""
    derived = names.kind_of(name).derived
    if derived is not None:
        return derived_words(name, derived, names)
    if name in ("tier", "evaluation") and names.pack.tier.rows:
        return say("policy_words.how.tier")
    if declared or name.startswith(("score.", "grade.")):
        source = str(declared.get("source") or "")
        source = say("policy_words.from_source", source=source) if source else ""
        return say("policy_words.how.supplied", source=source)
    return say("policy_words.how.given")


def derived_words(name: str, derived: Derived, names: Names) -> str:
    """How a fact is worked out of others."""
    match derived:
        case Measurement():
            truth = derived.how in (How.ANY, How.ALL, How.NONE)
            code = "judged" if truth else "measured"
            what = measured_words(derived, names, condition_words)
            return say(f"policy_words.how.{code}", what=what)
        case Formula() | ShareFact():
            code = "formula" if isinstance(derived, Formula) else "share"
            return say(f"policy_words.how.{code}", written=derived.written)
        case FactValue():
            return say("policy_words.how.taken", fact=names.fact(derived.written))
        case FlagFact(when=when) if when is not None:
            return say("policy_words.how.condition", what=condition_words(when, names))
        case TableFact():
            return _table_words(name, derived, names)
        case MappedFact():
            return _mapped_words(derived, names)
        case ScenarioFact():
            return _scenario_words(derived, names)
        case ScoreModel():
            return say("policy_words.how.score", score=derived.title or derived.code)
    return say("policy_words.how.other")


def _table_words(name: str, table: TableFact, names: Names) -> str:
    rows = [
        say(
            "policy_words.how.table_row",
            n=n,
            when=condition_words(when, names),
            value=names.value(name, value),
        )
        for n, (when, value) in enumerate(table.rows, 1)
    ]
    empty = table.otherwise is None
    otherwise = state_words("no_record") if empty else names.value(name, table.otherwise)
    return say(
        "policy_words.how.table",
        rows=say("policy_words.semicolon").join(rows),
        otherwise=otherwise,
    )


def _mapped_words(mapped: MappedFact, names: Names) -> str:
    pairs = [
        say(
            "policy_words.mapped_pair",
            grade=names.word(f"grade.{one.scale}", grade),
            scale=names.title(f"grade.{one.scale}"),
            worth=worth,
        )
        for one in mapped.mappings
        for grade, worth in one.grades.items()
        if one.scale in mapped.scales
    ]
    pick = say("policy_words.highest" if mapped.best else "policy_words.lowest")
    return say("policy_words.how.mapped", pairs=listed(pairs), pick=pick)


def _scenario_words(fact: ScenarioFact, names: Names) -> str:
    scenario, measure = (
        names.pack.scenarios.get(fact.scenario),
        names.pack.measures.get(fact.measure),
    )
    title = titled(scenario) if scenario else fact.scenario
    return say(
        "policy_words.how.scenario",
        scenario=say("policy_words.coded", title=title, code=fact.scenario),
        measure=titled(measure) if measure else fact.measure,
    )


def mentioned(conditions: Iterable[Condition], names: Names) -> Iterator[Mention]:
    """What conditions rest on themselves."""
    for condition in conditions:
        for test in tests_of(condition):
            yield from _of_test(test, names)


def rested_on(first: Iterable[Mention], names: Names) -> tuple[Mention, ...]:
    """What these rest on, all the way down, each once."""
    found: dict[Mention, None] = {}
    waiting = list(first)
    while waiting:
        one = waiting.pop(0)
        if one not in found:
            found[one] = None
            waiting += _below(one, names)
    return tuple(found)


def _below(one: Mention, names: Names) -> Iterator[Mention]:
    kind = names.pack.types.get(one.code)
    if one.what == "fact" and kind is not None and kind.derived is not None:
        yield from _of_derived(kind.derived, names)


def _of_test(test: UnaryTest, names: Names) -> Iterator[Mention]:
    if isinstance(test.derived, Measurement) and test.fact not in names.pack.types:
        yield from _of_derived(test.derived, names)
    elif names.fields is None:
        yield from named_fact(test.fact, names)
    else:
        yield Mention("field", f"{names.over}.{test.fact}")
    if test.op is Op.SAME:
        yield from named_fact(test.operands[0], Names(names.pack))


def named_fact(name: str, names: Names) -> Iterator[Mention]:
    """A fact by its name; the field of a list's element by its list."""
    kind: FactType | None = names.pack.types.get(name)
    over = name.partition(".")[0]
    if kind is None and over in names.pack.types:
        yield Mention("list", over)
        yield Mention("field", name)
    elif kind is not None and kind.kind is Kind.LIST:
        yield Mention("list", name)
    else:
        yield Mention("fact", name)


def _of_derived(derived: Derived, names: Names) -> Iterator[Mention]:
    match derived:
        case Measurement():
            yield from _of_measurement(derived, names)
        case Formula():
            for name in sorted(derived.names - {"as_of"}):
                yield from named_fact(name, names)
        case ShareFact():
            yield from _of_derived(derived.quotient, names)
        case FactValue():
            yield from named_fact(derived.written, names)
        case FlagFact(when=when) if when is not None:
            yield from mentioned([when], names)
        case TableFact():
            yield from mentioned((when for when, _ in derived.rows), names)
        case MappedFact():
            yield from (Mention("fact", f"grade.{one}") for one in derived.scales)
        case ScenarioFact():
            yield Mention("scenario", derived.scenario)
        case ScoreModel():
            yield Mention("score", derived.code)


def _of_measurement(measured: Measurement, names: Names) -> Iterator[Mention]:
    inside = names.inside(measured.over)
    if names.fields is None:
        yield Mention("list", measured.over)
        fields = (measured.of, measured.by, measured.per)
        yield from (Mention("field", f"{measured.over}.{one}") for one in fields if one)
    if measured.window and measured.window.fact:
        yield from named_fact(measured.window.fact, Names(names.pack))
    steps = (step.where for step in measured.chain)
    yield from mentioned((measured.where, measured.holding, *steps), inside)


def of_value(value: Any, names: Names) -> Iterator[Mention]:  # noqa: ANN401 - a measure's value
    """What the size of a measure rests on, if it is worked out."""
    if isinstance(value, (Formula, ShareFact, FactValue)):
        yield from _of_derived(value, names)
