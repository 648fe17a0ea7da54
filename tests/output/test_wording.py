from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from credit_cli import text
from credit_cli.output.wording import Cell, cell, phrase, spoken, title
from credit_cli.rules.durations import Unit
from credit_cli.rules.values import ReviewOutcome, Severity


@pytest.fixture
def chinese() -> Iterator[None]:
    text.use("zh_CN")
    yield
    text.use("en")


VALUES = [
    ("tier", "ordinary", "ordinary", "普通"),
    ("tier_before", "minor_dishonest", "minor dishonesty", "一般失信"),
    ("severity", Severity.ORDINARY, "ordinary", "一般"),
    ("route", "ordinary", "ordinary", "常规"),
    ("routes", ["deferred_materials", "instant"], "deferred materials, instant", "容缺受理、秒批"),
    ("routes", [], "none", "无"),
    ("band", "fair", "fair", "一般"),
    ("outcome", ReviewOutcome.BREACHED, "breached", "违约"),
    ("state", "pending", "pending", "待复核"),
    ("unit", Unit.WORKING_DAY, "working day", "工作日"),
    ("counts", True, "yes", "是"),
    ("counts", False, "no", "否"),
    ("score", 1064, "1064", "1064"),
    ("score", None, "-", "-"),
    ("value_fen", 388800, "CNY 3,888.00", "3,888.00 元"),
    ("promised", {"n": 0, "unit": "working_day"}, "same day", "当日"),
    ("promised", {"n": 1, "unit": Unit.WORKING_DAY}, "1 working day", "1个工作日"),
    ("promised", {"n": 5, "unit": "working_day"}, "5 working days", "5个工作日"),
    ("within", {"n": 10, "unit": "calendar_day"}, "10 calendar days", "10个自然日"),
    ("within", {"n": 1, "unit": "month"}, "1 month", "1个月"),
    ("within", {"n": 3, "unit": "year"}, "3 years", "3年"),
    ("within", {"n": 3, "unit": "\x1b"}, r"3 \x1b", r"3 \x1b"),
    ("due_on", date(2027, 1, 4), "2027-01-04", "2027-01-04"),
    (
        "at",
        datetime(2026, 12, 1, 16, 30, tzinfo=UTC),
        "2026-12-02 00:30:00+08:00",
        "2026-12-02 00:30:00+08:00",
    ),
    ("name", "ordinary", "ordinary", "ordinary"),
    ("tier", "none such", "none such", "none such"),
    (
        "deferred",
        {"material": "photo", "due_on": None, "within": {"n": 1, "unit": "month"}},
        "Material photo, Within 1 month",
        "材料 photo、期限 1个月",
    ),
    ("deferred", {}, "none", "无"),
]


@pytest.mark.parametrize(("key", "value", "english", "chinese_words"), VALUES)
@pytest.mark.usefixtures("chinese")
def test_a_value_reads_as_its_key_means_it(
    key: str,
    value: Any,  # noqa: ANN401 - any value shown
    english: str,
    chinese_words: str,
) -> None:
    assert phrase(key, value) == chinese_words
    text.use("en")
    assert phrase(key, value) == english


@pytest.mark.parametrize(
    ("path", "english", "chinese_words"),
    [
        ("decide_by", "Decide by", "应办结日期"),
        ("subject.code", "Identifier", "证照号码"),
        ("review.due_on", "Review / Due on", "批后复核 / 到期日"),
        ("value_fen", "Value", "面值"),
        ("unheard_of", "unheard_of", "unheard_of"),
        ("unheard_of_fen", "unheard_of", "unheard_of"),
        ("\x1b[0m", r"\x1b[0m", r"\x1b[0m"),
    ],
)
@pytest.mark.usefixtures("chinese")
def test_a_title_is_in_the_language_spoken(path: str, english: str, chinese_words: str) -> None:
    assert title(path) == chinese_words
    text.use("en")
    assert title(path) == english


def test_numbers_are_set_right_and_low_tiers_stand_out() -> None:
    assert cell("score", 5) == Cell("5", number=True)
    assert cell("now.tier_after", "serious_dishonest") == Cell("serious dishonesty", tone="red")
    assert not cell("counts", True).number


@pytest.mark.usefixtures("chinese")
def test_what_fills_a_sentence_is_worded_and_numbers_stay_numbers() -> None:
    given = {"count": 12000, "spent_fen": 2000, "granted": ["exempt"], "path": "a\x1b", "ok": True}
    told = {
        "count": 12000,
        "spent_fen": "20.00 元",
        "granted": "免审",
        "path": r"a\x1b",
        "ok": "是",
    }
    assert spoken(given) == told
