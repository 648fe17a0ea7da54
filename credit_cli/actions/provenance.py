"""A record's content as its layout names it, and the row it came from; persons masked."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from credit_cli.actions.wording import View
from credit_cli.intake.layouts import Check, Column, load_layouts
from credit_cli.rules.masking import mask_id, mask_name, masked_subject_name
from credit_cli.rules.redaction import redacted
from credit_cli.rules.values import SubjectKind
from credit_cli.tables.batches import Batch
from credit_cli.tables.records import Record
from credit_cli.tables.subjects import Subject
from credit_cli.text import find

_CODES = (Check.CODE, Check.SUBJECT_CODE)
_PERSONAL_NUMBERS = ("证件号码", "身份证")
_PERSONAL_NAMES = ("代表人", "负责人", "姓名")


def content(record: Record, batch: Batch, subject: Subject) -> list[View]:
    """What the record says beyond what every record says, column by column."""
    columns = _columns(batch.layout)
    places = {code: place for place, code in enumerate(columns)}
    codes = sorted(record.fields, key=lambda code: (places.get(code, len(places)), code))
    return [
        {
            "column": code,
            "label": columns[code].name if code in columns else find(f"column.{code}") or code,
            "value": disclosed(record.fields[code], columns.get(code), subject),
        }
        for code in codes
    ]


def disclosed(value: Any, column: Column | None, subject: Subject) -> Any:  # noqa: ANN401 - JSON
    """A value as anybody may see it.

    Of a person only what the layout knows to be no number of theirs; of
    others all but the numbers of the persons behind them.
    """
    if not isinstance(value, str) or not value:
        return value
    person = subject.kind is SubjectKind.PERSON
    if _is_number(column, person=person):
        return mask_id(value)
    if column is not None and column.feeds == "name":
        return masked_subject_name(subject.kind, value)
    if subject.kind is not SubjectKind.ORGANISATION and _is_name(column):
        return mask_name(value)
    return text_of(value, subject)


def text_of(value: str, subject: Subject) -> str:
    """A text as anybody may see it."""
    if subject.kind is SubjectKind.PERSON:
        return redacted(value, names=[subject.name])
    return redacted(value, public=[subject.code])


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
