"""Nobody is asked twice: what people decided of questioned rows is done again with their like."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from itertools import groupby, islice
from typing import NamedTuple

from credit_cli.actions.linking import Kept, Reread, bearer_of, merge, reread, said_by, staged
from credit_cli.actions.wording import View
from credit_cli.errors import BatchWithdrawn, RowSettled
from credit_cli.store import links
from credit_cli.store.batches import get_batch
from credit_cli.store.questioned import list_open
from credit_cli.store.subjects import list_subjects
from credit_cli.store.work import Desk, Work
from credit_cli.tables.batches import Batch, QuestionedRow

_TOGETHER = 5_000  # rows linked in one transaction


class Like(NamedTuple):
    """A row that waits and is like one that was linked, with the batch that brought it.

    `decided_in` is the batch with which somebody decided that.
    """

    batch: Batch
    kept: Kept
    decided_in: int


def settle_known(desk: Desk, number: int) -> View:
    """Do with an import's open rows what people decided of the like of them before.

    `linked` rows have the name and numbers of one that a person linked;
    `settled` ones are, cell by cell, what was settled with a reason.
    """
    with desk.open(writing=False) as work:
        batch = get_batch(work.session, number)
        settled = _settled_before(work, batch)
        like = linked_before(work, batch.source, number)
    if settled:
        with desk.open(writing=True) as work:
            links.settle_again(work.session, number, settled, work.terms.now)
            work.audit("batch.settle_known", batch=number, rows=len(settled))
    return {"linked": link_all(desk, like), "settled": len(settled)}


def link_like(desk: Desk, number: int) -> View:
    """Link all that waits of the unit of a batch and is like what people linked before."""
    with desk.open(writing=False) as work:
        like = linked_before(work, get_batch(work.session, number).source)
    return {"linked": link_all(desk, like), "settled": 0}


def _settled_before(work: Work, batch: Batch) -> list[tuple[int, QuestionedRow]]:
    """Open rows by line, with the earlier row of the same cells."""
    before = {tuple(row.cells): row for row in links.list_by_hand(work.session, batch)}
    if not before:
        return []
    pages = list_open(work.session, batch.id)
    return [(row.line, before[row.cells]) for rows in pages for row in rows if row.cells in before]


def linked_before(work: Work, source: str, number: int | None = None) -> list[Like]:
    """The rows that wait and have the name and numbers of one that a person linked."""
    decided = links.list_decisions(work.session, source)
    if not decided:
        return []
    wanted = {one.subject_id for one in decided.values()}
    bearers = {one.id: bearer_of(one) for one in list_subjects(work.session, wanted)}
    waiting = links.list_waiting(work.session, batch_id=number, source=source)
    known = ((one, decided.get(said_by(one).key or 0)) for page in waiting for one in page)
    return [
        Like(batch, Kept(row.line, row.cells, bearers[its.subject_id]), its.batch_id)
        for (row, batch), its in known
        if its and its.subject_id in bearers
    ]


def link_all(desk: Desk, like: Sequence[Like]) -> int:
    """Link rows by what was decided; a row that has faults besides waits on."""
    count = 0
    for _, rows in groupby(like, lambda one: one.batch.id):
        while some := list(islice(rows, _TOGETHER)):
            count += _link(desk, some)
    return count


def _link(desk: Desk, like: Sequence[Like]) -> int:
    """Link rows of one batch; none of them if one was settled or undecided meanwhile."""
    brought = like[0].batch
    with desk.open(writing=False) as work:
        read = reread(work, brought, [one.kept for one in like])
    lines = set(read.lines)
    if not lines:
        return 0
    decided_in = {one.decided_in for one in like if one.kept.line in lines}
    with staged(desk, read), suppress(RowSettled, BatchWithdrawn):
        _merge(desk, read, decided_in)
        return len(lines)
    return 0


def _merge(desk: Desk, read: Reread, decided_in: Collection[int]) -> None:
    with desk.open(writing=True) as work:
        links.hold_decisions(work.session, decided_in)
        linked = merge(work, read)
        links.rely(work.session, linked.batch.id, decided_in)
        told = {"batch": read.brought.id, "link": linked.batch.id, "rows": len(read.lines)}
        work.audit("batch.link_known", **told)
