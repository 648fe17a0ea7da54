import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import MetaData, inspect, select

from credit_cli.intake.stories import load_stories
from credit_cli.store.engine import make_engine
from credit_cli.store.engine import store_url as as_url
from credit_cli.store.sandboxes import SCHEMA, sandbox_url
from tests.program import ROOT, Credit, Ran

CODES = [story.code for story in load_stories()]


def rows(url: str) -> dict[str, list[str]]:
    """Everything in the user's store, by table."""
    engine, found = make_engine(as_url(url)), MetaData()
    with engine.connect() as connection:
        found.reflect(connection)
        return {
            table.name: sorted(map(str, connection.execute(select(table))))
            for table in found.sorted_tables
        }


def sandbox(url: str) -> str:
    return sandbox_url(as_url(url)).render_as_string(hide_password=False)


def test_every_story_comes_to_what_it_tells(credit: Credit, empty_store_url: str) -> None:
    ran = credit("demo", "play", "--auto", db=empty_store_url)
    assert ran.exit_code == 0, ran.stderr
    assert [row["story"] for row in ran.json] == CODES
    assert {row["result"] for row in ran.json} == {"passed"}
    assert all(row["before"] and row["now"] for row in ran.json)


@pytest.mark.parametrize("code", CODES)
def test_every_story_stands_alone(credit: Credit, empty_sqlite_url: str, code: str) -> None:
    ran = credit("demo", "play", code, "--auto", db=empty_sqlite_url)
    assert ran.exit_code == 0, ran.stderr
    assert [row["story"] for row in ran.json] == [code]


def test_the_demo_begins_afresh_each_time(credit: Credit, empty_store_url: str) -> None:
    first = credit("demo", "play", "coupon", "--auto", db=empty_store_url)
    again = credit("demo", "play", "coupon", "--auto", db=empty_store_url)
    assert again.exit_code == 0, again.stderr
    assert again.json == first.json


def test_the_demo_never_touches_the_users_store(credit: Credit, store_url: str) -> None:
    before = rows(store_url)
    assert any(before.values()), "the user's store holds nothing that could change"
    assert credit("demo", "play", "pharmacy", "--auto", db=store_url).exit_code == 0
    assert rows(store_url) == before
    assert rows(sandbox(store_url))["review"]


def test_the_demo_leaves_no_store_where_there_was_none(
    credit: Credit, empty_store_url: str
) -> None:
    assert credit("demo", "play", "coupon", "--auto", db=empty_store_url).exit_code == 0
    assert credit("source", "list", db=empty_store_url).error["code"] == "store_missing"
    assert credit("source", "list", db=sandbox(empty_store_url)).exit_code == 0


def test_the_users_file_stays_byte_for_byte(credit: Credit, sqlite_url: str) -> None:
    path = Path(as_url(sqlite_url).database or "")
    before = path.read_bytes()
    assert credit("demo", "play", "coupon", "--auto", db=sqlite_url).exit_code == 0
    assert path.read_bytes() == before


def test_on_postgresql_the_sandbox_is_a_schema_of_its_own(
    credit: Credit, empty_postgres_url: str
) -> None:
    def schemas() -> dict[str, list[str]]:
        found = inspect(make_engine(as_url(empty_postgres_url)))
        names = set(found.get_schema_names()) - {"information_schema"}
        return {name: found.get_table_names(name) for name in names}

    credit("demo", "play", "coupon", "--auto", db=empty_postgres_url)
    assert "record" in schemas().pop(SCHEMA)
    assert schemas()["public"] == []
    credit("demo", "reset", db=empty_postgres_url)
    assert schemas() == {"public": []}


def test_reset_removes_the_sandbox_and_nothing_else(credit: Credit, store_url: str) -> None:
    credit("demo", "play", "coupon", "--auto", db=store_url)
    before = rows(store_url)
    ran = credit("demo", "reset", db=store_url)
    assert (ran.exit_code, ran.stdout) == (0, "")
    assert credit("source", "list", db=sandbox(store_url)).error["code"] == "store_missing"
    assert rows(store_url) == before
    assert credit("demo", "reset", db=store_url).exit_code == 0, "nothing to do is done, too"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_list_names_every_story(credit: Credit, language: str) -> None:
    ran = credit("demo", "list", env={"CREDIT_LANG": language})
    titles = [getattr(story.shape.title, language) for story in load_stories()]
    assert [row["story"] for row in ran.json] == CODES
    assert [row["title"] for row in ran.json] == titles


def test_an_unknown_story_is_not_found(credit: Credit, empty_store_url: str) -> None:
    ran = credit("demo", "play", "prawns", "--auto", db=empty_store_url)
    assert (ran.exit_code, ran.stdout) == (5, "")
    assert ran.error["params"] == {"story": "prawns", "known": CODES}
    assert credit("source", "list", db=sandbox(empty_store_url)).exit_code == 10


def test_the_narration_shows_words_command_and_result(
    credit: Credit, empty_sqlite_url: str
) -> None:
    ran = credit("demo", "play", "coupon", "--auto", db=empty_sqlite_url)
    assert "Step     One click.\n" in ran.stderr
    assert "Command  credit profile show - < yang.txt\n" in ran.stderr
    assert "| Value: CNY 3,888.00 | Valid until: 2026-09-08\n" in ran.stderr
    assert "Result   The subject has had its share of jinye_shopping.\n" in ran.stderr


def test_the_demo_speaks_chinese(credit: Credit, empty_sqlite_url: str) -> None:
    environ = {"CREDIT_LANG": "zh_CN"}
    ran = credit("demo", "play", "performance", "--auto", db=empty_sqlite_url, env=environ)
    assert ran.json[0]["before"] == "5个工作日"
    assert "审批路径：加速审批" in ran.stderr


def test_quiet_is_silent_but_for_data(credit: Credit, empty_sqlite_url: str) -> None:
    ran = credit("demo", "play", "coupon", "--auto", "--quiet", db=empty_sqlite_url)
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert ran.json[0]["result"] == "passed"


def test_a_sandbox_that_cannot_be_made_is_told_by_its_own_error(credit: Credit) -> None:
    ran = credit("demo", "play", "--auto", db="/proc/nowhere/credit.db")
    assert (ran.exit_code, ran.error["code"]) == (74, "disk_fault")


@pytest.fixture
def altered(tmp_path: Path) -> Path:
    """A copy of the program where a story expects what is not so."""
    for name in ("credit_cli", "fixtures", "migrations"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    story = tmp_path / "fixtures/stories/03-investment/story.toml"
    told = story.read_text("utf-8")
    wrong = told.replace('tier = "good"', 'tier = "excellent"').replace("exit = 6", "exit = 0")
    story.write_text(wrong, "utf-8")
    assert wrong != told
    return tmp_path


def test_a_step_that_differs_is_a_finding(altered: Path) -> None:
    ran = _play(altered)
    assert ran.exit_code == 4
    assert [row["story"] for row in ran.json] == CODES, "the others are played all the same"
    assert [row for row in ran.json if row["result"] == "failed"] == [
        {
            "story": "investment",
            "title": "Hainan: a project taken in with two papers still to come",
            "before": None,
            "now": None,
            "result": "failed",
        }
    ]
    told = [line for line in ran.stderr.splitlines() if "differs" in line]
    assert told == ['  ! differs: tier: "excellent" -> "good"', "  ! differs: exit: 0 -> 6"]


def _play(folder: Path) -> Ran:
    """The demo of the program in `folder`; its coverage is not ours."""
    environ = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "credit_cli", "demo", "play", "--auto", "--output=json"],
        cwd=folder,
        env=environ | {"CREDIT_HOME": str(folder / "home"), "CREDIT_LANG": "en"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
