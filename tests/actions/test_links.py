"""A row without a code is linked by a person, never by its name; and nobody is asked twice."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from credit_cli.actions import imports, known_rows, links, record_imports
from credit_cli.errors import RowSettled
from credit_cli.intake.tables import open_table
from tests.actions import test_past_cases, test_subjects
from tests.actions.test_mappings import OWN
from tests.actions.test_mappings import bring as brought
from tests.actions.test_past_cases import CASE, history
from tests.actions.test_subjects import ENTRY, LINK
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


# Rows of every kind


def test_a_case_without_a_code_waits_and_becomes_its_applicants(pool: Pool) -> None:
    pool.grade(FARM, "good", NAME)
    test_past_cases.bring(pool, CASE | {"统一社会信用代码": ""})
    (row,) = waiting(pool)
    told = ("batch", "line", "batch_kind", "name", "document_number", "count")
    assert [row[key] for key in told] == [2, 2, "cases", "虚*", "虚办2026-1", 1]
    view = linked(pool, row["candidates"][0]["code"], batch=2)
    assert (view["outcome"], view["record"]) == ("added", None)
    assert [one["id"] for one in history(pool)] == ["3-2"]
    assert (waiting(pool), states(pool, 2)) == ([], {"fixed": 1})
    assert pool.done("batch", "undo", "3")["reopened"] == 1
    assert (history(pool), len(waiting(pool))) == ([], 1)


def test_a_linked_case_that_is_reported_again_is_the_same_case(sqlite_pool: Pool) -> None:
    sqlite_pool.grade(FARM, "good", NAME)
    test_past_cases.bring(sqlite_pool, CASE | {"统一社会信用代码": ""})
    linked(sqlite_pool, FARM, batch=2)
    assert test_past_cases.bring(sqlite_pool, CASE).json["same"] == 1
    assert sqlite_pool.done("batch", "undo", "3")["unchanged_in"] == [4]


def test_a_persons_case_is_linked_by_the_persons_own_code_alone(sqlite_pool: Pool) -> None:
    sqlite_pool.score(900, person(1))
    nobodys = {"申请人名称": PERSON_NAME, "统一社会信用代码": "", "证件号码": ""}
    test_past_cases.bring(sqlite_pool, CASE | nobodys)
    assert link(sqlite_pool, "1", batch=2).error["code"] == "person_needs_code"
    linked(sqlite_pool, person(1), batch=2)
    assert [one["id"] for one in history(sqlite_pool, person(1))] == ["3-2"]


def test_a_mapped_case_is_linked_as_its_mapping_reads_it(sqlite_pool: Pool) -> None:
    sqlite_pool.grade(FARM, "good", NAME)
    row, text = OWN["case"]
    brought(sqlite_pool, "case", row | {"对象码": ""}, text)
    linked(sqlite_pool, FARM, batch=2)
    assert history(sqlite_pool)[0]["opened_on"] == "2026-06-01"


def test_an_entry_of_a_register_is_linked_to_whom_the_pool_knows(pool: Pool) -> None:
    pool.grade(FARM, "good", NAME)
    nobodys = ENTRY | {"统一社会信用代码": ""}
    test_subjects.bring(pool, nobodys)
    (row,) = waiting(pool)
    assert (row["batch_kind"], row["count"]) == ("subjects", 1)
    assert linked(pool, FARM, batch=2)["outcome"] == "added"
    assert test_subjects.entries(pool)[0]["source"] == SOURCE
    ran = test_subjects.bring(pool, nobodys | {"住所": "虚构市二号"})
    assert "1 row(s) linked" in ran.stderr
    assert [one["version"] for one in test_subjects.entries(pool)[0]["versions"]] == [1, 2]


def test_a_code_in_another_numbers_column_says_whose_an_entry_is(sqlite_pool: Pool) -> None:
    misplaced = {"统一社会信用代码": "", "纳税人识别号": FARM}
    ran = test_subjects.bring(sqlite_pool, ENTRY | misplaced)
    assert (ran.json["added"], ran.json["issues"]["wrong_column"]) == (1, 1)


def test_a_link_between_subjects_waits_for_the_one_without_a_code(pool: Pool) -> None:
    pool.grade(FARM, "good", NAME)
    test_subjects.bring(pool, LINK | {"统一社会信用代码": ""})
    assert waiting(pool)[0]["name"] == NAME
    assert linked(pool, FARM, batch=2)["outcome"] == "added"
    assert [one[0] for one in test_subjects.links(pool)] == ["legal_representative"]


def test_one_decision_links_rows_of_every_kind(pool: Pool) -> None:
    pool.records(PENALTY, NUMBERED)
    numbered = {"统一社会信用代码": "", "证件号码": TAX_NUMBER}
    test_past_cases.bring(pool, CASE | numbered | {"申请人类别": "企业"})
    test_subjects.bring(pool, ENTRY | {"统一社会信用代码": "", "注册号": TAX_NUMBER})
    assert "2 row(s) linked" in link(pool, FARM, line=3).stderr
    assert (len(history(pool)), len(test_subjects.entries(pool))) == (1, 1)
    view = pool.done("batch", "undo", "4")
    assert [one["batch"] for one in view["withdrawn_with"]] == [5, 6]
    assert [row["batch"] for row in waiting(pool)] == [1, 2, 3]


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


# What rests on a decision


def test_rows_linked_by_a_decision_wait_again_when_it_is_undone(pool: Pool) -> None:
    pool.records(PENALTY, NUMBERED)
    linked(pool, FARM, line=3)
    pool.records(again(NUMBERED), again(NUMBERED, "四号"))
    assert records(pool) == ["1-2", "2-3", "4-2", "4-3"]
    assert [pool.done("batch", "show", n)["rests_on"] for n in ("4", "2")] == [[2], []]
    before = pool.run("batch", "undo", "2", "--dry-run").json
    ran = pool.run("batch", "undo", "2")
    assert ran.json == before
    view = ran.json
    assert (view["withdrawn_with"], view["reopened"], view["relinked"]) == (
        [{"batch": 4, "file": "record-2.csv", "rows": 2}],
        3,
        0,
    )
    assert "2 linked row(s) depended on batch 2" in ran.stderr
    assert records(pool) == ["1-2"]
    assert pool.held("SELECT action FROM audit_entry WHERE action = 'batch.undo_with'")
    assert [(row["batch"], row["line"]) for row in waiting(pool)] == [(1, 3), (3, 2), (3, 3)]
    assert pool.done("batch", "show", "4")["state"] == "withdrawn"
    assert linked(pool, FARM, line=3)["record"] == "5-3"
    assert waiting(pool) == [], "and all of them are linked by the next decision"


def test_what_other_decisions_cover_is_linked_anew_and_not_asked_about(pool: Pool) -> None:
    other = NUMBERED | {"CF_XDR_MC": "虚构牧场有限公司", "CF_XDR_SWDJ": "469001123456780"}
    pool.records(PENALTY, NUMBERED, again(other))
    linked(pool, FARM, line=3)
    linked(pool, FARM, line=4)
    pool.records(again(NUMBERED, "五号"), again(other, "六号"))
    assert records(pool) == ["1-2", "2-3", "3-4", "5-2", "5-3"]
    view = pool.done("batch", "undo", "2")
    assert (view["reopened"], view["relinked"]) == (2, 1)
    assert records(pool) == ["1-2", "3-4", "6-3"]
    assert [(row["batch"], row["line"]) for row in waiting(pool)] == [(1, 3), (4, 2)]


def test_a_row_unlinked_by_hand_is_not_linked_anew_by_an_undo(sqlite_pool: Pool) -> None:
    sqlite_pool.records(PENALTY, NUMBERED, again(TRAVELLER))
    sqlite_pool.score(900, person(1))
    linked(sqlite_pool, FARM, line=3)
    linked(sqlite_pool, person(1), line=4)
    sqlite_pool.records(again(NUMBERED, "五号"))
    sqlite_pool.done("batch", "undo", "6")
    sqlite_pool.done("batch", "undo", "4")
    assert [(row["batch"], row["line"]) for row in waiting(sqlite_pool)] == [(1, 4), (5, 2)]


def test_an_undone_decision_names_the_cases_that_its_like_rows_bore(sqlite_pool: Pool) -> None:
    sqlite_pool.records(PENALTY, NUMBERED)
    linked(sqlite_pool, FARM, line=3)
    sqlite_pool.records(again(NUMBERED))
    argv = ("case", "open", "--subject", FARM, "--item", "pharmacy_licence_renewal")
    sqlite_pool.done(*argv)
    assert len(sqlite_pool.done("batch", "undo", "2")["cases"]) == 1


def test_linked_rows_go_with_the_file_that_brought_them(pool: Pool) -> None:
    pool.records(NUMBERED)
    pool.grade(FARM, "good", NAME)
    linked(pool, FARM)
    view = pool.done("batch", "undo", "1")
    assert [one["batch"] for one in view["withdrawn_with"]] == [3]
    assert (records(pool), waiting(pool), view["reopened"]) == ([], [], 0)


def test_a_decision_outlives_the_file_and_is_undone_by_itself(pool: Pool) -> None:
    pool.records(NUMBERED)
    pool.grade(FARM, "good", NAME)
    linked(pool, FARM)
    pool.done("batch", "undo", "1")
    pool.records(NUMBERED | {"BZ": " "})
    assert (records(pool), waiting(pool)) == (["5-2"], []), "nobody is asked twice"
    view = pool.done("batch", "undo", "3")
    assert (view["was"], [one["batch"] for one in view["withdrawn_with"]]) == ("withdrawn", [5])
    assert (records(pool), len(waiting(pool))) == ([], 1)
    assert pool.run("batch", "undo", "3").exit_code == 7


def test_a_decision_undone_meanwhile_links_nothing(pool: Pool) -> None:
    pool.records(PENALTY, NUMBERED)
    linked(pool, FARM, line=3)
    pool.records(again(NUMBERED))
    pool.done("batch", "undo", "4")
    with desk(pool.url) as at:
        with at.open(writing=False) as work:
            like = known_rows.linked_before(work, SOURCE)
        pool.done("batch", "undo", "2")
        assert (len(like), known_rows.link_all(at, like)) == (1, 0)
    assert records(pool) == ["1-2"]


# What does not fit


@pytest.mark.parametrize(
    ("batch", "line", "exit_code", "code"),
    [
        ("9", "2", 5, "batch_not_found"),
        ("1", "9", 5, "row_not_questioned"),
        ("1", "2", 5, "row_not_questioned"),
        ("1", "4", 6, "row_not_unlinked"),
        ("2", "2", 7, "batch_withdrawn"),
        ("4", "2", 5, "row_not_questioned"),
        ("1", "5", 7, "row_settled"),
        ("5", "2", 7, "batch_unfinished"),
    ],
)
def test_a_row_that_cannot_be_linked_says_why(
    sqlite_pool: Pool, batch: str, line: str, exit_code: int, code: str
) -> None:
    damaged = {**PENALTY, "CF_WSH": "七号", "CF_JDRQ": "2026-13-01"}
    sqlite_pool.records(PENALTY, NOBODYS, damaged, again(NOBODYS))
    sqlite_pool.records(again(NOBODYS, "八号"))
    sqlite_pool.done("batch", "undo", "2")
    sqlite_pool.grade(STALL, "good")
    linked(sqlite_pool, FARM, line=5)
    stopped = save_rows(sqlite_pool.folder / "stopped.csv", again(NOBODYS, "九号"), damaged)
    argv = ("record", "import", str(stopped), "--source", SOURCE, "--max-rejects", "0")
    assert sqlite_pool.run(*argv).exit_code == 6
    ran = link(sqlite_pool, FARM, batch=int(batch), line=int(line))
    assert (ran.exit_code, ran.error["code"]) == (exit_code, code)
