"""Connections lose nothing, wait for each other, and tell faults without telling secrets."""

import os
import resource
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from credit_cli.errors import (
    Busy,
    DiskFault,
    DriverMissing,
    SettingInvalid,
    StoreBroken,
    StoreForbidden,
    StoreMissing,
    Unreachable,
)
from credit_cli.store import engine
from credit_cli.store.engine import connect, make_engine, shown
from credit_cli.store.engine import store_url as make_url
from tests.pool import ask, changed_pack, desk, held
from tests.program import ROOT, spawn

CLOSED = "postgresql://official:hunter2@127.0.0.1:9/credit?connect_timeout=2"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_PATIENCE_MS", 50)


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("secure_delete", 1),
        ("trusted_schema", 0),
        ("busy_timeout", 30_000),
    ],
)
def test_sqlite_loses_nothing_that_was_acknowledged(
    sqlite_url: str, pragma: str, value: object
) -> None:
    assert [*held(sqlite_url, f"PRAGMA {pragma}")[0].values()] == [value]


def test_postgres_reckons_in_utc_and_waits_half_a_minute(postgres_url: str) -> None:
    assert held(postgres_url, "SHOW timezone") == [{"TimeZone": "UTC"}]
    assert held(postgres_url, "SHOW lock_timeout") == [{"lock_timeout": "30s"}]


@pytest.mark.usefixtures("impatient")
def test_a_second_writer_is_told_that_the_store_is_busy(store_url: str) -> None:
    numbers = "UPDATE number_block SET next_free = next_free WHERE name = 'case'"
    with desk(store_url) as first, first.open(writing=True) as work:
        work.session.connection().exec_driver_sql(numbers)
        with (
            pytest.raises(Busy) as told,
            desk(store_url) as second,
            second.open(writing=True) as late,
        ):
            late.session.connection().exec_driver_sql(numbers)
    assert told.value.exit_code == 11


@pytest.mark.usefixtures("impatient")
def test_a_reader_does_not_wait_for_a_writer(store_url: str) -> None:
    with desk(store_url) as first, first.open(writing=True) as work:
        work.session.connection().exec_driver_sql("DELETE FROM number_block")
        assert held(store_url, "SELECT count(*) AS n FROM number_block") == [{"n": 7}]


def test_a_server_that_does_not_answer_is_unreachable() -> None:
    with pytest.raises(Unreachable) as told, connect(make_url(CLOSED)):
        pass
    assert told.value.exit_code == 12


def test_a_server_that_goes_away_is_unreachable(postgres_url: str) -> None:
    end = "SELECT pg_terminate_backend(pg_backend_pid())"
    with pytest.raises(Unreachable):
        held(postgres_url, end)


def test_a_database_that_is_not_there_is_unreachable(postgres_url: str) -> None:
    with pytest.raises(Unreachable), connect(make_url(postgres_url).set(database="nowhere")):
        pass


def test_a_user_without_rights_is_told_so(postgres_url: str) -> None:
    with connect(make_url(postgres_url)) as connection:
        ask(connection, "SELECT 1 AS one")
        with connection.begin():
            connection.exec_driver_sql("CREATE ROLE visitor")
            connection.exec_driver_sql("SET LOCAL ROLE visitor")
            with pytest.raises(StoreForbidden) as told:  # noqa: SIM117 - inside the transaction
                with engine.faults_translated(make_url(postgres_url)):
                    connection.exec_driver_sql("SELECT * FROM subject")
            assert told.value.exit_code == 6


def test_no_file_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing) as told, connect(make_url(str(tmp_path / "none.db"))):
        pass
    assert told.value.exit_code == 10
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"dear colleagues, " * 1000, b"SQLite format 3\0" + b"x" * 9])
def test_a_file_of_another_kind_is_no_store(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.db"
    path.write_bytes(content)
    with pytest.raises(StoreBroken) as told, connect(make_url(str(path))) as connection:
        ask(connection, "SELECT * FROM sqlite_master")
    assert told.value.exit_code == 10
    assert path.read_bytes() == content


def test_a_damaged_store_is_told_as_damaged(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "credit.db"
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(StoreBroken):
        held(sqlite_url, "SELECT * FROM number_block")


def test_a_store_that_cannot_be_written_is_a_fault_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with (
        pytest.raises(DiskFault) as told,
        engine.faults_translated(url := make_url(str(tmp_path / "folder"))),
        closing(make_engine(url).connect()),
    ):
        pass
    assert told.value.exit_code == 74


def test_a_full_disk_is_told_and_leaves_the_store_as_it_was(
    sqlite_url: str, tmp_path: Path
) -> None:
    pack = changed_pack(tmp_path / "pack", "pack.toml", "from = 2024-01-01", "from = 2024-01-02")
    # No file may grow beyond this: the kernel refuses the write, as on a full disk.
    most = (tmp_path / "credit.db").stat().st_size // 8
    done = subprocess.run(
        [sys.executable, "-m", "credit_cli", "init", "--policy", str(pack)],
        cwd=ROOT,
        env=os.environ | {"CREDIT_DB": sqlite_url, "CREDIT_OUTPUT": "json"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout) == (74, "")
    assert "disk_fault" in done.stderr
    assert held(sqlite_url, "SELECT count(*) AS n FROM policy_version") == [{"n": 1}]


def test_anything_else_stays_a_bug(store_url: str) -> None:
    with pytest.raises(DBAPIError):
        held(store_url, "SELECT * FROM no_such_table")


def test_what_a_statement_was_given_stays_out_of_its_error(store_url: str) -> None:
    with pytest.raises(DBAPIError) as told:
        held(store_url, "SELECT * FROM no_such_table WHERE id = :code", code="999999199001010018")
    assert "999999199001010018" not in str(told.value)


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://official:hunter2@db.example/credit",
        "postgres://official:hunter2@db.example/credit",
        "postgresql://db.example/credit?user=official&password=hunter2",
    ],
)
def test_a_password_is_never_shown(text: str) -> None:
    url = make_url(text)
    assert "hunter2" in url.render_as_string(hide_password=False)
    assert "hunter2" not in shown(url)
    assert "db.example/credit" in shown(url)


def test_a_password_is_in_no_error() -> None:
    with pytest.raises(Unreachable) as told, connect(make_url(CLOSED)):
        pass
    assert "hunter2" not in f"{told.value.params} {told.value}"


@pytest.mark.parametrize(
    "text", ["mysql://root@localhost/credit", "postgresql://host:port/credit", "https://x", "://"]
)
def test_only_two_databases_are_known(text: str) -> None:
    with pytest.raises(SettingInvalid) as told:
        make_url(text)
    assert told.value.exit_code == 13


def test_a_driver_that_is_not_installed_is_told() -> None:
    with pytest.raises(DriverMissing) as told:
        make_engine(make_url("postgresql+asyncpg://localhost/credit"))
    assert told.value.exit_code == 13


def test_a_path_is_a_store_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/official")
    assert make_url("here.db").database == str(tmp_path / "here.db")
    assert make_url("~/credit.db").database == "/home/official/credit.db"
    assert make_url("odd #1?.db").database == str(tmp_path / "odd #1?.db")


def test_what_the_driver_passes_over_is_not_printed() -> None:
    logged = "import logging, credit_cli.store.engine as _; logging.getLogger('psycopg').error(1)"
    assert spawn("-c", logged).stderr == ""
