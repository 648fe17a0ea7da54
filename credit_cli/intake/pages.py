"""A file as pages of checked drafts: the frame that every kind of file shares."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, pairwise
from typing import Any, Generic, NamedTuple, TypeVar

from credit_cli.errors import FileBroken, FileEmpty, HeadingDoubled, HeadingMissing, HeadingUnknown
from credit_cli.intake.blocks import Block
from credit_cli.intake.columns import ColumnReader
from credit_cli.intake.findings import Findings
from credit_cli.intake.headings import SEARCHED, Heading, Row, find_heading
from credit_cli.intake.layouts import Layout
from credit_cli.intake.merged_cells import Filled, MergedCells
from credit_cli.intake.outcomes import (
    count_filled,
    drop_remarks,
    note_filled,
    question_unnamed,
    settle,
    sort_out,
)
from credit_cli.intake.row_blocks import RowBlock
from credit_cli.intake.tables import TableFile
from credit_cli.rules.drafts import Page

Draft = TypeVar("Draft")
Columns = Sequence[Sequence[Any]]

PAGE_ROWS = 500  # larger pages fall out of the processor's cache


@dataclass(slots=True, kw_only=True)
class DraftFile(Generic[Draft]):
    """An open file of a known layout; iterating reads it, once.

    `headings` are the sender's, `columns` the layout's codes by position, ""
    where nothing is read. Pages come in the file's order.
    """

    layout: str
    edition: str
    headings: tuple[str, ...]
    columns: tuple[str, ...]
    pages: Iterator[Page[Draft]] = field(repr=False)

    def __iter__(self) -> Iterator[Page[Draft]]:
        return self.pages


class Drafting(NamedTuple, Generic[Draft]):
    """How a kind of file becomes drafts: a block's sound rows by column, and one draft of them."""

    columns: Callable[[Block], Columns]
    make: Callable[[Iterable[Any]], Draft]


def open_drafts(
    table: TableFile, layouts: Sequence[Layout], as_of: date, drafting: Drafting[Draft]
) -> DraftFile[Draft]:
    """The drafts of the first sheet with a known heading."""
    sheet, heading, blocks, merged = _find_sheet(table, layouts)
    pages = _pages(table, blocks, _Filler(heading, as_of, drafting, merged))
    return DraftFile(
        layout=heading.layout.code,
        edition=heading.layout.edition,
        headings=heading.cells,
        columns=tuple(column.code if column else "" for column in heading.columns),
        pages=_tell_others(pages, lambda: _count_others(table, layouts, sheet)),
    )


def _find_sheet(
    table: TableFile, layouts: Sequence[Layout]
) -> tuple[str, Heading, Iterator[RowBlock], MergedCells | None]:
    """The sheet, its heading, the rows below that, and the merged cells if it has any."""
    misses: list[HeadingUnknown | FileEmpty] = []
    for sheet in table.sheets:
        blocks = table.blocks(sheet)
        above, rows = _first_rows(table, blocks)
        try:
            heading = find_heading(rows, layouts, table.path)
        except (HeadingUnknown, FileEmpty) as miss:
            misses.append(miss)
        else:
            merges = table.merges(sheet)
            merged = MergedCells(heading, merges) if merges else None
            return sheet, heading, _below(chain(above, blocks), heading.height), merged
    if not misses:
        raise FileEmpty(path=str(table.path))
    # The sheet that came nearest tells most.
    raise max(misses, key=lambda miss: len(miss.params.get("headings", ())))


def _count_others(table: TableFile, layouts: Sequence[Layout], sheet: str) -> int:
    """How many sheets after this one have rows under a known heading, too."""
    found = 0
    for other in table.after(sheet):
        _, rows = _first_rows(table, table.blocks(other))
        with suppress(HeadingUnknown, HeadingMissing, HeadingDoubled, FileEmpty):
            height = find_heading(rows, layouts, table.path).height
            found += any(cell.strip() for _, cells in rows[height:] for cell in cells)
    return found


def _tell_others(pages: Iterator[Page[Draft]], count: Callable[[], int]) -> Iterator[Page[Draft]]:
    """The pages; the last one, when all are read, tells of other sheets that might be meant."""
    for page, following in pairwise(chain(pages, [None])):
        if page and following is None and (others := count()):
            page.issues["sheet_passed_over"] += others
        if page:
            yield page


def _first_rows(table: TableFile, blocks: Iterator[RowBlock]) -> tuple[list[RowBlock], list[Row]]:
    """The blocks in which the heading must begin, and their first rows as texts."""
    taken: list[RowBlock] = []
    rows: list[Row] = []
    while len(rows) <= SEARCHED and (block := next(blocks, None)):
        taken.append(block)
        rows += table.texts(block.cut(0, min(SEARCHED + 1, len(block.rows))))
    return taken, rows


def _below(blocks: Iterable[RowBlock], height: int) -> Iterator[RowBlock]:
    """The blocks without their first `height` rows."""
    for block in blocks:
        if height < len(block.rows):
            yield block.cut(height, len(block.rows))
        height = max(0, height - len(block.rows))


def _pages(
    table: TableFile, blocks: Iterator[RowBlock], fill: "_Filler[Draft]"
) -> Iterator[Page[Draft]]:
    skipped = fill.heading.skipped
    for block in blocks:
        for part in block.parts(PAGE_ROWS):
            page = Page(make=fill.drafting.make, skipped=skipped, last_line=part.last_line)
            if not fill(page, part):
                raise FileBroken(path=str(table.path), line=part.lines[0], fault="encoding")
            page.share = table.share_read
            yield page
            skipped = 0
    if skipped:
        yield Page(make=fill.drafting.make, skipped=skipped)


class _Filler(Generic[Draft]):
    """Reads, checks and drafts one page after the other."""

    def __init__(
        self,
        heading: Heading,
        as_of: date,
        drafting: Drafting[Draft],
        merged: MergedCells | None,
    ) -> None:
        self.heading = heading
        self.drafting = drafting
        self._merged = merged
        self._readers = {
            place: ColumnReader(heading.layout, column, as_of)
            for place, column in enumerate(heading.columns)
            if column is not None
        }
        constants = heading.layout.constants
        self._constants = [
            (ColumnReader(heading.layout, column, as_of), constants[column.code].encode())
            for column in heading.layout.columns
            if column.code in constants
        ]

    def __call__(self, page: Page[Draft], part: RowBlock) -> bool:
        """Fill the page; False if the part is not in the encoding that the file had."""
        try:
            self._fill(page, part)
        except UnicodeDecodeError:
            return False
        return True

    def _fill(self, page: Page[Draft], part: RowBlock) -> None:
        page.raw, filled = part.pack(), dict[int, Filled]()
        if self._merged:
            part, filled = self._merged.fill(part)
        layout, rows = self.heading.layout, sort_out(self.heading, part, page)
        if not rows.grid:
            return
        findings = Findings(rows.lines)
        question_unnamed(self.heading, rows, findings)
        note_filled(self.heading, rows, filled, findings)
        values = {
            reader.code: reader.read(rows.columns[place], findings)
            for place, reader in self._readers.items()
        }
        for reader, constant in self._constants:
            values[reader.code] = reader.read([constant] * len(rows.lines), findings)
        block = Block(layout=layout, lines=rows.lines, values=dict(values), findings=findings)
        page.columns = self.drafting.columns(block)
        remarks = drop_remarks(layout, rows, findings)
        page.skipped += len(remarks)
        page.filled += count_filled(values, remarks)
        settle(page, rows, findings)
