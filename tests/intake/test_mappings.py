import pickle
import tomllib
from pathlib import Path

import pytest

from credit_cli.errors import (
    FileEmpty,
    HeadingDoubled,
    HeadingMissing,
    HeadingUnknown,
    MappingInvalid,
)
from credit_cli.intake.days import in_order
from credit_cli.intake.layouts import load_layouts
from credit_cli.intake.mapping_proposals import propose_mapping
from credit_cli.intake.mappings import read_mapping
from credit_cli.intake.tables import open_table
from tests.intake.senders import BUREAU, FARM, PENALTY, PERSON, Read, read, save, save_rows

MAPPING = f"""
layout = "penalty_2018"
amount_unit = "元"
notes = ["制表说明"]

[columns]
"被处罚单位" = "CF_XDR_MC"
"单位性质" = "行政相对人类别"
"信用代码" = "CF_XDR_SHXYM"
"决定书编号" = "CF_WSH"
"案由" = "违法行为类型"
"内容" = "CF_SY"
"条款" = "CF_YJ"
"种类代码" = "CF_CFLB"
"结果" = "CF_NR"
"金额（元）" = "CF_NR_FK"
"作出日期" = "CF_JDRQ"
"公示到" = "CF_GSJZQ"
"经办人" = ""
"内部流水" = ""
"机关" = ""

[constants]
CF_CFJG = "虚构市市场监督管理局"
CF_CFJGDM = "{BUREAU}"
CF_SJLYDM = "{BUREAU}"

[codes.CF_CFLB]
"01" = "警告"
"02" = "罚款"

[codes."单位性质"]
"E" = "法人及非法人组织"

[days]
CF_JDRQ = "dmy"
CF_GSJZQ = "mdy"
"""
ROW = {
    "被处罚单位": "虚构农场有限公司",
    "单位性质": "E",
    "信用代码": FARM,
    "决定书编号": "内罚2026-1",
    "案由": "违反食品安全管理规定",
    "内容": "经营超过保质期的食品",
    "条款": "《中华人民共和国食品安全法》第三十四条",
    "种类代码": "02",
    "结果": "罚款2000元",
    "金额（元）": "2000",
    "作出日期": "16/11/2026",
    "公示到": "11-16-2027",
    "经办人": "甲某",
    "内部流水": "77",
    "机关": "内设科室",
}


def mapping(folder: Path, text: str = MAPPING) -> Path:
    return save(folder / "bureau.toml", text)


def mapped(folder: Path, *rows: dict[str, str], text: str = MAPPING) -> Read:
    layout = read_mapping(mapping(folder, text), "record").layout
    return read(save_rows(folder / "a.csv", *(rows or (ROW,))), layouts=[layout])


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(MappingInvalid) as refused:
        read_mapping(mapping(folder, text), "record")
    assert refused.value.params["count"] == len(refused.value.params["faults"])
    told: list[str] = refused.value.params["faults"]
    return told


def test_own_layout_becomes_the_same_draft(tmp_path: Path) -> None:
    result = mapped(tmp_path, ROW, ROW | {"种类代码": "01", "决定书编号": "内罚2026-2"})
    assert (result.file.layout, result.questioned, result.noted) == ("penalty_2018", [], [])
    draft = result.drafts[0]
    assert (draft.code, draft.kind) == (FARM, "organisation")
    assert (draft.decided_on, draft.valid_until) == ("2026-11-16", "2027-11-16")
    assert (draft.authority_code, draft.amount_fen) == (BUREAU, 200_000)
    assert '"CF_CFLB":"罚款"' in draft.fields
    assert '"CF_CFLB":"警告"' in result.drafts[1].fields
    assert "甲某" not in draft.fields


def test_own_layout_does_not_touch_the_known_one(tmp_path: Path) -> None:
    mapped(tmp_path)
    assert read(save_rows(tmp_path / "b.csv", PENALTY)).drafts


def test_columns_and_constants_may_be_named_officially_in_the_file(tmp_path: Path) -> None:
    row = {("行政相对人名称" if key == "被处罚单位" else key): ROW[key] for key in ROW}
    assert mapped(tmp_path, row).drafts
    with pytest.raises(HeadingDoubled) as doubled:
        mapped(tmp_path, ROW | {"处罚机关": "虚构局"})
    assert doubled.value.params["headings"] == ["处罚机关"]


def test_column_that_neither_file_nor_mapping_gives_is_missing(tmp_path: Path) -> None:
    text = MAPPING.replace(f'CF_SJLYDM = "{BUREAU}"\n', "")
    with pytest.raises(HeadingMissing) as refused:
        mapped(tmp_path, text=text)
    assert refused.value.params["headings"] == ["数据来源单位统一社会信用代码"]


def test_heading_that_the_mapping_does_not_know_stops_the_file(tmp_path: Path) -> None:
    with pytest.raises(HeadingUnknown):
        mapped(tmp_path, ROW | {"案发地": "虚构路"})


def test_code_outside_the_mapping_is_read_as_a_word(tmp_path: Path) -> None:
    result = mapped(tmp_path, ROW | {"种类代码": "警告"}, ROW | {"种类代码": "09"})
    assert (len(result.drafts), result.issues["code_outside_list"]) == (2, 1)


def test_notes_of_the_sender_are_passed_over(tmp_path: Path) -> None:
    note = dict.fromkeys(ROW, "") | {"被处罚单位": "制表说明：略"}
    assert mapped(tmp_path, ROW, note).skipped == 1


def test_wrong_order_of_days_rejects(tmp_path: Path) -> None:
    result = mapped(tmp_path, ROW | {"作出日期": "11/16/2026"})
    assert (result.outcomes, result.issues["impossible_date"]) == (["rejected"], 1)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("5/1/2026", "dmy", "2026-1-5"),
        ("5.1.2026 08:30", "mdy", "2026-5-1"),
        ("05012026", "dmy", "2026-01-05"),
        ("05012026", "mdy", "2026-05-01"),
        ("2026-01-05", "dmy", "2026-01-05"),
        ("长期", "mdy", "长期"),
        ("5/1-2026", "dmy", "5/1-2026"),
        ("5/1/2026", "ymd", "5/1/2026"),
    ],
)
def test_order_of_days_is_the_senders(text: str, order: str, day: str) -> None:
    assert in_order(text, order) == day


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("penalty_2018", "penalty_2o18", 'layout: there is no "penalty_2o18"; nearest: penalty_20'),
        ('= "CF_WSH"', '= "CF_WHS"', 'columns.决定书编号: there is no "CF_WHS"; nearest: CF_WSH.'),
        ("违法行为类型", "违法行为类形", "nearest: 违法行为类型."),
        ("[columns]", "[column]", "column: no such key here; nearest: columns."),
        ('= "dmy"', '= "d/m/y"', 'days.CF_JDRQ: there is no "d/m/y"; nearest:'),
        ('CF_JDRQ = "dmy"', 'CF_WSH = "dmy"', 'days.CF_WSH: there is no "CF_WSH"; nearest:'),
        ('"01" = "警告"', '"01" = "警告警告"', "codes.CF_CFLB.01: there is no"),
        (
            '"02" = "罚款"',
            '"02" = 2',
            'codes.CF_CFLB.02: "2" does not fit; needed: text in quotes.',
        ),
        ('"元"', '"角"', 'amount_unit: there is no "角"'),
        ('layout = "penalty_2018"', "", "layout: this key is required."),
        ("[columns]", "[columns", "not readable as TOML"),
    ],
)
def test_faults_of_a_mapping_are_told_by_key(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert any(told in line for line in faults(tmp_path, MAPPING.replace(old, new, 1)))


def test_all_faults_of_a_mapping_are_told_at_once(tmp_path: Path) -> None:
    text = MAPPING.replace("CF_YJ", "CF_JY").replace("[days]", "[days]\nBZ = 'dmy'")
    assert len(faults(tmp_path, text)) == 2


def test_mapping_that_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(MappingInvalid):
        read_mapping(tmp_path / "nowhere.toml", "record")


def test_mapping_is_part_of_what_a_file_is(tmp_path: Path) -> None:
    one = read_mapping(mapping(tmp_path), "record")
    same = read_mapping(mapping(tmp_path, MAPPING.replace("\n\n", "\n# 注\n")), "record")
    other = read_mapping(mapping(tmp_path, MAPPING.replace('"dmy"', '"mdy"')), "record")
    assert one.identity("a") == same.identity("a")
    assert len({one.identity("a"), one.identity("b"), other.identity("a")}) == 3


def test_layout_of_a_sender_travels_to_another_process(tmp_path: Path) -> None:
    layout = read_mapping(mapping(tmp_path), "record").layout
    assert pickle.loads(pickle.dumps(layout)) == layout  # noqa: S301 - our own


def proposed(folder: Path, *rows: dict[str, str]) -> str:
    with open_table(save_rows(folder / "sample.csv", *rows)) as table:
        return propose_mapping(table, load_layouts())


def test_proposal_is_a_mapping_without_faults(tmp_path: Path) -> None:
    text = proposed(tmp_path, ROW | {"处罚决定曰期": "16/11/2026", "处罚类别": "02"})
    layout = read_mapping(mapping(tmp_path, text), "record").layout
    assert layout.mapped["处罚决定曰期"] == "CF_JDRQ"
    assert layout.mapped["内部流水"] == ""
    assert {c.code: c.order for c in layout.columns}["CF_JDRQ"] == "dmy"
    assert '# "02" = ""' in text
    assert '# CF_SJLYDM = ""' in text


@pytest.mark.parametrize("name", ["a\x1b[31m\nlayout = 1.csv", "\u202ea.csv", "a\udcff.csv"])
def test_name_of_the_sample_does_no_harm(tmp_path: Path, name: str) -> None:
    with open_table(save_rows(tmp_path / name, PENALTY)) as table:
        told = propose_mapping(table, load_layouts())
    assert told.replace("\n", "").isprintable()
    assert tomllib.loads(told)["layout"] == "penalty_2018"


@pytest.mark.parametrize(
    ("days", "line"),
    [
        (["01/02/2026", "16/11/2026"], '\nCF_JDRQ = "dmy"'),
        (["01/02/2026", "11/16/2026"], '\nCF_JDRQ = "mdy"'),
        (["01/02/2026"], '# CF_JDRQ = "dmy"'),
    ],
)
def test_order_of_days_is_proposed_where_the_sample_tells(
    tmp_path: Path, days: list[str], line: str
) -> None:
    assert line in proposed(tmp_path, *(PENALTY | {"CF_JDRQ": day} for day in days))


def test_file_of_a_known_layout_needs_no_changes(tmp_path: Path) -> None:
    text = proposed(tmp_path, PENALTY)
    assert "[days]" not in text
    assert "[constants]" not in text
    result = mapped(tmp_path, PENALTY, text=text)
    assert len(result.drafts) == 1


def test_row_of_data_is_never_proposed_as_headings(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", f"王某某,自然人,{PERSON},虚市监处罚〔2026〕1号\n")
    with open_table(path) as table, pytest.raises(FileEmpty):
        propose_mapping(table, load_layouts())
