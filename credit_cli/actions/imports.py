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

from credit_cli.actions.answers import claim_answered
from credit_cli.actions.policies import Policy, current_policy
from credit_cli.actions.wording import View
from credit_cli.errors import SourceNotFound
from credit_cli.intake.pages import DraftFile
from credit_cli.intake.quality import load_dimensions
from credit_cli.intake.tables import TableFile
from credit_cli.rules.drafts import Page, QuestionedRow
from credit_cli.rules.quality import flawed_by_count
from credit_cli.rules.raw_rows import RawBlock
from credit_cli.rules.values import BatchState
from credit_cli.store import merging, staging
from credit_cli.store.batches import add_batch, find_batch, finish_batch, lock_batch
from credit_cli.store.numbers import lock_pool, take_numbers
from credit_cli.store.questioned import add_questioned, count_answered, settle_claimed
from credit_cli.store.raws import add_raw_blocks
from credit_cli.store.staging import Stage
from credit_cli.store.work import Desk, Work
from credit_cli.tables.batches import Batch, BatchKind

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
    raws: list[RawBlock] = field(default_factory=list)
    questioned: list[QuestionedRow] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    issues: Counter[str] = field(default_factory=Counter)
    flawed: Counter[str] = field(default_factory=Counter)
    last_line: int = 0

    def add(self, page: Page[Any]) -> None:
        """Take in a page: its drafts, its rows as sent, its questioned rows and its counts."""
        self.drafts += zip(*page.columns, strict=True)
        self.raws += [page.raw] if page.raw else []
        self.questioned += page.questioned
        self.outcomes.update(row.outcome for row in page.questioned)
        self.outcomes["skipped"] += page.skipped
        self.issues += page.issues
        self.flawed += page.flawed
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
        return _count_only(desk, incoming, reject, held)
    with desk.open(writing=True) as work:
        batch = _open_batch(work, incoming)
        number, done_line = batch.id, batch.done_line
    spent, lap = Counter[str](), _laps(desk.ticks)
    for chunk in _chunks(incoming.drafts, _numbering(reject, number), done_line):
        staging.fill_stage(desk.connection, incoming.kind.stage, chunk.drafts)
        spent["read_ms"] += lap()
        with desk.open(writing=True) as work:
            _merge(work, incoming, chunk, number, spent)
        staging.clear_stage(desk.connection)
        spent["merge_ms"] += lap()
    claim_answered(desk, number, incoming.file, incoming.drafts.headings)
    with desk.open(writing=True) as work:
        return _finish(work, number, spent)


def _laps(ticks: Callable[[], int]) -> Callable[[], int]:
    """What has passed since it was asked last."""
    last = ticks()

    def lap() -> int:
        nonlocal last
        before, last = last, ticks()
        return last - before

    return lap


def _numbering(reject: Reject, number: int) -> Reject:
    """`reject` for rows that name their batch, so that it is known when they come back."""
    return lambda rows: reject([row._replace(batch=number) for row in rows])


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
        edition=incoming.drafts.edition,
        headings=list(incoming.drafts.headings),
        columns=list(incoming.drafts.columns),
        file_name=_readable(incoming.file.path.name)[:200],
        file_sha256=incoming.file.sha256,
        actor=work.terms.actor,
        started_at=work.terms.now,
    )


def _readable(name: str) -> str:
    """A file's name as text: some were written in another encoding."""
    return name.encode("utf-8", "backslashreplace").decode()


def _chunks(pages: Iterable[Page[Any]], reject: Reject, done_line: int) -> Iterator[Chunk]:
    """The chunks beyond the checkpoint; the questioned rows before it are passed on too."""
    for chunk in _gathered(pages):
        reject(chunk.questioned)
        if chunk.last_line > done_line:
            yield chunk


def _gathered(pages: Iterable[Page[Any]]) -> Iterator[Chunk]:
    """Always the same pages to a chunk, so that a checkpoint never falls inside one."""
    chunk, held = Chunk(), 0
    for page in pages:
        chunk.add(page)
        held += 1
        if held == CHUNK_PAGES:
            yield chunk
            chunk, held = Chunk(), 0
    if held:
        yield chunk


def _merge(work: Work, incoming: Incoming, chunk: Chunk, number: int, spent: Counter[str]) -> None:
    """One chunk into the pool, with the batch's counts and checkpoint."""
    batch = lock_batch(work.session, number)
    if batch.done_line >= chunk.last_line or batch.state is not BatchState.RUNNING:
        return  # another import of the same file was here first
    lock_pool(work.session)
    counts, issues = _compare(work, incoming, chunk, number)
    merging.apply(work, incoming.kind.stage, number, incoming.source)
    add_raw_blocks(work.session, number, chunk.raws)
    add_questioned(work.session, number, chunk.questioned)
    for name in (*OUTCOMES, "skipped"):
        setattr(batch, name, getattr(batch, name) + counts[name])
    batch.issues = dict(Counter(batch.issues) + issues)
    pooled = flawed_by_count(counts + (issues - chunk.issues), load_dimensions())
    batch.flawed = dict(Counter(batch.flawed) + chunk.flawed + pooled)
    batch.done_line = chunk.last_line
    _book(batch, spent)


def _book(batch: Batch, spent: Counter[str]) -> None:
    """Add what the stages took since the last time."""
    batch.read_ms += spent.pop("read_ms", 0)
    batch.merge_ms += spent.pop("merge_ms", 0)


def _compare(
    work: Work, incoming: Incoming, chunk: Chunk, number: int
) -> tuple[Counter[str], Counter[str]]:
    """Outcomes and issues of what is staged, those included that only the pool can tell."""
    connection, stage = work.session.connection(), incoming.kind.stage
    merged = merging.compare(connection, stage, number, incoming.source)
    other = Counter(other_name=merging.count_other_names(connection))
    return merged + chunk.outcomes, chunk.issues + other


def _finish(work: Work, number: int, spent: Counter[str]) -> View:
    """Make all that the batch brought visible at once; settle the rows it brought back."""
    batch = lock_batch(work.session, number)
    _book(batch, spent)
    if batch.state is BatchState.RUNNING:
        settle_claimed(work.session, number, work.terms.actor, work.terms.now)
        finish_batch(batch, work.terms.now)
        counts = {name: getattr(batch, name) for name in OUTCOMES}
        work.audit(f"{batch.kind.value}.import", batch=number, source=batch.source, **counts)
    return _view(batch, again=False) | {"answered": count_answered(work.session, number)}


def _counts(batch: Batch) -> Counter[str]:
    return Counter({name: getattr(batch, name) for name in (*OUTCOMES, "skipped")})


def _view(batch: Batch, *, again: bool) -> View:
    counts = _counts(batch)
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


def _count_only(desk: Desk, incoming: Incoming, reject: Reject, begun: Batch | None) -> View:
    """What an import would do: staged whole and compared with the pool.

    What is left of an import that was `begun` adds to what that has counted.
    """
    whole = Chunk()
    for chunk in _chunks(incoming.drafts, reject, begun.done_line if begun else 0):
        staging.fill_stage(desk.connection, incoming.kind.stage, chunk.drafts)
        whole.outcomes += chunk.outcomes
        whole.issues += chunk.issues
    with desk.open(writing=False) as work:
        counts, issues = _compare(work, incoming, whole, begun.id if begun else 0)
    if begun:
        counts, issues = counts + _counts(begun), issues + Counter(begun.issues)
    return _counted(None, counts, issues) | {"again": False}
