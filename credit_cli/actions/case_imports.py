"""Read a file of cases that departments have dealt with."""

from collections.abc import Sequence
from datetime import date

from credit_cli.actions.chunks import Incoming, Kind
from credit_cli.actions.imports import source_policy
from credit_cli.intake.apart import read_drafts
from credit_cli.intake.layouts import Layout
from credit_cli.intake.past_cases import CaseReading, KnownItem
from credit_cli.intake.tables import TableFile
from credit_cli.rules.packs import Pack
from credit_cli.store import staging
from credit_cli.store.work import Work
from credit_cli.tables.batches import BatchKind


def reading(pack: Pack, day: date, layouts: Sequence[Layout] | None) -> CaseReading:
    """How cases are read: an item's title is found among the items of the policy."""
    items = {code: KnownItem(one.title, one.department) for code, one in pack.items.items()}
    return CaseReading(as_of=day, items=items, authorities=pack.known_authorities, layouts=layouts)


CASES = Kind(BatchKind.CASES, staging.CASES, reading)


def read(
    work: Work, file: TableFile, source: str, layouts: Sequence[Layout] | None = None
) -> Incoming:
    """The drafts of a file."""
    own = reading(source_policy(work, source).pack, work.terms.as_of, layouts)
    return Incoming(CASES, source, file, read_drafts(file, own))
