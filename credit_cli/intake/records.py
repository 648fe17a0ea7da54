"""双公示 files as record drafts: licences and penalties of every edition there is a layout for."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from json.encoder import encode_basestring as json_text

from credit_cli.intake.checks import (
    question_authorities,
    question_fines,
    question_late,
    question_orders,
)
from credit_cli.intake.days import NO_END
from credit_cli.intake.hashes import hashes, texts
from credit_cli.intake.layouts import Layout, load_layouts
from credit_cli.intake.pages import Block, DraftFile, open_drafts
from credit_cli.intake.party_rows import PartyReader
from credit_cli.intake.tables import TableFile
from credit_cli.rules.drafts import RecordDraft
from credit_cli.rules.text_forms import key_form
from credit_cli.rules.values import RecordState

Classify = Callable[[Mapping[str, str | int]], str | None]

# What a draft holds in fields of its own; every other column goes into `fields`.
_OWN = frozenset(
    {
        *("name", "kind", "uscc", "certificate_number", "document_number", "amount_fen"),
        *("authority_code", "authority", "decided_on", "valid_from", "valid_until"),
    }
)


def read_records(  # noqa: PLR0913 - keywords, each a circumstance of the import
    table: TableFile,
    *,
    as_of: date,
    late_before: date,
    classify: Classify,
    authorities: Collection[str] | None = None,
    layouts: Sequence[Layout] | None = None,
) -> DraftFile[RecordDraft]:
    """The records of an open file, page by page.

    A decision before `late_before` was reported late. `classify` gives a
    record's severity from its facts. Where `authorities` are given, another
    authority's code warns. Raises one of the Unreadable errors.
    """
    known = [each for each in layouts or load_layouts() if each.record_type]
    reader = _Reader(PartyReader(as_of), late_before.isoformat(), classify, authorities)
    return open_drafts(table, known, as_of, reader.drafts)


@dataclass(frozen=True, slots=True)
class _Reader:
    parties: PartyReader
    late_before: str
    classify: Classify
    authorities: Collection[str] | None

    def drafts(self, block: Block) -> list[RecordDraft]:
        """One draft of every row, of a faulty one too."""
        parties = self.parties.read(block)
        question_late(block, self.late_before)
        question_orders(block)
        question_fines(block)
        question_authorities(block, self.authorities)
        severities = self._severities(block)
        return _drafts(block, [list(column) for column in zip(*parties, strict=True)], severities)

    def _severities(self, block: Block) -> list[str | None]:
        fed = ("authority_code", "authority", "category", "violation", "grounds", "content")
        rows = zip(*map(block.feeding, fed), block.feeding("amount_fen"), strict=True)
        return [
            self.classify(
                {
                    "type": block.layout.record_type,
                    "authority_code": authority_code,
                    "authority": authority,
                    "kind": category,
                    "violation": violation,
                    "grounds": grounds,
                    "content": content,
                    "amount_fen": amount_fen or 0,
                }
            )
            for authority_code, authority, category, violation, grounds, content, amount_fen in rows
        ]


def _drafts(
    block: Block, parties: list[list[str]], severities: list[str | None]
) -> list[RecordDraft]:
    kinds, schemes, codes = parties
    names, numbers = block.feeding("name"), block.feeding("document_number")
    authority_codes, authorities = block.feeding("authority_code"), block.feeding("authority")
    types = [block.layout.record_type] * len(block.lines)
    decided, states, fields = block.feeding("decided_on"), _states(block), _fields(block)
    starts = [day or None for day in block.feeding("valid_from")]
    ends = [None if day == NO_END else day or None for day in block.feeding("valid_until")]
    amounts = [None if fen == "" else fen for fen in block.feeding("amount_fen")]
    keys = hashes(types, authority_codes, _number_keys(numbers), decided, separator="|")
    party = (kinds, schemes, codes, names, types)
    document = (numbers, authority_codes, authorities, decided)
    rest = (starts, ends, amounts)
    contents = hashes(*party, texts(severities), states, *document, *map(texts, rest), fields)
    columns = (block.lines, *party, severities, states, keys, *document, *rest, contents, fields)
    return list(map(RecordDraft._make, zip(*columns, strict=True)))


def _number_keys(numbers: list[str]) -> list[str]:
    """The key form of every document number; all at once, because none holds a NUL."""
    return key_form("\0".join(numbers)).split("\0")


def _states(block: Block) -> list[str]:
    words = block.feeding("state")
    states = {"": RecordState.CURRENT.value}
    for word in set(words).difference(states):
        states[word] = block.layout.lists["state"].meaning(word) or RecordState.OTHER.value
    return [states[word] for word in words]


def _fields(block: Block) -> list[str]:
    """The other columns of every row as canonical JSON."""
    columns = sorted(c.code for c in block.layout.columns if c.feeds not in _OWN)
    pairs = [_pairs(code, block.values[code]) for code in columns if code in block.values]
    rows = zip(*pairs, strict=True) if pairs else repeat((), len(block.lines))
    return [f"{{{','.join(filter(None, row))}}}" for row in rows]


def _pairs(code: str, values: list[str]) -> list[str]:
    """`"code":"value"` for every value, "" for a blank."""
    start = f'"{code}":'
    distinct = set(values)
    if len(distinct) * 2 > len(values):
        return [start + json_text(value) if value else "" for value in values]
    pair = {value: start + json_text(value) if value else "" for value in distinct}
    return [pair[value] for value in values]
