"""Which records weigh on a day, until when, and why not."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.packs import Pack
from credit_cli.rules.records import RecordFacts, weigh, weigh_all
from credit_cli.rules.values import RecordState, Severity
from tests.situations import shipped_pack

DAY = timedelta(days=1)
DECIDED = date(2025, 6, 10)
LAST_OF_OLD, FIRST_OF_NEW = date(2026, 3, 31), date(2026, 4, 1)


def record(**changes: Any) -> RecordFacts:  # noqa: ANN401 - any field
    plain = RecordFacts(
        id="1",
        record_type="penalty",
        severity=Severity.ORDINARY,
        state=RecordState.CURRENT,
        decided_on=DECIDED,
    )
    return replace(plain, **changes)


def judged(record: RecordFacts, as_of: date, pack: Pack | None = None) -> tuple[bool, str]:
    weighed = weigh(record, pack or shipped_pack(), as_of)
    return weighed.counts, weighed.reason.code


def until(record: RecordFacts, as_of: date) -> date:
    last = weigh(record, shipped_pack(), as_of).reason.params["until"]
    assert isinstance(last, date)
    return last


@pytest.mark.parametrize(
    ("severity", "as_of", "last"),
    [
        (Severity.MINOR, LAST_OF_OLD, date(2025, 9, 10)),
        (Severity.MINOR, FIRST_OF_NEW, date(2025, 9, 10)),
        (Severity.ORDINARY, LAST_OF_OLD, date(2028, 6, 10)),
        (Severity.ORDINARY, FIRST_OF_NEW, date(2026, 6, 10)),
        (Severity.SERIOUS, LAST_OF_OLD, date(2028, 6, 10)),
        (Severity.SERIOUS, FIRST_OF_NEW, date(2028, 6, 10)),
    ],
)
def test_period_is_that_of_the_rule_in_force_on_the_day(
    severity: Severity, as_of: date, last: date
) -> None:
    assert until(record(severity=severity), as_of) == last


@pytest.mark.parametrize(("as_of", "basis"), [(LAST_OF_OLD, "K"), (FIRST_OF_NEW, "S")])
def test_reason_names_the_ground_of_the_period(as_of: date, basis: str) -> None:
    pack = shipped_pack()
    reason = weigh(record(), pack, as_of).reason
    assert pack.bases[reason.params["basis"]].mark == basis


def test_record_weighs_on_its_last_day_and_not_on_the_next() -> None:
    last = date(2026, 6, 10)
    assert judged(record(), last) == (True, "counts_until")
    assert judged(record(), last + DAY) == (False, "period_over")


def test_record_weighs_from_the_day_of_its_document() -> None:
    assert judged(record(), DECIDED) == (True, "counts_until")
    assert judged(record(), DECIDED - DAY) == (False, "not_yet_decided")


def test_leap_day_ends_on_28_february() -> None:
    leap = record(decided_on=date(2024, 2, 29), severity=Severity.SERIOUS)
    assert until(leap, FIRST_OF_NEW) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"state": RecordState.REVOKED}, "record_revoked"),
        ({"state": RecordState.DISPUTED}, "record_disputed"),
        ({"record_type": "licence"}, "neutral_type"),
        ({"record_type": "no_such_type"}, "neutral_type"),
        ({"severity": None}, "no_severity"),
    ],
)
def test_record_does_not_weigh(changes: dict[str, Any], reason: str) -> None:
    assert judged(record(**changes), FIRST_OF_NEW) == (False, reason)


def test_entry_of_a_list_weighs_until_the_day_it_is_taken_off() -> None:
    entry = record(record_type="severe_list", valid_until=FIRST_OF_NEW)
    assert judged(entry, FIRST_OF_NEW - DAY) == (True, "counts_until")
    assert judged(entry, FIRST_OF_NEW) == (False, "taken_off")
    assert judged(replace(entry, valid_until=None), FIRST_OF_NEW) == (True, "counts_until")


def test_end_of_a_publicity_period_is_no_end_of_a_penalty() -> None:
    assert judged(record(valid_until=DECIDED), FIRST_OF_NEW) == (True, "counts_until")


@pytest.mark.parametrize("state", [RecordState.CURRENT, RecordState.OTHER])
def test_record_in_any_other_state_weighs(state: RecordState) -> None:
    assert judged(record(state=state), FIRST_OF_NEW) == (True, "counts_until")


def test_record_without_a_period_in_force_does_not_weigh() -> None:
    pack = shipped_pack()
    old = replace(pack, periods=tuple(one for one in pack.periods if one.ends == LAST_OF_OLD))
    assert judged(record(), LAST_OF_OLD, old) == (True, "counts_until")
    assert judged(record(), FIRST_OF_NEW, old) == (False, "no_period")


def test_every_record_is_judged_in_its_order() -> None:
    records = (record(id="a"), record(id="b", state=RecordState.REVOKED))
    weighed = weigh_all(records, shipped_pack(), FIRST_OF_NEW)
    assert [(one.record.id, one.counts) for one in weighed] == [("a", True), ("b", False)]


@given(
    st.dates(date(2000, 1, 1), date(2060, 1, 1)),
    st.dates(date(2026, 4, 1), date(2060, 1, 1)),
    st.sampled_from(Severity),
)
def test_a_record_that_is_over_stays_over(decided: date, as_of: date, severity: Severity) -> None:
    one = record(decided_on=decided, severity=severity)
    if judged(one, as_of) == (False, "period_over"):
        assert judged(one, as_of + DAY) == (False, "period_over")
