"""What memory an import of a workbook takes beside its reader alone: run by hand.

`python -m tests.bench.sheets [ROWS]` writes an xlsx file of penalties and prints the peak memory
of python-calamine reading its rows, of an import into SQLite with all its processes, and the
difference.
"""

import os
import sys
import tempfile
from pathlib import Path

import xlsxwriter

from tests.bench.imports import credit, timed
from tests.bench.penalties import HEADINGS, rows

READ = "from python_calamine import load_workbook as l; [*l({path!r}).get_sheet_by_index(0).iter_rows()]"  # noqa: E501 - a program


def write(path: Path, count: int) -> None:
    """The workbook."""
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate([HEADINGS, *rows(count)]):
            sheet.write_row(place, 0, row)


def main(count: int) -> None:
    """Both, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        path, store = home / "penalties.xlsx", f"sqlite:///{home / 'pool.db'}"
        write(path, count)
        credit(store, home, "init", "--sandbox")
        reader = timed([sys.executable, "-c", READ.format(path=str(path))], dict(os.environ))
        argv = ("record", "import", str(path), "--source", "provincial_pool", "--accept")
        ours = credit(store, home, *argv)
    for name, (seconds, peak) in (("calamine alone", reader), ("import", ours)):
        print(f"{name:16} {seconds:7.1f} s {peak:7.0f} MiB")
    print(f"difference {ours[1] - reader[1]:21.0f} MiB")


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["100000"])[0]))
