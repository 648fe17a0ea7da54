"""What a batch did can be seen, taken back and corrected; nothing of it is ever half there."""

import csv
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from credit_cli.actions import batches, chunks, imports, merges, record_imports
from credit_cli.errors import BatchWithdrawn
from credit_cli.intake import pages
from credit_cli.intake.tables import open_table
from credit_cli.rules.drafts import QuestionedRow
from tests.intake.senders import FARM, LICENCE, PENALTY, STALL, csv_text, save, save_rows, save_xlsx
from tests.pool import NOW, PERSON_NAME, SOURCE, Pool, contents, desk, person
from tests.program import Ran

DAMAGED = {**PENALTY, "CF_WSH": "二号", "CF_JDRQ": "2026-13-01"}
NOBODYS = {**PENALTY, "CF_WSH": "三号", "CF_XDR_SHXYM": ""}
LATE = {**PENALTY, "CF_WSH": "四号", "CF_JDRQ": "2026-06-01"}
PILE = [PENALTY, DAMAGED, NOBODYS, LATE]
PHARMACY = "pharmacy_licence_renewal"


def bring(pool: Pool, path: Path, source: str = SOURCE) -> Ran:
    return pool.run("record", "import", str(path), "--source", source)


def undo(pool: Pool, number: int, *options: str) -> Any:  # noqa: ANN401 - the view
    return pool.done("batch", "undo", str(number), *options)


def questioned(pool: Pool, number: int) -> dict[str, int]:
    """How many questioned rows of a batch are in each state, but for nought."""
    counts = pool.done("batch", "show", str(number))["questioned"]
    return {state: n for state, n in counts.items() if n}


def documents(pool: Pool, code: str = FARM) -> list[tuple[Any, ...]]:
    """The records that anybody can see of a subject; none of one that nobody knows."""
    ran = pool.run("profile", "show", code)
    if ran.exit_code == 5:
        return []
    return [(one["id"], one["severity"], one["counts"]) for one in ran.json["records"]]


def told(held: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What is said of records, whichever batch brought them."""
    return [one[1:] for one in held]


# Undo


def test_what_a_withdrawn_batch_brought_is_seen_no_more(pool: Pool) -> None:
    pool.records(PENALTY)
    assert documents(pool)
    view = undo(pool, 1)
    assert (view["was"], view["state"], view["added"]) == ("finished", "withdrawn", 1)
    ran = pool.run("profile", "show", FARM)
    assert (ran.exit_code, ran.error["code"]) == (5, "subject_not_found")
    shown = pool.done("batch", "show", "1")
    assert (shown["state"], bool(shown["withdrawn_at"])) == ("withdrawn", True)


def test_a_subject_that_another_batch_names_stays(pool: Pool) -> None:
    pool.records(PENALTY)
    pool.records({**PENALTY, "CF_WSH": "甲"})
    undo(pool, 1)
    assert [one[0] for one in documents(pool)] == ["2-2"]


def test_what_the_batch_had_superseded_holds_again(pool: Pool) -> None:
    pool.records(LICENCE)
    pool.records({**LICENCE, "XK_ZT": "2"})
    undo(pool, 2)
    shown = pool.done("record", "show", "2-2")
    assert shown["state"] == "current"
    assert [(one["version"], one["visible"], one["ended_by"]) for one in shown["versions"]] == [
        (1, True, None),
        (2, False, None),
    ]


def test_evaluations_are_withdrawn_too(pool: Pool) -> None:
    pool.grade(FARM, "good")
    pool.grade(FARM, "excellent")
    view = undo(pool, 1)
    assert view["superseded"] == [{"batch": 2, "documents": 1}]
    assert pool.done("profile", "show", FARM)["tier"] == "excellent"
    undo(pool, 2)
    assert pool.run("profile", "show", FARM).exit_code == 5


def test_the_same_file_may_come_again_as_a_new_batch(pool: Pool) -> None:
    path = save_rows(pool.folder / "a.csv", *PILE)
    first = bring(pool, path).json
    before = documents(pool)
    undo(pool, 1)
    second = bring(pool, path).json
    assert second == first | {"batch": 2}
    assert told(documents(pool)) == told(before)


def test_undo_names_the_batches_that_superseded_its_records(pool: Pool) -> None:
    pool.records(PENALTY, {**PENALTY, "CF_WSH": "甲"}, {**PENALTY, "CF_WSH": "乙"})
    pool.records({**PENALTY, "CF_NR": "警告"}, {**PENALTY, "CF_WSH": "甲", "CF_NR": "警告"})
    pool.records({**PENALTY, "CF_NR": "通报批评"})
    pool.records({**PENALTY, "CF_WSH": "乙", "CF_NR": "警告"})
    undo(pool, 4)
    assert undo(pool, 1)["superseded"] == [
        {"batch": 2, "documents": 2},
        {"batch": 3, "documents": 1},
    ]
    assert len(documents(pool)) == 2, "what later batches say stands"


def test_undo_names_the_batches_that_found_rows_unchanged(pool: Pool) -> None:
    pool.records(PENALTY)
    pool.records(PENALTY, {**PENALTY, "CF_WSH": "甲"})
    pool.records({**PENALTY, "CF_WSH": "乙"})
    assert undo(pool, 1)["unchanged_in"] == [2]


@pytest.fixture
def decided(pool: Pool) -> Pool:
    """A case and a coupon that rest on batches 1 and 2, and a case of before that."""
    pool.grade(FARM, "good")
    pool.score(1064, person(1))
    early = NOW.replace(hour=0).isoformat()
    argv = ("case", "open", "--subject", FARM, "--item", PHARMACY)
    assert pool.credit(*argv, db=pool.url, now=early).exit_code == 0
    pool.done(*argv)
    pool.done("coupon", "issue", "--programme", "jinye_shopping", "--subject", person(1))
    return pool


def test_undo_names_the_cases_decided_meanwhile(decided: Pool) -> None:
    ran = decided.run("batch", "undo", "1")
    (case,) = ran.json["cases"]
    assert (case["case"], case["subject"], case["route"]) == (2, 1, "commitment")
    assert ran.json["coupons"] == []
    assert "look at them again" in ran.stderr


def test_undo_names_the_coupons_issued_meanwhile(decided: Pool) -> None:
    view = undo(decided, 2)
    (coupon,) = view["coupons"]
    assert (coupon["programme"], coupon["subject"]) == ("jinye_shopping", 2)
    assert view["cases"] == []
    assert PERSON_NAME not in str(view)


def test_a_dry_run_names_them_and_changes_nothing(decided: Pool) -> None:
    before = contents(decided.url)
    dry = decided.run("batch", "undo", "1", "--dry-run")
    assert contents(decided.url) == before
    assert dry.stderr.endswith("Dry run: nothing was saved.\n")
    assert dry.json == undo(decided, 1)


def test_a_batch_is_withdrawn_once_however_many_try(pool: Pool) -> None:
    pool.records(PENALTY)

    def withdraw(_: int) -> str:
        with desk(pool.url) as at:
            try:
                with at.open(writing=True) as work:
                    return str(batches.withdraw(work, 1)["state"])
            except BatchWithdrawn as refusal:
                return refusal.code

    with ThreadPoolExecutor(4) as all_at_once:
        ended = sorted(all_at_once.map(withdraw, range(4)))
    assert ended == ["batch_withdrawn"] * 3 + ["withdrawn"]


def test_undoing_twice_is_a_conflict(pool: Pool) -> None:
    pool.records(PENALTY)
    undo(pool, 1)
    ran = pool.run("batch", "undo", "1")
    assert (ran.exit_code, ran.error["code"]) == (7, "batch_withdrawn")
    assert pool.refusals()[-1]["code"] == "batch_withdrawn"


def test_what_a_review_wrote_is_not_withdrawn(decided: Pool) -> None:
    decided.done("review", "complete", "2", "--outcome", "breached")
    ran = decided.run("batch", "undo", "3")
    assert (ran.exit_code, ran.error["code"]) == (6, "batch_is_write_back")
    assert documents(decided)


def test_undo_is_audited(pool: Pool) -> None:
    pool.records(PENALTY)
    undo(pool, 1)
    (entry,) = pool.held("SELECT actor, params FROM audit_entry WHERE action = 'batch.undo'")
    assert '"was": "finished"' in str(entry["params"]).replace("'", '"')


@pytest.mark.parametrize("argv", [("show", "9"), ("undo", "9"), ("rejects", "9")])
def test_an_unknown_batch_is_told(sqlite_pool: Pool, argv: Sequence[str]) -> None:
    ran = sqlite_pool.run("batch", *argv)
    assert (ran.exit_code, ran.error["code"]) == (5, "batch_not_found")
    assert not list(sqlite_pool.folder.iterdir())


# Imports that were killed


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows to a page, one page to a chunk."""
    monkeypatch.setattr(pages, "PAGE_ROWS", 2)
    monkeypatch.setattr(merges, "FIRST_ROWS", 1)
    monkeypatch.setattr(merges, "MOST_ROWS", 1)


@contextmanager
def importing(pool: Pool, path: Path) -> Iterator[tuple[Any, chunks.Incoming]]:
    """A desk whose clock ticks ten milliseconds at every look, and a file being read there."""
    with desk(pool.url) as at, open_table(path) as table:
        with at.open(writing=False) as work:
            incoming = record_imports.read(work, table, SOURCE)
        yield replace(at, ticks=count(step=10).__next__), incoming


def die(pool: Pool, path: Path, *, chunks: int) -> None:
    """Import until some chunks are merged; then the program is killed."""
    left = iter(range(chunks))

    def reject(_: Sequence[QuestionedRow]) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    with importing(pool, path) as (at, incoming), pytest.raises(KeyboardInterrupt):
        imports.import_file(at, incoming, reject)


MANY = [{**PENALTY, "CF_WSH": f"{n}号", "CF_XDR_SHXYM": (FARM, STALL)[n % 2]} for n in range(6)]


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("chunks", [0, 1, 2])
def test_after_undo_of_a_killed_import_a_new_one_is_a_clean_one(
    pool: Pool, chunks: int, sqlite_template: Path, tmp_path: Path
) -> None:
    store = shutil.copyfile(sqlite_template, tmp_path / "clean.db")
    clean = pool._replace(url=f"sqlite:///{store}")
    path = save_rows(pool.folder / "many.csv", *MANY)
    wanted = bring(clean, path).json

    die(pool, path, chunks=chunks)
    view = undo(pool, 1)
    assert (view["was"], view["cases"], view["superseded"]) == ("running", [], [])
    assert documents(pool, STALL) == []
    assert bring(pool, path).json == wanted | {"batch": 2}
    for code in (FARM, STALL):
        held, wanted = (one.done("profile", "show", code) for one in (pool, clean))
        assert told(documents(pool, code)) == told(documents(clean, code))
        assert held | {"records": []} == wanted | {"records": []}


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("chunks", [1, 3])
def test_an_import_whose_batch_was_withdrawn_cannot_go_on(pool: Pool, chunks: int) -> None:
    path = save_rows(pool.folder / "many.csv", *MANY)
    passed = count(1)

    def reject(_: Sequence[QuestionedRow]) -> None:
        if next(passed) == chunks:
            undo(pool, 1)

    with importing(pool, path) as (at, incoming), pytest.raises(BatchWithdrawn):
        imports.import_file(at, incoming, reject)
    assert documents(pool) == []
    assert bring(pool, path).json["added"] == len(MANY)


@pytest.mark.usefixtures("small_chunks")
def test_the_stages_are_timed_over_all_runs(sqlite_pool: Pool) -> None:
    path = save_rows(sqlite_pool.folder / "many.csv", *MANY)
    with importing(sqlite_pool, path) as (at, incoming):
        imports.import_file(at, incoming, lambda _: None)
    shown = sqlite_pool.done("batch", "show", "1")
    laps = 10, 3  # the clock's step, and the chunks
    assert shown["merge_ms"] == laps[0] * laps[1]
    assert shown["read_ms"] == 2 * laps[0] * laps[1], "reading, and the pause before a merge"


def test_a_batch_is_finished_when_it_can_be_seen_not_when_its_command_began(
    sqlite_pool: Pool,
) -> None:
    path = save_rows(sqlite_pool.folder / "many.csv", *MANY)
    with importing(sqlite_pool, path) as (at, incoming):
        later = at.terms.now + timedelta(minutes=10)
        slow = replace(at, terms=replace(at.terms, moment=lambda: later))
        imports.import_file(slow, incoming, lambda _: None)
    shown = sqlite_pool.done("batch", "show", "1")
    times = [datetime.fromisoformat(shown[name]) for name in ("started_at", "finished_at")]
    assert times == [at.terms.now, later]


# What is known of a batch


def test_a_batch_tells_whose_it_is_and_how_it_went(pool: Pool) -> None:
    path = save_rows(pool.folder / "pile.csv", *PILE)
    bring(pool, path)
    shown = pool.done("batch", "show", "1")
    told = ("kind", "state", "source", "file", "layout", "edition")
    assert [shown[name] for name in told] == [
        *("records", "finished", SOURCE),
        *("pile.csv", "penalty_2018", "2018"),
    ]
    assert len(shown["sha256"]) == 64
    counts = [shown[name] for name in ("read", "added", "changed", "same", "rejected", "unlinked")]
    assert counts == [4, 2, 0, 0, 1, 1]
    assert shown["issues"] | {"no_code": 1, "reported_late": 1} == shown["issues"]
    assert (shown["compliance_permille"], shown["late_permille"]) == (750, 250)


def test_quality_is_told_by_dimension(pool: Pool) -> None:
    pool.records(PENALTY)
    pool.records(*PILE, {**PENALTY, "CF_WSH": "五号", "CF_XDR_MC": "虚构牧场"})
    found = pool.done("batch", "show", "2")["quality"]
    flawed = {one["dimension"]: one["flawed"] for one in found}
    assert flawed == {
        "completeness": 0,
        "validity": 1,
        "duplication": 1,
        "linkage": 2,
        "accuracy": 4,
        "timeliness": 1,
    }
    assert [one["sound_permille"] for one in found] == [1000, 800, 800, 600, 200, 800]


def test_batches_are_listed_newest_first(pool: Pool) -> None:
    pool.records(*PILE)
    pool.grade(STALL, "good")
    undo(pool, 2)
    listed = pool.done("batch", "list")
    told = ("batch", "kind", "state", "read", "open")
    assert [[one[name] for name in told] for one in listed] == [
        [2, "evaluations", "withdrawn", 1, 0],
        [1, "records", "finished", 4, 2],
    ]


def test_batches_are_found_by_unit_and_state(pool: Pool) -> None:
    pool.records(PENALTY)
    bring(pool, save_rows(pool.folder / "b.csv", LICENCE), "haikou_credit")
    undo(pool, 1)

    def listed(*options: str) -> list[int]:
        return [one["batch"] for one in pool.done("batch", "list", *options)]

    assert listed("--source", "haikou_credit") == listed("--state", "finished") == [2]
    assert listed("--state", "withdrawn") == [1]
    assert listed("--source", "haikou_credit", "--state", "withdrawn") == []


# Questioned rows


def given_back(pool: Pool, number: int) -> list[dict[str, str]]:
    """The open rows of a batch as its rejects file has them."""
    path = pool.folder / f"given-{len(list(pool.folder.iterdir()))}.csv"
    pool.done("batch", "rejects", str(number), "-o", str(path))
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def corrected(pool: Pool, rows: Sequence[Mapping[str, str]], name: str = "corrected.csv") -> Path:
    table = [list(rows[0]), *(list(row.values()) for row in rows)]
    if name.endswith("xlsx"):
        return save_xlsx(pool.folder / name, {"说明": [["填表说明"]], "更正": table})
    return save(pool.folder / name, csv_text(table), "utf-8-sig")


def test_open_rows_are_given_back_as_the_import_gave_them(pool: Pool) -> None:
    path = save_rows(pool.folder / "pile.csv", *PILE)
    bring(pool, path)
    again = pool.folder / "again.csv"
    view = pool.done("batch", "rejects", "1", "-o", str(again))
    assert view == {"batch": 1, "rows": 2, "file": str(again)}
    assert again.read_bytes() == Path(f"{path}.rejects.csv").read_bytes()
    (entry,) = pool.held("SELECT params FROM audit_entry WHERE action = 'batch.rejects'")
    assert "2" in str(entry["params"])


def test_open_rows_may_go_to_stdout(pool: Pool) -> None:
    path = save_rows(pool.folder / "pile.csv", *PILE)
    bring(pool, path)
    ran = pool.run("batch", "rejects", "1", "-o", "-")
    assert ran.stdout.encode() == Path(f"{path}.rejects.csv").read_bytes()
    assert (ran.exit_code, ran.stderr) == (0, "")


def test_a_batch_without_open_rows_gives_no_file(pool: Pool) -> None:
    pool.records(PENALTY)
    target = pool.folder / "none.csv"
    ran = pool.run("batch", "rejects", "1", "-o", str(target))
    assert (ran.exit_code, ran.json["rows"], ran.json["file"]) == (0, 0, None)
    assert "no open questioned rows" in ran.stderr
    assert not target.exists()
    assert pool.run("batch", "rejects", "1", "-o", "-").stdout == ""


@pytest.mark.parametrize("name", ["corrected.csv", "corrected.xlsx"])
def test_rows_that_come_back_corrected_are_fixed(pool: Pool, name: str) -> None:
    pool.records(*PILE)
    damaged, nobodys = given_back(pool, 1)
    rows = [damaged | {"CF_JDRQ": "2026-11-16"}, nobodys | {"CF_XDR_SHXYM": STALL}]
    ran = bring(pool, corrected(pool, rows, name))
    assert (ran.exit_code, ran.json["added"]) == (0, 2)
    assert "2 questioned row(s) of earlier batches came back" in ran.stderr
    assert questioned(pool, 1) == {"fixed": 2}
    assert given_back(pool, 1) == []
    answered = pool.held("SELECT answer_batch_id, settled_by FROM questioned_row ORDER BY line")
    assert {row["answer_batch_id"] for row in answered} == {2}
    assert all(row["settled_by"] for row in answered)


def test_a_row_that_comes_back_wrong_waits_in_the_new_batch(pool: Pool) -> None:
    pool.records(*PILE)
    damaged, nobodys = given_back(pool, 1)
    path = corrected(pool, [damaged | {"CF_JDRQ": "去年"}, nobodys | {"CF_XDR_SHXYM": STALL}])
    bring(pool, path)
    assert (questioned(pool, 1), questioned(pool, 2)) == ({"fixed": 1, "handled": 1}, {"open": 1})
    (again,) = given_back(pool, 2)
    assert (again["line"], again["batch"]) == ("2", "2")
    assert again.keys() == damaged.keys()
    bring(pool, corrected(pool, [again | {"CF_JDRQ": "2026-11-16"}], "third.csv"))
    assert questioned(pool, 2) == {"fixed": 1}
    assert len(documents(pool)) == 3


def test_a_row_left_out_of_the_corrected_file_stays_open(pool: Pool) -> None:
    pool.records(*PILE)
    damaged, _ = given_back(pool, 1)
    bring(pool, corrected(pool, [damaged | {"CF_JDRQ": "2026-11-16"}]))
    assert questioned(pool, 1) == {"fixed": 1, "open": 1}


@pytest.mark.parametrize("changes", [{"batch": "一"}, {"batch": ""}, {"line": "9"}, {"batch": "7"}])
def test_a_row_that_says_no_place_settles_none(pool: Pool, changes: dict[str, str]) -> None:
    pool.records(*PILE)
    damaged, _ = given_back(pool, 1)
    ran = bring(pool, corrected(pool, [damaged | {"CF_JDRQ": "2026-11-16"} | changes]))
    assert (ran.json["added"], questioned(pool, 1)) == (1, {"open": 2})
    assert "came back" not in ran.stderr


def test_only_the_unit_itself_corrects_its_rows(pool: Pool) -> None:
    pool.records(*PILE)
    damaged, _ = given_back(pool, 1)
    path = corrected(pool, [damaged | {"CF_JDRQ": "2026-11-16"}])
    assert bring(pool, path, "haikou_credit").json["added"] == 1
    assert questioned(pool, 1) == {"open": 2}


@pytest.mark.usefixtures("small_chunks")
def test_rows_are_fixed_when_the_batch_that_brings_them_back_is_seen(pool: Pool) -> None:
    pool.records(*[{**DAMAGED, "CF_WSH": f"{n}号"} for n in range(4)])
    rows = [row | {"CF_JDRQ": "2026-11-16"} for row in given_back(pool, 1)]
    path = corrected(pool, rows)
    die(pool, path, chunks=1)
    assert questioned(pool, 1) == {"open": 4}
    bring(pool, path)
    assert questioned(pool, 1) == {"fixed": 4}


def test_undo_opens_the_rows_again_that_came_back(pool: Pool) -> None:
    pool.records(*PILE)
    damaged, _ = given_back(pool, 1)
    bring(pool, corrected(pool, [damaged | {"CF_JDRQ": "2026-11-16"}]))
    assert undo(pool, 2)["reopened"] == 1
    assert questioned(pool, 1) == {"open": 2}


def fix(pool: Pool, state: str = "handled", line: int = 3, *options: str) -> Ran:
    argv = ("--line", str(line), "--state", state, "--reason", "已电话核实")
    return pool.run("batch", "fix", "1", *argv, *options)


@pytest.mark.parametrize("state", ["handled", "ignored"])
def test_a_row_may_be_settled_with_a_reason(pool: Pool, state: str) -> None:
    pool.records(*PILE)
    ran = fix(pool, state)
    assert ran.json == {"batch": 1, "line": 3, "state": state, "reason": "已电话核实"}
    assert questioned(pool, 1) == {state: 1, "open": 1}
    assert [row["line"] for row in given_back(pool, 1)] == ["4"]
    kept = pool.held("SELECT reason, settled_by FROM questioned_row WHERE line = 3")
    assert (kept[0]["reason"], bool(kept[0]["settled_by"])) == ("已电话核实", True)
    assert pool.held("SELECT action FROM audit_entry WHERE action = 'batch.fix'")


def test_a_row_is_settled_once(pool: Pool) -> None:
    pool.records(*PILE)
    fix(pool)
    ran = fix(pool, "ignored")
    assert (ran.exit_code, ran.error["code"]) == (7, "row_settled")
    assert ran.error["params"]["state"] == "handled"
    assert questioned(pool, 1) == {"handled": 1, "open": 1}


def test_only_a_questioned_row_is_settled(pool: Pool) -> None:
    pool.records(*PILE)
    ran = fix(pool, "handled", 2)
    assert (ran.exit_code, ran.error["code"]) == (5, "row_not_questioned")


def test_a_dry_run_settles_nothing(pool: Pool) -> None:
    pool.records(*PILE)
    before = contents(pool.url)
    assert fix(pool, "handled", 3, "--dry-run").exit_code == 0
    assert contents(pool.url) == before


def test_a_row_that_was_settled_is_not_fixed_by_a_late_correction(pool: Pool) -> None:
    pool.records(*PILE)
    damaged, _ = given_back(pool, 1)
    fix(pool, "ignored")
    bring(pool, corrected(pool, [damaged | {"CF_JDRQ": "2026-11-16"}]))
    assert questioned(pool, 1) == {"ignored": 1, "open": 1}
