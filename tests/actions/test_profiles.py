"""A profile says who somebody is to the rules and why; a person's is logged and masked."""

import json
from typing import Any

import pytest

from credit_cli.rules.identifiers import resident_check_character, uscc_check_character
from tests.intake.senders import EVALUATION, FARM, LICENCE, PENALTY, STALL, organisation_code
from tests.pool import NOW, PERSON_NAME, Pool, contents, person
from tests.program import Ran

YANG = person(1)
MASKED = "*" * 14 + YANG[-4:]
WARNING = {"CF_CFLB": "警告", "CF_WFXW": "违反广告管理规定", "CF_YJ": "广告法"}
FORMATS = ("table", "json", "jsonl", "csv", "tsv")


def lookups(pool: Pool) -> list[tuple[Any, ...]]:
    rows = pool.held("SELECT subject_id, command, purpose, actor FROM lookup ORDER BY id")
    return [tuple(row.values()) for row in rows]


def show(pool: Pool, *argv: str) -> Any:  # noqa: ANN401 - the profile
    return pool.done("profile", "show", *argv)


def test_no_record_is_ordinary(pool: Pool) -> None:
    pool.evaluations({**EVALUATION, "scale": "jinye", "grade": "", "score": "1000", "code": YANG})
    pool.records(LICENCE)
    for code in (YANG, STALL):
        profile = show(pool, code)
        assert profile["tier"] == "ordinary"
        assert profile["commitments"] == profile["coupons"] == profile["reviews"] == []


@pytest.mark.parametrize(
    ("changes", "day", "counts", "reason"),
    [
        ({}, "2029-11-16", True, "counts_until"),
        ({}, "2029-11-17", False, "period_over"),
        ({}, "2026-11-16", True, "counts_until"),
        ({}, "2026-11-15", False, "not_yet_decided"),
        (WARNING, "2027-02-16", True, "counts_until"),
        (WARNING, "2027-02-17", False, "period_over"),
    ],
)
def test_a_record_counts_or_not_and_says_why(
    sqlite_pool: Pool, changes: dict[str, str], day: str, counts: bool, reason: str
) -> None:
    sqlite_pool.records({**PENALTY, **changes})
    (record,) = show(sqlite_pool, FARM, "--as-of", day)["records"]
    assert (record["counts"], record["reason"]["code"]) == (counts, reason)
    assert (record["id"], record["type"], record["decided_on"]) == ("1-2", "penalty", "2026-11-16")


def test_a_record_of_a_neutral_type_never_counts(sqlite_pool: Pool) -> None:
    sqlite_pool.records(LICENCE)
    (record,) = show(sqlite_pool, STALL)["records"]
    assert (record["counts"], record["reason"]["code"]) == (False, "neutral_type")
    assert record["reason"]["message"]


def test_the_newest_decision_comes_first(pool: Pool) -> None:
    older = {**PENALTY, "CF_WSH": "二号", "CF_JDRQ": "2026/11/10"}
    pool.records(older, PENALTY, {**older, "CF_WSH": "三号"})
    assert [one["id"] for one in show(pool, FARM)["records"]] == ["1-3", "1-2", "1-4"]


def test_a_serious_record_outweighs_an_excellent_grade(pool: Pool) -> None:
    pool.grade(FARM, "excellent")
    assert show(pool, FARM)["tier"] == "excellent"
    pool.records(PENALTY)
    assert show(pool, FARM)["tier"] == "serious_dishonest"


def test_a_person_has_a_score_and_a_band(pool: Pool) -> None:
    pool.score(1064, YANG)
    profile = show(pool, YANG)
    assert (profile["tier"], profile["score"], profile["band"]) == ("excellent", 1064, "top")


def test_a_subject_is_found_by_code_and_by_number(pool: Pool) -> None:
    pool.grade(FARM, "good")
    pool.score(1064, YANG)
    assert show(pool, FARM) == show(pool, "1") == show(pool, f" {FARM.lower()} ")
    assert show(pool, YANG)["subject"] == show(pool, "2")["subject"]


def test_the_explanation_names_every_row_and_its_tests(sqlite_pool: Pool) -> None:
    sqlite_pool.grade(FARM, "good")
    assert "explanation" not in show(sqlite_pool, FARM)
    rows = show(sqlite_pool, FARM, "--explain")["explanation"]
    assert [row["row"] for row in rows if row["matched"]] == ["good_evaluation"]
    assert all(row["tests"] and row["basis"] for row in rows[:-1])


def test_the_frame_says_day_and_policy(pool: Pool) -> None:
    pool.grade(FARM, "good")
    profile = show(pool, FARM, "--as-of", "2026-07-01")
    assert profile["as_of"] == "2026-07-01"
    assert profile["policy_version"].startswith("hainan@2024-01-01+")


def test_before_the_first_policy_there_is_no_answer(pool: Pool) -> None:
    pool.grade(FARM, "good")
    ran = pool.run("profile", "show", FARM, "--as-of", "2023-12-31")
    assert (ran.exit_code, ran.error["code"]) == (13, "policy_missing")


def test_a_number_beyond_all_subjects_is_not_found(pool: Pool) -> None:
    for number in (2**31 - 1, 2**31, 10**12 - 1):
        ran = pool.run("profile", "show", str(number))
        assert (ran.exit_code, ran.error["code"]) == (5, "subject_not_found")


def other_check(code: str) -> str:
    return code[:-1] + ("1" if code[-1] != "1" else "2")


@pytest.mark.parametrize(
    ("code", "exit_code", "error", "fault"),
    [
        (organisation_code("91999999MA99999X"), 5, "subject_not_found", None),
        (person(999), 5, "subject_not_found", None),
        ("999999", 5, "subject_not_found", None),
        ("9" * 13, 2, "malformed_code", "bad_shape"),
        ("nobody", 2, "malformed_code", "bad_shape"),
        ("", 2, "malformed_code", "bad_shape"),
        ("4.60106E+17", 2, "malformed_code", "excel_damaged"),
        (other_check(FARM), 2, "malformed_code", "bad_check_character"),
        (other_check(person(1)), 2, "malformed_code", "bad_check_character"),
    ],
)
def test_a_code_that_leads_nowhere_is_told_without_being_repeated(
    sqlite_pool: Pool, code: str, exit_code: int, error: str, fault: str | None
) -> None:
    ran = sqlite_pool.run("profile", "show", code)
    assert (ran.exit_code, ran.error["code"], ran.stdout) == (exit_code, error, "")
    assert ran.error["params"] == ({"fault": fault} if fault else {})
    assert not code or code not in ran.stderr


def test_many_subjects_come_from_stdin_as_json_lines(pool: Pool) -> None:
    pool.grade(FARM, "good")
    pool.score(1064, YANG)
    ran = pool.run("profile", "show", "-", stdin=f"{FARM}\n\n  {YANG}\n1\n")
    assert ran.exit_code == 0
    assert [line["subject"]["id"] for line in ran.lines] == [1, 2, 1]
    assert ran.lines[0] == show(pool, FARM)


def test_lines_that_fail_are_told_and_the_others_done(pool: Pool) -> None:
    pool.grade(FARM, "good")
    wrong = other_check(YANG)
    ran = pool.run("profile", "show", "-", stdin=f"{wrong}\n{FARM}\n{person(77)}\n")
    assert (ran.exit_code, len(ran.lines)) == (3, 1)
    told = [json.loads(line) for line in ran.stderr.splitlines()]
    assert [(one["code"], one["params"]["line"]) for one in told] == [
        ("malformed_code", 1),
        ("subject_not_found", 3),
    ]
    assert wrong not in ran.stderr
    assert person(77) not in ran.stderr


def test_a_person_reads_which_line_failed(sqlite_pool: Pool) -> None:
    ran = sqlite_pool.run("profile", "show", "-", stdin="nobody\n", CREDIT_OUTPUT="table")
    assert ran.exit_code == 3
    assert "Line 1 of stdin" in ran.stderr
    assert "nobody" not in ran.stderr


def test_reading_a_person_is_logged_with_its_purpose(pool: Pool) -> None:
    pool.score(1064, YANG)
    pool.run("profile", "show", YANG, "--purpose", "approval", CREDIT_OPERATOR="clerk")
    item = ("--item", "senior_card")
    pool.run(
        "route",
        "simulate",
        "--subject",
        YANG,
        *item,
        "--purpose",
        "advice",
        CREDIT_OPERATOR="clerk",
    )
    assert lookups(pool) == [
        (1, "profile show", "approval", "clerk"),
        (1, "route simulate", "advice", "clerk"),
    ]
    (first, _) = pool.held("SELECT at FROM lookup ORDER BY id")
    assert str(first["at"]).startswith(NOW.strftime("%Y-%m-%d %H:%M:%S"))


def test_reading_an_organisation_is_not(pool: Pool) -> None:
    pool.grade(FARM, "good")
    pool.grade(STALL, "good", name="虚构药店")
    before = contents(pool.url)
    for code in (FARM, STALL):
        show(pool, code)
        pool.done("route", "simulate", "--subject", code, "--item", "senior_card")
    assert contents(pool.url) == before


def test_every_person_of_a_list_is_logged_and_nobody_who_is_not_found(pool: Pool) -> None:
    pool.score(1064, person(1), person(2))
    lines = "\n".join([person(1), FARM, person(2), person(3)])
    pool.run("profile", "show", "-", "--purpose", "training", stdin=lines)
    assert [entry[:3] for entry in lookups(pool)] == [
        (1, "profile show", "training"),
        (2, "profile show", "training"),
    ]


@pytest.mark.parametrize(
    ("form", "language"), [*((form, "en") for form in FORMATS), ("table", "zh_CN")]
)
def test_a_person_is_masked_everywhere(sqlite_pool: Pool, form: str, language: str) -> None:
    pool = sqlite_pool
    pool.score(1064, YANG)

    def run(*argv: str, stdin: str | None = None) -> Ran:
        return pool.run(*argv, stdin=stdin, CREDIT_OUTPUT=form, CREDIT_LANG=language)

    own = ("--subject", YANG)
    told = [
        run("profile", "show", YANG, "--explain"),
        run("profile", "show", "-", stdin=YANG),
        run("route", "simulate", *own, "--item", "senior_card", "--explain"),
        run("route", "simulate", *own, "--item", "senior_card", "--item", "small_signboard"),
        run("case", "open", *own, "--item", "small_signboard"),
        run("review", "list"),
        run("coupon", "issue", *own, "--programme", "jinye_shopping"),
        run("review", "complete", "1", "--outcome", "breached"),
        run("profile", "show", YANG),
    ]
    refused = [
        run("coupon", "issue", *own, "--programme", "jinye_shopping"),
        run("review", "complete", "1", "--outcome", "kept"),
        run("case", "open", *own, "--item", "senior_card", "--missing", "photo"),
        run("profile", "show", person(2)),
        run("profile", "show", other_check(YANG)),
    ]
    assert [ran.exit_code for ran in told] == [0] * len(told), told
    assert all(ran.exit_code for ran in refused)
    for ran in [*told, *refused]:
        for secret in (YANG, PERSON_NAME, YANG[:6], "19900101", person(2), other_check(YANG)):
            assert secret not in ran.stdout + ran.stderr
    for ran in told:
        assert MASKED in ran.stdout
        assert f"{PERSON_NAME[0]}*" in ran.stdout


def test_a_person_is_masked_by_the_kind_of_its_code_not_by_its_look(sqlite_pool: Pool) -> None:
    # One resident id in 31 is a well-formed social credit code by accident.
    both = next(
        code
        for n in range(999)
        if (code := f"999999199001{n % 28 + 1:02}{n:03}")
        and uscc_check_character(code) == resident_check_character(code)
    )
    code = both + resident_check_character(both)
    sqlite_pool.score(1064, code)
    assert show(sqlite_pool, code)["subject"]["kind"] == "person"
    assert show(sqlite_pool, code)["subject"]["code"] == "*" * 14 + code[-4:]


def test_a_purpose_has_a_bound(pool: Pool) -> None:
    pool.score(1064, YANG)
    before = contents(pool.url)
    ran = pool.run("profile", "show", YANG, "--purpose", "x" * 81)
    assert (ran.exit_code, ran.error["code"]) == (2, "malformed_value")
    assert pool.run("profile", "show", YANG, "--purpose", "a\ud800").exit_code == 2
    assert contents(pool.url) == before
    assert pool.run("profile", "show", YANG, "--purpose", "x" * 80).exit_code == 0


def test_an_operator_is_named_within_bounds(pool: Pool) -> None:
    pool.score(1064, YANG)
    for name in ("x" * 81, "a\nb", "a\ud800"):
        ran = pool.run("profile", "show", YANG, CREDIT_OPERATOR=name)
        assert (ran.exit_code, ran.error["params"]["setting"]) == (13, "operator")
    assert pool.run("profile", "show", YANG, CREDIT_OPERATOR="张" * 80).exit_code == 0
    assert lookups(pool) == [(1, "profile show", "", "张" * 80)]


def test_a_score_model_tells_the_part_of_every_record(sqlite_pool: Pool) -> None:
    own = {"CF_XDR_LB": "自然人", "CF_XDR_MC": PERSON_NAME, "CF_XDR_SHXYM": ""}
    papers = {"CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": YANG}
    sqlite_pool.records({**PENALTY, **own, **papers, **WARNING})
    (model,) = show(sqlite_pool, YANG, "--explain")["models"]
    parts = {one["indicator"]: one for one in model["contributions"]}
    assert (model["base"], model["value"], parts["minor"]["points"]) == (1000, 990, -10)
    assert [(one["element"], one["points"]) for one in parts["minor"]["shares"]] == [("1-2", -10)]


def test_a_model_of_persons_says_nothing_of_an_organisation(sqlite_pool: Pool) -> None:
    sqlite_pool.records(PENALTY)
    assert show(sqlite_pool, FARM, "--explain")["models"] == []
