"""A policy pack's TOML files laid together into one table of raw values.

A file's top-level `basis = "id"` is the ground of everything in that file
that names none of its own; rows and materials inherit from what holds them.
"""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from credit_cli.text import say

Raw = dict[str, Any]


class PackFault(NamedTuple):
    """One fault: the file's name, the key path in it, and what is wrong (a `policy.` code)."""

    file: str
    key: str
    code: str
    params: dict[str, Any]

    def words(self) -> str:
        """The fault as one line for a person."""
        what = say(f"policy.{self.code}", **self.params)
        return say("policy.line", file=self.file, key=self.key, what=what)


class RawPack(NamedTuple):
    """The raw tables, which file each top-level entry came from, and faults so far."""

    tables: Raw
    origins: dict[tuple[str, str], str]
    faults: list[PackFault]

    def file_of(self, path: tuple[Any, ...]) -> str:
        """The file in which the value at a key path stands, as far as known."""
        for length in (2, 1):
            key = (str(path[0]), str(path[1]) if length == 2 and len(path) > 1 else "")  # noqa: PLR2004
            if path and key in self.origins:
                return self.origins[key]
        return "pack"


def lay_together(folder: Path) -> RawPack:
    """Read every TOML file of the pack in the order of their names."""
    pack = RawPack({}, {}, [])
    for path in sorted(folder.glob("*.toml")):
        try:
            raw = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            pack.faults.append(PackFault(path.name, "-", "syntax", {"fault": str(fault)}))
            continue
        _add_file(pack, path.name, raw)
    return pack


def _add_file(pack: RawPack, file: str, raw: Raw) -> None:
    basis = raw.pop("basis", None)
    if isinstance(basis, dict):
        raw["basis"] = basis
    elif isinstance(basis, str):
        _inherit(raw, basis)
    for key, value in raw.items():
        _add_entry(pack, file, key, value)


def _add_entry(pack: RawPack, file: str, key: str, value: Any) -> None:  # noqa: ANN401 - TOML
    empty: Raw | list[Any] | None = {} if isinstance(value, dict) else None
    held = pack.tables.setdefault(key, [] if isinstance(value, list) else empty)
    if isinstance(held, list) and isinstance(value, list):
        start = len(held)
        held.extend(value)
        pack.origins.update({(key, str(start + n)): file for n in range(len(value))})
    elif isinstance(held, dict) and isinstance(value, dict):
        for name, entry in value.items():
            if name in held:
                pack.faults.append(PackFault(file, f"{key}.{name}", "said_twice", {}))
            held[name] = entry
            pack.origins[key, name] = file
    elif (key, "") in pack.origins:
        pack.faults.append(PackFault(file, key, "said_twice", {}))
    else:
        pack.tables[key] = value
    pack.origins[key, ""] = file


# The tables whose entries carry a basis, and the lists inside an entry that inherit it.
_BY_NAME = ("source", "scale", "record", "fact", "item", "mode", "programme")
_BY_LIST = ("mapping", "period")
_TABLES = ("severity", "tier", "route")


def _inherit(raw: Raw, basis: str) -> None:
    for entry in _entries(raw):
        own = entry.setdefault("basis", basis)
        for part in (*entry.get("row", ()), *entry.get("material", ())):
            if isinstance(part, dict):
                part.setdefault("basis", own)
        for part in entry.get("mode", {}).values() if isinstance(entry.get("mode"), dict) else ():
            if isinstance(part, dict):
                part.setdefault("basis", own)


def _entries(raw: Raw) -> Iterator[Raw]:
    for key in _BY_NAME:
        held = raw.get(key)
        yield from (
            (one for one in held.values() if isinstance(one, dict))
            if isinstance(held, dict)
            else ()
        )
    for key in _BY_LIST:
        held = raw.get(key)
        yield from (one for one in held if isinstance(one, dict)) if isinstance(held, list) else ()
    yield from (raw[key] for key in _TABLES if isinstance(raw.get(key), dict))


def canonical(tables: Raw) -> str:
    """The pack as canonical JSON: what its SHA-256 is taken of, and what the store keeps."""
    return json.dumps(
        tables, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )
