"""How titles and values read on a screen, in the language spoken now."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from credit_cli.clock import BEIJING
from credit_cli.output.harmless import visible
from credit_cli.output.shapes import Object, bare, is_objects, leaves, members
from credit_cli.rules.money import yuan_text
from credit_cli.text import find, say

# Keys that share the words of another key.
_FAMILIES = {
    "tier_before": "tier",
    "tier_after": "tier",
    "routes": "route",
    "granted": "route",
    "record_type": "type",
    "was": "state",
    "batch_kind": "kind",
}
# What stands between the items of a list of sentences: a line each, under the first.
_BETWEEN = {"faults": "\n  "}
_UNITS = ("_fen", "_permille", "_ms")  # ends of keys of integers, as people do not read them
_TONES = {
    "tier.excellent": "green",
    "tier.good": "cyan",
    "tier.minor_dishonest": "yellow",
    "tier.serious_dishonest": "red",
    "severity.serious": "red",
    "state.overdue": "red",
    "state.breached": "red",
    "outcome.breached": "red",
}


class Cell(NamedTuple):
    """One cell of a table: its words, whether it is a number, its colour."""

    text: str
    number: bool = False
    tone: str = ""


def title(path: str, within: str = "") -> str:
    """The title of a dotted key: its own words, else those of its parts, else the key.

    In the list `within` a key may mean something of its own.
    """
    own = find(f"column.{within}.{path}") or find(f"column.{path}")
    return visible(own or " / ".join(_part_title(part) for part in path.split(".")))


def _part_title(key: str) -> str:
    return find(f"column.{key}") or key.removesuffix("_fen")


def worded(data: Object) -> Object:
    """`data` with a Cell for each value; None, objects and lists of objects stay as they are.

    A duration `{n, unit}` is one value.
    """
    return {key: _worded(key, value) for key, value in data.items()}


def _worded(key: str, value: Any) -> Any:  # noqa: ANN401 - any value shown
    if isinstance(value, dict) and value and not _is_duration(value):
        return worded(value)
    if value is None or is_objects(value):
        return value
    return cell(key, value)


def cell(path: str, value: Any) -> Cell:  # noqa: ANN401 - any value shown
    """Any value as one cell."""
    key = path.rpartition(".")[2]
    number = isinstance(value, int) and not isinstance(value, bool)
    return Cell(phrase(key, value), number, _TONES.get(_family(key, value), ""))


def phrase(key: str, value: Any) -> str:  # noqa: ANN401 - any value shown
    """Any value in words; of a list of objects each on a line of its own."""
    if isinstance(value, dict):
        return _duration(value) if _is_duration(value) else _inline(key, value)
    if isinstance(value, list | tuple) and value:
        lines = "\n" if is_objects(value) else say("value.separator")
        between = _BETWEEN.get(key, lines)
        return between.join(phrase(key, each) for each in value)
    return say("value.none") if value in ([], ()) else _word(key, bare(value))


def spoken(params: Mapping[str, Any]) -> dict[str, Any]:
    """`params` ready to fill a sentence; numbers stay numbers, so that it may format them."""
    return {key: _spoken(key, value) for key, value in params.items()}


def marked(data: Any, *, keep_flag: bool) -> Any:  # noqa: ANN401 - any value shown
    """`data` with every provisional deadline saying so itself, instead of by a flag beside it."""
    if isinstance(data, list | tuple):
        return [marked(each, keep_flag=keep_flag) for each in data]
    if not isinstance(data, dict):
        return data
    deadlines = {key for key, value in data.items() if _is_deadline(key, value)}
    told = {key: marked(value, keep_flag=keep_flag) for key, value in data.items()}
    if data.get("provisional") is True:
        told |= {key: say("value.provisional", day=data[key]) for key in deadlines}
    if deadlines and not keep_flag:
        told.pop("provisional", None)
    return told


def _is_deadline(key: str, value: object) -> bool:
    return isinstance(value, date) and key.endswith(("_by", "due_on", "valid_until"))


def _is_duration(value: Object) -> bool:
    return value.keys() == {"n", "unit"} and isinstance(value["n"], int)


def _duration(value: Object) -> str:
    n, unit = value["n"], bare(value["unit"])
    words = find(f"value.duration.{unit}.{n}") or find(f"value.duration.{unit}")
    return words.format(n=n) if words else visible(f"{n} {unit}")


def _inline(key: str, value: Object) -> str:
    """An object inside a cell of `key`: its sentence if it has one, else keys and values."""
    if "message" in value:
        return phrase("message", value["message"])
    return say("value.separator").join(_pairs(key, value)) or say("value.none")


def _pairs(within: str, value: Object) -> Iterable[str]:
    for path, each in leaves(worded(value), members):
        if each is not None:
            words = each.text if isinstance(each, Cell) else phrase(path, each)
            yield f"{title(path, within)} {words}"


def _family(key: str, value: Any) -> str:  # noqa: ANN401 - any value shown
    return f"{_FAMILIES.get(key, key)}.{bare(value)}"


def _word(key: str, value: Any) -> str:  # noqa: ANN401 - any value shown
    match value:
        case None:
            return "-"
        case bool():
            return say("value.yes" if value else "value.no")
        case int() if key.endswith(_UNITS):
            return _measured(key, value)
        case datetime():
            return value.astimezone(BEIJING).isoformat(sep=" ", timespec="seconds")
        case _:
            return visible(find(f"value.{_family(key, value)}") or str(value))


def _measured(key: str, value: int) -> str:
    match key.rpartition("_")[2]:
        case "permille":
            return say("value.percent", n=_with_point(value, 1))
        case "ms":
            return say("value.seconds", n=_with_point(value, 3))
        case _:
            return say("value.money", yuan=yuan_text(value))


def _with_point(value: int, places: int) -> str:
    """An integer of the smallest unit in the larger one: exact, never by way of a float."""
    whole, part = divmod(value, 10**places)
    return f"{whole}.{part:0{places}}"


def _spoken(key: str, value: Any) -> Any:  # noqa: ANN401 - any value shown
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and not key.endswith("_fen") else phrase(key, value)
