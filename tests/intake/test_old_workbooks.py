"""Workbooks of before 2007 are read like any other, and are no bombs."""

import struct
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credit_cli.errors import FileBroken, FormatUnknown, Unreadable, WorkbookBroken, WorkbookUnsafe
from credit_cli.intake import old_workbook_safety
from credit_cli.intake.tables import open_table
from tests.intake.old_workbooks import (
    GLOBALS,
    SHEET,
    Cell,
    bof,
    container,
    record,
    save_xls,
    sheet,
    small_container,
    stream,
)
from tests.intake.senders import LICENCE, read, save

ROWS: list[list[Cell]] = [
    ["甲", "乙"],
    ["一", 5.0],
    [date(2026, 1, 5), True],
    [460100199001010011.0, 2.5],
]
TEXTS = [["甲", "乙"], ["一", "5"], ["2026-01-05", "是"], ["4.60100E+17", "2.5"]]


def rows_of(path: Path) -> list[list[str]]:
    with open_table(path) as table:
        return [cells for _, cells in table.rows()]


def book(*bodies: bytes, extra: bytes = b"") -> bytes:
    return stream({f"s{n}": body for n, body in enumerate(bodies)}, [], extra)


def body(*records: bytes) -> bytes:
    return bof(SHEET) + b"".join(records) + record(0x000A)


def extent(first: int, beyond: int, left: int, right: int) -> bytes:
    return record(0x0200, struct.pack("<IIHHH", first, beyond, left, right, 0))


def number(row: int, column: int, value: float = 1.0, style: int = 0) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, style, value))


def test_an_old_workbook_is_read_as_a_person_reads_it(tmp_path: Path) -> None:
    path = save_xls(tmp_path / "a.xls", {"表": ROWS, "二": [["丙"]]})
    with open_table(path) as table:
        assert (table.format, table.encoding, table.sheets) == ("xls", None, ("表", "二"))
        assert [cells for _, cells in table.rows("二")] == [["丙"]]
    assert rows_of(path) == TEXTS


def test_the_content_tells_an_old_workbook_not_its_name(tmp_path: Path) -> None:
    assert rows_of(save_xls(tmp_path / "a.csv", {"表": ROWS})) == TEXTS


@pytest.mark.parametrize("laid_out", [small_container, lambda data: container(data, apart=True)])
def test_however_a_compound_file_is_laid_out(tmp_path: Path, laid_out: Any) -> None:  # noqa: ANN401
    strings: list[str] = []
    content = stream({"表": sheet(ROWS, strings)}, strings)
    assert rows_of(save(tmp_path / "a.xls", laid_out(content))) == TEXTS


def test_records_of_an_old_workbook_go_in(tmp_path: Path) -> None:
    rows = [list(LICENCE), list(LICENCE.values())]
    found = read(save_xls(tmp_path / "a.xls", {"许可": rows}))
    assert (found.file.layout, len(found.drafts), found.questioned) == ("licence_2018", 1, [])


def test_short_numbers_of_one_row_are_cells(tmp_path: Path) -> None:
    short = struct.pack("<HHHIHIH", 3, 0, 0, 10 << 2 | 2, 0, 11 << 2 | 2, 1)
    content = book(body(record(0x00BD, short)))
    assert rows_of(save(tmp_path / "a.xls", container(content)))[-1] == ["10", "11"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (book(body(extent(0, 65_536, 0, 256))), "area"),
        (book(body(number(0, 0), number(65_535, 255))), "area"),
        (book(*[body(number(0, 0))] * 101), "members"),
        (book(body(), extra=record(0x00FC, struct.pack("<II", 1, 1 << 20))), "shared_strings"),
    ],
)
def test_what_asks_for_too_much_memory_is_refused(
    tmp_path: Path, content: bytes, fault: str
) -> None:
    with pytest.raises(WorkbookUnsafe) as refused:
        rows_of(save(tmp_path / "a.xls", container(content)))
    assert refused.value.params["fault"] == fault


def test_sheets_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path / "a.xls", container(book(body(extent(0, 9, 0, 9)), body(number(0, 0)))))
    monkeypatch.setattr(old_workbook_safety, "MOST_CELLS", 82)
    assert rows_of(path) == []
    monkeypatch.setattr(old_workbook_safety, "MOST_CELLS", 81)
    with pytest.raises(WorkbookUnsafe):
        rows_of(path)


def test_a_file_beyond_the_size_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_xls(tmp_path / "a.xls", {"表": ROWS})
    monkeypatch.setattr(old_workbook_safety, "MOST_BYTES", path.stat().st_size)
    assert rows_of(path) == TEXTS
    monkeypatch.setattr(old_workbook_safety, "MOST_BYTES", path.stat().st_size - 1)
    with pytest.raises(WorkbookUnsafe):
        rows_of(path)


@pytest.mark.parametrize(
    "data",
    [
        container(b"text", "WordDocument"),
        container(book(body(), extra=record(0x002F, bytes(6)))),
    ],
    ids=["no workbook", "locked"],
)
def test_other_compound_files_are_no_workbooks(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(FormatUnknown):
        rows_of(save(tmp_path / "a.xls", data))


def circle() -> bytes:
    data = bytearray(container(book(body())))
    data[512 + 4 : 512 + 8] = struct.pack("<I", 1)  # the folder follows itself
    return bytes(data)


def tables_in_a_circle() -> bytes:
    data = bytearray(container(book(body()), apart=True))
    (more,) = struct.unpack_from("<I", data, 68)
    data[-4:] = struct.pack("<I", more)
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        container(book(body(extent(5, 2, 0, 1)))),
        container(bof(GLOBALS)),
        container(book(body(number(0, 0, -1e300, 1)))),
        container(book(body()))[:600],
        circle(),
        tables_in_a_circle(),
        container(book(body()))[:30] + b"\x01" + container(book(body()))[31:],
    ],
    ids=["extent", "no end", "day", "cut off", "circle", "tables", "sectors"],
)
def test_a_damaged_old_workbook_is_told_without_its_content(tmp_path: Path, data: bytes) -> None:
    path = save(tmp_path / "a.xls", data)
    with pytest.raises(WorkbookBroken) as refused:
        rows_of(path)
    assert refused.value.params == {"path": str(path)}


def test_a_day_that_never_comes_breaks_a_new_workbook_too(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as made:
        day = made.add_format({"num_format": "yyyy/m/d"})
        made.add_worksheet().write_number(0, 0, -1e300, day)
    with pytest.raises(WorkbookBroken):
        rows_of(tmp_path / "a.xlsx")


@pytest.mark.parametrize("hours", [1e300, -1e9])
def test_a_span_of_time_beyond_all_bounds_is_told_by_its_line(tmp_path: Path, hours: float) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as made:
        sheet, span = made.add_worksheet(), made.add_format({"num_format": "[h]:mm"})
        for line in range(600):
            sheet.write_number(line, 0, line)
        sheet.write_number(550, 1, hours, span)
    with pytest.raises(FileBroken) as refused:
        rows_of(tmp_path / "a.xlsx")
    assert (refused.value.params["line"], refused.value.params["fault"]) == (551, "span")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 255)), min_size=1, max_size=5))
def test_damage_is_never_more_than_unreadable(
    tmp_path: Path, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(save_xls(tmp_path / "a.xls", {"表": ROWS}).read_bytes())
    for place, value in changes:
        data[place % len(data)] = value
    with suppress(Unreadable):
        rows_of(save(tmp_path / "b.xls", bytes(data)))


def test_a_code_that_a_spreadsheet_kept_as_a_number_goes_back(tmp_path: Path) -> None:
    row: list[Cell] = list(LICENCE.values())
    row[list(LICENCE).index("XK_XDR_SHXYM")] = 919999990000000000.0
    found = read(save_xls(tmp_path / "a.xls", {"许可": [list(LICENCE), row]}))
    assert (found.outcomes, found.issues["excel_damaged"]) == (["rejected"], 1)
