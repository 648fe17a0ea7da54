"""A delivery unlike what its source sends waits until a person has accepted it."""

import pytest

from credit_cli.rules.deliveries import Delivery, Expectations, MostRejects, doubts

EXPECTED = Expectations(rows=100, shrink=10, severe=5, changed=50, basis="training")


def found(now: Delivery, before: Delivery | None = None) -> list[str]:
    return [one.code for one in doubts(now, before, EXPECTED)]


@pytest.mark.parametrize(("read", "codes"), [(180, []), (179, ["delivery_shrank"])])
def test_a_source_may_send_a_tenth_less_than_before(read: int, codes: list[str]) -> None:
    assert found(Delivery(read, 0, 0), Delivery(200, 0, 0)) == codes


def test_a_small_delivery_says_nothing_of_the_next() -> None:
    assert found(Delivery(1, 0, 0), Delivery(99, 0, 0)) == []
    assert found(Delivery(1, 0, 0), Delivery(100, 0, 0)) == ["delivery_shrank"]
    assert found(Delivery(1, 0, 0)) == []


@pytest.mark.parametrize(
    ("read", "severe", "codes"), [(200, 10, []), (200, 11, ["delivery_severe"]), (99, 99, [])]
)
def test_one_row_in_twenty_may_be_newly_severe(read: int, severe: int, codes: list[str]) -> None:
    assert found(Delivery(read, 0, severe)) == codes


@pytest.mark.parametrize(("changed", "codes"), [(100, []), (101, ["delivery_changed"])])
def test_half_of_the_rows_may_change_what_is_held(changed: int, codes: list[str]) -> None:
    assert found(Delivery(200, changed, 0)) == codes


@pytest.mark.parametrize(
    ("read", "codes"),
    [(9, ["delivery_small"]), (10, []), (20, []), (21, ["delivery_large"])],
)
def test_a_source_has_a_least_and_a_most_of_rows(read: int, codes: list[str]) -> None:
    bounds = Expectations(rows=100, at_least=10, at_most=20)
    assert [one.code for one in doubts(Delivery(read, 0, 0), None, bounds)] == codes


@pytest.mark.parametrize(
    ("read", "filled", "codes"), [(100, 80, []), (100, 79, ["delivery_sparse"]), (99, 0, [])]
)
def test_a_column_must_be_filled_in_so_many_rows(read: int, filled: int, codes: list[str]) -> None:
    expected = Expectations(rows=100, fill={"authority": 80, "elsewhere": 100})
    now = Delivery(read, 0, 0, {"authority": filled})
    assert [one.code for one in doubts(now, None, expected)] == codes


def test_what_nobody_expects_is_never_doubted() -> None:
    now, before = Delivery(1, 1, 1, {"authority": 0}), Delivery(1_000, 0, 0)
    assert list(doubts(now, before, Expectations())) == []


@pytest.mark.parametrize(
    ("most", "rejected", "exceeded"),
    [
        (MostRejects(3, percent=False), 3, False),
        (MostRejects(3, percent=False), 4, True),
        (MostRejects(2, percent=True), 4, False),
        (MostRejects(2, percent=True), 5, True),
        (MostRejects(0, percent=True), 0, False),
        (MostRejects(0, percent=False), 1, True),
    ],
)
def test_rejects_are_limited_by_number_or_share(
    most: MostRejects, rejected: int, exceeded: bool
) -> None:
    assert most.exceeded(rejected, 200) is exceeded


def test_a_limit_is_told_as_it_was_given() -> None:
    told = [str(MostRejects(2, percent=percent)) for percent in (True, False)]
    assert told == ["2%", "2"]
