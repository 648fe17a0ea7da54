"""A policy pack's TOML files laid together into one table of raw values.

A file's top-level `basis = "id"` is the ground of everything in that file
that names none of its own; rows and materials inherit from what holds them.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from credit_cli.text import find, say

Raw = dict[str, Any]


class PackFault(NamedTuple):
    """One fault: the file's name, the key path or line in it, and what is wrong (`policy.CODE`)."""

    file: str
    key: str
    code: str
    params: dict[str, Any]

    def words(self) -> str:
        """The fault as one line for a person."""
        params = dict(self.params)
        if "expected" in params:
            params["expected"] = find(f"policy.expected_{params['expected']}") or params["expected"]
        what = say(f"policy.{self.code}", **params)
        return say("policy.line", file=self.file, key=self.key, what=what)


class RawPack(NamedTuple):
    """The raw tables, which file each top-level entry came from, and faults so far."""

    tables: Raw
    origins: dict[tuple[str, str], str]
    faults: list[PackFault]

    def file_of(self, path: tuple[Any, ...]) -> str:
        """The file in which the value at a key path stands, as far as known."""
        table, entry = (*map(str, path), "")[:2]
        return self.origins.get((table, entry)) or self.origins.get((table, "")) or "pack"


def lay_together(folder: Path) -> RawPack:
    """Read every TOML file of the pack in the order of their names."""
    pack = RawPack({}, {}, [])
    paths = sorted(folder.glob("*.toml"))
    for path in paths:
        raw = parse_toml(path)
        if isinstance(raw, PackFault):
            pack.faults.append(raw)
        else:
            _add_file(pack, path.name, raw)
    if not paths:
        pack.faults.append(PackFault(folder.name, "-", "no_files", {}))
    return pack


def parse_toml(path: Path) -> Raw | PackFault:
    """What a TOML file holds, or what is wrong with it as a whole."""
    content = b""
    try:
        content = path.read_bytes()
        return tomllib.loads(content.decode("utf-8-sig"))
    except OSError as fault:
        return PackFault(path.name, "-", "unreadable", {"fault": fault.strerror})
    except UnicodeDecodeError as fault:
        return PackFault(path.name, _line_of(content[: fault.start]), "not_utf8", {})
    except (ValueError, RecursionError) as fault:  # tomllib lets through more than its own error
        what, _, place = str(fault).partition(" (at ")
        key = _place(place, content) if place else "-"
        return PackFault(path.name, key, "syntax", {"fault": what})


def _place(said: str, content: bytes) -> str:
    """Where tomllib found a fault: `line 3, column 1)` or `end of document)`."""
    line = re.match("line ([0-9]+)", said)
    return say("policy.at_line", line=line[1]) if line else _line_of(content)


def _line_of(content: bytes) -> str:
    """The line in which `content` ends."""
    return say("policy.at_line", line=content.count(b"\n") + 1)


def _add_file(pack: RawPack, file: str, raw: Raw) -> None:
    if isinstance(raw.get("basis"), str):
        _inherit(raw, raw.pop("basis"))
    for key, value in raw.items():
        _add_entry(pack, file, key, value)


def _add_entry(pack: RawPack, file: str, key: str, value: Any) -> None:  # noqa: ANN401 - TOML
    held = pack.tables.setdefault(key, type(value)() if isinstance(value, (dict, list)) else value)
    names: Iterable[str] = ()
    if isinstance(held, dict) and isinstance(value, dict):
        names = value
        doubled = [f"{key}.{name}" for name in value if name in held]
        held.update(value)
    elif isinstance(held, list) and isinstance(value, list):
        names = [str(n) for n in range(len(held), len(held) + len(value))]
        doubled = []
        held.extend(value)
    else:
        doubled = [key] if (key, "") in pack.origins else []
    pack.faults.extend(PackFault(file, name, "said_twice", {}) for name in doubled)
    pack.origins.update({(key, name): file for name in ("", *names)})


# The tables whose entries carry a basis, as do the rows, materials and modes inside an entry.
_MANY = ("source", "scale", "record", "fact", "item", "mode", "programme", "mapping", "period")
_SINGLE = ("severity", "tier", "route")


def _inherit(raw: Raw, basis: str) -> None:
    entries = [raw.get(key) for key in _SINGLE]
    entries += [one for key in _MANY for one in _held(raw.get(key))]
    for entry in _tables(entries):
        own = entry.setdefault("basis", basis)
        parts = [one for key in ("row", "material", "mode") for one in _held(entry.get(key))]
        # An item's mode that says nothing of its own has the ground of the mode in general.
        for part in _tables(one for one in parts if one):
            part.setdefault("basis", own)


def _held(value: Any) -> list[Any]:  # noqa: ANN401 - TOML, whose shapes are checked later
    """What a table or a list holds; of anything else, nothing."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _tables(values: Iterable[Any]) -> Iterator[Raw]:
    return (one for one in values if isinstance(one, dict))


def canonical(tables: Raw) -> str:
    """The pack as canonical JSON: what its SHA-256 is taken of, and what the store keeps."""
    return json.dumps(
        tables, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )
