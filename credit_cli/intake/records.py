"""Files of credit records as drafts, of every kind and edition there is a layout for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from credit_cli.intake.blocks import Block
from credit_cli.intake.checks import (
    question_authorities,
    question_fines,
    question_late,
    question_orders,
)
from credit_cli.intake.days import NO_END
from credit_cli.intake.fields import json_fields
from credit_cli.intake.hashes import digests, keys, texts
from credit_cli.intake.layouts import Layout, layouts_of
from credit_cli.intake.pages import Columns, DraftFile, Drafting, open_drafts
from credit_cli.intake.party_rows import PARTY, RecordParties
from credit_cli.intake.record_types import TYPE, give_types
from credit_cli.intake.severities import FACTS, Classify, Severities
from credit_cli.intake.states import states_of
from credit_cli.intake.tables import TableFile
from credit_cli.rules.drafts import RecordDraft
from credit_cli.rules.text_forms import key_form


def read_records(  # noqa: PLR0913 - keywords, each a circumstance of the import
    table: TableFile,
    *,
    as_of: date,
    late_before: Mapping[str, date],
    classify: Classify,
    weighed: frozenset[str] = FACTS,
    authorities: Collection[str] | None = None,
    layouts: Sequence[Layout] | None = None,
) -> DraftFile[RecordDraft]:
    """The records of an open file, page by page.

    A decision before the day that `late_before` gives for its type was reported
    late; types that are not in it are never late. `classify` gives a
    record's severity from its facts, of which only the `weighed` matter. Where
    `authorities` are given, another authority's code warns. Raises one of the
    Unreadable errors.
    """
    known = layouts or layouts_of("record")
    severities = Severities(classify, weighed)
    due = {code: day.isoformat() for code, day in late_before.items()}
    reader = _Reader(RecordParties(as_of), due, severities, authorities)
    return open_drafts(table, known, as_of, Drafting(reader.columns, RecordDraft._make))


@dataclass(frozen=True, slots=True)
class _Reader:
    parties: RecordParties
    late_before: Mapping[str, str]
    severities: Severities
    authorities: Collection[str] | None

    def columns(self, block: Block) -> Columns:
        """The drafts of the sound rows, by column; what is wrong goes to the findings."""
        self.parties.give(block)
        give_types(block)
        question_late(block, self.late_before)
        question_orders(block)
        question_fines(block)
        question_authorities(block, self.authorities)
        sound = block.sound()
        return _columns(sound, self.severities.of(sound))


def _columns(block: Block, severities: list[str | None]) -> Columns:
    kinds, schemes, codes = (block.values[name] for name in PARTY)
    names, numbers = block.feeding("name"), block.feeding("document_number")
    authority_codes, authorities = block.feeding("authority_code"), block.feeding("authority")
    types, titles = block.values[TYPE], block.feeding("title")
    families = [block.layout.record_type or one for one in types]
    decided, states, fields = block.feeding("decided_on"), states_of(block), json_fields(block)
    starts = block.feeding("valid_from")
    ends = ["" if day == NO_END else day for day in block.feeding("valid_until")]
    amounts = [None if fen == "" else fen for fen in block.feeding("amount_fen")]
    # A document without a number is known by its title.
    called = [number or title for number, title in zip(numbers, titles, strict=True)]
    # Numbers are unique by authority, which an edition without its code knows by name.
    coded = "authority_code" in block.layout.feeding
    issuers = authority_codes if coded else _number_keys(authorities)
    documents = digests(families, issuers, _number_keys(called), decided, separator="|")
    # Kind and scheme follow from the code; type, authority's code and day are in the document's.
    said = (codes, names, texts(severities), states, numbers, authorities)
    hexed = [document.hex() for document in documents]
    contents = keys(digests(hexed, *said, starts, ends, texts(amounts), fields))
    party = (block.lines, kinds, schemes, codes, names, types, severities, states)
    document = (keys(documents), numbers, authority_codes, authorities, decided)
    return (*party, *document, _or_none(starts), _or_none(ends), amounts, contents, fields)


def _or_none(days: Sequence[str]) -> list[str | None]:
    return [day or None for day in days]


def _number_keys(numbers: Sequence[str]) -> list[str]:
    """The key form of every document number: of all at once, unless one holds a bar."""
    forms = key_form("|".join(numbers)).split("|")
    return forms if len(forms) == len(numbers) else [key_form(number) for number in numbers]
