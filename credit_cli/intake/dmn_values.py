"""Values, names and formulas of a scenario in FEEL, and the diagram that gathers them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any, NamedTuple

from credit_cli.intake.dmn_conditions import Unsayable, feel_literal
from credit_cli.intake.fact_mentions import NAME
from credit_cli.rules.conditions import FactType, Kind
from credit_cli.rules.derived import FactValue, ScenarioFact
from credit_cli.rules.formulas import Formula
from credit_cli.rules.measures import Measure, Open
from credit_cli.rules.packs import Pack
from credit_cli.rules.scenarios import Scenario

_SPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_FUNCTIONS = {"min": "min", "max": "max", "abs": "abs", "floor": "floor", "ceil": "ceiling"}
_UNSAYABLE = re.compile(r"%|[0-9](?:wd|d|m|y)\b|[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Unsaid(NamedTuple):
    """A part of a scenario that DMN has no place for: its key path, the code of `dmn.fault_`."""

    key: str
    code: str
    seen: str


@dataclass(slots=True)
class Diagram:
    """The elements of a DMN file so far, by id; what could not be said."""

    pack: Pack
    elements: dict[str, list[str]] = field(default_factory=dict)
    faults: list[Unsaid] = field(default_factory=list)

    def text(self, title: str) -> str:
        """The whole file."""
        head = f'<definitions xmlns="{_SPACE}" id="definitions" namespace="credit"'
        lines = [line for one in self.elements.values() for line in one]
        body = "\n".join(["", *lines, ""])
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n{head} name={attribute(title)}>{body}'
            "</definitions>\n"
        )


def attribute(text: str) -> str:
    """A text as the value of an attribute, in its quotation marks."""
    return f'"{escape(clean(text))}"'


def clean(text: str) -> str:
    """A text without what XML cannot hold."""
    return "".join(one if one.isprintable() or one in "\n\t" else " " for one in text)


def text_element(said: str) -> str:
    """A `text` element."""
    return f"<text>{escape(clean(said), quote=False)}</text>"


def granted_measures(scenario: Scenario, measures: Mapping[str, Measure]) -> list[Measure]:
    """The measures of a scenario, in the order in which its rules name them."""
    codes = dict.fromkeys(
        code for row in (*scenario.rows, scenario.otherwise) for code in row.grant
    )
    return [measures[code] for code in codes]


def in_feel(diagram: Diagram, value: Any) -> str:  # noqa: ANN401 - a measure's value
    """A value of a measure in FEEL; Unsayable."""
    match value:
        case bool() | int() | Decimal() | str() | date():
            return feel_literal(value)
        case FactValue(written=name):
            return name_of(diagram, name)
        case Formula():
            return _formula(diagram, value)
        case Open(why=why):
            raise Unsayable("open", why)
    raise Unsayable("kind_unsayable", str(value)[:60])


def _formula(diagram: Diagram, formula: Formula) -> str:
    if formula.kind not in ("number", "decimal") or _UNSAYABLE.search(formula.written):
        raise Unsayable("formula_unsayable", formula.written)

    def spoken(match: re.Match[str]) -> str:
        word = match[0]
        if word in formula.names:
            return name_of(diagram, word)
        if word not in _FUNCTIONS:
            raise Unsayable("formula_unsayable", formula.written)
        return _FUNCTIONS[word]

    return NAME.sub(spoken, formula.written)


def name_of(diagram: Diagram, fact: str) -> str:
    """What a fact is called: an output of a decision by its path, else its id."""
    derived = type_of(diagram, fact).derived
    if isinstance(derived, ScenarioFact):
        scenario = diagram.pack.scenarios[derived.scenario]
        several = len(granted_measures(scenario, diagram.pack.measures)) > 1
        return f"{derived.scenario}.{derived.measure}" if several else derived.scenario
    return fact.replace(".", "_")


def type_of(diagram: Diagram, fact: str) -> FactType:
    """The type of a fact."""
    return diagram.pack.types.get(fact) or FactType(kind=Kind.DATE)  # `as_of`
