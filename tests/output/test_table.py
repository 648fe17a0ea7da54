import io
import os
import pty
from collections.abc import Iterator
from datetime import date
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from credit_cli import text
from credit_cli.output import Format, emit
from credit_cli.output.shapes import Data
from credit_cli.output.table import table_text
from credit_cli.output.wording import marked
from credit_cli.rules.values import Severity, SubjectKind
from tests.output.strategies import DATA, HARMFUL, HOSTILE, NAUGHTY

PROFILE = {
    "subject": 3,
    "kind": SubjectKind.PERSON,
    "name": "王*",
    "tier": "minor_dishonest",
    "score": None,
    "review": {
        "within": {"n": 30, "unit": "working_day"},
        "due_on": date(2027, 1, 4),
        "provisional": True,
    },
    "records": [
        {
            "id": "3-1",
            "type": "penalty",
            "severity": Severity.ORDINARY,
            "decided_on": date(2026, 5, 1),
            "counts": True,
            "authority": "海口市市场监督管理局",
            "reason": "Counts until 2027-05-01, the end of the period.",
        },
        {
            "id": "3-2",
            "type": "licence",
            "severity": None,
            "decided_on": date(2026, 6, 1),
            "counts": False,
            "authority": "三亚市行政审批服务局",
            "reason": "许可不计入信用等级。",
        },
    ],
    "commitments": [],
    "coupons": [
        {"code": "AB-CD", "value_fen": 388800, "state": "issued"},
        {"code": "EF", "value_fen": 2000, "state": "redeemed"},
    ],
}
ENGLISH_80 = """\
Profile

Subject          3
Kind             person
Name             王*
Tier             minor dishonesty
Score            -
Review / Within  30 working days
Review / Due on  2027-01-04 (provisional)
Commitments      none

Records

No.  Type     Severity  Decided on  Counts  Authority          Reason
--------------------------------------------------------------------------------
3-1  penalty  ordinary  2026-05-01  yes     海口市市场监督管   Counts until
                                            理局               2027-05-01, the
                                                               end of the
                                                               period.
3-2  licence  -         2026-06-01  no      三亚市行政审批服   许可不计入信用等
                                            务局               级。

Coupons

Code          Value  State
-----------------------------
AB-CD  CNY 3,888.00  issued
EF        CNY 20.00  redeemed
"""
CHINESE_200 = """\
信用画像

信用主体           3
类别               自然人
名称               王*
信用等级           一般失信
信用分             -
批后复核 / 期限    30个工作日
批后复核 / 到期日  2027-01-04 暂定
信用承诺           无

信用记录

编号  种类      严重程度  决定日期    是否计入  决定机关              理由
---------------------------------------------------------------------------------------------------------------------
3-1   行政处罚  一般      2026-05-01  是        海口市市场监督管理局  Counts until 2027-05-01, the end of the period.
3-2   行政许可  -         2026-06-01  否        三亚市行政审批服务局  许可不计入信用等级。

优惠券

代码          面值  状态
--------------------------
AB-CD  3,888.00 元  已发放
EF        20.00 元  已核销
"""  # noqa: E501 - a golden text of 200 columns
REVIEWS = [
    {
        "id": 1,
        "item": "pharmacy_licence_renewal",
        "department": "儋州市市场监督管理局",
        "due_on": date(2027, 1, 4),
        "provisional": True,
        "days_left": -3,
        "state": "overdue",
    },
    {
        "id": 12,
        "item": "small_signboard",
        "department": "海口市综合行政执法局",
        "due_on": date(2026, 12, 4),
        "provisional": False,
        "days_left": 8,
        "state": "pending",
    },
]
CHINESE_80 = """\
编号  事项                  行业主管部门       到期日           剩余天数  状态
--------------------------------------------------------------------------------
   1  pharmacy_licence_ren  儋州市市场监督管   2027-01-04 暂定        -3  已逾期
      ewal                  理局
  12  small_signboard       海口市综合行政执   2026-12-04              8  待复核
                            法局
"""
ENGLISH_200 = """\
No.  Service item              Department            Due on                    Days left  State
-------------------------------------------------------------------------------------------------
  1  pharmacy_licence_renewal  儋州市市场监督管理局  2027-01-04 (provisional)         -3  overdue
 12  small_signboard           海口市综合行政执法局  2026-12-04                        8  pending
"""
ENGLISH_40 = """\
No.           1
Service item  pharmacy_licence_renewal
Department    儋州市市场监督管理局
Due on        2027-01-04 (provisional)
Days left     -3
State         overdue

No.           12
Service item  small_signboard
Department    海口市综合行政执法局
Due on        2026-12-04
Days left     8
State         pending
"""


@pytest.fixture
def chinese() -> Iterator[None]:
    text.use("zh_CN")
    yield
    text.use("en")


def drawn(data: Data, width: int | None, heading: str | None = None) -> str:
    return table_text(marked(data, keep_flag=False), heading=heading, width=width, colour=False)


def emitted(data: Data, fields: tuple[str, ...] = (), title: str | None = None) -> str:
    stream = io.StringIO()
    emit(data, format=Format.TABLE, fields=fields, title=title, stream=stream)
    return stream.getvalue()


def test_an_object_is_a_block_and_its_lists_are_tables_below() -> None:
    assert drawn(PROFILE, 80, "Profile") == ENGLISH_80


@pytest.mark.usefixtures("chinese")
def test_wide_characters_stand_in_line_in_chinese() -> None:
    assert drawn(PROFILE, 200, "信用画像") == CHINESE_200
    assert drawn(REVIEWS, 80) == CHINESE_80


def test_a_list_is_a_table_no_wider_than_it_needs_to_be() -> None:
    assert drawn(REVIEWS, 200) == ENGLISH_200


def test_what_does_not_fit_as_a_table_is_a_block_for_each_row() -> None:
    assert drawn(REVIEWS, 40) == ENGLISH_40


def test_a_table_into_a_pipe_is_as_wide_as_it_needs_to_be() -> None:
    assert emitted(REVIEWS) == ENGLISH_200
    wide = "许可" * 500
    assert wide in emitted([{"reason": wide, "message": "x" * 1500}])


def test_fields_of_a_table_keep_the_mark_of_a_provisional_day() -> None:
    assert emitted(REVIEWS, fields=("state", "due_on")) == (
        "State    Due on\n"
        "---------------------------------\n"
        "overdue  2027-01-04 (provisional)\n"
        "pending  2026-12-04\n"
    )
    assert "yes" in emitted(REVIEWS, fields=("due_on", "provisional"))


@pytest.mark.parametrize(("language", "said"), [("en", "none"), ("zh_CN", "无")])
@pytest.mark.usefixtures("chinese")
def test_nothing_found_is_said(language: str, said: str) -> None:
    text.use(language)
    assert emitted([], title="T") == f"T\n\n{said}\n"
    assert emitted({}) == f"{said}\n"


def test_an_object_of_lists_has_only_tables() -> None:
    assert emitted({"records": [{"id": "3-1"}], "coupons": [{"code": "AB"}, {}]}) == (
        "Records\n\nNo.\n---\n3-1\n\nCoupons\n\nCode\n----\nAB\n-\n"
    )


def test_a_list_inside_a_row_has_a_line_for_each_object() -> None:
    reasons = [{"code": "a", "message": "First."}, {"code": "b", "message": "Second."}]
    assert drawn([{"id": 1, "reasons": reasons}], 80) == (
        "No.  Reasons\n------------\n  1  First.\n     Second.\n"
    )


class Terminal(io.StringIO):
    """A terminal of the width that COLUMNS says."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("columns", "expected"), [("40", ENGLISH_40), ("200", ENGLISH_200)])
def test_a_terminal_has_the_width_it_says(
    columns: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    emit(REVIEWS, format=Format.TABLE, stream=stream)
    assert stream.getvalue() == expected


def on_terminal(data: Data) -> str:
    """What reaches a real terminal."""
    here, there = pty.openpty()
    with os.fdopen(there, "w", encoding="utf-8") as stream:
        emit(data, format=Format.TABLE, stream=stream)
        stream.flush()
        told = os.read(here, 10_000).decode()
    os.close(here)
    return told


def test_colour_is_for_terminals_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[32mexcellent" in on_terminal([{"tier": "excellent"}])
    assert "\x1b" not in emitted([{"tier": "excellent"}])
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in on_terminal([{"tier": "excellent"}])
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in on_terminal([{"tier": "excellent"}])


@pytest.mark.parametrize("naughty", NAUGHTY)
@pytest.mark.parametrize("width", [80, 200, None])
def test_hostile_text_is_drawn_as_text(naughty: str, width: int | None) -> None:
    for data in ([{"name": naughty}], {"name": naughty}, {"records": [{naughty: naughty}]}):
        told = drawn(data, width, naughty)
        assert harmless(told)
    assert "[/red]" not in naughty or "[/red]" in drawn([{"name": naughty}], width)


def harmless(told: str) -> bool:
    return not {category(char) for char in told.replace("\n", "")} & HARMFUL


@given(DATA, st.none() | st.integers(40, 200))
def test_no_control_character_reaches_the_screen_and_no_line_is_too_wide(
    data: Data, width: int | None
) -> None:
    told = drawn(data, width)
    assert harmless(told)
    assert width is None or all(cell_len(line) <= width for line in told.split("\n"))


@given(HOSTILE)
def test_folding_loses_nothing(name: str) -> None:
    folded, whole = drawn({"name": name * 20}, 40), drawn({"name": name * 20}, None)
    assert "".join(folded.split()) == "".join(whole.split())


def test_a_column_may_be_called_by_the_list_it_stands_in() -> None:
    scenarios = {"scenarios": [{"scenario": "s", "status": "otherwise", "rows": ["else"]}]}
    text.use("zh_CN")
    shown = table_text({"rows": 3} | scenarios, heading=None, width=80, colour=False)
    assert "行数  3" in shown
    assert shown.split()[3:6] == ["场景", "适用情况", "命中行"]
    inside = table_text([scenarios | {"item": "a"}], heading=None, width=80, colour=False)
    assert "适用情况 其他情形、命中行 else" in inside
