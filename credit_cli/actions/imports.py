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
# How long a chunk may hold the write lock, and how long others then have the chance to take it.
HOLD_MS, PAUSE_MS = 1_000, 150
# The rows of a file's first chunk, and of any chunk at most: a chunk is kept in memory.
FIRST_ROWS, MOST_ROWS = 10_000, 50_000


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
    """Pages whose drafts are staged, to be merged at once."""

    pages: list[Page[Any]] = field(default_factory=list)
    rows: int = 0

    @property
    def last_line(self) -> int:
        """The line the chunk ends with."""
        return max(map(_checkpoint, self.pages))

    @property
    def raws(self) -> list[RawBlock]:
        """Its rows as sent."""
        return [page.raw for page in self.pages if page.raw]

    @property
    def questioned(self) -> list[QuestionedRow]:
        """Its rows that became no draft."""
        return [row for page in self.pages for row in page.questioned]

    @property
    def outcomes(self) -> Counter[str]:
        """How many rows became no draft, by what became of them."""
        counted = Counter(row.outcome for row in self.questioned)
        return counted + Counter(skipped=sum(page.skipped for page in self.pages))

    @property
    def issues(self) -> Counter[str]:
        """How many issues there are of each code."""
        return sum((page.issues for page in self.pages), Counter())

    @property
    def flawed(self) -> Counter[str]:
        """How many rows fall short in each dimension of quality."""
        return sum((page.flawed for page in self.pages), Counter())


def _checkpoint(page: Page[Any]) -> int:
    """The line a page ends with; a file without data rows has one too: its notes are counted."""
    return max(page.last_line, 1)


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
    # A dry run stages the whole file.
    staging.create_stage(desk.connection, incoming.kind.stage, in_memory=not desk.terms.dry_run)
    if desk.terms.dry_run:
        return _count_only(desk, incoming, reject, held)
    with desk.open(writing=True) as work:
        batch = _open_batch(work, incoming)
        number, done_line = batch.id, batch.done_line
    spent = Counter[str]()
    pages = _beyond(incoming.drafts, done_line, _numbering(reject, number))
    _merge_all(desk, incoming, pages, number, spent)
    claim_answered(desk, number, incoming.file, incoming.drafts.headings)
    with desk.open(writing=True) as work:
        return _finish(work, number, spent)


def _merge_all(
    desk: Desk, incoming: Incoming, pages: Iterator[Page[Any]], number: int, spent: Counter[str]
) -> None:
    """Chunk by chunk, each as large as it may be for the time that the one before took."""
    lap, rows, merging_ms = _laps(desk.ticks), FIRST_ROWS, 0
    while (chunk := _stage(desk, incoming, pages, rows)).pages:
        staging_ms = lap()
        if merging_ms:
            desk.pause(max(0, PAUSE_MS - staging_ms))
        spent["read_ms"] += staging_ms
        with desk.open(writing=True) as work:
            _merge(work, incoming, chunk, number, spent)
        staging.clear_stage(desk.connection)
        merging_ms = lap()
        spent["merge_ms"] += merging_ms
        rows = min(chunk.rows * HOLD_MS // max(merging_ms, 1), MOST_ROWS)


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


def _beyond(pages: Iterable[Page[Any]], done_line: int, reject: Reject) -> Iterator[Page[Any]]:
    """The pages beyond the checkpoint; the questioned rows before it are passed on too.

    Pages are the same whenever a file is read, so that a checkpoint never falls inside one.
    """
    for page in pages:
        reject(page.questioned)
        if _checkpoint(page) > done_line:
            yield page


def _stage(desk: Desk, incoming: Incoming, pages: Iterator[Page[Any]], rows: int) -> Chunk:
    """The next pages, of so many rows or a page more; a chunk of none ends the file."""
    chunk = Chunk()
    staging.fill_stage(desk.connection, incoming.kind.stage, _drafts(pages, chunk, rows))
    return chunk


def _drafts(pages: Iterator[Page[Any]], chunk: Chunk, rows: int) -> Iterator[staging.Columns]:
    """The drafts of the pages that a chunk takes in; the page does not keep them."""
    for page in pages:
        columns, page.columns = page.columns, ()
        chunk.pages.append(page)
        chunk.rows += len(page.questioned)
        if columns:
            chunk.rows += len(columns[0])
            yield columns
        if chunk.rows >= rows:
            return


def _merge(work: Work, incoming: Incoming, chunk: Chunk, number: int, spent: Counter[str]) -> None:
    """One chunk into the pool, with the batch's counts and checkpoint."""
    batch = lock_batch(work.session, number)
    if batch.done_line >= chunk.last_line or batch.state is not BatchState.RUNNING:
        return  # another import of the same file was here first
    lock_pool(work.session)
    _drop_done(work, chunk, batch.done_line)
    stage, dimension_of = incoming.kind.stage, load_dimensions()
    counts = merging.merge(work, stage, number, incoming.source) + chunk.outcomes
    pooled = Counter(other_name=merging.count_other_names(work))
    add_raw_blocks(work.session, number, chunk.raws)
    add_questioned(work.session, number, chunk.questioned)
    for name in (*OUTCOMES, "skipped"):
        setattr(batch, name, getattr(batch, name) + counts[name])
    batch.issues = dict(Counter(batch.issues) + chunk.issues + pooled)
    flawed = flawed_by_count(counts + pooled, dimension_of)
    batch.flawed = dict(Counter(batch.flawed) + chunk.flawed + flawed)
    batch.done_line = chunk.last_line
    _book(batch, spent)


def _drop_done(work: Work, chunk: Chunk, done_line: int) -> None:
    """Forget the pages that another import of the same file has merged meanwhile."""
    left = [page for page in chunk.pages if _checkpoint(page) > done_line]
    if len(left) < len(chunk.pages):
        chunk.pages = left
        staging.drop_lines(work.session.connection(), done_line)


def _book(batch: Batch, spent: Counter[str]) -> None:
    """Add what the stages took since the last time."""
    batch.read_ms += spent.pop("read_ms", 0)
    batch.merge_ms += spent.pop("merge_ms", 0)


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
    done_line, number = (begun.done_line, begun.id) if begun else (0, 0)
    pages = _beyond(incoming.drafts, done_line, reject)
    outcomes, issues = Counter[str](), Counter[str]()
    while (chunk := _stage(desk, incoming, pages, MOST_ROWS)).pages:
        outcomes += chunk.outcomes
        issues += chunk.issues
    with desk.open(writing=False) as work:
        outcomes += merging.compare(work, incoming.kind.stage, number, incoming.source)
        issues["other_name"] += merging.count_other_names(work)
    if begun:
        outcomes, issues = outcomes + _counts(begun), issues + Counter(begun.issues)
    return _counted(None, outcomes, +issues) | {"again": False}
