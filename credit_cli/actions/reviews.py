"""Post-approval reviews (批后复核): what is pending, and how one turned out."""

from datetime import date

from credit_cli.actions.policies import Policy, current_policy
from credit_cli.actions.portraits import portrait
from credit_cli.actions.wording import View, subject_view
from credit_cli.intake.hashes import digests, keys
from credit_cli.rules.values import RecordState, ReviewOutcome
from credit_cli.store.batches import add_batch, finish_batch
from credit_cli.store.cases import close_review, get_review, list_open_reviews
from credit_cli.store.records import add_record
from credit_cli.store.subjects import lock_subject
from credit_cli.store.work import Work
from credit_cli.tables.batches import BatchKind
from credit_cli.tables.cases import Case, Review
from credit_cli.tables.records import Record, RecordContent
from credit_cli.tables.subjects import Subject


def review_view(review: Review, case: Case, subject: Subject, *, as_of: date) -> View:
    """A pending review; `days_left` is calendar days, below nought when overdue."""
    days_left = (review.due_on - as_of).days
    return {
        "id": review.id,
        "case": case.id,
        "subject": subject_view(subject),
        "item": case.item,
        "department": review.department,
        "due_on": review.due_on,
        "provisional": review.provisional,
        "days_left": days_left,
        "state": "overdue" if days_left < 0 else "pending",
    }


def list_pending(work: Work, *, overdue: bool, due_before: date | None) -> list[View]:
    """Pending reviews, the first due first; the last day itself is not overdue."""
    day = work.terms.as_of
    limits = [*([day] if overdue else []), *([due_before] if due_before else [])]
    found = list_open_reviews(work.session, day, due_before=min(limits, default=None))
    return [review_view(*one, as_of=day) for one in found]


def complete(work: Work, number: int, outcome: ReviewOutcome) -> View:
    """Close a review. A breach writes a record, which the very next decision sees."""
    review, case = get_review(work.session, number)
    subject = lock_subject(work.session, review.subject_id)
    policy = current_policy(work)
    before = portrait(work, subject, policy.pack).tier
    close_review(work.session, review, outcome, work.terms.as_of)
    record = None
    if outcome is ReviewOutcome.BREACHED:
        record = _write_back(work, review, case, policy)
    after = portrait(work, subject, policy.pack).tier
    work.audit("review.complete", subject=subject.id, review=number, outcome=outcome.value)
    return {
        "review": number,
        "case": case.id,
        "subject": subject_view(subject),
        "item": case.item,
        "outcome": outcome,
        "record": record.public_id if record else None,
        "tier_before": before,
        "tier_after": after,
        "policy_version": policy.version,
        "as_of": work.terms.as_of,
    }


def _write_back(work: Work, review: Review, case: Case, policy: Policy) -> Record:
    """The breach as a record of the kind and severity the pack names, in a batch of its own."""
    kind = policy.pack.record_types[policy.pack.breach_type]
    batch = add_batch(
        work.session,
        kind=BatchKind.REVIEW,
        source="review",
        actor=work.terms.actor,
        started_at=work.terms.now,
        added=1,
    )
    finish_batch(batch, work.terms.now)
    number = f"review-{review.id}"
    (key,) = keys(digests([number]))
    record = Record(
        subject_id=review.subject_id,
        document_key=key,
        version=1,
        content_hash=key,
        batch_id=batch.id,
        line=1,
        record_type=kind.code,
        severity=kind.severity,
        state=RecordState.CURRENT,
        decided_on=work.terms.as_of,
    )
    content = RecordContent(
        batch_id=batch.id,
        line=record.line,
        subject_id=review.subject_id,
        document_number=number,
        authority_code="",
        authority=review.department,
        fields={"case": case.id, "item": case.item, "review": review.id},
    )
    return add_record(work.session, record, content)
