"""What the rules of a policy rest on: facts, lists and their fields, other scenarios, scores."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from credit_cli.actions.policy_names import Names
from credit_cli.rules.conditions import Condition, Derived, FactType, Kind, Op, UnaryTest, tests_of
from credit_cli.rules.derived import (
    AlertFact,
    ComparedFact,
    ExtremeFact,
    FactValue,
    FlagFact,
    MappedFact,
    ScenarioFact,
    ShareFact,
    TableFact,
    WholeFen,
)
from credit_cli.rules.formulas import Formula
from credit_cli.rules.measurements import Measurement
from credit_cli.rules.scores import ScoreModel


class Mention(NamedTuple):
    """What a rule rests on, by its code: a `fact`, `list`, a list's `field`, `scenario` ..."""

    what: str
    code: str


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
    inline = isinstance(test.derived, (Measurement, ComparedFact))
    if test.derived is not None and inline and test.fact not in names.pack.types:
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
    below = BELOW.get(type(derived))
    return below(derived, names) if below else iter(())


def of_measurement(measured: Measurement, names: Names) -> Iterator[Mention]:
    """The list that a measurement looks at, its fields, and the facts that it names."""
    inside = names.inside(measured.over)
    if names.fields is None:
        yield Mention("list", measured.over)
        reckoned: frozenset[str] = getattr(measured.reckoned, "names", frozenset())
        fields = (measured.of, measured.by, measured.per, *sorted(reckoned))
        yield from (Mention("field", f"{measured.over}.{one}") for one in fields if inside.has(one))
    if measured.listed is not None:
        yield from _of_derived(measured.listed, names)
    if measured.window and measured.window.fact:
        yield from named_fact(measured.window.fact, Names(names.pack))
    steps = (step.where for step in measured.chain)
    yield from mentioned((measured.where, measured.holding, *steps), inside)


def of_value(value: Any, names: Names) -> Iterator[Mention]:  # noqa: ANN401 - a measure's value
    """What the size of a measure rests on, if it is worked out."""
    if isinstance(value, (Formula, ShareFact, FactValue, WholeFen)):
        yield from _of_derived(value, names)


def _of_formula(formula: Formula, names: Names) -> Iterator[Mention]:
    for name in sorted(formula.names - {"as_of"}):
        yield from named_fact(name, names)


def _of_compared(compared: ComparedFact, names: Names) -> Iterator[Mention]:
    """Both sides; what is a field of the element that is looked at counts as its list's."""
    right = compared.right
    written = right.names if isinstance(right, Formula) else {getattr(right, "written", "")}
    for name in (compared.left.written, *sorted(written - {"as_of"})):
        if names.fields is not None and name in names.fields:
            yield Mention("field", f"{names.over}.{name}")
        else:
            yield from named_fact(name, Names(names.pack))


def _of_alert(alert: AlertFact, _: Names) -> Iterator[Mention]:
    yield Mention("alert", alert.code)


def _of_table(table: TableFact, names: Names) -> Iterator[Mention]:
    yield from mentioned((when for when, _ in table.rows), names)
    for value in (*(value for _, value in table.rows), table.otherwise):
        yield from of_value(value, names)


# Any: each takes the class under which it stands.
BELOW: dict[type, Callable[[Any, Names], Iterator[Mention]]] = {
    Measurement: of_measurement,
    Formula: _of_formula,
    ShareFact: lambda one, names: _of_derived(one.quotient, names),
    FactValue: lambda one, names: named_fact(one.written, names),
    FlagFact: lambda one, names: mentioned([one.when] if one.when is not None else [], names),
    TableFact: _of_table,
    ComparedFact: _of_compared,
    ExtremeFact: lambda one, names: (m for f in one.facts for m in named_fact(f.written, names)),
    AlertFact: _of_alert,
    WholeFen: lambda one, names: _of_derived(one.sum, names),
    MappedFact: lambda one, _: (Mention("fact", f"grade.{code}") for code in one.scales),
    ScenarioFact: lambda one, _: iter([Mention("scenario", one.scenario)]),
    ScoreModel: lambda one, _: iter([Mention("score", one.code)]),
}
