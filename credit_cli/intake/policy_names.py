"""Faults of names: one that leads nowhere, one that stands twice.

A fault is `(key path, code, params)`; the words of a code stand under `policy.`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

_FEW = 30  # names that can be read through in a message
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


def said_once(path: Path, names: Iterable[str]) -> Found:
    """Each name may stand once."""
    for name, times in Counter(names).items():
        if times > 1:
            yield path, "said_twice_id", {"name": name}
