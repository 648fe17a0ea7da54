import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.text_forms import key_form, listed_names, normalise


@pytest.mark.parametrize("blank", [" ", "\t", "\r\n", "\u00a0", "\u3000"])
def test_blanks_at_the_ends_say_nothing(blank: str) -> None:
    assert normalise(f"{blank}海口 A{blank}") == "海口 A"


def test_full_width_letters_and_digits_are_the_plain_ones() -> None:
    assert normalise("ＭＡ５（１）") == "MA5(1)"


@pytest.mark.parametrize("mark", ["\ufeff", "\u200b", "\u200d", "\u200e", "\u202e", "\u2060"])
def test_invisible_characters_vanish_wherever_they_stand(mark: str) -> None:
    assert normalise(f"{mark}海{mark}口{mark}") == "海口"


def test_an_invisible_character_does_not_keep_letter_and_accent_apart() -> None:
    assert normalise("e\u200b\u0301") == "é"


def test_ascii_loses_its_outer_blanks_only() -> None:
    assert normalise(" a [b]  C ") == "a [b]  C"


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFKC", once)


@pytest.mark.parametrize(
    "written",
    [
        *["琼市监罚〔2026〕12号", "琼市监罚（2026）12号", "琼市监罚【2026】12号"],
        *["琼市监罚[2026]12号", "琼市监罚［2026］ 12 号", "琼市监罚{2026}12号"],
        *["琼市监罚(2026)１２号", " 琼市监罚\u3000〖2026〗12号\ufeff", "琼市监罚﹝2026﹞12号"],
    ],
)
def test_a_document_number_has_one_key_however_its_brackets_are_written(written: str) -> None:
    assert key_form(written) == "琼市监罚(2026)12号"


def test_a_latin_key_ignores_case_and_blanks() -> None:
    assert key_form("Hainan  Tea [Wuzhishan] co.") == "HAINANTEA(WUZHISHAN)CO."


def test_different_numbers_keep_different_keys() -> None:
    assert key_form("琼市监罚〔2026〕1号") != key_form("琼市监罚〔2026〕11号")


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("", []),
        ("虚构农场", ["虚构农场"]),
        (
            "虚构农场、虚构农庄；虚构田庄，虚构草场,虚构林场",
            ["虚构农场", "虚构农庄", "虚构田庄", "虚构草场", "虚构林场"],
        ),
        ("Made Up Farm Co., Ltd.; 虚构农庄 ；", ["Made Up Farm Co., Ltd.", "虚构农庄"]),
    ],
)
def test_one_cell_may_list_several_names(cell: str, names: list[str]) -> None:
    assert listed_names(cell) == names


@given(st.text())
def test_the_key_of_a_key_is_itself(text: str) -> None:
    once = key_form(text)
    assert key_form(once) == once
    assert not set(once) & set(" \t\n\u00a0\u3000[]{}〔〕【】（）")


@given(st.text())
def test_a_text_and_its_normal_form_share_one_key(text: str) -> None:
    assert key_form(text) == key_form(normalise(text))
