"""Files of a department's own layout through the real commands."""

from pathlib import Path

import pytest

from tests.intake.senders import BUREAU, FARM, save, save_rows
from tests.intake.test_mappings import MAPPING, ROW, mapping
from tests.pool import SOURCE, Pool, person
from tests.program import Ran

WHO = {"对象": "虚构农场有限公司", "对象码": FARM}
NAMED = '"对象" = "name"\n"对象码" = "code"'
# By noun: a row under headings of the sender's own, and the mapping that says what they mean.
OWN = {
    "listing": (
        WHO | {"何单": "W", "凭何": "法", "入册": "16/11/2026"},
        f'''layout = "listing"
[columns]
{NAMED}
"何单" = "list"
"凭何" = "grounds"
"入册" = "listed_on"
[constants]
kind = "法人和非法人组织"
listed_by = "虚构市市场监督管理局"
listed_by_code = "{BUREAU}"
[codes.list]
"W" = "经营异常名录"
[days]
listed_on = "dmy"''',
    ),
    "subject": (
        WHO | {"何属": "K", "在何处": "虚构市一号"},
        f'''layout = "subjects"
[columns]
{NAMED}
"何属" = "kind"
"在何处" = "address"
[codes.kind]
"K" = "企业"''',
    ),
    "evaluation": (
        WHO | {"几星": "5", "何日": "6-1-2026"},
        f'''layout = "evaluation"
[columns]
{NAMED}
"几星" = "grade"
"何日" = "evaluated_on"
[constants]
scale = "tier"
[codes.grade]
"5" = "good"
[days]
evaluated_on = "mdy"''',
    ),
    "case": (
        WHO | {"流水": "虚办1", "所办": "pharmacy_licence_renewal", "始": "1/6/2026", "了": "Y"},
        f'''layout = "case"
[columns]
{NAMED}
"流水" = "case_number"
"所办" = "item"
"始" = "opened_on"
"了" = "result"
[codes.result]
"Y" = "撤件"
[days]
opened_on = "dmy"''',
    ),
}
OWN["subject links"] = (
    WHO | {"何人": "虚拟人物甲", "其号": person(1), "何干": "F"},
    f'''layout = "links"
[columns]
{NAMED}
"何人" = "related_name"
"其号" = "related_code"
"何干" = "role"
[constants]
kind = "企业"
[codes.role]
"F" = "法定代表人"''',
)


def bring(pool: Pool, noun: str, row: dict[str, str], text: str, *options: str) -> Ran:
    path = save_rows(pool.folder / "own.csv", row)
    own = save(pool.folder / "own.toml", text)
    argv = (noun, "import", str(path), "--source", SOURCE, "--mapping", str(own))
    return pool.run(*argv, *options)


@pytest.mark.parametrize("case", OWN)
def test_whatever_can_be_imported_can_be_mapped(pool: Pool, case: str) -> None:
    noun, (row, text) = case.split(maxsplit=1)[0], OWN[case]
    ran = bring(pool, noun, row, text)
    assert (ran.exit_code, ran.json["added"]) == (0, 1), ran.stderr
    assert bring(pool, noun, row, text).json["batch"] == ran.json["batch"]
    assert pool.done("batch", "show", "1")["mapping"] == "own.toml"
    assert bring(pool, noun, row, text + "\n# 注").json["batch"] == 1


def test_what_a_mapping_says_is_what_is_read(sqlite_pool: Pool) -> None:
    bring(sqlite_pool, "listing", *OWN["listing"])
    bring(sqlite_pool, "evaluation", *OWN["evaluation"])
    bring(sqlite_pool, "case", *OWN["case"])
    shown = sqlite_pool.done("profile", "show", FARM)
    (listed,), (grade,) = shown["records"], shown["evaluations"]
    assert (listed["type"], listed["decided_on"]) == ("abnormal_list", "2026-11-16")
    assert (grade["grade"], grade["evaluated_on"]) == ("good", "2026-06-01")
    (case,) = sqlite_pool.done("case", "history", FARM)["cases"]
    assert (case["state"], case["opened_on"]) == ("withdrawn", "2026-06-01")


@pytest.mark.parametrize(
    ("noun", "other"), [("case", "evaluation"), ("listing", "case"), ("record", "subject")]
)
def test_a_mapping_for_another_command_is_refused_and_named(
    sqlite_pool: Pool, noun: str, other: str
) -> None:
    ran = bring(sqlite_pool, noun, *OWN[other])
    assert (ran.exit_code, ran.error["code"]) == (13, "mapping_invalid")
    assert f"credit {other} import" in ran.error["message"]


def test_every_fault_of_a_mapping_stands_on_a_line_of_its_own(sqlite_pool: Pool) -> None:
    text = 'layout = "case"\n[columns]\n"流水" = "case_nummer"\n"所办" = "itme"\n'
    path = save_rows(sqlite_pool.folder / "own.csv", OWN["case"][0])
    own = save(sqlite_pool.folder / "own.toml", text)
    argv = ("case", "import", str(path), "--source", SOURCE, "--mapping", str(own))
    ran = sqlite_pool.run(*argv, CREDIT_OUTPUT="table", CREDIT_LANG="zh_CN")
    first, second = ran.stderr.splitlines()[1:3]
    assert first == "  own.toml：columns.流水：没有“case_nummer”，相近的有：case_number。"
    assert second.startswith("  own.toml：columns.所办：没有“itme”")


def test_a_catalogue_of_items_can_be_mapped(sqlite_pool: Pool) -> None:
    row = {"码": "new_item", "叫": "虚构事项", "谁办": "虚构市市场监督管理局", "几天": "10"}
    text = '''layout = "item"
[columns]
"码" = "item"
"叫" = "title"
"谁办" = "department"
"几天" = "promised"'''
    path, own = (
        save_rows(sqlite_pool.folder / "a.csv", row),
        save(sqlite_pool.folder / "own.toml", text),
    )
    argv = ("item", "import", str(path), "--basis", "feature", "--mapping", str(own))
    ran = sqlite_pool.run(*argv, "-o", str(sqlite_pool.folder / "items.toml"))
    assert (ran.exit_code, ran.json["added"]) == (0, ["new_item"]), ran.stderr


@pytest.mark.parametrize(
    ("headings", "layout", "noun"),
    [
        ("办件编号,申请人,信用代码,事项代码,受理日,办结日,办理结果", "case", "case"),
        ("主体名称,主体代码,评价体系,信用等级,评定日", "evaluation", "evaluation"),
        ("企业名称,统一社会信用代码,关系类型,关联人姓名,关联人证件号", "links", "subject"),
        ("事项编码,事项名称,承诺时限,法定时限,材料名称", "item", "item"),
    ],
)
def test_a_proposal_names_the_layout_and_the_command(
    sqlite_pool: Pool, headings: str, layout: str, noun: str
) -> None:
    rows = f"{headings}\n{',' * headings.count(',')}甲\n"
    ran = sqlite_pool.run("record", "mapping", "-", stdin=rows)
    assert f'layout = "{layout}"' in ran.stdout
    assert f"credit {noun} import" in ran.stdout


def test_own_layout_goes_in_and_its_batch_names_the_mapping(pool: Pool, tmp_path: Path) -> None:
    path = save_rows(tmp_path / "a.csv", ROW, ROW | {"决定书编号": "内罚2026-2", "信用代码": ""})
    argv = ("record", "import", str(path), "--source", SOURCE, "--mapping")
    first = pool.run(*argv, str(mapping(tmp_path))).json
    assert (first["batch"], first["added"], first["unlinked"]) == (1, 1, 1)
    assert pool.run(*argv, str(mapping(tmp_path))).json["batch"] == 1
    shown = pool.done("batch", "show", "1")
    assert (shown["mapping"], shown["layout"]) == ("bureau.toml", "penalty_2018")
    second = pool.run(*argv, str(mapping(tmp_path, MAPPING.replace('"元"', '"万元"')))).json
    assert (second["batch"], second["changed"]) == (2, 1)
    assert pool.done("batch", "show", "2")["sha256"] == shown["sha256"]


def test_file_without_its_mapping_is_refused(sqlite_pool: Pool, tmp_path: Path) -> None:
    path = save_rows(tmp_path / "a.csv", ROW)
    argv = ("record", "import", str(path), "--source", SOURCE)
    assert sqlite_pool.run(*argv).exit_code == 8
    refused = sqlite_pool.run(*argv, "--mapping", str(mapping(tmp_path, "layout = 1")))
    assert (refused.exit_code, refused.error["code"]) == (13, "mapping_invalid")


def test_proposal_goes_to_stdout_and_back_in(sqlite_pool: Pool, tmp_path: Path) -> None:
    rows = ",".join(ROW) + "\n" + ",".join(ROW.values()) + "\n"
    ran = sqlite_pool.run("record", "mapping", "-", "--layout", "penalty_2018", stdin=rows)
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert 'layout = "penalty_2018"\namount_unit = "元"\n' in ran.stdout
    path = save_rows(tmp_path / "a.csv", ROW)
    argv = ("record", "import", str(path), "--source", SOURCE, "--mapping")
    refused = sqlite_pool.run(*argv, str(mapping(tmp_path, ran.stdout)))
    assert (refused.exit_code, refused.error["code"]) == (8, "heading_missing")


def test_row_that_waited_is_linked_as_its_mapping_reads_it(
    sqlite_pool: Pool, tmp_path: Path
) -> None:
    pool = sqlite_pool
    path = save_rows(tmp_path / "a.csv", ROW, ROW | {"决定书编号": "内罚2026-2", "信用代码": ""})
    file = str(mapping(tmp_path))
    pool.run("record", "import", str(path), "--source", SOURCE, "--mapping", file)
    argv = ("batch", "link", "1", "--line", "3", "--subject", "-")
    assert pool.run(*argv, stdin=f"{FARM}\n").json["outcome"] == "added"
    found = pool.done("profile", "show", FARM)["records"]
    assert {one["decided_on"] for one in found} == {"2026-11-16"}
    assert len(found) == 2
