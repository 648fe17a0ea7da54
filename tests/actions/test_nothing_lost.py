"""Whatever ends an import, the next one of the same file leaves what a single one leaves."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from credit_cli.actions import imports, merges, record_imports
from credit_cli.errors import PoolNotEmpty, Unreachable
from credit_cli.intake import pages
from credit_cli.intake.tables import open_table
from credit_cli.rules.deliveries import Conditions
from credit_cli.rules.drafts import QuestionedRow
from credit_cli.store.engine import connect, store_url
from credit_cli.tables import metadata
from tests.intake.senders import FARM, PENALTY, STALL, save_rows
from tests.pool import SOURCE, Pool, change, desk
from tests.program import ROOT, Ran, spawn

OF_STALL = {**PENALTY, "CF_XDR_SHXYM": STALL, "CF_XDR_LB": "个体工商户"}
DAMAGED = {**PENALTY, "CF_JDRQ": "2026-13-01"}
PILE = [{**(PENALTY, OF_STALL, DAMAGED)[n % 3], "CF_WSH": f"{n // 2}号"} for n in range(12)]
KEPT = (
    "batch",
    "identifier",
    "questioned_row",
    "raw_block",
    "record",
    "record_content",
    "subject",
)
TIMES = {"started_at", "finished_at", "read_ms", "merge_ms"}
EXCLUSIVE = Conditions(exclusive=True)
PERSONAL = (PENALTY["CF_XDR_MC"], FARM)


def record_import(pool: Pool, path: Path, *options: str) -> Ran:
    return pool.run("record", "import", str(path), "--source", SOURCE, "--accept", *options)


def bring(
    pool: Pool,
    path: Path,
    conditions: Conditions,
    reject: Callable[[Sequence[QuestionedRow]], None] = lambda _: None,
    whole: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Import as the command does, with a hand in what happens meanwhile."""
    with desk(pool.url) as at, open_table(path) as table:
        with at.open(writing=False) as work:
            incoming = record_imports.read(work, table, SOURCE)
        return imports.import_file(at, incoming._replace(whole=whole), reject, conditions)


def after(chunks: int, happen: Callable[[], Any]) -> Callable[[Sequence[QuestionedRow]], None]:
    """Have something happen once, when so many pages were read."""
    left = iter(range(chunks))

    def reject(_: Sequence[QuestionedRow]) -> None:
        if next(left, None) is None:
            happen()

    return reject


def die() -> None:
    raise KeyboardInterrupt


def contents(pool: Pool) -> dict[str, list[str]]:
    """What the pool holds of a file and counts of it, the same on both databases."""
    with connect(store_url(pool.url)) as connection, connection.begin():
        return {
            table.name: sorted(
                str({name: row[name] for name in row if name not in TIMES})
                for row in connection.execute(table.select()).mappings()
            )
            for table in map(metadata.tables.get, KEPT)
            if table is not None
        }


def keys(pool: Pool) -> list[dict[str, Any]]:
    return pool.held("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1")


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows to a page, one page to a chunk."""
    monkeypatch.setattr(pages, "PAGE_ROWS", 2)
    monkeypatch.setattr(merges, "FIRST_ROWS", 1)
    monkeypatch.setattr(merges, "MOST_ROWS", 1)


@pytest.fixture
def clean_store(sqlite_template: Path, tmp_path: Path) -> str:
    """A store in which nothing goes wrong; what SQLite holds, PostgreSQL must hold too."""
    return f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'clean.db')}"


# Rejects


def test_rejects_are_in_their_place_before_the_batch_is_finished(pool: Pool) -> None:
    path = save_rows(pool.folder / "a.csv", *PILE)
    taken = pool.folder / "taken"
    taken.mkdir()
    ran = record_import(pool, path, "--rejects", str(taken))
    assert (ran.exit_code, ran.error["code"]) == (74, "disk_fault")
    assert pool.held("SELECT state FROM batch") == [{"state": "running"}]
    assert record_import(pool, path, "--rejects", str(pool.folder / "r.csv")).exit_code == 3
    assert (pool.folder / "r.csv").is_file()


def test_a_file_is_said_to_be_read_before_anything_of_it_counts(pool: Pool) -> None:
    path = save_rows(pool.folder / "a.csv", *PILE)
    with pytest.raises(KeyboardInterrupt):
        bring(pool, path, Conditions(), whole=die)
    assert pool.held("SELECT state FROM batch") == [{"state": "running"}]


# A full disk


def starved(pool: Pool, most: int, *argv: str) -> Ran:
    """A command that can make no file larger than `most` bytes, as if the disk were full.

    What is measured of a program would want room too, so this one is not.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-m", "credit_cli", *argv],
        cwd=ROOT,
        env=kept | {"CREDIT_DB": pool.url, "CREDIT_OUTPUT": "json"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def told_as_full(ran: Ran) -> bool:
    """Whether that is all that is said, and nothing of what stands in the file."""
    said = len(ran.stderr.splitlines()) == 1 and ran.error["code"] == "disk_fault"
    return said and not any(word in ran.stderr for word in PERSONAL) and not ran.stdout


MANY = [{**PILE[n % 3], "CF_WSH": f"{n}号"} for n in range(2500)]


@pytest.mark.parametrize(
    "most",
    [
        pytest.param(200_000, id="the rejects"),
        pytest.param(600_000, id="the store"),
    ],
)
def test_a_full_disk_is_told_and_with_room_the_import_goes_on(
    sqlite_pool: Pool, most: int, clean_store: str
) -> None:
    pool, path = sqlite_pool, save_rows(sqlite_pool.folder / "a.csv", *MANY)
    rejects = Path(f"{path}.rejects.csv")
    argv = ("record", "import", str(path), "--source", SOURCE, "--accept")
    ran = starved(pool, most, *argv)
    assert ran.exit_code == 74
    assert told_as_full(ran)
    assert not list(pool.folder.glob(".*")), "what was half written is gone"
    assert pool.run("profile", "show", FARM).exit_code == 5
    got = record_import(pool, path)
    left = rejects.read_bytes()

    clean = pool._replace(url=clean_store)
    assert record_import(clean, path).json == got.json
    assert contents(pool) == contents(clean)
    assert left == rejects.read_bytes()


def test_a_dry_run_tells_a_full_disk_too(sqlite_pool: Pool) -> None:
    rows = [{**PENALTY, "CF_WSH": f"{n}号"} for n in range(8000)]
    path = save_rows(sqlite_pool.folder / "a.csv", *rows)
    ran = starved(
        sqlite_pool, 500_000, "record", "import", str(path), "--source", SOURCE, "--dry-run"
    )
    assert ran.exit_code == 74
    assert told_as_full(ran)


# A server that goes away


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("conditions", [Conditions(), EXCLUSIVE])
@pytest.mark.parametrize("chunks", [1, 4])
def test_when_the_server_goes_away_the_import_goes_on_later(
    postgres_pool: Pool, conditions: Conditions, chunks: int
) -> None:
    pool, path = postgres_pool, save_rows(postgres_pool.folder / "a.csv", *PILE)
    ending = (
        "DO $$ BEGIN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid(); END $$"
    )
    with pytest.raises(Unreachable):
        bring(pool, path, conditions, after(chunks, lambda: change(pool.url, ending)))
    assert pool.run("profile", "show", FARM).exit_code == 5
    got = bring(pool, path, conditions)
    assert (got["read"], got["batch"]) == (len(PILE), 1)
    assert pool.count("record") == len(pool.held("SELECT line FROM record_content"))
    assert pool.count("questioned_row") == got["rejected"]


# A first load


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("then", [Conditions(), EXCLUSIVE])
@pytest.mark.parametrize("chunks", [1, 4])
def test_a_killed_first_load_goes_on_as_any_import(
    postgres_pool: Pool, clean_store: str, chunks: int, then: Conditions
) -> None:
    pool, path = postgres_pool, save_rows(postgres_pool.folder / "a.csv", *PILE)
    clean = pool._replace(url=clean_store)
    before = keys(pool)
    with pytest.raises(KeyboardInterrupt):
        bring(pool, path, EXCLUSIVE, after(chunks, die))
    assert pool.run("profile", "show", FARM).exit_code == 5
    assert bring(pool, path, then) == bring(clean, path, Conditions())
    assert contents(pool) == contents(clean)
    assert keys(pool) == before


@pytest.mark.usefixtures("small_chunks")
def test_a_first_load_that_is_overtaken_gives_way(postgres_pool: Pool) -> None:
    pool, path = postgres_pool, save_rows(postgres_pool.folder / "a.csv", *PILE)
    overtaking: list[dict[str, Any]] = []

    def overtake() -> None:
        if not overtaking:
            overtaking.append(bring(pool, path, Conditions()))

    with pytest.raises(PoolNotEmpty):
        bring(pool, path, EXCLUSIVE, after(2, overtake))
    assert overtaking[0]["read"] == len(PILE)
    before = contents(pool)
    assert bring(pool, path, EXCLUSIVE)["again"]
    assert contents(pool) == before


def test_first_loads_of_one_file_at_once_take_its_rows_once(postgres_pool: Pool) -> None:
    pool, path = postgres_pool, save_rows(postgres_pool.folder / "a.csv", *MANY)
    argv = ("record", "import", str(path), "--source", SOURCE, "--accept", "--exclusive")

    def run(_: int) -> Ran:
        return spawn("-m", "credit_cli", *argv, env={"CREDIT_DB": pool.url})

    with ThreadPoolExecutor(2) as both:
        ended = list(both.map(run, range(2)))
    assert [ran.exit_code for ran in ended] == [3, 3], ended
    (batch,) = pool.held("SELECT added + changed + same + rejected AS n FROM batch")
    assert batch["n"] == len(MANY)
    assert pool.count("questioned_row") == len(MANY) // 3
    assert pool.held("SELECT sum(last_line - first_line + 1) AS n FROM raw_block") == [
        {"n": len(MANY)}
    ]


# Whose name a subject has


@pytest.mark.parametrize("undone", [True, False])
def test_a_subject_is_called_as_the_first_file_that_is_seen_calls_it(
    pool: Pool, undone: bool
) -> None:
    wrong = {**PENALTY, "CF_XDR_MC": "错误名称"}
    path = save_rows(pool.folder / "a.csv", wrong, DAMAGED)
    assert record_import(pool, path, "--max-rejects", "0").exit_code == 6
    if undone:
        pool.done("batch", "undo", "1")
    more = {**wrong, "CF_WSH": "甲"}, {**PENALTY, "CF_WSH": "乙"}
    right = save_rows(pool.folder / "b.csv", PENALTY, *more)
    dry = record_import(pool, right, "--dry-run").json
    got = record_import(pool, right).json
    assert dry["issues"] == got["issues"]
    assert got["issues"]["other_name"] == 1
    assert pool.done("profile", "show", FARM)["subject"]["name"] == PENALTY["CF_XDR_MC"]


# What an unfinished batch brought

READS = (
    ("profile", "show", FARM),
    ("profile", "show", STALL),
    ("record", "show", "1-2"),
    ("record", "show", "2-2"),
    ("subject", "show", FARM),
    ("case", "history", FARM),
    ("route", "simulate", "--subject", FARM, "--item", "pharmacy_licence_renewal"),
    ("record", "export", "--type", "penalty", "--edition", "2018", "-o", "-"),
    ("batch", "unlinked"),
    ("batch", "show", "1"),
)


def test_no_read_and_no_decision_sees_anything_of_an_unfinished_batch(pool: Pool) -> None:
    def seen() -> list[tuple[int, str]]:
        return [pool.run(*argv)[:2] for argv in READS]

    pool.records(PENALTY)
    before = seen()
    rows = [{**PENALTY, "CF_NR": "罚款3000元"}, OF_STALL, DAMAGED, {**PENALTY, "CF_WSH": "二号"}]
    path = save_rows(pool.folder / "b.csv", *rows, {**PENALTY, "CF_XDR_SHXYM": ""})
    assert record_import(pool, path, "--max-rejects", "0").exit_code == 6
    assert pool.count("record") == 4
    assert seen() == before
    assert record_import(pool, path).exit_code == 3
    assert [a == b for a, b in zip(seen(), before, strict=True)].count(False) > 4
