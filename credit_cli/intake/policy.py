"""Policy packs in: TOML files or the store's JSON to the rules' values.

A pack is read in three steps, files, shapes and names, tables; all faults of a step
are found at once, each with its file, line and key path. It is checked as it is on
each of its days, and built as it is on one.
"""

import gc
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path as FilePath
from typing import NamedTuple

from credit_cli.errors import PolicyInvalid
from credit_cli.intake.policy_build import build, vocabulary
from credit_cli.intake.policy_check import faults_of
from credit_cli.intake.policy_date_faults import date_faults
from credit_cli.intake.policy_dates import (
    anything_dated,
    at_day,
    epoch_of,
    epochs,
    first_day,
    path_at,
)
from credit_cli.intake.policy_files import lay_together
from credit_cli.intake.policy_grounds import ground_faults, of_ground
from credit_cli.intake.policy_hygiene import hygiene_faults
from credit_cli.intake.policy_misshapen import readable
from credit_cli.intake.policy_names import Fault, Path
from credit_cli.intake.policy_raw import PackTest, RawPack
from credit_cli.intake.policy_shapes import PackShape
from credit_cli.intake.policy_toml import PackFault, Raw, as_written, digest
from credit_cli.rules.packs import Pack


class ReadPack(NamedTuple):
    """A pack without faults, its JSON and SHA-256, its files as read.

    `packs` are what it is from each of the days on which it changes.
    """

    pack: Pack
    content: str
    sha256: str
    raw: RawPack
    packs: Mapping[date, Pack]

    def on(self, day: date) -> Pack:
        """The pack as it is on a day."""
        return self.packs[epoch_of(tuple(self.packs), day)]

    @property
    def tests(self) -> list[PackTest]:
        """The situations beside the pack."""
        return self.raw.tests

    @property
    def own_scenarios(self) -> list[str]:
        """The scenarios that stand in the pack's own files, not in those that it extends."""
        places = {code: self.raw.place_of(("scenario", code)) for code in self.pack.scenarios}
        return [code for code, place in places.items() if "/" not in place.file]

    def fault_of(self, test: PackTest, fault: Fault) -> PackFault:
        """A fault of a situation, told at its place."""
        path, code, params = fault
        whole: Path = ("test", test.number, *path)
        key = ".".join(map(str, whole))
        return PackFault(test.file, key, code, params, self.raw.line(test.file, whole))


@contextmanager
def _uncollected() -> Iterator[None]:
    """The cycle collector looks in vain through all that a large pack is read into."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_uncollected()
def read_pack(path: FilePath, day: date | None = None) -> ReadPack:
    """The pack in a folder or file, as it is on a day; PolicyInvalid names every fault."""
    raw = lay_together(path)
    built: dict[date, Pack] = {}
    if not raw.faults:
        files = list(raw.files)
        raw.faults.extend(sorted(_faults(raw, built), key=lambda one: _order(one, files)))
    if raw.faults:
        lines = [fault.words() for fault in raw.faults]
        places = [fault.place() for fault in raw.faults]
        raise PolicyInvalid(path=str(path), count=len(lines), faults=lines, places=places)
    pack = built[epoch_of(tuple(built), day)]
    return ReadPack(pack, as_written(raw.tables), digest(raw.tables), raw, built)


def _order(fault: PackFault, files: list[str]) -> tuple[int, int]:
    """As a person goes through the files, from the top down."""
    return files.index(fault.file) if fault.file in files else -1, fault.line or 0


def pack_from(content: str, day: date | None = None) -> Pack:
    """The pack whose JSON the store keeps, as on a day (none: its first).

    It was checked when it was activated.
    """
    tables = _tables(content)
    return build(
        PackShape.model_validate_json(as_written(at_day(tables, epoch_of(epochs(tables), day))))
    )


def pack_for(content: str, day: date) -> Pack:
    """As `pack_from`, built once for all days of one stretch."""
    return _pack_of(content, epoch_of(pack_epochs(content), day))


@lru_cache(maxsize=8)
def _pack_of(content: str, first: date | None) -> Pack:
    return pack_from(content, first)


@lru_cache(maxsize=8)
def pack_epochs(content: str) -> tuple[date, ...]:
    """The first days of the stretches on which the pack of this JSON is the same."""
    return epochs(_tables(content))


def _tables(content: str) -> Raw:
    """A stored pack's tables; those of the first versions had no header of their own."""
    tables: Raw = json.loads(content)
    if "pack" not in tables:
        tables["pack"] = {key: tables.pop(key) for key in ("name", "from") if key in tables}
    return tables


def _faults(raw: RawPack, built: dict[date, Pack]) -> Iterator[PackFault]:
    """Every fault; those of grounds last, each where the ground is written.

    `built` gets the pack of every stretch of days that has none.
    """
    found = list(_found(raw, built))
    yield from (raw.fault(*fault, since) for fault, since in found if not of_ground(fault))
    yield from ground_faults(raw, [fault for fault, _ in found if of_ground(fault)])


def _found(raw: RawPack, built: dict[date, Pack]) -> Iterator[tuple[Fault, date | None]]:
    """Each fault once, with the day from which on it shows."""
    plain = not anything_dated(raw.tables)  # as most are, which need no more looking through
    dated = list(date_faults(raw.tables, plain=plain))
    yield from ((fault, None) for fault in dated)
    if plain:
        found = _faults_of(raw.tables, first_day(raw.tables), built)
        yield from ((fault, None) for fault in found)
        return
    told = set()
    first, *later = epochs(raw.tables)
    for day in (first, *later):
        for at, code, params in _faults_of(at_day(raw.tables, day), day, built):
            path = path_at(raw.tables, day, at)
            # A value of whose days there is a fault is missing only for that.
            known = any(one[: len(path)] == path for one, _, _ in dated)
            if (path, code, str(params)) not in told and not known:
                told.add((path, code, str(params)))
                yield (path, code, params), day if day in later else None


def _faults_of(tables: Raw, day: date, built: dict[date, Pack]) -> list[Fault]:
    """Of a pack in which every name leads somewhere, what its tables do not say rightly."""
    read = readable(tables)
    if read.shape is None:
        return read.faults
    reading = vocabulary(read.shape)
    found = [
        (at, code, params)
        for path, code, params in faults_of(read.shape, reading, read.lost)
        if not read.told(at := read.written(path))
    ]
    if read.faults or found:
        return read.faults + found
    built[day] = build(read.shape, reading)
    return list(hygiene_faults(built[day], read.shape, day))
