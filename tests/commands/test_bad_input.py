"""Bad input: what happened, why, what to do; a documented exit code; nothing written."""

import fcntl
import json
import os
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import pytest

from credit_cli.errors import Exit
from tests.bench import penalties
from tests.intake.senders import FARM, PENALTY, organisation_code, save, save_rows
from tests.pool import SOURCE, Pool, change, changed_pack, contents, person
from tests.program import ROOT, Credit, Ran, spawn

UNREACHABLE = "postgresql://official:hunter2@127.0.0.1:9/credit"
HAN = re.compile(r"[\u4e00-\u9fff]")
ISSUE = ("coupon", "issue", "--programme", "jinye_shopping", "--subject")
SIMULATE = ("route", "simulate", "--subject", FARM, "--item")
CASE = ("case", "open", "--subject", FARM, "--item", "senior_card")
BAD = [
    (("nothing",), 2, "unknown_command"),
    (("record", "sell"), 2, "unknown_command"),
    (("--verbose",), 2, "unknown_option"),
    (("review", "list", "--overdu"), 2, "unknown_option"),
    (("review", "list", "--dry-run"), 2, "unknown_option"),
    (("review", "list", "all"), 2, "bad_usage"),
    (("review", "list", "--overdue=yes"), 2, "unknown_option"),
    (("profile", "show"), 2, "missing_parameter"),
    (("coupon", "issue", "--subject", FARM), 2, "missing_parameter"),
    (("coupon", "issue", "--subject"), 2, "missing_parameter"),
    (("review", "complete", "1"), 2, "missing_parameter"),
    (("review", "complete", "1", "--outcome", "broken"), 2, "malformed_value"),
    (("review", "complete", "one", "--outcome", "kept"), 2, "malformed_value"),
    (("review", "list", "--as-of", "2026-02-30"), 2, "malformed_value"),
    (("review", "list", "--due-before", "tomorrow"), 2, "malformed_value"),
    (("item", "list", "--fields", "item,colour"), 2, "malformed_value"),
    (("profile", "show", FARM[:-1] + "0"), 2, "malformed_code"),
    (("profile", "show", organisation_code("91999999MA99999X")), 5, "subject_not_found"),
    ((*SIMULATE, "senior_crad"), 5, "item_not_found"),
    ((*SIMULATE, "senior_card", "--missing", "poto"), 5, "material_not_found"),
    ((*ISSUE[:3], "free_lunch", "--subject", FARM), 5, "programme_not_found"),
    (("record", "import", "{csv}", "--source", "nobody"), 5, "source_not_found"),
    (("review", "complete", "7", "--outcome", "kept"), 5, "review_not_found"),
    (("demo", "play", "atlantis", "--auto"), 5, "story_not_found"),
    (("record", "import", "{folder}/none.csv", "--source", SOURCE), 8, "file_missing"),
    (("record", "import", "{folder}", "--source", SOURCE), 8, "file_missing"),
    (("record", "import", "{letter}", "--source", SOURCE), 8, "file_empty"),
    (("evaluation", "import", "{csv}", "--source", SOURCE), 8, "heading_unknown"),
    (("policy", "check", "{folder}/none"), 13, "policy_invalid"),
    (("review", "list", "--db", "mysql://localhost/credit"), 13, "setting_invalid"),
]  # fmt: skip
EXPECTED = pytest.mark.parametrize(("argv", "exit_code", "code"), BAD, ids=str)


@pytest.fixture
def filled(pool: Pool) -> Pool:
    """A pool with a good subject, a table and a letter."""
    pool.grade(FARM, "good")
    save_rows(pool.folder / "a.csv", PENALTY)
    save(pool.folder / "letter.csv", "尊敬的领导,\n您好,\n")
    return pool


def run(pool: Pool, argv: Sequence[str], **env: str) -> Ran:
    names = {"folder": pool.folder, "csv": pool.folder / "a.csv"}
    names["letter"] = pool.folder / "letter.csv"
    return pool.run(*(one.format(**names) for one in argv), **env)


def assert_told(ran: Ran, exit_code: int, code: str) -> dict[str, Any]:
    """One JSON object on stderr, and nothing else anywhere."""
    assert (ran.exit_code, ran.error["code"], ran.stdout) == (exit_code, code, ""), ran.stderr
    assert ran.error.keys() == {"code", "exit", "message", "hint", "params"}
    assert (ran.error["exit"], ran.stderr.count("\n")) == (exit_code, 1)
    assert ran.error["message"]
    assert ran.error["hint"]
    assert exit_code in set(Exit)
    return ran.error


@EXPECTED
def test_scripts_are_told_in_one_object(
    filled: Pool, argv: Sequence[str], exit_code: int, code: str
) -> None:
    before = contents(filled.url)
    assert_told(run(filled, argv), exit_code, code)
    assert contents(filled.url) == before


@EXPECTED
def test_people_are_told_in_their_language(
    filled: Pool, argv: Sequence[str], exit_code: int, code: str
) -> None:
    told = {
        language: run(filled, argv, CREDIT_LANG=language, CREDIT_OUTPUT="table")
        for language in ("en", "zh_CN")
    }
    for ran in told.values():
        assert (ran.exit_code, ran.stdout) == (exit_code, ""), code
        assert len(ran.stderr.splitlines()) >= 2, "what happened, and what to do"
        assert "Traceback" not in ran.stderr
        assert code not in ran.stderr
    assert not HAN.search(told["en"].stderr.replace(str(filled.folder), "")) or "heading" in code
    assert all(HAN.search(line) for line in told["zh_CN"].stderr.splitlines())


def test_a_near_miss_is_answered_with_what_was_meant(filled: Pool) -> None:
    assert "--overdue" in run(filled, ("review", "list", "--overdu")).error["params"]["known"]
    assert "import" in run(filled, ("record", "improt")).error["params"]["known"]
    assert run(filled, (*SIMULATE, "senior_crad")).error["params"]["nearest"][0] == "senior_card"


def test_an_unknown_format_is_told_with_those_that_are(filled: Pool) -> None:
    before = contents(filled.url)
    ran = run(filled, (*CASE, "--output", "xml"))
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "table, json, jsonl, csv, tsv" in ran.stderr
    assert contents(filled.url) == before


def test_fields_that_are_none_are_told_before_anything_is_done(filled: Pool) -> None:
    before = contents(filled.url)
    assert_told(run(filled, (*CASE, "--fields", "colour")), 2, "malformed_value")
    assert contents(filled.url) == before


def test_a_policy_with_a_typo_is_told_by_file_key_and_nearest_name(pool: Pool) -> None:
    pack = changed_pack(
        pool.folder / "pack", "benefits.toml", "budget_fen = 38880000", "buget_fen = 1"
    )
    before = contents(pool.url)
    for argv in (
        ("policy", "check", str(pack)),
        ("policy", "activate", str(pack)),
        ("init", "--policy", str(pack)),
    ):
        told = assert_told(pool.run(*argv), 13, "policy_invalid")
        assert told["params"]["count"] == len(told["params"]["faults"])
        (unknown,) = (
            one for one in told["params"]["faults"] if "budget_fen" in one and "buget" in one
        )
        assert "benefits.toml" in unknown
        assert "programme.jinye_shopping.buget_fen" in unknown
    assert contents(pool.url) == before


def test_a_new_store_is_not_left_without_a_policy(credit: Credit, tmp_path: Path) -> None:
    pack = changed_pack(tmp_path / "pack", "benefits.toml", "budget_fen = 38880000", "x = 1")
    assert_told(credit("init", "--policy", str(pack)), 13, "policy_invalid")
    assert credit("init").exit_code == 0
    assert credit("item", "list").exit_code == 0


def test_a_missing_store_is_told_with_the_cure(credit: Credit, tmp_path: Path) -> None:
    told = assert_told(credit("review", "list"), 10, "store_missing")
    assert "credit init" in told["hint"]
    assert not list(tmp_path.iterdir())


def test_an_empty_database_is_no_store(credit: Credit, empty_postgres_url: str) -> None:
    assert_told(credit("review", "list", db=empty_postgres_url), 10, "store_missing")


@pytest.mark.parametrize(("found", "code"), [("0000", "schema_behind"), ("9999", "schema_ahead")])
def test_a_store_of_another_version_is_refused(
    credit: Credit, store_url: str, found: str, code: str
) -> None:
    change(store_url, f"UPDATE alembic_version SET version_num = '{found}'")  # noqa: S608 - ours
    told = assert_told(credit("review", "list", db=store_url), 10, code)
    assert told["params"]["found"] == found
    if code == "schema_ahead":
        assert_told(credit("init", db=store_url), 10, code)


def test_a_file_that_is_no_store_is_left_alone(credit: Credit, tmp_path: Path) -> None:
    path = save(tmp_path / "letter.db", "尊敬的领导您好" * 500)
    before = path.read_bytes()
    for argv in (("review", "list"), ("init",)):
        assert_told(credit(*argv, db=str(path)), 10, "store_broken")
    assert path.read_bytes() == before


@pytest.mark.parametrize("argv", [("review", "list"), ("init",), ("demo", "play", "--auto")])
def test_a_server_that_does_not_answer_is_told_without_its_password(
    credit: Credit, argv: Sequence[str]
) -> None:
    ran = credit(*argv, db=UNREACHABLE)
    assert_told(ran, 12, "unreachable")
    assert "hunter2" not in ran.stderr
    assert "127.0.0.1:9" in ran.stderr


@pytest.mark.parametrize(
    "place", ["{file}/credit.db", "{file}/deep/credit.db", "/proc/credit/c.db"]
)
def test_a_folder_that_cannot_be_written_is_a_fault_of_the_disk(
    credit: Credit, tmp_path: Path, place: str
) -> None:
    file = save(tmp_path / "file", "no folder")
    assert_told(credit("init", db=place.format(file=file)), 74, "disk_fault")


def test_rejects_that_cannot_be_written_are_a_fault_of_the_disk(pool: Pool) -> None:
    path = save_rows(pool.folder / "a.csv", {**PENALTY, "CF_JDRQ": "2026-13-01"}, PENALTY)
    target = path / "rejects.csv"
    before = contents(pool.url)
    ran = pool.run("record", "import", str(path), "--source", SOURCE, "--rejects", str(target))
    assert_told(ran, 74, "disk_fault")
    after = contents(pool.url)
    assert after["record"] == before["record"] == []


@pytest.mark.parametrize("name", ["folder", "n" * 300], ids=["folder", "long name"])
def test_rejects_that_can_take_no_place_stop_the_import_before_it_ends(
    pool: Pool, name: str
) -> None:
    path = save_rows(pool.folder / "a.csv", {**PENALTY, "CF_JDRQ": "2026-13-01"}, PENALTY)
    (pool.folder / "folder").mkdir()
    target = str(pool.folder / name)
    ran = pool.run("record", "import", str(path), "--source", SOURCE, "--rejects", target)
    assert_told(ran, 74, "disk_fault")
    assert {one["state"] for one in pool.held("SELECT state FROM batch")} == {"running"}
    again = pool.run("record", "import", str(path), "--source", SOURCE)
    assert (again.exit_code, again.json["added"], again.json["rejected"]) == (3, 1, 1)


@pytest.mark.parametrize("name", ["n" * 251, "名" * 83], ids=["letters", "characters"])
def test_rejects_of_a_file_with_a_long_name_find_a_place(pool: Pool, name: str) -> None:
    path = save_rows(pool.folder / f"{name}.csv", {**PENALTY, "CF_JDRQ": "2026-13-01"})
    assert pool.run("record", "import", str(path), "--source", SOURCE).exit_code == 3
    assert len(list(pool.folder.glob("*.rejects.csv"))) == 1


@pytest.mark.parametrize("file", ["", ".", "/"])
def test_a_path_without_a_name_is_no_file(pool: Pool, file: str) -> None:
    ran = pool.run("record", "import", file, "--source", SOURCE)
    assert_told(ran, 8, "file_missing")


def test_stdin_is_told_by_its_name(pool: Pool) -> None:
    ran = pool.run("record", "import", "-", "--source", SOURCE, stdin="letter")
    assert assert_told(ran, 8, "file_empty")["params"]["path"] == "stdin"


def test_a_closed_stdin_holds_nothing(pool: Pool) -> None:
    line = f"exec {sys.executable} -m credit_cli record import - --source {SOURCE} <&-"
    env = os.environ | {"CREDIT_DB": pool.url, "CREDIT_OUTPUT": "json"}
    ran = subprocess.run(["sh", "-c", line], cwd=ROOT, env=env, capture_output=True, check=False)
    assert (ran.returncode, json.loads(ran.stderr)["code"]) == (8, "file_empty")


def test_a_full_disk_behind_stdout_is_told(pool: Pool) -> None:
    with Path("/dev/full").open("wb") as full:
        program = start(pool, "item", "list", stdout=full)
        _, told = program.communicate()
    assert (program.returncode, json.loads(told)["code"]) == (74, "disk_fault")


def test_a_clock_may_be_set_in_a_sandbox_only(credit: Credit) -> None:
    assert credit("init").exit_code == 0
    ran = credit("review", "list", now="2001-01-01T09:00")
    assert ran.exit_code == 0
    assert "no sandbox" in ran.stderr
    assert not credit("review", "list", "--quiet", now="2001-01-01T09:00").stderr


@pytest.mark.parametrize("now", ["yesterday", "2026-13-01", "09:00"])
def test_a_clock_that_is_no_time_is_refused(credit: Credit, sqlite_url: str, now: str) -> None:
    assert_told(credit("review", "list", db=sqlite_url, now=now), 13, "clock_refused")


@pytest.mark.parametrize(
    ("content", "setting"),
    [
        ('ouput = "json"', "ouput"),
        ('now = "2026-01-01"', "now"),
        ("output = json", "config"),
        ('output = "xml"', "output"),
        ("\ufeff\x00", "config"),
    ],
)
def test_a_config_file_with_a_typo_is_told(pool: Pool, content: str, setting: str) -> None:
    path = save(pool.folder / "config.toml", content)
    given = {"CREDIT_CONFIG": str(path)} | ({"CREDIT_OUTPUT": ""} if setting == "output" else {})
    ran = pool.run("review", "list", **given)
    assert ran.exit_code == 13
    assert setting in ran.stderr
    assert str(path) in ran.stderr


def test_a_config_file_that_is_not_there_is_told(pool: Pool) -> None:
    told = assert_told(
        pool.run("review", "list", CREDIT_CONFIG="/none.toml"), 13, "setting_invalid"
    )
    assert "/none.toml" in told["params"]["origin"]


def test_personal_data_is_repeated_in_no_error(pool: Pool) -> None:
    secret = person(5)
    for argv in (
        ("profile", "show", secret),
        ("profile", "show", secret[:-1]),
        (*ISSUE, secret),
        ("route", "simulate", "--subject", secret, "--item", "senior_card"),
        ("case", "open", "--subject", secret, "--item", "senior_card"),
        ("review", "complete", secret, "--outcome", "kept"),
        ("profile", "show", FARM, secret),
        (secret,),
        ("profile", secret),
        ("profile", "show", FARM, f"--{secret}"),
        ("profile", "show", FARM, "--as-of", secret),
    ):
        for form in ("json", "table"):
            ran = pool.run(*argv, CREDIT_OUTPUT=form)
            assert ran.exit_code
            assert secret[:-1] not in ran.stdout + ran.stderr, argv


def start(
    pool: Pool, *argv: str, stdout: int | IO[bytes] = subprocess.PIPE, alone: bool = False
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "credit_cli", *argv],
        cwd=ROOT,
        env=os.environ | {"CREDIT_DB": pool.url, "CREDIT_OUTPUT": "json"},
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
        start_new_session=alone,
    )


@pytest.mark.parametrize("lines", [1, 200], ids=["little", "much"])
def test_a_reader_that_has_seen_enough_is_no_fault(filled: Pool, lines: int) -> None:
    with start(filled, "profile", "show", "-") as program:
        assert program.stdout
        program.stdout.close()
        _, told = program.communicate(b"1\n" * lines)
    assert (program.returncode, told) == (0, b"")


@pytest.fixture
def heard() -> Iterator[None]:
    """What runs in the background ignores Ctrl-C, and so do its children; here they hear it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize(
    ("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"]
)
def test_a_signal_ends_quietly_with_its_own_code(filled: Pool, number: int, exit_code: int) -> None:
    with start(filled, "record", "import", "-", "--source", SOURCE) as program:
        assert program.stdin
        program.stdin.write(b"half a line")
        program.stdin.flush()
        wait_until(lambda: waiting(program.stdin) == 0)
        program.send_signal(number)
        out, told = program.communicate()
    assert (program.returncode, out, told) == (exit_code, b"", b"")


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize(
    ("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"]
)
def test_a_large_import_ends_at_a_signal_and_goes_on_later(
    pool: Pool, store_url: str, number: int, exit_code: int
) -> None:
    pool = pool._replace(url=store_url)  # on both databases
    path, rows = pool.folder / "large.csv", 40_000
    penalties.write(path, rows, faults=0.0)
    argv = ("record", "import", str(path), "--source", SOURCE, "--accept")
    begun = "SELECT id FROM batch WHERE done_line > 0"
    with start(pool, *argv, alone=True) as program:
        wait_until(lambda: bool(pool.held(begun)))
        # Ctrl-C reaches all processes of a terminal, the one that reads too.
        (os.killpg if number == signal.SIGINT else os.kill)(program.pid, number)
        _, told = program.communicate(timeout=20)
    assert (program.returncode, told) == (exit_code, b"")
    assert [one["state"] for one in pool.done("batch", "list")] == ["running"]
    assert pool.done(*argv)["added"] == rows == pool.count("record")


def waiting(pipe: Any) -> int:  # noqa: ANN401 - a file
    """The bytes in a pipe that nobody has read yet."""
    return int(struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"0000"))[0])


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("waited in vain")


def test_a_bug_is_told_in_short_and_at_length_on_request(pool: Pool) -> None:
    change(pool.url, "DROP TABLE review")
    told = assert_told(pool.run("review", "list"), 1, "bug")
    assert told["params"] == {"kind": "OperationalError"}
    ran = spawn("-m", "credit_cli", "review", "list", "--debug", env={"CREDIT_DB": pool.url})
    assert ran.exit_code == 1
    assert "Traceback" in ran.stderr
