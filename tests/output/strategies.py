"""Data as actions hand it over, with every kind of hostile text in it."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from credit_cli.rules.values import Severity

HARMFUL = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # categories of Unicode
NAUGHTY = (
    "张三[/red]",
    "[bold]王五[/bold] :smile:",
    "\x1b[31mred\x1b[0m",
    "\x9b2J",
    "a\x00b\x07c\x7f",
    "line\nline\r\nline\ttab",
    "\u202egnirts\u202c",
    "zero\u200bwidth\u2060\ufeff",
    "\u2028\u2029\x85",
    "\ud83d alone",
    "e" + "\u0301" * 100,
    "=1+1",
    "＝cmd|' /C calc'!A0",
    "a\\tb",
    "\U000e0041\u3164",
    "x" * 500,
    "",
)

KEYS = st.sampled_from(("id", "name", "tier", "state", "value_fen", "due_on", "n", "other key"))
HOSTILE = st.text(st.characters(), max_size=12) | st.sampled_from(NAUGHTY)
SCALARS = (
    HOSTILE
    | st.integers(-(10**12), 10**12)
    | st.booleans()
    | st.none()
    | st.dates(date(1949, 10, 1), date(2099, 12, 31))
    | st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
    | st.sampled_from(Severity)
)


def objects(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with these values."""
    return st.dictionaries(KEYS | HOSTILE, values, max_size=4)


VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(SCALARS, max_size=3) | st.lists(objects(inner), max_size=2) | objects(inner)
    ),
    max_leaves=6,
)
OBJECTS = objects(VALUES)
DATA = OBJECTS | st.lists(OBJECTS, max_size=3)
