"""DMN decision tables as scenarios: columns, rules, hit policies."""

from decimal import Decimal
from typing import Any

from credit_cli.intake.dmn_cells import conditions, kind_of, shown, together
from credit_cli.intake.dmn_model import Output, Raw, Reading
from credit_cli.intake.dmn_names import TypeOf
from credit_cli.intake.dmn_outputs import MERGES
from credit_cli.intake.dmn_xml import Element
from credit_cli.intake.feel_text import Sum, literals, read_cell, read_expression
from credit_cli.intake.feel_tokens import FeelFault, Known
from credit_cli.rules.conditions import Kind

_HITS = {
    "UNIQUE": "unique",
    "FIRST": "first",
    "ANY": "any",
    "PRIORITY": "priority",
    "COLLECT": "collect",
    "RULE ORDER": "ordered",
    "OUTPUT ORDER": "ordered",
}
_RANKED = ("PRIORITY", "OUTPUT ORDER")
Column = tuple[Element, Known] | None  # None: told as a fault


def read_table(reading: Reading, decision: Element, table: Element) -> None:
    """The scenario that a decision table becomes."""
    policy = table["hitPolicy"] or "UNIQUE"
    outputs = reading.outputs[id(decision)]
    if policy not in _HITS:
        reading.fault(table, "hit_policy", policy)
    if table["preferredOrientation"] == "CrossTable":
        reading.fault(table, "cross_table")
    if table["aggregation"] not in MERGES or (table["aggregation"] and len(outputs) > 1):
        reading.fault(table, "aggregation", table["aggregation"])
    if not outputs:
        reading.fault(table, "no_output")
    columns = [_column(reading, one, table, n) for n, one in enumerate(table.all("input"))]
    rules = [
        {"id": f"rule_{n}"} | _rule(reading, rule, table, columns, outputs)
        for n, rule in enumerate(table.all("rule"), start=1)
    ]
    if policy in _RANKED:
        rules = _ranked(reading, table, rules, outputs)
    hit = _HITS.get(policy, "unique")
    code = reading.codes[id(decision)]
    title = decision["label"] or decision["name"] or decision["id"] or code
    scenario: Raw = {"title": title, "hit": hit}
    if policy == "PRIORITY":
        scenario["rank"] = [rule["id"] for rule in rules]
        rules = sorted(rules, key=lambda rule: int(rule["id"].rpartition("_")[2]))
    otherwise = {
        one.measure: value
        for one in outputs
        if (value := _granted(reading, table, one, one.otherwise)) is not None
    }
    scenario["else"] = {"grant": otherwise}
    reading.model.scenarios[code] = scenario | {"row": rules}


def _column(reading: Reading, clause: Element, table: Element, n: int) -> Column:
    expression = clause.one("inputExpression")
    text = " ".join(expression.said().split()) if expression else ""
    if not text or expression is None:
        reading.fault(clause, "no_expression")
        return None
    of = reading.types.read(expression["typeRef"])
    allowed = clause.one("inputValues")
    values = literals(allowed.said()) if allowed else None
    if values:
        of = of._replace(values=values)
    if of.strange:
        reading.fault(clause, "kind", of.strange)
        return None
    if text not in reading.names and _is_name(text) and text not in reading.lists:
        root = text.partition(".")[0]
        declared = {one["name"] for one in reading.top.all("inputData")}
        if root in declared:
            reading.fault(clause, "kind", text)
            return None
        reading.supply(text, of)
    known = _known(reading, clause, text, of)
    if known is None:
        return None
    if known.kind is None:
        entries = [one.all("inputEntry")[n : n + 1] for one in table.all("rule")]
        kind = _cell_kind(reading, [one[0].said() for one in entries if one])
        known = known._replace(kind=kind)
    if known.kind is None:
        reading.fault(clause, "kind", text)
        return None
    if text in reading.names and "type" in reading.model.facts[known.fact]:
        reading.typed(text, of._replace(kind=known.kind))
    return clause, known


def _known(reading: Reading, clause: Element, text: str, of: TypeOf) -> Known | None:
    """The fact that an input asks: one named, or one reckoned out of others."""
    if text in reading.lists:
        reading.fault(clause, "list", text)
        return None
    if text in reading.names:
        known = reading.names[text]
        return known if known.kind else known._replace(kind=of.kind)
    try:
        found = read_expression(text, reading.names)
    except FeelFault as fault:
        reading.fault(clause, fault.code, fault.seen)
        return None
    if not isinstance(found, Sum):
        reading.fault(clause, "feel_syntax", text)
        return None
    return Known(reading.derive(found.formula, "decimal", clause["label"] or text), Kind.DECIMAL)


def _cell_kind(reading: Reading, texts: list[str]) -> Kind | None:
    for text in texts:
        try:
            cell = read_cell(text, reading.names)
        except FeelFault:
            continue
        for test in cell.tests:
            for one in test.operands:
                if kind := kind_of(one):
                    return kind
    return None


def _rule(
    reading: Reading, rule: Element, table: Element, columns: list[Column], outputs: list[Output]
) -> Raw:
    """What a rule asks and gives; its number is for whoever calls."""
    entries, results = rule.all("inputEntry"), rule.all("outputEntry")
    if len(entries) != len(columns) or len(results) != len(outputs):
        reading.fault(rule, "width", rule["id"])
    parts = [
        part
        for column, entry in zip(columns, entries, strict=False)
        for part in _asked(reading, rule, column, entry)
    ]
    grant = {
        one.measure: value
        for one, entry in zip(outputs, results, strict=False)
        if (value := _counted(reading, table, entry, one)) is not None
    }
    notes = [rule.said("description"), *(one.said() for one in rule.all("annotationEntry"))]
    title = " ".join(" ".join(filter(None, notes)).split())
    return ({"title": title} if title else {}) | {"when": together(parts), "grant": grant}


def _asked(reading: Reading, rule: Element, column: Column, entry: Element) -> list[Raw]:
    if column is None:
        return []
    known = column[1]
    try:
        cell = read_cell(entry.said(), reading.names)
        _allow(reading, known, cell.tests)
        return conditions(known.fact, known.kind or Kind.TEXT, cell, reading.derive)
    except FeelFault as fault:
        reading.fault(entry if entry["id"] else rule, fault.code, fault.seen)
        return []


def _allow(reading: Reading, known: Known, tests: tuple[Any, ...]) -> None:
    """A word that a cell asks for is one that the fact may have."""
    held = reading.model.facts[known.fact]
    if "values" in held:
        words = [one for test in tests for one in test.operands if isinstance(one, str)]
        held["values"] = list(dict.fromkeys([*held["values"], *words]))


def _counted(reading: Reading, table: Element, entry: Element, one: Output) -> Any:  # noqa: ANN401
    if table["aggregation"] != "COUNT":
        return _granted(reading, entry, one, entry.said())
    return None if entry.said() in ("", "-", "null") else 1


def _granted(reading: Reading, element: Element, one: Output, text: str) -> Any:  # noqa: ANN401 - TOML
    try:
        found = read_expression(text, reading.names)
    except FeelFault as fault:
        reading.fault(element, fault.code, fault.seen)
        return None
    if found is not None and kind_of(found) is not one.kind:
        reading.fault(element, "feel_kind", text[:80])
        return None
    if isinstance(found, Known):
        return found.fact if one.kind is Kind.DECIMAL else {"fact": found.fact}
    if isinstance(found, (Sum, Decimal)):
        text = shown(found)
        return text if isinstance(found, Sum) else _number(text)
    return found


def _ranked(reading: Reading, table: Element, rules: list[Raw], outputs: list[Output]) -> list[Raw]:
    """The rules in the order of their outputs' values, the best first."""
    orders = [(one.measure, list(one.values)) for one in outputs if one.values]
    if not orders:
        reading.fault(table, "no_order")

    def place(rule: Raw) -> list[int]:
        found = []
        for measure, order in orders:
            value = rule["grant"].get(measure)
            plain = Decimal(str(value)) if isinstance(value, (int, Decimal)) else value
            found.append(order.index(plain) if plain in order else len(order))
        return found

    return sorted(rules, key=place)


def _is_name(text: str) -> bool:
    words = text.replace(".", " ").split()
    plain = all(one.replace("_", "a").isalnum() and not one[0].isdigit() for one in words)
    return plain and text not in ("true", "false", "null")


def _number(text: str) -> int | Decimal:
    return Decimal(text) if "." in text else int(text)
