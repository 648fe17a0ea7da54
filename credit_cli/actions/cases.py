"""Open a case (办件) on the route chosen; a commitment brings its review along."""

from credit_cli.actions.policies import Policy, current_policy
from credit_cli.actions.routes import Application, decide_for, decision_view
from credit_cli.actions.subjects import resolve
from credit_cli.actions.wording import View, subject_view
from credit_cli.errors import NotAcceptable
from credit_cli.rules.routes import RouteDecision
from credit_cli.store.numbers import take_numbers
from credit_cli.store.subjects import lock_subject
from credit_cli.store.work import Work
from credit_cli.tables.cases import Case, Commitment, CommitmentState, Review
from credit_cli.tables.subjects import Subject


def open_case(work: Work, written: str, application: Application) -> View:
    """Record the application; NotAcceptable while materials that may not follow are missing."""
    # Found first, locked second: the tier must not change between the decision and the case.
    subject = lock_subject(work.session, resolve(work, written).id)
    policy = current_policy(work)
    decision = decide_for(work, subject, application, policy)[0]
    view = decision_view(decision, policy)
    if not decision.accepted:
        blocking = [one.params["material"] for one in decision.reasons if "material" in one.params]
        raise NotAcceptable(item=decision.item, materials=blocking)
    case = _add_case(work, subject, policy, decision, view)
    review = _add_review(work, case, decision)
    work.audit("case.open", subject=subject.id, case=case.id, item=case.item, route=case.route)
    return {
        "case": case.id,
        "subject": subject_view(subject),
        **view,
        "review": view["review"] | {"id": review.id if review else None},
        "policy_version": policy.version,
        "as_of": work.terms.as_of,
    }


def _add_case(
    work: Work, subject: Subject, policy: Policy, decision: RouteDecision, view: View
) -> Case:
    case = Case(
        subject_id=subject.id,
        id=take_numbers(work.session, "case"),
        item=decision.item,
        department=policy.pack.items[decision.item].department,
        tier=decision.tier,
        route=decision.route,
        routes=list(decision.routes),
        opened_on=work.terms.as_of,
        decide_by=view["decide_by"],
        provisional=view["provisional"],
        deferred=[one | {"due_on": one["due_on"].isoformat()} for one in view["deferred"]],
        reasons=[one["code"] for one in view["reasons"]],
        policy_version=policy.version,
        opened_at=work.terms.now,
    )
    work.session.add(case)
    work.session.flush()
    return case


def _add_review(work: Work, case: Case, decision: RouteDecision) -> Review | None:
    """What was decided on a commitment is checked afterwards."""
    if decision.review is None or decision.review.due is None:
        return None
    review = Review(
        subject_id=case.subject_id,
        id=take_numbers(work.session, "review"),
        case_id=case.id,
        department=case.department,
        due_on=decision.review.due.on,
        provisional=decision.review.due.provisional,
    )
    made = Commitment(
        subject_id=case.subject_id,
        case_id=case.id,
        made_on=case.opened_on,
        state=CommitmentState.OPEN,
    )
    work.session.add_all([made, review])
    return review
