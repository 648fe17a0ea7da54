"""Reviews close once, and a breach is felt at the next decision."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from credit_cli.actions.reviews import complete
from credit_cli.errors import ReviewClosed
from credit_cli.rules.values import ReviewOutcome
from tests.intake.senders import FARM, PENALTY, STALL
from tests.pool import Pool, contents, desk

PHARMACY = "pharmacy_licence_renewal"


@pytest.fixture
def review(pool: Pool) -> dict[str, Any]:
    """The review of a commitment made on 2026-11-02 by a good subject: due on 2026-12-14."""
    pool.grade(FARM, "good")
    opened = pool.done(
        "case", "open", "--subject", FARM, "--item", PHARMACY, "--as-of", "2026-11-02"
    )
    (found,) = pool.done("review", "list")
    assert found["id"] == opened["review"]["id"]
    return dict(found)


def close(pool: Pool, review: dict[str, Any], outcome: str, *options: str) -> Any:  # noqa: ANN401
    return pool.run("review", "complete", str(review["id"]), "--outcome", outcome, *options)


def routes(pool: Pool, item: str = PHARMACY) -> list[str]:
    told = pool.done("route", "simulate", "--subject", FARM, "--item", item)
    return list(told["routes"])


def test_breach_lowers_the_tier_at_once(pool: Pool, review: dict[str, Any]) -> None:
    told = close(pool, review, "breached").json
    assert (told["tier_before"], told["tier_after"]) == ("good", "minor_dishonest")
    profile = pool.done("profile", "show", FARM)
    assert profile["tier"] == "minor_dishonest"
    (record,) = profile["records"]
    assert record["id"] == told["record"]
    assert (record["type"], record["severity"], record["counts"]) == (
        "commitment_breach",
        "ordinary",
        True,
    )
    assert record["decided_on"] == "2026-11-22"
    assert profile["commitments"][0]["state"] == "breached"
    assert profile["reviews"] == pool.done("review", "list") == []


def test_breach_excludes_from_commitment(pool: Pool, review: dict[str, Any]) -> None:
    assert routes(pool) == ["commitment", "ordinary"]
    close(pool, review, "breached")
    assert routes(pool) == ["ordinary"]
    chosen = ("--item", PHARMACY, "--route", "commitment")
    assert pool.run("case", "open", "--subject", FARM, *chosen).exit_code == 6


def test_a_kept_commitment_changes_no_tier(pool: Pool, review: dict[str, Any]) -> None:
    told = close(pool, review, "kept").json
    assert (told["tier_before"], told["tier_after"], told["record"]) == ("good", "good", None)
    profile = pool.done("profile", "show", FARM)
    assert (profile["tier"], profile["records"]) == ("good", [])
    assert profile["commitments"][0]["state"] == "kept"
    assert routes(pool) == ["commitment", "ordinary"]


@pytest.mark.parametrize("second", ["kept", "breached"])
def test_a_review_is_completed_once(pool: Pool, review: dict[str, Any], second: str) -> None:
    close(pool, review, "kept")
    before = contents(pool.url)
    ran = close(pool, review, second)
    assert (ran.exit_code, ran.error["code"]) == (7, "review_closed")
    assert ran.error["params"] == {"review": review["id"], "outcome": "kept"}
    after = contents(pool.url)
    assert {name for name in after if after[name] != before[name]} == {"audit_entry", "audit_head"}
    assert [one["code"] for one in pool.refusals()] == ["review_closed"]


def test_of_several_completions_at_once_exactly_one_wins(
    pool: Pool, review: dict[str, Any]
) -> None:
    def run(_: int) -> bool:
        try:
            with desk(pool.url) as at, at.open(writing=True) as work:
                complete(work, review["id"], ReviewOutcome.BREACHED)
        except ReviewClosed:
            return False
        return True

    with ThreadPoolExecutor(6) as officials:
        won = list(officials.map(run, range(6)))
    assert won.count(True) == 1
    assert pool.count("record") == 1


def test_a_breach_is_a_record_that_can_be_looked_up(pool: Pool, review: dict[str, Any]) -> None:
    pool.records(PENALTY)
    number = close(pool, review, "breached").json["record"]
    assert number == "3-1"
    assert pool.done("record", "show", number)["type"] == "commitment_breach"


def test_a_breach_comes_with_a_batch_of_its_own(pool: Pool, review: dict[str, Any]) -> None:
    close(pool, review, "breached")
    (batch,) = pool.held("SELECT state, added, file_sha256 FROM batch WHERE kind = 'review'")
    assert batch == {"state": "finished", "added": 1, "file_sha256": None}


def test_a_completion_is_audited(pool: Pool, review: dict[str, Any]) -> None:
    close(pool, review, "kept")
    (entry,) = pool.held("SELECT params FROM audit_entry WHERE action = 'review.complete'")
    assert "kept" in str(entry["params"])


def test_a_dry_run_closes_nothing(pool: Pool, review: dict[str, Any]) -> None:
    before = contents(pool.url)
    told = close(pool, review, "breached", "--dry-run").json
    assert told["tier_after"] == "minor_dishonest"
    assert contents(pool.url) == before


@pytest.mark.parametrize(
    ("number", "exit_code", "code"),
    [
        (99, 5, "review_not_found"),
        (2**31 - 1, 5, "review_not_found"),
        (2**31, 2, "malformed_value"),
        (0, 2, "malformed_value"),
        ("１", 2, "malformed_value"),
    ],
)
def test_an_unknown_review_is_not_found(
    sqlite_pool: Pool, number: int | str, exit_code: int, code: str
) -> None:
    ran = close(sqlite_pool, {"id": number}, "kept")
    assert (ran.exit_code, ran.error["code"]) == (exit_code, code)


@pytest.mark.parametrize(
    ("day", "days_left", "state"),
    [("2026-12-13", 1, "pending"), ("2026-12-14", 0, "pending"), ("2026-12-15", -1, "overdue")],
)
def test_the_last_day_itself_is_not_overdue(
    pool: Pool, review: dict[str, Any], day: str, days_left: int, state: str
) -> None:
    assert review["due_on"] == "2026-12-14"
    (found,) = pool.done("review", "list", "--as-of", day)
    assert (found["days_left"], found["state"]) == (days_left, state)
    late = pool.done("review", "list", "--as-of", day, "--overdue")
    assert late == ([found] if state == "overdue" else [])


@pytest.mark.parametrize(("day", "found"), [("2026-12-14", 0), ("2026-12-15", 1)])
@pytest.mark.usefixtures("review")
def test_due_before_leaves_out_the_day_itself(pool: Pool, day: str, found: int) -> None:
    assert len(pool.done("review", "list", "--due-before", day)) == found


@pytest.mark.usefixtures("review")
def test_overdue_and_due_before_both_hold(pool: Pool) -> None:
    late = ("review", "list", "--overdue", "--as-of", "2026-12-20", "--due-before")
    assert len(pool.done(*late, "2026-12-14")) == 0
    assert len(pool.done(*late, "2027-12-14")) == 1
    soon = ("review", "list", "--overdue", "--due-before", "2027-12-14", "--as-of", "2026-12-14")
    assert pool.done(*soon) == []


@pytest.mark.usefixtures("review")
def test_overdue_reviews_can_fail_a_script(pool: Pool) -> None:
    watch = ("review", "list", "--fail-if-overdue", "--as-of")
    assert pool.run(*watch, "2026-12-14").exit_code == 0
    ran = pool.run(*watch, "2026-12-15")
    assert (ran.exit_code, len(ran.json)) == (4, 1)


def test_an_empty_list_can_fail_a_script(pool: Pool, review: dict[str, Any]) -> None:
    assert pool.run("review", "list", "--fail-if-empty").exit_code == 0
    close(pool, review, "kept")
    ran = pool.run("review", "list", "--fail-if-empty")
    assert (ran.exit_code, ran.json) == (4, [])


def test_the_first_due_comes_first(pool: Pool, review: dict[str, Any]) -> None:
    pool.grade(STALL, "good", name="虚构药店")
    for day in ("2026-11-20", "2026-11-01"):
        pool.done("case", "open", "--subject", STALL, "--item", PHARMACY, "--as-of", day)
    found = pool.done("review", "list")
    assert [one["due_on"] for one in found] == sorted(one["due_on"] for one in found)
    assert found[1]["id"] == review["id"]


def test_the_list_is_as_it_was_on_the_day(pool: Pool, review: dict[str, Any]) -> None:
    close(pool, review, "kept")
    days = ("2026-11-01", "2026-11-02", "2026-11-21", "2026-11-22")
    lists = [pool.done("review", "list", "--as-of", day) for day in days]
    assert [len(found) for found in lists] == [0, 1, 1, 0]
