"""What a DMN file becomes while it is read: raw tables, the names it had, and faults."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from credit_cli.intake.dmn_names import TypeOf, Types, code_of, fact_name
from credit_cli.intake.dmn_xml import Element
from credit_cli.intake.feel_text import Value
from credit_cli.intake.feel_tokens import Known
from credit_cli.rules.conditions import Kind

Raw = dict[str, Any]


class DmnFault(NamedTuple):
    """What cannot be taken over: the element, its line, the code of `dmn.fault_`, and the words."""

    element: str
    line: int
    code: str
    seen: str


class Output(NamedTuple):
    """An output column: its name, the measure it becomes, its kind and ranked values."""

    name: str
    measure: str
    kind: Kind
    values: tuple[Value, ...]
    otherwise: str


@dataclass(slots=True)
class Model:
    """What a DMN file becomes: raw tables by id; the names that it had; faults."""

    title: str
    facts: dict[str, Raw] = field(default_factory=dict)
    measures: dict[str, Raw] = field(default_factory=dict)
    scenarios: dict[str, Raw] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)  # ids (fact.X, scenario.X) to names
    faults: list[DmnFault] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """A model while it is read: what its names stand for, and what its tables give.

    `outputs` and `codes` are of a decision's element by its `id()`; `lists` the
    names of decisions that may have several values.
    """

    top: Element
    types: Types
    model: Model
    names: dict[str, Known] = field(default_factory=dict)
    outputs: dict[int, list[Output]] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)

    def fault(self, element: Element, code: str, seen: str = "") -> None:
        """What cannot be taken over of an element."""
        name = element["name"] or element["label"]
        called = " ".join(filter(None, [element.tag, name and f'"{name}"', element["id"]]))
        self.model.faults.append(DmnFault(called, element.line, code, seen))

    def supply(self, name: str, of: TypeOf) -> Known:
        """A name that is asked of the applicant or a source."""
        fact = fact_name(name, self.model.facts)
        self.model.facts[fact] = {"type": "", "title": name}
        self.model.called[f"fact.{fact}"] = name
        self.names[name] = Known(fact, of.kind)
        self.typed(name, of)
        return self.names[name]

    def typed(self, name: str, of: TypeOf) -> None:
        """What is known of a supplied fact's type so far."""
        known = self.names[name]
        kind = known.kind or of.kind
        self.names[name] = known._replace(kind=kind)
        held = self.model.facts[known.fact]
        if kind is not None and "type" in held:
            held["type"] = kind.value
        words = [one for one in of.values if isinstance(one, str)]
        if kind is Kind.TEXT and words:
            held["values"] = list(dict.fromkeys([*held.get("values", ()), *words]))

    def derive(self, formula: str, kind: str, title: str = "") -> str:
        """The name of a fact with a formula."""
        same = (key for key, one in self.model.facts.items() if one.get("formula") == formula)
        known = next(same, "")
        if not known:
            known = fact_name(code_of(formula, (), "formula")[:40], self.model.facts)
            held = {"formula": formula, "type": kind, "title": title or formula}
            self.model.facts[known] = held
        return known
