"""What is imported at once: pages of a file, staged beside the pool."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from credit_cli.intake.layouts import Layout
from credit_cli.intake.pages import DraftFile
from credit_cli.intake.readings import Reading
from credit_cli.intake.tables import TableFile
from credit_cli.rules.drafts import Page, QuestionedRow
from credit_cli.rules.packs import Pack
from credit_cli.rules.raw_rows import RawBlock
from credit_cli.store import staging
from credit_cli.store.staging import Stage
from credit_cli.store.work import Desk
from credit_cli.tables.batches import BatchKind

Reject = Callable[[Sequence[QuestionedRow]], None]
Report = Callable[[int, float], None]  # rows read so far, and what share of the file that is


class Kind(NamedTuple):
    """A kind of import: how its batches are named, its drafts staged, its files read.

    They are read under a policy, on a business day, as files of the kind's
    layouts or of those given.
    """

    batch: BatchKind
    stage: Stage
    reading: Callable[[Pack, date, Sequence[Layout] | None], Reading]


class Incoming(NamedTuple):
    """A file being read: whose it is, and its drafts page by page.

    `mapping` says how the sender's own layout was read, if it was. `whole` is
    called when the last row was read, before anything of the file counts.
    """

    kind: Kind
    source: str
    file: TableFile
    drafts: DraftFile[Any]
    report: Report = lambda _rows, _share: None
    whole: Callable[[], None] = lambda: None
    mapping: dict[str, Any] | None = None


@dataclass(slots=True)
class Chunk:
    """Pages whose drafts are staged, to be merged at once."""

    pages: list[Page[Any]] = field(default_factory=list)
    rows: int = 0

    @property
    def last_line(self) -> int:
        """The line the chunk ends with."""
        return max(map(checkpoint, self.pages))

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

    @property
    def filled(self) -> Counter[str]:
        """How many rows say something in each column."""
        return sum((page.filled for page in self.pages), Counter())

    def drop_before(self, line: int) -> bool:
        """Forget the pages up to a line; whether there were any."""
        left = [page for page in self.pages if checkpoint(page) > line]
        dropped = len(left) < len(self.pages)
        self.pages = left
        return dropped


def checkpoint(page: Page[Any]) -> int:
    """The line a page ends with; a file without data rows has one too: its notes are counted."""
    return max(page.last_line, 1)


def beyond(incoming: Incoming, done_line: int, reject: Reject) -> Iterator[Page[Any]]:
    """The pages beyond the checkpoint; the questioned rows before it are passed on too.

    Pages are the same whenever a file is read, so that a checkpoint never falls inside one.
    """
    for page in incoming.drafts:
        incoming.report(page.last_line, page.share)
        reject(page.questioned)
        if checkpoint(page) > done_line:
            yield page
    incoming.whole()


def next_chunk(desk: Desk, incoming: Incoming, pages: Iterator[Page[Any]], rows: int) -> Chunk:
    """The next pages, of so many rows or a page more, staged; a chunk of none ends the file."""
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
