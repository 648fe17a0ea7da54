"""What becomes of every row of a page: read, passed over, questioned."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from credit_cli.intake.findings import Findings
from credit_cli.intake.headings import Heading
from credit_cli.intake.layouts import Layout
from credit_cli.intake.merged_cells import Filled
from credit_cli.intake.quality import load_dimensions
from credit_cli.intake.remarks import is_remark
from credit_cli.intake.row_blocks import RowBlock
from credit_cli.rules.drafts import Issue, Level, Page, QuestionedRow
from credit_cli.rules.quality import flawed_rows

Cells = Sequence[bytes]


class Rows(NamedTuple):
    """The rows of a page that are read: their lines, their cells by row and by column."""

    lines: Sequence[int]
    grid: Sequence[list[bytes]]
    columns: list[Sequence[bytes]]


def sort_out(heading: Heading, block: RowBlock, page: Page[Any]) -> Rows:
    """The rows of the right width; the others are passed over or questioned in `page`."""
    width = len(heading.columns)
    if set(map(len, block.rows)) == {width}:
        columns: list[Sequence[bytes]] = list(zip(*block.rows, strict=True))
        # No row is blank if some column is filled in all of them.
        if not all(b"" in column for column in columns):
            return Rows(block.lines, block.rows, columns)
    kept = [
        (line, cells[:width])
        for line, cells in zip(block.lines, block.rows, strict=True)
        if _is_data(heading, line, cells, page, block.misfit)
    ]
    grid = [cells for _, cells in kept]
    return Rows([line for line, _ in kept], grid, list(zip(*grid, strict=True)))


def _is_data(heading: Heading, line: int, cells: list[bytes], page: Page[Any], misfit: str) -> bool:
    width, blank = len(heading.columns), not any(cells)
    if not blank and (len(cells) == width or (len(cells) > width and not any(cells[width:]))):
        return True
    if blank or is_remark(heading.layout, cells):
        page.skipped += 1
    else:
        _question_width(page, line, _texts(cells), misfit)
    return False


def _texts(cells: Cells) -> tuple[str, ...]:
    return tuple(cell.decode() for cell in cells)


def _question_width(page: Page[Any], line: int, cells: tuple[str, ...], misfit: str) -> None:
    """A row of the wrong width; a quote that is never closed takes cells or lines with it."""
    torn = any('"' in cell or "\n" in cell for cell in cells)
    code = misfit or ("broken_quote" if torn else "wrong_width")
    issue = Issue(Level.ERROR, code, line, seen=str(len(cells)))
    page.questioned.append(QuestionedRow(line, "rejected", (issue,), cells))
    page.issues[code] += 1
    page.flawed[load_dimensions()[code]] += 1


def question_unnamed(heading: Heading, rows: Rows, findings: Findings) -> None:
    """Warn of values under no heading."""
    for place, cell in enumerate(heading.cells):
        if not cell and heading.columns[place] is None:
            for row, value in enumerate(rows.columns[place]):
                if value.strip():
                    findings.note(row, "value_without_heading", "", value.decode())


def note_filled(
    heading: Heading, rows: Rows, filled: Mapping[int, Filled], findings: Findings
) -> None:
    """Note the rows of which a merged cell was filled in, each once."""
    for row, line in enumerate(rows.lines if filled else ()):
        column = heading.columns[filled[line].place] if line in filled else None
        if column is not None:
            findings.note(row, "fixed_merged", column.code, "", filled[line].cell.decode())


def drop_remarks(layout: Layout, rows: Rows, findings: Findings) -> set[int]:
    """Forget the rows that could not be read because they are no data; which ones."""
    remarks = {row for row in findings.rejected if is_remark(layout, rows.grid[row])}
    findings.drop(remarks)
    return remarks


def count_filled(values: Mapping[str, Sequence[Any]], remarks: set[int]) -> Counter[str]:
    """How many rows say something in each column; a cell that cannot be read says nothing."""
    counted = Counter[str]()
    for code, column in values.items():
        counted[code] = len(column) - column.count("") - column.count(None)
        counted[code] -= sum(1 for row in remarks if column[row] not in {"", None})
    return counted


def settle(page: Page[Any], rows: Rows, findings: Findings) -> None:
    """Count the issues; question the rows that became nothing."""
    page.issues += findings.counts()
    page.flawed += flawed_rows(findings.hits(), load_dimensions())
    for row in sorted(findings.questioned):
        outcome = "rejected" if row in findings.rejected else "unlinked"
        issues, cells = findings.issues_of(row), _texts(rows.grid[row])
        page.questioned.append(QuestionedRow(rows.lines[row], outcome, issues, cells))
    for row in sorted(findings.by_row.keys() - findings.questioned):
        page.noted += findings.by_row[row]
