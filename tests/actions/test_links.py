"""A row without a code is linked by a person, never by its name; and nobody is asked twice."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from credit_cli.actions import imports, links, record_imports
from credit_cli.errors import RowSettled
from credit_cli.intake.tables import open_table
from tests.intake.senders import FARM, LICENCE, PENALTY, STALL, organisation_code, save_rows
from tests.intake.test_mappings import ROW, mapping
from tests.pool import PERSON_NAME, SOURCE, Pool, contents, desk, person
from tests.program import Ran

NAME = PENALTY["CF_XDR_MC"]
TAX_NUMBER = "469001123456789"
NOBODYS = {**PENALTY, "CF_WSH": "二号", "CF_XDR_SHXYM": ""}
NUMBERED = {**NOBODYS, "CF_XDR_SWDJ": TAX_NUMBER}
TRAVELLER = {
    **NOBODYS,
    "CF_XDR_MC": PERSON_NAME,
    "CF_XDR_LB": "自然人",
    "CF_XDR_ZJLX": "护照",
    "CF_XDR_ZJHM": "E99999901",
}
NAMESAKE = organisation_code("91999999MA000029")


def link(pool: Pool, subject: str, *options: str, batch: int = 1, line: int = 2) -> Ran:
    argv = ("batch", "link", str(batch), "--line", str(line))
    return pool.run(*argv, "--subject", "-", *options, stdin=f"{subject}\n")


def linked(pool: Pool, subject: str, *, batch: int = 1, line: int = 2) -> Any:  # noqa: ANN401
    ran = link(pool, subject, batch=batch, line=line)
    assert ran.exit_code == 0, ran.stderr
    return ran.json


def waiting(pool: Pool, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pool.done("batch", "unlinked", *options)
    return found


def records(pool: Pool, code: str = FARM) -> list[str]:
    return [one["id"] for one in pool.done("profile", "show", code)["records"]]


def states(pool: Pool, batch: int) -> dict[str, int]:
    counts = pool.done("batch", "show", str(batch))["questioned"]
    return {state: n for state, n in counts.items() if n}


def again(row: Mapping[str, str], number: str = "三号") -> dict[str, str]:
    """A later row of the same party."""
    return {**row, "CF_WSH": number}


# The queue


def test_a_row_waits_with_every_subject_of_its_name(pool: Pool) -> None:
    pool.grade(FARM, "good", f" {NAME[:4]} {NAME[4:]}")
    pool.grade(NAMESAKE, "good", NAME)
    pool.grade(STALL, "good", "虚构药店")
    pool.records(NOBODYS)
    (row,) = waiting(pool)
    told = ("batch", "line", "source", "kind", "name", "document_number", "count")
    assert [row[key] for key in told] == [4, 2, SOURCE, "organisation", NAME, "二号", 2]
    assert [one["code"] for one in row["candidates"]] == [FARM, NAMESAKE]


def test_names_are_compared_whatever_their_brackets_and_width(sqlite_pool: Pool) -> None:
    sqlite_pool.grade(FARM, "good", "虚构（海南）农场ABC有限公司")
    sqlite_pool.records({**NOBODYS, "CF_XDR_MC": "虚构(海南) 农场ＡＢＣ有限公司"})
    assert [one["code"] for one in waiting(sqlite_pool)[0]["candidates"]] == [FARM]


def test_a_subject_of_a_withdrawn_batch_is_no_candidate(sqlite_pool: Pool) -> None:
    sqlite_pool.grade(FARM, "good", NAME)
    sqlite_pool.done("batch", "undo", "1")
    sqlite_pool.records(NOBODYS)
    assert waiting(sqlite_pool)[0]["candidates"] == []


def test_a_person_is_masked_and_never_proposed_by_name(sqlite_pool: Pool) -> None:
    sqlite_pool.score(900, person(1))
    sqlite_pool.records(TRAVELLER)
    (row,) = waiting(sqlite_pool)
    assert (row["kind"], row["name"], row["candidates"]) == ("person", "虚*", [])


def test_the_queue_is_seen_by_batch_and_by_unit(sqlite_pool: Pool) -> None:
    sqlite_pool.records(NOBODYS)
    sqlite_pool.records(LICENCE | {"XK_XDR_SHXYM": ""})
    assert [row["batch"] for row in waiting(sqlite_pool)] == [1, 2]
    assert [row["batch"] for row in waiting(sqlite_pool, "2")] == [2]
    assert waiting(sqlite_pool, "--source", "haikou_credit") == []
    assert sqlite_pool.run("batch", "unlinked", "9").exit_code == 5
    sqlite_pool.done("batch", "undo", "1")
    assert [row["batch"] for row in waiting(sqlite_pool)] == [2]


# The decision


def test_a_linked_row_becomes_a_record_of_its_subject(pool: Pool) -> None:
    pool.records(PENALTY, NOBODYS)
    view = linked(pool, FARM, line=3)
    told = ("batch", "line", "link", "outcome", "record")
    assert [view[key] for key in told] == [1, 3, 2, "added", "2-3"]
    assert view["subject"]["code"] == FARM
    assert records(pool) == ["1-2", "2-3"]
    assert (waiting(pool), states(pool, 1)) == ([], {"fixed": 1})
    (kept,) = pool.held("SELECT answer_batch_id, answer_line FROM questioned_row")
    assert tuple(kept.values()) == (2, 3)
    assert pool.held("SELECT action FROM audit_entry WHERE action = 'batch.link'")


def test_a_linked_record_tells_the_row_it_came_from(sqlite_pool: Pool) -> None:
    sqlite_pool.records(PENALTY, NOBODYS)
    linked(sqlite_pool, FARM, line=3)
    shown = sqlite_pool.done("record", "show", "2-3", "--source")["provenance"]
    row = {cell["heading"]: cell["value"] for cell in shown["row"]}
    assert (shown["source"], shown["line"], row["CF_WSH"]) == (SOURCE, 3, "二号")


def test_undo_takes_the_record_back_and_lets_the_row_wait_again(pool: Pool) -> None:
    pool.records(PENALTY, NUMBERED)
    linked(pool, FARM, line=3)
    assert pool.done("batch", "undo", "2")["reopened"] == 1
    assert records(pool) == ["1-2"]
    assert [row["line"] for row in waiting(pool)] == [3]
    pool.records(again(NUMBERED))
    assert [row["batch"] for row in waiting(pool)] == [1, 3], "the decision is taken back too"
    assert linked(pool, FARM, line=3)["record"] == "4-3"


def test_a_row_is_linked_once(sqlite_pool: Pool) -> None:
    sqlite_pool.records(PENALTY, NOBODYS)
    linked(sqlite_pool, FARM, line=3)
    ran = link(sqlite_pool, FARM, line=3)
    assert (ran.exit_code, ran.error["code"]) == (7, "row_settled")
    assert [entry["code"] for entry in sqlite_pool.refusals()] == ["row_settled"]
    assert link(sqlite_pool, FARM, line=2).error["code"] == "row_not_questioned"


def test_a_dry_run_links_nothing(pool: Pool) -> None:
    pool.records(PENALTY, NUMBERED)
    before = contents(pool.url)
    view = link(pool, FARM, "--dry-run", line=3).json
    assert (view["outcome"], view["link"], view["record"]) == ("added", None, None)
    assert contents(pool.url) == before


def test_another_name_warns_and_a_document_known_already_is_the_same(sqlite_pool: Pool) -> None:
    sqlite_pool.records(again(PENALTY, "二号"), {**NOBODYS, "CF_XDR_MC": "虚构牧场"})
    assert linked(sqlite_pool, FARM, line=3)["issues"]["other_name"] == 1
    sqlite_pool.records(NOBODYS)
    view = linked(sqlite_pool, FARM, batch=3)
    assert (view["outcome"], view["issues"].get("other_name")) == ("changed", None)
    sqlite_pool.records({**NOBODYS, "BZ": " "})
    view = linked(sqlite_pool, FARM, batch=5)
    assert (view["outcome"], view["record"]) == ("same", None)


def test_a_row_with_further_faults_is_refused_with_them(sqlite_pool: Pool) -> None:
    sqlite_pool.records(PENALTY, NOBODYS)
    sqlite_pool.score(900, person(1))
    before = records(sqlite_pool)
    ran = link(sqlite_pool, person(1), line=3)
    assert (ran.exit_code, ran.error["code"]) == (6, "row_still_faulty")
    assert ran.error["params"]["faults"] == ["resident_id_for_organisation"]
    assert (records(sqlite_pool), len(waiting(sqlite_pool))) == (before, 1)


def test_a_person_is_linked_by_the_persons_own_code_alone(pool: Pool) -> None:
    pool.score(900, person(1))
    pool.records(TRAVELLER)
    ran = link(pool, "1", batch=2)
    assert (ran.exit_code, ran.error["code"]) == (6, "person_needs_code")
    view = linked(pool, person(1), batch=2)
    assert view["subject"]["name"] == "虚*"
    assert records(pool, person(1)) == ["3-2"]


def test_a_file_without_a_column_of_codes_can_be_linked(sqlite_pool: Pool) -> None:
    sqlite_pool.grade(FARM, "good", NAME)
    lacking = {key: cell for key, cell in NOBODYS.items() if key != "CF_XDR_SHXYM"}
    sqlite_pool.records(lacking)
    assert linked(sqlite_pool, "1", batch=2)["record"] == "3-2"


def test_a_row_of_a_departments_own_layout_is_read_by_its_mapping(sqlite_pool: Pool) -> None:
    sqlite_pool.grade(FARM, "good", NAME)
    path = save_rows(sqlite_pool.folder / "own.csv", ROW | {"信用代码": ""})
    own = mapping(sqlite_pool.folder)
    sqlite_pool.run("record", "import", str(path), "--source", SOURCE, "--mapping", str(own))
    assert linked(sqlite_pool, FARM, batch=2)["record"] == "3-2"
    assert sqlite_pool.done("record", "show", "3-2")["versions"]


@pytest.mark.parametrize("subject", ["91999999MA0000100", NAMESAKE])
def test_nobody_is_linked_to_a_subject_that_is_not_known(sqlite_pool: Pool, subject: str) -> None:
    sqlite_pool.records(PENALTY, NOBODYS)
    assert link(sqlite_pool, subject, line=3).exit_code in (2, 5)
    assert len(waiting(sqlite_pool)) == 1


# Never asked twice


def test_the_same_name_with_the_same_number_is_linked_as_decided(pool: Pool) -> None:
    pool.records(PENALTY, NUMBERED)
    linked(pool, FARM, line=3)
    ran = pool.records(again(NUMBERED), again(NOBODYS, "四号"))
    assert "1 row(s) linked" in ran.stderr
    assert records(pool) == ["1-2", "2-3", "4-2"]
    assert [row["line"] for row in waiting(pool)] == [3], "the name alone never links"
    pool.done("batch", "undo", "4")
    assert [row["line"] for row in waiting(pool)] == [2, 3]


def test_rows_that_wait_already_are_not_asked_about_either(sqlite_pool: Pool) -> None:
    sqlite_pool.records(PENALTY, NUMBERED, again(NUMBERED))
    sqlite_pool.records(again(NUMBERED, "四号"), again(NOBODYS, "六号"))
    ran = link(sqlite_pool, FARM, line=3)
    assert "2 row(s) linked" in ran.stderr
    assert records(sqlite_pool) == ["1-2", "3-3", "4-4", "5-2"]
    assert [(row["batch"], row["line"]) for row in waiting(sqlite_pool)] == [(2, 3)]


@pytest.mark.parametrize(
    "changes", [{"CF_XDR_SWDJ": "469001123456780"}, {"CF_XDR_MC": "虚构牧场有限公司"}]
)
def test_another_number_or_name_is_asked_anew(sqlite_pool: Pool, changes: dict[str, str]) -> None:
    sqlite_pool.records(PENALTY, NUMBERED)
    linked(sqlite_pool, FARM, line=3)
    sqlite_pool.records(again(NUMBERED) | changes)
    assert [row["batch"] for row in waiting(sqlite_pool)] == [3]


def test_a_like_row_that_would_be_faulty_waits_on(sqlite_pool: Pool) -> None:
    sqlite_pool.score(900, person(1))
    sqlite_pool.records(TRAVELLER)
    linked(sqlite_pool, person(1), batch=2)
    sqlite_pool.records(again(TRAVELLER) | {"CF_XDR_LB": "法人及非法人组织"})
    assert [row["batch"] for row in waiting(sqlite_pool)] == [4]


def test_another_units_rows_are_asked_anew(sqlite_pool: Pool) -> None:
    sqlite_pool.records(PENALTY, NUMBERED)
    linked(sqlite_pool, FARM, line=3)
    path = sqlite_pool.folder / "record-0.csv"
    sqlite_pool.run("record", "import", str(path), "--source", "haikou_credit")
    assert [row["source"] for row in waiting(sqlite_pool)] == ["haikou_credit"]


def test_a_row_that_was_settled_for_good_is_settled_when_it_comes_again(pool: Pool) -> None:
    damaged = {**PENALTY, "CF_WSH": "五号", "CF_JDRQ": "2026-13-01"}
    pool.records(PENALTY, NOBODYS, damaged)
    for line, state in ((3, "handled"), (4, "ignored")):
        settled = ("--state", state, "--reason", "已电话核实")
        pool.done("batch", "fix", "1", "--line", str(line), *settled)
    ran = pool.records(damaged, NOBODYS, again(NOBODYS))
    assert "2 settled" in ran.stderr
    assert states(pool, 2) == {"handled": 1, "ignored": 1, "open": 1}
    kept = pool.held("SELECT reason FROM questioned_row WHERE batch_id = 2 ORDER BY line")
    assert [row["reason"] for row in kept] == ["已电话核实", "已电话核实", ""]


def test_a_row_is_linked_once_however_many_try(pool: Pool) -> None:
    pool.records(PENALTY, {**PENALTY, "CF_XDR_SHXYM": STALL}, NOBODYS)

    def decide(code: str) -> str:
        with desk(pool.url) as at:
            try:
                return str(links.link(at, 1, 4, code, lambda view: view)["outcome"])
            except RowSettled as refusal:
                return refusal.code

    with ThreadPoolExecutor(4) as all_at_once:
        ended = sorted(all_at_once.map(decide, (FARM, STALL) * 2))
    assert ended == ["added"] + ["row_settled"] * 3
    assert sorted(len(records(pool, code)) for code in (FARM, STALL)) == [1, 2]


def test_a_decision_that_was_cut_short_is_carried_out_when_it_is_given_again(pool: Pool) -> None:
    pool.records(PENALTY, NUMBERED, again(NUMBERED))
    with desk(pool.url) as at:  # the command is killed before it comes to the like of the row
        links.link(at, 1, 3, FARM, lambda view: view)
    assert [row["line"] for row in waiting(pool)] == [4]
    assert link(pool, FARM, "--dry-run", line=3).exit_code == 7
    assert [row["line"] for row in waiting(pool)] == [4]
    assert link(pool, FARM, line=3).error["code"] == "row_settled"
    assert waiting(pool) == []
    assert len(records(pool)) == 3


def test_an_import_that_was_cut_short_links_known_rows_when_it_is_run_again(pool: Pool) -> None:
    pool.records(PENALTY, NUMBERED)
    linked(pool, FARM, line=3)
    path = save_rows(pool.folder / "again.csv", again(NUMBERED))
    with desk(pool.url) as at, open_table(path) as table:  # killed as soon as it was finished
        with at.open(writing=False) as work:
            incoming = record_imports.read(work, table, SOURCE)
        imports.import_file(at, incoming, lambda _: None)
    assert [row["batch"] for row in waiting(pool)] == [3]
    pool.done("record", "import", str(path), "--source", SOURCE)
    assert waiting(pool) == []


def test_a_dry_run_decides_nothing_of_known_rows(sqlite_pool: Pool) -> None:
    sqlite_pool.records(PENALTY, NUMBERED)
    linked(sqlite_pool, FARM, line=3)
    sqlite_pool.records(again(NUMBERED))
    sqlite_pool.done("batch", "undo", "4")
    before = contents(sqlite_pool.url)
    path = str(sqlite_pool.folder / "record-2.csv")
    assert sqlite_pool.run("record", "import", path, "--source", SOURCE, "--dry-run").exit_code == 0
    assert contents(sqlite_pool.url) == before
