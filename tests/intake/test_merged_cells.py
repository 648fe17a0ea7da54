"""A cell that a department merged over several rows is said of each of them."""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from credit_cli.errors import WorkbookUnsafe
from credit_cli.intake import workbook_safety
from credit_cli.intake.records import read_records
from credit_cli.intake.tables import open_table
from credit_cli.rules.drafts import Level
from credit_cli.rules.raw_rows import unpack_row
from tests.intake.old_workbooks import container, record, sheet, stream
from tests.intake.senders import FARM, PENALTY, TODAY, Read, classify, read, save
from tests.intake.test_table_files import with_sheet

COLUMNS = list(PENALTY)
NAME, CODE, NUMBER = (COLUMNS.index(one) for one in ("CF_XDR_MC", "CF_XDR_SHXYM", "CF_WSH"))
Range = tuple[int, int, int, int]  # first row, first column, last row, last column, from 0
TITLE = "行政处罚信息公示表"


def penalty(number: int, **other: str) -> list[str]:
    return list((PENALTY | {"CF_WSH": f"虚〔2026〕{number}号"} | other).values())


def without(row: list[str], *places: int) -> list[str]:
    return ["" if place in places else cell for place, cell in enumerate(row)]


def below(number: int) -> list[str]:
    """A row below the first one of a merge of name and code."""
    return without(penalty(number), NAME, CODE)


def save_merged(path: Path, rows: Sequence[Sequence[str]], *merged: Range) -> Path:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("处罚")
        for place in merged:
            page.merge_range(*place, "")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell:
                    page.write(number, column, cell)
    return path


def save_old(path: Path, rows: Sequence[Sequence[str]], *merged: Range) -> Path:
    strings: list[str] = []
    places = b"".join(struct.pack("<HHHH", *(one[at] for at in (0, 2, 1, 3))) for one in merged)
    merges = record(0x00E5, struct.pack("<H", len(merged)) + places)
    body = sheet(rows, strings)[:-4] + merges + record(0x000A)
    path.write_bytes(container(stream({"处罚": body}, strings)))
    return path


FORMATS = {"xlsx": save_merged, "xls": save_old}


def told(found: Read) -> dict[str, int]:
    return {code: count for code, count in found.issues.items() if code == "fixed_merged"}


@pytest.mark.parametrize("form", FORMATS)
def test_merged_name_and_code_are_said_of_every_row(tmp_path: Path, form: str) -> None:
    rows = [COLUMNS, penalty(1), below(2), below(3), penalty(4, CF_XDR_MC="虚构牧场")]
    merged = [(1, place, 3, place) for place in (NAME, CODE)]
    found = read(FORMATS[form](tmp_path / f"a.{form}", rows, *merged))
    assert [(one.name, one.code) for one in found.drafts] == [
        *[("虚构农场有限公司", FARM)] * 3,
        ("虚构牧场", FARM),
    ]
    assert (found.questioned, told(found)) == ([], {"fixed_merged": 2})
    noted = [one for one in found.noted if one.code == "fixed_merged"]
    assert [(one.level, one.line, one.column, one.proposed) for one in noted] == [
        (Level.FIXED, line, "CF_XDR_MC", "虚构农场有限公司") for line in (3, 4)
    ]


def test_rows_are_kept_as_they_were_sent(tmp_path: Path) -> None:
    rows = [COLUMNS, penalty(1), below(2)]
    path = save_merged(tmp_path / "a.xlsx", rows, (1, NAME, 2, NAME), (1, CODE, 2, CODE))
    with open_table(path) as table:
        (page,) = read_records(table, as_of=TODAY, late_before={}, classify=classify)
    assert page.raw is not None
    assert unpack_row(page.raw.data, 1) == rows[2]


def test_questioned_row_stands_alone_in_the_rejects_file(tmp_path: Path) -> None:
    rows = [COLUMNS, penalty(1), without(below(2), NUMBER)]
    path = save_merged(tmp_path / "a.xlsx", rows, (1, NAME, 2, NAME), (1, CODE, 2, CODE))
    (row,) = read(path).questioned
    assert (row.line, row.cells[NAME], row.cells[CODE]) == (3, "虚构农场有限公司", FARM)


def test_merges_of_the_layout_fill_nothing(tmp_path: Path) -> None:
    names = ["行政相对人名称", *COLUMNS[1:]]
    title = [TITLE, *[""] * (len(COLUMNS) - 1)]
    rows = [title, title[1:], names, without(penalty(1), NAME)]
    path = save_merged(tmp_path / "a.xlsx", rows, (0, 0, 1, 5), (2, NAME, 3, NAME))
    found = read(path)
    assert (found.drafts, told(found)) == ([], {})
    assert found.questioned[0].issues[0].code == "missing_required"


@pytest.mark.parametrize("word", ["合计：3条", "说明：以上数据由填报单位负责"])
def test_notes_and_totals_stay_what_they_are(tmp_path: Path, word: str) -> None:
    remark = ["", word, *[""] * (len(COLUMNS) - 2)]
    blank = [""] * len(COLUMNS)
    rows = [COLUMNS, penalty(1), below(2), remark, blank, below(3)]
    merged = [(1, place, 5, place) for place in (NAME, CODE)]
    found = read(save_merged(tmp_path / "a.xlsx", rows, *merged))
    assert [one.line for one in found.drafts] == [2, 3, 6]
    assert (found.questioned, found.skipped, told(found)) == ([], 2, {"fixed_merged": 2})


def test_note_over_several_rows_is_no_record(tmp_path: Path) -> None:
    note = ["填报说明：一", *[""] * (len(COLUMNS) - 1)]
    rows = [COLUMNS, penalty(1), note, note[1:], note[1:]]
    found = read(save_merged(tmp_path / "a.xlsx", rows, (2, 0, 4, 6)))
    assert (len(found.drafts), found.questioned, told(found)) == (1, [], {})


def test_merge_across_columns_fills_the_first_one_only(tmp_path: Path) -> None:
    rows = [COLUMNS, penalty(1), below(2)]
    found = read(save_merged(tmp_path / "a.xlsx", rows, (1, NAME, 2, CODE)))
    assert [issue.code for row in found.questioned for issue in row.issues] == [
        "fixed_merged",
        "no_code",
    ]
    assert found.questioned[0].cells[NAME] == "虚构农场有限公司"


def test_cells_of_their_own_stay_and_a_blank_merge_says_nothing(tmp_path: Path) -> None:
    rows = [COLUMNS, penalty(1), penalty(2, CF_XDR_MC="虚构牧场"), penalty(3, CF_FRDB="")]
    rows[1][COLUMNS.index("BZ")] = " "
    merged = [(1, place, 3, place) for place in (NAME, COLUMNS.index("BZ"))]
    found = read(save_merged(tmp_path / "a.xlsx", rows, *merged))
    assert [one.name for one in found.drafts] == [
        "虚构农场有限公司",
        "虚构牧场",
        "虚构农场有限公司",
    ]
    assert told(found) == {}


def test_merge_goes_on_over_pages_and_over_a_whole_column(tmp_path: Path) -> None:
    rows = [COLUMNS, penalty(1), *map(below, range(2, 1_201))]
    merged = [(1, place, 1_048_575, place) for place in (NAME, CODE)]
    found = read(save_merged(tmp_path / "a.xlsx", rows, *merged))
    assert {one.code for one in found.drafts} == {FARM}
    assert (len(found.drafts), told(found)) == (1_200, {"fixed_merged": 1_199})


def xml(rows: Sequence[Sequence[str]], refs: Sequence[str]) -> str:
    """Rows of a sheet with their texts inline; the merges close it."""
    lines = "".join(
        "".join(
            f'<c r="{xl_rowcol_to_cell(number, place)}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for place, cell in enumerate(row)
            if cell
        ).join((f'<row r="{number + 1}">', "</row>"))
        for number, row in enumerate(rows)
    )
    merges = "".join(f'<mergeCell ref="{ref}"/>' for ref in refs)
    return f"{lines}</sheetData><mergeCells>{merges}</mergeCells><sheetData>"


def test_merges_one_over_the_other_cost_no_more_than_one(tmp_path: Path) -> None:
    rows = [COLUMNS, penalty(1), *map(below, range(2, 500))]
    refs = ["A2:A1048576", "C2:XFD1048576"] * 50_000
    found = read(with_sheet(tmp_path, xml(rows, refs)))
    assert (len(found.drafts), told(found)) == (499, {"fixed_merged": 498})


def test_more_merges_than_any_sheet_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [COLUMNS, penalty(1), below(2)]
    new = save_merged(tmp_path / "a.xlsx", rows, (1, NAME, 2, NAME), (1, CODE, 2, CODE))
    old = save_old(tmp_path / "a.xls", rows, (1, NAME, 2, NAME), (1, CODE, 2, CODE))
    for path in (new, old):
        monkeypatch.setattr(workbook_safety, "MOST_MERGES", 1)
        monkeypatch.setattr("credit_cli.intake.old_workbook_safety.MOST_MERGES", 1)
        with pytest.raises(WorkbookUnsafe) as refused:
            read(path)
        assert refused.value.params["fault"] == "merges"


@pytest.mark.parametrize("ref", ["A3", "B9:A3", "A1:A99999999999"])
def test_merges_that_make_no_sense_fill_nothing(tmp_path: Path, ref: str) -> None:
    rows = [COLUMNS, penalty(1), without(penalty(2), NAME)]
    found = read(with_sheet(tmp_path, xml(rows, [ref])))
    assert ([one.line for one in found.drafts], told(found)) == ([2], {})


def test_text_file_has_no_merges(tmp_path: Path) -> None:
    with open_table(save(tmp_path / "a.csv", "甲,乙\n1,2\n")) as table:
        merges: Sequence[Any] = table.merges("")
    assert merges == ()
