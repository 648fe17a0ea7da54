"""Read a file of scores and grades from outside."""

from credit_cli.actions.chunks import EVALUATIONS, Incoming
from credit_cli.actions.imports import source_policy
from credit_cli.intake.apart import read_drafts
from credit_cli.intake.readings import EvaluationReading
from credit_cli.intake.tables import TableFile
from credit_cli.store.work import Work


def read(work: Work, file: TableFile, source: str) -> Incoming:
    """The drafts of a file; a scale or grade that the policy does not know rejects its row."""
    pack = source_policy(work, source).pack
    reading = EvaluationReading(as_of=work.terms.as_of, scales=pack.scales)
    return Incoming(EVALUATIONS, source, file, read_drafts(file, reading))
