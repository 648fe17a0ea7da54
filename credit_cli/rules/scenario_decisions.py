"""What a scenario makes of a case: decided in the fixed order of `scenarios.ORDER`, and explained.

Rows with `each` are decided for every element of a list on its own, and grant
only to the element that matched.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from credit_cli.rules.changes import changed
from credit_cli.rules.conditions import Facts, holds, results
from credit_cli.rules.decisions import RowTrace
from credit_cli.rules.follow_ups import Task, of_elements, tasks_of
from credit_cli.rules.measures import Measure, Open, merged, place, worked_out
from credit_cli.rules.scenarios import Hit, Measures, Outcome, Rule, Scenario, Status
from credit_cli.rules.scopes import in_scope


def decide_scenario(scenario: Scenario, facts: Facts, measures: Measures) -> Outcome:
    """Decide one case; `facts` hold `as_of`, the subject's, the item's and the lists."""
    refused = _refused(scenario, facts)
    if refused is not None:
        return refused
    for rule in scenario.require:
        if not holds(rule.when, facts):
            return _stopped(scenario, Status.NOT_ELIGIBLE, rule, facts, measures)
    for rule in scenario.exclude:
        if holds(rule.when, facts):
            return _stopped(scenario, Status.EXCLUDED, rule, facts, measures)
    return _decided(scenario, facts, measures)


def _refused(scenario: Scenario, facts: Facts) -> Outcome | None:
    day = facts["as_of"]
    before = scenario.starts is not None and day < scenario.starts
    if before or (scenario.ends is not None and scenario.ends < day):
        return Outcome(scenario=scenario.code, status=Status.NOT_IN_FORCE, basis=scenario.basis)
    of_kind = not scenario.subjects or facts.get("kind") in (None, *scenario.subjects)
    if not of_kind or not in_scope(scenario.scope, facts):
        return Outcome(scenario=scenario.code, status=Status.OUT_OF_SCOPE, basis=scenario.basis)
    return None


def _stopped(
    scenario: Scenario, status: Status, rule: Rule, facts: Facts, measures: Measures
) -> Outcome:
    grant = _merge([rule], facts, measures)
    return Outcome(
        scenario=scenario.code,
        status=status,
        rows=(rule.id,),
        grant=_without(grant, rule.deny),
        denied=rule.deny,
        basis=rule.basis,
    )


def _decided(scenario: Scenario, facts: Facts, measures: Measures) -> Outcome:
    whole = [row for row in scenario.rows if not row.each]
    chosen = _chosen(scenario, whole, facts)
    if chosen is None:
        return Outcome(scenario=scenario.code, status=Status.CONFLICT, basis=scenario.basis)
    by_element, hit = _by_element(scenario, facts, measures)
    matched = bool(chosen or hit)
    rules = chosen if matched else [scenario.otherwise]
    keep_order = scenario.hit is Hit.ORDERED
    grant = _merge(rules, facts, measures, keep_order=keep_order)
    grant, applied = _corrected(scenario, grant, facts, measures)
    denied = _denied([*rules, *_holding(scenario.override, facts)])
    return Outcome(
        scenario=scenario.code,
        status=Status.GRANTED if matched else Status.OTHERWISE,
        rows=tuple(dict.fromkeys([row.id for row in rules] + hit)),
        grant=_without(grant, denied),
        by_element=by_element,
        denied=denied,
        applied=applied,
        basis=rules[0].basis if rules else scenario.basis,
    )


def _holding(rules: Iterable[Rule], facts: Facts) -> list[Rule]:
    return [rule for rule in rules if holds(rule.when, facts)]


def _chosen(scenario: Scenario, rows: list[Rule], facts: Facts) -> list[Rule] | None:
    """The rows that decide, in their order; None if they contradict each other."""
    if scenario.hit is Hit.FIRST:
        return next(([row] for row in rows if holds(row.when, facts)), [])
    matched = _holding(rows, facts)
    match scenario.hit:
        case Hit.UNIQUE if len(matched) > 1:
            return [row for row in matched if row.id in scenario.preferred][:1] or None
        case Hit.ANY if len({_outcome(row) for row in matched}) > 1:
            return None
        case Hit.ANY:
            return matched[:1]
        case Hit.PRIORITY if matched:
            return [min(matched, key=lambda row: _rank(scenario, row))]
        case _:
            return matched


def _rank(scenario: Scenario, row: Rule) -> int:
    ids = scenario.rank or tuple(one.id for one in scenario.rows)
    return ids.index(row.id) if row.id in ids else len(ids)


def _outcome(row: Rule) -> str:
    return repr((sorted(row.grant.items(), key=repr), sorted(row.deny.items(), key=repr)))


def _by_element(
    scenario: Scenario, facts: Facts, measures: Measures
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    granted: dict[str, dict[str, Any]] = {}
    hit: list[str] = []
    for over in dict.fromkeys(row.each for row in scenario.rows if row.each):
        rows = [row for row in scenario.rows if row.each == over]
        for n, element in enumerate(_elements(facts, over)):
            inner = {**facts, **{f"{over}.{name}": value for name, value in element.items()}}
            chosen = _chosen(scenario, rows, inner) or []
            if chosen:
                grant = _without(_merge(chosen, inner, measures), _denied(chosen))
                granted[element_key(element, n)] = grant
                hit.extend(row.id for row in chosen)
    return granted, hit


def element_key(element: Mapping[str, Any], n: int) -> str:
    """How an element is called in what it was granted: by its code, id or case, else its place."""
    named = (element[key] for key in ("code", "id", "case") if element.get(key))
    return str(next(named, n))


def _elements(facts: Facts, over: str) -> Iterator[Mapping[str, Any]]:
    held = facts.get(over)
    if isinstance(held, tuple):
        yield from held


def _merge(
    rules: Iterable[Rule], facts: Facts, measures: Measures, *, keep_order: bool = False
) -> dict[str, Any]:
    values: dict[str, list[Any]] = {}
    for rule in rules:
        for code, value in rule.grant.items():
            values.setdefault(code, []).append(worked_out(value, facts))
    day = facts["as_of"]
    if keep_order:
        return {code: tuple(several) for code, several in values.items()}
    return {code: merged(measures[code], several, day) for code, several in values.items()}


def _corrected(
    scenario: Scenario, grant: dict[str, Any], facts: Facts, measures: Measures
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Adjustments, then caps, then overrides, each in the order written."""
    applied: list[str] = []
    for rule in _holding((*scenario.adjust, *scenario.cap), facts):
        if rule.measure in grant and not isinstance(grant[rule.measure], Open):
            measure = measures[rule.measure]
            grant[rule.measure] = _each_moved(rule, measure, grant[rule.measure], facts)
            applied.append(rule.id)
    for rule in _holding(scenario.override, facts):
        grant |= {code: worked_out(value, facts) for code, value in rule.grant.items()}
        applied.append(rule.id)
    return grant, tuple(applied)


def _each_moved(rule: Rule, measure: Measure, value: Any, facts: Facts) -> Any:  # noqa: ANN401
    """The size corrected; where the rows' sizes stand side by side, each of them."""
    if not isinstance(value, tuple):
        return _moved(rule, measure, value, facts)
    return tuple(
        one if isinstance(one, Open) else _moved(rule, measure, one, facts) for one in value
    )


def _moved(rule: Rule, measure: Measure, value: Any, facts: Facts) -> Any:  # noqa: ANN401
    if rule.change is not None:
        return changed(rule.change, measure, value, facts)
    day = facts["as_of"]
    here = place(measure, value, day)
    at_most, at_least = worked_out(rule.at_most, facts), worked_out(rule.at_least, facts)
    if unclear := next((one for one in (at_most, at_least) if isinstance(one, Open)), None):
        return unclear
    if at_most is not None and here > place(measure, at_most, day):
        return at_most
    if at_least is not None and here < place(measure, at_least, day):
        return at_least
    return value


def _denied(rules: Iterable[Rule]) -> dict[str, Any]:
    denied: dict[str, Any] = {}
    for rule in rules:
        denied = _denied_with(denied, rule.deny)
    return denied


def _denied_with(denied: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(denied)
    for code, value in more.items():
        held = both.get(code, frozenset())
        both[code] = True if True in (value, held) else held | value
    return both


def _without(grant: Mapping[str, Any], denied: Mapping[str, Any]) -> dict[str, Any]:
    """What is left when what is denied is taken away; deny beats grant."""
    left = {code: value for code, value in grant.items() if denied.get(code) is not True}
    for code, words in denied.items():
        if isinstance(left.get(code), frozenset) and isinstance(words, frozenset):
            left[code] = left[code] - words
    return left


def tasks_after(scenario: Scenario, outcome: Outcome, facts: Facts) -> tuple[Task, ...]:
    """The tasks that follow the decision, those of single elements after the others."""
    whole = [one for one in scenario.follow if not one.each]
    tasks = list(tasks_of(whole, outcome.grant, facts))
    for one, grant in of_elements(scenario.follow, outcome.by_element):
        tasks.extend(tasks_of([one], {**outcome.grant, **grant}, facts))
    return tuple(tasks)


def granted_together(
    outcomes: Iterable[Outcome], measures: Measures, as_of: date
) -> dict[str, Any]:
    """What several scenarios grant, merged by measure; what one of them denies is gone."""
    values: dict[str, list[Any]] = {}
    denied: dict[str, Any] = {}
    for outcome in outcomes:
        for code, value in outcome.grant.items():
            # Several that stand side by side in one scenario join those of the others.
            several = value if isinstance(value, tuple) else (value,)
            values.setdefault(code, []).extend(several)
        denied = _denied_with(denied, outcome.denied)
    grant = {code: merged(measures[code], several, as_of) for code, several in values.items()}
    return _without(grant, denied)


def explain_scenario(scenario: Scenario, facts: Facts, outcome: Outcome) -> tuple[RowTrace, ...]:
    """Every rule of the scenario with its tests: why this row, and why not each other one."""
    parts = {
        "require": scenario.require,
        "exclude": scenario.exclude,
        "row": tuple(row for row in scenario.rows if not row.each),
        "adjust": scenario.adjust,
        "cap": scenario.cap,
        "override": scenario.override,
    }
    named = {*outcome.rows, *outcome.applied}
    return tuple(
        RowTrace(
            table=f"{scenario.code}.{part}",
            row=rule.id,
            matched=rule.id in named and part != "require",
            checks=results(rule.when, facts),
            basis=rule.basis,
        )
        for part, rules in parts.items()
        for rule in rules
    )
