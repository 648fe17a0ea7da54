"""Policy packs in: TOML files or the store's canonical JSON to the rules' values.

All faults are found at once, each with its file and key path.
"""

import hashlib
import json
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from credit_cli.errors import PolicyInvalid
from credit_cli.intake.policy_build import PackBuilder
from credit_cli.intake.policy_files import PackFault, RawPack, canonical, lay_together
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
    if not raw.tables and not raw.faults:
        raw.faults.append(PackFault(folder.name, "-", "no_files", {}))
    pack = None if raw.faults else _build(raw)
    if pack is None:
        lines = [fault.words() for fault in raw.faults]
        raise PolicyInvalid(path=str(folder), count=len(lines), faults=lines)
    content = canonical(raw.tables)
    return ReadPack(pack, content, hashlib.sha256(content.encode()).hexdigest())


def pack_from(content: str) -> Pack:
    """The pack whose canonical JSON the store keeps; it was checked when it was activated."""
    builder = PackBuilder(PackShape.model_validate(json.loads(content)))
    return builder.pack()


def _build(raw: RawPack) -> Pack | None:
    try:
        # From the canonical form, so that a pack is the same fresh from its files or the store.
        shape = PackShape.model_validate(json.loads(canonical(raw.tables)))
    except ValidationError as error:
        raw.faults.extend(_fault(raw, dict(one)) for one in error.errors(include_url=False))
        return None
    builder = PackBuilder(shape)
    pack = builder.pack()
    raw.faults.extend(
        PackFault(raw.file_of(path), ".".join(map(str, path)), code, params)
        for path, code, params in builder.faults
    )
    return None if raw.faults else pack


def _fault(raw: RawPack, error: Mapping[str, Any]) -> PackFault:
    path = tuple(part for part in error["loc"] if part != "[key]")
    key, file = ".".join(map(str, path)), raw.file_of(path)
    match error["type"]:
        case "missing":
            return PackFault(file, key, "missing_key", {})
        case "extra_forbidden":
            known = _known_keys(path[:-1])
            near = get_close_matches(str(path[-1]), known, n=1)
            code = "unknown_key_near" if near else "unknown_key"
            return PackFault(file, key, code, {"near": near[0]} if near else {})
    seen = str(error.get("input"))[:60]
    return PackFault(file, key, "wrong_value", {"seen": seen, "expected": error["type"]})


def _known_keys(path: tuple[Any, ...]) -> list[str]:
    """The keys that may stand at a path, by walking down the shapes."""
    shapes: list[type[BaseModel]] = [PackShape]
    for part in path:
        inner = [_shapes_in(shape, str(part)) for shape in shapes]
        shapes = [one for found in inner for one in found] or shapes
    return [field.alias or name for one in shapes for name, field in one.model_fields.items()]


def _shapes_in(shape: type[BaseModel], key: str) -> list[type[BaseModel]]:
    for name, field in shape.model_fields.items():
        if key == (field.alias or name):
            parts: tuple[Any, ...] = getattr(field.annotation, "__args__", (field.annotation,))
            return [one for one in parts if isinstance(one, type) and issubclass(one, BaseModel)]
    return []
