"""The facts that rules may test: those the pool and an application offer (vocabulary.toml)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from credit_cli.rules.conditions import FactType, Kind

Types = dict[str, FactType]
# What a vocabulary's `in` names: the ids of a part of the pack; none if it has no such part.
Parts = Mapping[str, tuple[str, ...]]


def offered_facts(parts: Parts) -> Types:
    """Every built-in fact and list by name; a list's elements may hold lists themselves."""
    raw = _vocabulary()
    lists: Types = {}
    for name, one in raw["list"].items():
        held = raw["list"][one["like"]] if "like" in one else one
        fields = {"id": FactType(kind=Kind.TEXT)}
        fields |= {key: _type(field, parts, lists) for key, field in held["field"].items()}
        lists[name] = FactType(
            kind=Kind.LIST,
            fields=fields,
            by=one.get("by", ""),
            title=one["title"],
            title_en=one["title_en"],
        )
    return {key: _type(field, parts, lists) for key, field in raw["fact"].items()} | lists


@cache
def _vocabulary() -> dict[str, Any]:
    text = files("credit_cli.intake").joinpath("vocabulary.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _type(raw: Any, parts: Parts, lists: Types) -> FactType:  # noqa: ANN401 - a TOML value
    if isinstance(raw, str):
        return FactType(kind=Kind(raw))
    if "list" in raw:
        return lists[raw["list"]]  # stands further up in the vocabulary
    values = raw.get("values") or parts.get(raw.get("in", ""), ())
    return FactType(
        kind=Kind(raw["type"]),
        values=tuple(values),
        title=raw.get("title", ""),
        title_en=raw.get("title_en", ""),
    )
