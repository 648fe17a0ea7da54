"""Read a file of scores and grades from outside."""

from credit_cli.actions.imports import EVALUATIONS, Incoming, source_policy
from credit_cli.intake.evaluations import read_evaluations
from credit_cli.intake.tables import TableFile
from credit_cli.store.work import Work


def read(work: Work, file: TableFile, source: str) -> Incoming:
    """The drafts of a file; a scale or grade that the policy does not know rejects its row."""
    pack = source_policy(work, source).pack
    drafts = read_evaluations(file, as_of=work.terms.as_of, scales=pack.scales)
    return Incoming(EVALUATIONS, source, file, drafts)
