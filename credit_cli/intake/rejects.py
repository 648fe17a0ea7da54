"""The rejects file: questioned rows as the sender sent them, with what is wrong.

The sender corrects it in a spreadsheet and sends it back; intake passes over
its first columns, by which it knows the rows again.
"""

import csv
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Any, Self
from unicodedata import normalize

from credit_cli.errors import DiskFault, Refused
from credit_cli.intake.headings import REJECT_HEADINGS, passed_over
from credit_cli.rules.drafts import Issue, Level, QuestionedRow
from credit_cli.text import say

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class RejectsFile:
    """Writes `path`, mode 0600, when its block ends well and there was a row to write.

    `headings` are the sender's; `columns` are the layout's codes beside them, by
    which an issue finds its cell. DiskFault if it cannot be written.
    """

    def __init__(self, path: Path, headings: Sequence[str], columns: Sequence[str] = ()) -> None:
        self._path = path
        self._headings = headings
        self._own = passed_over(headings)
        self._places = {code: place for place, code in enumerate(columns) if code}
        self._file: Any = None  # a file that knows its name, of a type tempfile keeps private

    def add(self, rows: Iterable[QuestionedRow]) -> None:
        """Write questioned rows."""
        with self._writing():
            for row in rows:
                batch = str(row.batch or "")
                own = row.cells[self._own :]
                self._write([str(row.line), *self._reasons(row), batch, *own])

    def keep(self) -> None:
        """Put the file in its place now, whole, rather than when the block ends."""
        if self._file is not None:
            with self._writing():
                self._file.close()
                Path(self._file.name).replace(self._path)
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None or issubclass(kind, Refused):  # they tell what to correct
                self.keep()
        finally:
            self._drop()

    def _drop(self) -> None:
        """Take away what was not kept."""
        if self._file is not None:
            with suppress(OSError):  # a full disk takes no more when it is closed either
                self._file.close()
            Path(self._file.name).unlink(missing_ok=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise DiskFault(path=str(self._path)) from error

    def _write(self, cells: Sequence[str]) -> None:
        if self._file is None:
            _refuse_unfit(self._path)
            # Its mode is 0600, and in the same folder it takes the place of `path` at once.
            self._file = NamedTemporaryFile(  # noqa: SIM115 - closed in __exit__
                "w",
                encoding="utf-8-sig",
                newline="",
                dir=self._path.absolute().parent,
                prefix=f".{self._path.name[:40]}.",
                delete=False,
            )
            self._write([*REJECT_HEADINGS, *self._headings[self._own :]])
        csv.writer(self._file).writerow(map(formula_safe, cells))

    def _reasons(self, row: QuestionedRow) -> tuple[str, str, str]:
        """Codes, messages and cells of what is wrong; errors first, mends left out."""
        errors = [issue for issue in row.issues if issue.level is Level.ERROR]
        warnings = [issue for issue in row.issues if issue.level is Level.WARNING]
        issues = list(chain(errors, warnings))
        places = dict.fromkeys(filter(None, map(self._place, issues)))
        codes = dict.fromkeys(issue.code for issue in issues)
        messages = dict.fromkeys(map(message, issues))
        return ";".join(codes), " ".join(messages), "; ".join(places)

    def _place(self, issue: Issue) -> str:
        """The cell's address in the sender's file and its heading."""
        place = self._places.get(issue.column)
        if place is None:
            return issue.column
        return f"{_letters(place)}{issue.line} {self._headings[place]}".rstrip()


def _refuse_unfit(path: Path) -> None:
    """OSError where no file can take this place: found out while nothing is done yet."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(path)


def message(issue: Issue) -> str:
    """What is wrong and what to do, in the language in use."""
    words = say(f"issue.{issue.code}")
    if issue.proposed and issue.proposed != issue.seen:
        return say("rejects.proposed", message=words, proposed=issue.proposed)
    return words


def formula_safe(cell: str) -> str:
    """The cell, with `'` before it if a spreadsheet would take it for a formula."""
    return f"'{cell}" if normalize("NFKC", cell[:4]).startswith(_FORMULA_STARTS) else cell


def _letters(place: int) -> str:
    """The spreadsheet's name of the column: 0 is A, 26 is AA."""
    above, within = divmod(place, 26)
    return (_letters(above - 1) if above else "") + chr(ord("A") + within)
