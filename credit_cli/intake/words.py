"""What one cell of a column says: the text, day, code, word of a list or amount in it."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from credit_cli.intake.cells import is_plain, read_cell
from credit_cli.intake.days import in_order, read_day
from credit_cli.intake.findings import WARNINGS
from credit_cli.intake.layouts import Check, Column, Layout
from credit_cli.rules.identifiers import check_uscc
from credit_cli.rules.money import fen_from_text
from credit_cli.rules.text_forms import normalise

_SCIENTIFIC = re.compile(r"\|[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{1,3}\|")
_WHOLE = re.compile(r"[0-9]{1,9}")
_LONG_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9Xx]")  # quick to seek: seldom found
# A resident id by its shape: division, birth date, order, check character.
_PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])"
    r"(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
_TRIAL = re.compile(r"\|(?:[Tt][Ee][Ss][Tt]|([0-9A-Za-z])\1{4,}|12345[0-9]*)\|")
_TRIED = frozenset({"name", "document_number"})
_NUMBERS = frozenset({Check.CODE, Check.SUBJECT_CODE})


class Read(NamedTuple):
    """What a cell says; `notes` are warnings and mends, `fault` rejects the row."""

    value: Any
    notes: tuple[str, ...] = ()
    fault: str = ""


class WordReader:
    """Reads the words of one column.

    Values are texts; days ISO texts (NO_END for none); what feeds an amount
    (fen) or a score is an integer. A blank or faulty cell gives "" or None.
    """

    def __init__(self, layout: Layout, column: Column, as_of: date) -> None:
        self._layout = layout
        self._column = column
        self._last_day = as_of.isoformat() if column.feeds == "decided_on" else "9999"
        self._empty = None if column.feeds in {"amount_fen", "score"} else ""
        self._parse: Callable[[str], Read] = {
            Check.USCC: self._uscc,
            Check.CHOICE: self._choice,
            Check.DAY: self._day,
            Check.AMOUNT: self._amount,
            Check.WHOLE: self._whole,
        }.get(column.check, self._text)

    def are_plain(self, joined: str) -> bool:
        """Whether `read` would give every text of `|text|text|` as it is, its length apart."""
        column = self._column
        if "||" in joined or column.codes or not is_plain(joined, fold=not column.free):
            return False
        if column.free:
            return _LONG_NUMBER.search(joined) is None
        if column.feeds in _TRIED and _is_trial(joined):
            return False
        return column.check not in _NUMBERS or _SCIENTIFIC.search(joined) is None

    def read(self, raw: str) -> Read:
        """The meaning of one cell."""
        column = self._column
        cell = read_cell(raw, fold=not column.free)
        if cell.fault:
            return Read(self._empty, fault=cell.fault)
        text = column.codes.get(cell.text, cell.text)
        if not text or text in self._layout.blanks:
            return Read(self._empty, fault="missing_required" if column.required else "")
        if column.longest and len(text) > column.longest:
            return Read(self._empty, fault="over_long")
        read = self._parse(text)
        return read._replace(notes=cell.notes + read.notes)

    def _text(self, text: str) -> Read:
        column = self._column
        if column.check in _NUMBERS and _SCIENTIFIC.fullmatch(f"|{text}|"):
            return Read("", fault="excel_damaged")
        if column.free and _PERSONAL.search(text):
            return Read(text, ("personal_data_in_text",))
        if column.feeds in _TRIED and _is_trial(f"|{text}|"):
            return Read(text, ("test_data",))
        return Read(text)

    def _uscc(self, text: str) -> Read:
        checked = check_uscc(text)
        if checked.fault is None:
            # Divisions and inner checks of authorities are nobody's credit.
            mends = tuple(note for note in checked.notes if note not in WARNINGS)
            return Read(checked.value, mends)
        if self._column.doubtful:
            return Read(text, ("doubtful_code",))
        return Read("", checked.notes, checked.fault)

    def _choice(self, text: str) -> Read:
        known = self._layout.lists[self._column.list].knows(text)
        return Read(text, () if known else ("code_outside_list",))

    def _day(self, text: str) -> Read:
        day = read_day(in_order(normalise(text), self._column.order), self._layout.no_end)
        if day.value > self._last_day:
            return Read("", fault="day_in_future")
        return Read(day.value, (day.note,) if day.note else (), day.fault)

    def _amount(self, text: str) -> Read:
        try:
            plain = normalise(text).removeprefix("¥").removesuffix(self._layout.amount_unit)
            fen = fen_from_text(plain, self._layout.amount_unit_fen)
        except ValueError:
            return Read(self._empty, fault="bad_amount")
        return Read(fen if self._empty is None else text)

    def _whole(self, text: str) -> Read:
        plain = normalise(text)
        return Read(int(plain)) if _WHOLE.fullmatch(plain) else Read(None, fault="bad_score")


def _is_trial(joined: str) -> bool:
    return "测试" in joined or _TRIAL.search(joined) is not None
