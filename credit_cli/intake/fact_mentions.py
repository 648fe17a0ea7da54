"""Which facts a fact, a score or a condition is worked out from, as far as it names them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from credit_cli.intake.scenario_shapes import FactShape

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*")
_NAMED = re.compile(r"(?:same as|since) (\S+)")
_COMPARED = re.compile(r"\s*(?:>=|<=|>|<|=|≥|≤)(.*)")


def mentioned(one: FactShape) -> Iterator[str]:
    """The facts that this one is worked out from, as far as it names them."""
    if one.formula:
        yield from NAME.findall(one.formula)
    for raw in (one.when, one.where, one.holding):
        yield from keys_of(raw or {}, deep=raw is one.when)
    for row in one.row or []:
        yield from keys_of(row.when)
        yield from NAME.findall(str(row.value))
    yield from NAME.findall(str(one.otherwise or ""))
    yield from one.worst_of or one.best_of or ()
    if one.within:
        yield from _NAMED.findall(one.within)
    if one.scenario:
        yield from _NAMED.findall(one.scenario)


def asked(score: Mapping[str, Any]) -> Iterator[str]:
    """The facts that a score rests on, as far as it names them."""
    parts = score.get("indicator", [])
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict):
            yield from keys_of(part.get("when"))
            yield from keys_of(part.get("where"), deep=False)
            yield from NAME.findall(f"{part.get('points')} {part.get('within')}")
            rows = part.get("row", [])
            for row in rows if "over" not in part and isinstance(rows, list) else []:
                yield from keys_of(row.get("when") if isinstance(row, dict) else None)
            yield from NAME.findall(f"{rows} {part.get('else')}")


def keys_of(raw: Any, *, deep: bool = True) -> Iterator[str]:  # noqa: ANN401 - a TOML value
    """The facts that a condition names; not `deep`: only those that it compares with."""
    match raw:
        case dict():
            for key, value in raw.items():
                if deep:
                    yield key
                # Below a list's name stand the fields of its elements, not facts.
                yield from keys_of(value, deep=deep and key in ("all", "any", "not"))
        case list():
            for value in raw:
                yield from keys_of(value, deep=deep)
        case str():
            yield from _NAMED.findall(raw)
            if compared := _COMPARED.fullmatch(raw):
                yield from NAME.findall(compared[1])
