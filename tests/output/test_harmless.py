import io
import sys
from unicodedata import category

import pytest
from hypothesis import given

from credit_cli.output import visible
from credit_cli.output.harmless import escaped, put
from tests.output.strategies import HARMFUL, HOSTILE, NAUGHTY


def test_every_control_direction_mark_and_surrogate_of_unicode_becomes_visible() -> None:
    harmful = "".join(
        char for char in map(chr, range(sys.maxunicode + 1)) if category(char) in HARMFUL
    )
    assert visible(harmful, limit=len(harmful)).isprintable()


@pytest.mark.parametrize(
    ("seen", "shown"),
    [
        ("\x1b[31m", r"\x1b[31m"),
        ("两\n行\t栏", r"两\n行\t栏"),
        ("\u202eabc", r"\u202eabc"),
        ("\udc80", r"\udc80"),
        ("\U000e0041", r"\U000e0041"),
        ("王\u200b五", r"王\u200b五"),
        ("张三[/red]", "张三[/red]"),
        ("𬱖 é", "𬱖 é"),
    ],
)
def test_harmful_characters_become_escapes_and_names_stay(seen: str, shown: str) -> None:
    assert visible(seen) == shown


def test_a_surname_newer_than_the_interpreter_stays() -> None:
    newest, private = "\U000323af", "\ue000"
    assert visible(newest + private) == newest + private


def test_three_combining_marks_stay_and_a_fourth_goes() -> None:
    assert visible("e" + 3 * "\u0301") == "e" + 3 * "\u0301"
    assert visible("e" + 4 * "\u0301") == "e" + 3 * "\u0301"
    assert visible("e" + 100 * "\u0301" + "f\u0301") == "e" + 3 * "\u0301" + "f\u0301"


def test_text_is_cut_after_the_limit_and_says_so() -> None:
    assert visible("中" * 2000) == "中" * 2000
    assert visible("中" * 2001) == "中" * 2000 + "…"
    assert visible("abc", limit=2) == "ab…"


@given(HOSTILE)
def test_no_harmful_character_survives(text: str) -> None:
    assert not [char for char in visible(text) if category(char) in HARMFUL]


@given(HOSTILE)
def test_making_harmless_twice_changes_nothing_more(text: str) -> None:
    assert visible(visible(text)) == visible(text)


def test_what_is_kept_is_not_escaped() -> None:
    assert escaped("a\tb\x1b", keep="\t") == "a\tb\\x1b"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk", "ascii"])
def test_no_text_breaks_a_stream_of_any_encoding(encoding: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    for text in NAUGHTY:
        put(stream, text)
    stream.flush()
