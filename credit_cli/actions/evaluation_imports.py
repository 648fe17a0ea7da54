"""Read a file of scores and grades from outside."""

from collections.abc import Sequence
from datetime import date

from credit_cli.actions.chunks import Incoming, Kind
from credit_cli.actions.imports import source_policy
from credit_cli.intake.apart import read_drafts
from credit_cli.intake.layouts import Layout
from credit_cli.intake.readings import EvaluationReading
from credit_cli.intake.tables import TableFile
from credit_cli.rules.packs import Pack
from credit_cli.store import staging
from credit_cli.store.work import Work
from credit_cli.tables.batches import BatchKind


def reading(pack: Pack, day: date, layouts: Sequence[Layout] | None) -> EvaluationReading:
    """How evaluations are read: a scale or grade that is not the policy's rejects its row."""
    return EvaluationReading(as_of=day, scales=pack.scales, layouts=layouts)


EVALUATIONS = Kind(BatchKind.EVALUATIONS, staging.EVALUATIONS, reading)


def read(
    work: Work, file: TableFile, source: str, layouts: Sequence[Layout] | None = None
) -> Incoming:
    """The drafts of a file."""
    own = reading(source_policy(work, source).pack, work.terms.as_of, layouts)
    return Incoming(EVALUATIONS, source, file, read_drafts(file, own))
