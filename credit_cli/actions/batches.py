"""Batches (归集批次): what came in, how good it was, and how to take it back."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from credit_cli.actions.wording import View
from credit_cli.errors import BatchIsWriteBack
from credit_cli.rules.drafts import QuestionedRow
from credit_cli.rules.quality import bad_permille, figures, good_permille
from credit_cli.rules.values import BatchState, RowState
from credit_cli.store import batches, questioned, withdrawals
from credit_cli.store.work import Desk, Work
from credit_cli.tables.batches import Batch, BatchKind
from credit_cli.tables.cases import Case
from credit_cli.tables.coupons import Coupon

_OUTCOMES = ("added", "changed", "same", "rejected", "unlinked")
_NOTHING: View = {"superseded": [], "unchanged_in": [], "cases": [], "coupons": []}


def list_(work: Work, *, source: str | None, state: BatchState | None) -> list[View]:
    """Batches, the newest first, with how many questioned rows are open."""
    found = batches.list_batches(work.session, source=source, state=state)
    return [
        _head(batch) | {"started_at": batch.started_at, **_counts(batch), "open": open_rows}
        for batch, open_rows in found
    ]


def show(work: Work, number: int) -> View:
    """All that is known of a batch. Times are milliseconds, shares permille."""
    batch = batches.get_batch(work.session, number)
    late = batch.issues.get("reported_late", 0)
    return {
        **_head(batch),
        "actor": batch.actor,
        "sha256": batch.mapping["file_sha256"] if batch.mapping else batch.file_sha256,
        "mapping": batch.mapping["name"] if batch.mapping else None,
        "layout": batch.layout,
        "edition": batch.edition,
        "started_at": batch.started_at,
        "finished_at": batch.finished_at,
        "withdrawn_at": batch.withdrawn_at,
        "read_ms": batch.read_ms,
        "merge_ms": batch.merge_ms,
        **_counts(batch),
        "skipped": batch.skipped,
        "questioned": dict(questioned.count_states(work.session, number)),
        "compliance_permille": good_permille(batch.read - batch.rejected, batch.read),
        "late_permille": bad_permille(late, batch.read),
        "quality": [one._asdict() for one in figures(batch.read, batch.flawed)],
        "issues": dict(sorted(batch.issues.items())),
    }


def _head(batch: Batch) -> View:
    return {
        "batch": batch.id,
        "state": batch.state,
        "kind": batch.kind,
        "source": batch.source,
        "file": batch.file_name,
    }


def _counts(batch: Batch) -> View:
    return {"read": batch.read, **{name: getattr(batch, name) for name in _OUTCOMES}}


def withdraw(work: Work, number: int) -> View:
    """Take back all that a batch did, finished or abandoned; BatchIsWriteBack, BatchWithdrawn.

    The rows that came back with it are open again. What depended on it is left
    to `dependents`, because finding it reads the whole pool.
    """
    batch = batches.lock_batch(work.session, number)
    if batch.kind is BatchKind.REVIEW:
        raise BatchIsWriteBack(batch=number)
    was = batch.state
    batches.withdraw_batch(batch, work.terms.now)
    reopened = questioned.reopen_answered(work.session, number)
    work.audit("batch.undo", batch=number, source=batch.source, was=was.value)
    return {**_head(batch), "was": was, **_counts(batch), "reopened": reopened, **_NOTHING}


def dependents(work: Work, number: int) -> View:
    """What was built on a batch while it could be seen; nothing on one that never was."""
    batch = batches.get_batch(work.session, number)
    superseded = withdrawals.list_superseding(work.session, number)
    view = _NOTHING | {"superseded": [{"batch": by, "documents": n} for by, n in superseded]}
    if batch.finished_at is None:
        return view
    since = batch.finished_at
    cases = withdrawals.list_cases_since(work.session, number, since)
    coupons = withdrawals.list_coupons_since(work.session, number, since)
    return view | {
        "unchanged_in": withdrawals.list_unchanged_since(work.session, batch, since),
        "cases": [_case_view(one) for one in cases],
        "coupons": [_coupon_view(one) for one in coupons],
    }


def _case_view(case: Case) -> View:
    return {
        "case": case.id,
        "subject": case.subject_id,
        "item": case.item,
        "tier": case.tier,
        "route": case.route,
        "opened_on": case.opened_on,
    }


def _coupon_view(coupon: Coupon) -> View:
    return {
        "code": coupon.code,
        "subject": coupon.subject_id,
        "programme": coupon.programme,
        "value_fen": coupon.value_fen,
        "issued_on": coupon.issued_on,
        "state": coupon.state,
    }


class Headings(NamedTuple):
    """The sender's headings, and the layout's codes of the columns under them."""

    cells: tuple[str, ...]
    columns: tuple[str, ...]


def headings(work: Work, number: int) -> Headings:
    """Under which headings a batch was sent."""
    batch = batches.get_batch(work.session, number)
    return Headings(tuple(batch.headings), tuple(batch.columns))


def give_back(desk: Desk, number: int, keep: Callable[[Sequence[QuestionedRow]], None]) -> View:
    """Hand the open rows of a batch to `keep`, as they were sent; that they went out is logged."""
    count = 0
    with desk.open(writing=False) as work:
        for rows in questioned.list_open(work.session, number):
            keep(rows)
            count += len(rows)
    if count:
        with desk.open(writing=True) as work:
            work.audit("batch.rejects", batch=number, rows=count)
    return {"batch": number, "rows": count}


def settle(work: Work, number: int, line: int, state: RowState, reason: str) -> View:
    """Close a questioned row that will not come back; RowNotQuestioned, RowSettled."""
    batches.get_batch(work.session, number)
    terms = work.terms
    settled = questioned.Settlement(state, reason, terms.actor, terms.now)
    questioned.settle_row(work.session, number, line, settled)
    work.audit("batch.fix", batch=number, line=line, state=state.value)
    return {"batch": number, "line": line, "state": state, "reason": reason}
