"""A credit scenario in words: its scope, its fixed order, each rule and what follows."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from credit_cli.actions.condition_words import condition_data, condition_words
from credit_cli.actions.policy_names import Names, duration, ground, listed, titled
from credit_cli.actions.wording import View
from credit_cli.rules.conditions import ALWAYS
from credit_cli.rules.derived import FactValue
from credit_cli.rules.durations import Duration
from credit_cli.rules.measures import Measure, Open, ordered
from credit_cli.rules.scenarios import ORDER, Hit, Rule, Scenario
from credit_cli.text import say


def size_words(code: str, value: Any, names: Names) -> str:  # noqa: ANN401 - a measure's value
    """A measure with its size."""
    measure = names.pack.measures.get(code)
    title = titled(measure) if measure else code
    said = amount_words(measure, value, names)
    return say("policy_words.size", measure=title, value=said)


def amount_words(measure: Measure | None, value: Any, names: Names) -> str:  # noqa: ANN401
    """A measure's size: a plain value, left open, or worked out."""
    match value:
        case Open(why=why):
            return say("policy_words.size.open", why=why)
        case FactValue(written=fact):
            return say("policy_words.size.fact", fact=names.fact(fact))
        case Duration():
            return duration(value)
    if hasattr(value, "written"):
        return say("policy_words.size.formula", written=value.written)
    return names.amount(measure, value) if measure else str(value)


def sizes_words(sizes: Mapping[str, Any], names: Names) -> str:
    """Several measures with their sizes."""
    return say("policy_words.semicolon").join(
        size_words(code, value, names) for code, value in sizes.items()
    )


def gives_words(rule: Rule, names: Names) -> str:
    """What a rule brings: grants, denials, or how it changes what is granted."""
    parts = [sizes_words(rule.grant, names)] if rule.grant else []
    if rule.deny:
        parts.append(say("policy_words.denied", what=sizes_words(rule.deny, names)))
    if rule.measure:
        parts.extend(_change_words(rule, names))
    return say("policy_words.semicolon").join(parts) or say("policy_words.nothing")


def _change_words(rule: Rule, names: Names) -> Iterable[str]:
    measure = names.pack.measures.get(rule.measure)
    title = titled(measure) if measure else rule.measure
    if rule.times:
        yield say("policy_words.change.times", measure=title, share=rule.times)
    if isinstance(rule.by, str):
        yield say("policy_words.change.by", measure=title, amount=rule.by)
    elif rule.by:
        code = "up" if rule.by > 0 else "down"
        yield say(f"policy_words.moved_by.{code}", measure=title, n=abs(rule.by))
    for key, bound in (("at_most", rule.at_most), ("at_least", rule.at_least)):
        if bound is not None:
            value = amount_words(measure, bound, names)
            yield say(f"policy_words.bound.{key}", measure=title, value=value)


def rule_view(number: int, rule: Rule, names: Names, outer: str, *, gives: bool = True) -> View:
    """A rule: number, id, title, tests, what it brings, and its own ground unless it is `outer`.

    One that needs not bring anything (`gives` is false) says nothing of it then.
    """
    when = condition_words(rule.when, names)
    if rule.each:
        title = names.title(rule.each)
        when = say("policy_words.each_element", list=title, code=rule.each, when=when)
    return {
        "number": number,
        "id": rule.id,
        "title": rule.title or None,
        "each": rule.each or None,
        "when": condition_data(rule.when, names),
        "words": when,
        "grant": {code: plain(value) for code, value in rule.grant.items()},
        "deny": {code: plain(value) for code, value in rule.deny.items()},
        "gives": gives_words(rule, names) if gives or rule.grant or rule.deny else None,
        "basis": None if rule.basis == outer else ground(names.pack, rule.basis),
    }


def plain(value: Any) -> Any:  # noqa: ANN401 - a measure's value
    """A size as scripts get it: a formula as written, an open one with its reason."""
    match value:
        case Open(why=why):
            return {"open": why}
        case frozenset():
            return sorted(value)
        case bool() | int() | str() | None:
            return value
        case date():
            return value.isoformat()
    return value.written if hasattr(value, "written") else str(value)


def measure_view(measure: Measure, names: Names) -> View:
    """A kind of measure: unit, polarity, and how several become one."""
    has_order = ordered(measure)
    better = say(f"policy_words.better.{'higher' if measure.higher_is_better else 'lower'}")
    said = {
        "kind": say(f"policy_words.kind.{measure.kind.value}"),
        "polarity": say(f"policy_words.polarity.{measure.polarity.value}"),
        "merge": say(f"policy_words.merge.{measure.merge.value}"),
    }
    return {
        "measure": measure.code,
        "title": titled(measure),
        "kind": measure.kind.value,
        "unit": measure.unit or None,
        "values": [
            {"value": one, "title": names.of_measure(measure, one)} for one in measure.values
        ],
        "polarity": measure.polarity.value,
        "merge": measure.merge.value,
        "better": "higher" if measure.higher_is_better else "lower",
        "words": say("policy_words.measure_words", **said, better=better)
        if has_order
        else say("policy_words.measure_words.unordered", **said),
    }


def scope_words(scenario: Scenario, names: Names) -> str:
    """Whom, where, for what and when a scenario is meant for."""
    scope = scenario.scope
    listings = {
        "subjects": [names.word("kind", one.value) for one in scenario.subjects],
        "regions": list(scope.regions),
        "except_regions": list(scope.except_regions),
        "items": [names.word("item", one) for one in scope.items],
        "attributes": list(scope.attributes),
        "providers": list(scope.providers),
        "weekly": [one.written for one in scope.weekly],
        "yearly": [one.written for one in scope.yearly],
    }
    parts = [
        say(f"policy_words.scope.{key}", what=listed(words))
        for key, words in listings.items()
        if words
    ]
    if scope.when != ALWAYS:
        parts.append(condition_words(scope.when, names))
    return say("policy_words.and").join(parts) or say("policy_words.no_scope")


def days_words(starts: date | None, ends: date | None) -> str:
    """From when until when."""
    parts = [say("policy_words.from_day", day=starts)] if starts else []
    parts += [say("policy_words.until_day", day=ends)] if ends else []
    return say("policy_words.comma").join(parts)


def hit_words(scenario: Scenario) -> str:
    """Which of the rows that hold decide."""
    rank = scenario.rank or tuple(row.id for row in scenario.rows)
    held = " > ".join(rank) if scenario.hit is Hit.PRIORITY else ""
    said = say(f"policy_words.hit.{scenario.hit.value}", rank=held)
    if not scenario.preferred:
        return said
    rows = " > ".join(scenario.preferred)
    return said + say("policy_words.semicolon") + say("policy_words.preferred", rows=rows)


def order_views(scenario: Scenario, names: Names) -> list[View]:
    """The steps of the fixed order that this scenario has, in words."""
    days = days_words(scenario.starts, scenario.ends) or say("policy_words.always_in_force")
    said = {"in_force": days, "scope": scope_words(scenario, names), "rows": _rows_words(scenario)}
    had = {
        "require": scenario.require,
        "exclude": scenario.exclude,
        "merge": scenario.hit in (Hit.COLLECT, Hit.ORDERED),
        "adjust": scenario.adjust,
        "cap": scenario.cap,
        "override": scenario.override,
        "deny": any(one.deny for one in (*scenario.rows, scenario.otherwise, *scenario.override)),
        "follow": scenario.follow,
    }
    steps = [step for step in ORDER if had.get(step, True)]
    return [
        {"number": n, "step": step, "words": _step_words(step, said.get(step, ""))}
        for n, step in enumerate(steps, 1)
    ]


def _rows_words(scenario: Scenario) -> str:
    each = any(row.each for row in scenario.rows)
    apart = [say("policy_words.rows_apart")] if each else []
    return say("policy_words.semicolon").join([hit_words(scenario), *apart])


def _step_words(step: str, what: str) -> str:
    return say(f"policy_words.order.{step}", what=what)
