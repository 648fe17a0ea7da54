"""Policy packs in: TOML files or the store's canonical JSON to the rules' values.

A pack is read in three steps, files, shapes, names; all faults of a step are
found at once, each with its file, line and key path. It is checked as it is on
each of its days, and built as it is on one.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from credit_cli.errors import PolicyInvalid
from credit_cli.intake.policy_build import build
from credit_cli.intake.policy_check import faults_of
from credit_cli.intake.policy_date_faults import date_faults
from credit_cli.intake.policy_dates import at_day, epoch_of, epochs, path_at
from credit_cli.intake.policy_files import lay_together
from credit_cli.intake.policy_names import Fault, Path, nearest
from credit_cli.intake.policy_raw import PackTest, RawPack
from credit_cli.intake.policy_shapes import PackShape
from credit_cli.intake.policy_toml import PackFault, Raw, canonical
from credit_cli.rules.packs import Pack


class ReadPack(NamedTuple):
    """A pack without faults, its canonical JSON and the SHA-256 of that, and its files as read."""

    pack: Pack
    content: str
    sha256: str
    raw: RawPack

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


def read_pack(path: FilePath, day: date | None = None) -> ReadPack:
    """The pack in a folder or file, as it is on a day; PolicyInvalid names every fault."""
    raw = lay_together(path)
    if not raw.faults:
        raw.faults.extend(_faults(raw))
    if raw.faults:
        lines = [fault.words() for fault in raw.faults]
        places = [fault.place() for fault in raw.faults]
        raise PolicyInvalid(path=str(path), count=len(lines), faults=lines, places=places)
    content = canonical(raw.tables)
    # From the canonical form, so that a pack is the same fresh from its files or the store.
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    return ReadPack(pack_from(content, day), content, sha256, raw)


def pack_from(content: str, day: date | None = None) -> Pack:
    """The pack whose canonical JSON the store keeps, as on a day (none: its first).

    It was checked when it was activated.
    """
    tables = json.loads(content)
    return build(
        PackShape.model_validate_json(canonical(at_day(tables, epoch_of(epochs(tables), day))))
    )


def pack_for(content: str, day: date) -> Pack:
    """As `pack_from`, built once for all days of one stretch."""
    return _pack_of(content, epoch_of(pack_epochs(content), day))


@lru_cache(maxsize=8)
def _pack_of(content: str, first: date | None) -> Pack:
    return pack_from(content, first)


@lru_cache(maxsize=8)
def pack_epochs(content: str) -> tuple[date, ...]:
    """The first days of the stretches on which the pack of this canonical JSON is the same."""
    return epochs(json.loads(content))


def _faults(raw: RawPack) -> Iterator[PackFault]:
    """Each fault once, with the day from which on it shows."""
    dated = list(date_faults(raw.tables))
    for path, code, params in dated:
        yield raw.fault(path, code, params)
    told = set()
    first, *later = epochs(raw.tables)
    for day in (first, *later):
        for at, code, params in _faults_of(at_day(raw.tables, day)):
            path = path_at(raw.tables, day, at)
            # A value of whose days there is a fault is missing only for that.
            known = any(one[: len(path)] == path for one, _, _ in dated)
            if (path, code, str(params)) not in told and not known:
                told.add((path, code, str(params)))
                yield raw.fault(path, code, params, day if day in later else None)


def _faults_of(tables: Raw) -> list[Fault]:
    try:
        return list(faults_of(PackShape.model_validate(tables)))
    except ValidationError as error:
        return misshapen(error, PackShape)


def misshapen(error: ValidationError, shape: type[BaseModel]) -> list[Fault]:
    """What does not have the shape it should have, each with its key path."""
    return [_misshapen(dict(one), shape) for one in error.errors(include_url=False)]


def _misshapen(error: Mapping[str, Any], shape: type[BaseModel]) -> Fault:
    path = tuple(part for part in error["loc"] if part != "[key]")
    return path, *_cause(path, error, shape)


def _cause(
    path: tuple[Any, ...], error: Mapping[str, Any], shape: type[BaseModel]
) -> tuple[str, dict[str, Any]]:
    seen, kind = str(error["input"])[:60], error["type"]
    match kind:
        case "missing":
            return "missing_key", {}
        case "extra_forbidden":
            key = str(path[-1])
            if len(path) > 1 and key in _known_keys((), PackShape):
                return "key_of_the_top", {"name": key}
            return "unknown_key", {"near": nearest(key, _known_keys(path[:-1], shape))}
        case "literal_error" | "enum":
            known = re.findall("'([^']*)'", error["ctx"]["expected"])
            return "unknown_name", {"name": seen, "near": nearest(seen, known)}
    return "wrong_value", {"seen": seen, "expected": kind}


def _known_keys(path: tuple[Any, ...], shape: type[BaseModel]) -> list[str]:
    """The keys that may stand at a path, by walking down the shapes."""
    for part in path:
        shape = _shape_at(shape, str(part)) or shape
    return [field.alias or name for name, field in shape.model_fields.items()]


def _shape_at(shape: type[BaseModel], key: str) -> type[BaseModel] | None:
    """What stands under a key, or in the list or table there; None for names and numbers."""
    for name, field in shape.model_fields.items():
        if key == (field.alias or name):
            parts: tuple[Any, ...] = getattr(field.annotation, "__args__", (field.annotation,))
            inner = (one for one in parts if isinstance(one, type) and issubclass(one, BaseModel))
            return next(inner, None)
    return None
