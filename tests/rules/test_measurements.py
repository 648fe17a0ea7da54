"""Measurements over the lists of the pool: what counts, and what is known of the whole."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import (
    NO_RECORD,
    NOT_AUTHORISED,
    UNKNOWN,
    Fact,
    FactType,
    Kind,
    Missing,
    Truth,
)
from credit_cli.rules.measurement_text import read_measurement
from credit_cli.rules.measurements import How
from tests.rules import conditions as written

TODAY = date(2026, 3, 10)
FIELDS = {
    "type": FactType(kind=Kind.TEXT),
    "severity": FactType(kind=Kind.GRADE, values=("serious", "ordinary", "minor")),
    "amount": FactType(kind=Kind.MONEY),
    "on": FactType(kind=Kind.DATE),
    "case": FactType(kind=Kind.TEXT),
    "grade": FactType(kind=Kind.GRADE, values=("D", "C", "B", "A", "A+")),
}
RECORDS = FactType(kind=Kind.LIST, fields=FIELDS, by="on")
RELATED = {
    "relation": FactType(kind=Kind.TEXT, values=("legal_representative", "agent")),
    "records": RECORDS,
}
TYPES = {
    "records": RECORDS,
    "related": FactType(kind=Kind.LIST, fields=RELATED),
    "materials": FactType(kind=Kind.LIST, fields={"class": FactType(kind=Kind.TEXT)}),
    "agent": FactType(kind=Kind.TEXT),
    "since": FactType(kind=Kind.DATE),
}


def one(on: date | None = None, **facts: Fact | Missing) -> dict[str, Any]:
    return {"on": on, **facts}


def measured(how: str, raw: dict[str, Any], *records: Any, **facts: Any) -> Any:  # noqa: ANN401
    given: dict[str, Any] = {"records": records, "as_of": TODAY, **facts}
    return read_measurement("records", How(how), raw, TYPES, read_condition)[0].value(given)


def met(when: dict[str, Any], **facts: Any) -> Truth:  # noqa: ANN401
    return written.result(TYPES, when, as_of=TODAY, **facts)


SERIOUS, MINOR, UNGRADED = (one(severity=value) for value in ("serious", "minor", UNKNOWN))


@pytest.mark.parametrize(
    ("records", "some", "every", "none"),
    [
        ([], False, True, True),
        ([SERIOUS], True, True, False),
        ([MINOR], False, False, True),
        ([UNGRADED], None, None, None),
        ([SERIOUS, UNGRADED], True, None, False),
        ([MINOR, UNGRADED], None, False, None),
        ([SERIOUS, MINOR, UNGRADED], True, False, False),
    ],
)
def test_an_element_of_which_nothing_is_known_proves_nothing_of_the_whole(
    records: list[Any], some: Truth, every: Truth, none: Truth
) -> None:
    for how, expected in {"any": some, "all": every, "none": none}.items():
        when = {"records": {how: {"severity": "serious"}}}
        assert met(when, records=tuple(records)) is expected


@pytest.mark.parametrize("why", [UNKNOWN, NOT_AUTHORISED])
@pytest.mark.parametrize("how", ["count", "latest", "any", "none", "longest"])
def test_a_list_that_is_unknown_gives_its_state_to_what_is_measured(how: str, why: Missing) -> None:
    raw = {"of": "grade", "holding": {"grade": "A"}}
    found = read_measurement("records", How(how), raw, TYPES, read_condition)[0]
    assert found.value({"records": why, "as_of": TODAY}) == why


def test_a_list_without_elements_holds_nothing() -> None:
    assert measured("count", {}) == 0
    assert measured("sum", {"of": "amount"}) == 0
    for how in ("min", "max", "latest", "earliest"):
        assert measured(how, {"of": "grade"}) == NO_RECORD
    assert measured("share", {"holding": {"grade": "A"}}) == NO_RECORD
    assert met({"records": {"count": 0}}) is True


THREE = (
    one(date(2025, 3, 10), type="penalty", amount=100, grade="B"),
    one(date(2024, 3, 10), type="penalty", amount=50, grade="A"),
    one(date(2026, 3, 10), type="praise", amount=UNKNOWN, grade="A+"),
)


@pytest.mark.parametrize(
    ("how", "raw", "expected"),
    [
        ("count", {}, 3),
        ("count", {"where": {"type": "penalty"}}, 2),
        ("count", {"within": "1y"}, 2),
        ("count", {"within": "this year"}, 1),
        ("count", {"within": "last 1 year"}, 1),
        ("count", {"within": "since 2025-03-10"}, 2),
        ("count", {"within": "since since"}, 2),
        ("sum", {"of": "amount"}, 150),
        ("min", {"of": "amount"}, 50),
        ("max", {"of": "amount"}, 100),
        ("min", {"of": "grade"}, "B"),
        ("max", {"of": "grade"}, "A+"),
        ("latest", {"of": "grade"}, "A+"),
        ("latest", {"of": "amount"}, UNKNOWN),
        ("earliest", {"of": "grade"}, "A"),
        ("distinct", {"of": "type"}, 2),
        ("share", {"holding": {"type": "penalty"}}, Decimal(200) / 3),
    ],
)
def test_what_is_made_of_the_elements(how: str, raw: dict[str, Any], expected: Fact) -> None:
    assert measured(how, raw, *THREE, since=date(2025, 1, 1)) == expected


def test_what_lies_after_today_is_not_yet_measured() -> None:
    later = one(date(2026, 3, 11), grade="D")
    assert measured("count", {}, *THREE, later) == len(THREE)
    assert measured("latest", {"of": "grade"}, *THREE, later) == "A+"
    assert measured("count", {"within": "this year"}, *THREE, later) == 1


def test_a_window_that_begins_on_an_unknown_day_measures_nothing() -> None:
    assert measured("count", {"within": "since since"}, *THREE) == UNKNOWN


def grades(*given: tuple[int, str]) -> tuple[Any, ...]:
    return tuple(one(date(year, 6, 1), grade=grade) for year, grade in given)


A = {"holding": {"grade": ">= A"}}
YEARLY = {**A, "every": "year"}


@pytest.mark.parametrize(
    ("raw", "found", "consecutive", "longest"),
    [
        (A, grades((2023, "A"), (2024, "A"), (2025, "A")), 3, 3),
        (A, grades((2025, "A"), (2023, "A"), (2024, "B")), 1, 1),
        (A, grades((2021, "A"), (2022, "A"), (2023, "B"), (2025, "A")), 1, 2),
        (A, grades((2021, "A"), (2024, "A"), (2025, "C")), 0, 2),
        (YEARLY, grades((2023, "A"), (2024, "A"), (2025, "A+")), 3, 3),
        (YEARLY, grades((2022, "A"), (2023, "A"), (2025, "A")), 1, 2),
        (YEARLY, grades((2024, "A"), (2025, "A"), (2025, "A")), 2, 2),
        (YEARLY, grades((2024, "A"), (2025, "A"), (2025, "B")), 0, 1),
        (A, (*grades((2024, "A")), one(date(2025, 6, 1), grade=UNKNOWN)), 0, 1),
        (YEARLY, (*grades((2025, "A")), one(None, grade="A")), 1, 1),
        (A, (), 0, 0),
    ],
)
def test_a_run_ends_at_an_element_that_does_not_hold_or_a_period_without_any(
    raw: dict[str, Any], found: tuple[Any, ...], consecutive: int, longest: int
) -> None:
    assert measured("consecutive", raw, *found) == consecutive
    assert measured("longest", raw, *found) == longest


def chains(*events: tuple[str, int, str], within: str | None = "30d") -> Any:  # noqa: ANN401
    refused = {"type": "refused"} | ({"within": within} if within else {})
    raw = {"per": "case", "chain": [{"type": "ordered"}, refused]}
    records = (one(date(2026, 1, day), case=case, type=kind) for case, day, kind in events)
    return measured("chains", raw, *records)


def test_a_chain_follows_its_order_within_one_case() -> None:
    assert chains(("a", 1, "ordered"), ("a", 2, "refused")) == 1
    assert chains(("a", 2, "refused"), ("a", 1, "ordered")) == 1
    assert chains(("a", 2, "ordered"), ("a", 1, "refused")) == 0
    assert chains(("a", 1, "ordered"), ("b", 2, "refused")) == 0
    assert chains(("a", 1, "ordered"), ("a", 2, "heard"), ("a", 3, "refused")) == 1


def test_each_case_counts_once_however_often_its_chain_comes_about() -> None:
    twice = [("a", day, kind) for day in (1, 2) for kind in ("ordered", "refused")]
    assert chains(*twice) == 1
    assert chains(*twice, ("b", 1, "ordered"), ("b", 3, "refused")) == 2


def test_a_step_of_a_chain_comes_within_its_time_limit() -> None:
    assert chains(("a", 1, "ordered"), ("a", 31, "refused")) == 1
    assert chains(("a", 1, "ordered"), ("a", 31, "refused"), within="29d") == 0
    assert chains(("a", 1, "ordered"), ("a", 31, "refused"), within=None) == 1
    later = ("a", 1, "ordered"), ("a", 30, "ordered"), ("a", 31, "refused")
    assert chains(*later, within="1d") == 1


def test_an_event_without_a_day_keeps_no_time_limit() -> None:
    events = one(None, case="a", type="ordered"), one(date(2026, 1, 2), case="a", type="refused")
    steps = [{"type": "ordered"}, {"type": "refused", "within": "30d"}]
    assert measured("chains", {"per": "case", "chain": steps}, *events) == 0
    del steps[1]["within"]
    assert measured("chains", {"per": "case", "chain": steps}, *events) == 1


def count(party: Any, related: Any, **facts: Any) -> Any:  # noqa: ANN401
    return measured("count", {"party": party}, *THREE, related=related, **facts)


def test_a_party_brings_the_elements_of_related_persons_in_that_role() -> None:
    head = {"relation": "legal_representative", "records": (SERIOUS,)}
    agent = {"relation": "agent", "records": (MINOR, MINOR)}
    assert count("legal_representative", (head, agent)) == 1
    assert count(["legal_representative", "agent"], (head, agent)) == 3
    assert count(["subject", "agent"], (head, agent)) == 5
    assert count("agent", (head,)) == 0
    assert count("agent", None) == 0


def test_related_persons_of_whom_nothing_is_known_leave_the_measurement_unknown() -> None:
    assert count("agent", UNKNOWN) == UNKNOWN
    assert count("agent", NOT_AUTHORISED) == NOT_AUTHORISED
    assert count("agent", ({"relation": "agent", "records": UNKNOWN},)) == UNKNOWN


def test_an_element_is_compared_with_a_fact_of_the_subject() -> None:
    when = {"records": {"any": {"type": "same as agent"}}}
    assert met(when, records=(one(type="甲"),), agent="甲") is True
    assert met(when, records=(one(type="甲"),), agent="乙") is False
    assert (
        met({"records": {"latest": "same as agent", "of": "type"}}, records=(), agent="乙") is None
    )


@pytest.mark.parametrize(
    ("when", "code", "key"),
    [
        ({"records": {"where": {"type": "x"}}}, "one_measure", "records"),
        ({"records": {"count": 1, "sum": 1}}, "one_measure", "records"),
        ({"records": 3}, "list_needs_measure", "records"),
        ({"records": {"sum": 1}}, "missing_key", "records.of"),
        ({"records": {"share": "> 5%"}}, "missing_key", "records.holding"),
        ({"records": {"chains": 1, "per": "case"}}, "missing_key", "records.chain"),
        ({"records": {"count": 1, "were": {}}}, "unknown_key", "records.were"),
        ({"records": {"sum": 1, "of": "grade"}}, "sum_needs_number", "records.of"),
        ({"records": {"count": 1, "within": "2"}}, "wrong_value", "records.within"),
        ({"records": {"count": 1, "within": "since agent"}}, "unknown_name", "records.within"),
        ({"records": {"any": {"type": "same as agnt"}}}, "unknown_fact", "records.any.type"),
        ({"records": {"any": {"type": "same as since"}}}, "wrong_value", "records.any.type"),
        ({"records": {"any": {"type": "same as case"}}}, "unknown_fact", "records.any.type"),
        ({"records": {"count": 1, "party": "head"}}, "unknown_name", "records.party"),
        ({"records": {"none": {"severty": "x"}}}, "unknown_fact", "records.none.severty"),
        ({"records": {"count": 1, "where": {"x": 1}}}, "unknown_fact", "records.where.x"),
        ({"materials": {"count": 1, "within": "2y"}}, "needs_by", "materials.within"),
        (
            {"records": {"chains": 1, "per": "case", "chain": [{"type": "a", "within": "1d"}]}},
            "unknown_fact",
            "records.chain.0.within",
        ),
    ],
    ids=str,
)
def test_a_measurement_that_cannot_be_read_is_named(
    when: dict[str, Any], code: str, key: str
) -> None:
    found = written.fault(TYPES, when)
    assert (found.code, found.key) == (code, key)


ELEMENTS = st.builds(
    lambda on, grade: one(on, grade=grade),
    st.dates(date(2023, 1, 1), date(2027, 1, 1)),
    st.sampled_from((*FIELDS["grade"].values, UNKNOWN, None)),
)


@given(st.lists(ELEMENTS, max_size=6), st.sampled_from(["A", ">= B", "not C", "present"]))
def test_none_is_the_opposite_of_any(elements: list[Any], test: str) -> None:
    some, none = ({"records": {how: {"grade": test}}} for how in ("any", "none"))
    facts = {"records": tuple(elements)}
    assert met(none, **facts) is met({"not": some}, **facts)


@given(st.lists(ELEMENTS, max_size=6))
def test_the_longest_run_is_at_least_the_last_and_at_most_all(elements: list[Any]) -> None:
    held = measured("count", {"where": {"grade": ">= A"}}, *elements)
    assert 0 <= measured("consecutive", A, *elements) <= measured("longest", A, *elements) <= held
