"""The batch commands as people and scripts meet them, on both databases."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from credit_cli.output import pour
from tests.intake.senders import PENALTY, save_rows
from tests.pool import SOURCE, Pool
from tests.program import Credit

DAMAGED = {**PENALTY, "CF_WSH": "二号", "CF_JDRQ": "2026-13-01"}
FIX = ("fix", "1", "--line", "3", "--state", "handled", "--reason", "核实")


@pytest.fixture
def pool(credit: Credit, store_url: str, tmp_path: Path) -> Pool:
    """A pool on each database in turn, with one batch of a good and a bad row."""
    folder = tmp_path / "files"
    folder.mkdir()
    filled = Pool(credit, store_url, folder)
    path = save_rows(folder / "处罚.csv", PENALTY, DAMAGED)
    filled.run("record", "import", str(path), "--source", SOURCE)
    return filled


def table(pool: Pool, *argv: str, language: str = "zh_CN") -> str:
    ran = pool.run("batch", *argv, CREDIT_OUTPUT="table", CREDIT_LANG=language)
    assert ran.exit_code == 0, ran.stderr
    return ran.stdout


def test_a_batch_reads_as_an_official_would_write_it(pool: Pool) -> None:
    shown = table(pool, "show", "1")
    lines = {line.split()[0]: line.split(maxsplit=1)[1:] for line in shown.splitlines() if line}
    assert lines["合规率"] == ["50.0%"]
    assert lines["状态"] == ["已完成"]
    assert lines["读取校验用时"][0].endswith(" 秒")
    assert "日期不存在" in shown
    assert [name for name in lines if name.endswith("性")] == [
        *("完整性", "规范性", "冗余性", "关联性", "准确性", "及时性"),
    ]


def test_a_batch_reads_in_english(pool: Pool) -> None:
    shown = table(pool, "show", "1", language="en")
    assert "Compliance rate" in shown
    assert "50.0 %" in shown
    assert "There is no such day" in shown


def test_the_list_reads_in_chinese(pool: Pool) -> None:
    head, _, row = table(pool, "list").splitlines()
    assert head.split()[:5] == ["归集批次", "状态", "类别", "报送单位", "文件"]
    assert row.split()[:5] == ["1", "已完成", "信用记录", SOURCE, "处罚.csv"]


def test_undo_reads_in_chinese(pool: Pool) -> None:
    shown = table(pool, "undo", "1")
    assert "已撤回" in shown
    assert "原状态" in shown


def test_issues_stay_codes_for_scripts(pool: Pool) -> None:
    assert pool.done("batch", "show", "1")["issues"]["impossible_date"] == 1


def test_rejects_go_beside_by_default(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pool.folder)
    view = pool.done("batch", "rejects", "1")
    assert view["file"] == "batch-1.rejects.csv"
    assert Path(view["file"]).is_file()


def test_rejects_that_cannot_be_written_are_told(pool: Pool) -> None:
    ran = pool.run("batch", "rejects", "1", "-o", str(pool.folder / "none" / "r.csv"))
    assert (ran.exit_code, ran.error["code"]) == (74, "disk_fault")
    assert pool.held("SELECT 1 FROM audit_entry WHERE action = 'batch.rejects'") == []


def test_an_empty_list_may_be_a_finding(pool: Pool) -> None:
    assert pool.run("batch", "list", "--fail-if-empty").exit_code == 0
    ran = pool.run("batch", "list", "--source", "nobody", "--fail-if-empty")
    assert (ran.exit_code, ran.json) == (4, [])


@pytest.mark.parametrize(
    "argv",
    [
        ("show", "one"),
        ("undo", "0"),
        ("list", "--state", "done"),
        ("fix", "1", "--line", "0", *FIX[4:]),
        (*FIX[:5], "fixed", *FIX[6:]),
        (*FIX[:5], "open", *FIX[6:]),
        (*FIX[:7], " "),
        (*FIX[:7], "x" * 401),
        (*FIX[:7], "a\x1b[31m"),
        (*FIX, "--fields", "colour"),
        ("undo", "1", "--fields", "colour"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused_and_changes_nothing(pool: Pool, argv: Any) -> None:  # noqa: ANN401
    ran = pool.run("batch", *argv)
    assert (ran.exit_code, ran.error["code"]) == (2, "malformed_value")
    assert ran.error["params"]["expected"]
    assert pool.done("batch", "show", "1")["state"] == "finished"
    assert pool.done("batch", "show", "1")["questioned"]["open"] == 1


def test_a_row_is_settled_only_while_its_batch_counts(pool: Pool) -> None:
    path = pool.folder / "处罚.csv"
    assert pool.run("batch", *FIX[:1], "9", *FIX[2:]).error["code"] == "batch_not_found"
    assert pool.run("batch", *FIX[:3], "2", *FIX[4:]).error["code"] == "row_not_questioned"
    pool.done("batch", *FIX)
    again = pool.run("batch", *FIX)
    assert (again.exit_code, again.error["code"]) == (7, "row_settled")
    pool.done("batch", "undo", "1")
    withdrawn = pool.run("batch", *FIX)
    assert (withdrawn.exit_code, withdrawn.error["code"]) == (7, "batch_withdrawn")
    stopped = pool.run("record", "import", str(path), "--source", SOURCE, "--max-rejects", "0")
    assert stopped.exit_code == 6
    unfinished = pool.run("batch", "fix", "2", *FIX[2:])
    assert (unfinished.exit_code, unfinished.error["code"]) == (7, "batch_unfinished")


def test_rejects_of_a_batch_that_does_not_count_say_so(pool: Pool) -> None:
    to = ("-o", str(pool.folder / "r.csv"))
    assert "none of its rows counts" not in pool.run("batch", "rejects", "1", *to).stderr
    pool.done("batch", "undo", "1")
    ran = pool.run("batch", "rejects", "1", *to, CREDIT_LANG="zh_CN")
    assert ran.exit_code == 0
    assert "批次 1 已撤回，其数据均不计入" in ran.stderr


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_what_senders_wrote_is_harmless_on_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes("\ufeffa,\x1b[31m甲\r\n".encode())
    for stream, written in (
        (Terminal(), "a,\\x1b[31m甲\r\n"),
        (io.StringIO(), "\ufeffa,\x1b[31m甲\r\n"),
    ):
        monkeypatch.setattr(sys, "stdout", stream)
        pour(path)
        assert stream.getvalue() == written
