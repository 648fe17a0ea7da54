"""The heading row of a file: which layout it is, and which column stands where.

Headings are Chinese names, field codes or both, after notes, with or without
marks. What is not understood stops the file, because a column that nobody
reads is data that nobody misses.
"""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from credit_cli.errors import (
    CreditError,
    FileEmpty,
    HeadingDoubled,
    HeadingMissing,
    HeadingUnknown,
)
from credit_cli.intake.layouts import Column, Layout, heading_key
from credit_cli.rules.text_forms import normalise

Row = tuple[int, list[str]]

# The first columns of a rejects file: a corrected one is read as it is.
REJECT_HEADINGS = ("line", "code", "message", "column", "batch")
SEARCHED = 30  # rows above the heading
_CERTAIN = 3  # headings known before a row is taken for headings beyond doubt
_WIDEST = 500  # columns
_LONGEST = 100  # characters of a heading
_HINTED = re.compile(r"(.+)\([YMDymd年月日/\-.]+\)", re.DOTALL)
_TOKEN = re.compile(r"[A-Za-z]+(?:_?[A-Za-z0-9]+)*")
# Long numbers, and names with their values as JSON, SQL or XML write them: no headings.
_DATA = re.compile(r"[0-9]{5}|[\"=<>{}]|'.*'", re.DOTALL)


class Heading(NamedTuple):
    """What a heading row says: `columns` by position, None where there is nothing to read.

    `skipped` rows stand above it; the data begins after `height` rows in all.
    """

    layout: Layout
    cells: tuple[str, ...]
    columns: tuple[Column | None, ...]
    skipped: int
    height: int


def find_heading(rows: Sequence[Row], layouts: Sequence[Layout], path: Path) -> Heading:
    """The heading among the first rows of a file, of which SEARCHED and one more suffice.

    HeadingUnknown, HeadingDoubled, HeadingMissing or FileEmpty. A row that may
    be data is never quoted in an error.
    """
    best: tuple[int, Layout, list[str]] = (0, layouts[0], [])
    for skipped, (_, cells) in enumerate(rows[:SEARCHED]):
        # Editions share headings; where they tell no more, the newest is meant.
        layout = max(layouts, key=lambda each: (_matches(each, cells), each.edition))
        found = _matches(layout, cells)
        if found > 1 and found * 2 >= _filled(cells) - _ignored(layout, cells):
            below = rows[skipped + 1][1] if skipped + 1 < len(rows) else []
            columns, height = _with_second_row(layout, cells, below)
            heading = Heading(layout, _trimmed(cells), columns, skipped, skipped + height)
            return _checked(heading, path)
        if _are_headings(layout, cells):
            best = max(best, (found + 1, layout, cells), key=lambda each: each[0])
    if not best[0]:
        raise FileEmpty(path=str(path))
    raise _unknown(path, best[1], best[2])


def _matches(layout: Layout, cells: Sequence[str]) -> int:
    if len(cells) > _WIDEST:
        return 0
    return sum(1 for cell in cells if _column(layout, cell) is not None)


def _column(layout: Layout, cell: str) -> Column | None:
    """The column that a heading names; name and code, or a hint, may stand together."""
    if not cell or len(cell) > _LONGEST:
        return None
    text = normalise(cell)
    known = layout.by_heading.get(heading_key(text))
    if known is not None:
        return known
    hinted = _HINTED.fullmatch(text)
    if hinted is not None:
        return layout.by_heading.get(heading_key(hinted[1]))
    for token in _TOKEN.findall(text):
        known = layout.by_heading.get(heading_key(token))
        rest = text.replace(token, "", 1).replace("()", "").strip()
        for name in (rest, rest.removeprefix("(").removesuffix(")")):
            if known is not None and layout.by_heading.get(heading_key(name)) is known:
                return known
    return None


def _with_second_row(
    layout: Layout, cells: list[str], below: list[str]
) -> tuple[tuple[Column | None, ...], int]:
    """The columns by both heading rows if there are two, and how many there are."""
    width = len(_trimmed(cells))
    first = [_column(layout, cell) for cell in cells[:width]]
    first[: passed_over(cells)] = [None] * passed_over(cells)
    second = [_column(layout, cell) for cell in below[:width]]
    found = len(second) - second.count(None)
    if found < 2 or found * 2 < _filled(below):  # noqa: PLR2004 - a lone word may be data
        return tuple(first), 1
    return tuple(one or other for one, other in zip_longest(first, second)), 2


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _ignored(layout: Layout, cells: Sequence[str]) -> int:
    short = [cell for cell in cells if cell and len(cell) <= _LONGEST]
    return sum(1 for cell in short if heading_key(cell) in layout.ignored)


def _is_understood(layout: Layout, cell: str) -> bool:
    """Whether a heading stops no file: blank, known, or of a column that says nothing."""
    blank = not cell.strip()
    return blank or _column(layout, cell) is not None or heading_key(cell) in layout.ignored


def passed_over(cells: Sequence[str]) -> int:
    """How many columns come before the sender's own: those of a rejects file, or none."""
    ours = len(REJECT_HEADINGS)
    return ours if tuple(cell.strip().lower() for cell in cells[:ours]) == REJECT_HEADINGS else 0


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    width = max((number for number, cell in enumerate(cells, 1) if cell.strip()), default=0)
    return tuple(cell.strip() for cell in cells[:width])


def _checked(heading: Heading, path: Path) -> Heading:
    layout, cells = heading.layout, heading.cells
    places = list(zip(cells, heading.columns, strict=True))[passed_over(cells) :]
    unread = [cell for cell, column in places if cell and column is None]
    if not layout.ignored.issuperset(map(heading_key, unread)):
        raise _unknown(path, layout, cells[passed_over(cells) :])
    codes = [column.code for _, column in places if column is not None]
    codes += layout.constants
    doubled = [c.name for c in layout.columns if codes.count(c.code) > 1]
    if doubled:
        raise HeadingDoubled(path=str(path), headings=doubled)
    missing = [c.name for c in layout.columns if c.required and c.code not in codes]
    if missing:
        raise HeadingMissing(path=str(path), layout=layout.code, headings=missing)
    return heading


def _are_headings(layout: Layout, cells: Sequence[str]) -> bool:
    """Whether the row may be quoted: it is made of headings, not of a person's data."""
    texts = [normalise(cell) for cell in cells if cell.strip()]
    known = _matches(layout, cells)
    if known >= _CERTAIN and (known + _ignored(layout, cells)) * 5 >= len(texts) * 3:
        return True
    words = layout.heading_words
    named = [text.lower() for text in texts if not _DATA.search(text)]
    spoken = [text for text in named if any(word in text for word in words)]
    return len(texts) >= _CERTAIN and len(spoken) * 3 > len(texts) * 2


def _unknown(path: Path, layout: Layout, cells: Sequence[str]) -> CreditError:
    """What was not understood and the nearest known names; of what may be data, nothing."""
    if not _are_headings(layout, cells):
        return FileEmpty(path=str(path))
    unread = [cell for cell in cells if not _is_understood(layout, cell)]
    texts = [normalise(cell) for cell in unread[:10]]
    shown = ["…" if _DATA.search(text) else text[:30] for text in texts]
    names = {key: column.name for key, column in layout.by_heading.items()}
    near = [key for cell in shown for key in get_close_matches(heading_key(cell), names, n=2)]
    nearest = list(dict.fromkeys(names[key] for key in near)) or [c.name for c in layout.columns]
    return HeadingUnknown(path=str(path), layout=layout.code, headings=shown, nearest=nearest)
