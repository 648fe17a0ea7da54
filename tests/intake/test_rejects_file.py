import csv
import stat
from contextlib import suppress
from pathlib import Path

import pytest

from credit_cli import text
from credit_cli.errors import DiskFault
from credit_cli.intake.findings import WARNINGS
from credit_cli.intake.rejects import RejectsFile, formula_safe, message
from credit_cli.rules.drafts import Issue, Level
from tests.intake.senders import PENALTY, PENALTY_NAMES, Read, csv_text, read, save, save_rows


def write(path: Path, result: Read) -> Path:
    with RejectsFile(path, result.file.headings, result.file.columns) as rejects:
        rejects.add(result.questioned)
    return path


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, strict=True))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def faulty(folder: Path) -> Read:
    bad = PENALTY | {"CF_JDRQ": "去年", "CF_XDR_MC": "", "CF_NR": "=2+3"}
    return read(save_rows(folder / "a.csv", PENALTY, bad))


def test_questioned_rows_come_back_as_sent_with_what_is_wrong(tmp_path: Path) -> None:
    path = write(tmp_path / "r.csv", faulty(tmp_path))
    heading, row = rows_of(path)
    assert heading == ["line", "code", "message", "column", "batch", *PENALTY]
    assert row[:2] == ["3", "missing_required;bad_day;unknown_division"]
    assert row[2].startswith("A required cell is empty; fill it in. The date")
    assert row[3] == "A3 CF_XDR_MC; P3 CF_JDRQ; C3 CF_XDR_SHXYM"
    assert row[5 + list(PENALTY).index("CF_JDRQ")] == "去年"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_rejects_are_for_the_owner_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "r.csv", faulty(tmp_path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_reasons_are_in_the_language_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "_current", "zh_CN")
    assert "必填项为空，请补填。" in rows_of(write(tmp_path / "r.csv", faulty(tmp_path)))[1][2]


def test_no_cell_becomes_a_formula(tmp_path: Path) -> None:
    row = rows_of(write(tmp_path / "r.csv", faulty(tmp_path)))[1]
    assert row[5 + list(PENALTY).index("CF_NR")] == "'=2+3"


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t1", "\r1", "＝1", "＋1", "－1", "＠a"])
def test_formula_starts_are_made_text_after_nfkc_too(cell: str) -> None:
    assert formula_safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "1", "虚构", "a=1", " =1", "'=1"])
def test_ordinary_cells_stay(cell: str) -> None:
    assert formula_safe(cell) == cell


def test_corrected_file_is_read_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "r.csv", faulty(tmp_path))
    rows = rows_of(path)
    rows[1][5:7] = list(PENALTY.values())[:2]
    rows[1][5 + list(PENALTY).index("CF_JDRQ")] = "2026-11-16"
    again = read(save(tmp_path / "corrected.csv", csv_text(rows)))
    assert [draft.name for draft in again.drafts] == [PENALTY["CF_XDR_MC"]]
    assert '"CF_NR":"=2+3"' in again.drafts[0].fields


def test_nothing_questioned_leaves_no_file(tmp_path: Path) -> None:
    result = read(save_rows(tmp_path / "a.csv", PENALTY))
    assert not write(tmp_path / "r.csv", result).exists()
    assert names(tmp_path) == ["a.csv"]


def test_failed_import_leaves_no_half_written_file(tmp_path: Path) -> None:
    rejects = RejectsFile(tmp_path / "r.csv", ["甲"])
    with suppress(KeyboardInterrupt), rejects:
        rejects.add(faulty(tmp_path).questioned)
        assert len(names(tmp_path)) == 2
        raise KeyboardInterrupt
    assert names(tmp_path) == ["a.csv"]


def test_folder_that_takes_no_file_is_a_disk_fault(tmp_path: Path) -> None:
    result = faulty(tmp_path)
    with pytest.raises(DiskFault):
        write(tmp_path / "nowhere" / "r.csv", result)
    (tmp_path / "taken").mkdir()
    with pytest.raises(DiskFault):
        write(tmp_path / "taken", result)
    assert names(tmp_path) == ["a.csv", "taken"]


def test_cells_are_found_by_their_address_under_chinese_headings(tmp_path: Path) -> None:
    values = list((PENALTY | {"CF_JDRQ": "去年"}).values())
    blank = [""] * 12
    rows = [[*["序号", *[""] * 11], *PENALTY_NAMES.values()], [*blank, *values]]
    result = read(save(tmp_path / "a.csv", csv_text(rows)))
    assert rows_of(write(tmp_path / "r.csv", result))[1][3].startswith("AB2 处罚决定日期; ")


def test_columns_are_named_by_their_codes_where_no_places_are_known(tmp_path: Path) -> None:
    result = faulty(tmp_path)
    with RejectsFile(tmp_path / "r.csv", result.file.headings) as rejects:
        rejects.add(result.questioned)
    assert rows_of(tmp_path / "r.csv")[1][3].startswith("CF_XDR_MC; CF_JDRQ; ")


def test_proposal_is_told_with_its_message() -> None:
    issue = Issue(Level.WARNING, "fine_unit", 2, "CF_NR_FK", "2000", "0.2")
    assert message(issue).endswith("Suggested: 0.2.")


def test_every_warning_has_words() -> None:
    assert text.area_words("issue", "en").keys() >= WARNINGS
