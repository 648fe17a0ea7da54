"""Rows that were questioned and come back corrected: told by the rejects file they come in."""

from collections.abc import Sequence
from itertools import islice

from credit_cli.intake.answers import read_answers
from credit_cli.intake.headings import passed_over
from credit_cli.intake.tables import TableFile
from credit_cli.store.batches import lock_batch
from credit_cli.store.questioned import Answer, claim_rows
from credit_cli.store.work import Desk

_PAGE = 5_000  # a small part of a second under the write lock


def claim_answered(desk: Desk, number: int, file: TableFile, headings: Sequence[str]) -> None:
    """Note on the questioned rows in a corrected file that they came back with batch `number`."""
    if not passed_over(headings):
        return
    answers = (Answer(*one) for one in read_answers(file))
    while page := list(islice(answers, _PAGE)):
        with desk.open(writing=True) as work:
            claim_rows(work.session, lock_batch(work.session, number), page)
