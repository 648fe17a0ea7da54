"""Registers of subjects (主体登记信息) and of links between them (关联关系) as drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from credit_cli.intake.blocks import Block
from credit_cli.intake.checks import question_orders
from credit_cli.intake.days import NO_END
from credit_cli.intake.fields import json_fields
from credit_cli.intake.hashes import digests, keys, texts
from credit_cli.intake.layouts import Layout, layouts_of
from credit_cli.intake.pages import Columns, DraftFile, Drafting, open_drafts
from credit_cli.intake.parties import Party, Verdict, judge_code
from credit_cli.intake.party_rows import PARTY, RecordParties
from credit_cli.intake.states import states_of
from credit_cli.intake.tables import TableFile

REGISTER, LINKS = "subjects", "links"
# Where a block keeps what its links mean, beside the columns of its layout.
_LINK = ("link.role", "link.related_kind", "link.related_code")


class SubjectDraft(NamedTuple):
    """One subject as a register has it, in the order of the staging table's columns.

    `fields` is canonical JSON of the other columns as sent, after normalisation.
    """

    line: int
    kind: str
    scheme: str
    code: str
    name: str
    list_code: str
    registered_kind: str
    registered_name: str
    content_hash: int
    fields: str


class LinkDraft(NamedTuple):
    """What one subject is to another, in the order of the staging table's columns; days ISO."""

    line: int
    kind: str
    scheme: str
    code: str
    name: str
    role: str
    related_kind: str
    related_name: str
    related_code: str
    state: str
    valid_from: str | None
    valid_until: str | None
    content_hash: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectReading:
    """How a register is read, as a value that another process can be given."""

    as_of: date
    layouts: Sequence[Layout] | None = None

    def __call__(self, table: TableFile) -> DraftFile[Any]:
        """The subjects or the links of a file, whichever it holds, page by page.

        The file's layout tells which. Raises one of the Unreadable errors.
        """
        layouts = self.layouts or layouts_of("subject")
        reader = _Reader(RecordParties(self.as_of), self.as_of)
        return open_drafts(table, layouts, self.as_of, Drafting(reader.columns, tuple))


@dataclass(frozen=True, slots=True)
class _Reader:
    parties: RecordParties
    as_of: date

    def columns(self, block: Block) -> Columns:
        """The drafts of the sound rows, by column; what is wrong goes to the findings."""
        self.parties.give(block)
        question_orders(block)
        if block.layout.code == REGISTER:
            return _entries(block.sound())
        _give_links(block, self.as_of)
        return _links(block.sound())


def _entries(block: Block) -> Columns:
    kinds, schemes, codes = (block.values[name] for name in PARTY)
    names, fields = block.feeding("name"), json_fields(block)
    contents = keys(digests(codes, kinds, names, fields))
    registers = [block.layout.code] * len(block.lines)
    party = (block.lines, kinds, schemes, codes, names)
    return (*party, registers, kinds, names, contents, fields)


def _give_links(block: Block, as_of: date) -> None:
    """Say what every row's other subject is, and who; a wrong code or role rejects the row."""
    lists = block.layout.lists
    words, kinds = block.feeding("role"), block.feeding("related_kind")
    roles = {word: lists["role"].meaning(word) or "" for word in set(words)}
    given: list[Party] = []
    for row, text in enumerate(block.feeding("related_code")):
        if words[row] and not roles[words[row]]:
            block.findings.reject(row, "unknown_role", block.code_of("role"), words[row])
        kind = lists["kind"].meaning(kinds[row]) or ""
        given.append(_related(block, row, judge_code(text, kind, as_of)) if text else Party())
    related = ([one.kind for one in given], [one.code for one in given])
    block.values.update(zip(_LINK, ([roles[word] for word in words], *related), strict=True))


def _related(block: Block, row: int, verdict: Verdict) -> Party:
    code = block.code_of("related_code")
    seen = block.feeding("related_code")[row]
    for note, _ in verdict.notes:
        block.findings.note(row, note, code, seen)
    if verdict.fault:
        block.findings.reject(row, verdict.fault[0], code, seen)
    return verdict.party


def _links(block: Block) -> Columns:
    kinds, schemes, codes = (block.values[name] for name in PARTY)
    roles, related_kinds, related_codes = (block.values[name] for name in _LINK)
    names, states = block.feeding("related_name"), states_of(block)
    starts = [day or None for day in block.feeding("valid_from")]
    ends = [None if day == NO_END else day or None for day in block.feeding("valid_until")]
    said = (roles, related_kinds, names, related_codes, states, starts, ends)
    contents = keys(digests(codes, *map(texts, said)))
    return (block.lines, kinds, schemes, codes, block.feeding("name"), *said, contents)
