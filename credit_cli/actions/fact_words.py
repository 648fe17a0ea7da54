"""The facts that a policy tests: what they can be, how they come about, what they rest on."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from credit_cli.actions.condition_words import condition_words, state_words
from credit_cli.actions.measurement_words import measured_words
from credit_cli.actions.policy_names import LIMITS, Names, listed, titled
from credit_cli.actions.wording import View
from credit_cli.rules.conditions import STATES, Derived, Kind
from credit_cli.rules.derived import (
    AlertFact,
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
from credit_cli.rules.measurements import How, Measurement
from credit_cli.rules.scores import ScoreModel
from credit_cli.text import say


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
    """A list: the field that dates its elements, and its fields (or `only` some) with kinds."""
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
        return say(f"policy_words.core.{name}")
    if declared or name.startswith(("score.", "grade.")):
        source = str(declared.get("source") or "")
        source = say("policy_words.from_source", source=source) if source else ""
        return say("policy_words.how.supplied", source=source)
    return say("policy_words.how.given")


def derived_words(name: str, derived: Derived, names: Names) -> str:
    """How a fact is worked out of others."""
    words = DERIVED.get(type(derived))
    return words(name, derived, names) if words else say("policy_words.how.other")


def _measured(_: str, derived: Measurement, names: Names) -> str:
    truth = derived.how in (How.ANY, How.ALL, How.NONE)
    what = measured_words(derived, names, condition_words)
    return say(f"policy_words.measured.{'judged' if truth else 'counted'}", what=what)


def _flag_words(_: str, flag: FlagFact, names: Names) -> str:
    what = condition_words(flag.when, names) if flag.when is not None else ""
    return say("policy_words.how.condition", what=what)


def _table_words(name: str, table: TableFact, names: Names) -> str:
    rows = [
        say(
            "policy_words.how.table_row",
            n=n,
            when=condition_words(when, names),
            value=_value(name, value, names),
        )
        for n, (when, value) in enumerate(table.rows, 1)
    ]
    empty = table.otherwise is None
    otherwise = state_words("no_record") if empty else _value(name, table.otherwise, names)
    return say(
        "policy_words.how.table",
        rows=say("policy_words.semicolon").join(rows),
        otherwise=otherwise,
    )


def _value(name: str, value: Any, names: Names) -> str:  # noqa: ANN401 - a fact's value
    """A value of a fact; one that is taken over or reckoned as it is written."""
    if isinstance(value, FactValue):
        return names.fact(value.written)
    if hasattr(value, "written"):
        return say("policy_words.size.formula", written=value.written)
    return names.value(name, value)


def _extreme_words(_: str, extreme: ExtremeFact, names: Names) -> str:
    facts = listed(names.fact(one.written) for one in extreme.facts)
    return say(f"policy_words.how.{'best' if extreme.best else 'worst'}_of", facts=facts)


def _alert_words(_: str, alert: AlertFact, names: Names) -> str:
    title = titled(names.pack.alerts[alert.code]) or alert.code
    return say(
        "policy_words.how.alert", alert=say("policy_words.coded", title=title, code=alert.code)
    )


def _mapped_words(_: str, mapped: MappedFact, names: Names) -> str:
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


def _scenario_words(_: str, fact: ScenarioFact, names: Names) -> str:
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


# Any: each takes the class under which it stands.
DERIVED: dict[type, Callable[[str, Any, Names], str]] = {
    Measurement: _measured,
    Formula: lambda _, one, __: say("policy_words.how.formula", written=one.written),
    ShareFact: lambda _, one, __: say("policy_words.how.share", written=one.written),
    FactValue: lambda _, one, names: say("policy_words.how.taken", fact=names.fact(one.written)),
    FlagFact: _flag_words,
    TableFact: _table_words,
    MappedFact: _mapped_words,
    ExtremeFact: _extreme_words,
    AlertFact: _alert_words,
    WholeFen: lambda _, one, __: say("policy_words.how.formula", written=one.written),
    ScenarioFact: _scenario_words,
    ScoreModel: lambda _, one, __: say("policy_words.how.score", score=one.title or one.code),
}
