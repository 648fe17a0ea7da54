"""Issue a coupon of a benefit programme."""

import secrets

from credit_cli.actions.policies import current_policy
from credit_cli.actions.portraits import portrait
from credit_cli.actions.subjects import resolve
from credit_cli.actions.wording import View, due, subject_view
from credit_cli.errors import AlreadyClaimed, ProgrammeNotFound
from credit_cli.rules.packs import Pack, Programme
from credit_cli.rules.programmes import check_claim, valid_until
from credit_cli.rules.records import CALENDAR
from credit_cli.store.coupons import add_coupon, count_claims, spend
from credit_cli.store.subjects import lock_subject
from credit_cli.store.work import Work
from credit_cli.tables.coupons import Coupon, CouponState

# No letter that reads like a digit or another letter, for codes read out at a counter.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRTUVWXY"


def issue(work: Work, code: str, written: str) -> View:
    """A coupon for a subject: NotEligible, AlreadyClaimed, BudgetSpent, ProgrammeClosed."""
    subject = lock_subject(work.session, resolve(work, written).id)
    policy = current_policy(work)
    programme = _programme(policy.pack, code)
    check_claim(programme, portrait(work, subject, policy.pack).facts, work.terms.as_of)
    claims = count_claims(work.session, subject.id, programme.code)
    if claims >= programme.per_subject:
        raise AlreadyClaimed(programme=programme.code)
    spend(work.session, programme)
    last = valid_until(programme, work.terms.as_of, CALENDAR)
    coupon = Coupon(
        subject_id=subject.id,
        programme=programme.code,
        claim_no=claims + 1,
        code=_coupon_code(),
        value_fen=programme.value_fen,
        issued_on=work.terms.as_of,
        issued_at=work.terms.now,
        valid_until=last.on,
        provisional=last.provisional,
        state=CouponState.ISSUED,
    )
    add_coupon(work.session, coupon)
    work.audit("coupon.issue", subject=subject.id, programme=code, value_fen=coupon.value_fen)
    return {
        "code": coupon.code,
        "programme": programme.code,
        "subject": subject_view(subject),
        "value_fen": coupon.value_fen,
        **due("valid_until", last),
    }


def _programme(pack: Pack, code: str) -> Programme:
    found = pack.programmes.get(code)
    if found is None:
        raise ProgrammeNotFound(programme=code, known=sorted(pack.programmes))
    return found


def _coupon_code() -> str:
    """Sixteen characters nobody can guess (78 bits), in fours."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(drawn[n : n + 4] for n in range(0, 16, 4))
