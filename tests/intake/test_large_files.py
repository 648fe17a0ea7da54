"""A large file is read by a process of its own, and comes out as if it were not."""

import os
import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from credit_cli.errors import FileBroken, HeadingUnknown, ReadingEnded
from credit_cli.folders import shipped_policy
from credit_cli.intake import tables
from credit_cli.intake.apart import read_drafts
from credit_cli.intake.policy import read_pack
from credit_cli.intake.readings import RecordReading
from credit_cli.intake.tables import open_table
from tests.intake.senders import PENALTY, csv_text, save, save_rows

TODAY = date(2026, 11, 22)
PACK = read_pack(shipped_policy()).pack
READING = RecordReading(
    as_of=TODAY, late_before={}, record_types=PACK.record_types, severity=PACK.severity
)
ROWS = [{**PENALTY, "CF_WSH": f"{n}号", "CF_NR": "罚款，\n2000元"} for n in range(1200)]
ROWS[700] |= {"CF_JDRQ": "2026-13-01"}


@pytest.fixture
def apart_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is a large one."""
    monkeypatch.setattr(tables, "LARGE_TEXT", 1)
    monkeypatch.setattr(tables, "LARGE_WORKBOOK", 1)


def read(path: Path) -> tuple[Any, ...]:
    with open_table(path) as table:
        drafts = read_drafts(table, READING)
        pages = [
            (list(map(list, page.columns)), page.questioned, page.issues, page.raw)
            for page in drafts
        ]
    return drafts.layout, drafts.headings, pages


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_it_comes_out_as_if_read_here(
    tmp_path: Path, name: str, request: pytest.FixtureRequest
) -> None:
    path = save_rows(tmp_path / name, *ROWS)
    here = read(path)
    request.getfixturevalue("apart_always")
    assert read(path) == here


@pytest.mark.usefixtures("apart_always")
def test_what_breaks_the_file_is_told_here(tmp_path: Path) -> None:
    with pytest.raises(HeadingUnknown):
        read(save(tmp_path / "a.csv", csv_text([[*PENALTY, "神秘代码"], [*PENALTY.values(), "1"]])))
    torn = csv_text([[*PENALTY], [*PENALTY.values()]]) + '"'
    with pytest.raises(FileBroken) as told:
        read(save(tmp_path / "b.csv", torn))
    assert told.value.params["fault"] == "unclosed_quote"


@pytest.mark.usefixtures("apart_always")
def test_a_reader_that_somebody_ends_is_told(tmp_path: Path) -> None:
    path = save_rows(tmp_path / "a.csv", *ROWS * 60)
    with open_table(path) as table:
        pages = iter(read_drafts(table, READING))
        next(pages)
        (child,) = children()
        os.kill(child, signal.SIGKILL)
        with pytest.raises(ReadingEnded) as told:
            list(pages)
    assert told.value.params == {"path": str(path)}


@pytest.mark.usefixtures("apart_always")
def test_no_reader_is_left_when_its_file_is_closed(tmp_path: Path) -> None:
    path = save_rows(tmp_path / "a.csv", *ROWS * 60)
    with open_table(path) as table:
        next(iter(read_drafts(table, READING)))
        assert len(list(children())) == 1
    assert not list(children())


@pytest.mark.usefixtures("apart_always")
def test_a_bug_in_the_reader_is_a_bug_here(tmp_path: Path) -> None:
    path = save_rows(tmp_path / "a.csv", PENALTY)
    with open_table(path) as table, pytest.raises(RuntimeError, match="TypeError"):
        read_drafts(table, _Wrong())


class _Wrong:
    """A reading that fails as no reading should."""

    def __call__(self, table: object) -> Any:  # noqa: ANN401 - never returns
        raise TypeError(type(table).__name__)


def children() -> Iterator[int]:
    """Our own processes that read files; the resource tracker is none."""
    for task in Path("/proc/self/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                yield child
