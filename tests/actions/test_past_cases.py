"""Cases that departments have dealt with come into the pool like any other data."""

from pathlib import Path
from typing import Any

import pytest

from tests.intake.senders import FARM, PERSON, save_rows
from tests.pool import PERSON_NAME, SOURCE, Pool, contents
from tests.program import Ran

ITEM, TITLE = "pharmacy_licence_renewal", "药品经营许可证（零售）延续"
CASE = {
    "办件编号": "虚办2026-1",
    "申请人名称": "虚构农场有限公司",
    "统一社会信用代码": FARM,
    "证件号码": "",
    "事项编码": ITEM,
    "事项名称": "",
    "审批路径": "告知承诺",
    "受理时间": "2026-03-02",
    "办结时间": "2026-03-04",
    "办理结果": "准予许可",
    "办件状态": "办结",
    "办理部门": "虚构市市场监督管理局",
    "行政区划": "儋州市",
}
OPEN = CASE | {"办结时间": "", "办理结果": "", "办件状态": "在办"}
HUMAN = CASE | {"申请人名称": PERSON_NAME, "统一社会信用代码": "", "证件号码": PERSON}
Row = dict[str, str]


def bring(pool: Pool, *rows: Row, options: tuple[str, ...] = ()) -> Ran:
    path: Path = pool.folder / f"cases-{len(list(pool.folder.iterdir()))}.csv"
    return pool.run("case", "import", str(save_rows(path, *rows)), "--source", SOURCE, *options)


def history(pool: Pool, code: str = FARM) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pool.done("case", "history", code)["cases"]
    return found


def test_a_department_reports_the_cases_it_has_dealt_with(pool: Pool) -> None:
    ran = bring(pool, CASE, CASE | {"办件编号": "虚办2026-2", "受理时间": "2026-04-01"}, HUMAN)
    assert (ran.exit_code, ran.json["read"], ran.json["added"]) == (0, 3, 3)
    assert ran.json["issues"]["end_before_start"] == 1
    later, earlier = history(pool)
    assert later["case_number"] == "虚办2026-2"
    assert earlier == {
        "id": "1-2",
        "case_number": "虚办2026-1",
        "item": ITEM,
        "route": "commitment",
        "state": "granted",
        "opened_on": "2026-03-02",
        "decided_on": "2026-03-04",
        "department": "虚构市市场监督管理局",
        "region": "460400",
        "version": 1,
        "source": SOURCE,
    }


def test_a_case_that_ends_is_the_same_case(pool: Pool) -> None:
    assert bring(pool, OPEN).json["added"] == 1
    assert (history(pool)[0]["state"], history(pool)[0]["decided_on"]) == ("processing", None)
    ended = bring(pool, CASE).json
    assert (ended["changed"], bring(pool, CASE, HUMAN).json["same"]) == (1, 1)
    (case,) = history(pool)
    assert (case["state"], case["version"]) == ("granted", 2)
    pool.done("batch", "undo", "3")
    pool.done("batch", "undo", "2")
    assert history(pool)[0]["state"] == "processing"
    pool.done("batch", "undo", "1")
    assert pool.run("case", "history", FARM).exit_code == 5


def test_what_rests_on_a_withdrawn_file_of_cases_is_named(sqlite_pool: Pool) -> None:
    bring(sqlite_pool, OPEN)
    bring(sqlite_pool, CASE)
    superseded = sqlite_pool.done("batch", "undo", "1")["superseded"]
    assert superseded == [{"batch": 2, "documents": 1}]


def test_a_number_counts_within_its_department(sqlite_pool: Pool) -> None:
    other = CASE | {"办理部门": "虚构市交通运输局"}
    assert bring(sqlite_pool, CASE, other).json["added"] == 2


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"事项编码": "", "事项名称": TITLE.replace("（", "(").replace("）", ")")}, ("item", ITEM)),
        ({"办理部门": ""}, ("department", "儋州市市场监督管理局")),
        ({"审批路径": ""}, ("route", None)),
        ({"办理结果": "", "办件状态": "已办结"}, ("state", "closed")),
        ({"办理结果": "", "办件状态": ""}, ("state", "closed")),
        ({"办理结果": "撤件", "办结时间": ""}, ("state", "withdrawn")),
        ({"行政区划": "虚构区"}, ("region", "虚构区")),
        ({"办结时间": "2026-03-02"}, ("decided_on", "2026-03-02")),
    ],
)
def test_what_a_row_leaves_open_follows_from_the_rest(
    sqlite_pool: Pool, changes: Row, found: tuple[str, str | None]
) -> None:
    assert bring(sqlite_pool, CASE | changes).exit_code == 0
    assert history(sqlite_pool)[0][found[0]] == found[1]


@pytest.mark.parametrize(
    ("changes", "issue"),
    [
        ({"事项编码": "", "事项名称": "无此事项"}, "no_item_code"),
        ({"事项编码": "m1", "办理部门": ""}, "missing_required"),
        ({"审批路径": "捷径"}, "unknown_route"),
        ({"办理结果": "待定"}, "unknown_result"),
        ({"办理结果": "", "办件状态": "待定"}, "unknown_state"),
        ({"办结时间": ""}, "missing_required"),
        ({"办理结果": "办理中"}, "decided_while_processing"),
        ({"受理时间": "2026-11-23", "办结时间": "2026-11-22"}, "day_in_future"),
    ],
)
def test_a_row_that_contradicts_itself_goes_back(
    sqlite_pool: Pool, changes: Row, issue: str
) -> None:
    ran = bring(sqlite_pool, CASE | changes)
    assert (ran.exit_code, ran.json["rejected"], ran.json["issues"][issue]) == (3, 1, 1)


def test_an_item_that_the_policy_does_not_know_is_only_questioned(sqlite_pool: Pool) -> None:
    ran = bring(sqlite_pool, CASE | {"事项编码": "other_item"})
    assert (ran.exit_code, ran.json["issues"]["unknown_item"]) == (0, 1)


def test_a_case_that_begins_today_is_no_case_of_the_future(sqlite_pool: Pool) -> None:
    assert bring(sqlite_pool, OPEN | {"受理时间": "2026-11-22"}).json["added"] == 1


def test_persons_cases_are_masked_and_their_reading_is_logged(sqlite_pool: Pool) -> None:
    bring(sqlite_pool, HUMAN)
    ran = sqlite_pool.run("case", "history", PERSON)
    assert ran.json["subject"]["name"] == "虚*"
    assert PERSON not in ran.stdout
    assert sqlite_pool.count("lookup") == 1


def test_what_was_sent_back_comes_in_corrected(sqlite_pool: Pool) -> None:
    bring(sqlite_pool, CASE | {"办理结果": "待定"})
    (rejects,) = sqlite_pool.folder.glob("*.rejects.csv")
    text = rejects.read_text(encoding="utf-8-sig").replace("待定", "准予")
    rejects.write_text(text, encoding="utf-8-sig")
    sqlite_pool.done("case", "import", str(rejects), "--source", SOURCE)
    assert sqlite_pool.done("batch", "show", "1")["questioned"]["fixed"] == 1
    assert sqlite_pool.done("batch", "list")[0]["kind"] == "cases"


def test_a_dry_run_brings_no_case(pool: Pool) -> None:
    before = contents(pool.url)
    assert bring(pool, CASE, options=("--dry-run",)).json["added"] == 1
    assert contents(pool.url) == before


def test_a_case_weighs_nothing_in_a_profile(sqlite_pool: Pool) -> None:
    bring(sqlite_pool, CASE | {"办理结果": "不予许可"})
    shown = sqlite_pool.done("profile", "show", FARM)
    assert (shown["tier"], shown["records"]) == ("ordinary", [])


def test_departments_get_an_empty_file_to_fill_in(sqlite_pool: Pool) -> None:
    target = sqlite_pool.folder / "case.csv"
    sqlite_pool.done("record", "template", "case", "-o", str(target))
    assert "办件编号" in target.read_text(encoding="utf-8-sig")
