"""Merged cells of a workbook: what stands in the first row of a merge is said of all its rows.

Columns are filled downwards only: of a merge over several columns nobody can
say that the second one means what the first one does.
"""

from collections.abc import Iterable
from typing import NamedTuple

from credit_cli.intake.headings import Heading
from credit_cli.intake.remarks import is_remark
from credit_cli.intake.row_blocks import RowBlock


class Merge(NamedTuple):
    """Lines `first` to `last`, from 1, merged in the column at `place`, from 0."""

    first: int
    last: int
    place: int


class Filled(NamedTuple):
    """What was filled in on a line: the cell most to the left."""

    place: int
    cell: bytes


class MergedCells:
    """Fills the rows below a heading, block after block; what a merge holds is in memory once.

    Merges that begin above the data are those of a sheet's layout and fill nothing.
    """

    def __init__(self, heading: Heading, merges: Iterable[Merge]) -> None:
        self._layout = heading.layout
        read = {place for place, column in enumerate(heading.columns) if column is not None}
        kept = (
            one for one in merges if one.place in read and heading.height < one.first < one.last
        )
        self._coming = sorted(kept, reverse=True)
        self._open: dict[int, Merge] = {}  # by place, so a heap of merges costs as much as one
        self._cells: dict[int, bytes] = {}

    def fill(self, block: RowBlock) -> tuple[RowBlock, dict[int, Filled]]:
        """The block with its merged cells filled, and what was filled in by line.

        A row that is a note or a total, or blank but for merged cells, stays as it is.
        """
        begun = self._coming and self._coming[-1].first <= block.last_line
        if not (begun or self._open):
            return block, {}
        rows, filled = list(block.rows), dict[int, Filled]()
        for row, line in enumerate(block.lines):
            self._go_on(line)
            if not self._open or is_remark(self._layout, rows[row]):
                continue
            if places := self._lacking(line, rows[row]):
                cells = [*rows[row]]
                for place in places:
                    cells[place] = self._cells[place]
                rows[row] = cells
                filled[line] = Filled(places[0], cells[places[0]])
        return block._replace(rows=rows), filled

    def _go_on(self, line: int) -> None:
        """Forget the merges that have ended, begin those that begin on this line."""
        for place in [place for place, one in self._open.items() if one.last < line]:
            del self._open[place]
            self._cells.pop(place, None)
        while self._coming and self._coming[-1].first <= line:
            one = self._coming.pop()
            self._open[one.place] = one
            self._cells.pop(one.place, None)

    def _lacking(self, line: int, cells: list[bytes]) -> list[int]:
        """The places of a row that its merges are to fill, where they have begun with a cell."""
        places: list[int] = []
        for place, one in self._open.items():
            if one.first == line:
                self._cells[place] = cells[place]
            elif not cells[place].strip() and self._cells.get(place, b"").strip():
                places.append(place)
        return sorted(places)
