"""Faults of names: one that leads nowhere, one that stands twice.

A fault is `(key path, code, params)`; the words of a code stand under `policy.`.
"""

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from credit_cli.rules.cells import ConditionFault

_NAMING = ("unknown_name", "unknown_fact", "unknown_value", "mode_undefined", "measure_as_fact")
_FEW = 15  # names that can be read through in a message
Path = tuple[str | int, ...]
Fault = tuple[Path, str, dict[str, Any]]
Found = Iterator[Fault]


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like `name`; else all of them, if they are few."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    if near or len(names) <= _FEW:
        return near[0] if near else ", ".join(names) or "-"
    likely = get_close_matches(name, names, n=3, cutoff=0.3)
    return ", ".join([*likely, "..."])


def known_name(path: Path, name: str, known: Iterable[str]) -> Found:
    """A name must be one of the known."""
    names = list(known)
    if name not in names:
        yield path, "unknown_name", {"name": name, "near": nearest(name, names)}


def told(path: Path, fault: ConditionFault) -> Found:
    """The faults of a condition, below a key path."""
    for one in fault.each:
        params = dict(one.params)
        if "known" in params:
            params["near"] = nearest(str(params.get("name", "")), params.pop("known"))
        yield (*path, *one.path), one.code, params


def leads_to(fault: Fault, lost: Collection[str]) -> bool:
    """Whether a fault only says that a name leads to what could not be read, which is told."""
    path, code, params = fault
    if code == "missing_key":
        return path[-1] in lost
    if code == "route_rank_incomplete":
        return any(name.startswith("mode.") for name in lost)
    return code in _NAMING and str(params.get("name")) in lost


def said_once(path: Path, names: Iterable[str], key: str = "") -> Found:
    """Each name may stand once; `key`: under which it stands in the tables at the path."""
    seen: list[str] = []
    for n, name in enumerate(names):
        if seen.count(name) == 1:
            yield (*path, n, key) if key else path, "said_twice_id", {"name": name}
        seen.append(name)
