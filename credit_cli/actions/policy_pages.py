"""What a policy says of one thing, whole enough to foretell every result without the files."""

from collections.abc import Callable, Mapping
from typing import Any

from credit_cli.actions.condition_words import condition_data, condition_words
from credit_cli.actions.fact_words import fact_view, list_view
from credit_cli.actions.item_words import item_view
from credit_cli.actions.policy_books import Book, tables_of
from credit_cli.actions.policy_mentions import (
    Mention,
    mentioned,
    of_measurement,
    of_value,
    rested_on,
)
from credit_cli.actions.policy_names import Names, ground
from credit_cli.actions.scenario_pages import ALSO, rest_views, scenario_page
from credit_cli.actions.scenario_words import (
    days_words,
    measure_view,
)
from credit_cli.actions.score_words import alert_view, score_view
from credit_cli.actions.wording import View
from credit_cli.rules.packs import Pack
from credit_cli.text import say


def _scenario(book: Book, code: str) -> View:
    return scenario_page(book, code, _page_of)


def _page_of(one: Mention, book: Book) -> View:
    page = {"scenario": _scenario, "score": score_page, "alert": alert_page}[one.what]
    return page(book, one.code)


def score_page(book: Book, code: str) -> View:
    """A score model with the facts and lists that it rests on."""
    model = book.pack.types[f"score.{code}"].derived
    names = book.names
    conditions = [one.when for one in getattr(model, "indicators", ())]
    listed = [one.elements for one in getattr(model, "indicators", ()) if one.elements]
    formulas = [one.points for one in getattr(model, "indicators", ()) if one.elements is None]
    own = [mention for one in listed for mention in of_measurement(one, names)]
    own += mentioned(conditions, names)
    own += [mention for one in formulas for mention in of_value(one, names)]
    for one in getattr(model, "indicators", ()):
        inside = names.inside(one.elements.over) if one.elements else names
        own += mentioned((when for when, _ in getattr(one.points, "rows", ())), inside)
    page = score_view(model, names)
    return {**_head("score", code, book), **page, **rest_views(rested_on(own, names), book)}


def alert_page(book: Book, code: str) -> View:
    """An alert rule with the list that it counts."""
    alert = book.pack.alerts[code]
    own = [*of_measurement(alert.events, book.names)]
    own += mentioned([alert.exclude], book.names.inside(alert.events.over))
    named = (*alert.key, *(alert.suppress.same if alert.suppress else ()))
    own += [Mention("field", f"{alert.events.over}.{one}") for one in named]
    page = alert_view(alert, book.names)
    return {**_head("alert", code, book), **page, **rest_views(tuple(own), book)}


def fact_page(book: Book, code: str) -> View:
    """A fact with those that it rests on."""
    declared = book.tables.get("fact", {})
    rest = rested_on([Mention("fact", code)], book.names)[1:]
    own = fact_view(code, book.names, declared.get(code, {}))
    own.pop("fact")
    also = [_page_of(one, book) for one in rest if one.what in ALSO]
    return {**_head("fact", code, book), **own, **rest_views(rest, book), "also": also}


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
        **rest_views(rested_on(mentioned([one.when], names), names), book),
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
        **(rest_views(rest, book) if code != "severity" else {}),
        "notes": [say(f"policy_words.note.{note}") for note in ("missing", "ranges")],
    }


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
    return {**_head("item", code, book), **item_view(book.pack.items[code], book.pack)}


def _head(what: str, code: str, book: Book) -> View:
    return {"what": what, "code": code, "as_of": book.day, "policy_version": book.label}


# In the order in which a name is looked for.
PAGES: Mapping[str, tuple[Callable[[Book], Any], Callable[[Book, str], View]]] = {
    "table": (
        lambda book: [code for code, one in tables_of(book.pack).items() if one.rows],
        table_page,
    ),
    "scenario": (lambda book: book.pack.scenarios, _scenario),
    "alert": (lambda book: book.pack.alerts, alert_page),
    "score": (lambda book: _scores(book.pack), score_page),
    "item": (lambda book: book.pack.items, item_page),
    "programme": (lambda book: book.pack.programmes, programme_page),
    "measure": (lambda book: book.pack.measures, measure_page),
    "list": (lambda book: _lists(book.pack), list_page),
    "fact": (
        lambda book: [one for one in book.pack.types if one not in _lists(book.pack)],
        fact_page,
    ),
}


def _lists(pack: Pack) -> list[str]:
    return [name for name, kind in pack.types.items() if kind.fields is not None]


def _scores(pack: Pack) -> list[str]:
    named = [name.partition(".")[2] for name in pack.types if name.startswith("score.")]
    return [code for code in named if pack.types[f"score.{code}"].derived is not None]


def days_of(page: View) -> str:
    """From when until when what a page tells is in force."""
    return days_words(page.get("from"), page.get("until"))
