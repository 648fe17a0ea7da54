from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from credit_cli.intake.layouts import Layout, load_layouts
from tests.intake.senders import BUREAU, FARM, LATE_BEFORE, PERSON, Read, read, save_rows
from tests.pool import PERSON_NAME
from tests.situations import shipped_pack

PARTY = {"主体名称": "虚构农场有限公司", "主体类别": "企业", "统一社会信用代码": FARM}
HUMAN = {"姓名": PERSON_NAME, "主体类别": "自然人", "证件类型": "身份证", "证件号码": PERSON}
AUTHORITY = {"认定机关": "虚构市市场监督管理局", "认定机关统一社会信用代码": BUREAU}
GENERAL = {
    **PARTY,
    "信息类别": "知识产权",
    "信息名称": "一种虚构的犁",
    "文书号": "虚知〔2026〕1号",
    "信息内容": "发明专利",
    **AUTHORITY,
    "决定日期": "2026-11-02",
    "有效期至": "2036-11-01",
    "当前状态": "有效",
}
LISTING = {
    **PARTY,
    "名单类别": "严重失信主体名单",
    "名单名称": "食品安全严重违法失信名单",
    "所属领域": "食品安全",
    "列入依据": "《市场监督管理严重违法失信名单管理办法》第五条",
    **AUTHORITY,
    "列入日期": "2026-03-02",
    "移出日期": "",
}
HONOUR = {**PARTY, "荣誉名称": "诚信示范农场", **AUTHORITY, "授予日期": "2026-05-01"}
CONTRACT = {
    **PARTY,
    "合同名称": "虚构学校食材配送",
    "合同编号": "虚合2026-1",
    "履行情况": "履行中",
    **AUTHORITY,
    "签订日期": "2026-02-01",
}
COMMITMENT = {
    **HUMAN,
    "承诺事项": "食品经营许可告知承诺",
    "履行情况": "已履行",
    **AUTHORITY,
    "承诺日期": "2026-06-01",
}


def kind(folder: Path, row: Mapping[str, str], **changes: str) -> Read:
    return read(save_rows(folder / "a.csv", {**row, **changes}))


@pytest.mark.parametrize(
    ("row", "layout", "record_type"),
    [
        (GENERAL, "general", "intellectual_property"),
        (LISTING, "listing", "severe_list"),
        (HONOUR, "honour", "honour"),
        (CONTRACT, "contract", "contract"),
        (COMMITMENT, "commitment", "commitment"),
    ],
)
def test_each_kind_is_told_by_its_heading(
    tmp_path: Path, row: Mapping[str, str], layout: str, record_type: str
) -> None:
    result = kind(tmp_path, row)
    assert (result.file.layout, result.noted, result.questioned) == (layout, [], [])
    assert result.drafts[0].record_type == record_type
    assert result.drafts[0].code in {FARM, PERSON}


@pytest.mark.parametrize(
    ("row", "column", "word", "record_type"),
    [
        (LISTING, "名单类别", "红名单", "red_list"),
        (LISTING, "名单类别", "经营异常名录", "abnormal_list"),
        (CONTRACT, "履行情况", "违约", "contract_breach"),
        (COMMITMENT, "履行情况", "未履行", "commitment_breach"),
        (GENERAL, "信息类别", "行政强制", "administration"),
        (GENERAL, "信息类别", "荣誉", "honour"),
    ],
)
def test_word_of_the_row_says_what_it_is(
    tmp_path: Path, row: Mapping[str, str], column: str, word: str, record_type: str
) -> None:
    assert kind(tmp_path, row, **{column: word}).drafts[0].record_type == record_type


@pytest.mark.parametrize("word", ["行政处罚", "无此类别"])
def test_word_that_names_no_kind_rejects_its_row(tmp_path: Path, word: str) -> None:
    result = kind(tmp_path, GENERAL, 信息类别=word)
    assert (result.outcomes, result.issues["unknown_record_type"]) == (["rejected"], 1)


def test_severity_is_asked_by_the_type_of_the_row(tmp_path: Path) -> None:
    rows = [LISTING | {"名单类别": word} for word in ("红名单", "严重失信主体名单")]
    path = save_rows(tmp_path / "a.csv", *rows)
    result = read(
        path, classify=lambda facts: "serious" if facts["type"] == "severe_list" else None
    )
    assert [draft.severity for draft in result.drafts] == [None, "serious"]


def test_fulfilment_that_changes_is_the_same_commitment(tmp_path: Path) -> None:
    kept, broken = (
        kind(tmp_path, COMMITMENT, 履行情况=word).drafts[0] for word in ("履行中", "未履行")
    )
    assert kept.document_key == broken.document_key
    assert kept.content_hash != broken.content_hash


def test_document_without_a_number_is_known_by_its_name(tmp_path: Path) -> None:
    first, other = (
        kind(tmp_path, HONOUR, 荣誉名称=title).drafts[0] for title in ("诚信农场", "示范农场")
    )
    assert first.document_key != other.document_key


def test_exit_from_a_list_ends_the_same_entry(tmp_path: Path) -> None:
    entry = kind(tmp_path, LISTING).drafts[0]
    left = kind(tmp_path, LISTING, 移出日期="2026-10-08").drafts[0]
    assert (entry.document_key, entry.valid_until) == (left.document_key, None)
    assert left.valid_until == "2026-10-08"


@pytest.mark.parametrize(("day", "late"), [("2026-11-10", 1), ("2026-11-11", 0)])
def test_each_type_is_late_by_its_own_period(tmp_path: Path, day: str, late: int) -> None:
    due = {"severe_list": LATE_BEFORE, "red_list": date.min}
    rows = [LISTING | {"名单类别": w, "列入日期": day} for w in ("红名单", "严重失信主体名单")]
    result = read(save_rows(tmp_path / "a.csv", *rows), late_before=due)
    assert result.issues["reported_late"] == late


def _types(layout: Layout) -> set[str]:
    by_row = layout.lists["record_type"].values if "record_type" in layout.feeding else ()
    return {layout.record_type, *by_row} - {""}


@pytest.mark.parametrize("layout", load_layouts(), ids=lambda layout: layout.code)
def test_policy_knows_every_type_that_a_file_may_hold(layout: Layout) -> None:
    assert _types(layout) <= shipped_pack().record_types.keys()
