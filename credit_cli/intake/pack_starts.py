"""A file to start a new scenario from: another one with all that it rests on, under a new code.

Values keep their days; grounds do not come along, for a new rule has a ground of its own.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from credit_cli.intake.pack_text import comment, key_text, table_lines, value_text
from credit_cli.intake.policy_dates import day_of
from credit_cli.text import say

Raw = Mapping[str, Any]
# The sections of which entries may come along, in the order in which they are written.
_SECTIONS = (
    "scale",
    "record",
    "fact",
    "collection",
    "measure",
    "item",
    "score",
    "alert",
    "scenario",
)
_ROWS = (
    "require",
    "exclude",
    "row",
    "adjust",
    "cap",
    "override",
    "follow",
    "indicator",
    "material",
)
_FIRST = ("id", "title", "title_en", "from", "until", "trial", "subjects", "scope", "hit", "rank")
_LAST = ("when", "grant", "deny", "else", *_ROWS)
_DAYS = ("from", "until")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*")
# Without its province's core an item has no modes.
_OF_CORE = {"item": ("mode",)}


def start_text(tables: Raw, like: str, code: str, tests: Iterable[Raw]) -> str:
    """The file's text; `tables` as raw as in the store, `tests` the situations of `like`."""
    tests = list(tests)
    chosen = _chosen(tables, like, tests)
    tier = tables.get("tier_scale")
    lines = [
        comment(say(f"policy_start.intro.{name}", like=like)) for name in ("made", "how", "check")
    ]
    lines += ["", *([f"tier_scale = {value_text(tier)}", ""] if tier in chosen["scale"] else [])]
    lines += _header(tables, like, code)
    for section in _SECTIONS:
        for name, entry in chosen[section].items():
            renamed = code if (section, name) == ("scenario", like) else name
            dropped = _OF_CORE.get(section, ())
            whole = {
                key: one for key, one in _plain(entry, like, code).items() if key not in dropped
            }
            lines += table_lines((section, renamed), whole, _listed(whole) & {*_ROWS})
    for mapping in tables.get("mapping", []):
        if {mapping.get("scale"), mapping.get("to", tier)} <= chosen["scale"].keys():
            lines += ["[[mapping]]", *_pairs(_plain(mapping, like, code)), ""]
    lines += _accepted(tables, like, code)
    lines += [comment(say("policy_start.tests")), ""]
    for test in tests:
        lines += _test(test, like, code)
    return "\n".join(lines).rstrip() + "\n"


def _header(tables: Raw, like: str, code: str) -> list[str]:
    title = tables["scenario"][like]["title"]
    header = {"name": code, "title": say("policy_start.title", title=title)}
    ground = {"title": say("policy_start.ground"), "number": "", "clause": "", "mark": "I"}
    return [
        *("[pack]", *_pairs(header), f"from = {tables['pack']['from']}", 'basis = "source"', ""),
        *(comment(say("policy_start.fill")), "[basis.source]", *_pairs(ground), ""),
    ]


def _listed(table: Raw) -> set[str]:
    """Which of its keys hold lists of tables."""
    return {key for key, one in table.items() if isinstance(one, list) and _is_table(one[:1])}


def _is_table(first: list[Any]) -> bool:
    return bool(first) and isinstance(first[0], dict)


def _accepted(tables: Raw, like: str, code: str) -> Iterator[str]:
    """The conflicts of the source that were accepted, at their new place."""
    for one in tables.get("accept", []):
        head, _, rest = str(one["key"]).removeprefix("scenario.").partition(".")
        if head == like:
            key = ".".join(part for part in ("scenario", code, rest) if part)
            yield from ("[[accept]]", *_pairs({**_plain(one, like, code), "key": key}), "")


def _pairs(table: Raw) -> Iterator[str]:
    return (f"{key_text(key)} = {value_text(value)}" for key, value in table.items())


def _chosen(tables: Raw, like: str, tests: list[Raw]) -> dict[str, dict[str, Any]]:
    """What the scenario and its situations name, and what this names, all the way down."""
    chosen: dict[str, dict[str, Any]] = {section: {} for section in _SECTIONS}
    chosen["scenario"][like] = tables["scenario"][like]
    waiting = [tables["scenario"][like], *tests]
    while waiting:
        words = set(
            _NAME.findall(json.dumps(_bare(waiting.pop()), ensure_ascii=False, default=str))
        )
        for section in _SECTIONS:
            for name, entry in tables.get(section, {}).items():
                if name not in chosen[section] and _is_named(section, name, words, tables):
                    chosen[section][name] = entry
                    waiting.append(entry)
    return chosen


def _is_named(section: str, name: str, words: set[str], tables: Raw) -> bool:
    named = {name, f"{section}.{name}"}
    if section == "scale":
        named |= {f"grade.{name}", f"score.{name}"}
        named |= {"tier", "evaluation"} if name == tables.get("tier_scale") else set()
    return bool(named & words)


def _bare(value: Any) -> Any:  # noqa: ANN401 - TOML
    """A value without what names nothing: titles and grounds."""
    if isinstance(value, Mapping):
        silent = ("title", "title_en", "basis", "source", "unit")
        return {key: _bare(one) for key, one in value.items() if key not in silent}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def _plain(value: Any, like: str, code: str) -> Any:  # noqa: ANN401 - TOML
    """A value with days as days, the new code for the old, no grounds, and its keys in order."""
    if isinstance(value, list):
        return [_plain(one, like, code) for one in value]
    if not isinstance(value, Mapping):
        return value
    keys = [key for key in value if key != "basis"]
    rank = {key: n for n, key in enumerate((*_FIRST, "", *_LAST))}
    ordered = sorted(keys, key=lambda key: rank.get(key, rank[""]))
    held = {key: _plain(value[key], like, code) for key in ordered}
    held |= {key: day_of(held[key]) or held[key] for key in _DAYS if key in held}
    return held | ({"scenario": code} if held.get("scenario") == like else {})


def _test(test: Raw, like: str, code: str) -> list[str]:
    held = {**_plain(test, like, code), "scenario": code}
    expect = held.pop("expect", {})
    return ["[[test]]", *_pairs(held), "[test.expect]", *_pairs(expect), ""]
