"""DMN models: decision tables and what they require, as the policy language says it.

A decision table becomes a scenario, its outputs measures, its inputs facts; a
decision that other decisions use is a fact worked out of that scenario; a
literal expression is a fact with a formula. Whatever is none of these is a
fault that names the element.
"""

from collections.abc import Iterator
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from itertools import islice

from credit_cli.intake.dmn_cells import kind_of, shown
from credit_cli.intake.dmn_model import Model, Reading
from credit_cli.intake.dmn_names import MOST_PARTS, Types, fact_name
from credit_cli.intake.dmn_outputs import announce_table
from credit_cli.intake.dmn_tables import read_table
from credit_cli.intake.dmn_xml import Element
from credit_cli.intake.feel_text import Sum, read_expression
from credit_cli.intake.feel_tokens import FeelFault, Known
from credit_cli.rules.conditions import Kind

_UNTOUCHED = {
    *("extensionElements", "description", "itemDefinition", "decision", "inputData", "DMNDI"),
    *("textAnnotation", "association", "knowledgeSource", "group", "elementCollection"),
    *("performanceIndicator", "organizationUnit"),
}
_LOGIC = {
    *("decisionTable", "literalExpression", "invocation", "context", "relation", "list"),
    *("functionDefinition", "conditional", "filter", "for", "every", "some"),
}


def read_model(definitions: Element) -> Model:
    """Everything in a model, and every fault of what cannot be taken over."""
    types = Types({one["name"]: one for one in definitions.all("itemDefinition")})
    model = Model(title=definitions["name"] or definitions["id"] or "DMN")
    reading = Reading(top=definitions, types=types, model=model)
    _refuse_foreign(reading)
    _inputs(reading)
    decisions = definitions.all("decision")
    for one in decisions:
        _announce(reading, one)
    for one in _in_order(reading, decisions):
        logic = logic_of(one)
        if logic is not None and logic.tag == "decisionTable":
            read_table(reading, one, logic)
        elif logic is not None:
            _formula(reading, one, logic)
    return model


def _refuse_foreign(reading: Reading) -> None:
    """What is no part of a plain model, and what is not written in FEEL."""
    for one in reading.top.children:
        if one.tag not in _UNTOUCHED:
            reading.fault(one, "element", one.tag)
    for one in reading.top.walk():
        language = one["expressionLanguage"]
        if language and "feel" not in language.lower():
            reading.fault(one, "language", language)


def logic_of(decision: Element) -> Element | None:
    """The table or expression of a decision."""
    return next((one for one in decision.children if one.tag in _LOGIC), None)


def _in_order(reading: Reading, decisions: list[Element]) -> Iterator[Element]:
    """Each after those that it needs, so that their kinds are known."""
    by_id = {one["id"] or str(n): one for n, one in enumerate(decisions)}
    graph = {key: _needed(one) & by_id.keys() for key, one in by_id.items()}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        reading.fault(by_id[error.args[1][0]], "cycle", " -> ".join(error.args[1]))
        return iter(())
    return (by_id[key] for key in order)


def _inputs(reading: Reading) -> None:
    for one in reading.top.all("inputData"):
        variable = one.one("variable")
        reference = variable["typeRef"] if variable else ""
        parts = reading.types.parts(reference, one["name"])
        for path, kind in islice(parts, MOST_PARTS):
            if not kind.strange:
                known = reading.supply(" ".join(path.split()), kind)
                if path == one["name"] and one["label"]:
                    reading.model.facts[known.fact]["title"] = one["label"]


def _announce(reading: Reading, decision: Element) -> None:
    """The names under which other decisions know this one."""
    logic = logic_of(decision)
    name = " ".join((decision["name"] or decision["id"]).split())
    if logic is None:
        reading.fault(decision, "no_logic")
    elif logic.tag not in ("decisionTable", "literalExpression"):
        reading.fault(decision, "logic", logic.tag)
    elif logic.tag == "literalExpression":
        variable = decision.one("variable")
        of = reading.types.read((variable["typeRef"] if variable else "") or logic["typeRef"])
        fact = fact_name(name, reading.model.facts)
        reading.model.facts[fact] = {"title": name}
        reading.model.called[f"fact.{fact}"] = name
        reading.names[name] = Known(fact, of.kind)
    else:
        announce_table(reading, decision, logic, name)


def _formula(reading: Reading, decision: Element, logic: Element) -> None:
    if logic.tag != "literalExpression":
        return
    name = " ".join((decision["name"] or decision["id"]).split())
    if logic.one("importedValues"):
        reading.fault(decision, "logic", "importedValues")
    fact, kind = reading.names[name]
    held = reading.model.facts[fact]
    try:
        others = {key: one for key, one in reading.names.items() if key != name}
        found = read_expression(logic.said(), others)
        own = kind_of(found)
    except FeelFault as fault:
        reading.fault(decision, fault.code, fault.seen)
        return
    if found is None or own is None or (kind is not None and own is not kind):
        reading.fault(decision, "feel_kind", logic.said()[:80])
        return
    reading.names[name] = Known(fact, own)
    if isinstance(found, (Decimal, Sum)) or own is Kind.DECIMAL:
        held |= {"formula": shown(found), "type": "decimal"}
    elif isinstance(found, Known):
        reading.fault(decision, "feel_kind", logic.said()[:80])
    else:
        held |= {"type": own.value, "row": [], "else": found}


def _needed(decision: Element) -> set[str]:
    """The ids of the decisions that one requires."""
    return {
        one["href"].rpartition("#")[2]
        for requirement in decision.all("informationRequirement")
        for one in requirement.all("requiredDecision")
    }
