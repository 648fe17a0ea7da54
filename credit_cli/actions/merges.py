"""Staged chunks into the pool: one after the other, or a first load as a whole.

Each chunk is merged in one short transaction that also moves the batch's
checkpoint, so a killed import goes on where it stopped and two imports of one
file share the work.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from credit_cli.actions.chunks import Chunk, Incoming, next_chunk
from credit_cli.actions.staged import staged_chunks
from credit_cli.errors import PoolNotEmpty
from credit_cli.intake.quality import load_dimensions
from credit_cli.rules.drafts import Page
from credit_cli.rules.quality import flawed_by_count
from credit_cli.rules.values import BatchState
from credit_cli.store import first_loads, merging, staging
from credit_cli.store.batches import lock_batch
from credit_cli.store.numbers import lock_pool
from credit_cli.store.questioned import add_questioned
from credit_cli.store.raws import add_raw_blocks
from credit_cli.store.work import Desk, Work
from credit_cli.tables.batches import OUTCOMES, Batch

Pages = Iterator[Page[Any]]
# How long a chunk may hold the write lock, and how long others then have the chance to take it.
HOLD_MS, PAUSE_MS = 1_000, 150
# The rows of a file's first chunk, and of any chunk at most: a chunk is kept in memory.
FIRST_ROWS, MOST_ROWS = 10_000, 32_000


@dataclass(slots=True)
class Tally:
    """What became of rows, by outcome, issue and dimension of quality; new severe entries.

    `filled` counts the rows that say something by column.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    issues: Counter[str] = field(default_factory=Counter)
    flawed: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    severe: int = 0
    last_line: int = 0

    def add(self, chunk: Chunk) -> None:
        """What is known of a chunk before it is compared with the pool."""
        self.outcomes += chunk.outcomes
        self.issues += chunk.issues
        self.flawed += chunk.flawed
        self.filled += chunk.filled
        self.last_line = chunk.last_line

    def add_merged(self, work: Work, incoming: Incoming, outcomes: Counter[str]) -> None:
        """What the pool tells of all that is staged, and how that bears on quality."""
        pooled = Counter(other_name=merging.count_other_names(work))
        self.outcomes += outcomes
        self.issues += pooled
        self.flawed += flawed_by_count(self.outcomes + pooled, load_dimensions())
        if "severity" in incoming.kind.stage.names:
            self.severe += merging.count_severe(work)


@dataclass(slots=True)
class _Pace:
    """How many rows the next chunk takes, by the time that the last one held the lock."""

    rows: int
    merging_ms: int = 0

    def took(self, rows: int, merging_ms: int) -> None:
        """What the merge of a chunk has taken."""
        self.merging_ms = merging_ms
        self.rows = min(rows * HOLD_MS // max(merging_ms, 1), MOST_ROWS)


def merge_chunks(
    desk: Desk, incoming: Incoming, pages: Pages, number: int, spent: Counter[str]
) -> None:
    """Chunk by chunk, each as large as it may be for the time that the one before took."""
    lap, pace = laps(desk.ticks), _Pace(FIRST_ROWS)
    with staged_chunks(desk, incoming, pages, lambda: pace.rows) as chunks:
        for at, chunk in chunks:
            waited_ms = lap()
            if pace.merging_ms:
                desk.pause(max(0, PAUSE_MS - waited_ms))
            spent["read_ms"] += waited_ms + lap()
            with at.open(writing=True) as work:
                _merge(work, incoming, chunk, number, spent)
            pace.took(chunk.rows, lap())
            spent["merge_ms"] += pace.merging_ms


def laps(ticks: Callable[[], int]) -> Callable[[], int]:
    """What has passed since it was asked last."""
    last = ticks()

    def lap() -> int:
        nonlocal last
        before, last = last, ticks()
        return last - before

    return lap


def _merge(work: Work, incoming: Incoming, chunk: Chunk, number: int, spent: Counter[str]) -> None:
    """One chunk into the pool, with the batch's counts and checkpoint."""
    batch = lock_batch(work.session, number)
    if batch.done_line >= chunk.last_line or batch.state is not BatchState.RUNNING:
        return  # another import of the same file was here first
    lock_pool(work.session)
    if not batch.done_line:
        first_loads.forget_rows(work.session, number)
    if chunk.drop_before(batch.done_line):  # or is ahead
        staging.drop_lines(work.session.connection(), batch.done_line)
    tally = Tally()
    tally.add(chunk)
    merged = merging.merge(work, incoming.kind.stage, number, incoming.source)
    tally.add_merged(work, incoming, merged)
    _keep(work, chunk, number)
    _take_in(batch, tally, spent)


def _keep(work: Work, chunk: Chunk, number: int) -> None:
    """Rows as sent, and those that became no draft."""
    add_raw_blocks(work.session, number, chunk.raws)
    add_questioned(work.session, number, chunk.questioned)


def _take_in(batch: Batch, tally: Tally, spent: Counter[str]) -> None:
    for name in (*OUTCOMES, "skipped"):
        setattr(batch, name, getattr(batch, name) + tally.outcomes[name])
    batch.issues = dict(Counter(batch.issues) + tally.issues)
    batch.flawed = dict(Counter(batch.flawed) + tally.flawed)
    batch.filled = dict(Counter(batch.filled) + tally.filled)
    batch.severe += tally.severe
    batch.done_line = tally.last_line
    book(batch, spent)


def book(batch: Batch, spent: Counter[str]) -> None:
    """Add what the stages took since the last time."""
    batch.read_ms += spent.pop("read_ms", 0)
    batch.merge_ms += spent.pop("merge_ms", 0)


def load_whole(
    desk: Desk, incoming: Incoming, pages: Pages, number: int, spent: Counter[str]
) -> None:
    """A first load into an empty pool that nobody else uses: one merge, keys made afterwards.

    PoolNotEmpty. Killed, it begins again: only rows as sent were put down before.
    What another import of the file has begun meanwhile goes on chunk by chunk.
    """
    with desk.open(writing=True) as work:
        first_loads.wait_for_others(work.session)
        begun = lock_batch(work.session, number).done_line
        if not begun:
            _lock_empty(work, number)
            first_loads.forget_rows(work.session, number)
    (merge_chunks if begun else _load_all)(desk, incoming, pages, number, spent)


def _load_all(
    desk: Desk, incoming: Incoming, pages: Pages, number: int, spent: Counter[str]
) -> None:
    lap, tally = laps(desk.ticks), Tally()
    while (chunk := next_chunk(desk, incoming, pages, MOST_ROWS)).pages:
        tally.add(chunk)
        with desk.open(writing=True) as work:
            _lock_empty(work, number)
            _keep(work, chunk, number)
    spent["read_ms"] += lap()
    with desk.open(writing=True) as work:
        _load(work, incoming, tally, number)
    spent["merge_ms"] += lap()


def _lock_empty(work: Work, number: int) -> Batch:
    """The batch and the pool, of which nobody has filled anything; PoolNotEmpty."""
    batch = lock_batch(work.session, number)
    lock_pool(work.session)
    if batch.done_line or not first_loads.is_empty(work.session):
        raise PoolNotEmpty
    return batch


def _load(work: Work, incoming: Incoming, tally: Tally, number: int) -> None:
    batch = _lock_empty(work, number)
    first_loads.make_room(work.session)
    merged = merging.load(work, incoming.kind.stage, number, incoming.source)
    tally.add_merged(work, incoming, merged)
    _take_in(batch, tally, Counter())


def foresee(desk: Desk, incoming: Incoming, pages: Pages, number: int) -> Tally:
    """What a merge would do: the file is staged whole and compared; nothing is written."""
    tally = Tally()
    while (chunk := next_chunk(desk, incoming, pages, MOST_ROWS)).pages:
        tally.add(chunk)
    with desk.open(writing=False) as work:
        compared = merging.compare(work, incoming.kind.stage, number, incoming.source)
        tally.add_merged(work, incoming, compared)
    return tally
