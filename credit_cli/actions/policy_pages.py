"""What a policy says of one thing, whole enough to foretell every result without the files."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from credit_cli.actions.condition_words import condition_data, condition_words
from credit_cli.actions.fact_words import (
    Mention,
    fact_view,
    list_view,
    mentioned,
    of_value,
    rested_on,
)
from credit_cli.actions.policy_names import Names, ground, titled
from credit_cli.actions.scenario_words import (
    days_words,
    follow_view,
    hit_words,
    measure_view,
    order_views,
    rule_view,
    scope_words,
)
from credit_cli.actions.score_words import alert_view, score_view
from credit_cli.actions.wording import View
from credit_cli.intake.policy import pack_for, read_pack
from credit_cli.intake.policy_dates import day_of
from credit_cli.rules.conditions import Condition, Op, tests_of
from credit_cli.rules.decisions import DecisionTable
from credit_cli.rules.measures import Open
from credit_cli.rules.packs import Pack
from credit_cli.rules.scenarios import Rule, Scenario
from credit_cli.text import say

PARTS = ("require", "exclude", "row", "adjust", "cap", "override")
_KEYS = {"row": "rows"}


class Book(NamedTuple):
    """A pack as it is on a day, its raw tables of all days, and what it is called."""

    pack: Pack
    tables: Mapping[str, Any]
    content: str
    label: str
    day: date
    own: tuple[str, ...] = ()

    @property
    def names(self) -> Names:
        """What its facts are called."""
        return Names(self.pack)

    def on(self, day: date) -> "Book":
        """The same pack on another day."""
        return self._replace(pack=pack_for(self.content, day), day=day)


def book_of(content: str, label: str, day: date) -> Book:
    """The book of a canonical content; ValueError or LookupError if it cannot be read."""
    pack = pack_for(content, day)
    return Book(pack, json.loads(content), content, label, day, tuple(pack.scenarios))


def open_book(path: Path, day: date) -> Book:
    """The book of a pack's files; PolicyInvalid."""
    read = read_pack(path)
    book = book_of(read.content, str(path), day)
    return book._replace(own=tuple(read.own_scenarios))


def scenario_page(book: Book, code: str) -> View:
    """Everything about a scenario, with the facts, measures and other rules that it rests on."""
    names, scenario = book.names, book.pack.scenarios[code]
    rest = rested_on(_mentions(scenario, names), names)
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
        "measures": [measure_view(one, names) for one in _measures(scenario, book.pack)],
        **_rest(rest, book),
        "open": _open(scenario, names),
        "notes": [say(f"policy_words.{note}") for note in ("missing", "ranges", "formulas")],
        "also": [_page_of(one, book) for one in rest if one.what in ("scenario", "score")],
    }


def _scope(scenario: Scenario, names: Names) -> View:
    scope = scenario.scope
    return {
        "regions": list(scope.regions),
        "items": list(scope.items),
        "attributes": list(scope.attributes),
        "providers": list(scope.providers),
        "weekly": [one.written for one in scope.weekly],
        "when": condition_data(scope.when, names),
        "words": scope_words(scenario, names),
    }


def _rules(scenario: Scenario, part: str, book: Book) -> list[View]:
    """The rules of one part, each with the days that it names itself."""
    rules: tuple[Rule, ...] = scenario.rows if part == "row" else getattr(scenario, part)
    raw = book.tables["scenario"][scenario.code].get(part, [])
    return [
        {**rule_view(n, rule, book.names, scenario.basis), **_own_days(raw, rule.id, book.day)}
        for n, rule in enumerate(rules, 1)
    ]


def _own_days(rules: list[Any], code: str, day: date) -> View:
    for one in rules:
        starts, ends = day_of(one.get("from")), day_of(one.get("until"))
        if one.get("id") == code and (starts or day) <= day <= (ends or day):
            return {"from": starts, "until": ends}
    return {"from": None, "until": None}


def every_rule(scenario: Scenario) -> Iterator[tuple[str, Rule]]:
    """Every rule of a scenario with the part in which it stands."""
    for part in PARTS:
        rules: tuple[Rule, ...] = scenario.rows if part == "row" else getattr(scenario, part)
        yield from ((part, rule) for rule in rules)
    yield "else", scenario.otherwise


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


def _measures(scenario: Scenario, pack: Pack) -> list[Any]:
    named: dict[str, None] = {}
    for _, rule in every_rule(scenario):
        named |= dict.fromkeys((*rule.grant, *rule.deny, *([rule.measure] if rule.measure else [])))
    return [pack.measures[code] for code in named if code in pack.measures]


def _rest(rest: tuple[Mention, ...], book: Book) -> View:
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


def _page_of(one: Mention, book: Book) -> View:
    if one.what == "scenario":
        return scenario_page(book, one.code)
    return score_page(book, one.code)


def score_page(book: Book, code: str) -> View:
    """A score model with the facts and lists that it rests on."""
    model = book.pack.types[f"score.{code}"].derived
    conditions = [one.when for one in getattr(model, "indicators", ())]
    listed = [one.elements for one in getattr(model, "indicators", ()) if one.elements]
    formulas = [one.points for one in getattr(model, "indicators", ()) if one.elements is None]
    names = book.names
    own = [Mention("list", one.over) for one in listed]
    own += mentioned(conditions, names)
    own += [mention for one in formulas for mention in of_value(one, names)]
    page = score_view(model, names)
    return {**_head("score", code, book), **page, **_rest(rested_on(own, names), book)}


def alert_page(book: Book, code: str) -> View:
    """An alert rule with the list that it counts."""
    alert = book.pack.alerts[code]
    own = [Mention("list", alert.events.over)] if alert.events.over in book.pack.types else []
    page = alert_view(alert, book.names)
    return {**_head("alert", code, book), **page, **_rest(tuple(own), book)}


def fact_page(book: Book, code: str) -> View:
    """A fact with those that it rests on."""
    declared = book.tables.get("fact", {})
    rest = rested_on([Mention("fact", code)], book.names)[1:]
    own = fact_view(code, book.names, declared.get(code, {}))
    own.pop("fact")
    also = [_page_of(one, book) for one in rest if one.what in ("scenario", "score")]
    return {**_head("fact", code, book), **own, **_rest(rest, book), "also": also}


def list_page(book: Book, code: str) -> View:
    """A list with the fields of its elements."""
    own = list_view(code, book.names)
    own.pop("list")
    return {**_head("list", code, book), **own}


def measure_page(book: Book, code: str) -> View:
    """A kind of measure."""
    own = measure_view(book.pack.measures[code], book.names)
    own.pop("measure")
    return {**_head("measure", code, book), **own}


def programme_page(book: Book, code: str) -> View:
    """A benefit programme."""
    one, names = book.pack.programmes[code], book.names
    return {
        **_head("programme", code, book),
        "title": one.title,
        "basis": ground(book.pack, one.basis),
        "from": one.starts,
        "until": one.ends,
        "when": condition_data(one.when, names),
        "words": condition_words(one.when, names),
        "value_fen": one.value_fen,
        "budget_fen": one.budget_fen,
        "per_subject": one.per_subject,
        "valid": str(one.valid),
        **_rest(rested_on(mentioned([one.when], names), names), book),
    }


def table_page(book: Book, code: str) -> View:
    """The table `severity`, `tier` or `route`: the first row that holds decides."""
    table = tables_of(book.pack)[code]
    names = book.names
    rows = [table_row(n, row, code, names) for n, row in enumerate(table.rows, 1)]
    rest = rested_on(mentioned((row.when for row in table.rows), names), names)
    return {
        **_head("table", code, book),
        "hit": {"policy": "first", "rank": [], "words": say("policy_words.hit.first", rank="")},
        "rows": rows,
        "otherwise": table_row(0, table.otherwise, code, names),
        **(_rest(rest, book) if code != "severity" else {}),
        "notes": [say(f"policy_words.{note}") for note in ("missing", "ranges")],
    }


def tables_of(pack: Pack) -> dict[str, DecisionTable]:
    """The tables of a province's core by the names under which they are shown."""
    return {"tier": pack.tier, "route": pack.routes, "severity": pack.severity}


def table_row(number: int, row: Any, code: str, names: Names) -> View:  # noqa: ANN401 - a row
    """A row of a table of the core."""
    (granted,) = row.grant.values() or ("",)
    given = granted if isinstance(granted, list) else [granted]
    family = "route" if code == "route" else code
    words = [names.word(family, str(one)) for one in given]
    return {
        "number": number,
        "id": row.id,
        "when": condition_data(row.when, names),
        "words": condition_words(row.when, names),
        "grant": row.grant,
        "gives": say("value.separator").join(words) or say("value.none"),
        "basis": ground(names.pack, row.basis),
    }


def item_page(book: Book, code: str) -> View:
    """A service item: limits, modes with their terms, materials, and the scenarios that name it."""
    from credit_cli.actions.item_words import item_view  # noqa: PLC0415 - only here

    return {**_head("item", code, book), **item_view(book.pack.items[code], book.pack)}


def _head(what: str, code: str, book: Book) -> View:
    return {"what": what, "code": code, "as_of": book.day, "policy_version": book.label}


# In the order in which a name is looked for.
PAGES: Mapping[str, tuple[Callable[[Book], Any], Callable[[Book, str], View]]] = {
    "table": (
        lambda book: [code for code, one in tables_of(book.pack).items() if one.rows],
        table_page,
    ),
    "scenario": (lambda book: book.pack.scenarios, scenario_page),
    "alert": (lambda book: book.pack.alerts, alert_page),
    "score": (lambda book: _scores(book.pack), score_page),
    "item": (lambda book: book.pack.items, item_page),
    "programme": (lambda book: book.pack.programmes, programme_page),
    "measure": (lambda book: book.pack.measures, measure_page),
    "list": (lambda book: _lists(book.pack), list_page),
    "fact": (lambda book: [one for one in book.pack.types if one not in _lists(book.pack)], fact_page),
}


def _lists(pack: Pack) -> list[str]:
    return [name for name, kind in pack.types.items() if kind.fields is not None]


def _scores(pack: Pack) -> list[str]:
    named = [name.partition(".")[2] for name in pack.types if name.startswith("score.")]
    return [code for code in named if pack.types[f"score.{code}"].derived is not None]


def days_of(page: View) -> str:
    """From when until when what a page tells is in force."""
    return days_words(page.get("from"), page.get("until"))
