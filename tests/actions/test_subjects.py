"""Registers bring subjects into the pool; what they change is a new version, never lost."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.intake.senders import FARM, STALL, save_rows
from tests.pool import PERSON_NAME, SOURCE, Pool, contents, person
from tests.program import Ran

ENTRY = {
    "主体类别": "法人及非法人组织",
    "主体名称": "虚构农场有限公司",
    "统一社会信用代码": FARM,
    "证件类型": "",
    "证件号码": "",
    "曾用名": "虚构农场",
    "注册号": "469001000000017",
    "法定代表人": PERSON_NAME,
    "法定代表人证件号码": person(9),
    "住所": "虚构市一号",
}
BUSINESS = ENTRY | {"主体类别": "个体工商户", "主体名称": "虚构药店", "统一社会信用代码": STALL}
PERSONS = ENTRY | {
    "主体类别": "自然人",
    "主体名称": PERSON_NAME,
    "统一社会信用代码": "",
    "证件类型": "身份证",
    "证件号码": person(1),
}
Row = Mapping[str, str]


def bring(pool: Pool, *rows: Row, source: str = SOURCE, options: tuple[str, ...] = ()) -> Ran:
    path: Path = pool.folder / f"register-{len(list(pool.folder.iterdir()))}.csv"
    return pool.run("subject", "import", str(save_rows(path, *rows)), "--source", source, *options)


def entries(pool: Pool, code: str = FARM) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pool.done("subject", "show", code)["entries"]
    return found


def test_a_register_brings_subjects_that_nobody_knew(pool: Pool) -> None:
    ran = bring(pool, ENTRY, BUSINESS, PERSONS)
    assert (ran.exit_code, ran.json["read"], ran.json["added"]) == (0, 3, 3)
    kinds = [pool.done("profile", "show", code)["subject"]["kind"] for code in (FARM, STALL)]
    assert kinds == ["organisation", "individual_business"]
    (entry,) = entries(pool)
    assert (entry["source"], entry["name"]) == (SOURCE, "虚构农场有限公司")
    fields = {one["column"]: one["value"] for one in entry["fields"]}
    assert (fields["former_names"], fields["address"]) == ("虚构农场", "虚构市一号")


@pytest.mark.parametrize("day", ["2024年3月1日", "2024/3/1", "20240301", "45352"])
def test_a_register_as_market_regulators_export_it_needs_no_kinds(
    sqlite_pool: Pool, day: str
) -> None:
    register = {
        "序号": "1",
        "统一社会信用代码": FARM.lower(),
        "企业名称": "虚构农场有限公司",
        "企业类型": "有限责任公司(自然人独资)",
        "法定代表人": "阿依古丽·虚构",
        "注册资本(万元)": "1,000.00",
        "币种": "人民币",
        "成立日期": day,
        "核准日期": day,
        "营业期限自": day,
        "营业期限至": "长期",
        "登记机关": "虚构市市场监督管理局",
        "登记状态": "存续（在营、开业、在册）",
        "行业门类": "批发和零售业",
        "所在省份": "虚构省",
        "地区": "虚构市",
        "住所": "虚构市１号",
        "经营场所": "虚构市二号",
        "联系电话": "0898-00000000",
        "参保人数": "10",
        "更新时间": "2026-11-20 10:00:00",
    }
    business = register | {"统一社会信用代码": STALL, "企业名称": "虚构药店", "序号": "2"}
    ran = bring(sqlite_pool, register, business)
    assert (ran.exit_code, ran.json["added"], ran.json["rejected"]) == (0, 2, 0)
    assert sqlite_pool.done("subject", "show", STALL)["subject"]["kind"] == "individual_business"
    (entry,) = entries(sqlite_pool)
    fields = {one["column"]: one["value"] for one in entry["fields"]}
    assert (fields["registered_on"], fields["registered_capital"]) == ("2024-03-01", "1,000.00")


def test_a_register_in_the_codes_of_the_trade_is_read(sqlite_pool: Pool) -> None:
    codes = {"UNISCID": FARM, "ENTNAME": "虚构农场", "LEREP": "某甲", "ESTDATE": "20240301"}
    assert bring(sqlite_pool, codes | {"REGORG": "虚构局"}).json["added"] == 1


def test_a_changed_name_is_a_new_version_and_undo_takes_it_back(pool: Pool) -> None:
    bring(pool, ENTRY)
    assert bring(pool, ENTRY, BUSINESS).json["same"] == 1
    ran = bring(pool, ENTRY | {"主体名称": "虚构牧场有限公司"})
    assert (ran.json["changed"], ran.json["issues"]["other_name"]) == (1, 1)
    (entry,) = entries(pool)
    assert entry["name"] == "虚构牧场有限公司"
    told = [(one["version"], one["name"], one["visible"]) for one in entry["versions"]]
    assert told == [(1, "虚构农场有限公司", False), (2, "虚构牧场有限公司", True)]
    pool.done("batch", "undo", "3")
    assert [one["name"] for one in entries(pool)] == ["虚构农场有限公司"]


def test_undo_of_a_register_leaves_nobody_behind(pool: Pool) -> None:
    bring(pool, ENTRY)
    pool.done("batch", "undo", "1")
    assert pool.run("subject", "show", FARM).exit_code == 5
    assert pool.run("profile", "show", FARM).exit_code == 5


def test_a_withdrawn_register_says_nothing_of_whom_others_know(sqlite_pool: Pool) -> None:
    sqlite_pool.grade(FARM, "good")
    bring(sqlite_pool, ENTRY)
    sqlite_pool.done("batch", "undo", "2")
    assert entries(sqlite_pool) == []


def test_what_rests_on_a_withdrawn_register_is_named(sqlite_pool: Pool) -> None:
    bring(sqlite_pool, ENTRY)
    bring(sqlite_pool, ENTRY | {"住所": "虚构市二号"}, BUSINESS)
    view = sqlite_pool.done("batch", "undo", "1")
    assert view["superseded"] == [{"batch": 2, "documents": 1}]


def test_each_source_has_an_entry_of_its_own(sqlite_pool: Pool) -> None:
    bring(sqlite_pool, ENTRY)
    bring(sqlite_pool, ENTRY | {"住所": "虚构市二号"}, source="haikou_credit")
    assert [one["source"] for one in entries(sqlite_pool)] == ["haikou_credit", SOURCE]


def test_persons_are_masked_and_their_reading_is_logged(sqlite_pool: Pool) -> None:
    bring(sqlite_pool, ENTRY, PERSONS)
    shown = sqlite_pool.run("subject", "show", person(1))
    assert shown.json["entries"][0]["name"] == "虚*"
    said = shown.stdout + sqlite_pool.run("subject", "show", FARM).stdout
    assert not [secret for secret in (person(1), person(9)) if secret in said]
    assert PERSON_NAME not in shown.stdout
    assert sqlite_pool.count("lookup") == 1


def test_a_subject_without_a_good_code_is_no_subject(sqlite_pool: Pool) -> None:
    ran = bring(
        sqlite_pool, ENTRY | {"统一社会信用代码": ""}, ENTRY | {"统一社会信用代码": FARM[:-1]}
    )
    assert (ran.exit_code, ran.json["unlinked"], ran.json["rejected"]) == (3, 1, 1)
    assert sqlite_pool.count("subject") == 0


def test_a_dry_run_brings_nobody(pool: Pool) -> None:
    before = contents(pool.url)
    assert bring(pool, ENTRY, options=("--dry-run",)).json["added"] == 1
    assert contents(pool.url) == before


LINK = {
    "主体类别": "法人及非法人组织",
    "主体名称": "虚构农场有限公司",
    "统一社会信用代码": FARM,
    "关联关系": "法定代表人",
    "关联主体类别": "自然人",
    "关联主体名称": PERSON_NAME,
    "关联主体证件号码": person(1),
    "关联解除日期": "",
}


def links(pool: Pool) -> list[tuple[Any, ...]]:
    found = pool.done("profile", "show", FARM)["links"]
    assert found == pool.done("subject", "show", FARM)["links"]
    return [(one["role"], one["related"]["id"], one["valid_until"]) for one in found]


def test_links_are_kept_with_their_versions(pool: Pool) -> None:
    pool.score(900, person(1))
    agent = LINK | {"关联关系": "经办人", "关联主体证件号码": person(2)}
    assert bring(pool, LINK, agent).json["added"] == 2
    assert links(pool) == [("agent", None, None), ("legal_representative", 1, None)]
    ran = bring(pool, LINK | {"关联解除日期": "2026-10-31"}, agent)
    assert (ran.json["changed"], ran.json["same"]) == (1, 1)
    assert links(pool)[1] == ("legal_representative", 1, "2026-10-31")
    pool.done("batch", "undo", "3")
    assert links(pool)[1] == ("legal_representative", 1, None)


def test_a_person_is_shown_with_those_it_acts_for(pool: Pool) -> None:
    bring(pool, PERSONS)
    bring(pool, LINK)
    (one,) = pool.done("subject", "show", person(1))["linked_by"]
    assert (one["role"], one["subject"]["code"]) == ("legal_representative", FARM)
    pool.done("batch", "undo", "2")
    assert pool.done("subject", "show", person(1))["linked_by"] == []


@pytest.mark.parametrize(
    ("word", "state"), [("", "current"), ("已撤销", "revoked"), ("不明", "other")]
)
def test_a_link_says_whether_it_stands(sqlite_pool: Pool, word: str, state: str) -> None:
    bring(sqlite_pool, LINK | {"当前状态": word})
    assert sqlite_pool.done("profile", "show", FARM)["links"][0]["state"] == state


def test_a_linked_person_is_masked(sqlite_pool: Pool) -> None:
    bring(sqlite_pool, LINK)
    ran = sqlite_pool.run("profile", "show", FARM)
    assert ran.json["links"][0]["related"]["name"] == "虚*"
    assert person(1) not in ran.stdout


def test_a_link_to_nobody_or_of_no_known_role_is_rejected(sqlite_pool: Pool) -> None:
    rows = (
        {"关联主体证件号码": person(1)[:-1]},
        {"关联主体证件号码": ""},
        {"关联关系": "邻居"},
    )
    ran = bring(sqlite_pool, *(LINK | changes for changes in rows))
    assert (ran.exit_code, ran.json["rejected"]) == (3, 3)
    faults = {"missing_required": 1, "unknown_role": 1}
    assert ran.json["issues"] | faults == ran.json["issues"]
