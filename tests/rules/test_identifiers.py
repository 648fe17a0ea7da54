from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from credit_cli.errors import MalformedCode
from credit_cli.rules.identifiers import (
    USCC_ALPHABET,
    Checked,
    Identifier,
    Scheme,
    check_resident_id,
    check_uscc,
    inner_check_character,
    kind_of,
    parse_identifier,
    resident_check_character,
    uscc_check_character,
)
from credit_cli.rules.values import SubjectKind

TODAY = date(2026, 11, 22)
DIGITS = "0123456789"
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def organisation_code(first16: str) -> str:
    """A code of division 999999 with a right inner check."""
    first17 = first16 + inner_check_character(first16[8:])
    return first17 + uscc_check_character(first17)


def resident_id(born: str, *, division: str = "999999", sequence: str = "001") -> str:
    first17 = f"{division}{born}{sequence}"
    return first17 + resident_check_character(first17)


FARM = organisation_code("91999999MA000010")
LI = resident_id("19900101")

ORGANISATION_CODES = st.builds(
    lambda head, tail: organisation_code(f"{head}999999{tail}"),
    st.text(USCC_ALPHABET, min_size=2, max_size=2),
    st.text(USCC_ALPHABET, min_size=8, max_size=8),
)
RESIDENT_IDS = st.builds(
    lambda born, n: resident_id(f"{born:%Y%m%d}", sequence=f"{n:03}"),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


def standard_inner_check(first8: str) -> str:
    """GB 11714 as it is printed, the oracle that python-stdnum lacks."""
    values = [int(character, 36) for character in first8]
    total = sum(v * w for v, w in zip(values, [3, 7, 9, 10, 5, 8, 4, 2], strict=True))
    return {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


@given(ORGANISATION_CODES)
def test_the_check_character_of_an_organisation_is_that_of_the_standard(code: str) -> None:
    assert uscc_check_character(code[:17]) == uscc.calc_check_digit(code[:17])
    assert inner_check_character(code[8:16]) == standard_inner_check(code[8:16])


@given(RESIDENT_IDS)
def test_the_check_character_of_a_person_is_that_of_the_standard(code: str) -> None:
    assert resident_check_character(code[:17]) == ric.calc_check_digit(code)


@given(ORGANISATION_CODES)
def test_a_right_organisation_code_passes_with_any_first_letter(code: str) -> None:
    assert check_uscc(code) == Checked(code, None, ("unknown_division",))


@given(RESIDENT_IDS)
def test_a_right_resident_id_passes(code: str) -> None:
    assert check_resident_id(code, TODAY) == Checked(code, None, ("unknown_division",))


@pytest.mark.parametrize("head", ["91", "92", "A1", "N1", "Y1"])
def test_village_collectives_and_other_registrars_have_codes_too(head: str) -> None:
    assert check_uscc(organisation_code(f"{head}460100MA00001X")).notes == ()


@given(ORGANISATION_CODES, st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_one_wrong_character_is_found_in_an_organisation_code(
    code: str, at: int, wrong: str
) -> None:
    changed = code[:at] + wrong + code[at + 1 :]
    assert (check_uscc(changed).fault is None) == (changed == code)


@given(RESIDENT_IDS, st.integers(0, 17), st.sampled_from(DIGITS + "X"))
def test_one_wrong_character_is_found_in_a_resident_id(code: str, at: int, wrong: str) -> None:
    changed = code[:at] + wrong + code[at + 1 :]
    assert (check_resident_id(changed, TODAY).fault is None) == (changed == code)


@pytest.mark.parametrize(
    "text",
    [
        *["", "12345", FARM[:17], FARM + "0", FARM[:4] + " " + FARM[4:-1], "测试", "111111"],
        *[FARM[:3] + "A" + FARM[4:], FARM[:9] + "V" + FARM[10:], FARM[:9] + "٣" + FARM[10:]],
    ],
)
def test_a_code_of_another_shape_is_refused(text: str) -> None:
    assert check_uscc(text).fault == "bad_shape"
    assert check_resident_id(text, TODAY).fault == "bad_shape"


@pytest.mark.parametrize(
    "text",
    ["4.60106E+17", "4.60106E17", "4.60106197001010e+17", "5E+17", "9.1460100E+17", "46010619.0"],
)
def test_a_number_that_a_spreadsheet_shortened_is_named_as_such(text: str) -> None:
    assert check_uscc(text).fault == "excel_damaged"
    assert check_resident_id(text, TODAY).fault == "excel_damaged"


def test_fifteen_digits_and_three_noughts_are_a_spreadsheets_work() -> None:
    cut = LI[:15] + "000"
    assert check_resident_id(cut, TODAY).fault == "excel_damaged"
    assert check_uscc("919999991234567000").fault == "excel_damaged"
    assert check_resident_id(LI[:15] + "00X", TODAY).fault == "bad_check_character"
    assert check_uscc(FARM[:15] + "000").fault == "bad_check_character"


def test_a_wrong_inner_check_only_warns() -> None:
    wrong = "0" if FARM[16] != "0" else "1"
    first17 = FARM[:16] + wrong
    checked = check_uscc(first17 + uscc_check_character(first17))
    assert checked.fault is None
    assert "inner_check" in checked.notes


@pytest.mark.parametrize(
    "born", ["19900230", "19901301", "19900100", "00000101", "18491231", "21000101"]
)
def test_an_impossible_birth_date_is_refused(born: str) -> None:
    assert check_resident_id(resident_id(born), TODAY).fault == "impossible_date"


@pytest.mark.parametrize(
    ("born", "fault"),
    [("18500101", None), ("20991231", "future_birth"), ("21000101", "impossible_date")],
)
def test_only_the_centuries_of_living_people_have_birthdays(born: str, fault: str | None) -> None:
    assert check_resident_id(resident_id(born), TODAY).fault == fault


def test_the_twenty_ninth_of_february_is_a_birthday_in_leap_years_only() -> None:
    assert check_resident_id(resident_id("20000229"), TODAY).fault is None
    assert check_resident_id(resident_id("19000229"), TODAY).fault == "impossible_date"


def test_nobody_is_born_after_today() -> None:
    tomorrow = TODAY + timedelta(days=1)
    assert check_resident_id(resident_id(f"{TODAY:%Y%m%d}"), TODAY).fault is None
    assert check_resident_id(resident_id(f"{tomorrow:%Y%m%d}"), TODAY).fault == "future_birth"


@pytest.mark.parametrize(
    ("division", "born"),
    [
        ("460003", "19620101"),  # Danzhou before it was 460400
        ("460204", "20100101"),  # Sanya, refused by python-stdnum
        ("810000", "19900101"),  # residence permits
        ("820000", "19900101"),
        ("830000", "19900101"),
        ("946156", "19900101"),  # a foreigner's card issued in Hainan
    ],
)
def test_divisions_of_every_time_and_permits_pass_without_a_word(division: str, born: str) -> None:
    far = date(2100, 1, 1)
    assert check_resident_id(resident_id(born, division=division), far).notes == ()


def test_an_unknown_division_only_warns() -> None:
    assert check_resident_id(LI, TODAY) == Checked(LI, None, ("unknown_division",))
    assert check_uscc(FARM) == Checked(FARM, None, ("unknown_division",))


def test_a_legacy_number_becomes_eighteen_digits_of_the_last_century() -> None:
    checked = check_resident_id(LI[:6] + LI[8:17], TODAY)
    assert checked == Checked(LI, None, ("legacy_id", "unknown_division"))


def test_a_legacy_number_needs_a_birth_date_as_well() -> None:
    assert check_resident_id("999999901301001", TODAY).fault == "impossible_date"


@given(ORGANISATION_CODES)
def test_blanks_around_a_code_are_not_worth_a_note(code: str) -> None:
    assert check_uscc(f" {code}\u3000\n").notes == ("unknown_division",)


@given(ORGANISATION_CODES, st.sampled_from([" ", "-", " - "]))
def test_blanks_inside_a_code_go_where_the_check_character_proves_it(code: str, gap: str) -> None:
    written = gap.join([code[:6], code[6:12], code[12:]])
    assert check_uscc(written) == Checked(code, None, ("fixed_blanks", "unknown_division"))
    wrong = "1" if code[-1] != "1" else "2"
    assert check_uscc(written[:-1] + wrong).fault == "bad_shape"


@given(RESIDENT_IDS)
def test_full_width_and_invisible_characters_are_mended(code: str) -> None:
    for written in (code.translate(FULL_WIDTH), f"{code[:6]}\u200b{code[6:]}", f"\ufeff{code}"):
        checked = check_resident_id(written, TODAY)
        assert checked == Checked(code, None, ("fixed_full_width", "unknown_division"))


@given(ORGANISATION_CODES)
def test_lower_case_is_mended(code: str) -> None:
    fixed = () if code.isdecimal() else ("fixed_lower_case",)
    assert check_uscc(code.lower()) == Checked(code, None, (*fixed, "unknown_division"))


@given(RESIDENT_IDS, st.sampled_from(["O", "o"]))
def test_the_letter_o_is_a_nought_where_the_check_character_proves_it(code: str, o: str) -> None:
    written = code.replace("0", o)
    checked = check_resident_id(written, TODAY)
    assert (checked.value, checked.fault) == (code, None)
    assert ("fixed_lookalike" in checked.notes) == (written != code)


def test_the_letter_i_is_a_one_where_the_check_character_proves_it() -> None:
    checked = check_uscc(FARM.replace("1", "I"))
    assert checked == Checked(FARM, None, ("fixed_lookalike", "unknown_division"))


def test_letters_that_the_check_character_does_not_prove_are_not_guessed() -> None:
    wrong = LI[:17].replace("0", "O") + ("2" if LI[17] != "2" else "3")
    checked = check_resident_id(wrong, TODAY)
    assert (checked.value, checked.fault, checked.notes) == (wrong, "bad_shape", ())


def test_a_legacy_number_has_nothing_that_could_prove_a_letter() -> None:
    assert check_resident_id("99999990O101001", TODAY).fault == "bad_shape"


@given(RESIDENT_IDS)
def test_a_resident_id_is_never_read_as_an_organisation(code: str) -> None:
    assert parse_identifier(code, TODAY) == Identifier(code, Scheme.RESIDENT_ID)


@given(st.sampled_from(["12469028", "91460100", "91999999"]), st.integers(0, 10**8 - 1))
def test_an_organisation_code_of_digits_is_still_an_organisation(head: str, n: int) -> None:
    code = organisation_code(f"{head}{n:08}")
    assert parse_identifier(code, TODAY) == Identifier(code, Scheme.USCC)


def test_a_county_and_serial_that_read_as_a_date_to_come_are_no_birth_date() -> None:
    codes = (organisation_code(f"12469028110101{n:02}") for n in range(100))
    doubtful = next(c for c in codes if check_resident_id(c, TODAY).fault == "impossible_date")
    assert parse_identifier(doubtful, TODAY) == Identifier(doubtful, Scheme.USCC)


def test_a_person_of_the_future_is_not_an_organisation_by_accident() -> None:
    born = (resident_id("20990101", sequence=f"{n:03}") for n in range(1000))
    doubtful = next(code for code in born if check_uscc(code).fault is None)
    with pytest.raises(MalformedCode) as refusal:
        parse_identifier(doubtful, TODAY)
    assert refusal.value.params == {"fault": "future_birth"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Wang Xiaoming", "bad_shape"),
        ("4.60106E+17", "excel_damaged"),
        (FARM[:17] + ("0" if FARM[17] != "0" else "1"), "bad_check_character"),
        (LI[:17] + ("2" if LI[17] != "2" else "3"), "bad_check_character"),
        ("999999901301001", "impossible_date"),
    ],
)
def test_a_refused_code_is_named_by_its_fault_and_never_repeated(text: str, fault: str) -> None:
    with pytest.raises(MalformedCode) as refusal:
        parse_identifier(text, TODAY)
    assert refusal.value.params == {"fault": fault}
    assert text not in str(refusal.value)


def test_an_identifier_keeps_its_text_out_of_logs() -> None:
    assert LI not in repr(Identifier(LI, Scheme.RESIDENT_ID))


@pytest.mark.parametrize(
    ("identifier", "kind"),
    [
        (Identifier(LI, Scheme.RESIDENT_ID), SubjectKind.PERSON),
        (Identifier(FARM, Scheme.USCC), SubjectKind.ORGANISATION),
        (
            Identifier(organisation_code("92999999MA000010"), Scheme.USCC),
            SubjectKind.INDIVIDUAL_BUSINESS,
        ),
        (Identifier(organisation_code("12999999MA000010"), Scheme.USCC), SubjectKind.ORGANISATION),
        (
            Identifier(resident_id("19900101", division="929999"), Scheme.RESIDENT_ID),
            SubjectKind.PERSON,
        ),
    ],
)
def test_the_code_tells_the_kind_of_its_bearer(identifier: Identifier, kind: SubjectKind) -> None:
    assert kind_of(identifier) is kind
