"""A department's catalogue becomes a pack to propose; the rules in force stay as they are."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.intake.toml_text import toml_table
from tests.intake.senders import save_rows, save_xlsx
from tests.pool import Pool, changed_pack, contents
from tests.program import Ran

TEA = {
    "实施编码": "tea_business_filing",
    "事项名称": "茶叶加工小作坊登记",
    "实施机关": "五指山市市场监督管理局",
    "承诺时限": "10",
    "法定时限": "20个工作日",
    "审批路径": "告知承诺、加速办理",
    "主要材料": "1.申请表",
    "次要材料": "",
}
NEW = TEA | {
    "实施编码": "11460000MB1651",
    "事项名称": "虚构事项",
    "承诺时限": "即办",
    "法定时限": "3个月内",
    "审批路径": "容缺受理",
    "主要材料": '申请表；“证明"',
    "次要材料": "1.照片 2．场地平面图",
}
Row = dict[str, str]


def bring(pool: Pool, *rows: Row, options: tuple[str, ...] = ()) -> Ran:
    path = save_rows(pool.folder / "catalogue.csv", *rows)
    return pool.run("item", "import", str(path), "--basis", "training", *written(pool), *options)


def written(pool: Pool) -> tuple[str, str]:
    return ("-o", str(pool.folder / "items.toml"))


def proposed(pool: Pool) -> dict[str, Any]:
    text = (pool.folder / "items.toml").read_text(encoding="utf-8")
    items: dict[str, Any] = tomllib.loads(text)["item"]
    return items


def test_a_catalogue_becomes_a_pack_to_propose(pool: Pool) -> None:
    before = contents(pool.url)
    ran = bring(pool, TEA | {"承诺时限": "8个工作日"}, NEW)
    assert (ran.exit_code, ran.json["added"]) == (0, ["11460000MB1651"])
    assert ran.json["changed"] == ["tea_business_filing"]
    items = proposed(pool)
    assert items["tea_business_filing"]["mode"]["commitment"]["limit"] == "1wd"
    assert items["tea_business_filing"]["title_en"] == "Registration of a small tea workshop"
    made = items["11460000MB1651"]
    assert (made["promised"], made["legal"], list(made["mode"])) == (
        "0wd",
        "3m",
        ["deferred_materials"],
    )
    assert [(one["code"], one["title"], one["class"]) for one in made["material"]] == [
        ("m1", "申请表", "main"),
        ("m2", '“证明"', "main"),
        ("m3", "照片", "secondary"),
        ("m4", "场地平面图", "secondary"),
    ]
    checked = pool.done("policy", "check", str(pool.folder / "items.toml"))
    assert checked["items"] == len(pool.done("item", "list")) + 1
    assert contents(pool.url) == before


def test_what_a_catalogue_repeats_is_no_change(pool: Pool) -> None:
    ran = bring(pool, TEA)
    assert (ran.exit_code, ran.json["same"], ran.json["file"]) == (0, 1, None)
    assert not (pool.folder / "items.toml").exists()


def test_what_a_department_no_longer_lists_is_named(pool: Pool) -> None:
    row = NEW | {"实施机关": "海南省民政厅"}
    assert bring(pool, row).json["not_listed"] == ["senior_card"]


def test_what_a_catalogue_does_not_say_stays_as_it_was(pool: Pool) -> None:
    short = {key: TEA[key] for key in list(TEA)[:4]} | {"承诺时限": "9"}
    assert bring(pool, short).exit_code == 0
    item = proposed(pool)["tea_business_filing"]
    assert (item["promised"], item["legal"]) == ("9wd", "20wd")
    assert list(item["mode"]) == ["commitment", "accelerated"]
    assert [one["code"] for one in item["material"]] == ["application_form"]


def test_rows_of_one_item_list_its_materials(pool: Pool) -> None:
    head = {key: NEW[key] for key in list(NEW)[:4]}
    words = (("申请表", "主要"), ("照片", "可容缺"), ("照片", "可容缺"), ("图纸", ""))
    rows = [head | {"材料名称": title, "材料类别": word} for title, word in words]
    assert bring(pool, *rows).json["items"] == 1
    listed = proposed(pool)["11460000MB1651"]["material"]
    assert [one["class"] for one in listed] == ["main", "secondary", "main"]


def test_numbers_of_a_workbook_are_working_days(pool: Pool) -> None:
    row: list[Any] = list((TEA | {"法定时限": ""}).values())
    row[3] = 7
    path = save_xlsx(pool.folder / "a.xlsx", {"目录": [list(TEA), row]})
    ran = pool.run("item", "import", str(path), "--basis", "training", *written(pool))
    assert ran.exit_code == 0
    assert proposed(pool)["tea_business_filing"]["promised"] == "7wd"


@pytest.mark.parametrize(
    ("changes", "issue"),
    [
        ({"承诺时限": "尽快"}, "bad_limit"),
        ({"承诺时限": "5周"}, "bad_limit"),
        ({"承诺时限": "21"}, "promised_too_long"),
        ({"审批路径": "走后门"}, "unknown_route"),
        ({"实施编码": "事项一"}, "bad_item_code"),
        ({"事项名称": ""}, "missing_required"),
        ({"事项名称": "另一事项"}, "item_differs"),
    ],
)
def test_a_catalogue_with_a_fault_goes_back_whole(pool: Pool, changes: Row, issue: str) -> None:
    ran = bring(pool, TEA, NEW, TEA | changes)
    assert (ran.exit_code, ran.json["rejected"], ran.json["file"]) == (3, 1, None)
    assert ran.json["issues"][issue] == 1
    assert (pool.folder / "catalogue.csv.rejects.csv").is_file()
    assert not (pool.folder / "items.toml").exists()


def test_a_promise_may_be_as_long_as_the_law_allows(pool: Pool) -> None:
    assert bring(pool, TEA | {"承诺时限": "20"}).exit_code == 0
    assert proposed(pool)["tea_business_filing"]["promised"] == "20wd"


def test_a_material_of_no_known_class_goes_back(pool: Pool) -> None:
    row = {key: NEW[key] for key in list(NEW)[:4]} | {"材料名称": "照片", "材料类别": "不明"}
    assert bring(pool, row).json["issues"]["unknown_material_class"] == 1


def test_a_basis_that_the_pack_does_not_know_stops_the_file(pool: Pool) -> None:
    path = save_rows(pool.folder / "a.csv", NEW)
    ran = pool.run("item", "import", str(path), "--basis", "nowhere", *written(pool))
    assert (ran.exit_code, ran.error["code"]) == (13, "policy_invalid")
    assert not (pool.folder / "items.toml").exists()


def test_a_file_that_is_there_is_never_replaced(pool: Pool) -> None:
    (pool.folder / "items.toml").write_text("kept", encoding="utf-8")
    assert bring(pool, NEW).error["code"] == "file_taken"
    assert (pool.folder / "items.toml").read_text(encoding="utf-8") == "kept"


def test_a_pack_to_propose_may_go_to_stdout(pool: Pool) -> None:
    path = save_rows(pool.folder / "a.csv", NEW)
    ran = pool.run("item", "import", str(path), "--basis", "training", "-o", "-")
    assert tomllib.loads(ran.stdout)["item"]["11460000MB1651"]["promised"] == "0wd"


def test_a_catalogue_may_be_laid_over_another_pack_from_a_day_on(pool: Pool) -> None:
    own = changed_pack(pool.folder / "own", "items.toml", 'legal = "7wd"', 'legal = "8wd"')
    ran = bring(pool, NEW, options=("--policy", str(own), "--from", "2027-01-01"))
    assert ran.exit_code == 0, ran.stderr
    made = tomllib.loads((pool.folder / "items.toml").read_text(encoding="utf-8"))["pack"]
    assert (made["extends"], made["from"].isoformat()) == ("own", "2027-01-01")
    assert pool.run("policy", "check", str(pool.folder / "items.toml")).exit_code == 0


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")))
VALUES = st.one_of(TEXTS, st.integers(), st.booleans(), st.dates())


@given(st.dictionaries(st.sampled_from("abc"), st.one_of(VALUES, st.lists(VALUES))))
def test_what_is_written_as_toml_is_read_the_same(table: dict[str, Any]) -> None:
    text = "\n".join(toml_table(("x", "y"), table))
    assert tomllib.loads(text) == {"x": {"y": table}}
