"""Which questioned rows a corrected rejects file brings back."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from credit_cli.intake.headings import REJECT_HEADINGS, SEARCHED, passed_over
from credit_cli.intake.tables import TableFile

_BATCH, _LINE = REJECT_HEADINGS.index("batch"), REJECT_HEADINGS.index("line")
_NUMBER = re.compile(r"\s*[0-9]{1,9}\s*")


def read_answers(table: TableFile) -> Iterator[tuple[int, int, int]]:
    """For every row that says so: its line, and the batch and line it was questioned in.

    Reads the file once more; a rejects file's heading row opens its sheet, the only one read.
    """
    for sheet in table.sheets:
        rows = table.rows(sheet)
        if any(passed_over(cells) for _, cells in islice(rows, SEARCHED)):
            for line, cells in rows:
                if _says_where(cells):
                    yield line, int(cells[_BATCH]), int(cells[_LINE])
            return


def _says_where(cells: Sequence[str]) -> bool:
    numbers = cells[_BATCH : _BATCH + 1], cells[_LINE : _LINE + 1]
    return all(each and _NUMBER.fullmatch(each[0]) for each in numbers)
