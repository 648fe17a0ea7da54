"""Visible records as a 双公示 file again, under the official headings of an edition."""

from array import array
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from credit_cli.actions.provenance import Sent, disclosed
from credit_cli.actions.wording import View
from credit_cli.intake.days import NO_END
from credit_cli.intake.layouts import Column, Layout
from credit_cli.intake.parties import NUMBER, USCC
from credit_cli.intake.words import WordReader
from credit_cli.rules.money import amount_text
from credit_cli.rules.values import SubjectKind
from credit_cli.store import exports
from credit_cli.store.exports import Extent, Outgoing, RowsAsSent
from credit_cli.store.lookups import add_lookups
from credit_cli.store.work import Desk, Work
from credit_cli.tables.batches import Batch

Write = Callable[[Sequence[str]], None]
_TOGETHER = 5_000  # lookups written in one transaction
_SHORTEST = 11  # digits: a mobile number is the shortest that is sought in texts
_NO_NUMBER = "甲乙"  # a text without a number or a name


class Asked(NamedTuple):
    """What is to be exported, and whether persons are written in full and what for."""

    layout: Layout
    source: str | None
    since: date | None
    revealed: bool
    purpose: str

    @property
    def extent(self) -> Extent:
        """Which records are meant."""
        return Extent(self.layout.record_type, self.layout.code, self.source, self.since)


def export(desk: Desk, asked: Asked, write: Write) -> View:
    """Hand the records to `write` row by row; that they went out is logged.

    Persons in full are entered in the lookup log one by one.
    """
    persons = array("q")
    with desk.open(writing=False) as work:
        rows = _write_rows(work, asked, write, persons)
        left_out = exports.count_left_out(work.session, asked.extent)
    if asked.revealed:
        _log_lookups(desk, persons, asked.purpose)
    view = {
        "layout": asked.layout.code,
        "edition": asked.layout.edition,
        "type": asked.layout.record_type,
        "rows": rows,
        "persons": len(persons),
        "revealed": asked.revealed,
        "left_out": left_out,
    }
    with desk.open(writing=True) as work:
        told = {"source": asked.source, "since": asked.since and asked.since.isoformat()}
        work.audit("record.export", **view, **told, purpose=asked.purpose)
    return view


def _write_rows(work: Work, asked: Asked, write: Write, persons: "array[int]") -> int:
    """How many rows were written; the numbers of the persons among them go to `persons`."""
    exports.hold_still(work.session)
    kept, mask = RowsAsSent(work.session), _Mask(asked.layout)
    row_of, rows = _Rows(asked.layout, work.terms.as_of), 0
    for batch in exports.list_batches(work.session, asked.extent):
        for one in exports.list_outgoing(work.session, asked.extent, batch):
            sent = _sent(one, batch, kept)
            if one.subject.kind is SubjectKind.PERSON:
                persons.append(one.subject.id)
            cells = row_of(one, sent)
            write(cells if asked.revealed else mask(cells, sent))
            rows += 1
    return rows


def _sent(one: Outgoing, batch: Batch, kept: RowsAsSent) -> Sent:
    """The row as it was sent is looked up only where it may call the subject by another name.

    Which is no issue where a register knows that name.
    """
    named_otherwise = one.renamed or batch.issues.get("other_name")
    row = kept.cells(batch.id, one.record.line) if named_otherwise else None
    return Sent(one.subject, batch, row)


class _Mask:
    """Rows of a layout as anybody may see them."""

    def __init__(self, layout: Layout) -> None:
        self._columns = layout.columns
        self._masked: dict[SubjectKind, list[bool]] = {}

    def __call__(self, cells: Sequence[str], sent: Sent) -> list[str]:
        kind = sent.subject.kind
        if kind not in self._masked:
            # By the column, whatever stands in it; other texts by the numbers in them.
            told = [disclosed(_NO_NUMBER, column, sent) for column in self._columns]
            self._masked[kind] = [kind is SubjectKind.PERSON or one != _NO_NUMBER for one in told]
        places = zip(cells, self._columns, self._masked[kind], strict=True)
        return [
            disclosed(cell, column, sent) if always or len(cell) >= _SHORTEST else cell
            for cell, column, always in places
        ]


class _Rows:
    """Records as rows of a layout, in the order of its columns."""

    def __init__(self, layout: Layout, as_of: date) -> None:
        self._layout = layout
        self._kinds = {kind: words[0] for kind, words in layout.lists["kind"].values.items()}
        name = next(column for column in layout.columns if column.feeds == "name")
        self._names = WordReader(layout, name, as_of)

    def __call__(self, one: Outgoing, sent: Sent) -> list[str]:
        record, content, subject, _ = one
        fields = content.fields
        own = {
            "name": self._name(sent),
            "kind": self._kinds[subject.kind],
            self._code_field(subject.kind): subject.code,
            "document_number": content.document_number,
            "authority_code": content.authority_code,
            "authority": content.authority,
            "decided_on": record.decided_on.isoformat(),
            "valid_from": record.valid_from.isoformat() if record.valid_from else "",
            "valid_until": record.valid_until.isoformat() if record.valid_until else "",
            "amount_fen": self._amount(record.amount_fen),
        }
        return [
            own.get(column.feeds) or fields.get(column.code) or _lacking(column)
            for column in self._layout.columns
        ]

    def _code_field(self, kind: SubjectKind) -> str:
        """Where the subject's code stands: some layouts have one column for all."""
        apart = kind is SubjectKind.PERSON and NUMBER in self._layout.feeding
        return NUMBER if apart else USCC

    def _name(self, sent: Sent) -> str:
        """By which the row called its subject, as it was read."""
        name, own = sent.subject.name, sent.names[-1] if sent.cells else ""
        return name if own in ("", name) else self._names.read(own).value or name

    def _amount(self, fen: int | None) -> str:
        return "" if fen is None else amount_text(fen, self._layout.amount_unit_fen)


def _lacking(column: Column) -> str:
    """What stands for nothing: a validity that must be given and is not, has no end."""
    return NO_END if column.required and column.feeds == "valid_until" else ""


def _log_lookups(desk: Desk, persons: "array[int]", purpose: str) -> None:
    for start in range(0, len(persons), _TOGETHER):
        with desk.open(writing=True) as work:
            add_lookups(work, set(persons[start : start + _TOGETHER]), purpose)
