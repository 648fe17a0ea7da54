"""Rows that are no data: blank ones, notes, totals, headings printed again."""

from collections.abc import Sequence

from credit_cli.intake.layouts import Layout, heading_key

_MOST_CELLS_OF_A_NOTE = 3
_FIRST = "1"  # of a row that numbers the columns
_END_OF_FILE = "\x1a"  # with which old programs end a text
# What may follow 合计 in its cell: 合计：12条.
_COUNT = " :：()（）0123456789.,共条件家户个行元万"


def is_remark(layout: Layout, cells: Sequence[bytes]) -> bool:
    """Whether a row that lacks most of its cells is a remark rather than a poor record."""
    first = next(filter(None, map(_joined, cells)), "")
    # Most rows are records, as their first cell shows.
    return not first or (_opens(layout, first) and _is_remark(layout, [*map(_joined, cells)]))


def _joined(cell: bytes) -> str:
    return "".join(cell.decode().split()).strip(_END_OF_FILE)


def _opens(layout: Layout, text: str) -> bool:
    """Whether a remark may begin so."""
    words = layout.totals + layout.notes
    return (
        text == _FIRST
        or text in layout.requirements
        or text.startswith(words)
        or heading_key(text) in layout.by_heading
    )


def _is_remark(layout: Layout, cells: Sequence[str]) -> bool:
    texts = [text for text in cells if text]
    many = len(texts) > _MOST_CELLS_OF_A_NOTE
    if many and texts == [str(number) for number in range(1, len(cells) + 1)]:
        return True  # the numbers of the columns
    if layout.requirements.issuperset(texts):
        return True
    if all(heading_key(text) in layout.by_heading for text in texts):
        return True
    few = len(texts) <= max(_MOST_CELLS_OF_A_NOTE, len(layout.columns) // 3)
    if few and texts[0].startswith(layout.totals):
        return any(not texts[0].removeprefix(word).strip(_COUNT) for word in layout.totals)
    return len(texts) <= _MOST_CELLS_OF_A_NOTE and texts[0].startswith(layout.notes)
