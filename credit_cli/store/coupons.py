"""Coupons and the budgets they are paid from."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from credit_cli.errors import AlreadyClaimed, BudgetSpent
from credit_cli.rules.packs import Programme
from credit_cli.tables.coupons import Coupon, CouponCode

_OPEN_BUDGET = text(
    "INSERT INTO programme_budget (programme, budget_fen, spent_fen)"
    " VALUES (:programme, :budget, 0) ON CONFLICT (programme) DO NOTHING"
)
# One conditional statement: checking first and writing later overspends under load.
_SPEND = text(
    "UPDATE programme_budget SET budget_fen = :budget, spent_fen = spent_fen + :value"
    " WHERE programme = :programme AND spent_fen + :value <= :budget RETURNING spent_fen"
)


def count_claims(session: Session, subject_id: int, programme: str) -> int:
    """How many coupons of a programme a subject has had."""
    query = select(func.count()).where(
        col(Coupon.subject_id) == subject_id, col(Coupon.programme) == programme
    )
    return session.exec(query).one()


def spend(session: Session, programme: Programme) -> None:
    """Take one coupon's value from the budget; BudgetSpent if it is no longer there."""
    connection = session.connection()
    params = {"programme": programme.code, "budget": programme.budget_fen}
    connection.execute(_OPEN_BUDGET, params)
    spent = connection.execute(_SPEND, params | {"value": programme.value_fen}).first()
    if spent is None:
        raise BudgetSpent(programme=programme.code)


def add_coupon(session: Session, coupon: Coupon) -> None:
    """Store a claim; AlreadyClaimed when another process took the same claim first."""
    try:
        session.add_all([coupon, CouponCode(code=coupon.code, subject_id=coupon.subject_id)])
        session.flush()
    except IntegrityError:
        raise AlreadyClaimed(programme=coupon.programme) from None


def list_coupons(session: Session, subject_id: int, as_of: date) -> list[Coupon]:
    """A subject's coupons issued by a day, oldest first (of one day: by programme and claim)."""
    query = select(Coupon).where(
        col(Coupon.subject_id) == subject_id, col(Coupon.issued_on) <= as_of
    )
    held = session.exec(query)
    return sorted(held, key=lambda one: (one.issued_on, one.programme, one.claim_no))
