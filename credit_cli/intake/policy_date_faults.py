"""Days of dated values and rows that overlap, leave a hole, or are no days."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from credit_cli.intake.policy_dates import (
    DATED_PARTS,
    Span,
    day_of,
    is_dated,
    span_of,
)
from credit_cli.intake.policy_names import Found, Path, known_name
from credit_cli.intake.policy_toml import Raw

Spans = list[tuple[int, Span]]


def date_faults(tables: Raw, *, plain: bool = False) -> Found:
    """Every fault of what is dated in a pack; in a `plain` one that is its header at most."""
    header = tables.get("pack")
    yield from _ends(("pack",), header)
    if plain:
        return
    for path, values, around in _lists((), tables, span_of(header)):
        faulty = [*_days(path, values)]
        yield from faulty
        if not faulty and path[-1] in DATED_PARTS:
            yield from _rows(path, values, around)
        elif not faulty:
            yield from _values(path, values, around)
            for n, one in enumerate(values):
                if isinstance(one.get("basis"), str) and isinstance(tables.get("basis"), dict):
                    yield from known_name((*path, n, "basis"), one["basis"], tables["basis"])


def _lists(path: Path, value: Any, around: Span) -> Iterator[tuple[Path, list[Any], Span]]:  # noqa: ANN401
    """Every dated value and list of rows, with the days of what it stands in."""
    if isinstance(value, list):
        key = str(path[-1])
        if key in DATED_PARTS or is_dated(key, value):
            yield path, value, around
        for n, one in enumerate(value):
            yield from _lists((*path, n), one, around)
    elif isinstance(value, dict):
        own = span_of(value)
        around = Span(own.nearest(around.starts), own.nearest(around.ends))
        for key, one in value.items():
            if isinstance(one, (dict, list)):
                yield from _lists((*path, key), one, around)


def _days(path: Path, values: list[Any]) -> Found:
    for n, one in enumerate(values):
        if not isinstance(one, dict):
            continue
        # A task repeats until so long after its event: that is no day.
        repeats = path[-1] == "follow" and isinstance(one.get("until"), str)
        for key in ("from",) if repeats else ("from", "until"):
            if key in one and (isinstance(one[key], str) or not day_of(one[key])):
                seen = str(one[key])[:60]
                yield (*path, n, key), "wrong_value", {"seen": seen, "expected": "date_type"}
        yield from _ends((*path, n), one)


def _ends(path: Path, table: Any) -> Found:  # noqa: ANN401 - TOML
    if isinstance(table, dict):
        starts, ends = day_of(table.get("from")), day_of(table.get("until"))
        if starts and ends and ends < starts:
            yield (*path, "until"), "ends_before_start", {}


def _values(path: Path, values: list[Raw], around: Span) -> Found:
    spans = _ordered(enumerate(values))
    for (_, before), (n, after) in pairwise(spans):
        if after.starts <= before.ends:
            yield (*path, n), "dated_values_overlap", {"day": after.starts}
    if not any(span.holds(around.starts) for _, span in spans):
        yield path, "dates_leave_hole", {"day": around.starts}
    yield from _holes(path, spans, around)


def _rows(path: Path, rows: list[Any], around: Span) -> Found:
    """Rows of one name are one row that changes; those that overlap stand twice."""
    named: dict[str, list[tuple[int, Raw]]] = defaultdict(list)
    for n, row in enumerate(rows):
        name = (row.get("id") or row.get("code")) if isinstance(row, dict) else None
        if isinstance(name, str):
            named[name].append((n, row))
    for same in named.values():
        yield from _holes(path, _ordered(same), around)


def _ordered(tables: Any) -> Spans:  # noqa: ANN401 - numbered tables
    return sorted(((n, span_of(one)) for n, one in tables), key=lambda one: one[1])


def _holes(path: Path, spans: Spans, around: Span) -> Found:
    """Days between two, as far as what holds them is in force then."""
    for (_, before), (n, after) in pairwise(spans):
        if before.ends < date.max and (hole := before.ends + timedelta(days=1)) < after.starts:
            first = max(hole, around.starts)
            if first < after.starts and first <= around.ends and hole > around.starts:
                yield (*path, n), "dates_leave_hole", {"day": first}
