"""The cells of one column, read a page at a time.

A page's cells are proved plain by one pass over their joined text, words that
came before are looked up, and only what remains is read cell by cell.
"""

from collections.abc import Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from credit_cli.intake.findings import Findings
from credit_cli.intake.layouts import Check, Column, Layout
from credit_cli.intake.words import Read, WordReader

_REMEMBERED, _REMEMBERED_FREE = 4_000, 1_000  # words of a column
_CHUNK = 25
_TEXTS = frozenset({Check.TEXT, Check.CODE, Check.SUBJECT_CODE})


class ColumnReader:
    """Reads one column, of which cells are UTF-8; remembers blameless words from page to page."""

    def __init__(self, layout: Layout, column: Column, as_of: date) -> None:
        self.code = column.code
        self._column = column
        self._blanks = layout.blanks
        self._words = WordReader(layout, column, as_of)
        self._remembered = _REMEMBERED_FREE if column.free else _REMEMBERED
        self._known: dict[bytes, Any] = {}
        self._questioned: dict[bytes, Read] = {}
        self._varied = False  # whether its words seldom come again

    def read(self, cells: Sequence[bytes], findings: Findings) -> Sequence[Any]:
        """The value of every cell, in order; faults and notes go to `findings`."""
        texts = self._new_texts(cells, findings) if self._varied else None
        if texts is not None:
            return texts
        try:
            values = self._look_up(cells)
        except KeyError:
            self._learn(cells)
            values = self._look_up(cells)
        if self._questioned and not self._questioned.keys().isdisjoint(cells):
            self._tell(cells, findings)
        return values

    def _look_up(self, cells: Sequence[bytes]) -> Sequence[Any]:
        # The quickest way to look many words up; of one it gives no sequence.
        many = len(cells) > 1
        return itemgetter(*cells)(self._known) if many else [self._known[cells[0]]]

    def _new_texts(self, cells: Sequence[bytes], findings: Findings) -> list[str] | None:
        """The texts of cells that are plain or blank; nothing is remembered."""
        if b"" not in cells:
            return self._plain(cells)
        texts = self._plain([cell for cell in cells if cell])
        if texts is None:
            return None
        if self._column.required:
            for row, cell in enumerate(cells):
                if not cell:
                    findings.reject(row, "missing_required", self.code)
        given = iter(texts)
        return [next(given) if cell else "" for cell in cells]

    def _learn(self, cells: Sequence[bytes]) -> None:
        """Remember what the words of a page mean, and which of them are to be questioned."""
        words = set(cells)
        if len(self._known) + len(words) > self._remembered:
            self._known.clear()
            self._questioned.clear()
        fresh = words.difference(self._known)
        self._varied = self._column.check in _TEXTS and 2 * len(fresh) > len(cells)
        for word in self._unproved([*fresh]):
            read = self._words.read(word.decode())
            self._known[word] = read.value
            if read.notes or read.fault:
                self._questioned[word] = read

    def _unproved(self, words: list[bytes]) -> list[bytes]:
        """The words that no pass over ever fewer of them proves to be plain."""
        if self._column.check not in _TEXTS:
            return words
        for size in (max(1, len(words)), _CHUNK, 1):
            chunks = [words[at : at + size] for at in range(0, len(words), size)]
            words = [word for chunk in chunks for word in self._doubtful(chunk)]
        return words

    def _doubtful(self, words: list[bytes]) -> list[bytes]:
        texts = self._plain(words)
        if texts is None:
            return words
        self._known.update(zip(words, texts, strict=True))
        return []

    def _plain(self, words: Sequence[bytes]) -> list[str] | None:
        """The words as texts, if one pass over them all shows that there is nothing to mend."""
        column, joined = self._column, b"|".join(words).decode()
        texts = joined.split("|")
        if len(texts) != len(words) or not self._blanks.isdisjoint(texts):
            return None
        if column.longest and max(map(len, texts)) > column.longest:
            return None
        return texts if self._words.are_plain(f"|{joined}|") else None

    def _tell(self, cells: Sequence[bytes], findings: Findings) -> None:
        for row, cell in enumerate(cells):
            if cell in self._questioned:
                read, seen = self._questioned[cell], cell.decode()
                for code in read.notes:
                    findings.note(row, code, self.code, seen, str(read.value or ""))
                if read.fault:
                    findings.reject(row, read.fault, self.code, seen)
