import shutil
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from credit_cli.errors import (
    FileEmpty,
    HeadingDoubled,
    HeadingMissing,
    HeadingUnknown,
    SheetUnknown,
)
from credit_cli.intake.layouts import FOLDER, Layout, heading_key, load_layouts
from credit_cli.intake.tables import open_table
from tests.intake.senders import (
    EVALUATION,
    LICENCE,
    PENALTY,
    PENALTY_NAMES,
    PERSON,
    csv_text,
    read,
    read_scores,
    save,
    save_rows,
    save_xlsx,
)

CODES, NAMES, VALUES = list(PENALTY), list(PENALTY_NAMES.values()), list(PENALTY.values())


def read_rows(folder: Path, *rows: list[str]) -> list[str]:
    """The document numbers of the drafts of a penalty file."""
    result = read(save(folder / "a.csv", csv_text(rows)))
    assert result.file.layout == "penalty_2018"
    return [draft.document_number for draft in result.drafts]


def with_heading(cell: str, new: str) -> list[str]:
    return [new if name == cell else name for name in NAMES]


PAIRS = list(zip(CODES, NAMES, strict=True))
FORMS = {
    "codes": [CODES],
    "names": [NAMES],
    "names above codes": [NAMES, CODES],
    "codes above names": [CODES, NAMES],
    "required marks": [[f"* {name}（必填）" for name in NAMES]],
    "numbers": [[f"{number}.{name}" for number, name in enumerate(NAMES, 1)]],
    "numbers in brackets": [[f"（{number}）{name}" for number, name in enumerate(NAMES, 1)]],
    "quotation marks": [[f"“{name}”" for name in NAMES]],
    "stars and colons": [[f"★{name}：" for name in NAMES]],
    "blanks within": [[f" {name[:2]} {name[2:]}" for name in NAMES]],
    "name and code in one cell": [[f"{name}\n{code}" for code, name in PAIRS]],
    "name in brackets": [[f"{code} ({name})" for code, name in PAIRS]],
    "lower case": [[code.lower() for code in CODES]],
    "camel case": [[code[:2].lower() + code[3:].title().replace("_", "") for code in CODES]],
    "note above": [["表格说明：一行一条"], [], NAMES],
    "title above both": [["行政处罚信息公示表"], ["填报单位：虚构局", "", "2026年"], NAMES, CODES],
    "blank tail": [[*NAMES, "", ""]],
}


@pytest.mark.parametrize("form", FORMS)
def test_heading_is_found_in_every_form(tmp_path: Path, form: str) -> None:
    assert read_rows(tmp_path, *FORMS[form], VALUES) == [PENALTY["CF_WSH"]]


def test_each_heading_row_may_name_what_the_other_leaves_open(tmp_path: Path) -> None:
    codes = ["" if code == "CF_WSH" else code for code in CODES]
    names = with_heading(PENALTY_NAMES["CF_XDR_MC"], "")
    assert read_rows(tmp_path, names, codes, VALUES) == [PENALTY["CF_WSH"]]


@pytest.mark.parametrize(
    ("official", "alias"),
    [
        ("行政处罚决定书文号", "处罚决定书文号"),
        ("行政处罚决定书文号", "行政处罚决定书文号(2018版)"),
        ("处罚决定日期", "处罚决定日期（YYYY/MM/DD）"),
        ("罚款金额（万元）", "处罚金额(万元)"),
        ("法定代表人", "CF_FDDB"),
        ("行政相对人类别", "CF_XDR_TYPE"),
        ("行政相对人代码_1(统一社会信用代码)", "统一社会信用代码"),
    ],
)
def test_aliases_are_understood_and_strange_words_are_not(
    tmp_path: Path, official: str, alias: str
) -> None:
    if "版" in alias:
        with pytest.raises(HeadingUnknown):
            read_rows(tmp_path, with_heading(official, alias), VALUES)
    else:
        assert read_rows(tmp_path, with_heading(official, alias), VALUES) == [PENALTY["CF_WSH"]]


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.tsv"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_heading_proves_what_parts_the_cells(tmp_path: Path, name: str, delimiter: str) -> None:
    values = [value.replace("2000元", f"2000元{delimiter}上缴") for value in VALUES]
    result = read(save(tmp_path / name, csv_text([NAMES, values], delimiter)))
    assert [draft.document_number for draft in result.drafts] == [PENALTY["CF_WSH"]]
    assert result.issues["wrong_width"] == 0


def test_unknown_heading_is_told_whatever_parts_the_cells(tmp_path: Path) -> None:
    text = csv_text([with_heading("处罚决定日期", "处罚决定曰期"), VALUES], ";")
    with pytest.raises(HeadingUnknown) as refused:
        read(save(tmp_path / "a.csv", text))
    assert refused.value.params["headings"] == ["处罚决定曰期"]


def test_columns_that_portals_add_tell_headings_from_data_too(tmp_path: Path) -> None:
    strange = [f"甲{number}" for number in range(4)]
    with pytest.raises(HeadingUnknown) as refused:
        read_rows(tmp_path, [*NAMES[:4], "序号", "更新时间", *strange], ["1"] * 10)
    assert refused.value.params["headings"] == strange


def test_unit_in_a_heading_is_never_overlooked(tmp_path: Path) -> None:
    with pytest.raises(HeadingUnknown):
        read_rows(tmp_path, with_heading("罚款金额（万元）", "罚款金额（元）"), VALUES)


def test_unknown_heading_stops_the_file_with_the_nearest_names(tmp_path: Path) -> None:
    with pytest.raises(HeadingUnknown) as refused:
        read_rows(tmp_path, with_heading("处罚决定日期", "处罚决定曰期"), VALUES)
    assert refused.value.params["headings"] == ["处罚决定曰期"]
    assert refused.value.params["nearest"][0] == "处罚决定日期"


def test_file_of_another_kind_shows_its_headings_and_known_names(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", "企业名称,注册号码,成立日期,经营范围\n虚构,1,2,3\n")
    with pytest.raises(HeadingUnknown) as refused:
        read(path)
    assert {"注册号码", "成立日期"} <= {*refused.value.params["headings"]}
    assert refused.value.params["nearest"]


@pytest.mark.parametrize(
    "text",
    [
        f"王某某,自然人,{PERSON},虚市监处罚〔2026〕1号\n",
        f"行政相对人名称,王某某,自然人证件号码,{PERSON}\n",
        f"姓名,王某某,住址,虚构路1号,电话,{PERSON}\n",
        '-- 导出\n{"CF_XDR_MC": "王某某", "CF_XDR_LB": "自然人", "CF_WSH": "虚1号"}\n',
        "INSERT INTO cf (CF_WSH, CF_FRDB) VALUES ('王某某_1', '王某某_2', '王某某_3');\n",
        "导出\n<CF_WSH>王某某</CF_WSH>,<CF_FRDB>王某某</CF_FRDB>,<CF_SY>王某某</CF_SY>\n",
        "CF_WSH=王某某,CF_FRDB=王某某,CF_SY=王某某\n",
    ],
)
def test_row_that_may_be_data_is_never_quoted(tmp_path: Path, text: str) -> None:
    with pytest.raises((FileEmpty, HeadingUnknown)) as refused:
        read(save(tmp_path / "a.csv", text))
    assert "王某某" not in str(refused.value.params)
    assert PERSON not in str(refused.value.params)


def test_long_number_in_a_heading_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(HeadingUnknown) as refused:
        read_rows(tmp_path, with_heading("备注", f"王某某{PERSON}"), VALUES)
    assert refused.value.params["headings"] == ["…"]


def test_heading_longer_than_any_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(HeadingUnknown):
        read_rows(tmp_path, with_heading("备注", "备" * 101), VALUES)


def test_heading_wider_than_any_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(FileEmpty):
        read_rows(tmp_path, [*NAMES, *["x"] * 500], VALUES)


def test_doubled_heading_stops_the_file(tmp_path: Path) -> None:
    with pytest.raises(HeadingDoubled) as refused:
        read_rows(tmp_path, [*NAMES, "CF_WSH"], [*VALUES, "x"])
    assert refused.value.params["headings"] == ["行政处罚决定书文号"]


def test_required_column_must_be_there_and_another_may_be_absent(tmp_path: Path) -> None:
    without = {code: value for code, value in PENALTY.items() if code != "CF_WSH"}
    with pytest.raises(HeadingMissing) as refused:
        read(save_rows(tmp_path / "a.csv", without))
    assert refused.value.params["headings"] == ["行政处罚决定书文号"]
    assert refused.value.params["layout"] == "penalty_2018"
    without = {code: value for code, value in PENALTY.items() if code != "BZ"}
    assert read(save_rows(tmp_path / "a.csv", without)).drafts


def test_columns_that_portals_add_are_passed_over(tmp_path: Path) -> None:
    rows = [["序号", *NAMES, "数据导出时间"], ["1", *VALUES, "2026-11-20 10:00:00"]]
    assert read_rows(tmp_path, *rows) == [PENALTY["CF_WSH"]]


@pytest.mark.parametrize("content", ["\n\n\n", "\ufeff", ",,,\n,,\n", " \n"])
def test_file_without_a_heading_is_empty(tmp_path: Path, content: str) -> None:
    with pytest.raises(FileEmpty):
        read(save(tmp_path / "a.csv", content))


def test_heading_alone_is_a_file_without_rows(tmp_path: Path) -> None:
    result = read(save(tmp_path / "a.csv", csv_text([NAMES])))
    assert (result.drafts, result.questioned, result.skipped) == ([], [], 0)


def test_heading_below_thirty_rows_is_not_sought(tmp_path: Path) -> None:
    notes = [["说明"]] * 29
    assert read_rows(tmp_path, *notes, NAMES, VALUES)
    with pytest.raises(FileEmpty):
        read_rows(tmp_path, *notes, ["说明"], NAMES, VALUES)


def test_first_sheet_with_a_known_heading_is_read(tmp_path: Path) -> None:
    sheets = {"填报说明": [["说明"]], "数据": [NAMES, VALUES], "代码表": [["类别"]]}
    assert len(read(save_xlsx(tmp_path / "a.xlsx", sheets)).drafts) == 1


SHEETS = {
    "一月": [NAMES, VALUES],
    "填报说明": [["说明"]],
    "空表": [CODES, NAMES],
    "二月": [CODES, [*VALUES[:7], "二号", *VALUES[8:]]],
    "三月": [NAMES, [*VALUES[:7], "三号", *VALUES[8:]]],
}


def test_sheets_with_rows_under_a_known_heading_are_not_passed_over_unsaid(tmp_path: Path) -> None:
    path = save_xlsx(tmp_path / "a.xlsx", SHEETS)
    told = read(path).issues
    assert told["sheet_passed_over"] == 2
    assert "sheet_passed_over" not in read(path, sheet="一月").issues


def test_each_sheet_can_be_asked_for_and_is_a_file_of_its_own(tmp_path: Path) -> None:
    path = save_xlsx(tmp_path / "a.xlsx", SHEETS)
    assert [one.document_number for one in read(path, sheet="三月").drafts] == ["三号"]
    known = {open_table(path, sheet=one).sha256 for one in (None, "一月", "三月")}
    assert len(known) == 3


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_sheet_that_is_not_there_is_told_with_those_that_are(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("xlsx"):
        save_xlsx(path, SHEETS)
    else:
        save(path, csv_text([NAMES, VALUES]))
    with pytest.raises(SheetUnknown) as refused:
        read(path, sheet="四月")
    wanted = ", ".join(SHEETS) if name.endswith("xlsx") else ""
    assert refused.value.params["known"] == wanted


@pytest.mark.parametrize("only", [False, True])
def test_hidden_sheet_is_read_only_if_no_other_can_be(tmp_path: Path, *, only: bool) -> None:
    old = [*VALUES[:7], "旧号", *VALUES[8:]]
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        hidden, shown = book.add_worksheet("旧"), book.add_worksheet("新")
        hidden.very_hidden()
        shown.activate()
        shown.set_first_sheet()
        new = [["说明"]] if only else [CODES, VALUES]
        for sheet, rows in ((hidden, [CODES, old]), (shown, new)):
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    numbers = [draft.document_number for draft in read(tmp_path / "a.xlsx").drafts]
    assert numbers == ["旧号" if only else PENALTY["CF_WSH"]]


def test_workbook_without_a_known_sheet_tells_of_the_nearest(tmp_path: Path) -> None:
    sheets = {"说明": [["说明"]], "数据": [with_heading("备注", "备考甲"), VALUES]}
    with pytest.raises(HeadingUnknown) as refused:
        read(save_xlsx(tmp_path / "a.xlsx", sheets))
    assert refused.value.params["headings"] == ["备考甲"]


def test_workbook_without_sheets_is_empty(tmp_path: Path) -> None:
    path = save_xlsx(tmp_path / "a.xlsx", {"表": [NAMES, VALUES]})
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w") as book:
        for name, part in parts.items():
            book.writestr(name, part.replace(b"<sheet ", b"<nothing "))
    with pytest.raises(FileEmpty):
        read(path)
    with open_table(path) as table, pytest.raises(FileEmpty):
        list(table.rows())


def test_each_kind_of_file_is_told_by_its_heading(tmp_path: Path) -> None:
    assert read(save_rows(tmp_path / "a.csv", LICENCE)).file.layout == "licence_2018"
    assert read_scores(save_rows(tmp_path / "b.csv", EVALUATION)).file.layout == "evaluation"
    with pytest.raises((HeadingUnknown, FileEmpty)):
        read(save_rows(tmp_path / "b.csv", EVALUATION))


def test_another_edition_is_another_file_and_no_code(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "layouts")
    edition = (folder / "penalty_2018.toml").read_text(encoding="utf-8")
    edition = edition.replace("penalty_2018", "penalty_2030").replace('"2018"', '"2030"')
    (folder / "penalty_2030.toml").write_text(edition.replace("CF_", "CN_"), encoding="utf-8")
    row = {f"CN_{code[3:]}" if code[:3] == "CF_" else code: PENALTY[code] for code in PENALTY}
    result = read(save_rows(tmp_path / "a.csv", row), layouts=load_layouts(folder))
    assert (result.file.layout, result.file.edition) == ("penalty_2030", "2030")
    assert result.drafts[0].amount_fen == 200_000


@pytest.mark.parametrize("layout", load_layouts(), ids=lambda layout: layout.code)
def test_layouts_name_every_column_once(layout: Layout) -> None:
    keys = [key for column in layout.columns for key in {*map(heading_key, column.headings)}]
    assert len(keys) == len(set(keys))
    assert layout.ignored.isdisjoint(keys)
    assert all(c.list in layout.lists for c in layout.columns if c.check == "choice")


def test_official_columns_are_complete() -> None:
    columns = {layout.code: [c.code for c in layout.columns] for layout in load_layouts()}
    assert (len(columns["licence_2018"]), len(columns["penalty_2018"])) == (28, 30)
    assert [code.replace("XK_", "CF_") for code in columns["licence_2018"][:13]] == columns[
        "penalty_2018"
    ][:13]
