"""Empty files for senders (报送模板), made of a layout and nothing else."""

import csv
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from credit_cli.errors import FileTaken, LayoutNotFound
from credit_cli.intake.layouts import CodeList, Column, Layout, load_layouts
from credit_cli.intake.outgoing import MOST_ROWS, add_record_sheet, heading_of, new_book, part_file
from credit_cli.text import say

_LONGEST_DROP_DOWN = 255  # characters of all words with their commas, by the file format
_EXPLAINED = {"code": 16, "name": 40, "required": 10, "check": 44, "longest": 10, "words": 60}


def find_layout(named: str) -> Layout:
    """The layout of this code, else the newest edition of this record type; LayoutNotFound.

    A type that has no layout of its own is reported in one of several types.
    """
    known = load_layouts()
    found = [each for each in known if each.code == named or named in _types(each)]
    if not found:
        names = {name for each in known for name in (each.code, *_types(each))}
        raise LayoutNotFound(known=sorted(names))
    return max(found, key=lambda each: (each.code == named, -len(_types(each)), each.edition))


def find_edition(record_type: str, edition: str) -> Layout:
    """The layout of an edition whose rows are all of this record type; LayoutNotFound."""
    known = {
        (each.record_type, each.edition): each
        for each in load_layouts()
        if _types(each) == {each.record_type}
    }
    if (record_type, edition) not in known:
        raise LayoutNotFound(known=[f"--type {kind} --edition {year}" for kind, year in known])
    return known[record_type, edition]


def _types(layout: Layout) -> set[str]:
    """The record types that a layout's rows may be of; none of what is no record."""
    by_column = "record_type" in layout.feeding
    named = layout.lists["record_type"].values if by_column else ()
    return {*named, *filter(None, [layout.record_type])}


def write_template(path: Path, layout: Layout) -> None:
    """An empty file: a workbook if `path` ends in .xlsx, else csv.

    FileTaken, because what is there may have been filled in; DiskFault.
    """
    if path.exists():
        raise FileTaken(path=str(path))
    with part_file(path) as part:
        if path.suffix.lower() == ".xlsx":
            _write_book(part, layout)
        else:
            with part.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerow(map(heading_of, layout.columns))


def _write_book(path: Path, layout: Layout) -> None:
    with new_book(path) as book:
        sheet = add_record_sheet(book, layout, marked=True)
        for place, column in enumerate(layout.columns):
            if column.list:
                _drop_down(sheet, place, layout.lists[column.list])
        _explain(book, layout)


def _drop_down(sheet: Worksheet, place: int, held: CodeList) -> None:
    """The official words to choose from; another is asked about, for intake may know it too."""
    words = [known[0] for known in held.values.values()] + list(held.others[:1])
    if len(",".join(words)) <= _LONGEST_DROP_DOWN:
        kind = "information" if held.many or held.others else "warning"
        rule = {"validate": "list", "source": words, "error_type": kind}
        sheet.data_validation(1, place, MOST_ROWS - 1, place, rule)


def _explain(book: Workbook, layout: Layout) -> None:
    """The second sheet: what every column is and how its cells are checked."""
    sheet = book.add_worksheet(say("template.sheet.columns"))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "bg_color": "#EDEDED"})
    for place, (_, width) in enumerate(_EXPLAINED.items()):
        sheet.set_column(place, place, width, wrapped)
    for place, name in enumerate(_EXPLAINED):
        sheet.write_string(0, place, say(f"template.column.{name}"), bold)
    for row, column in enumerate(layout.columns, 1):
        for place, value in enumerate(_explanation(layout, column)):
            sheet.write(row, place, value, wrapped)


def _explanation(layout: Layout, column: Column) -> list[str | int]:
    needed = say("template.required") if column.required else say("template.optional")
    held = layout.lists.get(column.list)
    check = "choices" if held and held.many else column.check.value
    how = say(f"template.check.{check}", unit=layout.amount_unit)
    return [column.code, column.name, needed, how, column.longest or "", _words(held)]


def _words(held: CodeList | None) -> str:
    """The words that intake knows, one line for each meaning."""
    if held is None:
        return ""
    return "\n".join("、".join(words) for words in [*held.values.values(), held.others])
