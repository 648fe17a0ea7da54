"""Decision tables of a DMN model as scenarios of the policy language.

A decision table becomes a scenario, its outputs measures, its inputs facts; a
decision that other decisions use is a fact worked out of that scenario; a
literal expression is a fact with a formula. Whatever is none of these is a
fault that names the element.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from credit_cli.intake.dmn_cells import conditions, kind_of, shown, together
from credit_cli.intake.dmn_names import Types, TypeOf, code_of, fact_name
from credit_cli.intake.dmn_xml import Element
from credit_cli.intake.feel_text import (
    FeelFault,
    Known,
    Sum,
    Value,
    literals,
    read_cell,
    read_expression,
)
from credit_cli.rules.conditions import Kind

Raw = dict[str, Any]
_UNTOUCHED = {
    *("extensionElements", "description", "itemDefinition", "decision", "inputData", "DMNDI"),
    *("textAnnotation", "association", "knowledgeSource", "group", "elementCollection"),
    *("performanceIndicator", "organizationUnit"),
}
_LOGIC = {
    *("decisionTable", "literalExpression", "invocation", "context", "relation", "list"),
    *("functionDefinition", "conditional", "filter", "for", "every", "some"),
}
_HITS = {
    "UNIQUE": "unique",
    "FIRST": "first",
    "ANY": "any",
    "PRIORITY": "priority",
    "COLLECT": "collect",
    "RULE ORDER": "ordered",
    "OUTPUT ORDER": "ordered",
}
_MERGES = {"": "list", "SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}
_RANKED = ("PRIORITY", "OUTPUT ORDER")


class DmnFault(NamedTuple):
    """What cannot be taken over: the element with its line, the code of `dmn.`, what was seen."""

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


def read_model(definitions: Element) -> Model:
    """Everything in a model, and every fault of what cannot be taken over."""
    reader = _Reader(definitions)
    reader.read()
    return reader.model


class _Reader:
    def __init__(self, definitions: Element) -> None:
        self.top = definitions
        self.types = Types({one["name"]: one for one in definitions.all("itemDefinition")})
        self.model = Model(title=definitions["name"] or definitions["id"] or "DMN")
        self.names: dict[str, Known] = {}
        self.outputs: dict[int, list[Output]] = {}
        self.codes: dict[int, str] = {}
        self.lists: set[str] = set()  # names of decisions with several values

    def fault(self, element: Element, code: str, seen: str = "") -> None:
        name = element["name"] or element["label"]
        called = " ".join(filter(None, [element.tag, name and f'"{name}"', element["id"]]))
        self.model.faults.append(DmnFault(called, element.line, code, seen))

    def read(self) -> None:
        for one in self.top.children:
            if one.tag not in _UNTOUCHED:
                self.fault(one, "element", one.tag)
        for one in self.top.walk():
            language = one["expressionLanguage"]
            if language and "feel" not in language.lower():
                self.fault(one, "language", language)
        self._inputs()
        decisions = self.top.all("decision")
        for one in decisions:
            self._announce(one)
        for one in self._in_order(decisions):
            logic = self._logic(one)
            if logic is not None and logic.tag == "decisionTable":
                self._table(one, logic)
            elif logic is not None:
                self._formula(one, logic)

    def _logic(self, decision: Element) -> Element | None:
        return next((one for one in decision.children if one.tag in _LOGIC), None)

    def _in_order(self, decisions: list[Element]) -> Iterator[Element]:
        """Those with formulas first by what they need, so that their kinds are known."""
        return iter(sorted(decisions, key=lambda one: _depth(one, decisions, set())))

    # Names ------------------------------------------------------------------------------

    def _inputs(self) -> None:
        for one in self.top.all("inputData"):
            variable = one.one("variable")
            reference = variable["typeRef"] if variable else ""
            for path, kind in self.types.parts(reference, one["name"]):
                if not kind.strange:
                    self._supply(" ".join(path.split()), kind)

    def _supply(self, name: str, of: TypeOf) -> Known:
        fact = fact_name(name, self.model.facts)
        self.model.facts[fact] = {"type": "", "title": name}
        self.model.called[f"fact.{fact}"] = name
        self.names[name] = Known(fact, of.kind)
        self._typed(name, of)
        return self.names[name]

    def _typed(self, name: str, of: TypeOf) -> None:
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

    def _announce(self, decision: Element) -> None:
        """The names under which other decisions know this one."""
        logic = self._logic(decision)
        name = " ".join(decision["name"].split())
        if logic is None:
            self.fault(decision, "no_logic")
        elif logic.tag not in ("decisionTable", "literalExpression"):
            self.fault(decision, "logic", logic.tag)
        elif logic.tag == "literalExpression":
            variable = decision.one("variable")
            of = self.types.read((variable["typeRef"] if variable else "") or logic["typeRef"])
            fact = fact_name(name, self.model.facts)
            self.model.facts[fact] = {"title": name}
            self.model.called[f"fact.{fact}"] = name
            self.names[name] = Known(fact, of.kind)
        else:
            self._announce_table(decision, logic, name)

    def _announce_table(self, decision: Element, table: Element, name: str) -> None:
        code = code_of(name, self.model.scenarios, "decision")
        self.model.scenarios[code] = {}
        self.model.called[f"scenario.{code}"] = name
        self.codes[id(decision)] = code
        several = table["hitPolicy"] in ("RULE ORDER", "OUTPUT ORDER") or (
            table["hitPolicy"] == "COLLECT" and not table["aggregation"]
        )
        outputs = list(self._read_outputs(decision, table, name, code))
        self.outputs[id(decision)] = outputs
        for one in outputs:
            path = name if len(outputs) == 1 else f"{name}.{one.name}"
            if several:
                self.lists.add(path)
            else:
                fact = fact_name(path, self.model.facts)
                self.model.facts[fact] = {"scenario": code, "measure": one.measure, "title": path}
                self.model.called[f"fact.{fact}"] = path
                self.names[path] = Known(fact, one.kind)

    def _read_outputs(
        self, decision: Element, table: Element, name: str, code: str
    ) -> Iterator[Output]:
        clauses = table.all("output")
        variable = decision.one("variable")
        whole = table["typeRef"] or (variable["typeRef"] if variable else "")
        components = dict(self.types.parts(whole, "")) if len(clauses) > 1 else {}
        for n, one in enumerate(clauses):
            own = " ".join((one["name"] or (name if len(clauses) == 1 else one["label"])).split())
            of = self.types.read(one["typeRef"] or ("" if len(clauses) > 1 else whole))
            if of.kind is None:
                of = components.get(f".{own}", of)
            held = one.one("outputValues")
            values = (literals(held.said()) if held else None) or of.values
            column = [rule.all("outputEntry")[n : n + 1] for rule in table.all("rule")]
            said = [entry[0].said() for entry in column if entry]
            default = one.one("defaultOutputEntry")
            kind = of.kind or self._kind_said([*said, default.said() if default else ""])
            if table["aggregation"] == "COUNT":
                kind, values = Kind.DECIMAL, ()
            if kind is None:
                self.fault(one if one["id"] else table, "kind", of.strange or whole or own)
            plain = code_of(own or name, (), "output")
            taken = plain in self.model.measures or (len(clauses) > 1 and plain == code)
            measure = code_of(f"{code}_{plain}" if taken else plain, self.model.measures, "output")
            merge = _MERGES.get(table["aggregation"], "first")
            self.model.measures[measure] = {
                "title": own or name,
                "kind": (kind or Kind.TEXT).value,
                "polarity": "neutral",
                "merge": merge if table["hitPolicy"] == "COLLECT" else "first",
            }
            if kind is Kind.TEXT and values:
                used = [one for one in map(_plain_text, said) if one]
                words = [one for one in values if isinstance(one, str)]
                self.model.measures[measure]["values"] = list(dict.fromkeys([*words, *used]))
            yield Output(own, measure, kind or Kind.TEXT, values, default.said() if default else "")

    def _kind_said(self, texts: list[str]) -> Kind | None:
        """The kind of the first entry that is a literal or a sum."""
        for text in texts:
            try:
                found = read_expression(text, self.names)
            except FeelFault:
                continue
            if found is not None and (kind := kind_of(found)):
                return kind
        return None

    # Decisions --------------------------------------------------------------------------

    def _formula(self, decision: Element, logic: Element) -> None:
        if logic.tag != "literalExpression":
            return
        name = " ".join(decision["name"].split())
        if logic.one("importedValues"):
            self.fault(decision, "logic", "importedValues")
        fact, kind = self.names[name]
        held = self.model.facts[fact]
        try:
            found = read_expression(logic.said(), self._without(name))
            own = kind_of(found)
            if found is None or own is None or (kind is not None and own is not kind):
                raise FeelFault("feel_kind", logic.said()[:80])
        except FeelFault as fault:
            self.fault(decision, fault.code, fault.seen)
            return
        self.names[name] = Known(fact, own)
        if isinstance(found, (Decimal, Sum)) or own is Kind.DECIMAL:
            held |= {"formula": shown(found), "type": "decimal"}
        elif isinstance(found, Known):
            self.fault(decision, "feel_kind", logic.said()[:80])
        else:
            held |= {"type": own.value, "row": [], "else": found}

    def _without(self, name: str) -> dict[str, Known]:
        return {key: one for key, one in self.names.items() if key != name}

    def _table(self, decision: Element, table: Element) -> None:
        policy = table["hitPolicy"] or "UNIQUE"
        outputs = self.outputs[id(decision)]
        if policy not in _HITS:
            self.fault(table, "hit_policy", policy)
        if table["preferredOrientation"] == "CrossTable":
            self.fault(table, "cross_table")
        if table["aggregation"] not in _MERGES or (table["aggregation"] and len(outputs) > 1):
            self.fault(table, "aggregation", table["aggregation"])
        if not outputs:
            self.fault(table, "no_output")
        columns = [self._column(one, table, n) for n, one in enumerate(table.all("input"))]
        rules = [self._rule(n, rule, table, columns, outputs) for n, rule in self._rules(table)]
        if policy in _RANKED:
            rules = self._ranked(table, rules, outputs)
        hit = _HITS.get(policy, "unique")
        code = self.codes[id(decision)]
        scenario: Raw = {"title": decision["name"] or code, "hit": hit}
        if policy == "PRIORITY":
            scenario["rank"] = [rule["id"] for rule in rules]
            rules = sorted(rules, key=lambda rule: int(rule["id"].rpartition("_")[2]))
        otherwise = {
            one.measure: value
            for one in outputs
            if (value := self._granted(table, one, one.otherwise)) is not None
        }
        scenario["else"] = {"grant": otherwise}
        self.model.scenarios[code] = scenario | {"row": rules}

    def _rules(self, table: Element) -> Iterator[tuple[int, Element]]:
        return enumerate(table.all("rule"), start=1)

    def _column(self, clause: Element, table: Element, n: int) -> tuple[Element, Known] | None:
        expression = clause.one("inputExpression")
        text = " ".join(expression.said().split()) if expression else ""
        if not text or expression is None:
            self.fault(clause, "no_expression")
            return None
        of = self.types.read(expression["typeRef"])
        allowed = clause.one("inputValues")
        values = literals(allowed.said()) if allowed else None
        if values:
            of = of._replace(values=values)
        if of.strange:
            self.fault(clause, "kind", of.strange)
            return None
        if text not in self.names and _is_name(text) and text not in self.lists:
            root = text.partition(".")[0]
            declared = {one["name"] for one in self.top.all("inputData")}
            if root in declared:
                self.fault(clause, "kind", text)
                return None
            self._supply(text, of)
        known = self._known(clause, text, of, table, n)
        if known is None:
            return None
        if known.kind is None:
            entries = [one.all("inputEntry")[n : n + 1] for one in table.all("rule")]
            kind = self._cell_kind([one[0].said() for one in entries if one])
            known = known._replace(kind=kind)
        if known.kind is None:
            self.fault(clause, "kind", text)
            return None
        if text in self.names and "type" in self.model.facts[known.fact]:
            self._typed(text, of._replace(kind=known.kind))
        return clause, known

    def _known(
        self, clause: Element, text: str, of: TypeOf, table: Element, n: int
    ) -> Known | None:
        """The fact that an input asks: one named, or one reckoned out of others."""
        if text in self.lists:
            self.fault(clause, "list", text)
            return None
        if text in self.names:
            known = self.names[text]
            return known if known.kind else known._replace(kind=of.kind)
        try:
            found = read_expression(text, self.names)
        except FeelFault as fault:
            self.fault(clause, fault.code, fault.seen)
            return None
        if not isinstance(found, Sum):
            self.fault(clause, "feel_syntax", text)
            return None
        return Known(self._derive(found.formula, "decimal", clause["label"] or text), Kind.DECIMAL)

    def _derive(self, formula: str, kind: str, title: str = "") -> str:
        same = (key for key, one in self.model.facts.items() if one.get("formula") == formula)
        known = next(same, "")
        if not known:
            known = fact_name(code_of(formula, (), "formula")[:40], self.model.facts)
            held = {"formula": formula, "type": kind, "title": title or formula}
            self.model.facts[known] = held
        return known

    def _cell_kind(self, texts: list[str]) -> Kind | None:
        for text in texts:
            try:
                cell = read_cell(text, self.names)
            except FeelFault:
                continue
            for test in cell.tests:
                for one in test.operands:
                    if kind := kind_of(one):
                        return kind
        return None

    def _rule(
        self,
        n: int,
        rule: Element,
        table: Element,
        columns: list[tuple[Element, Known] | None],
        outputs: list[Output],
    ) -> Raw:
        entries, results = rule.all("inputEntry"), rule.all("outputEntry")
        if len(entries) != len(columns) or len(results) != len(outputs):
            self.fault(rule, "width", str(n))
        parts: list[Raw] = []
        for column, entry in zip(columns, entries, strict=False):
            if column is None:
                continue
            try:
                cell = read_cell(entry.said(), self.names)
                self._allow(column[1], cell.tests)
                kind = column[1].kind or Kind.TEXT
                parts += conditions(column[1].fact, kind, cell, self._derive)
            except FeelFault as fault:
                self.fault(entry if entry["id"] else rule, fault.code, fault.seen)
        grant = {
            one.measure: value
            for one, entry in zip(outputs, results, strict=False)
            if (value := self._counted(table, entry, one)) is not None
        }
        notes = [rule.said("description"), *(one.said() for one in rule.all("annotationEntry"))]
        title = " ".join(" ".join(filter(None, notes)).split())
        row: Raw = {"id": f"rule_{n}"}
        row |= {"title": title} if title else {}
        return row | {"when": together(parts), "grant": grant}

    def _allow(self, known: Known, tests: tuple[Any, ...]) -> None:
        """A word that a cell asks for is one that the fact may have."""
        held = self.model.facts[known.fact]
        if "values" in held:
            words = [one for test in tests for one in test.operands if isinstance(one, str)]
            held["values"] = list(dict.fromkeys([*held["values"], *words]))

    def _counted(self, table: Element, entry: Element, one: Output) -> Any:  # noqa: ANN401
        if table["aggregation"] != "COUNT":
            return self._granted(entry, one, entry.said())
        return None if entry.said() in ("", "-", "null") else 1

    def _granted(self, element: Element, one: Output, text: str) -> Any:  # noqa: ANN401 - TOML
        try:
            found = read_expression(text, self.names)
            if found is None:
                return None
            if kind_of(found) is not one.kind:
                raise FeelFault("feel_kind", text[:80])
        except FeelFault as fault:
            self.fault(element, fault.code, fault.seen)
            return None
        if isinstance(found, Known):
            return found.fact if one.kind is Kind.DECIMAL else {"fact": found.fact}
        if isinstance(found, (Sum, Decimal)):
            text = shown(found)
            return text if isinstance(found, Sum) else _number(text)
        return found

    def _ranked(self, table: Element, rules: list[Raw], outputs: list[Output]) -> list[Raw]:
        """The rules in the order of their outputs' values, the best first."""
        orders = [(one.measure, list(one.values)) for one in outputs if one.values]
        if not orders:
            self.fault(table, "no_order")

        def place(rule: Raw) -> list[int]:
            found = []
            for measure, order in orders:
                value = rule["grant"].get(measure)
                plain = Decimal(str(value)) if isinstance(value, (int, Decimal)) else value
                found.append(order.index(plain) if plain in order else len(order))
            return found

        return sorted(rules, key=place)


def _depth(decision: Element, decisions: list[Element], above: set[str]) -> int:
    """How many decisions lie below one; those of a circle count once."""
    if decision["id"] in above:
        return 0
    needed = {
        one["href"].rpartition("#")[2]
        for requirement in decision.all("informationRequirement")
        for one in requirement.all("requiredDecision")
    }
    below = [one for one in decisions if one["id"] in needed]
    return 1 + max((_depth(one, decisions, above | {decision["id"]}) for one in below), default=0)


def _is_name(text: str) -> bool:
    words = text.replace(".", " ").split()
    plain = all(one.replace("_", "a").isalnum() and not one[0].isdigit() for one in words)
    return plain and text not in ("true", "false", "null")


def _plain_text(said: str) -> str:
    try:
        found = read_expression(said, {})
    except FeelFault:
        return ""
    return found if isinstance(found, str) else ""


def _number(text: str) -> int | Decimal:
    return Decimal(text) if "." in text else int(text)


def basis_day(day: date | None) -> date:
    """From when on an imported model holds; DMN does not say."""
    return day or date(2000, 1, 1)
