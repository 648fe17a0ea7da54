"""The values that a policy or a situation writes for its facts, read by the fact's kind."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from credit_cli.rules.conditions import FactType, Kind
from credit_cli.rules.durations import Duration, parse_duration

Part = TypeVar("Part")
Path = tuple[str | int, ...]
_INTEGER = re.compile(r"-?[0-9]{1,18}")  # what both databases hold
_DECIMAL = re.compile(r"-?[0-9]{1,18}\.[0-9]{1,9}")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([01][0-9]|2[0-3]|24(?=:00)):([0-5][0-9])")
_NAMED = (Kind.TEXT, Kind.GRADE, Kind.SET)


class ConditionFault(ValueError):
    """A condition that cannot be read: `code`, the `key` path below `when`, `params`.

    `more` are the further faults of the same condition.
    """

    def __init__(self, code: str, key: str | tuple[str | int, ...], **params: Any) -> None:  # noqa: ANN401 - for words
        super().__init__(code)
        self.code, self.params = code, params
        self.path: Path = (key,) if isinstance(key, str) else key
        self.more: tuple[ConditionFault, ...] = ()

    @property
    def key(self) -> str:
        """The path as one text."""
        return ".".join(map(str, self.path))

    @property
    def each(self) -> "tuple[ConditionFault, ...]":
        """This fault and the further ones."""
        return (self, *self.more)

    def moved(self, move: Callable[[Path], Path]) -> "ConditionFault":
        """The same faults, each at the path that `move` makes of its own."""
        return together(ConditionFault(one.code, move(one.path), **one.params) for one in self.each)

    def below(self, *path: str | int) -> "ConditionFault":
        """The same faults seen from a table that holds this one under `path`."""
        return self.moved(lambda own: (*path, *own))


def together(faults: "Iterable[ConditionFault]") -> ConditionFault:
    """Several faults of one condition as one to be raised."""
    first, *more = (one for fault in faults for one in fault.each)
    first.more = tuple(more)
    return first


def read_each(reads: "Iterable[Callable[[], Part]]") -> "tuple[Part, ...]":
    """What each of them reads; all their faults at once."""
    parts, faults = [], []
    for read in reads:
        try:
            parts.append(read())
        except ConditionFault as fault:
            faults.append(fault)
    if faults:
        raise together(faults)
    return tuple(parts)


def check_keys(raw: Mapping[str, Any], known: Iterable[str], needed: Iterable[str]) -> None:
    """ConditionFault for every key that is strange and every one that is missing."""
    keys = list(known)
    strange = [name for name in raw if name not in keys]
    faults = [ConditionFault("unknown_key", name, name=name, known=keys) for name in strange]
    faults += [ConditionFault("missing_key", name) for name in needed if name not in raw]
    if faults:
        raise together(faults)


def read_value(fact: str, value: Any, kind: FactType) -> Any:  # noqa: ANN401 - a TOML value
    """A value of a fact as a situation or a sender gives it; ConditionFault."""
    if kind.kind is Kind.SET:
        return frozenset(operand(fact, one, kind) for one in value)
    return operand(fact, value, kind)


def operand(fact: str, value: Any, kind: FactType) -> Any:  # noqa: ANN401 - a TOML value
    """A single value of a fact of that kind, or one word of a set; ConditionFault."""
    found = _READ[kind.kind](value)
    if kind.values and kind.kind in _NAMED and found not in kind.values:
        raise ConditionFault("unknown_value", fact, name=value, known=list(kind.values))
    if found is None:
        raise ConditionFault("wrong_value", fact, seen=value, expected=kind.kind.value)
    return found


def _whole(value: Any) -> int | None:  # noqa: ANN401
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and _INTEGER.fullmatch(value) else None


def _decimal(value: Any) -> Decimal | int | None:  # noqa: ANN401
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Decimal(value)
    return _whole(value)


def _percent(value: Any) -> Decimal | int | None:  # noqa: ANN401
    return _decimal(value[:-1].strip()) if isinstance(value, str) and value[-1:] == "%" else None


def _flag(value: Any) -> bool | None:  # noqa: ANN401
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def _day(value: Any) -> date | None:  # noqa: ANN401
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _minutes(value: Any) -> int | None:  # noqa: ANN401
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    return 60 * int(match[1]) + int(match[2]) if match else None


def _length(value: Any) -> Duration | None:  # noqa: ANN401
    if isinstance(value, Duration):
        return value
    try:
        return parse_duration(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _word(value: Any) -> str | None:  # noqa: ANN401
    return value if isinstance(value, str) and value else None


_READ: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.NUMBER: _whole,
    Kind.MONEY: _whole,
    Kind.DECIMAL: _decimal,
    Kind.PERCENT: _percent,
    Kind.FLAG: _flag,
    Kind.DATE: _day,
    Kind.TIME: _minutes,
    Kind.TEXT: _word,
    Kind.GRADE: _word,
    Kind.SET: _word,
    Kind.DURATION: _length,
    Kind.LIST: lambda _: None,
}
