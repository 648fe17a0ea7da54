"""The ground of every value of a policy pack: named, written in place, or taken from outside.

What names no ground has that of what holds it: pack, file, entry, row. A
ground written in place, `basis = { title = "...", mark = "S" }`, becomes an
entry of `[basis]`, equal ones the same entry.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from credit_cli.intake.policy_names import Path
from credit_cli.intake.policy_toml import Raw, canonical

# The tables whose entries carry a basis.
ENTRIES = frozenset(
    {
        *("source", "scale", "record", "fact", "item", "mode", "programme", "mapping", "period"),
        *("scenario", "measure", "score", "alert", "collection", "accept", "never", "authority"),
    }
)
# The tables that are one entry.
SINGLE = frozenset({"severity", "tier", "route", "expectations"})
# The lists and tables within an entry whose parts carry a basis too.
PART_LISTS = (
    *("row", "exclude", "require", "override", "cap", "adjust", "follow"),
    *("indicator", "material"),
)
PART_TABLES = ("mode",)


def inherit(raw: Raw, basis: str | None) -> None:
    """Give `basis` to the entries that name no ground, and each entry's to its parts."""
    for key, value in raw.items():
        if key in SINGLE and isinstance(value, dict):
            _ground(value, basis)
        elif key in ENTRIES:
            for entry in _tables(value):
                _ground(entry, basis)


def _ground(entry: Raw, basis: str | None) -> None:
    own = entry.setdefault("basis", basis) if basis else entry.get("basis")
    for part in _parts(entry):
        # An item's mode that says nothing of its own has the ground of the mode in general.
        if part:
            _ground(part, own)


def _parts(entry: Raw) -> Iterator[Raw]:
    for key in PART_LISTS:
        if isinstance(entry.get(key), list):
            yield from _tables(entry[key])
    for key in PART_TABLES:
        if isinstance(entry.get(key), dict):
            yield from _tables(entry[key])


def _tables(value: Any) -> Iterator[Raw]:  # noqa: ANN401 - TOML, whose shapes are checked later
    """The tables that a table or a list holds; of anything else, none."""
    held: Iterable[Any] = value.values() if isinstance(value, dict) else ()
    held = value if isinstance(value, list) else held
    return (one for one in held if isinstance(one, dict))


def lift_bases(raw: Raw) -> list[tuple[str, Raw, Path]]:
    """Put an id in the place of each ground that is written in place: ids, tables, key paths."""
    found: list[tuple[str, Raw, Path]] = []
    own = raw.get("basis")
    if isinstance(own, dict) and _written(own):
        raw["basis"] = _id(own)
        found.append((raw["basis"], own, ("basis",)))
    for key, value in raw.items():
        if key != "basis":
            _lift(value, (key,), found)
    return found


def _lift(value: Any, path: Path, found: list[tuple[str, Raw, Path]]) -> None:  # noqa: ANN401
    if isinstance(value, list):
        for n, one in enumerate(value):
            if isinstance(one, (dict, list)):
                _lift(one, (*path, n), found)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key == "basis" and _written(one):
                value[key] = _id(one)
                found.append((value[key], one, (*path, key)))
            elif isinstance(one, (dict, list)):
                _lift(one, (*path, key), found)


def _written(value: Any) -> bool:  # noqa: ANN401 - TOML
    return isinstance(value, dict) and isinstance(value.get("title"), str)


def _id(table: Raw) -> str:
    return f"written_{sha256(canonical(table).encode()).hexdigest()[:12]}"
