"""A file as pages of checked drafts: the frame that every kind of file shares."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from credit_cli.errors import FileEmpty, HeadingUnknown
from credit_cli.intake.columns import ColumnReader
from credit_cli.intake.csv_rows import Row
from credit_cli.intake.findings import Findings
from credit_cli.intake.headings import Heading, find_heading
from credit_cli.intake.layouts import Layout
from credit_cli.intake.remarks import is_remark
from credit_cli.intake.tables import TableFile
from credit_cli.rules.drafts import Issue, Level, Page, QuestionedRow

Draft = TypeVar("Draft")

PAGE_ROWS = 500  # larger pages fall out of the processor's cache
PAGE_CHARACTERS = 1 << 20  # and of the memory, if rows are as long as they may be


class Block(NamedTuple):
    """Up to PAGE_ROWS rows: their lines, values by column code, and what is wrong."""

    layout: Layout
    lines: list[int]
    values: dict[str, list[Any]]
    findings: Findings

    def feeding(self, field: str) -> list[Any]:
        """The values of the column that feeds `field`; "" where the file has none."""
        for column in self.layout.columns:
            if column.feeds == field and column.code in self.values:
                return self.values[column.code]
        return [""] * len(self.lines)

    def code_of(self, field: str) -> str:
        """The code of the column that feeds `field`."""
        return next(column.code for column in self.layout.columns if column.feeds == field)


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
    pages: Iterator[Page[Draft]]

    def __iter__(self) -> Iterator[Page[Draft]]:
        return self.pages


def open_drafts(
    table: TableFile,
    layouts: Sequence[Layout],
    as_of: date,
    draft: Callable[[Block], Sequence[Draft]],
) -> DraftFile[Draft]:
    """The first sheet with a known heading; `draft` makes one draft of every row of a block."""
    heading, rows = _find_sheet(table, layouts)
    return DraftFile(
        layout=heading.layout.code,
        edition=heading.layout.edition,
        headings=heading.cells,
        columns=tuple(column.code if column else "" for column in heading.columns),
        pages=_pages(heading, rows, as_of, draft),
    )


def _find_sheet(table: TableFile, layouts: Sequence[Layout]) -> tuple[Heading, Iterator[Row]]:
    misses: list[HeadingUnknown | FileEmpty] = []
    for sheet in table.sheets:
        try:
            return find_heading(table.rows(sheet), layouts, table.path)
        except (HeadingUnknown, FileEmpty) as miss:
            misses.append(miss)
    if not misses:
        raise FileEmpty(path=str(table.path))
    # The sheet that came nearest tells most.
    raise max(misses, key=lambda miss: len(miss.params.get("headings", ())))


def _pages(
    heading: Heading, rows: Iterator[Row], as_of: date, draft: Callable[[Block], Sequence[Draft]]
) -> Iterator[Page[Draft]]:
    readers = {
        place: ColumnReader(heading.layout, column, as_of)
        for place, column in enumerate(heading.columns)
        if column is not None
    }
    for page, lines, grid in _sorted_out(heading, rows):
        if lines:
            findings = Findings(lines)
            _question_unnamed(heading, grid, findings)
            places = list(zip(*grid, strict=True))
            values = {
                reader.code: reader.read(places[place], findings)
                for place, reader in readers.items()
            }
            drafts = draft(Block(heading.layout, lines, values, findings))
            _settle(page, heading.layout, grid, findings, drafts)
        yield page


def _sorted_out(
    heading: Heading, rows: Iterator[Row]
) -> Iterator[tuple[Page[Any], list[int], list[list[str]]]]:
    """Pages with what is not read at all, and the lines and cells of the rows that are."""
    width, page = len(heading.columns), Page[Any](skipped=heading.skipped)
    lines: list[int] = []
    grid: list[list[str]] = []
    size = 0
    for line, cells in rows:
        page.last_line = line
        size += len(cells) + sum(map(len, cells))
        if len(cells) > width and not any(cells[width:]):
            del cells[width:]
        if not any(cells):
            page.skipped += 1
        elif len(cells) == width:
            lines.append(line)
            grid.append(cells)
        elif is_remark(heading.layout, cells):
            page.skipped += 1
        else:
            _question_width(page, line, cells)
        if len(lines) + len(page.questioned) >= PAGE_ROWS or size > PAGE_CHARACTERS:
            yield page, lines, grid
            page, lines, grid, size = Page(), [], [], 0
    if page.last_line or page.skipped:
        yield page, lines, grid


def _question_width(page: Page[Any], line: int, cells: list[str]) -> None:
    """A row of the wrong width; a quote that is never closed takes cells or lines with it."""
    torn = any('"' in cell or "\n" in cell for cell in cells)
    code = "broken_quote" if torn else "wrong_width"
    issue = Issue(Level.ERROR, code, line, seen=str(len(cells)))
    page.questioned.append(QuestionedRow(line, "rejected", (issue,), tuple(cells)))
    page.issues[code] += 1


def _question_unnamed(heading: Heading, grid: list[list[str]], findings: Findings) -> None:
    for place, cell in enumerate(heading.cells):
        if not cell and heading.columns[place] is None:
            for row, cells in enumerate(grid):
                if cells[place].strip():
                    findings.note(row, "value_without_heading", "", cells[place])


def _settle(
    page: Page[Draft],
    layout: Layout,
    grid: list[list[str]],
    findings: Findings,
    drafts: Sequence[Draft],
) -> None:
    """Give every row its one outcome."""
    remarks = _drop_remarks(layout, grid, findings)
    page.skipped += len(remarks)
    bad = findings.rejected | findings.unlinked
    page.drafts.extend(
        draft for row, draft in enumerate(drafts) if row not in bad and row not in remarks
    )
    for row, issues in sorted(findings.by_row.items()):
        page.issues.update(issue.code for issue in issues)
        if row not in bad:
            page.noted.extend(issues)
            continue
        outcome = "rejected" if row in findings.rejected else "unlinked"
        page.questioned.append(
            QuestionedRow(issues[0].line, outcome, tuple(issues), tuple(grid[row]))
        )


def _drop_remarks(layout: Layout, grid: list[list[str]], findings: Findings) -> set[int]:
    """The rows that cannot be read because they are no data."""
    remarks = {row for row in findings.rejected if is_remark(layout, grid[row])}
    for row in remarks:
        findings.drop(row)
    return remarks
