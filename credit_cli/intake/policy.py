"""Policy packs in: TOML files or the store's canonical JSON to the rules' values.

A pack is read in three steps, files, shapes, names; all faults of a step are
found at once, each with its file and key path.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from credit_cli.errors import PolicyInvalid
from credit_cli.intake.policy_build import build
from credit_cli.intake.policy_check import faults_of
from credit_cli.intake.policy_files import PackFault, RawPack, canonical, lay_together
from credit_cli.intake.policy_names import Fault, nearest
from credit_cli.intake.policy_shapes import PackShape
from credit_cli.rules.packs import Pack


class ReadPack(NamedTuple):
    """A pack without faults, its canonical JSON and the SHA-256 of that."""

    pack: Pack
    content: str
    sha256: str


def read_pack(folder: Path) -> ReadPack:
    """The pack in a folder of TOML files; PolicyInvalid names every fault."""
    raw = lay_together(folder)
    if not raw.faults:
        raw.faults.extend(_faults(raw))
    if raw.faults:
        lines = [fault.words() for fault in raw.faults]
        raise PolicyInvalid(path=str(folder), count=len(lines), faults=lines)
    content = canonical(raw.tables)
    # From the canonical form, so that a pack is the same fresh from its files or the store.
    return ReadPack(pack_from(content), content, hashlib.sha256(content.encode()).hexdigest())


def pack_from(content: str) -> Pack:
    """The pack whose canonical JSON the store keeps; it was checked when it was activated."""
    return build(PackShape.model_validate_json(content))


def _faults(raw: RawPack) -> Iterator[PackFault]:
    try:
        found = list(faults_of(PackShape.model_validate(raw.tables)))
    except ValidationError as error:
        found = misshapen(error, PackShape)
    for path, code, params in found:
        yield PackFault(raw.file_of(path), ".".join(map(str, path)), code, params)


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
            return "unknown_key", {"near": nearest(str(path[-1]), _known_keys(path[:-1], shape))}
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
