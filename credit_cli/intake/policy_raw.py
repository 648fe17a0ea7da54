"""The raw tables of a policy pack, where in its files they stand, and one pack over another."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from credit_cli.intake.policy_basis import SINGLE
from credit_cli.intake.policy_lines import Places, line_of, lines_of
from credit_cli.intake.policy_names import Path
from credit_cli.intake.policy_toml import PackFault, Raw


class Place(NamedTuple):
    """A file and the key path within it."""

    file: str
    path: Path


class PackTest(NamedTuple):
    """A situation with what is expected of it, the `number`th of its file (from 0)."""

    file: str
    number: int
    raw: Raw


class RawPack(NamedTuple):
    """The raw tables, where the entries of the top-level tables stand, tests and faults so far."""

    tables: Raw
    places: dict[Path, Place]
    files: dict[str, FilePath]
    tests: list[PackTest]
    faults: list[PackFault]
    lines: dict[str, Places]

    def place_of(self, path: Path) -> Place:
        """The file and the key path in it of the value at a key path of the pack."""
        for n in range(len(path), 0, -1):
            if held := self.places.get(path[:n]):
                return Place(held.file, held.path + path[n:])
        return Place(next(iter(self.files)) if len(self.files) == 1 else "pack", path)

    def fault(
        self, path: Path, code: str, params: dict[str, Any], since: date | None = None
    ) -> PackFault:
        """A fault at a key path of the pack, told at its place in its file."""
        file, own = self.place_of(path)
        key = ".".join(map(str, own))
        return PackFault(file, key, code, params, self.line(file, own), since)

    def line(self, file: str, path: Path) -> int | None:
        """The line of a key path in a file; looked for only when something is to be told."""
        return line_of(self._lines(file), path) if file in self.files else None

    def holder(self, place: Place, key: str) -> Place | None:
        """Where a key is written that holds for a place: there, or in what holds it, or at the top.

        None: in no table around it, but for the whole pack.
        """
        lines = self._lines(place.file) if place.file in self.files else {}
        tables = {path[:-1] for path in lines}
        ways = ((*place.path[:n], key) for n in range(len(place.path), -1, -1))
        ways = (path for path in ways if path not in tables)
        return next((Place(place.file, path) for path in ways if path in lines), None)

    def _lines(self, file: str) -> Places:
        if file not in self.lines:
            self.lines[file] = lines_of(self.files[file].read_text(encoding="utf-8-sig"))
        return self.lines[file]


def laid_over(base: RawPack, own: RawPack) -> RawPack:
    """Own entries replace those of the same id, and join the others; what has no id is added."""
    for key, value in own.tables.items():
        held = base.tables.get(key)
        if isinstance(held, dict) and isinstance(value, dict) and key not in {"pack", *SINGLE}:
            held.update(value)
            _move(base, own, {(key, name): (key, name) for name in value})
        elif _listed(held) and _listed(value):
            _move(base, own, dict(_joined(key, held or [], value)))
        else:
            base.tables[key] = value
            for path in [path for path in base.places if path[0] == key]:
                del base.places[path]
            _move(base, own, {path: path for path in own.places if path[0] == key})
    base.files.update(own.files)
    return base._replace(tests=own.tests, faults=base.faults + own.faults)


def _listed(value: Any) -> bool:  # noqa: ANN401 - TOML
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _move(base: RawPack, own: RawPack, paths: dict[Path, Path]) -> None:
    """Where own entries stand, each under the key path that it has in the whole pack."""
    base.places.update({new: own.places[old] for old, new in paths.items() if old in own.places})


def _joined(key: str, held: list[Raw], value: list[Raw]) -> Iterator[tuple[Path, Path]]:
    """Replace or add each table of a list; its own and its new key path."""
    ids = {one["id"]: n for n, one in enumerate(held) if isinstance(one.get("id"), str)}
    for n, one in enumerate(value):
        name = one.get("id")
        place = ids.get(name, len(held)) if isinstance(name, str) else len(held)
        held[place : place + 1] = [one]
        yield (key, n), (key, place)


def open_values(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:  # noqa: ANN401 - TOML
    """What the source leaves open, `{ open = "why" }`, with its key path."""
    if isinstance(value, dict):
        if set(value) == {"open"} and isinstance(value["open"], str):
            yield path, value["open"]
            return
        for key, one in value.items():
            yield from open_values(one, (*path, key))
    elif isinstance(value, list):
        for n, one in enumerate(value):
            yield from open_values(one, (*path, n))
