"""Show a thing of a policy by its code: as data for scripts, or laid out for a person."""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from credit_cli.actions.fact_words import values_words
from credit_cli.actions.policy_books import Book, tables_of
from credit_cli.actions.policy_names import listed, titled
from credit_cli.actions.policy_pages import PAGES, days_of
from credit_cli.actions.wording import View
from credit_cli.errors import PolicyPartNotFound
from credit_cli.text import say

_NEAR = 3
# Keys whose words in other tables mean something else.
_HEADS = {"open": "left_open", "rows": "table_rows"}
_HIDDEN = (
    *("until", "subjects", "scope", "hit", "when", "where", "also", "pages", "suppress", "derived"),
    *("otherwise", "what", "over", "key", "clock", "window", "threshold", "repeat", "by", "fields"),
)
_RULES = ("require", "exclude", "rows", "adjust", "cap", "override")


def find_page(book: Book, code: str) -> View:
    """The page of a code, or of `kind:code` where one is used twice; PolicyPartNotFound."""
    kind, _, own = code.rpartition(":")
    for what, (known, page) in PAGES.items():
        if kind in ("", what) and own in known(book):
            return page(book, own)
    every = [one for known, _ in PAGES.values() for one in known(book)]
    near = get_close_matches(own, every, n=_NEAR, cutoff=0.4)
    raise PolicyPartNotFound(part=code[:80], known=near or sorted(book.pack.scenarios))


def whole(book: Book) -> View:
    """A pack's own scenarios, alerts and scores, each in full, and the list of all that it has."""
    pages = [PAGES["scenario"][1](book, code) for code in book.own]
    for what in ("alert", "score"):
        known, page = PAGES[what]
        pages += [page(book, code) for code in known(book) if code in book.tables.get(what, {})]
    return {
        "what": "pack",
        "code": book.pack.name,
        "title": book.tables["pack"].get("title"),
        "from": book.pack.starts,
        "as_of": book.day,
        "policy_version": book.label,
        "contents": list(contents(book)),
        "pages": pages,
    }


def contents(book: Book) -> Iterator[View]:
    """What a pack says itself, by kind, code and title."""
    pack = book.pack
    for code, table in tables_of(pack).items():
        if table.rows:
            yield {"kind": "table", "code": code, "title": say(f"policy_words.table.{code}")}
    held: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("scenario", pack.scenarios),
        ("alert", pack.alerts),
        ("item", pack.items),
        ("programme", pack.programmes),
    )
    for what, things in held:
        yield from (
            {"kind": what, "code": code, "title": titled(one)} for code, one in things.items()
        )
    for what in ("score", "fact", "measure", "collection"):
        for code, raw in book.tables.get(what, {}).items():
            yield {"kind": what, "code": code, "title": raw.get("title") or None}


def readable(page: View) -> View:
    """A page as a person reads it: sentences instead of nested data, nothing said twice."""
    shown: View = {}
    for key, value in page.items():
        said = _said(key, value, page)
        if said not in (None, [], {}, "") and said is not False:
            shown[_HEADS.get(key, key)] = said
    return shown


def _said(key: str, value: Any, page: View) -> Any:  # noqa: ANN401 - a part of a page
    if key in _HIDDEN or (key in _RULES and not isinstance(value, list)):
        return None
    if key in _RULES:
        last = [_otherwise(page["otherwise"])] if key == "rows" else []
        return [_rule(one) for one in value] + last
    if key in _LISTED:
        return [_listed(one) for one in value]
    told = _TOLD.get(key)
    return told(value, page) if told else value


_LISTED = ("facts", "measures", "lists", "indicators", "modes", "materials")
# Any: a part of a page, whose shape its key tells.
_TOLD: dict[str, Callable[[Any, View], Any]] = {
    "basis": lambda value, _: value["words"],
    "from": lambda _, page: days_of(page) or None,
    "order": lambda value, _: _numbered("step_words", [one["words"] for one in value]),
    "coming": lambda value, _: _numbered("change_words", [one["message"] for one in value]),
    "notes": lambda value, _: _numbered("note", value),
    "follow": lambda value, _: [_task(one) for one in value],
    "values": lambda value, page: values_words(value, graded=page.get("kind") == "grade"),
    "open": lambda value, _: [{key: one[key] for key in ("id", "fact", "why")} for one in value],
}


def _numbered(key: str, words: list[str]) -> list[View]:
    return [{"n": n, key: one} for n, one in enumerate(words, 1)]


def _otherwise(one: View) -> View:
    return _rule(one) | {"n": None, "tests_words": say("policy_words.none_holds")}


def _rule(one: View) -> View:
    """A rule on one line: number, name, tests, what it brings, its own days and ground."""
    name = " ".join(part for part in (one["id"], one.get("title")) if part)
    days = days_of(one)
    ground = one["basis"]["words"] if one["basis"] else None
    return {
        "n": one["number"],
        "rule": name,
        "tests_words": one["words"],
        **({"gives": one["gives"]} if one["gives"] else {}),
        **({"days": days} if days else {}),
        **({"own_basis": ground} if ground else {}),
    }


def _task(one: View) -> View:
    name = " ".join(part for part in (one["id"], one["title"]) if part)
    ground = {"own_basis": one["basis"]["words"]} if one["basis"] else {}
    return {"task": name, "task_words": one["words"], **ground}


def _listed(one: View) -> View:
    """A fact, measure, list ... on one line: code, title, kind and values, how it comes about."""
    code = next(one[key] for key in ("fact", "measure", "list", "mode", "code", "id") if key in one)
    kind = say(f"policy_words.kind.{one['kind']}") if "kind" in one else None
    title = one["title"] if one.get("title") != code else None
    values = values_words(one.get("values") or [], graded=one.get("kind") == "grade")
    own = one.get("states", [])[3:]
    parts = [
        kind,
        one.get("unit"),
        values,
        say("policy_words.states", states=listed(own)) if own else "",
    ]
    said = {
        "code": code,
        "title": title,
        "kind_words": say("policy_words.semicolon").join(part for part in parts if part) or None,
        "words": one.get("words"),
    }
    return {key: value for key, value in said.items() if value is not None}
