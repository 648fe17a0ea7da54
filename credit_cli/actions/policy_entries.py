"""The entries of a policy that are no rules (items, scales, grounds ...), key by key in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from credit_cli.actions.policy_books import Book
from credit_cli.actions.policy_names import Names, titled
from credit_cli.intake.policy_dates import at_day
from credit_cli.text import find, say

# Sections that are told as rules.
_TOLD = frozenset({"scenario", "fact", "measure", "alert", "score", "tier", "route", "severity"})
Entry = tuple[str, str, Mapping[str, str]]


def named(kind: str, title: str, code: str) -> str:
    """What kind of thing it is, its title and its code."""
    return say(f"policy_words.thing.{kind}", title=title or code, code=code)


def raw_things(book: Book) -> dict[tuple[str, str], Entry]:
    """Where each entry stands, what it is in short, and its values by their titles."""
    found: dict[tuple[str, str], Entry] = {}
    for section, held in at_day(dict(book.tables), book.day).items():
        if section in _TOLD:
            continue
        entries = held if isinstance(held, dict) and section != "pack" else {"": held}
        if isinstance(held, list):
            entries = {_entry_id(one, n): one for n, one in enumerate(held)}
        for code, value in entries.items():
            details = dict(_leaves(value, "", book.names))
            title = str(value.get("title", "")) if isinstance(value, dict) else ""
            kind = section if find(f"policy_words.thing.{section}") else "other"
            name = code if kind == section else f"{section} {code}".strip()
            where = named(kind, title, name)
            found[section, code] = (where, title or ", ".join(details.values()), details)
    return found


def _entry_id(one: Any, n: int) -> str:  # noqa: ANN401 - TOML
    """What tells entries of a list apart: what they are of, and from when on."""
    if not isinstance(one, dict):
        return str(one)
    own = [
        str(one[key]) for key in ("id", "scale", "to", "severity", "from", "until") if key in one
    ]
    return " ".join(own) or str(n)


def _leaves(value: Any, path: str, names: Names) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(one, f"{path} {_title(key)}".strip(), names)
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for n, one in enumerate(value):
            code = one.get("code", n + 1) if isinstance(one, dict) else n + 1
            yield from _leaves(one, f"{path} {code}", names)
    elif isinstance(value, list):
        yield path or say("policy_words.what.words"), say("value.separator").join(map(str, value))
    else:
        family = path.rpartition(" ")[2]
        held = names.pack.bases.get(str(value)) if path == _title("basis") else None
        said = titled(held) if held else find(f"value.{family}.{value}") or str(value)
        yield path or say("policy_words.what.words"), said


def _title(key: str) -> str:
    return find(f"column.{key}") or key
