import hashlib
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from credit_cli.errors import (
    EncodingUnknown,
    FileBroken,
    FileEmpty,
    FileMissing,
    FormatUnknown,
    MalformedValue,
    Unreadable,
    WorkbookBroken,
    WorkbookUnsafe,
)
from credit_cli.intake import workbook_safety
from credit_cli.intake.encodings import LONGEST_LINE
from credit_cli.intake.row_blocks import RowBlock
from credit_cli.intake.tables import open_table
from tests.intake.senders import PENALTY, csv_text, read, save, save_rows, save_xlsx

SHEET = (
    '<?xml version="1.0"?><worksheet '
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}'
    "</sheetData></worksheet>"
)


def rows_of(path: Path, encoding: str | None = None) -> list[tuple[int, list[str]]]:
    with open_table(path, encoding) as table:
        return list(table.rows())


def with_part(folder: Path, part: str, content: bytes) -> Path:
    """A workbook of which one part was replaced."""
    honest = save_xlsx(folder / "honest.xlsx", {"表": [["甲", "乙"]]})
    path = folder / "changed.xlsx"
    with zipfile.ZipFile(honest) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), part}:
            new.writestr(name, content if name == part else old.read(name))
    return path


def with_sheet(folder: Path, rows: str) -> Path:
    return with_part(folder, "xl/worksheets/sheet1.xml", SHEET.format(rows).encode())


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_every_encoding_of_an_office_is_recognised(tmp_path: Path, written: str, told: str) -> None:
    path = save(tmp_path / "a.csv", "名称,代码\r\n虚构农场㐂,1\r\n", written)
    with open_table(path) as table:
        assert (table.format, table.encoding) == ("csv", told)
        assert list(table.rows()) == [(1, ["名称", "代码"]), (2, ["虚构农场㐂", "1"])]
        assert table.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_utf8_is_never_taken_for_gb18030(tmp_path: Path) -> None:
    text = "王甲,李乙\r\n"
    assert text.encode().decode("gb18030", "replace")
    assert rows_of(save(tmp_path / "a.csv", text)) == [(1, ["王甲", "李乙"])]


def test_forced_encoding_is_believed(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", "名称", "gbk")
    assert rows_of(path, "GBK") == [(1, ["名称"])]
    with pytest.raises(EncodingUnknown):
        open_table(path, "utf-8")
    with pytest.raises(MalformedValue):
        open_table(path, "rot13")


def test_forced_utf16_without_its_mark_is_no_known_encoding(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", "名称,代码\n", "utf-16-le")
    with pytest.raises(EncodingUnknown) as refused:
        open_table(path, "utf-16")
    assert refused.value.params["line"] == 1
    assert rows_of(path, "utf-16-le") == [(1, ["名称", "代码"])]


def test_unknown_encoding_tells_the_line_and_the_guess(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", "名称\n".encode() * 3 + b"\xff\xfe\n")
    with pytest.raises(EncodingUnknown) as refused:
        open_table(path)
    assert refused.value.params["guess"] == "utf-8"
    assert refused.value.params["line"] == 4
    assert refused.value.__context__ is None


def test_early_fault_of_a_large_file_is_told_by_its_line(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", b"\xff\xff\n" + b"x\n" * (1 << 20))
    with pytest.raises(EncodingUnknown) as refused:
        open_table(path)
    assert refused.value.params["line"] == 1


def test_file_that_changes_while_it_is_read_is_broken(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", "甲,乙\n")
    with open_table(path) as table:
        save(path, b"\xff\xfe\xff")
        with pytest.raises(FileBroken) as broken:
            list(table.rows())
    assert broken.value.params["fault"] == "encoding"


def test_character_cut_off_at_the_end_is_no_known_encoding(tmp_path: Path) -> None:
    with pytest.raises(EncodingUnknown):
        open_table(save(tmp_path / "a.csv", "名,甲".encode()[:-1]))


def test_suffix_tells_tsv_from_csv(tmp_path: Path) -> None:
    path = save(tmp_path / "a.TSV", "甲,乙\t丙\n")
    assert rows_of(path) == [(1, ["甲,乙", "丙"])]


def test_quoted_line_breaks_stay_in_their_cell(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", '甲,"乙\n丙"\r\n丁,戊\r\n')
    assert rows_of(path) == [(1, ["甲", "乙\n丙"]), (3, ["丁", "戊"])]


def test_stray_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", '甲,乙\n"丙"丁,戊\n己,庚\n')
    assert rows_of(path) == [(1, ["甲", "乙"]), (2, ['"丙"丁,戊\n']), (3, ["己", "庚"])]


def test_unclosed_quote_breaks_the_file_at_its_line(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", '甲,乙\n"丙,丁\n戊,己\n')
    with pytest.raises(FileBroken) as broken:
        rows_of(path)
    assert broken.value.params == {"path": str(path), "line": 2, "fault": "unclosed_quote"}


@pytest.mark.parametrize(
    ("start", "fault"), [("", "line_too_long"), ('"', "line_too_long"), ('"甲\n', "unclosed_quote")]
)
def test_record_beyond_the_bound_breaks_the_file(tmp_path: Path, start: str, fault: str) -> None:
    path = save(tmp_path / "a.csv", start + "x" * (LONGEST_LINE + 1) + ("\nx" * 9 if start else ""))
    with pytest.raises(FileBroken) as broken:
        rows_of(path)
    assert broken.value.params["fault"] == fault


def test_record_within_the_bound_is_read(tmp_path: Path) -> None:
    cell = "x" * (LONGEST_LINE - 1)
    assert rows_of(save(tmp_path / "a.csv", cell + "\n")) == [(1, [cell])]


def test_file_without_any_line_break_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", b"x" * (6 << 20))
    with pytest.raises(FileBroken, match="file_broken"):
        open_table(path)


def test_many_lines_in_one_quoted_record_are_bounded(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", '"' + 'x\n","y' * 300_000)
    with pytest.raises(FileBroken):
        rows_of(path)


def test_missing_folder_device_and_empty_file_are_told_apart(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", tmp_path, Path("/dev/null"), Path("a\0b")):
        with pytest.raises(FileMissing):
            open_table(path)
    with pytest.raises(FileEmpty):
        open_table(save(tmp_path / "a.csv", b""))


@pytest.mark.parametrize(
    "content",
    [
        b"\xd0\xcf\x11\xe0\xa1\xb1",
        b"%PDF-1.7",
        b"\x1f\x8b\x08",
        b"<html>",
        b"PK\x05\x06",
    ],
)
def test_other_kinds_of_file_are_refused_by_their_content(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FormatUnknown):
        open_table(save(tmp_path / "a.xlsx", content))


def test_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("甲.txt", "x")
    with pytest.raises(FormatUnknown):
        open_table(path)


def test_workbook_cells_read_as_a_person_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        moment = book.add_format({"num_format": "yyyy/m/d h:mm"})
        sheet.write_row(1, 1, ["甲", 12.0, 0.1 + 0.2, 1e-5, True, 460106199001010016])
        sheet.write_datetime(1, 7, datetime(2026, 1, 5), moment)  # noqa: DTZ001 - a cell
        sheet.write_datetime(1, 8, datetime(2026, 1, 5, 9, 30), moment)  # noqa: DTZ001
    assert rows_of(path) == [
        (1, [""] * 9),
        (
            2,
            [
                "",
                "甲",
                "12",
                "0.3",
                "0.00001",
                "是",
                "4.60106E+17",
                "2026-01-05",
                "2026-01-05 09:30:00",
            ],
        ),
    ]


def test_workbook_gives_all_its_sheets(tmp_path: Path) -> None:
    path = save_xlsx(tmp_path / "a.xlsx", {"说明": [["一"]], "数据": [["二"]]})
    with open_table(path) as table:
        assert (table.format, table.encoding, table.sheets) == ("xlsx", None, ("说明", "数据"))
        assert [list(table.rows(sheet)) for sheet in table.sheets] == [[(1, ["一"])], [(1, ["二"])]]


FOREIGN = {
    "web page": b"\xef\xbb\xbf  <html><table><tr><td>1",
    "web archive": b"MIME-Version: 1.0\nContent-Type: multipart/related\n",
    "rich text": b"{\\rtf1\\ansi}",
    "old sheet": b"\x09\x08\x10\0\0\x06\x05\0" + bytes(90),
    "picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(90),
    "database": b"SQLite format 3\0" + bytes(90),
    "archive": b"Rar!\x1a\x07\0",
    "UTF-16 without its mark": "CF_WSH,CF_SY\n".encode("utf-16-le"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_file_of_another_kind_is_told_as_such(tmp_path: Path, kind: str) -> None:
    with pytest.raises(FormatUnknown):
        open_table(save(tmp_path / "a.csv", FOREIGN[kind]))


def test_one_nul_makes_no_text_another_kind_of_file(tmp_path: Path) -> None:
    assert rows_of(save(tmp_path / "a.csv", "名称,代码\n虚构\0农场,1\n"))[1] == (
        2,
        ["虚构\0农场", "1"],
    )


def test_bomb_is_refused_by_its_ratio_whatever_its_directory_says(tmp_path: Path) -> None:
    path = with_part(tmp_path, "xl/sharedStrings.xml", b"<sst>" + b" " * (20 << 20) + b"</sst>")
    content = bytearray(path.read_bytes())
    # The directory now says that every part is one byte long.
    for start in (i for i in range(len(content)) if content[i : i + 4] == b"PK\x01\x02"):
        content[start + 24 : start + 28] = b"\x01\0\0\0"
    for bomb in (path, save(tmp_path / "liar.xlsx", bytes(content))):
        with pytest.raises(WorkbookUnsafe) as refused:
            open_table(bomb)
        assert refused.value.params["fault"] == "ratio"


def test_workbook_beyond_the_size_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = with_part(tmp_path, "xl/media/a.xml", bytes(range(256)) * 9000)
    monkeypatch.setattr(workbook_safety, "MOST_BYTES", 2 << 20)
    with pytest.raises(WorkbookUnsafe) as refused:
        open_table(path)
    assert refused.value.params["fault"] == "size"


def test_workbook_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(workbook_safety.MOST_MEMBERS + 1):
            archive.writestr(f"{number}.xml", "")
    with pytest.raises(WorkbookUnsafe) as refused:
        open_table(path)
    assert refused.value.params["fault"] == "members"


def test_too_many_shared_texts_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_safety, "MOST_SHARED_STRINGS", 9)
    with pytest.raises(WorkbookUnsafe) as refused:
        open_table(with_part(tmp_path, "xl/sharedStrings.xml", b"<sst>" + b"<si/>" * 12))
    assert refused.value.params["fault"] == "shared_strings"


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="99999999"><c r="A99999999"/></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="60000"><c r="XFD60000"><v>1</v></c></row>',
        "<row r='1'><c s='1' r = 'A1'><v>1</v></c><c s='1' r='ZZ60000'><v>1</v></c></row>",
        '<x:row r="1"><x:c r="A1"/></x:row><x:row r="9000000"><x:c r="B9000000"/></x:row>',
        '<row r="1">' + "<c><v>1</v></c>" * 16000 + '</row><row r="90000"><c><v>1</v></c></row>',
    ],
)
def test_lone_cell_far_away_is_refused(tmp_path: Path, rows: str) -> None:
    with pytest.raises(WorkbookUnsafe) as refused:
        open_table(with_sheet(tmp_path, rows))
    assert refused.value.params["fault"] == "area"


def test_cells_without_references_are_read_in_their_order(tmp_path: Path) -> None:
    path = with_sheet(tmp_path, "<row><c><v>1</v></c><c/><c><v>2</v></c></row>")
    assert rows_of(path) == [(1, ["1", "", "2"])]


def test_honest_workbook_of_equal_rows_is_no_bomb(tmp_path: Path) -> None:
    path = save_xlsx(tmp_path / "a.xlsx", {"表": [["甲"] * 20] * 3000})
    assert len(rows_of(path)) == 3000


@pytest.mark.parametrize("fault", ["cut", "crc", "text", "sheet", "book"])
def test_damaged_workbook_is_told_without_its_content(tmp_path: Path, fault: str) -> None:
    cell = '<row r="1"><c r="A1" t="s"><v>999</v></c></row>'
    path = with_sheet(tmp_path, cell) if fault == "sheet" else with_sheet(tmp_path, "")
    if fault == "book":
        path = with_part(tmp_path, "xl/workbook.xml", b"<workbook><sheets><sheet")
    content = bytearray(path.read_bytes())
    if fault == "cut":
        content = content[:-40]
    if fault == "crc":
        content[14:18] = b"\0\0\0\0"
        at = content.find(b"PK\x01\x02")
        content[at + 16 : at + 20] = b"\1\2\3\4"
    if fault == "text":
        content = bytearray(b"PK\x03\x04 and nothing else")
    with pytest.raises(WorkbookBroken) as broken:
        rows_of(save(tmp_path / "b.xlsx", bytes(content)))
    assert broken.value.__context__ is None


def test_days_of_a_sheet_come_out_as_days(tmp_path: Path) -> None:
    path = save_xlsx(tmp_path / "a.xlsx", {"表": [[date(2026, 1, 5)]]})
    assert rows_of(path) == [(1, ["2026-01-05"])]


def test_share_read_grows_to_the_whole(tmp_path: Path) -> None:
    with open_table(save(tmp_path / "a.csv", "甲,乙\n" * 3)) as table:
        assert table.share_read == 0
        list(table.rows())
        assert table.share_read == 1


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=400))
@example(content=b"\xef\xbb\xbf")
@example(content=b"PK\x03\x04" + b"\0" * 30)
@example(content=b"\r" * 50)
def test_random_bytes_are_never_more_than_unreadable(tmp_path: Path, content: bytes) -> None:
    try:
        read(save(tmp_path / "random", content))
    except Unreadable as refused:
        assert refused.params["path"]  # noqa: PT017 - reading some of them is right too


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text(max_size=12), max_size=30), max_size=8), st.data())
def test_every_row_has_one_outcome(
    tmp_path: Path, strange: list[list[str]], data: st.DataObject
) -> None:
    rows = [list(PENALTY), list(PENALTY.values()), *strange, list(PENALTY.values())]
    text = csv_text(rows).encode("utf-8", "ignore")
    torn = data.draw(st.integers(0, len(text)))
    path = save(tmp_path / "a.csv", text[:torn] + b'"' * data.draw(st.integers(0, 1)) + text[torn:])
    try:
        result = read(path)
        with open_table(path) as table:
            below = len(list(table.rows())) - 1
    except Unreadable:
        return
    assert len(result.drafts) + len(result.questioned) + result.skipped == below


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_workbooks_are_never_more_than_unreadable(
    tmp_path: Path, data: st.DataObject
) -> None:
    honest = save_xlsx(tmp_path / "a.xlsx", {"表": [list(PENALTY), list(PENALTY.values())]})
    with zipfile.ZipFile(honest) as book:
        part = data.draw(st.sampled_from(sorted(book.namelist())))
        content = bytearray(book.read(part))
    for at, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=5)
    ):
        content[at] = byte
    try:
        read(with_part(tmp_path, part, bytes(content)))
    except Unreadable as refused:
        assert refused.__context__ is None  # noqa: PT017 - most stay readable


def test_rows_may_be_read_again(tmp_path: Path) -> None:
    with open_table(save_rows(tmp_path / "a.csv", PENALTY)) as table:
        assert list(table.rows()) == list(table.rows())


class CountedText(bytes):
    """A text that knows how often it was split into its lines."""

    splits = 0

    def splitlines(self, keepends: bool = False) -> list[bytes]:
        self.splits += 1
        return super().splitlines(keepends)


def test_block_of_short_lines_is_split_once_for_all_its_parts() -> None:
    text = CountedText(b"\n" * 2000)
    block = RowBlock(range(1, 2001), [[b""]] * 2000, 2000, b",", text)
    parts = list(block.parts(500))
    assert [(part.lines[0], part.last_line, len(part.text)) for part in parts] == [
        (1, 500, 500),
        (501, 1000, 500),
        (1001, 1500, 500),
        (1501, 2000, 500),
    ]
    assert text.splits == 1


def test_blank_lines_are_passed_over_however_many(tmp_path: Path) -> None:
    path = save_rows(tmp_path / "a.csv", PENALTY)
    path.write_bytes(path.read_bytes() + b"\n" * 10_000)
    result = read(path)
    assert (len(result.drafts), result.questioned, result.skipped) == (1, [], 10_000)
