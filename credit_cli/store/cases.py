"""Cases, commitments and reviews."""

from datetime import date

from sqlalchemy import or_
from sqlmodel import Session, col, select, update

from credit_cli.errors import ReviewClosed, ReviewNotFound
from credit_cli.rules.values import ReviewOutcome
from credit_cli.tables.cases import Case, Commitment, CommitmentState, Review
from credit_cli.tables.subjects import Subject


def list_commitments(
    session: Session, subject_id: int, as_of: date
) -> list[tuple[Commitment, Case, CommitmentState]]:
    """A subject's commitments with their cases and what was known of them on a day."""
    query = (
        select(Commitment, Case, Review)
        .where(col(Commitment.subject_id) == subject_id, col(Commitment.made_on) <= as_of)
        .where(col(Case.subject_id) == subject_id, col(Case.id) == col(Commitment.case_id))
        .where(col(Review.subject_id) == subject_id, col(Review.case_id) == col(Case.id))
        .order_by(col(Commitment.case_id))
    )
    return [
        (made, case, made.state if _completed(review, as_of) else CommitmentState.OPEN)
        for made, case, review in session.exec(query)
    ]


def _completed(review: Review, as_of: date) -> bool:
    return review.completed_on is not None and review.completed_on <= as_of


def list_open_reviews(
    session: Session,
    as_of: date,
    *,
    due_before: date | None = None,
    subject_id: int | None = None,
) -> list[tuple[Review, Case, Subject]]:
    """Reviews pending on a day with their case and subject, the first due first."""
    query = (
        select(Review, Case, Subject)
        .where(or_(col(Review.completed_on).is_(None), col(Review.completed_on) > as_of))
        .where(col(Case.subject_id) == col(Review.subject_id), col(Case.id) == col(Review.case_id))
        .where(col(Case.opened_on) <= as_of)
        .where(col(Subject.id) == col(Review.subject_id))
        .order_by(col(Review.due_on), col(Review.id))
    )
    if due_before is not None:
        query = query.where(col(Review.due_on) < due_before)
    if subject_id is not None:
        query = query.where(col(Review.subject_id) == subject_id)
    return list(session.exec(query))


def get_review(session: Session, number: int) -> tuple[Review, Case]:
    """A review by its number, with its case; ReviewNotFound."""
    query = (
        select(Review, Case)
        .where(col(Review.id) == number)
        .where(col(Case.subject_id) == col(Review.subject_id), col(Case.id) == col(Review.case_id))
    )
    found = session.exec(query).first()
    if found is None:
        raise ReviewNotFound(review=number)
    return found


def close_review(session: Session, review: Review, outcome: ReviewOutcome, on: date) -> None:
    """Close a pending review and its commitment; ReviewClosed if somebody was faster."""
    closing = (
        update(Review)
        .where(col(Review.subject_id) == review.subject_id, col(Review.id) == review.id)
        .where(col(Review.outcome).is_(None))
        .values(outcome=outcome, completed_on=on)
        .returning(col(Review.id))
    )
    if session.exec(closing).first() is None:
        session.refresh(review)
        raise ReviewClosed(review=review.id, outcome=review.outcome)
    session.exec(
        update(Commitment)
        .where(col(Commitment.subject_id) == review.subject_id)
        .where(col(Commitment.case_id) == review.case_id)
        .values(state=CommitmentState(outcome.value))
    )


def list_reviews(session: Session, subject_id: int, as_of: date) -> list[tuple[Review, Case]]:
    """Every review of a subject's cases opened by a day, the first due first."""
    query = (
        select(Review, Case)
        .where(col(Review.subject_id) == subject_id, col(Case.subject_id) == subject_id)
        .where(col(Case.id) == col(Review.case_id), col(Case.opened_on) <= as_of)
        .order_by(col(Review.due_on), col(Review.id))
    )
    return list(session.exec(query))
