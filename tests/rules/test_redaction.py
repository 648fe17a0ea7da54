"""A record's texts show no number and no name of a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.redaction import redacted
from tests.intake.senders import FARM, PERSON, STALL

LAST = PERSON[-4:]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"当事人（{PERSON}）无证经营", f"当事人（{'*' * 14}{LAST}）无证经营"),
        (PERSON.lower(), "*" * 14 + LAST.lower()),
        (PERSON[:-1] + "0", "*" * 14 + PERSON[-4:-1] + "0"),
        ("999999900101001", "*" * 11 + "1001"),
        ("电话13800138000。", "电话*******8000。"),
        (f"{PERSON[:8]}\u200b{PERSON[8:]}", "*" * 14 + LAST),
        (
            "".join(chr(ord(digit) + 0xFEE0) for digit in PERSON[:17]) + PERSON[17],
            "*" * 14 + LAST,
        ),
    ],
)
def test_numbers_of_persons_are_masked(text: str, shown: str) -> None:
    assert redacted(text) == shown


@pytest.mark.parametrize(
    "text",
    ["", "罚款2000元", FARM, STALL, "2026-11-22", "1" * 19, "A" + PERSON, "〔2026〕1号", "（甲）"],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert redacted(text) == text


def test_a_public_number_stays_though_it_looks_like_a_persons() -> None:
    assert redacted(PERSON, public=[PERSON]) == PERSON


def test_names_are_masked_wherever_they_stand() -> None:
    assert redacted("对虚拟甲处以罚款，虚拟甲已缴纳", names=["虚拟甲", ""]) == (
        "对虚*处以罚款，虚*已缴纳"
    )


@given(st.text(), st.text())
def test_no_id_survives_between_other_texts(before: str, after: str) -> None:
    assert PERSON not in redacted(f"{before} {PERSON} {after}")
