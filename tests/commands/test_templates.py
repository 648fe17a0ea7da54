"""Empty files for senders: filled in, they are read back as they are."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from credit_cli.intake.layouts import Layout, load_layouts
from tests.intake.senders import (
    PENALTY,
    csv_text,
    read,
    save,
    save_xlsx,
)
from tests.intake.test_editions import LAYOUTS, ROWS
from tests.program import ROOT, Credit


def made(credit: Credit, *argv: str) -> Any:  # noqa: ANN401 - the view
    ran = credit("record", "template", *argv)
    assert ran.exit_code == 0, ran.stderr
    return ran.json


def headings(path: Path, sheet: int = 0) -> list[list[str]]:
    return [
        [str(cell) for cell in row]
        for row in CalamineWorkbook.from_path(path).get_sheet_by_index(sheet).to_python()
    ]


def filled(row: dict[str, str], layout: Layout) -> list[str]:
    return [row.get(column.code, "") for column in layout.columns]


@pytest.mark.parametrize("code", ROWS)
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_template_that_was_filled_in_is_read_back(
    credit: Credit, tmp_path: Path, code: str, suffix: str
) -> None:
    path, layout = tmp_path / f"t.{suffix}", LAYOUTS[code]
    told = made(credit, code, "-o", str(path))
    assert (told["layout"], told["edition"], told["file"]) == (code, layout.edition, str(path))
    values = filled(ROWS[code], layout)
    if suffix == "csv":
        again = save(path, path.read_text(encoding="utf-8") + csv_text([values]))
    else:
        again = save_xlsx(tmp_path / "f.xlsx", {"填报": [*headings(path), values]})
    result = read(again)
    assert (result.file.layout, len(result.drafts)) == (code, 1)


@pytest.mark.parametrize("layout", load_layouts(), ids=lambda layout: layout.code)
def test_every_layout_has_a_template(credit: Credit, tmp_path: Path, layout: Layout) -> None:
    path = tmp_path / "t.xlsx"
    made(credit, layout.code, "-o", str(path))
    stars = [f"*{column.name}" if column.required else column.name for column in layout.columns]
    assert headings(path) == [stars]
    explained = headings(path, 1)
    assert [row[:2] for row in explained[1:]] == [[c.code, c.name] for c in layout.columns]
    assert [row[2] for row in explained[1:]] == [
        "required" if column.required else "optional" for column in layout.columns
    ]


def test_an_empty_template_is_a_file_without_rows(credit: Credit, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    made(credit, "penalty_2018", "-o", str(path))
    result = read(path)
    assert (result.file.layout, result.drafts, result.questioned) == ("penalty_2018", [], [])


def test_a_record_type_means_its_newest_edition(credit: Credit, tmp_path: Path) -> None:
    for named, layout in {
        "licence": "licence_2018",
        "honour": "honour",
        "red_list": "listing",
        "listing": "listing",
    }.items():
        path = tmp_path / f"{named}.csv"
        assert made(credit, named, "-o", str(path))["layout"] == layout


def test_short_lists_are_to_choose_from_and_ids_are_texts(credit: Credit, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    made(credit, "penalty", "-o", str(path))
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert "&quot;" not in sheet.split("<dataValidations")[0]
    assert "法人及非法人组织,自然人,个体工商户" in sheet
    assert 'numFmtId="49"' in styles, "49 is the text format"


def test_a_template_goes_to_stdout_as_csv(credit: Credit) -> None:
    ran = credit("record", "template", "penalty_2015", "-o", "-")
    assert ran.exit_code == 0
    assert ran.stdout.removeprefix("\ufeff").startswith("*行政处罚决定书文号,*处罚名称,")


def test_a_template_may_be_sent_on_as_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "penalty.xlsx"
    with path.open("wb") as stdout:
        argv = [sys.executable, "-m", "credit_cli", "record", "template", "penalty"]
        subprocess.run(argv, cwd=ROOT, stdout=stdout, check=True)
    assert headings(path)[0][0] == "*行政相对人名称"
    assert not (ROOT / "penalty_2018.xlsx").exists()


def test_a_file_that_may_have_been_filled_in_is_left_alone(credit: Credit, tmp_path: Path) -> None:
    path = save(tmp_path / "t.csv", csv_text([list(PENALTY)]))
    before = path.read_bytes()
    ran = credit("record", "template", "penalty", "-o", str(path))
    assert (ran.exit_code, ran.error["code"]) == (7, "file_taken")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("argv", "exit_code", "code"),
    [
        (("penalty_1999",), 5, "layout_not_found"),
        (("penalty", "-o", "t.pdf"), 2, "malformed_value"),
        (("penalty", "-o", "nowhere/t.xlsx"), 74, "disk_fault"),
    ],
)
def test_what_cannot_be_written_is_told(
    credit: Credit, argv: tuple[str, ...], exit_code: int, code: str
) -> None:
    ran = credit("record", "template", *argv)
    assert (ran.exit_code, ran.error["code"]) == (exit_code, code)
