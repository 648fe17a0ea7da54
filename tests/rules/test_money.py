from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.money import amount_text, fen_from_text, yuan_text

YUAN = 100
WAN_YUAN = 1_000_000


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [
        ("2000", YUAN, 200_000),
        ("0.01", YUAN, 1),
        ("0", YUAN, 0),
        ("3,888.00", YUAN, 388_800),
        ("1.500000000000", YUAN, 150),
        ("0.2", WAN_YUAN, 200_000),
        ("0.000001", WAN_YUAN, 1),
        ("12,345,678.9", WAN_YUAN, 12_345_678_900_000),
        ("92233720368547758.07", YUAN, 2**63 - 1),
    ],
)
def test_an_amount_is_read_exactly(text: str, unit: int, fen: int) -> None:
    assert fen_from_text(text, unit) == fen


@pytest.mark.parametrize(
    "text",
    [
        *["", " ", " 1", "1 ", "-1", "+1", "nan", "inf", "Infinity", "1e3", "1_000", "１２", "٣"],
        *[".5", "5.", "1.2.3", "1,00", "1234,567", ",100", "1,000,", "一百", "100元"],
        *["0.001", "92233720368547758.08"],
    ],
)
def test_what_is_no_plain_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        fen_from_text(text, YUAN)


def test_no_part_of_a_fen_is_rounded_away() -> None:
    with pytest.raises(ValueError, match=r"0\.0000001"):
        fen_from_text("0.0000001", WAN_YUAN)


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (388_800, "3,888.00"),
        (5, "0.05"),
        (0, "0.00"),
        (-105, "-1.05"),
        (100_000_000, "1,000,000.00"),
    ],
)
def test_an_amount_is_written_in_yuan(fen: int, text: str) -> None:
    assert yuan_text(fen) == text


@given(st.integers(0, 2**63 - 1))
def test_an_amount_as_written_is_read_back(fen: int) -> None:
    assert fen_from_text(yuan_text(fen), YUAN) == fen


@given(st.integers(0, 2**63 - 1), st.sampled_from([YUAN, WAN_YUAN]))
def test_an_amount_in_units_is_read_back(fen: int, unit: int) -> None:
    assert fen_from_text(amount_text(fen, unit), unit) == fen


@pytest.mark.parametrize(
    ("fen", "text"), [(200_000, "0.2"), (1, "0.000001"), (0, "0"), (10_000_000, "10")]
)
def test_an_amount_in_units_has_no_needless_digits(fen: int, text: str) -> None:
    assert amount_text(fen, WAN_YUAN) == text


@given(st.decimals(0, 10**9, places=6), st.sampled_from([YUAN, WAN_YUAN]))
def test_reading_is_decimal_arithmetic(amount: Decimal, unit: int) -> None:
    exact = amount * unit
    if exact == int(exact):
        assert fen_from_text(f"{amount:f}", unit) == int(exact)
    else:
        with pytest.raises(ValueError, match=r".*"):
            fen_from_text(f"{amount:f}", unit)
