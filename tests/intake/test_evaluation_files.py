from pathlib import Path

import pytest

from credit_cli.rules.packs import Scale
from credit_cli.rules.values import SubjectKind
from tests.intake.senders import (
    EVALUATION,
    FARM,
    PERSON,
    STALL,
    Read,
    csv_text,
    read_scores,
    resident_id,
    save,
    save_rows,
)

PERSONAL = {"code": PERSON, "name": "甲某", "scale": "jinye", "grade": "", "score": "1064"}
SCALES = {
    "jinye": Scale(
        code="jinye", title="金椰分", kind="score", subjects=(SubjectKind.PERSON,), basis="x"
    ),
    "haikou": Scale(
        code="haikou",
        title="海口市信用标识",
        kind="grades",
        subjects=tuple(SubjectKind),
        basis="x",
        grades=("black", "red"),
        titles={"black": "黑", "red": "红"},
    ),
}


def evaluation(folder: Path, **changes: str) -> Read:
    return read_scores(save_rows(folder / "a.csv", EVALUATION | changes))


def codes(result: Read) -> set[str]:
    return set(result.issues) - {"unknown_division"}


def test_grade_of_an_organisation_becomes_a_draft(tmp_path: Path) -> None:
    draft = evaluation(tmp_path, valid_until="长期").drafts[0]
    assert (draft.line, draft.kind, draft.scheme, draft.code) == (2, "organisation", "uscc", FARM)
    assert (draft.scale, draft.grade, draft.score) == ("enterprise", "A", None)
    assert (draft.evaluated_on, draft.valid_until) == ("2026-06-01", None)


def test_score_of_a_person_becomes_a_draft(tmp_path: Path) -> None:
    draft = evaluation(tmp_path, **PERSONAL, valid_until="2026-12-31").drafts[0]
    assert (draft.kind, draft.scheme, draft.code) == ("person", "resident_id", PERSON)
    assert (draft.grade, draft.score, draft.valid_until) == (None, 1064, "2026-12-31")


def test_chinese_headings_are_understood(tmp_path: Path) -> None:
    heading = ["主体类别", "统一社会信用代码", "名称", "等级体系", "分数", "评价日期"]
    row = ["个体工商户", STALL, "虚构药店", "national", "80", "2026年6月1日"]
    result = read_scores(save(tmp_path / "a.csv", csv_text([heading, row]), "gb18030"))
    assert (result.drafts[0].kind, result.drafts[0].score) == ("individual_business", 80)


@pytest.mark.parametrize("score", ["1064.0", "九百", "-5", "1_064", "1e3"])
def test_score_is_a_whole_number(tmp_path: Path, score: str) -> None:
    result = evaluation(tmp_path, score=score)
    assert (codes(result), result.outcomes) == ({"bad_score"}, ["rejected"])
    assert evaluation(tmp_path, score="１０６４").drafts[0].score == 1064
    assert evaluation(tmp_path, score="0", grade="").drafts[0].score == 0


def test_either_grade_or_score_must_be_there(tmp_path: Path) -> None:
    assert codes(evaluation(tmp_path, grade="", score="")) == {"no_grade_or_score"}
    assert codes(evaluation(tmp_path, score="90")) == set()


@pytest.mark.parametrize("column", ["code", "name", "scale", "evaluated_on"])
def test_missing_required_field_rejects(tmp_path: Path, column: str) -> None:
    result = evaluation(tmp_path, **{column: ""})
    assert (codes(result), result.outcomes) == ({"missing_required"}, ["rejected"])


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (FARM[:-1], "bad_shape"),
        (FARM[:-1] + ("0" if FARM[-1] != "0" else "1"), "bad_check_character"),
        (PERSON[:-1] + ("0" if PERSON[-1] != "0" else "1"), "bad_check_character"),
        (resident_id("20990101"), "future_birth"),
        ("4.6E+17", "excel_damaged"),
    ],
)
def test_faulty_code_rejects(tmp_path: Path, code: str, fault: str) -> None:
    result = evaluation(tmp_path, code=code)
    assert (codes(result), result.outcomes) == ({fault}, ["rejected"])


def test_code_decides_the_kind(tmp_path: Path) -> None:
    result = read_scores(save_rows(tmp_path / "a.csv", {"kind": "自然人", **EVALUATION}))
    assert (codes(result), result.drafts[0].kind) == ({"kind_differs"}, "organisation")


def test_evaluation_of_tomorrow_rejects(tmp_path: Path) -> None:
    assert codes(evaluation(tmp_path, evaluated_on="2026-11-23")) == {"day_in_future"}
    assert codes(evaluation(tmp_path, evaluated_on="2026-11-22")) == set()


def test_end_before_the_evaluation_warns(tmp_path: Path) -> None:
    assert codes(evaluation(tmp_path, valid_until="2026-05-31")) == {"end_before_start"}


@pytest.mark.parametrize(
    ("scale", "grade", "known"),
    [
        ("haikou", "red", ("haikou", "red")),
        ("海口市信用标识", "红", ("haikou", "red")),
        ("haikou", "黑", ("haikou", "black")),
    ],
)
def test_scales_and_grades_go_by_code_or_title(
    tmp_path: Path, scale: str, grade: str, known: tuple[str, str]
) -> None:
    path = save_rows(tmp_path / "a.csv", EVALUATION | {"scale": scale, "grade": grade})
    draft = read_scores(path, scales=SCALES).drafts[0]
    assert (draft.scale, draft.grade) == known


@pytest.mark.parametrize(
    ("scale", "grade", "fault"),
    [
        ("enterprise", "A", "unknown_scale"),
        ("haikou", "优", "unknown_grade"),
        ("金椰分", "极高", "unknown_grade"),
        ("", "红", "missing_required"),
    ],
)
def test_scale_or_grade_that_the_policy_does_not_know_rejects(
    tmp_path: Path, scale: str, grade: str, fault: str
) -> None:
    path = save_rows(tmp_path / "a.csv", EVALUATION | {"scale": scale, "grade": grade})
    result = read_scores(path, scales=SCALES)
    assert (codes(result), result.outcomes) == ({fault}, ["rejected"])


def test_changed_grade_changes_the_content(tmp_path: Path) -> None:
    first, second = (evaluation(tmp_path, grade=grade).drafts[0] for grade in "AB")
    assert first.content_hash != second.content_hash
    assert first.content_hash == evaluation(tmp_path).drafts[0].content_hash
