"""Faults of grounds that many entries share, told once where the ground is written or missing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from credit_cli.intake.policy_names import Fault, Path
from credit_cli.intake.policy_raw import Place, RawPack
from credit_cli.intake.policy_toml import PackFault

_BASIS = "basis"
_PACK = ("pack", _BASIS)


def of_ground(fault: Fault) -> bool:
    """Whether a ground is missing or leads nowhere."""
    path, code, _ = fault
    return path[-1] == _BASIS and code in ("missing_key", "unknown_name")


def ground_faults(raw: RawPack, faults: Sequence[Fault]) -> Iterator[PackFault]:
    """Each unknown ground once, where it is written; of each file once that it names none."""
    missing = [path for path, code, _ in faults if code == "missing_key"]
    unknown: dict[tuple[Place, str], dict[str, Any]] = {}
    for path, code, params in faults:
        if code == "unknown_name":
            place = raw.place_of(path[:-1])
            at = raw.holder(place, _BASIS) or raw.place_of(_PACK)
            unknown.setdefault((at, params["name"]), params)
    for (at, _), params in unknown.items():
        yield _fault(raw, at, "unknown_basis", params)
    by_file: dict[str, list[Path]] = defaultdict(list)
    for path in missing:
        by_file[raw.place_of(path).file].append(path)
    for file, paths in by_file.items():
        entries = [path for path in paths if len(path) > 1]
        if len(entries) > 1:
            first = ".".join(map(str, raw.place_of(entries[0][:-1]).path))
            at = Place(file, _PACK if raw.place_of(("pack",)).file == file else (_BASIS,))
            yield _fault(raw, at, "no_basis", {"count": len(entries), "first": first})
        elif entries or not unknown:
            yield from (raw.fault(path, "missing_key", {}) for path in entries or paths)


def _fault(raw: RawPack, at: Place, code: str, params: dict[str, Any]) -> PackFault:
    key = ".".join(map(str, at.path))
    return PackFault(at.file, key, code, params, raw.line(at.file, at.path))
