"""Coupons go to those who may have them, once, and never beyond the budget."""

import re
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from credit_cli.actions.coupons import issue
from credit_cli.errors import AlreadyClaimed, CreditError
from credit_cli.store.coupons import add_coupon
from credit_cli.tables.coupons import Coupon, CouponState
from tests.intake.senders import FARM
from tests.pool import PERSON_NAME, TERMS, Pool, contents, desk, person
from tests.program import Ran

YANG = person(1)
SHOPPING = "jinye_shopping"
VALUE = 388_800


def coupon_issue(pool: Pool, subject: str, *options: str, programme: str = SHOPPING) -> Ran:
    return pool.run("coupon", "issue", "--programme", programme, "--subject", subject, *options)


def spent(pool: Pool, programme: str = SHOPPING) -> int:
    rows = pool.held("SELECT spent_fen FROM programme_budget WHERE programme = :p", p=programme)
    return int(rows[0]["spent_fen"]) if rows else 0


def test_a_score_of_1064_gets_coupons_worth_3888_yuan(pool: Pool) -> None:
    pool.score(1064, YANG)
    given = coupon_issue(pool, YANG).json
    assert re.fullmatch(r"([2-9A-HJ-NP-RT-Y]{4}-){3}[2-9A-HJ-NP-RT-Y]{4}", given["code"])
    assert (given["programme"], given["value_fen"]) == (SHOPPING, VALUE)
    assert (given["valid_until"], given["provisional"]) == ("2027-02-22", False)
    assert given["subject"]["code"] == "*" * 14 + YANG[-4:]
    (shown,) = pool.done("profile", "show", YANG)["coupons"]
    assert shown == {key: given[key] for key in shown if key != "state"} | {"state": "issued"}
    assert pool.held("SELECT code, subject_id FROM coupon_code") == [
        {"code": given["code"], "subject_id": given["subject"]["id"]}
    ]
    assert spent(pool) == VALUE


@pytest.mark.parametrize(("points", "exit_code"), [(1059, 6), (1060, 0)])
def test_the_threshold_itself_is_enough(pool: Pool, points: int, exit_code: int) -> None:
    pool.score(points, YANG)
    assert coupon_issue(pool, YANG).exit_code == exit_code


def test_too_low_a_score_is_refused_and_the_attempt_recorded(pool: Pool) -> None:
    pool.score(1059, YANG)
    before = contents(pool.url)
    ran = coupon_issue(pool, YANG)
    assert (ran.exit_code, ran.error["code"], ran.stdout) == (6, "not_eligible", "")
    assert "score.jinye >= 1060" in ran.error["params"]["needed"]
    assert pool.refusals() == [{"command": "coupon issue", "code": "not_eligible", "subjects": [1]}]
    after = contents(pool.url)
    assert {name for name in after if after[name] != before[name]} == {"audit_entry", "audit_head"}


def test_an_organisation_is_not_meant(sqlite_pool: Pool) -> None:
    sqlite_pool.grade(FARM, "excellent")
    assert coupon_issue(sqlite_pool, FARM).error["code"] == "not_eligible"


def test_a_second_claim_is_a_conflict(pool: Pool) -> None:
    pool.score(1064, YANG)
    coupon_issue(pool, YANG)
    ran = coupon_issue(pool, YANG)
    assert (ran.exit_code, ran.error["code"]) == (7, "already_claimed")
    assert [one["code"] for one in pool.refusals()] == ["already_claimed"]
    assert (spent(pool), pool.count("coupon")) == (VALUE, 1)


def test_a_programme_may_give_more_than_one_share(pool: Pool) -> None:
    pool.activate(
        "benefits.toml",
        "388800\nbudget_fen = 38880000\nper_subject = 1",
        "5\nbudget_fen = 15\nper_subject = 2",
    )
    pool.score(1064, YANG)
    ended = [coupon_issue(pool, YANG) for _ in range(3)]
    assert [ran.exit_code for ran in ended] == [0, 0, 7]
    assert ended[0].json["code"] != ended[1].json["code"]


def test_the_last_fen_of_a_budget_can_be_spent_but_no_more(pool: Pool) -> None:
    pool.activate("benefits.toml", "38880000", str(2 * VALUE + VALUE - 1))
    people = [person(n) for n in range(3)]
    pool.score(1064, *people)
    ended = [coupon_issue(pool, one) for one in people]
    assert [ran.exit_code for ran in ended] == [0, 0, 6]
    assert ended[2].error["code"] == "budget_spent"
    assert [one["code"] for one in pool.refusals()] == ["budget_spent"]
    assert (spent(pool), pool.count("coupon")) == (2 * VALUE, 2)


def test_a_raised_budget_opens_a_spent_programme_again(pool: Pool) -> None:
    pool.activate("benefits.toml", "38880000", str(VALUE))
    pool.score(1064, person(1), person(2))
    assert [coupon_issue(pool, person(n)).exit_code for n in (1, 2)] == [0, 6]
    pool.activate("benefits.toml", "38880000", str(2 * VALUE))
    assert coupon_issue(pool, person(2)).exit_code == 0


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2026-11-30", "programme_closed"),
        ("2026-12-01", None),
        ("2026-12-30", None),
        ("2026-12-31", "programme_closed"),
    ],
)
def test_a_programme_runs_from_its_first_to_its_last_day(
    sqlite_pool: Pool, day: str, code: str | None
) -> None:
    dates = (
        'from = 2026-12-01\nuntil = 2026-12-30\nwhen = { kind = "person", "score.jinye" = ">= 1060"'
    )
    sqlite_pool.activate(
        "benefits.toml", dates.replace("2026-12-01\nuntil = 2026-12-30", "2024-01-01"), dates
    )
    sqlite_pool.evaluations(
        {
            "code": YANG,
            "name": PERSON_NAME,
            "scale": "jinye",
            "score": "1064",
            "evaluated_on": "2026-01-01",
        }
    )
    ran = coupon_issue(sqlite_pool, YANG, "--as-of", day)
    assert (ran.error["code"] if ran.exit_code else None) == code
    assert ran.exit_code == (6 if code else 0)


def test_an_unknown_programme_is_told_with_those_that_are(sqlite_pool: Pool) -> None:
    sqlite_pool.score(1064, YANG)
    ran = coupon_issue(sqlite_pool, YANG, programme="nothing")
    assert (ran.exit_code, ran.error["code"]) == (5, "programme_not_found")
    assert SHOPPING in ran.error["params"]["known"]


def test_a_dry_run_gives_nothing_away_and_records_no_attempt(pool: Pool) -> None:
    pool.score(1064, person(1))
    pool.score(900, person(2))
    before = contents(pool.url)
    assert coupon_issue(pool, person(1), "--dry-run").json["value_fen"] == VALUE
    assert coupon_issue(pool, person(2), "--dry-run").exit_code == 6
    assert contents(pool.url) == before


def at_once(pool: Pool, subjects: Sequence[str]) -> Counter[str]:
    """Issue to all subjects at the same time; how each claim ended."""

    def claim(subject: str) -> str:
        try:
            with desk(pool.url) as at, at.open(writing=True) as work:
                issue(work, SHOPPING, subject)
        except CreditError as refusal:
            return refusal.code
        return "issued"

    with ThreadPoolExecutor(len(subjects)) as claimants:
        return Counter(claimants.map(claim, subjects))


def test_claims_at_once_never_overspend(pool: Pool) -> None:
    pool.activate("benefits.toml", "38880000", str(5 * VALUE))
    people = [person(n) for n in range(12)]
    pool.score(1064, *people)
    assert at_once(pool, people) == {"issued": 5, "budget_spent": 7}
    assert (spent(pool), pool.count("coupon")) == (5 * VALUE, 5)


def test_claims_at_once_give_a_subject_one_coupon(pool: Pool) -> None:
    pool.score(1064, YANG)
    assert at_once(pool, [YANG] * 8) == {"issued": 1, "already_claimed": 7}
    assert (spent(pool), pool.count("coupon")) == (VALUE, 1)


def test_the_store_itself_refuses_a_claim_twice(pool: Pool) -> None:
    pool.score(1064, YANG)

    def claim(code: str) -> None:
        with desk(pool.url, replace(TERMS)) as at, at.open(writing=True) as work:
            coupon = Coupon(
                subject_id=1,
                programme=SHOPPING,
                claim_no=1,
                code=code,
                value_fen=VALUE,
                issued_on=date(2026, 11, 22),
                issued_at=TERMS.now,
                valid_until=date(2027, 2, 22),
                provisional=False,
                state=CouponState.ISSUED,
            )
            add_coupon(work.session, coupon)

    claim("first")
    with pytest.raises(AlreadyClaimed):
        claim("second")
    assert pool.held("SELECT code FROM coupon_code") == [{"code": "first"}]
