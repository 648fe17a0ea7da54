"""Query a subject's profile (信用画像)."""

from credit_cli.actions.policies import current_policy
from credit_cli.actions.portraits import portrait
from credit_cli.actions.relations import link_views
from credit_cli.actions.reviews import review_view
from credit_cli.actions.score_views import score_views
from credit_cli.actions.subjects import look_up
from credit_cli.actions.wording import View, explanation, subject_view, told
from credit_cli.rules.packs import Pack
from credit_cli.rules.profiles import Portrait
from credit_cli.rules.records import WeighedRecord
from credit_cli.store.cases import list_commitments, list_open_reviews
from credit_cli.store.coupons import list_coupons
from credit_cli.store.work import Work
from credit_cli.tables.coupons import Coupon
from credit_cli.tables.subjects import Subject


def show(work: Work, written: str, *, purpose: str, explain: bool) -> View:
    """A subject's profile as plain data; reading a person's is logged."""
    subject = look_up(work, written, purpose)
    policy = current_policy(work)
    seen = portrait(work, subject, policy.pack)
    view = {
        "subject": subject_view(subject),
        "tier": seen.tier,
        "score": seen.score,
        "band": seen.band,
        "reasons": told(seen.reasons, policy.pack),
        "records": [_record_view(one, policy.pack) for one in seen.records],
        "evaluations": _evaluations(seen),
        "links": link_views(work, subject),
        **_dealings(work, subject),
        "as_of": work.terms.as_of,
        "policy_version": policy.version,
    }
    if not explain:
        return view
    return view | {
        "explanation": explanation(seen.trace, policy.pack),
        "models": score_views(seen.facts, policy.pack),
    }


def _record_view(one: WeighedRecord, pack: Pack) -> View:
    return {
        "id": one.record.id,
        "type": one.record.record_type,
        "severity": one.record.severity,
        "decided_on": one.record.decided_on,
        "counts": one.counts,
        "reason": told([one.reason], pack)[0],
    }


def _evaluations(seen: Portrait) -> list[View]:
    return [
        {
            "scale": one.scale,
            "grade": one.grade,
            "score": one.score,
            "evaluated_on": one.evaluated_on,
            "valid_until": one.valid_until,
        }
        for one in sorted(seen.evaluations, key=lambda one: one.scale)
    ]


def _dealings(work: Work, subject: Subject) -> View:
    """Commitments, coupons and open reviews, as they stood on the business day."""
    day = work.terms.as_of
    commitments = list_commitments(work.session, subject.id, day)
    reviews = list_open_reviews(work.session, day, subject_id=subject.id)
    return {
        "commitments": [
            {"case": case.id, "item": case.item, "made_on": one.made_on, "state": state}
            for one, case, state in commitments
        ],
        "coupons": [_coupon_view(one) for one in list_coupons(work.session, subject.id, day)],
        "reviews": [review_view(*one, as_of=day) for one in reviews],
    }


def _coupon_view(coupon: Coupon) -> View:
    return {
        "code": coupon.code,
        "programme": coupon.programme,
        "value_fen": coupon.value_fen,
        "valid_until": coupon.valid_until,
        "provisional": coupon.provisional,
        "state": coupon.state,
    }
