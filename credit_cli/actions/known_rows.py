"""Nobody is asked twice: what people decided of questioned rows is done again with their like."""

from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby, islice
from typing import NamedTuple

from credit_cli.actions.linking import Kept, bearer_of, merge, reread, said_by, stage
from credit_cli.actions.wording import View
from credit_cli.errors import RowSettled
from credit_cli.store import links, staging
from credit_cli.store.batches import get_batch
from credit_cli.store.questioned import list_open
from credit_cli.store.subjects import list_subjects
from credit_cli.store.work import Desk, Work
from credit_cli.tables.batches import Batch, QuestionedRow

_TOGETHER = 5_000  # rows linked in one transaction


class Like(NamedTuple):
    """A row that waits and is like one that was linked, with the batch that brought it."""

    batch: Batch
    kept: Kept


def settle_known(desk: Desk, number: int) -> View:
    """Do with an import's open rows what people decided of the like of them before.

    `linked` rows have the name and numbers of one that a person linked;
    `settled` ones are, cell by cell, what was settled with a reason.
    """
    with desk.open(writing=False) as work:
        batch = get_batch(work.session, number)
        settled = _settled_before(work, batch)
        like = _linked_before(work, batch.source, number)
    if settled:
        with desk.open(writing=True) as work:
            links.settle_again(work.session, number, settled, work.terms.now)
            work.audit("batch.settle_known", batch=number, rows=len(settled))
    return {"linked": _link_all(desk, like), "settled": len(settled)}


def link_like(desk: Desk, number: int) -> View:
    """Link all that waits of the unit of a batch and is like what people linked before."""
    with desk.open(writing=False) as work:
        like = _linked_before(work, get_batch(work.session, number).source)
    return {"linked": _link_all(desk, like), "settled": 0}


def _settled_before(work: Work, batch: Batch) -> list[tuple[int, QuestionedRow]]:
    """Open rows by line, with the earlier row of the same cells."""
    before = {tuple(row.cells): row for row in links.list_by_hand(work.session, batch)}
    if not before:
        return []
    pages = list_open(work.session, batch.id)
    return [(row.line, before[row.cells]) for rows in pages for row in rows if row.cells in before]


def _linked_before(work: Work, source: str, number: int | None = None) -> list[Like]:
    """The rows that wait and have the name and numbers of one that a person linked."""
    decided = links.list_decisions(work.session, source)
    if not decided:
        return []
    subjects = {one.id: one for one in list_subjects(work.session, set(decided.values()))}
    return [
        Like(one.batch, Kept(one.row.line, one.row.cells, bearer_of(subjects[decided[key]])))
        for page in links.list_waiting(work.session, batch_id=number, source=source)
        for one in page
        if (key := said_by(one).key) in decided and decided[key] in subjects
    ]


def _link_all(desk: Desk, like: Sequence[Like]) -> int:
    """Link rows by what was decided; a row that has faults besides waits on."""
    if not like:
        return 0
    staging.create_stage(desk.connection, staging.RECORDS, in_memory=True)
    count = 0
    for _, rows in groupby(like, lambda one: one.batch.id):
        while some := list(islice(rows, _TOGETHER)):
            count += _link(desk, some)
    return count


def _link(desk: Desk, like: Sequence[Like]) -> int:
    """Link rows of one batch; none of them if one was settled meanwhile."""
    brought = like[0].batch
    with desk.open(writing=False) as work:
        read = reread(work, brought, [one.kept for one in like])
    if not read.lines:
        return 0
    stage(desk, read)
    count = 0
    with suppress(RowSettled), desk.open(writing=True) as work:
        linked, count = merge(work, read), len(read.lines)
        work.audit("batch.link_known", batch=brought.id, link=linked.batch.id, rows=count)
    staging.clear_stage(desk.connection)
    return count
