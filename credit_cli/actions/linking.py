"""Linking: rows that were kept without a subject are read again with its code, and merged.

They come into a batch of their own: undoing it lets them wait again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from credit_cli.actions.case_imports import CASES
from credit_cli.actions.chunks import Kind
from credit_cli.actions.evaluation_imports import EVALUATIONS
from credit_cli.actions.policies import current_policy
from credit_cli.actions.record_imports import RECORDS
from credit_cli.actions.subject_imports import RELATIONS, SUBJECTS
from credit_cli.intake.kept_rows import KeptRows, Said, Sender, read_said
from credit_cli.intake.layouts import load_layouts
from credit_cli.intake.mappings import mapped_layout
from credit_cli.intake.pages import DraftFile
from credit_cli.intake.quality import load_dimensions
from credit_cli.intake.subjects import LINKS
from credit_cli.rules.drafts import Page
from credit_cli.rules.identifiers import Identifier, Scheme
from credit_cli.rules.quality import flawed_by_count
from credit_cli.rules.values import RowState, SubjectKind
from credit_cli.store import merging, staging
from credit_cli.store.batches import add_batch, finish_batch, lock_batch
from credit_cli.store.links import Waiting, settle_linked
from credit_cli.store.numbers import lock_pool
from credit_cli.store.questioned import Settlement
from credit_cli.store.raws import add_raw_blocks
from credit_cli.store.work import Desk, Work
from credit_cli.tables.batches import Batch, BatchKind
from credit_cli.tables.subjects import Subject

_OUTCOMES = ("added", "changed", "same")
_KINDS = {one.batch: one for one in (RECORDS, EVALUATIONS, SUBJECTS, CASES)}


class Kept(NamedTuple):
    """A row to be linked: its line, its cells as sent, and the code it is read with."""

    line: int
    cells: Sequence[str]
    bearer: Identifier


class Reread(NamedTuple):
    """Rows of one batch read once more, the codes of their subjects supplied."""

    brought: Batch
    kind: Kind
    drafts: DraftFile[Any]
    pages: list[Page[Any]]

    @property
    def lines(self) -> list[int]:
        """The lines that became drafts."""
        return [line for page in self.pages if page.columns for line in page.columns[0]]


class Linked(NamedTuple):
    """What came of linking: the batch that holds it, of which kind; outcomes and issues by name."""

    batch: Batch
    kind: Kind
    outcomes: Counter[str]
    issues: Counter[str]


def said_by(one: Waiting) -> Said:
    """What a row that waits says of whom it is about."""
    return read_said(_sender(one.batch), one.row.cells)


def _sender(batch: Batch) -> Sender:
    if batch.mapping:
        layout = mapped_layout(batch.mapping["table"])
    else:
        layout = next(each for each in load_layouts() if each.code == batch.layout)
    return Sender(layout, batch.file_name, tuple(batch.headings), tuple(batch.columns))


def bearer_of(subject: Subject) -> Identifier:
    """The code with which a row of this subject is read."""
    of_person = subject.kind is SubjectKind.PERSON
    return Identifier(subject.code, Scheme.RESIDENT_ID if of_person else Scheme.USCC)


def reread(work: Work, brought: Batch, rows: Iterable[Kept]) -> Reread:
    """The rows as an import would read them; whether they came late was counted when they did."""
    kind = RELATIONS if brought.layout == LINKS else _KINDS[brought.kind]
    sender, pack = _sender(brought), current_policy(work).pack
    drafts = kind.reading(pack, work.terms.as_of, (sender.layout,))(KeptRows(sender, rows))
    return Reread(brought, kind, drafts, list(drafts))


@contextmanager
def staged(desk: Desk, read: Reread) -> Iterator[None]:
    """The drafts, laid out for the merge that stands in the block."""
    staging.create_stage(desk.connection, read.kind.stage, in_memory=True)
    columns = (page.columns for page in read.pages if page.columns)
    staging.fill_stage(desk.connection, read.kind.stage, columns)
    yield
    staging.drop_stage(desk.connection)


def merge(work: Work, read: Reread) -> Linked:
    """What is staged into the pool, seen at once; the rows no longer wait."""
    brought = lock_batch(work.session, read.brought.id)
    batch = _open_batch(work, brought, read.drafts)
    settled = Settlement(RowState.FIXED, "", work.terms.actor, work.terms.now)
    settle_linked(work.session, brought.id, read.lines, batch.id, settled)
    lock_pool(work.session)
    outcomes = merging.merge(work, read.kind.stage, batch.id, batch.source)
    pooled = Counter(other_name=merging.count_other_names(work))
    add_raw_blocks(work.session, batch.id, [page.raw for page in read.pages if page.raw])
    for name in _OUTCOMES:
        setattr(batch, name, outcomes[name])
    issues = sum((page.issues for page in read.pages), +pooled)
    flawed = flawed_by_count(outcomes + pooled, load_dimensions())
    batch.issues = dict(issues)
    batch.flawed = dict(sum((page.flawed for page in read.pages), flawed))
    finish_batch(batch, work.terms.now)
    return Linked(batch, read.kind, outcomes, issues)


def _open_batch(work: Work, brought: Batch, drafts: DraftFile[Any]) -> Batch:
    return add_batch(
        work.session,
        kind=BatchKind.LINK,
        source=brought.source,
        layout=drafts.layout,
        edition=drafts.edition,
        headings=list(drafts.headings),
        columns=list(drafts.columns),
        mapping=brought.mapping,
        file_name=brought.file_name,
        actor=work.terms.actor,
        started_at=work.terms.now,
    )
