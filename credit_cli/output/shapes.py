"""The shapes of what is shown: objects, lists of objects, and dotted keys through both."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from enum import Enum
from typing import Any

from credit_cli.errors import MalformedValue

Object = dict[str, Any]
Data = Object | list[Object]

_ABSENT = object()


def bare(value: Any) -> Any:  # noqa: ANN401 - any value shown
    """What an enum's member stands for; anything else as it is."""
    return value.value if isinstance(value, Enum) else value


def plain(value: Any) -> Any:  # noqa: ANN401 - any scalar shown
    """A scalar as JSON holds it: enums by value, days and times in ISO 8601."""
    value = bare(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | None) else str(value)


def is_objects(value: Any) -> bool:  # noqa: ANN401 - any value shown
    """Whether `value` is a list that holds objects."""
    return isinstance(value, list | tuple) and any(isinstance(each, dict) for each in value)


def members(value: Any) -> Object:  # noqa: ANN401 - any value shown
    """What stands inside an object by key; nothing inside anything else."""
    return value if isinstance(value, dict) else {}


def members_and_items(value: Any) -> Object:  # noqa: ANN401 - any value shown
    """Like `members`, and what stands inside a list of objects by place."""
    return {str(n): each for n, each in enumerate(value)} if is_objects(value) else members(value)


def leaves(value: Object, inside: Callable[[Any], Object]) -> Iterator[tuple[str, Any]]:
    """Dotted keys and values of whatever has nothing `inside`, in the order given."""
    for key, each in inside(value).items():
        if inside(each):
            yield from ((f"{key}.{rest}", leaf) for rest, leaf in leaves(each, inside))
        else:
            yield key, each


def headings(rows: Sequence[Object]) -> list[str]:
    """The dotted keys of all rows together.

    A key that is an object in one row and None in another has the columns of
    the object only.
    """
    found: list[str] = []
    for key in dict.fromkeys(key for row in rows for key in row):
        values = [row[key] for row in rows if key in row]
        objects = [value for value in values if isinstance(value, dict) and value]
        if not objects or any(value and not isinstance(value, dict) for value in values):
            found.append(key)
        found += [f"{key}.{rest}" for rest in headings(objects)]
    return found


def at(value: Any, path: str) -> Any:  # noqa: ANN401 - any value shown
    """What stands at a dotted key (facts have dots in their own names), or a mark for nothing."""
    for key, each in members_and_items(value).items():
        if path == key:
            return each
        if path.startswith(f"{key}.") and (found := at(each, path[len(key) + 1 :])) is not _ABSENT:
            return found
    return _ABSENT


def pick(data: Data, fields: tuple[str, ...]) -> Data:
    """Only `fields`, in their order; None where a row lacks one.

    MalformedValue when no row has a field; nothing is known of an empty list.
    """
    if not fields:
        return data
    rows = data if isinstance(data, list) else [data]
    found = [{field: at(row, field) for field in fields} for row in rows]
    if rows and any(all(row[field] is _ABSENT for row in found) for field in fields):
        raise MalformedValue(option="--fields", expected=", ".join(headings(rows)))
    picked = [
        {key: None if each is _ABSENT else each for key, each in row.items()} for row in found
    ]
    return picked if isinstance(data, list) else picked[0]
