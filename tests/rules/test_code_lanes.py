"""Codes that are checked together get the same verdict as each by itself."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.code_lanes import (
    BUSINESS,
    DECIMAL,
    INNER_CHECK,
    UNKNOWN_DIVISION,
    WRONG,
    prove_resident_ids,
    prove_usccs,
)
from credit_cli.rules.identifiers import (
    USCC_ALPHABET,
    check_resident_id,
    check_uscc,
    has_resident_id_shape,
    has_uscc_shape,
    resident_check_character,
    uscc_check_character,
)

TODAY = date(2026, 11, 22)
DIGITS = "0123456789"
JUNK = st.text(alphabet=f"{USCC_ALPHABET}IOxé１ ", max_size=20)


@st.composite
def usccs(draw: st.DrawFn) -> str:
    """Codes of the right shape; the check character is nearly always right."""
    head = draw(st.sampled_from(["91", "92", "12", "N2", "A1", "00"]))
    division = draw(st.sampled_from(["460000", "469007", "999999", "000000", "810000"]))
    alphabet = draw(st.sampled_from([DIGITS, USCC_ALPHABET]))
    first17 = head + division + draw(st.text(alphabet=alphabet, min_size=9, max_size=9))
    return first17 + draw(st.sampled_from([uscc_check_character(first17), "0", "X"]))


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    """Ids of the right shape with all kinds of birth dates."""
    division = draw(st.sampled_from(["460105", "999999", "910000", "946000", "810000"]))
    year = draw(st.sampled_from(["1849", "1850", "1990", "2026", "2027", "2100", "0000"]))
    day = draw(st.sampled_from(["0101", "0230", "1122", "1123", "1301", "0000"]))
    first17 = division + year + day + draw(st.text(alphabet=DIGITS, min_size=3, max_size=3))
    return first17 + draw(st.sampled_from([resident_check_character(first17), "0", "X"]))


@given(codes=st.lists(st.one_of(usccs(), JUNK), min_size=1, max_size=30))
def test_many_credit_codes_are_proved_like_each(codes: list[str]) -> None:
    for code, proof in zip(codes, prove_usccs(codes), strict=True):
        checked = check_uscc(code)
        right = bool(has_uscc_shape(code)) and checked.fault is None
        assert bool(proof & WRONG) is not right
        if right:
            assert bool(proof & INNER_CHECK) is ("inner_check" in checked.notes)
            assert bool(proof & UNKNOWN_DIVISION) is ("unknown_division" in checked.notes)
            assert bool(proof & BUSINESS) is code.startswith("92")
            assert bool(proof & DECIMAL) is code[:17].isdecimal()


@given(codes=st.lists(st.one_of(resident_ids(), JUNK), min_size=1, max_size=30))
def test_many_resident_ids_are_proved_like_each(codes: list[str]) -> None:
    for code, proof in zip(codes, prove_resident_ids(codes, TODAY), strict=True):
        checked = check_resident_id(code, TODAY)
        right = bool(has_resident_id_shape(code)) and checked.fault is None
        assert bool(proof & WRONG) is not right
        if right:
            assert bool(proof & UNKNOWN_DIVISION) is ("unknown_division" in checked.notes)
