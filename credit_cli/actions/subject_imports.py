"""Read a register of subjects, or of the links between them."""

from credit_cli.actions.chunks import Incoming, Kind
from credit_cli.actions.imports import source_policy
from credit_cli.intake.apart import read_drafts
from credit_cli.intake.subjects import LINKS, SubjectReading
from credit_cli.intake.tables import TableFile
from credit_cli.store import staging
from credit_cli.store.work import Work
from credit_cli.tables.batches import BatchKind

SUBJECTS = Kind(BatchKind.SUBJECTS, staging.SUBJECTS)
RELATIONS = Kind(BatchKind.SUBJECTS, staging.LINKS)


def read(work: Work, file: TableFile, source: str) -> Incoming:
    """The drafts of a file, whose heading tells which it is; SourceNotFound."""
    source_policy(work, source)
    reading = SubjectReading(as_of=work.terms.as_of)
    drafts = read_drafts(file, reading)
    return Incoming(RELATIONS if drafts.layout == LINKS else SUBJECTS, source, file, drafts)
