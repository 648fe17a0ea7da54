"""Who may claim a coupon on a day, and how long it stays valid."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from credit_cli.errors import NotEligible, ProgrammeClosed
from credit_cli.rules.calendar import Day, WorkingCalendar
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.packs import Programme
from credit_cli.rules.programmes import check_claim, valid_until
from tests.situations import shipped_pack

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def programme(**changes: Any) -> Programme:  # noqa: ANN401 - any field
    return replace(shipped_pack().programmes["jinye_shopping"], starts=FIRST, ends=LAST, **changes)


def person(score: int) -> dict[str, str | int | bool | None]:
    return {"kind": "person", "score.jinye": score}


@pytest.mark.parametrize("day", [FIRST, LAST])
def test_programme_runs_from_its_first_day_to_its_last(day: date) -> None:
    check_claim(programme(), person(1060), day)


@pytest.mark.parametrize("day", [FIRST - DAY, LAST + DAY])
def test_programme_is_closed_before_and_after(day: date) -> None:
    with pytest.raises(ProgrammeClosed) as closed:
        check_claim(programme(), person(1060), day)
    assert closed.value.params == {"programme": "jinye_shopping"}


def test_score_below_the_threshold_is_told_what_is_needed() -> None:
    with pytest.raises(NotEligible) as refused:
        check_claim(programme(), person(1059), FIRST)
    assert refused.value.params == {
        "programme": "jinye_shopping",
        "needed": "kind person, score.jinye >= 1060",
    }


def test_combined_condition_is_told_test_by_test() -> None:
    raw = {"any": [{"score.jinye": ">= 1060"}, {"not": {"kind": "person"}}]}
    either = read_condition(raw, shipped_pack().facts)
    with pytest.raises(NotEligible) as refused:
        check_claim(programme(when=either), person(1059), FIRST)
    assert refused.value.params["needed"] == "score.jinye >= 1060, kind person"


def test_coupon_is_valid_from_its_issue_for_the_programmes_time() -> None:
    calendar = WorkingCalendar()
    assert valid_until(programme(), date(2026, 6, 1), calendar) == Day(date(2026, 9, 1), False)
    assert valid_until(programme(), date(2025, 11, 30), calendar).on == date(2026, 2, 28)
