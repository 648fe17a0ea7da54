"""Rows without a code that the pool kept as they were sent: what they say, read once more."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from credit_cli.intake.cells import read_cell
from credit_cli.intake.hashes import digests, keys
from credit_cli.intake.layouts import Layout
from credit_cli.intake.parties import CERTIFICATE, KIND, NUMBER, USCC
from credit_cli.intake.row_blocks import RowBlock
from credit_cli.intake.tables import Survey, TableFile
from credit_cli.rules.identifiers import Identifier, Scheme
from credit_cli.rules.text_forms import key_form
from credit_cli.rules.values import SubjectKind

_PARTY = (USCC, CERTIFICATE, NUMBER)
_SHORTEST_NUMBER = 6  # characters; a shorter one tells nobody apart


class Sender(NamedTuple):
    """Under what the rows of a batch were sent: its headings, the layout's codes beside them."""

    layout: Layout
    file_name: str
    headings: tuple[str, ...]
    columns: tuple[str, ...]


class Said(NamedTuple):
    """What a row says of whom it is about; `kind` is "" if it says none we know."""

    name: str
    kind: str
    document_number: str
    numbers: tuple[str, ...]

    @property
    def key(self) -> int | None:
        """By which the same name with the same other numbers is known; None without a number."""
        if not self.numbers:
            return None
        return keys(digests([key_form(self.name)], ["|".join(self.numbers)]))[0]


def read_said(sender: Sender, cells: Sequence[str]) -> Said:
    """What one row says."""
    words = dict(sender.layout.constants) | {
        column: word
        for column, cell in zip(sender.columns, cells, strict=False)
        if column and (word := read_cell(cell, fold=True).text) not in sender.layout.blanks
    }

    def fed(field: str) -> str:
        codes = sender.layout.feeding.get(field, ())
        return next((words[code] for code in codes if code in words), "")

    numbered = [
        *sender.layout.feeding.get("other_code", ()),
        *sender.layout.feeding.get(NUMBER, ()),
    ]
    numbers = {key_form(words[code]) for code in numbered if code in words}
    telling = sorted(one for one in numbers if len(one) >= _SHORTEST_NUMBER and len(set(one)) > 1)
    kind = sender.layout.lists["kind"].meaning(fed(KIND)) or ""
    document = fed("document_number") or fed("case_number") or fed("title")
    return Said(fed("name"), kind, document, tuple(telling))


class KeptRows(TableFile):
    """Rows of one batch by line, with the codes of those they are about, as a file of its own."""

    def __init__(
        self, sender: Sender, rows: Iterable[tuple[int, Sequence[str], Identifier]]
    ) -> None:
        super().__init__(Survey(Path(sender.file_name), "csv", "utf-8", "", 0))
        lacking = [
            column
            for column in sender.layout.columns
            if column.feeds in _PARTY and column.code not in sender.columns
        ]
        self._columns = [*sender.columns, *(column.code for column in lacking)]
        self._headings = [*sender.headings, *(column.name for column in lacking)]
        self._fields = {column.code: column.feeds for column in sender.layout.columns}
        self._sender = sender
        self._rows = rows

    def blocks(self, sheet: str = "") -> Iterator[RowBlock]:
        """Both heading rows, for the first alone may not say all; then each row by itself."""
        del sheet
        yield RowBlock((-1, 0), [_encoded(self._headings), _encoded(self._columns)], 0)
        for line, cells, bearer in self._rows:
            yield RowBlock((line,), [_encoded(self._supplied(cells, bearer))], line)

    def _supplied(self, cells: Sequence[str], bearer: Identifier) -> list[str]:
        """The cells with the bearer's code and no other number of a person.

        Where a row says that it is no person's, a person's code is a fault.
        """
        said = read_said(self._sender, cells).kind or SubjectKind.PERSON
        personal = bearer.scheme is Scheme.RESIDENT_ID and said == SubjectKind.PERSON
        personal = personal and NUMBER in self._fields.values()
        given = dict.fromkeys(_PARTY, "") | {NUMBER if personal else USCC: bearer.value}
        filled = [*cells, *[""] * (len(self._columns) - len(cells))]
        places = zip(self._columns, filled, strict=True)
        return [given.get(self._fields.get(column, ""), cell) for column, cell in places]


def _encoded(cells: Iterable[str]) -> list[bytes]:
    return [cell.encode() for cell in cells]
