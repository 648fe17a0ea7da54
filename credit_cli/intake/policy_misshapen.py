"""What does not have the shape it should have, and how much can be read without it."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple, get_origin

from pydantic import BaseModel, ValidationError

from credit_cli.intake.policy_names import Fault, Path, nearest
from credit_cli.intake.policy_shapes import PackShape
from credit_cli.intake.policy_toml import Raw
from credit_cli.rules import alert_text, score_text

_ROUNDS = 9  # what is left out may be needed elsewhere, and so on
_MOST = 3  # places to name
_NEAR = 0.75  # how like a known key a slip of the finger is
_BOUNDS = ("ge", "gt", "le", "lt", "min_length", "max_length")
_FORM = re.compile(r"(?:literal|list|dict|tuple|function-\w+)\[")
_PARTS = ("mode", "alert", "score", "grade")  # before an entry's name where it is used
_GONE = object()
_SAID_LATER = ("title", "basis", "department")  # texts on which nothing else rests
_OF_FORMS = ("party", "events", "missing")  # a text, or a list or table


class Readable(NamedTuple):
    """What of a pack has the right shape; the faults of the rest, and the names in it."""

    shape: PackShape | None
    faults: list[Fault]
    lost: frozenset[str]
    tables: Raw

    def written(self, path: Path) -> Path:
        """The key path in the whole pack of what has a path in the readable part of it."""
        value: Any = self.tables
        done: list[str | int] = []
        for part in path:
            numbers = value.numbers if isinstance(value, _Kept) else None
            done.append(numbers[part] if numbers and isinstance(part, int) else part)
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                value = None
        return tuple(done)

    def told(self, path: Path) -> bool:
        """Whether the shape of what holds this, or stands in it, is told to be wrong."""
        known = (at for at, _, _ in self.faults)
        return any(at[: len(path)] == path or path[: len(at)] == at for at in known)


class _Kept(list[Any]):
    """The entries of a list that could be read, with the number that each has among all."""

    numbers: list[int]


def readable(tables: Raw) -> Readable:
    """The pack without what is misshapen; no shape if nothing helps."""
    faults: list[Fault] = []
    lost: set[str] = set()
    rest = tables
    for _ in range(_ROUNDS):
        try:
            return Readable(PackShape.model_validate(rest), faults, frozenset(lost), rest)
        except ValidationError as error:
            if rest is tables:
                faults, rest = misshapen(error, PackShape), deepcopy(tables)
            for one in error.errors(include_url=False):
                lost |= {*_left_out(rest, _place(one), one["type"]), *_meant(one)}
            rest = _closed(rest)
    return Readable(None, faults, frozenset(lost), rest)


def _left_out(rest: Raw, path: Path, kind: str) -> Iterator[str]:
    """Take the value at a path out; if it is missing, what misses it. The names lost with it."""
    if path[:1] == ("pack",):
        rest["pack"] = {"name": "pack", "from": date(2000, 1, 1)}
        return
    if path == ("basis",):
        rest["basis"] = {}
        return
    if kind == "missing" and path[-1] not in _SAID_LATER:
        path = path[:-1]
    held: Any = rest
    try:
        for part in path[:-1]:
            held = held[part]
        gone = held[path[-1]] if kind != "missing" or path[-1] not in _SAID_LATER else None
        held[path[-1]] = "-" if gone is None or kind == "string_type" else _GONE
    except (KeyError, IndexError, TypeError):
        return  # it went with what held it
    yield from _names(path, gone)


def _meant(error: Mapping[str, Any]) -> Iterator[str]:
    """The name that a misspelt one stands for is lost with it."""
    if error["type"] == "literal_error" and error["loc"][-1] == "[key]":
        known = re.findall("'([^']*)'", error["ctx"]["expected"])
        for name in get_close_matches(str(error["input"]), known, n=1):
            yield from (name, f"mode.{name}")


def _names(path: Path, gone: Any) -> Iterator[str]:  # noqa: ANN401 - TOML
    """What may be named elsewhere: an entry, all entries of a table, a row by its id."""
    names = [str(path[-1])]
    if isinstance(gone, dict):
        names += [str(gone.get(key)) for key in ("id", "code") if key in gone]
        names += list(gone) if len(path) == 1 else []
    for name in names:
        yield name
        yield from (f"{part}.{name}" for part in _PARTS)


def _closed(value: Any) -> Any:  # noqa: ANN401 - TOML
    """The value without what was taken out of it."""
    if isinstance(value, dict):
        return {key: _closed(one) for key, one in value.items() if one is not _GONE}
    if not isinstance(value, list):
        return value
    numbers = value.numbers if isinstance(value, _Kept) else range(len(value))
    kept = _Kept(_closed(one) for one in value if one is not _GONE)
    kept.numbers = [n for n, one in zip(numbers, value, strict=True) if one is not _GONE]
    return kept


def misshapen(error: ValidationError, shape: type[BaseModel]) -> list[Fault]:
    """What does not have the shape it should have, each with its key path, once."""
    found: dict[Path, Fault] = {}
    for one in error.errors(include_url=False):
        path = _place(one)
        found.setdefault(path, (path, *_cause(path, one, shape)))
    return list(found.values())


def _place(error: Mapping[str, Any]) -> Path:
    """Its key path, without what pydantic adds: which of several forms it has tried."""
    path = [part for part in error["loc"] if part != "[key]"]
    for n, part in enumerate(path):
        plain = n and path[n - 1] in _OF_FORMS and part == "str"
        if plain or (isinstance(part, str) and _FORM.match(part)):
            return tuple(path[:n])
    return tuple(path)


def _cause(
    path: tuple[Any, ...], error: Mapping[str, Any], shape: type[BaseModel]
) -> tuple[str, dict[str, Any]]:
    seen, kind = error["input"], error["type"]
    match kind:
        case "missing":
            return "missing_key", {}
        case "extra_forbidden":
            return _strange_key(path, shape)
        case "literal_error" | "enum":
            known = re.findall("'([^']*)'", error["ctx"]["expected"])
            return "unknown_name", {"name": seen, "near": nearest(str(seen), known)}
    bounds = (value for key, value in error.get("ctx", {}).items() if key in _BOUNDS)
    return "wrong_value", {"seen": seen, "expected": kind, "bound": next(bounds, "")}


def _strange_key(path: tuple[Any, ...], shape: type[BaseModel]) -> tuple[str, dict[str, Any]]:
    """A key that stands nowhere, or in another table only."""
    key, known = str(path[-1]), _known_keys(path[:-1], shape)
    if shape is PackShape and not get_close_matches(key, known, n=1, cutoff=_NEAR):
        if len(path) > 1 and key in _known_keys((), shape):
            return "key_of_the_top", {"name": key}
        if homes := [home for home, keys in _homes().items() if key in keys]:
            return "key_elsewhere", {"name": key, "homes": _few(homes, path)}
    return "unknown_key", {"near": nearest(key, known)}


def _few(homes: list[str], path: Path) -> str:
    """The tables in which a key stands, those of the same entry first."""
    own = f"{path[0]}."
    near = sorted(homes, key=lambda home: not home.strip("[]").startswith(own))
    return ", ".join(near[:_MOST])


@cache
def _homes() -> dict[str, tuple[str, ...]]:
    """Every table of a pack as it is written, with its keys."""
    homes = dict(_tables(PackShape, "", listed=False))
    homes["[alert.X]"] = alert_text.RULE_KEYS
    homes["[score.X]"], homes["[[score.X.indicator]]"] = score_text.MODEL, score_text.PART
    return homes


def _tables(
    shape: type[BaseModel], name: str, *, listed: bool
) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield f"[[{name}]]" if listed else f"[{name}]", tuple(_known_keys((), shape))
    for key, field in shape.model_fields.items():
        inner = _shape_of(field.annotation)
        if inner is not None:
            below = ".".join(filter(None, (name, field.alias or key)))
            origin = get_origin(field.annotation)
            named = f"{below}.X" if origin is dict else below
            yield from _tables(inner, named, listed=origin is list)


def _known_keys(path: Path, shape: type[BaseModel]) -> list[str]:
    """The keys that may stand at a path, by walking down the shapes."""
    for part in path:
        shape = _shape_at(shape, str(part)) or shape
    return [field.alias or name for name, field in shape.model_fields.items()]


def _shape_at(shape: type[BaseModel], key: str) -> type[BaseModel] | None:
    """What stands under a key, or in the list or table there; None for names and numbers."""
    fields = shape.model_fields.items()
    held = (field.annotation for name, field in fields if key == (field.alias or name))
    return next((_shape_of(one) for one in held), None)


def _shape_of(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - a type
    parts = getattr(annotation, "__args__", (annotation,))
    return next(
        (one for one in parts if isinstance(one, type) and issubclass(one, BaseModel)), None
    )
