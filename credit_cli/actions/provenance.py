"""A record's content as its layout names it, and the row it came from; persons masked."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from credit_cli.actions.wording import View
from credit_cli.intake.layouts import Check, Column, load_layouts
from credit_cli.rules.masking import mask_id, mask_name, masked_subject_name
from credit_cli.rules.redaction import redacted
from credit_cli.rules.values import SubjectKind
from credit_cli.tables.batches import Batch
from credit_cli.tables.subjects import Subject
from credit_cli.text import find

_CODES = (Check.CODE, Check.SUBJECT_CODE)
_PERSONAL_NUMBERS = ("证件号码", "身份证")
_PERSONAL_NAMES = ("代表人", "负责人", "姓名")


class Sent(NamedTuple):
    """The row a record came from, under its batch's headings; without cells if it was in no file.

    What anybody may see of it depends on whose it is.
    """

    subject: Subject
    batch: Batch
    cells: Sequence[str] | None

    @property
    def columns(self) -> list[Column | None]:
        """The layout's columns by position."""
        known = _columns(self.batch.layout)
        return [known.get(code) for code in self.batch.columns]

    @property
    def names(self) -> list[str]:
        """What the pool and the row itself call the subject."""
        named = zip(self.cells or (), self.columns, strict=False)
        own = [cell for cell, column in named if column and column.feeds == "name"]
        return [self.subject.first_name, self.subject.name, *own]


def content(fields: Mapping[str, Any], sent: Sent) -> list[View]:
    """What a record says beyond what every record says, column by column."""
    columns = _columns(sent.batch.layout)
    places = {code: place for place, code in enumerate(columns)}
    codes = sorted(fields, key=lambda code: (places.get(code, len(places)), code))
    return [
        {
            "column": code,
            "label": columns[code].name if code in columns else find(f"column.{code}") or code,
            "value": disclosed(fields[code], columns.get(code), sent),
        }
        for code in codes
    ]


def row_as_sent(sent: Sent) -> list[View] | None:
    """The row cell by cell; blank cells beyond the headings are nobody's."""
    if sent.cells is None:
        return None
    places = zip(sent.cells, sent.batch.headings, sent.columns, strict=False)
    return [
        {"heading": heading, "value": disclosed(cell, column, sent)}
        for cell, heading, column in places
    ]


def disclosed(value: Any, column: Column | None, sent: Sent) -> Any:  # noqa: ANN401 - JSON
    """A value as anybody may see it.

    Of a person only what the layout knows to be no number of theirs; of
    others all but the numbers of the persons behind them.
    """
    kind = sent.subject.kind
    if not isinstance(value, str) or not value:
        return value
    if _is_number(column, person=kind is SubjectKind.PERSON):
        return mask_id(value)
    if column is not None and column.feeds == "name":
        return masked_subject_name(kind, value)
    if kind is not SubjectKind.ORGANISATION and _is_name(column):
        return mask_name(value)
    return text_of(value, sent)


def text_of(value: str, sent: Sent) -> str:
    """A text as anybody may see it."""
    if sent.subject.kind is SubjectKind.PERSON:
        return redacted(value, names=sent.names)
    return redacted(value, public=[sent.subject.code])


def _is_number(column: Column | None, *, person: bool) -> bool:
    if column is None:
        return person
    if person and column.check in _CODES:
        return column.feeds != "document_number"
    return column.check in _CODES and any(word in column.name for word in _PERSONAL_NUMBERS)


def _is_name(column: Column | None) -> bool:
    return column is not None and any(word in column.name for word in _PERSONAL_NAMES)


@cache
def _columns(layout: str) -> Mapping[str, Column]:
    """The columns of a layout by code, in its order; none of a layout we no longer have."""
    return {
        column.code: column
        for each in load_layouts()
        if each.code == layout
        for column in each.columns
    }
