"""Import a file of records or evaluations into the pool.

Pages are checked and staged outside the write lock; each chunk is merged in
one short transaction that also moves the batch's checkpoint, so a killed import
goes on where it stopped and two imports of one file share the work. Nothing
that a batch brings is seen before the batch is finished.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from credit_cli.actions.policies import Policy, current_policy
from credit_cli.actions.wording import View
from credit_cli.errors import SourceNotFound
from credit_cli.intake.pages import DraftFile
from credit_cli.intake.tables import TableFile
from credit_cli.rules.drafts import Page, QuestionedRow
from credit_cli.store import merging, staging
from credit_cli.store.batches import (
    add_batch,
    add_questioned,
    find_batch,
    finish_batch,
    lock_batch,
)
from credit_cli.store.numbers import take_numbers
from credit_cli.store.staging import Stage
from credit_cli.store.work import Desk, Work
from credit_cli.tables.batches import Batch, BatchKind, BatchState

Reject = Callable[[Sequence[QuestionedRow]], None]
OUTCOMES = ("added", "changed", "same", "rejected", "unlinked")
# Pages of 500 rows merged in one transaction: about a second under the write lock.
CHUNK_PAGES = 40


class Kind(NamedTuple):
    """A kind of import: how its batches are named and its drafts staged."""

    batch: BatchKind
    stage: Stage


RECORDS = Kind(BatchKind.RECORDS, staging.RECORDS)
EVALUATIONS = Kind(BatchKind.EVALUATIONS, staging.EVALUATIONS)


class Incoming(NamedTuple):
    """A file being read: whose it is, and its drafts page by page."""

    kind: Kind
    source: str
    file: TableFile
    drafts: DraftFile[Any]


@dataclass(slots=True)
class Chunk:
    """Pages gathered for one merge, or the tallies of a whole file."""

    drafts: list[Any] = field(default_factory=list)
    questioned: list[QuestionedRow] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    issues: Counter[str] = field(default_factory=Counter)
    last_line: int = 0

    def tally(self, page: Page[Any]) -> None:
        """Count a page's questioned and skipped rows and its issues."""
        self.outcomes.update(row.outcome for row in page.questioned)
        self.outcomes["skipped"] += page.skipped
        self.issues += page.issues
        # A file without data rows has a checkpoint too: its notes are counted.
        self.last_line = max(self.last_line, page.last_line, 1)


def source_policy(work: Work, source: str) -> Policy:
    """The policy in force, if it knows the reporting unit; SourceNotFound."""
    policy = current_policy(work)
    if source not in policy.pack.sources:
        raise SourceNotFound(source=source, known=sorted(policy.pack.sources))
    return policy


def import_file(desk: Desk, incoming: Incoming, reject: Reject) -> View:
    """Import a file, or say what its earlier import did (`again`).

    `reject` is given the questioned rows as they come. A dry run compares
    with the pool and writes nothing.
    """
    with desk.open(writing=False) as work:
        held = _find(work, incoming)
        if held and held.state is BatchState.FINISHED:
            return _view(held, again=True)
    staging.create_stage(desk.connection, incoming.kind.stage)
    if desk.terms.dry_run:
        return _count_only(desk, incoming, reject)
    with desk.open(writing=True) as work:
        batch = _open_batch(work, incoming)
        number, done_line = batch.id, batch.done_line
    for chunk in _chunks(incoming.drafts):
        reject(chunk.questioned)
        if chunk.last_line > done_line:
            staging.fill_stage(desk.connection, incoming.kind.stage, chunk.drafts)
            with desk.open(writing=True) as work:
                _merge(work, incoming, chunk, number)
            staging.clear_stage(desk.connection)
    with desk.open(writing=True) as work:
        return _finish(work, number)


def _find(work: Work, incoming: Incoming) -> Batch | None:
    return find_batch(work.session, incoming.kind.batch, incoming.source, incoming.file.sha256)


def _open_batch(work: Work, incoming: Incoming) -> Batch:
    """The batch of this file, new or begun before; opening one waits for any other opening."""
    number = take_numbers(work.session, "batch")
    return _find(work, incoming) or add_batch(
        work.session,
        id=number,
        kind=incoming.kind.batch,
        source=incoming.source,
        layout=incoming.drafts.layout,
        file_name=incoming.file.path.name[:200],
        file_sha256=incoming.file.sha256,
        actor=work.terms.actor,
        started_at=work.terms.now,
    )


def _chunks(pages: Iterable[Page[Any]]) -> Iterator[Chunk]:
    """Always the same pages to a chunk, so that a checkpoint never falls inside one."""
    chunk, held = Chunk(), 0
    for page in pages:
        chunk.drafts += page.drafts
        chunk.questioned += page.questioned
        chunk.tally(page)
        held += 1
        if held == CHUNK_PAGES:
            yield chunk
            chunk, held = Chunk(), 0
    if held:
        yield chunk


def _merge(work: Work, incoming: Incoming, chunk: Chunk, number: int) -> None:
    """One chunk into the pool, with the batch's counts and checkpoint."""
    batch = lock_batch(work.session, number)
    if batch.done_line >= chunk.last_line or batch.state is not BatchState.RUNNING:
        return  # another import of the same file was here first
    counts, issues = _compare(work, incoming, chunk, number)
    merging.apply(work, incoming.kind.stage, number, incoming.source)
    add_questioned(work.session, number, chunk.questioned)
    for name in (*OUTCOMES, "skipped"):
        setattr(batch, name, getattr(batch, name) + counts[name])
    batch.issues = dict(Counter(batch.issues) + issues)
    batch.done_line = chunk.last_line


def _compare(
    work: Work, incoming: Incoming, chunk: Chunk, number: int
) -> tuple[Counter[str], Counter[str]]:
    """Outcomes and issues of what is staged, those included that only the pool can tell."""
    connection, stage = work.session.connection(), incoming.kind.stage
    merged = merging.compare(connection, stage, number, incoming.source)
    other = Counter(other_name=merging.count_other_names(connection))
    return merged + chunk.outcomes, chunk.issues + other


def _finish(work: Work, number: int) -> View:
    """Make all that the batch brought visible at once."""
    batch = lock_batch(work.session, number)
    if batch.state is BatchState.RUNNING:
        finish_batch(batch, work.terms.now)
        counts = {name: getattr(batch, name) for name in OUTCOMES}
        work.audit(f"{batch.kind.value}.import", batch=number, source=batch.source, **counts)
    return _view(batch, again=False)


def _view(batch: Batch, *, again: bool) -> View:
    counts = Counter({name: getattr(batch, name) for name in (*OUTCOMES, "skipped")})
    if again:  # nothing is new in what the pool has taken before
        counts["same"] += counts.pop("added") + counts.pop("changed")
    return _counted(batch.id, counts, batch.issues) | {"again": again}


def _counted(number: int | None, counts: Counter[str], issues: dict[str, int]) -> View:
    outcomes = {name: counts[name] for name in OUTCOMES}
    return {
        "batch": number,
        "read": sum(outcomes.values()),
        **outcomes,
        "skipped": counts["skipped"],
        "issues": dict(sorted(issues.items())),
    }


def _count_only(desk: Desk, incoming: Incoming, reject: Reject) -> View:
    """What an import would do: staged whole and compared with the pool."""
    whole = Chunk()
    for page in incoming.drafts:
        reject(page.questioned)
        staging.fill_stage(desk.connection, incoming.kind.stage, page.drafts)
        whole.tally(page)
    with desk.open(writing=False) as work:
        counts, issues = _compare(work, incoming, whole, 0)
    return _counted(None, counts, issues) | {"again": False}
