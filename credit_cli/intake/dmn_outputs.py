"""The outputs of DMN decision tables as measures, and what other decisions call them."""

from collections.abc import Iterator
from itertools import islice

from credit_cli.intake.dmn_cells import kind_of
from credit_cli.intake.dmn_model import Output, Reading
from credit_cli.intake.dmn_names import MOST_PARTS, code_of, fact_name
from credit_cli.intake.dmn_xml import Element
from credit_cli.intake.feel_text import literals, read_expression
from credit_cli.intake.feel_tokens import FeelFault, Known
from credit_cli.rules.conditions import Kind

MERGES = {"": "list", "SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}


def announce_table(reading: Reading, decision: Element, table: Element, name: str) -> None:
    """The scenario of a table and the facts that its outputs are to other decisions."""
    code = code_of(name, reading.model.scenarios, "decision")
    reading.model.scenarios[code] = {}
    reading.model.called[f"scenario.{code}"] = name
    reading.codes[id(decision)] = code
    several = table["hitPolicy"] in ("RULE ORDER", "OUTPUT ORDER") or (
        table["hitPolicy"] == "COLLECT" and not table["aggregation"]
    )
    outputs = list(_read_outputs(reading, decision, table, name, code))
    reading.outputs[id(decision)] = outputs
    for one in outputs:
        path = name if len(outputs) == 1 else f"{name}.{one.name}"
        if several:
            reading.lists.add(path)
        else:
            fact = fact_name(path, reading.model.facts)
            reading.model.facts[fact] = {"scenario": code, "measure": one.measure, "title": path}
            reading.model.called[f"fact.{fact}"] = path
            reading.names[path] = Known(fact, one.kind)


def _read_outputs(
    reading: Reading, decision: Element, table: Element, name: str, code: str
) -> Iterator[Output]:
    clauses = table.all("output")
    variable = decision.one("variable")
    whole = table["typeRef"] or (variable["typeRef"] if variable else "")
    components = (
        dict(islice(reading.types.parts(whole, ""), MOST_PARTS)) if len(clauses) > 1 else {}
    )
    for n, one in enumerate(clauses):
        own = " ".join((one["name"] or (name if len(clauses) == 1 else one["label"])).split())
        of = reading.types.read(one["typeRef"] or ("" if len(clauses) > 1 else whole))
        if of.kind is None:
            of = components.get(f".{own}", of)
        held = one.one("outputValues")
        values = (literals(held.said()) if held else None) or of.values
        column = [rule.all("outputEntry")[n : n + 1] for rule in table.all("rule")]
        said = [entry[0].said() for entry in column if entry]
        default = one.one("defaultOutputEntry")
        kind = of.kind or _kind_said(reading, [*said, default.said() if default else ""])
        if table["aggregation"] == "COUNT":
            kind, values = Kind.DECIMAL, ()
        if kind is None:
            reading.fault(one if one["id"] else table, "kind", of.strange or whole or own)
        plain = code_of(own or name, (), "output")
        taken = plain in reading.model.measures or (len(clauses) > 1 and plain == code)
        measure = code_of(f"{code}_{plain}" if taken else plain, reading.model.measures, "output")
        merge = MERGES.get(table["aggregation"], "first")
        reading.model.measures[measure] = {
            "title": one["label"] or own or name,
            "kind": (kind or Kind.TEXT).value,
            "polarity": "neutral",
            "merge": merge if table["hitPolicy"] == "COLLECT" else "first",
        }
        if kind is Kind.TEXT and values:
            used = [one for one in map(_plain_text, said) if one]
            words = [one for one in values if isinstance(one, str)]
            reading.model.measures[measure]["values"] = list(dict.fromkeys([*words, *used]))
        yield Output(own, measure, kind or Kind.TEXT, values, default.said() if default else "")


def _kind_said(reading: Reading, texts: list[str]) -> Kind | None:
    """The kind of the first entry that is a literal or a sum."""
    for text in texts:
        try:
            found = read_expression(text, reading.names)
        except FeelFault:
            continue
        if found is not None and (kind := kind_of(found)):
            return kind
    return None


def _plain_text(said: str) -> str:
    try:
        found = read_expression(said, {})
    except FeelFault:
        return ""
    return found if isinstance(found, str) else ""
