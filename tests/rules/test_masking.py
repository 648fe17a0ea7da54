import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.masking import (
    mask_id,
    mask_name,
    mask_phone,
    masked_code,
    masked_subject_name,
)
from credit_cli.rules.values import SubjectKind

NUMBERS = st.text(alphabet="0123456789X")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("999999199001010011", "**************0011"),
        ("99999919900101003X", "**************003X"),
        ("12345678", "****5678"),
        ("1234567", "*******"),
        ("", ""),
    ],
)
def test_an_id_shows_its_last_four_characters_only(value: str, shown: str) -> None:
    assert mask_id(value) == shown


def test_a_phone_shows_its_last_four_digits_only() -> None:
    assert mask_phone("13812345678") == "*******5678"


@given(NUMBERS)
def test_a_mask_keeps_the_length_and_never_reveals_more_than_four(value: str) -> None:
    masked = mask_id(value)
    assert len(masked) == len(value)
    assert len(masked.replace("*", "")) <= min(4, len(value) // 2)
    assert value.endswith(masked.replace("*", ""))


@given(NUMBERS)
def test_masking_a_masked_id_changes_nothing_more(value: str) -> None:
    assert mask_id(mask_id(value)) == mask_id(value)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王小明", "王*"), ("王", "王*"), ("欧阳小明", "欧*"), ("Maria da Silva", "M*"), ("", "")],
)
def test_a_name_shows_its_first_character_and_not_its_length(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@given(st.text())
def test_masking_a_masked_name_changes_nothing_more(name: str) -> None:
    assert mask_name(mask_name(name)) == mask_name(name)


def test_a_person_is_masked_by_name_and_code() -> None:
    assert masked_subject_name(SubjectKind.PERSON, "王小明") == "王*"
    assert masked_code(SubjectKind.PERSON, "999999199001010011") == "**************0011"


@pytest.mark.parametrize("kind", [SubjectKind.ORGANISATION, SubjectKind.INDIVIDUAL_BUSINESS])
def test_names_and_codes_of_businesses_are_public(kind: SubjectKind) -> None:
    assert masked_subject_name(kind, "琼海某某茶庄") == "琼海某某茶庄"
    assert masked_code(kind, "92999999MA00001X3G") == "92999999MA00001X3G"
