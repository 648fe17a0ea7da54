"""Alert rules: what they count, when they hit, and what cannot be written."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.alert_text import read_alerts
from credit_cli.rules.alerts import Hit, count_alerts
from credit_cli.rules.cells import ConditionFault
from credit_cli.rules.conditions import UNKNOWN, FactType, Kind

DAY, TEXT = FactType(kind=Kind.DATE), FactType(kind=Kind.TEXT)
TODAY = date(2026, 12, 31)


def listing(by: str, **fields: FactType) -> FactType:
    return FactType(kind=Kind.LIST, fields=fields, by=by)


TYPES = {
    "reviews": listing("overdue_on", overdue_on=DAY, unit=TEXT, outcome=TEXT),
    "checks": listing("checked_on", checked_on=DAY, enterprise=TEXT, city=TEXT, cause=TEXT),
    "clues": listing("handed_on", handed_on=DAY, known_on=DAY, unit=TEXT, body=TEXT, channel=TEXT),
    "opened_on": DAY,
}
# The three prototype rules of the province.
OVERDUE = {
    "over": "reviews",
    "key": ["unit"],
    "window": "this year",
    "threshold": 3,
    "repeat": "reset",
}
TWICE = {
    "over": "checks",
    "exclude": {"cause": "complaint"},
    "key": ["enterprise"],
    "window": "60d",
    "threshold": 2,
    "repeat": "reset",
}
CITY = {
    "over": "alert.twice",
    "key": ["city"],
    "window": "this year",
    "threshold": 3,
    "repeat": "each",
}
OFFLINE = {
    "over": "clues",
    "where": {"channel": "offline"},
    "key": ["unit"],
    "window": "this year",
    "threshold": 3,
    "suppress": {"for": "3d", "same": ["body"]},
}


def hits(
    rules: Mapping[str, Mapping[str, Any]], as_of: date = TODAY, **facts: object
) -> tuple[Hit, ...]:
    return count_alerts(read_alerts(rules, TYPES), {"as_of": as_of, **facts})


def days(found: tuple[Hit, ...]) -> list[date]:
    return [hit.on for hit in found]


def reviews(*on: date, unit: str = "x") -> tuple[dict[str, Any], ...]:
    return tuple({"overdue_on": day, "unit": unit} for day in on)


def check(on: date, enterprise: str = "e", **more: object) -> dict[str, Any]:
    return {"checked_on": on, "enterprise": enterprise, "city": "h", **more}


def clue(on: date, body: str = "b", **more: object) -> dict[str, Any]:
    return {"handed_on": on, "unit": "u", "body": body, "channel": "offline", **more}


def test_third_overdue_review_of_a_unit_warns_and_the_counter_restarts() -> None:
    six = [date(2026, month, 1) for month in range(1, 7)]
    assert days(hits({"overdue": OVERDUE}, reviews=reviews(*six[:2]))) == []
    found = hits({"overdue": OVERDUE}, reviews=reviews(*reversed(six)))
    assert days(found) == [six[2], six[5]]
    assert [hit.key for hit in found] == [{"unit": "x"}] * 2
    assert found[0].events == (5, 4, 3)
    assert found[0].count == 3


def test_overdue_reviews_of_another_unit_or_year_count_apart() -> None:
    two = reviews(date(2026, 1, 1), date(2026, 2, 1))
    assert not hits({"overdue": OVERDUE}, reviews=(*two, *reviews(date(2026, 3, 1), unit="y")))
    assert not hits({"overdue": OVERDUE}, reviews=(*two, *reviews(date(2025, 12, 31))))
    assert hits({"overdue": OVERDUE}, reviews=(*two, *reviews(date(2026, 12, 31))))


def test_enterprise_checked_again_on_the_sixtieth_day_counts_and_on_the_next_not() -> None:
    first = date(2026, 1, 1)
    sixtieth = first + timedelta(days=60)
    found = hits({"twice": TWICE}, checks=(check(first), check(sixtieth)))
    assert days(found) == [sixtieth]
    later = check(sixtieth + timedelta(days=1))
    assert not hits({"twice": TWICE}, checks=(check(first), later))
    for_cause = check(sixtieth, cause="complaint")
    assert not hits({"twice": TWICE}, checks=(check(first), for_cause))
    assert not hits({"twice": TWICE}, checks=(check(first), check(sixtieth, "other")))


def test_third_such_enterprise_of_a_city_warns_and_so_does_each_further_one() -> None:
    rules = {"city": CITY, "twice": TWICE}  # the order written does not matter
    checks = tuple(
        check(date(2026, month, day), f"e{month}") for month in range(1, 6) for day in (1, 9)
    )
    elsewhere = tuple({**one, "city": "s", "enterprise": "e"} for one in checks[:4])

    def warned(*found: dict[str, Any]) -> list[date]:
        return days(tuple(hit for hit in hits(rules, checks=found) if hit.alert == "city"))

    assert warned(*checks[:4], *elsewhere) == []
    assert warned(*checks, *elsewhere) == [date(2026, month, 9) for month in (3, 4, 5)]


@pytest.mark.parametrize(("later", "body", "counts"), [(3, "b", False), (4, "b", True)])
def test_clue_to_the_same_body_within_three_days_of_a_warning_does_not_count(
    later: int, body: str, counts: bool
) -> None:
    warned = date(2026, 5, 10)
    three = (clue(date(2026, 1, 1), "a"), clue(date(2026, 2, 1), "a"), clue(warned))
    soon = warned + timedelta(days=later)
    more = (clue(date(2026, 8, 1)), clue(date(2026, 9, 1)))
    found = hits({"offline": OFFLINE}, clues=(*three, clue(soon, body), *more))
    assert days(found) == [warned, *([date(2026, 9, 1)] if counts else [])]


def test_clue_to_another_body_or_on_line_is_not_held_back() -> None:
    warned = date(2026, 5, 10)
    three = (clue(date(2026, 1, 1)), clue(date(2026, 2, 1)), clue(warned))
    others = tuple(clue(warned, "other") for _ in range(3))
    assert days(hits({"offline": OFFLINE}, clues=(*three, *others))) == [warned, warned]
    online = tuple(clue(warned, "other", channel="online") for _ in range(3))
    assert days(hits({"offline": OFFLINE}, clues=(*three, *online))) == [warned]


@pytest.mark.parametrize(
    ("repeat", "months"), [("reset", [2, 4, 6]), ("each", [2, 3, 4, 5, 6]), ("once", [2])]
)
def test_repeat_rule_says_what_follows_a_hit(repeat: str, months: list[int]) -> None:
    rule = {**OVERDUE, "threshold": 2, "repeat": repeat}
    six = reviews(*(date(2026, month, 1) for month in range(1, 7)))
    assert [day.month for day in days(hits({"a": rule}, reviews=six))] == months


def test_once_may_hit_again_in_the_next_window() -> None:
    rule = {**OVERDUE, "threshold": 1, "repeat": "once", "window": "30d"}
    first = date(2026, 1, 1)
    on = [first, first + timedelta(days=30), first + timedelta(days=31)]
    assert days(hits({"a": rule}, reviews=reviews(*on))) == [on[0], on[2]]


def test_clock_decides_which_day_counts() -> None:
    late = [clue(date(2025, 12, 30), known_on=date(2026, 1, n)) for n in (1, 2, 3)]
    assert days(hits({"a": OFFLINE}, clues=tuple(late))) == [date(2025, 12, 30)]
    by_record = {**OFFLINE, "clock": "known_on"}
    assert days(hits({"a": by_record}, clues=tuple(late))) == [date(2026, 1, 3)]


@pytest.mark.parametrize(("day", "counts"), [(10, True), (11, False)])
def test_event_in_the_future_is_not_counted(day: int, counts: bool) -> None:
    rule = {**OVERDUE, "threshold": 1}
    found = hits({"a": rule}, as_of=date(2026, 5, 10), reviews=reviews(date(2026, 5, day)))
    assert bool(found) is counts


@pytest.mark.parametrize("gap", ["unit", "overdue_on"])
def test_event_without_day_or_key_is_not_counted(gap: str) -> None:
    one = {**reviews(date(2026, 5, 1))[0], gap: None}
    assert not hits({"a": {**OVERDUE, "threshold": 1}}, reviews=(one,))


def test_nothing_is_counted_of_an_unknown_list() -> None:
    assert not hits({"a": {**OVERDUE, "threshold": 1}}, reviews=UNKNOWN)
    assert not hits({"a": {**OVERDUE, "threshold": 1}})


def test_window_since_a_day_begins_on_that_day() -> None:
    rule = {**OVERDUE, "threshold": 1, "window": "since opened_on"}
    both = reviews(date(2026, 4, 30), date(2026, 5, 1))
    found = hits({"a": rule}, reviews=both, opened_on=date(2026, 5, 1))
    assert days(found) == [date(2026, 5, 1)]


EVENTS = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from("xy"), st.sampled_from("ab")), max_size=14
)


@given(EVENTS, st.integers(1, 4), st.integers(0, 12), st.sampled_from(["reset", "each", "once"]))
def test_counter_agrees_with_a_clerk_who_looks_back_at_every_event(
    events: list[tuple[int, str, str]], threshold: int, length: int, repeat: str
) -> None:
    rule = {
        **OFFLINE,
        "threshold": threshold,
        "window": f"{length}d",
        "repeat": repeat,
        "suppress": {"for": "2d", "same": ["body"]},
    }
    start = date(2026, 3, 1)
    clues = tuple(clue(start + timedelta(days=n), b, unit=u) for n, u, b in events)
    expected = clerk(sorted(events, key=lambda one: one[0]), threshold, length, repeat)
    found = hits({"a": rule}, clues=clues)
    assert [((hit.on - start).days, hit.key["unit"]) for hit in found] == expected


def clerk(
    events: list[tuple[int, str, str]], threshold: int, length: int, repeat: str
) -> list[tuple[int, str]]:
    """Writes every counted event down and every hit, and looks through both each time."""
    book: list[tuple[int, str]] = []
    warned: list[tuple[int, str, str]] = []
    begun = {"x": 0, "y": 0}  # from which line of the book a unit is counted
    for day, unit, body in events:
        if any(b == body and day - d <= 2 for d, _, b in warned):
            continue
        book.append((day, unit))
        counted = [d for d, u in book[begun[unit] :] if u == unit and day - d <= length]
        lately = any(u == unit and day - d <= length for d, u, _ in warned)
        if len(counted) < threshold or (repeat == "once" and lately):
            continue
        warned.append((day, unit, body))
        if repeat == "reset":
            begun[unit] = len(book)
    return [(day, unit) for day, unit, _ in warned]


@given(st.permutations(reviews(*(date(2026, 1, n) for n in range(1, 8)))))
def test_order_in_which_events_came_in_does_not_matter(shuffled: list[dict[str, Any]]) -> None:
    found = hits({"overdue": OVERDUE}, reviews=tuple(shuffled))
    assert days(found) == [date(2026, 1, 3), date(2026, 1, 6)]


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"over": "review"}, "unknown_name", ("over",)),
        ({"where": {"units": "x"}}, "unknown_fact", ("where", "units")),
        ({"exclude": {"units": "x"}}, "unknown_fact", ("exclude", "units")),
        ({"key": ["unit", "units"]}, "unknown_name", ("key", 1)),
        ({"key": "unit"}, "wrong_value", ("key",)),
        ({"clock": "when"}, "unknown_name", ("clock",)),
        ({"clock": "unit"}, "wrong_value", ("clock",)),
        ({"window": "60 days"}, "wrong_value", ("window",)),
        ({"window": "last year"}, "wrong_value", ("window",)),
        ({"window": "since birth"}, "unknown_name", ("window",)),
        ({"threshold": 0}, "wrong_value", ("threshold",)),
        ({"threshold": "3"}, "wrong_value", ("threshold",)),
        ({"repeat": "twice"}, "unknown_name", ("repeat",)),
        ({"suppress": {"same": ["unit"]}}, "missing_key", ("suppress", "for")),
        ({"suppress": {"for": "3 days"}}, "wrong_value", ("suppress", "for")),
        ({"suppress": {"for": "3d", "by": []}}, "unknown_key", ("suppress", "by")),
        ({"suppress": {"for": "3d", "same": ["b"]}}, "unknown_name", ("suppress", "same", 0)),
        ({"treshold": 3}, "unknown_key", ("treshold",)),
    ],
)
def test_slip_is_shown_with_its_place(
    change: dict[str, Any], code: str, path: tuple[str | int, ...]
) -> None:
    with pytest.raises(ConditionFault) as caught:
        read_alerts({"a": {**OVERDUE, **change}}, TYPES)
    assert (caught.value.code, caught.value.path) == (code, ("a", *path))


@pytest.mark.parametrize("gone", ["over", "threshold"])
def test_alert_needs_a_list_and_a_threshold(gone: str) -> None:
    with pytest.raises(ConditionFault, match="missing_key"):
        read_alerts({"a": {key: value for key, value in OVERDUE.items() if key != gone}}, TYPES)


def test_alerts_that_count_each_other_are_refused() -> None:
    one, other = {**OVERDUE, "over": "alert.b"}, {**OVERDUE, "over": "alert.a"}
    with pytest.raises(ConditionFault, match="alert_cycle"):
        read_alerts({"a": one, "b": other}, TYPES)
