"""Cases that departments have dealt with (历史办件) as drafts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from credit_cli.intake.blocks import Block
from credit_cli.intake.checks import question_authorities, question_orders
from credit_cli.intake.days import NO_END
from credit_cli.intake.hashes import digests, keys, texts
from credit_cli.intake.layouts import Layout, layouts_of
from credit_cli.intake.pages import Columns, DraftFile, Drafting, open_drafts
from credit_cli.intake.party_rows import PARTY, RecordParties
from credit_cli.intake.tables import TableFile
from credit_cli.rules.text_forms import key_form
from credit_cli.rules.values import CaseState

# Where a block keeps what its cases are, beside the columns of its layout.
_CASE = ("case.item", "case.department", "case.route", "case.state")
_DECIDED = {CaseState.GRANTED, CaseState.REFUSED, CaseState.NOT_ACCEPTED, CaseState.CLOSED}


class CaseDraft(NamedTuple):
    """One case of one applicant, in the order of the staging table's columns; days ISO.

    `case_key` is a hash of the department and its number of the case.
    """

    line: int
    kind: str
    scheme: str
    code: str
    name: str
    case_key: int
    case_number: str
    item: str
    route: str | None
    state: str
    opened_on: str
    decided_on: str | None
    department: str
    region: str
    content_hash: int


class KnownItem(NamedTuple):
    """What a policy says of an item that helps to read a file."""

    title: str
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReading:
    """How cases are read, as a value that another process can be given; items by code."""

    as_of: date
    items: Mapping[str, KnownItem]
    authorities: Collection[str] | None = None
    layouts: Sequence[Layout] | None = None

    def __call__(self, table: TableFile) -> DraftFile[CaseDraft]:
        """The cases of a file, page by page. Raises one of the Unreadable errors.

        An item may be named by its title; one that is not among the known items
        warns, unless it has no code at all. So does the code of a department that is
        not among the `authorities`, if these are given.
        """
        layouts = self.layouts or layouts_of("case")
        parties, today = RecordParties(self.as_of), self.as_of.isoformat()
        reader = _Reader(parties, today, self.items, self.authorities)
        return open_drafts(table, layouts, self.as_of, Drafting(reader.columns, CaseDraft._make))


@dataclass(frozen=True, slots=True)
class _Reader:
    parties: RecordParties
    today: str
    items: Mapping[str, KnownItem]
    authorities: Collection[str] | None

    def columns(self, block: Block) -> Columns:
        """The drafts of the sound rows, by column; what is wrong goes to the findings."""
        self.parties.give(block)
        question_orders(block)
        question_authorities(block, self.authorities)
        items = self._items(block)
        departments = self._departments(block, items)
        found = (items, departments, _meanings(block, "route", "route"), _states(block))
        block.values.update(zip(_CASE, found, strict=True))
        _question_days(block, self.today)
        return _columns(block.sound())

    def _items(self, block: Block) -> list[str]:
        """The item's code of every row: as sent, else by the title."""
        titles = {key_form(item.title): code for code, item in self.items.items()}
        named, sent = block.feeding("item_name"), block.feeding("item")
        by_name = {name: titles.get(key_form(name), "") for name in set(named)}
        found = [code or by_name[name] for code, name in zip(sent, named, strict=True)]
        for row, code in enumerate(found):
            if not code and row not in block.findings.rejected:
                block.findings.reject(row, "no_item_code", block.code_of("item"), named[row])
        known = {"", *self.items}
        unknown = [row for row, code in enumerate(found) if code not in known]
        block.note_rows(unknown, "unknown_item", "item")
        return found

    def _departments(self, block: Block, items: Sequence[str]) -> list[str]:
        """The department of every row: as sent, else that of the item."""
        own = {code: item.department for code, item in self.items.items()}
        pairs = zip(block.feeding("department"), items, strict=True)
        found = [sent or own.get(item, "") for sent, item in pairs]
        _require(block, "department", [row for row, one in enumerate(found) if not one])
        return found


def _require(block: Block, field: str, rows: Sequence[int]) -> None:
    for row in rows:
        if row not in block.findings.rejected:
            block.findings.reject(row, "missing_required", block.code_of(field))


def _meanings(block: Block, field: str, listed: str) -> list[str]:
    """What the list's words mean; "" for a blank. An unknown word rejects its row."""
    words, code = block.feeding(field), block.code_of(field)
    known = block.layout.lists[listed]
    meanings = {word: known.meaning(word) or "" for word in set(words)}
    for row, word in enumerate(words):
        if word and not meanings[word]:
            block.findings.reject(row, f"unknown_{field}", code, word)
    return [meanings[word] for word in words]


def _states(block: Block) -> list[str]:
    """How every case stands: by its result, else its state, else by whether it has an end."""
    said = (_meanings(block, field, "result") for field in ("result", "state"))
    ended, going = CaseState.CLOSED.value, CaseState.PROCESSING.value
    return [
        result or state or (ended if end else going)
        for result, state, end in zip(*said, _ends(block), strict=True)
    ]


def _ends(block: Block) -> list[str | None]:
    return [None if day == NO_END else day or None for day in block.feeding("decided_on")]


def _question_days(block: Block, today: str) -> None:
    """A case begins by today; one that is decided has a day, one that is not has none."""
    states, ends = block.values[_CASE[-1]], _ends(block)
    for row, (opened, state, end) in enumerate(
        zip(block.feeding("opened_on"), states, ends, strict=True)
    ):
        if opened > today:
            block.findings.reject(row, "day_in_future", block.code_of("opened_on"), opened)
        if state == CaseState.PROCESSING and end:
            block.findings.reject(row, "decided_while_processing", block.code_of("decided_on"), end)
    pairs = enumerate(zip(states, ends, strict=True))
    undated = [row for row, (state, end) in pairs if state in _DECIDED and not end]
    _require(block, "decided_on", undated)


def _columns(block: Block) -> Columns:
    party = (*(block.values[name] for name in PARTY), block.feeding("name"))
    items, departments, routes, states = (block.values[name] for name in _CASE)
    numbers, regions = block.feeding("case_number"), _regions(block)
    opened, ends = block.feeding("opened_on"), _ends(block)
    forms = {department: key_form(department) for department in set(departments)}
    called = ([forms[each] for each in departments], [*map(key_form, numbers)])
    case = (numbers, items, [route or None for route in routes], states, opened, ends)
    said = (*case, departments, regions)
    contents = keys(digests(*party, *map(texts, said)))
    return (block.lines, *party, keys(digests(*called)), *said, contents)


def _regions(block: Block) -> list[str]:
    """Divisions by their codes; what the list does not know stays as sent."""
    known, words = block.layout.lists["region"], block.feeding("region")
    codes = {word: known.meaning(word) or word for word in set(words)}
    return [codes[word] for word in words]
