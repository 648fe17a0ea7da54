"""Good rows in, bad rows out, each file once, whatever happens meanwhile."""

import csv
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from credit_cli.actions import imports, merges, record_imports
from credit_cli.intake import pages
from credit_cli.intake.tables import open_table
from credit_cli.rules.drafts import QuestionedRow
from tests.intake.senders import (
    EVALUATION,
    FARM,
    LICENCE,
    PENALTY,
    PENALTY_NAMES,
    PERSON,
    STALL,
    csv_text,
    organisation_code,
    save,
    save_rows,
    save_xlsx,
)
from tests.pool import SOURCE, Pool, contents, desk
from tests.program import Credit, Ran, spawn

NAME = "虚构农场有限公司"
DAMAGED = {**PENALTY, "CF_WSH": "二号", "CF_JDRQ": "2026-13-01"}
NOBODYS = {**PENALTY, "CF_WSH": "三号", "CF_XDR_SHXYM": ""}
# Documents of two parties: one repeated, one changed on the way, and rows that cannot be taken.
PILE = [
    PENALTY,
    {**PENALTY, "CF_WSH": "甲"},
    {**PENALTY, "CF_WSH": "乙", "CF_XDR_SHXYM": STALL, "CF_XDR_LB": "个体工商户"},
    DAMAGED,
    {**PENALTY, "CF_NR": "罚款3000元"},
    {**PENALTY, "CF_WSH": "甲"},
    NOBODYS,
    {**PENALTY, "CF_WSH": "丙", "CF_XDR_MC": "虚构农场"},
]


def record_import(pool: Pool, path: Path, *options: str) -> Ran:
    return pool.run("record", "import", str(path), "--source", SOURCE, *options)


def counts(view: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in view.items() if key != "batch"}


def outcomes(view: dict[str, Any]) -> list[int]:
    names = ("read", "added", "changed", "same", "rejected", "unlinked")
    return [view[name] for name in names]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows to a page, one page to a chunk."""
    monkeypatch.setattr(pages, "PAGE_ROWS", 2)
    monkeypatch.setattr(merges, "FIRST_ROWS", 1)
    monkeypatch.setattr(merges, "MOST_ROWS", 1)


def test_good_rows_go_in_and_bad_rows_come_out(pool: Pool) -> None:
    path = save_rows(pool.folder / "pile.csv", *PILE)
    ran = record_import(pool, path)
    assert ran.exit_code == 3
    assert outcomes(ran.json) == [8, 4, 1, 1, 1, 1]
    assert ran.json["skipped"] == 0
    assert ran.json["issues"]["impossible_date"] == ran.json["issues"]["no_code"] == 1
    assert [row["code"] for row in pool.held("SELECT code FROM subject ORDER BY id")] == [
        FARM,
        STALL,
    ]
    assert f"{path}.rejects.csv" in ran.stderr


def test_the_rejects_file_says_line_code_and_message(pool: Pool) -> None:
    path = save_rows(pool.folder / "pile.csv", *PILE)
    record_import(pool, path)
    with Path(f"{path}.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["line"], row["code"].split(";")[0]) for row in rows] == [
        ("5", "impossible_date"),
        ("8", "no_code"),
    ]
    assert rows[0]["column"].split(";")[0] == "P5 CF_JDRQ"
    assert all(row["message"] for row in rows)
    assert {key: rows[0][key] for key in DAMAGED} == DAMAGED


def test_rejects_go_where_they_are_wanted(pool: Pool) -> None:
    path = save_rows(pool.folder / "pile.csv", *PILE)
    target = pool.folder / "to correct.csv"
    assert str(target) in record_import(pool, path, "--rejects", str(target)).stderr
    assert target.is_file()
    assert not Path(f"{path}.rejects.csv").exists()


def test_a_file_without_faults_leaves_no_rejects_file(pool: Pool) -> None:
    assert pool.records(PENALTY).exit_code == 0
    assert len(list(pool.folder.iterdir())) == 1


def test_unlinked_rows_alone_are_no_failure(pool: Pool) -> None:
    ran = pool.records(NOBODYS)
    assert (ran.exit_code, outcomes(ran.json)) == (0, [1, 0, 0, 0, 0, 1])
    assert "1 row(s) were not taken in" in ran.stderr


def test_blank_rows_and_totals_are_skipped(pool: Pool) -> None:
    blank = ["" for _ in PENALTY]
    rows = [list(PENALTY), list(PENALTY.values()), blank, ["合计", "1", *blank[2:]]]
    path = save(pool.folder / "a.csv", csv_text(rows))
    view = record_import(pool, path).json
    assert (outcomes(view), view["skipped"]) == ([1, 1, 0, 0, 0, 0], 2)


def test_a_file_of_headings_alone_is_taken_once(pool: Pool) -> None:
    path = save(pool.folder / "a.csv", csv_text([list(PENALTY)]))
    dry = record_import(pool, path, "--dry-run").json
    first = record_import(pool, path).json
    assert outcomes(first) == outcomes(dry) == [0] * 6
    assert "imported before" in record_import(pool, path).stderr


def test_questioned_rows_are_kept_as_sent(pool: Pool) -> None:
    pool.records(*PILE)
    kept = pool.held("SELECT line, outcome FROM questioned_row ORDER BY line")
    assert [tuple(row.values()) for row in kept] == [(5, "rejected"), (8, "unlinked")]


def test_an_import_is_audited_once_with_its_counts(pool: Pool) -> None:
    before = pool.count("audit_entry")
    pool.records(*PILE)
    assert pool.count("audit_entry") == before + 1
    (entry,) = pool.held("SELECT action, params FROM audit_entry WHERE action = 'records.import'")
    assert "added" in str(entry["params"])


def test_the_same_file_again_changes_nothing_and_says_so(pool: Pool) -> None:
    path = save_rows(pool.folder / "pile.csv", *PILE)
    first = record_import(pool, path)
    rejects = Path(f"{path}.rejects.csv").read_bytes()
    before = contents(pool.url)
    again = record_import(pool, path.rename(pool.folder / "renamed.csv"))
    assert "imported before" in again.stderr
    assert again.exit_code == first.exit_code
    assert outcomes(again.json) == [8, 0, 0, 6, 1, 1]
    assert contents(pool.url) == before
    assert Path(f"{path}.rejects.csv").read_bytes() == rejects


def test_the_same_rows_from_another_unit_are_the_same(pool: Pool) -> None:
    path = save_rows(pool.folder / "a.csv", PENALTY)
    record_import(pool, path)
    view = pool.done("record", "import", str(path), "--source", "haikou_credit")
    assert outcomes(view) == [1, 0, 0, 1, 0, 0]


def test_a_changed_document_is_a_new_version(pool: Pool) -> None:
    pool.records(LICENCE)
    view = pool.records({**LICENCE, "XK_ZT": "2"}).json
    assert outcomes(view) == [1, 0, 1, 0, 0, 0]
    (record,) = pool.done("profile", "show", STALL)["records"]
    assert record["reason"]["code"] == "neutral_type"
    versions = pool.held("SELECT version, state FROM record ORDER BY version")
    assert [tuple(row.values()) for row in versions] == [(1, "current"), (2, "revoked")]


def test_another_name_is_noted_and_makes_no_second_subject(pool: Pool) -> None:
    pool.records(PENALTY)
    ran = pool.records({**PENALTY, "CF_WSH": "甲", "CF_XDR_MC": "虚构农场"})
    assert ran.json["issues"]["other_name"] == 1
    assert pool.held("SELECT name FROM subject") == [{"name": NAME}]


def test_a_person_found_by_records_and_by_scores_is_one_subject(pool: Pool) -> None:
    pool.records(
        {**PENALTY, "CF_XDR_LB": "自然人", "CF_XDR_SHXYM": "", "CF_XDR_ZJLX": "身份证"}
        | {"CF_XDR_ZJHM": PERSON, "CF_XDR_MC": "甲某"}
    )
    pool.evaluations(
        {
            **EVALUATION,
            "code": PERSON,
            "name": "甲某",
            "scale": "jinye",
            "grade": "",
            "score": "900",
        }
    )
    assert pool.held("SELECT kind, name FROM subject") == [{"kind": "person", "name": "甲某"}]


def test_an_unknown_scale_or_grade_rejects_its_row(pool: Pool) -> None:
    ran = pool.evaluations(
        EVALUATION, {**EVALUATION, "scale": "stars"}, {**EVALUATION, "grade": "AAAA"}
    )
    assert (ran.exit_code, outcomes(ran.json)) == (3, [3, 1, 0, 0, 2, 0])
    assert ran.json["issues"]["unknown_scale"] == ran.json["issues"]["unknown_grade"] == 1


def test_an_unknown_reporting_unit_is_told_with_those_that_are(pool: Pool) -> None:
    path = save_rows(pool.folder / "a.csv", PENALTY)
    before = contents(pool.url)
    ran = pool.run("record", "import", str(path), "--source", "nobody")
    assert (ran.exit_code, ran.error["code"]) == (5, "source_not_found")
    assert SOURCE in ran.error["params"]["known"]
    assert contents(pool.url) == before


@pytest.mark.usefixtures("small_chunks")
def test_a_dry_run_counts_what_the_import_will_and_writes_nothing(pool: Pool) -> None:
    pool.records({**PENALTY, "CF_WSH": "甲"})
    path = save_rows(pool.folder / "pile.csv", *PILE)
    before = contents(pool.url)
    dry = record_import(pool, path, "--dry-run")
    assert contents(pool.url) == before
    assert len(list(pool.folder.iterdir())) == 2
    assert dry.stderr == "Dry run: nothing was saved.\n"
    real = record_import(pool, path)
    assert (dry.json["batch"], dry.exit_code) == (None, real.exit_code)
    assert counts(dry.json) == counts(real.json)


@pytest.mark.usefixtures("small_chunks")
def test_a_dry_run_writes_rejects_only_where_they_are_asked_for(pool: Pool) -> None:
    path = save_rows(pool.folder / "pile.csv", *PILE)
    target = pool.folder / "to correct.csv"
    record_import(pool, path, "--dry-run", "--rejects", str(target))
    assert target.is_file()
    assert not Path(f"{path}.rejects.csv").exists()


def bring(
    pool: Pool, path: Path, reject: Callable[[Sequence[QuestionedRow]], None] = lambda _: None
) -> dict[str, Any]:
    """Import a file as the command does, with a hand in what happens to questioned rows."""
    with desk(pool.url) as at, open_table(path) as table:
        with at.open(writing=False) as work:
            incoming = record_imports.read(work, table, SOURCE)
        return imports.import_file(at, incoming, reject)


def die(pool: Pool, path: Path, *, chunks: int) -> None:
    """Import until some chunks are merged; then the program is killed."""
    merged: list[Sequence[QuestionedRow]] = []

    def reject(rows: Sequence[QuestionedRow]) -> None:
        if len(merged) == chunks:
            raise KeyboardInterrupt
        merged.append(rows)

    with pytest.raises(KeyboardInterrupt):
        bring(pool, path, reject)


def pool_rows(pool: Pool) -> list[tuple[Any, ...]]:
    """What the pool holds of documents, but for the numbers of batches."""
    rows = pool.held(
        "SELECT r.subject_id, document_key, version, line, content_hash, ended_batch_id IS NULL,"
        " s.code, s.name FROM record r JOIN subject s ON s.id = r.subject_id"
        " ORDER BY r.subject_id, document_key, version"
    )
    return [tuple(row.values()) for row in rows]


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("chunks", [1, 2, 3])
def test_a_killed_import_goes_on_where_it_stopped(
    pool: Pool, chunks: int, credit: Credit, sqlite_template: Path, tmp_path: Path
) -> None:
    store = shutil.copyfile(sqlite_template, tmp_path / "clean.db")
    clean = Pool(credit, f"sqlite:///{store}", pool.folder)
    path = save_rows(pool.folder / "pile.csv", *PILE)
    wanted = record_import(clean, path)
    rejects = Path(f"{path}.rejects.csv").read_bytes()
    Path(f"{path}.rejects.csv").unlink()

    die(pool, path, chunks=chunks)
    assert pool.run("profile", "show", FARM).exit_code == 5, "nothing of it is seen yet"
    dry = record_import(pool, path, "--dry-run")
    got = record_import(pool, path)
    assert counts(dry.json) == counts(got.json) == counts(wanted.json)
    assert pool_rows(pool) == pool_rows(clean)
    assert Path(f"{path}.rejects.csv").read_bytes() == rejects
    assert pool.count("batch") == 1


@pytest.mark.usefixtures("small_chunks")
def test_a_killed_import_does_not_keep_a_corrected_file_out(pool: Pool) -> None:
    pool.records(PENALTY)
    wrong = {**PENALTY, "CF_WFXW": "违反广告管理规定", "CF_YJ": "《中华人民共和国广告法》"}
    die(pool, save_rows(pool.folder / "killed.csv", *[wrong] * 3), chunks=1)
    pool.records({**wrong, "CF_CFLB": "警告"})
    (record,) = pool.done("profile", "show", FARM)["records"]
    assert (record["id"], record["severity"]) == ("3-2", "minor")


def test_two_imports_of_one_file_at_once_take_its_rows_once(pool: Pool) -> None:
    rows = [{**PENALTY, "CF_WSH": str(n)} for n in range(1200)]
    path = save_rows(pool.folder / "a.csv", *rows)
    argv = ("-m", "credit_cli", "record", "import", str(path), "--source", SOURCE, "--accept")

    def run(_: int) -> Ran:
        return spawn(*argv, env={"CREDIT_DB": pool.url, "CREDIT_OUTPUT": "json"})

    with ThreadPoolExecutor(2) as both:
        ended = list(both.map(run, range(2)))
    assert [ran.exit_code for ran in ended] == [0, 0], ended
    assert {ran.json["batch"] for ran in ended} == {ended[0].json["batch"]}
    assert (pool.count("record"), pool.count("batch"), pool.count("subject")) == (1200, 1, 1)


@pytest.mark.usefixtures("small_chunks")
def test_an_import_that_is_overtaken_leaves_all_to_the_other(pool: Pool) -> None:
    path = save_rows(pool.folder / "pile.csv", *PILE)
    overtaking: list[Ran] = []

    def reject(_: Sequence[QuestionedRow]) -> None:
        if not overtaking:
            overtaking.append(record_import(pool, path))

    view = bring(pool, path, reject)
    assert outcomes(view) == outcomes(overtaking[0].json)
    assert (pool.count("batch"), pool.count("record")) == (1, 5)


def test_two_files_about_one_subject_at_once_take_its_documents_once(pool: Pool) -> None:
    files = [[{**PENALTY, "CF_WSH": f"{name}{n}"} for n in range(40)] for name in "甲乙丙丁"]
    files = [[PENALTY, *file] for file in files]
    paths = [save_rows(pool.folder / f"{n}.csv", *file) for n, file in enumerate(files)]

    with ThreadPoolExecutor(4) as all_at_once:
        views = list(all_at_once.map(lambda path: bring(pool, path), paths))
    assert sum(view["added"] for view in views) == 161
    assert len(pool.held("SELECT DISTINCT subject_id, document_key FROM record")) == 161


def test_a_file_may_come_on_stdin(pool: Pool, tmp_path: Path, monkeypatch: Any) -> None:  # noqa: ANN401
    monkeypatch.chdir(tmp_path)
    text = csv_text([list(PENALTY), list(PENALTY.values()), list(DAMAGED.values())])
    ran = pool.run("record", "import", "-", "--source", SOURCE, stdin=text)
    assert (ran.exit_code, outcomes(ran.json)) == (3, [2, 1, 0, 0, 1, 0])
    assert (tmp_path / "stdin.rejects.csv").is_file()


def test_a_file_may_have_a_name_in_another_encoding(pool: Pool) -> None:
    name = os.fsdecode("处罚.csv".encode("gb18030"))
    path = save_rows(pool.folder / name, PENALTY)
    assert record_import(pool, path).exit_code == 0


def test_many_new_subjects_are_found_again(pool: Pool) -> None:
    codes = [organisation_code(f"91999999MA{n:06}") for n in range(30)]
    rows = [{**PENALTY, "CF_XDR_SHXYM": code} for code in codes]
    assert outcomes(pool.records(*rows).json) == [30, 30, 0, 0, 0, 0]
    assert outcomes(pool.records(*rows[::-1]).json) == [30, 0, 0, 30, 0, 0]
    assert pool.count("subject") == 30


def test_every_sheet_of_a_workbook_comes_in_by_its_name_once(pool: Pool) -> None:
    months = {
        month: [list(PENALTY_NAMES.values()), list({**PENALTY, "CF_WSH": month}.values())]
        for month in ("一月", "二月")
    }
    path = save_xlsx(pool.folder / "year.xlsx", months)
    first = record_import(pool, path).json
    assert (first["added"], first["issues"]["sheet_passed_over"]) == (1, 1)
    second = record_import(pool, path, "--sheet", "二月").json
    assert (second["added"], second["issues"].get("sheet_passed_over")) == (1, None)
    again = record_import(pool, path, "--sheet", "二月").json
    assert (again["batch"], again["added"], again["same"]) == (second["batch"], 0, 1)
    refused = record_import(pool, path, "--sheet", "三月")
    assert (refused.exit_code, refused.error["code"]) == (8, "sheet_unknown")
    assert refused.error["params"]["known"] == "一月, 二月"
