"""Withdraw a batch with what rests on it, and name what depended on it."""

from collections.abc import Callable, Collection, Iterable, Sequence

from credit_cli.actions.batches import take_back, withdraw
from credit_cli.actions.known_rows import Like, link_all, linked_before
from credit_cli.actions.wording import View
from credit_cli.store import links, withdrawals
from credit_cli.store.questioned import list_answered
from credit_cli.store.work import Desk, Work
from credit_cli.tables.batches import Batch
from credit_cli.tables.cases import Case
from credit_cli.tables.coupons import Coupon

Place = tuple[int, int]  # of a row: the batch that brought it, and its line
_NOTHING: View = {"superseded": [], "unchanged_in": [], "cases": [], "coupons": []}


def undo(desk: Desk, number: int, check: Callable[[View], View]) -> View:
    """Take back a batch, and the links that would not have been made without it.

    Rows that those had closed wait again, unless another decision says whose
    they are (`relinked`). What else depended on them is named only, in a unit
    of work of its own, because finding it reads the whole pool. `check` may
    refuse the view before it is true. What `withdraw` raises.
    """
    with desk.open(writing=True) as work:
        view = withdraw(work, number)
        resting = links.lock_resting(work.session, number)
        waiting = _take_back(work, number, resting)
        like = _still_decided(work, view["source"], waiting)
        view |= {"withdrawn_with": [_link_view(batch) for batch in resting], **_NOTHING}
        view = check(view | _left(view["reopened"] + len(waiting), len(like)))
    with desk.open(writing=False) as work:
        view |= dependents(work, [number, *(batch.id for batch in resting)])
    if desk.terms.dry_run or not like:
        return view
    return view | _left(view["reopened"] + len(like), link_all(desk, like))


def _take_back(work: Work, number: int, resting: Iterable[Batch]) -> set[Place]:
    """Withdraw links too; the rows of others than batch `number` that wait again."""
    waiting: set[Place] = set()
    for batch in resting:
        waiting.update(list_answered(work.session, batch.id))
        take_back(work, batch)
        work.audit("batch.undo_with", batch=batch.id, source=batch.source, rests_on=number)
    return {(brought, line) for brought, line in waiting if brought != number}


def _still_decided(work: Work, source: str, waiting: Collection[Place]) -> list[Like]:
    """Those of the rows of a unit that wait again whose subject another decision tells."""
    if not waiting:
        return []
    like = linked_before(work, source)
    return [one for one in like if (one.batch.id, one.kept.line) in waiting]


def _left(opened: int, relinked: int) -> View:
    return {"reopened": opened - relinked, "relinked": relinked}


def dependents(work: Work, numbers: Sequence[int]) -> View:
    """What was built on batches while they could be seen; nothing on those that never were."""
    session = work.session
    superseded = withdrawals.list_superseding(session, numbers)
    return {
        "superseded": [{"batch": by, "documents": n} for by, n in superseded],
        "unchanged_in": withdrawals.list_unchanged_since(session, numbers),
        "cases": [_case_view(one) for one in withdrawals.list_cases_since(session, numbers)],
        "coupons": [_coupon_view(one) for one in withdrawals.list_coupons_since(session, numbers)],
    }


def _link_view(batch: Batch) -> View:
    return {"batch": batch.id, "file": batch.file_name, "rows": batch.read}


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
