import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.durations import Duration, Rounding, Unit, parse_duration, reduced

DURATIONS = st.builds(Duration, st.integers(0, 10_000), st.sampled_from(Unit))
ROUNDINGS: list[Rounding] = ["floor", "half_up", "ceil"]


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("30wd", Duration(30, Unit.WORKING_DAY)),
        ("15d", Duration(15, Unit.CALENDAR_DAY)),
        ("3m", Duration(3, Unit.MONTH)),
        ("1y", Duration(1, Unit.YEAR)),
        ("0d", Duration(0, Unit.CALENDAR_DAY)),
    ],
)
def test_a_duration_is_read_as_the_trade_writes_it(text: str, duration: Duration) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text",
    [
        *["", "30", "wd", "30 wd", " 30wd", "30wd\n", "30WD", "30w", "-1d", "+1d", "1.5m", "1_0d"],
        *["１２d", "٣d", "03m", "1e3d", "3m1d"],
    ],
)
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_duration(text)


@given(DURATIONS)
def test_a_duration_is_written_as_it_is_read(duration: Duration) -> None:
    assert parse_duration(str(duration)) == duration


def test_no_duration_is_negative() -> None:
    with pytest.raises(ValueError, match="-1"):
        Duration(-1, Unit.MONTH)


@pytest.mark.parametrize(
    ("n", "percent", "rounding", "left"),
    [
        (3, 30, "floor", 2),  # 2.1
        (3, 30, "half_up", 2),
        (3, 30, "ceil", 3),
        (5, 50, "floor", 2),  # 2.5
        (5, 50, "half_up", 3),
        (5, 50, "ceil", 3),
        (7, 21, "half_up", 6),  # 5.53
        (7, 36, "half_up", 4),  # 4.48
        (10, 30, "ceil", 7),  # whole: nothing to round
    ],
)
def test_an_accelerated_limit_is_rounded_as_the_policy_says(
    n: int, percent: int, rounding: Rounding, left: int
) -> None:
    shortened = reduced(Duration(n, Unit.WORKING_DAY), percent, rounding=rounding, minimum=1)
    assert shortened == Duration(left, Unit.WORKING_DAY)


def test_the_minimum_holds_but_never_lengthens_a_limit() -> None:
    assert reduced(Duration(2, Unit.MONTH), 90, rounding="floor", minimum=1).n == 1
    assert reduced(Duration(2, Unit.MONTH), 90, rounding="floor", minimum=0).n == 0
    assert reduced(Duration(2, Unit.MONTH), 90, rounding="floor", minimum=5).n == 2


@pytest.mark.parametrize("percent", [-1, 101])
def test_more_than_the_whole_cannot_be_taken_off(percent: int) -> None:
    with pytest.raises(ValueError, match=str(percent)):
        reduced(Duration(3, Unit.YEAR), percent, rounding="floor", minimum=1)


@given(DURATIONS, st.integers(0, 100), st.sampled_from(ROUNDINGS), st.integers(0, 100))
def test_a_reduction_stays_between_the_minimum_and_the_original(
    duration: Duration, percent: int, rounding: Rounding, minimum: int
) -> None:
    shortened = reduced(duration, percent, rounding=rounding, minimum=minimum)
    assert shortened.unit is duration.unit
    assert min(minimum, duration.n) <= shortened.n <= duration.n


@given(DURATIONS, st.integers(0, 100))
def test_floor_is_never_longer_than_half_up_nor_half_up_than_ceil(
    duration: Duration, percent: int
) -> None:
    floor, half_up, ceil = (
        reduced(duration, percent, rounding=rounding, minimum=0).n for rounding in ROUNDINGS
    )
    assert floor <= half_up <= ceil <= floor + 1
