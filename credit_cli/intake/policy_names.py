"""Faults of names: one that leads nowhere, one that stands twice.

A fault is `(key path, code, params)`; the words of a code stand under `policy.`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

Path = tuple[str | int, ...]
Fault = tuple[Path, str, dict[str, Any]]
Found = Iterator[Fault]


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like `name`; else all of them."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    return near[0] if near else ", ".join(names) or "-"


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
