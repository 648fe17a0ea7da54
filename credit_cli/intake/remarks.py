"""Rows that are no data: blank ones, notes, totals, headings printed again."""

from collections.abc import Sequence

from credit_cli.intake.layouts import Layout, heading_key

_MOST_CELLS_OF_A_NOTE = 3
# What may follow 合计 in its cell: 合计：12条.
_COUNT = " :：()（）0123456789.,共条件家户个行元万"


def is_remark(layout: Layout, cells: Sequence[str]) -> bool:
    """Whether a row that lacks most of its cells is a remark rather than a poor record."""
    texts = ["".join(cell.split()) for cell in cells]
    texts = [text for text in texts if text]
    if not texts or layout.requirements.issuperset(texts):
        return True
    if all(heading_key(text) in layout.by_heading for text in texts):
        return True
    few = len(texts) <= max(_MOST_CELLS_OF_A_NOTE, len(layout.columns) // 3)
    if few and texts[0].startswith(layout.totals):
        return any(not texts[0].removeprefix(word).strip(_COUNT) for word in layout.totals)
    return len(texts) <= _MOST_CELLS_OF_A_NOTE and texts[0].startswith(layout.notes)
