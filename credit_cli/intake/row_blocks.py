"""Rows some hundred at a time, their cells in UTF-8: a word that repeats is decoded once."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from credit_cli.rules.raw_rows import RawBlock, pack_rows, pack_text


class RowBlock(NamedTuple):
    """Rows that follow each other: the line each begins on, and its cells.

    Of a text file `text` is what the rows were read from, lines and all, and
    `delimiter` the character between cells; of a workbook both are empty.
    `misfit` is what is wrong with a row of another width, if that is known.
    """

    lines: Sequence[int]
    rows: Sequence[list[bytes]]
    last_line: int
    delimiter: bytes = b""
    text: bytes = b""
    misfit: str = ""

    def texts(self) -> list[tuple[int, list[str]]] | None:
        """Lines and cells as texts; None if they are no UTF-8."""
        try:
            return [
                (line, [cell.decode() for cell in cells])
                for line, cells in zip(self.lines, self.rows, strict=True)
            ]
        except UnicodeDecodeError:
            return None

    def parts(self, most: int) -> Iterator["RowBlock"]:
        """The block in parts of about the same size, `most` rows at most."""
        count = -(-len(self.rows) // most)
        if count == 1:
            yield self
            return
        lines = self.text.splitlines(keepends=True)  # once: a block may be all short lines
        for part in range(count):
            end = (part + 1) * len(self.rows) // count
            yield self._cut(part * len(self.rows) // count, end, lines)

    def cut(self, start: int, end: int) -> "RowBlock":
        """The rows from `start` to before `end`."""
        if (start, end) == (0, len(self.rows)):
            return self
        return self._cut(start, end, self.text.splitlines(keepends=True))

    def _cut(self, start: int, end: int, lines: Sequence[bytes]) -> "RowBlock":
        first = self.lines[0]
        after = self.lines[end] if end < len(self.rows) else self.last_line + 1
        text = b"".join(lines[self.lines[start] - first : after - first])
        part = self._replace(lines=self.lines[start:end], rows=self.rows[start:end])
        return part._replace(last_line=after - 1, text=text)

    def pack(self) -> RawBlock:
        """The rows as sent, to be kept."""
        if self.delimiter:
            data = pack_text(self.text, self.delimiter)
        else:
            data = pack_rows([[cell.decode() for cell in cells] for cells in self.rows])
        return RawBlock(self.lines[0], self.last_line, data)
