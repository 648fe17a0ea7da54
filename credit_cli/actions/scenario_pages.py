"""All about a scenario: enough to foretell every result of its table without the files."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from credit_cli.actions.condition_words import condition_data
from credit_cli.actions.fact_words import fact_view, list_view
from credit_cli.actions.follow_words import follow_view
from credit_cli.actions.policy_books import PARTS, Book, every_rule
from credit_cli.actions.policy_diffs import coming
from credit_cli.actions.policy_mentions import (
    Mention,
    mentioned,
    of_value,
    rested_on,
)
from credit_cli.actions.policy_names import Names, ground, titled
from credit_cli.actions.scenario_words import (
    hit_words,
    measure_view,
    order_views,
    rule_view,
    scope_words,
)
from credit_cli.actions.wording import View
from credit_cli.intake.policy import pack_epochs
from credit_cli.intake.policy_dates import day_of
from credit_cli.rules.conditions import Condition, Op, tests_of
from credit_cli.rules.measures import Open
from credit_cli.rules.packs import Pack
from credit_cli.rules.scenarios import Rule, Scenario
from credit_cli.text import say

# What a scenario rests on that has a page of its own.
ALSO = ("scenario", "score", "alert")
_KEYS = {"row": "rows"}


def scenario_page(book: Book, code: str, page_of: Callable[[Mention, Book], View]) -> View:
    """Everything about a scenario, with the facts, measures and other rules that it rests on.

    `page_of` tells of those other rules.
    """
    names, scenario = book.names, book.pack.scenarios[code]
    every = _as_it_becomes(book, code)
    rest = rested_on((one for held in every for one in _mentions(held, names)), names)
    rules = {part: _rules(scenario, part, book) for part in PARTS}
    return {
        "what": "scenario",
        "code": code,
        "title": titled(scenario),
        "basis": ground(book.pack, scenario.basis),
        "from": scenario.starts,
        "until": scenario.ends,
        "trial": scenario.trial,
        "as_of": book.day,
        "policy_version": book.label,
        "subjects": [one.value for one in scenario.subjects],
        "scope": _scope(scenario, names),
        "order": order_views(scenario, names),
        "hit": {
            "policy": scenario.hit.value,
            "rank": list(scenario.rank),
            "words": hit_words(scenario),
        },
        **{_KEYS.get(part, part): views for part, views in rules.items()},
        "otherwise": rule_view(0, scenario.otherwise, names, scenario.basis),
        "follow": [follow_view(one, names, scenario.basis) for one in scenario.follow],
        "measures": [measure_view(one, names) for one in _measures(every, book.pack)],
        **rest_views(rest, book),
        "open": _open(scenario, names),
        "coming": coming(book, code),
        "notes": [say(f"policy_words.note.{note}") for note in ("missing", "ranges", "formulas")],
        "also": [page_of(one, book) for one in rest if one.what in ALSO],
    }


def _scope(scenario: Scenario, names: Names) -> View:
    scope = scenario.scope
    return {
        "regions": list(scope.regions),
        "items": list(scope.items),
        "attributes": list(scope.attributes),
        "providers": list(scope.providers),
        "weekly": [one.written for one in scope.weekly],
        "except_regions": list(scope.except_regions),
        "yearly": [one.written for one in scope.yearly],
        "when": condition_data(scope.when, names),
        "words": scope_words(scenario, names),
    }


def _rules(scenario: Scenario, part: str, book: Book) -> list[View]:
    """The rules of one part, each with the days that it names itself."""
    rules: tuple[Rule, ...] = scenario.rows if part == "row" else getattr(scenario, part)
    raw = book.tables["scenario"][scenario.code].get(part, [])
    return [
        {
            **rule_view(n, rule, book.names, scenario.basis, gives=part != "require"),
            **_own_days(raw, rule.id, book.day),
        }
        for n, rule in enumerate(rules, 1)
    ]


def _own_days(rules: list[Any], code: str, day: date) -> View:
    for one in rules:
        starts, ends = day_of(one.get("from")), day_of(one.get("until"))
        if one.get("id") == code and (starts or day) <= day <= (ends or day):
            return {"from": starts, "until": ends}
    return {"from": None, "until": None}


def _conditions(scenario: Scenario) -> Iterator[Condition]:
    yield scenario.scope.when
    yield from (rule.when for _, rule in every_rule(scenario))
    yield from (one.when for one in scenario.follow)


def _mentions(scenario: Scenario, names: Names) -> Iterator[Mention]:
    yield from mentioned(_conditions(scenario), names)
    for _, rule in every_rule(scenario):
        yield from (Mention("list", one) for one in [rule.each] if one)
        for value in rule.grant.values():
            yield from of_value(value, names)
    for one in scenario.follow:
        yield from of_value(one.within, names)


def _as_it_becomes(book: Book, code: str) -> list[Scenario]:
    """The scenario as it is on the day and on every later one on which the pack changes."""
    later = [book.on(day) for day in pack_epochs(book.content) if day > book.day]
    return [one.pack.scenarios[code] for one in (book, *later)]


def _measures(scenarios: list[Scenario], pack: Pack) -> list[Any]:
    named: dict[str, None] = {}
    for rule in (rule for one in scenarios for _, rule in every_rule(one)):
        named |= dict.fromkeys((*rule.grant, *rule.deny, *([rule.measure] if rule.measure else [])))
    return [pack.measures[code] for code in named if code in pack.measures]


def _open(scenario: Scenario, names: Names) -> list[View]:
    """What the source leaves open: tests and sizes."""
    found = []
    for part, rule in every_rule(scenario):
        whys = [
            (names.fact(test.fact), test.operands[0])
            for test in tests_of(rule.when)
            if test.op is Op.OPEN
        ]
        whys += [
            (titled(names.pack.measures[code]), value.why)
            for code, value in rule.grant.items()
            if isinstance(value, Open)
        ]
        found += [{"part": part, "id": rule.id, "fact": fact, "why": why} for fact, why in whys]
    return found


def rest_views(rest: tuple[Mention, ...], book: Book) -> View:
    """The facts and lists that something rests on."""
    declared = book.tables.get("fact", {})
    facts = [one.code for one in rest if one.what == "fact"]
    fields: dict[str, set[str]] = {}
    for one in rest:
        if one.what == "field":
            over, _, field = one.code.partition(".")
            fields.setdefault(over, set()).add(field)
    lists = [one.code for one in rest if one.what == "list"]
    return {
        "facts": [fact_view(one, book.names, declared.get(one, {})) for one in facts],
        "lists": [list_view(one, book.names, fields.get(one, set())) for one in lists],
    }
