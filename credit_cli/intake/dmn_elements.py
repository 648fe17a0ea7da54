"""The columns and rules of a DMN decision table as XML."""

from collections.abc import Iterator
from html import escape

from credit_cli.intake.dmn_conditions import feel_literal
from credit_cli.intake.dmn_values import (
    Diagram,
    Unsaid,
    attribute,
    clean,
    name_of,
    text_element,
    type_of,
)
from credit_cli.rules.conditions import Kind
from credit_cli.rules.derived import ScenarioFact
from credit_cli.rules.measures import Measure, MeasureKind
from credit_cli.rules.scenarios import Rule

TYPES = {
    Kind.TEXT: "string",
    Kind.GRADE: "string",
    Kind.FLAG: "boolean",
    Kind.DATE: "date",
    Kind.NUMBER: "number",
    Kind.DECIMAL: "number",
    Kind.MONEY: "number",
}
_OUTPUTS = {
    MeasureKind.TEXT: "string",
    MeasureKind.GRADE: "string",
    MeasureKind.FLAG: "boolean",
    MeasureKind.DATE: "date",
    MeasureKind.NUMBER: "number",
    MeasureKind.DECIMAL: "number",
    MeasureKind.MONEY: "number",
}


def input_lines(diagram: Diagram, path: str, fact: str) -> Iterator[str]:
    """The column of a fact."""
    kind = type_of(diagram, fact)
    if isinstance(kind.derived, ScenarioFact) and kind.kind not in TYPES:
        diagram.faults.append(Unsaid(f"{path}: {fact}", "kind_unsayable", kind.kind.value))
    yield f"<input label={attribute(kind.title or fact)}>"
    said = text_element(name_of(diagram, fact))
    yield f'<inputExpression typeRef="{TYPES.get(kind.kind, "string")}">{said}</inputExpression>'
    if kind.values and kind.kind in (Kind.TEXT, Kind.GRADE):
        yield f"<inputValues>{text_element(_listed(kind.values))}</inputValues>"
    yield "</input>"


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(map(feel_literal, values))


def output_lines(diagram: Diagram, path: str, measure: Measure, default: str) -> Iterator[str]:
    """The column of a measure, with what no rule grants."""
    if measure.kind not in _OUTPUTS:
        diagram.faults.append(Unsaid(f"{path}: {measure.code}", "kind_unsayable", measure.kind))
    label = attribute(measure.title or measure.code)
    kind = _OUTPUTS.get(measure.kind, "string")
    yield f'<output name={attribute(measure.code)} label={label} typeRef="{kind}">'
    if measure.values:
        yield f"<outputValues>{text_element(_listed(measure.values))}</outputValues>"
    if default:
        yield f"<defaultOutputEntry>{text_element(default)}</defaultOutputEntry>"
    yield "</output>"


def rule_lines(row: Rule, asked: list[str], granted: list[str]) -> Iterator[str]:
    """A rule with its cells."""
    yield f'<rule id="r_{row.id}">' if not row.id.startswith("r_") else f'<rule id="{row.id}">'
    if row.title:
        yield f"<description>{escape(clean(row.title), quote=False)}</description>"
    yield from (f"<inputEntry>{text_element(one)}</inputEntry>" for one in asked)
    yield from (f"<outputEntry>{text_element(one or 'null')}</outputEntry>" for one in granted)
    yield "</rule>"
