"""Read a register of subjects, or of the links between them."""

from collections.abc import Sequence
from datetime import date

from credit_cli.actions.chunks import Incoming, Kind
from credit_cli.actions.imports import source_policy
from credit_cli.intake.apart import read_drafts
from credit_cli.intake.layouts import Layout
from credit_cli.intake.subjects import LINKS, SubjectReading
from credit_cli.intake.tables import TableFile
from credit_cli.rules.packs import Pack
from credit_cli.store import staging
from credit_cli.store.work import Work
from credit_cli.tables.batches import BatchKind


def reading(_pack: Pack, day: date, layouts: Sequence[Layout] | None) -> SubjectReading:
    """How registers are read; no policy says anything of it."""
    return SubjectReading(as_of=day, layouts=layouts)


SUBJECTS = Kind(BatchKind.SUBJECTS, staging.SUBJECTS, reading)
RELATIONS = Kind(BatchKind.SUBJECTS, staging.LINKS, reading)


def read(
    work: Work, file: TableFile, source: str, layouts: Sequence[Layout] | None = None
) -> Incoming:
    """The drafts of a file, whose heading tells which it is; SourceNotFound."""
    pack = source_policy(work, source).pack
    drafts = read_drafts(file, reading(pack, work.terms.as_of, layouts))
    return Incoming(RELATIONS if drafts.layout == LINKS else SUBJECTS, source, file, drafts)
