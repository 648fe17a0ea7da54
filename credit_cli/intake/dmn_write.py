"""A scenario as DMN 1.3: decision tables and what they require, or what DMN cannot say of it.

Facts are called by their ids, a dot in them written as `_`; titles are labels.
What the pool or another part of the pack works out is an input to DMN.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from credit_cli.intake.dmn_conditions import Unsayable, cells
from credit_cli.intake.dmn_elements import TYPES, input_lines, output_lines, rule_lines
from credit_cli.intake.dmn_values import (
    Diagram,
    Unsaid,
    attribute,
    granted_measures,
    in_feel,
    name_of,
    text_element,
    type_of,
)
from credit_cli.rules.conditions import ALWAYS
from credit_cli.rules.derived import FactValue, ScenarioFact, TableFact
from credit_cli.rules.formulas import Formula
from credit_cli.rules.measures import Measure, MeasureKind, Merge
from credit_cli.rules.packs import Pack
from credit_cli.rules.scenarios import Hit, Rule, Scenario
from credit_cli.rules.scopes import Scope

_HITS = {
    Hit.FIRST: "FIRST",
    Hit.UNIQUE: "UNIQUE",
    Hit.ANY: "ANY",
    Hit.PRIORITY: "FIRST",  # its rows in the order of their rank
    Hit.COLLECT: "COLLECT",
    Hit.ORDERED: "RULE ORDER",
}
_AGGREGATIONS = {Merge.SUM: "SUM", Merge.MIN: "MIN", Merge.MAX: "MAX", Merge.COUNT: "COUNT"}


def draw(pack: Pack, code: str) -> Diagram:
    """The diagram of a scenario and of what it requires."""
    diagram = Diagram(pack)
    _decision(diagram, pack.scenarios[code])
    return diagram


def _decision(diagram: Diagram, scenario: Scenario) -> None:
    """A scenario as a decision table, after those that it needs."""
    own = f"d_{scenario.code}"
    if own in diagram.elements:
        return
    diagram.elements[own] = []
    path = f"scenario.{scenario.code}"
    diagram.faults.extend(_unsayable(scenario, path, diagram.pack.starts))
    rows = _in_rank(scenario)
    measures = granted_measures(scenario, diagram.pack.measures)
    columns, entries = _entries(diagram, path, rows)
    results = [_results(diagram, f"{path}.row.{row.id}", row, measures) for row in rows]
    default = _results(diagram, f"{path}.else", scenario.otherwise, measures)
    needed = dict.fromkeys(fact for fact, _ in columns)
    needed |= dict.fromkeys(name for row in (*rows, scenario.otherwise) for name in _named(row))
    inputs = [line for fact, _ in columns for line in input_lines(diagram, path, fact)]
    outputs = [
        line
        for one, said in zip(measures, default, strict=True)
        for line in output_lines(diagram, path, one, said)
    ]
    rules = [
        line
        for row, asked, granted in zip(rows, entries, results, strict=True)
        for line in rule_lines(row, asked, granted)
    ]
    aggregation = _aggregation(diagram, path, scenario, measures)
    lines = [
        f'<decision id="{own}" name={attribute(scenario.code)} label={attribute(scenario.title)}>',
        f"<variable name={attribute(scenario.code)}/>",
        *(line for fact in needed for line in _required(diagram, path, fact)),
        f'<decisionTable id="t_{scenario.code}" hitPolicy="{_HITS[scenario.hit]}"{aggregation}>',
        *(*inputs, *outputs, *rules, "</decisionTable>", "</decision>"),
    ]
    diagram.elements[own] = lines


def _unsayable(scenario: Scenario, path: str, starts: date) -> Iterator[Unsaid]:
    parts: Mapping[str, Any] = {
        "require": scenario.require,
        "exclude": scenario.exclude,
        "adjust": scenario.adjust,
        "cap": scenario.cap,
        "override": scenario.override,
        "follow": scenario.follow,
        "subjects": scenario.subjects,
        "scope": () if scenario.scope == Scope(when=ALWAYS) else (1,),
        "from": scenario.starts if scenario.starts != starts else None,
        "until": scenario.ends,
    }
    for key, held in parts.items():
        if held:
            yield Unsaid(f"{path}.{key}", "no_place", key)
    for rule in (*scenario.rows, scenario.otherwise):
        at = f"{path}.else" if rule is scenario.otherwise else f"{path}.row.{rule.id}"
        for key, part in {"deny": rule.deny, "each": rule.each}.items():
            if part:
                yield Unsaid(f"{at}.{key}", "no_place", key)


def _in_rank(scenario: Scenario) -> list[Rule]:
    rows = list(scenario.rows)
    if scenario.hit is not Hit.PRIORITY or not scenario.rank:
        return rows
    rank = {name: n for n, name in enumerate(scenario.rank)}
    return sorted(rows, key=lambda row: rank.get(row.id, len(rank)))


def _entries(
    diagram: Diagram, path: str, rows: list[Rule]
) -> tuple[list[tuple[str, int]], list[list[str]]]:
    """The columns, a fact that a row asks twice in two of them, and the cells of every row."""
    asked: list[dict[tuple[str, int], str]] = []
    for row in rows:
        found: dict[tuple[str, int], str] = {}
        try:
            for fact, cell in cells(row.when):
                n = sum(1 for one, _ in found if one == fact)
                found[fact, n] = cell
        except Unsayable as fault:
            key = f"{path}.row.{row.id}.when"
            diagram.faults.append(Unsaid(key, fault.code, fault.seen))
        asked.append(found)
    columns = list(dict.fromkeys(column for one in asked for column in one))
    return columns, [[one.get(column, "-") for column in columns] for one in asked]


def _named(row: Rule) -> Iterator[str]:
    for value in row.grant.values():
        if isinstance(value, Formula):
            yield from sorted(value.names)
        elif isinstance(value, FactValue):
            yield value.written


def _results(diagram: Diagram, path: str, row: Rule, measures: list[Measure]) -> list[str]:
    said = []
    for one in measures:
        try:
            said.append(in_feel(diagram, row.grant[one.code]) if one.code in row.grant else "")
        except Unsayable as fault:
            diagram.faults.append(Unsaid(f"{path}.grant.{one.code}", fault.code, fault.seen))
            said.append("")
    return said


def _required(diagram: Diagram, path: str, fact: str) -> Iterator[str]:
    """The requirement of a fact, and the element that gives it."""
    derived = type_of(diagram, fact).derived
    match derived:
        case ScenarioFact(scenario=code):
            _decision(diagram, diagram.pack.scenarios[code])
            element, what = f"d_{code}", "requiredDecision"
        case Formula() | TableFact(rows=()):
            element, what = f"f_{name_of(diagram, fact)}", "requiredDecision"
            if element not in diagram.elements:
                _expression(diagram, path, fact, derived)
        case _:
            element, what = f"i_{name_of(diagram, fact)}", "requiredInput"
            if element not in diagram.elements:
                _supplied(diagram, path, fact)
    yield f'<informationRequirement><{what} href="#{element}"/></informationRequirement>'


def _expression(diagram: Diagram, path: str, fact: str, derived: Formula | TableFact) -> None:
    name = name_of(diagram, fact)
    kind = TYPES.get(type_of(diagram, fact).kind, "number")
    diagram.elements[f"f_{name}"] = []
    needed = sorted(derived.names) if isinstance(derived, Formula) else []
    said = derived if isinstance(derived, Formula) else derived.otherwise
    try:
        feel = in_feel(diagram, said)
    except Unsayable as fault:
        diagram.faults.append(Unsaid(f"fact.{fact}", fault.code, fault.seen))
        return
    diagram.elements[f"f_{name}"] = [
        f'<decision id="f_{name}" name={attribute(name)}>',
        f'<variable name={attribute(name)} typeRef="{kind}"/>',
        *(line for one in needed for line in _required(diagram, path, one)),
        f"<literalExpression>{text_element(feel)}</literalExpression>",
        "</decision>",
    ]


def _supplied(diagram: Diagram, path: str, fact: str) -> None:
    kind = type_of(diagram, fact)
    name = name_of(diagram, fact)
    if kind.kind not in TYPES:
        diagram.faults.append(Unsaid(f"{path}: {fact}", "kind_unsayable", kind.kind.value))
    diagram.elements[f"i_{name}"] = [
        f'<inputData id="i_{name}" name={attribute(name)} label={attribute(kind.title or fact)}>',
        f'<variable name={attribute(name)} typeRef="{TYPES.get(kind.kind, "string")}"/>',
        "</inputData>",
    ]


def _aggregation(diagram: Diagram, path: str, scenario: Scenario, measures: list[Measure]) -> str:
    """How a collect table merges; every output in its own way is more than DMN can say."""
    if scenario.hit is not Hit.COLLECT:
        return ""
    merges = {_merge(one) for one in measures}
    if merges <= {Merge.LIST}:
        return ""
    merge = merges.pop()
    if len(measures) > 1 or merge not in _AGGREGATIONS:
        seen = ", ".join(f"{one.code}: {one.merge.value}" for one in measures)
        diagram.faults.append(Unsaid(f"{path}.hit", "merge_unsayable", seen))
        return ""
    return f' aggregation="{_AGGREGATIONS[merge]}"'


def _merge(measure: Measure) -> Merge:
    """The best and the worst of numbers are their greatest or least."""
    numbers = (MeasureKind.NUMBER, MeasureKind.DECIMAL, MeasureKind.MONEY)
    if measure.kind in numbers and measure.merge in (Merge.BEST, Merge.WORST):
        best = measure.merge is Merge.BEST
        return Merge.MAX if measure.higher_is_better == best else Merge.MIN
    return measure.merge
