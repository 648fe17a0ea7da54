"""Read a file of cases that departments have dealt with."""

from credit_cli.actions.chunks import Incoming, Kind
from credit_cli.actions.imports import source_policy
from credit_cli.intake.apart import read_drafts
from credit_cli.intake.past_cases import CaseReading, KnownItem
from credit_cli.intake.tables import TableFile
from credit_cli.store import staging
from credit_cli.store.work import Work
from credit_cli.tables.batches import BatchKind

CASES = Kind(BatchKind.CASES, staging.CASES)


def read(work: Work, file: TableFile, source: str) -> Incoming:
    """The drafts of a file; an item's title is found among the items of the policy in force."""
    pack = source_policy(work, source).pack
    items = {code: KnownItem(one.title, one.department) for code, one in pack.items.items()}
    reading = CaseReading(as_of=work.terms.as_of, items=items, authorities=pack.known_authorities)
    return Incoming(CASES, source, file, read_drafts(file, reading))
