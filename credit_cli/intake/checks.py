"""Warnings that need more than one column: days in order, lateness, fines, authorities."""

import re
from collections.abc import Collection, Mapping
from operator import lt

from credit_cli.intake.blocks import Block
from credit_cli.intake.record_types import TYPE

_YUAN = 100  # fen


def question_late(block: Block, late_before: Mapping[str, str]) -> None:
    """Warn of decisions before the ISO day of their type: they count as late (迟报)."""
    pairs = zip(block.feeding("decided_on"), block.values[TYPE], strict=True)
    late = [row for row, (day, type_) in enumerate(pairs) if "" < day < late_before.get(type_, "")]
    block.note_rows(late, "reported_late", "decided_on")


def question_orders(block: Block) -> None:
    """Warn of days that come before those they should follow."""
    for order in block.layout.orders:
        earlier, later = block.values.get(order.earlier), block.values.get(order.later)
        if earlier is None or later is None or not any(map(lt, later, earlier)):
            continue
        for row, (first, second) in enumerate(zip(earlier, later, strict=True)):
            if "" < second < first:
                block.findings.note(row, order.issue, order.later, second)


def question_authorities(block: Block, known: Collection[str] | None) -> None:
    """Warn of authorities that are not among the `known` codes, if these are given."""
    if known is None:
        return
    codes = block.feeding("authority_code")
    others = set(codes).difference(known, {""})
    unknown = [row for row, code in enumerate(codes) if code in others] if others else ()
    block.note_rows(unknown, "unknown_authority", "authority_code")


def question_fines(block: Block) -> None:
    """Warn where the text gives the column's number in yuan: 2000 万元 beside 罚款2000元.

    The amount stays as sent.
    """
    unit = block.layout.amount_unit_fen
    contents = block.feeding("content")
    for row, fen in enumerate(block.feeding("amount_fen")):
        if fen and unit != _YUAN and fen % unit == 0 and _says_yuan(contents[row], fen // unit):
            column = block.code_of("amount_fen")
            # What the column should hold in its own unit.
            proposed = f"{fen // unit * _YUAN / unit:.6f}".rstrip("0").rstrip(".")
            block.findings.note(row, "fine_unit", column, str(fen // unit), proposed)


def _says_yuan(text: str, number: int) -> bool:
    if "罚款" not in text or not (f"{number}" in text or f"{number:,}" in text):
        return False
    amount = rf"(?:{number}|{number:,})(?:\.0+)?"
    return re.search(rf"罚款[^0-9，。；]{{0,8}}{amount}元", text) is not None
