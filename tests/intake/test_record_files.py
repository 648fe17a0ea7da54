import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.intake import party_rows
from credit_cli.intake.cells import is_plain, read_cell
from credit_cli.intake.records import _number_keys, read_records
from credit_cli.intake.tables import open_table
from credit_cli.rules.drafts import Level
from credit_cli.rules.identifiers import uscc_check_character
from credit_cli.rules.text_forms import key_form
from tests.intake.senders import (
    BUREAU,
    FARM,
    LATE_BEFORE,
    LICENCE,
    PENALTY,
    PERSON,
    STALL,
    TODAY,
    Read,
    csv_text,
    organisation_code,
    read,
    resident_id,
    save,
    save_rows,
    save_xlsx,
)

BAD_CHECK = FARM[:-1] + ("0" if FARM[-1] != "0" else "1")
WRONG_INNER = "91999999MA0000100"
WRONG_INNER = WRONG_INNER[:16] + ("0" if FARM[16] != "0" else "1")
WRONG_INNER += uscc_check_character(WRONG_INNER)
HUMAN = {"CF_XDR_LB": "自然人", "CF_XDR_SHXYM": "", "CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": PERSON}


def penalty(folder: Path, **changes: str) -> Read:
    """What a file of one penalty comes to."""
    return read(save_rows(folder / "a.csv", PENALTY | changes))


def licence(folder: Path, **changes: str) -> Read:
    return read(save_rows(folder / "a.csv", LICENCE | changes))


def told(result: Read) -> set[str]:
    """The codes of all issues but the one that impossible codes always have."""
    return set(result.issues) - {"unknown_division"}


def rejected(result: Read) -> set[str]:
    """The errors of the only row, if it was rejected."""
    assert [row.outcome for row in result.questioned] == ["rejected"]
    assert result.drafts == []
    return {issue.code for issue in result.questioned[0].issues if issue.level is Level.ERROR}


def test_penalty_becomes_a_draft(tmp_path: Path) -> None:
    result = penalty(tmp_path)
    draft = result.drafts[0]
    assert told(result) == set()
    assert draft.line == 2
    assert (draft.kind, draft.scheme, draft.code) == ("organisation", "uscc", FARM)
    assert (draft.name, draft.record_type, draft.state) == (
        "虚构农场有限公司",
        "penalty",
        "current",
    )
    assert (draft.decided_on, draft.valid_from, draft.valid_until) == (
        "2026-11-16",
        None,
        "2027-11-16",
    )
    assert (draft.document_number, draft.amount_fen) == ("虚市监处罚〔2026〕1号", 200_000)
    assert (draft.authority_code, draft.authority) == (BUREAU, "虚构市市场监督管理局")
    assert json.loads(draft.fields) == {
        "CF_CFLB": "罚款",
        "CF_FRDB": "甲某",
        "CF_NR": "罚款2000元",
        "CF_SJLYDM": BUREAU,
        "CF_SY": "经营超过保质期的食品",
        "CF_WFXW": "违反食品安全管理规定",
        "CF_YJ": "《中华人民共和国食品安全法》第三十四条",
    }
    assert {type(draft.document_key), type(draft.content_hash)} == {int}


def test_licence_becomes_a_draft(tmp_path: Path) -> None:
    draft = licence(tmp_path).drafts[0]
    assert (draft.kind, draft.code, draft.record_type) == (
        "individual_business",
        STALL,
        "licence",
    )
    assert (draft.valid_from, draft.valid_until) == ("2026-11-18", "2031-11-17")
    assert draft.amount_fen is None


def test_severity_is_what_the_policy_says_of_the_facts(tmp_path: Path) -> None:
    seen: list[Mapping[str, str | int]] = []

    def classify(facts: Mapping[str, str | int]) -> str:
        seen.append(facts)
        return "minor"

    path = save_rows(tmp_path / "a.csv", PENALTY)
    assert read(path, classify=classify).drafts[0].severity == "minor"
    assert seen == [
        {
            "type": "penalty",
            "authority_code": BUREAU,
            "authority": "虚构市市场监督管理局",
            "kind": "罚款",
            "violation": "违反食品安全管理规定",
            "grounds": "《中华人民共和国食品安全法》第三十四条",
            "content": "罚款2000元",
            "amount_fen": 200_000,
        }
    ]


def test_person_is_known_by_the_resident_id(tmp_path: Path) -> None:
    draft = penalty(tmp_path, **HUMAN).drafts[0]
    assert (draft.kind, draft.scheme, draft.code) == ("person", "resident_id", PERSON)
    assert PERSON not in draft.fields


@pytest.mark.parametrize("code", ["CF_XDR_MC", "CF_WSH", "CF_SY", "CF_JDRQ", "CF_CFJGDM"])
@pytest.mark.parametrize("blank", ["", " ", "/", "无", "null", "\u3000"])
def test_missing_required_field_rejects(tmp_path: Path, code: str, blank: str) -> None:
    assert rejected(penalty(tmp_path, **{code: blank})) == {"missing_required"}


def test_field_that_is_not_required_may_be_blank(tmp_path: Path) -> None:
    draft = penalty(tmp_path, CF_NR_FK="无", CF_FRDB="/", CF_CFJG="").drafts[0]
    assert (draft.amount_fen, draft.authority) == (None, "")
    assert "CF_FRDB" not in draft.fields


def test_text_of_the_longest_length_passes_and_one_more_rejects(tmp_path: Path) -> None:
    assert penalty(tmp_path, CF_XDR_MC="甲" * 200).drafts
    assert rejected(penalty(tmp_path, CF_XDR_MC="甲" * 201)) == {"over_long"}


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\x9b"])
def test_control_character_rejects(tmp_path: Path, character: str) -> None:
    assert rejected(penalty(tmp_path, CF_SY=f"甲{character}乙")) == {"control_character"}


def test_line_breaks_and_strange_blanks_become_one_blank(tmp_path: Path) -> None:
    draft = penalty(tmp_path, CF_XDR_MC="\u3000虚构\xa0农场\n有限公司\t").drafts[0]
    assert draft.name == "虚构 农场 有限公司"


@pytest.mark.parametrize(
    ("field", "raw", "value", "note"),
    [
        ("name", "虚构ＡＢ１农场", "虚构AB1农场", "fixed_full_width"),
        ("name", "虚构\u200b农场\ufeff", "虚构农场", "fixed_invisible"),
        ("document_number", "'虚〔2026〕1号", "虚〔2026〕1号", "fixed_text_mark"),
        ("document_number", '="虚1号"', "虚1号", "fixed_text_mark"),
        ("document_number", "=虚1号", "=虚1号", "formula_text"),
        ("code", FARM.lower(), FARM, "fixed_lower_case"),
        ("code", FARM.translate({ord("0"): "O"}), FARM, "fixed_lookalike"),
        ("code", f'="{FARM}"', FARM, "fixed_text_mark"),
        ("authority_code", BUREAU.lower(), BUREAU, "fixed_lower_case"),
        ("code", f"{FARM[:8]} {FARM[8:]}", FARM, "fixed_blanks"),
        ("code", " ".join(FARM.lower()), FARM, "fixed_blanks"),
        ("decided_on", "46342", "2026-11-16", "excel_serial_day"),
        ("decided_on", "1763222400", "2025-11-16", "moment_day"),
        ("decided_on", "1763222399999", "2025-11-15", "moment_day"),
        ("decided_on", "2026-11-15T16:00:00.000Z", "2026-11-16", "moment_day"),
        ("decided_on", "2026-11-16T08:00:00+0800", "2026-11-16", "moment_day"),
    ],
)
def test_small_faults_are_mended_and_noted(
    tmp_path: Path, field: str, raw: str, value: str, note: str
) -> None:
    columns = {
        "name": "CF_XDR_MC",
        "document_number": "CF_WSH",
        "code": "CF_XDR_SHXYM",
        "authority_code": "CF_CFJGDM",
        "decided_on": "CF_JDRQ",
    }
    result = penalty(tmp_path, **{columns[field]: raw})
    assert getattr(result.drafts[0], field) == value
    assert note in told(result)
    noted = next(issue for issue in result.noted if issue.code == note)
    assert (noted.level, noted.line, noted.column) == (Level.FIXED, 2, columns[field])


def test_brackets_and_punctuation_stay_as_sent(tmp_path: Path) -> None:
    draft = penalty(tmp_path, CF_XDR_MC="虚构（海南）农场，一号").drafts[0]
    assert draft.name == "虚构（海南）农场，一号"


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (BAD_CHECK, "bad_check_character"),
        (FARM[:-1], "bad_shape"),
        ("4.60106E+17", "excel_damaged"),
        ("4.6E17", "excel_damaged"),
        (PERSON, "resident_id_for_organisation"),
    ],
)
def test_faulty_code_of_an_organisation_rejects(tmp_path: Path, code: str, fault: str) -> None:
    assert rejected(penalty(tmp_path, CF_XDR_SHXYM=code)) == {fault}


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (PERSON[:-1] + ("0" if PERSON[-1] != "0" else "1"), "bad_check_character"),
        (resident_id("20990101"), "future_birth"),
        (resident_id("19900230"), "impossible_date"),
        ("12345", "bad_shape"),
        ("9.99999E+17", "excel_damaged"),
    ],
)
def test_faulty_number_of_a_person_rejects(tmp_path: Path, number: str, fault: str) -> None:
    assert rejected(penalty(tmp_path, **HUMAN | {"CF_XDR_ZJHM": number})) == {fault}


def test_birth_on_the_day_itself_is_possible(tmp_path: Path) -> None:
    tomorrow = f"{TODAY + timedelta(1):%Y%m%d}"
    assert penalty(tmp_path, **HUMAN | {"CF_XDR_ZJHM": resident_id(f"{TODAY:%Y%m%d}")}).drafts
    assert rejected(penalty(tmp_path, **HUMAN | {"CF_XDR_ZJHM": resident_id(tomorrow)}))


def test_old_number_of_fifteen_digits_is_lengthened(tmp_path: Path) -> None:
    legacy = PERSON[:6] + PERSON[8:17]
    result = penalty(tmp_path, **HUMAN | {"CF_XDR_ZJHM": legacy})
    assert result.drafts[0].code == PERSON
    assert "legacy_id" in told(result)


@pytest.mark.parametrize("column", ["CF_XDR_SWDJ", "CF_WSH"])
def test_number_ruined_by_a_spreadsheet_rejects_in_any_column(tmp_path: Path, column: str) -> None:
    assert rejected(penalty(tmp_path, **{column: "4.60106199E+17"})) == {"excel_damaged"}


def test_number_ruined_in_a_workbook_is_found_by_its_cell(tmp_path: Path) -> None:
    values: list[Any] = list(PENALTY.values())
    values[list(PENALTY).index("CF_XDR_SHXYM")] = 460106199001010016
    result = read(save_xlsx(tmp_path / "a.xlsx", {"表": [list(PENALTY), values]}))
    assert rejected(result) == {"excel_damaged"}
    issue = result.questioned[0].issues[0]
    assert (issue.line, issue.column, issue.seen) == (2, "CF_XDR_SHXYM", "4.60106E+17")


def test_days_and_numbers_of_a_workbook_are_read(tmp_path: Path) -> None:
    row: dict[str, Any] = {**PENALTY, "CF_JDRQ": date(2026, 11, 16), "CF_NR_FK": 0.2}
    result = read(save_xlsx(tmp_path / "a.xlsx", {"表": [list(row), list(row.values())]}))
    assert (result.drafts[0].decided_on, result.drafts[0].amount_fen) == ("2026-11-16", 200_000)


@pytest.mark.parametrize("changes", [{"CF_XDR_SHXYM": ""}, HUMAN | {"CF_XDR_ZJHM": ""}])
def test_row_without_any_code_waits_unlinked(tmp_path: Path, changes: dict[str, str]) -> None:
    result = penalty(tmp_path, **changes)
    assert (result.outcomes, result.drafts) == (["unlinked"], [])
    assert result.questioned[0].cells == tuple((PENALTY | changes).values())
    assert told(result) == {"no_code"}


def test_faulty_row_without_code_is_rejected_not_unlinked(tmp_path: Path) -> None:
    assert rejected(penalty(tmp_path, CF_XDR_SHXYM="", CF_WSH="")) == {"missing_required"}


@pytest.mark.parametrize("certificate", ["护照", "其他-海员证", "军官证"])
def test_person_with_another_certificate_waits_unlinked(tmp_path: Path, certificate: str) -> None:
    result = penalty(tmp_path, **HUMAN | {"CF_XDR_ZJLX": certificate, "CF_XDR_ZJHM": "E0001"})
    assert result.outcomes == ["unlinked"]
    assert "unknown_certificate" in told(result)


def test_person_without_a_certificate_type_has_a_resident_id(tmp_path: Path) -> None:
    assert penalty(tmp_path, **HUMAN | {"CF_XDR_ZJLX": ""}).drafts[0].code == PERSON


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"CF_XDR_SHXYM": "", "CF_XDR_SWDJ": FARM}, FARM),
        ({"CF_XDR_SHXYM": "", "CF_XDR_ZJHM": FARM}, FARM),
        ({"CF_XDR_LB": "自然人", "CF_XDR_SHXYM": PERSON}, PERSON),
    ],
)
def test_code_in_the_wrong_column_is_used_with_a_warning(
    tmp_path: Path, changes: dict[str, str], code: str
) -> None:
    result = penalty(tmp_path, **changes)
    assert result.drafts[0].code == code
    assert "wrong_column" in told(result)


def test_other_number_in_another_column_is_no_code(tmp_path: Path) -> None:
    assert penalty(tmp_path, CF_XDR_SHXYM="", CF_XDR_SWDJ="4601000000001").outcomes == ["unlinked"]


@pytest.mark.parametrize(
    ("kind", "code", "found"),
    [
        ("个体工商户", FARM, "organisation"),
        ("法人及非法人组织", STALL, "individual_business"),
        ("自然人", FARM, "organisation"),
    ],
)
def test_code_decides_the_kind_against_the_category(
    tmp_path: Path, kind: str, code: str, found: str
) -> None:
    result = penalty(tmp_path, CF_XDR_LB=kind, CF_XDR_SHXYM=code)
    assert result.drafts[0].kind == found
    assert "kind_differs" in told(result)
    assert "kind_differs" not in told(penalty(tmp_path))


def test_code_of_an_organisation_given_as_a_persons_number_says_whose_it_is(tmp_path: Path) -> None:
    result = penalty(tmp_path, **HUMAN | {"CF_XDR_ZJHM": FARM})
    assert (result.drafts[0].code, result.drafts[0].kind) == (FARM, "organisation")
    assert "kind_differs" in told(result)


def test_faulty_code_where_a_persons_number_is_missing_rejects(tmp_path: Path) -> None:
    assert rejected(penalty(tmp_path, CF_XDR_LB="自然人", CF_XDR_SHXYM=BAD_CHECK)) == {
        "bad_check_character"
    }


@pytest.mark.parametrize(("code", "kind"), [(FARM, "organisation"), ("", "person")])
def test_category_outside_the_list_warns_and_the_code_decides(
    tmp_path: Path, code: str, kind: str
) -> None:
    numbers = {} if code else {"CF_XDR_ZJHM": PERSON}
    result = penalty(tmp_path, CF_XDR_LB="单位部门", CF_XDR_SHXYM=code, **numbers)
    assert result.drafts[0].kind == kind
    assert told(result) == {"code_outside_list"}


@pytest.mark.parametrize(
    "word", ["罚款；警告", "警告、没收违法所得", "其他-约谈", "罚款;其他-约谈"]
)
def test_words_of_a_list_may_stand_together(tmp_path: Path, word: str) -> None:
    assert told(penalty(tmp_path, CF_CFLB=word)) == set()


def test_word_outside_a_list_warns(tmp_path: Path) -> None:
    result = penalty(tmp_path, CF_CFLB="罚款;约谈")
    assert (told(result), len(result.drafts)) == ({"code_outside_list"}, 1)


def test_division_and_inner_check_only_warn(tmp_path: Path) -> None:
    result = penalty(tmp_path, CF_XDR_SHXYM=WRONG_INNER)
    assert result.drafts[0].code == WRONG_INNER
    assert {"inner_check", "unknown_division"} <= set(result.issues)


def test_faulty_code_of_the_authority_rejects_and_of_the_sender_warns(tmp_path: Path) -> None:
    assert rejected(penalty(tmp_path, CF_CFJGDM=BAD_CHECK)) == {"bad_check_character"}
    result = penalty(tmp_path, CF_SJLYDM=BAD_CHECK)
    assert (told(result), len(result.drafts)) == ({"doubtful_code"}, 1)


def test_unknown_authority_warns(tmp_path: Path) -> None:
    path = save_rows(tmp_path / "a.csv", PENALTY)
    assert "unknown_authority" in told(read(path, authorities={FARM}))
    assert "unknown_authority" not in told(read(path, authorities={BUREAU}))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-16",
        "2026/11/16",
        "20261116",
        "2026年11月16日",
        "2026.11.16",
        "2026/11/16 00:00:00",
        "２０２６年１１月１６日",
        "2026-11-16T08:30:00.0",
        " 2026 年 11 月 16 日",
    ],
)
def test_days_are_read_in_every_way_of_writing(tmp_path: Path, text: str) -> None:
    assert penalty(tmp_path, CF_JDRQ=text).drafts[0].decided_on == "2026-11-16"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2026-02-30", "impossible_date"),
        ("2026-11-23", "day_in_future"),
        ("1948-12-31", "day_too_early"),
        ("长期", "day_in_future"),
        ("去年", "bad_day"),
        ("2026-13-16T08:00:00Z", "impossible_date"),
        ("16/11/2026", "bad_day"),
        ("٢٠٢٦-11-16", "bad_day"),
    ],
)
def test_impossible_day_of_decision_rejects(tmp_path: Path, text: str, fault: str) -> None:
    assert rejected(penalty(tmp_path, CF_JDRQ=text)) == {fault}


def test_decision_of_the_day_and_of_1949_are_possible(tmp_path: Path) -> None:
    assert penalty(tmp_path, CF_JDRQ="2026-11-22").drafts
    assert penalty(tmp_path, CF_JDRQ="1949-01-01").drafts


@pytest.mark.parametrize("text", ["2099/12/31", "长期", "永久", "9999-12-31", "20991231"])
def test_day_that_never_comes_is_no_end(tmp_path: Path, text: str) -> None:
    assert licence(tmp_path, XK_YXQZI=text).drafts[0].valid_until is None
    assert json.loads(penalty(tmp_path, CF_YXQ=text).drafts[0].fields)["CF_YXQ"] == "2099-12-31"


def test_end_before_start_warns(tmp_path: Path) -> None:
    assert told(licence(tmp_path, XK_YXQZI="2026-11-17")) == {"end_before_start"}
    assert told(licence(tmp_path, XK_YXQZI="2026-11-18")) == set()


def test_publicity_that_ends_before_the_decision_warns(tmp_path: Path) -> None:
    assert told(penalty(tmp_path, CF_GSJZQ="2026-11-15")) == {"publicity_before_decision"}
    assert told(penalty(tmp_path, CF_GSJZQ="2026-11-16")) == set()


def test_decision_before_the_reporting_period_is_late(tmp_path: Path) -> None:
    day_before = (LATE_BEFORE - timedelta(1)).isoformat()
    assert told(penalty(tmp_path, CF_JDRQ=day_before)) == {"reported_late"}
    assert told(penalty(tmp_path, CF_JDRQ=LATE_BEFORE.isoformat())) == set()


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0.2", 200_000),
        ("1,000.5", 1_000_500_000),
        ("0.000001", 1),
        ("0", 0),
        ("￥0.5万元", 500_000),
    ],
)
def test_fines_are_read_exactly(tmp_path: Path, text: str, fen: int) -> None:
    assert penalty(tmp_path, CF_NR_FK=text).drafts[0].amount_fen == fen


@pytest.mark.parametrize("text", ["-1", "二千", "2000元", "1e3", "0.0000001", "1_000"])
@pytest.mark.parametrize("column", ["CF_NR_FK", "CF_NR_WFFF"])
def test_fine_that_cannot_be_read_rejects(tmp_path: Path, column: str, text: str) -> None:
    assert rejected(penalty(tmp_path, **{column: text})) == {"bad_amount"}


@pytest.mark.parametrize("text", ["罚款2000元", "罚款人民币2,000元", "警告并罚款2000.00元整"])
def test_fine_in_yuan_in_a_column_of_ten_thousand_warns(tmp_path: Path, text: str) -> None:
    result = penalty(tmp_path, CF_NR_FK="2000", CF_NR=text)
    assert told(result) == {"fine_unit"}
    assert result.drafts[0].amount_fen == 2_000_000_000
    noted = next(issue for issue in result.noted if issue.code == "fine_unit")
    assert (noted.seen, noted.proposed) == ("2000", "0.2")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0.2", "罚款2000元"),
        ("2000", "罚款2000万元"),
        ("2", "罚款20000元"),
        ("20", "罚款120元"),
        ("2000", "罚款二千元"),
        ("2000", "警告"),
    ],
)
def test_fine_in_its_unit_does_not_warn(tmp_path: Path, amount: str, text: str) -> None:
    assert "fine_unit" not in told(penalty(tmp_path, CF_NR_FK=amount, CF_NR=text))


@pytest.mark.parametrize("column", ["CF_SY", "CF_NR", "BZ"])
def test_resident_id_in_a_published_text_warns(tmp_path: Path, column: str) -> None:
    result = penalty(tmp_path, **{column: f"当事人（身份证号{PERSON}）无证经营"})
    assert "personal_data_in_text" in told(result)
    assert "personal_data_in_text" not in told(penalty(tmp_path, **{column: f"证号{FARM}，罚"}))


@pytest.mark.parametrize(
    "changes",
    [{"CF_XDR_MC": "测试公司"}, {"CF_WSH": "111111"}, {"CF_WSH": "TEST"}, {"CF_XDR_MC": "123456"}],
)
def test_test_data_warns(tmp_path: Path, changes: dict[str, str]) -> None:
    result = penalty(tmp_path, **changes)
    assert (told(result), len(result.drafts)) == ({"test_data"}, 1)


def test_ordinary_number_is_no_test_data(tmp_path: Path) -> None:
    assert told(penalty(tmp_path, CF_WSH="虚罚〔2026〕111111号")) == set()


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("1", "current"),
        ("有效", "current"),
        ("2", "revoked"),
        ("撤销", "revoked"),
        ("异议", "disputed"),
        ("3", "other"),
        ("待定", "other"),
    ],
)
def test_state_follows_the_list(tmp_path: Path, word: str, state: str) -> None:
    result = licence(tmp_path, XK_ZT=word)
    assert result.drafts[0].state == state
    assert ("code_outside_list" in told(result)) == (word == "待定")


def test_document_is_known_again_by_number_authority_and_day(tmp_path: Path) -> None:
    first = penalty(tmp_path).drafts[0]
    for changes in ({"CF_WSH": "虚市监处罚(2026) 1号"}, {"CF_NR": "罚款3000元", "CF_NR_FK": "0.3"}):
        again = penalty(tmp_path, **changes).drafts[0]
        assert again.document_key == first.document_key
        assert again.content_hash != first.content_hash
    for changes in ({"CF_WSH": "2号"}, {"CF_JDRQ": "2026-11-17"}, {"CF_CFJGDM": FARM}):
        assert penalty(tmp_path, **changes).drafts[0].document_key != first.document_key


def test_content_is_the_same_however_it_is_written_and_wherever_it_stands(tmp_path: Path) -> None:
    other = PENALTY | {"CF_JDRQ": "2026年11月16日", "CF_XDR_MC": " 虚构农场有限公司\u200b"}
    result = read(save_rows(tmp_path / "a.csv", PENALTY, other, PENALTY))
    assert len({draft.content_hash for draft in result.drafts}) == 1
    assert [draft.line for draft in result.drafts] == [2, 3, 4]


def test_row_of_the_wrong_width_is_rejected_with_its_cells(tmp_path: Path) -> None:
    values = list(PENALTY.values())
    rows = [list(PENALTY), values[:-1], [*values, "x"], [*values, "", ""], values]
    result = read(save(tmp_path / "a.csv", csv_text(rows)))
    assert len(result.drafts) == 2
    assert [row.line for row in result.questioned] == [2, 3]
    assert result.questioned[1].cells == (*values, "x")
    assert told(result) == {"wrong_width"}


def test_broken_quote_costs_one_row(tmp_path: Path) -> None:
    good = csv_text([list(PENALTY.values())])
    torn = good.replace("虚构农场", '"虚构"农场', 1)
    result = read(save(tmp_path / "a.csv", csv_text([list(PENALTY)]) + torn + good))
    assert (len(result.drafts), told(result)) == (1, {"broken_quote"})


@pytest.mark.parametrize(
    "row",
    [
        [],
        ["", "", ""],
        [" "] * len(PENALTY),
        ["合计", "12"],
        ["总 计", *[""] * (len(PENALTY) - 2), "3.5"],
        ["小计：2条", *[""] * (len(PENALTY) - 1)],
        ["注：金额单位为万元", *[""] * (len(PENALTY) - 1)],
        ["填报人：甲", "", "联系电话：无"],
        ["必填", "必填", "选填", *["必填"] * (len(PENALTY) - 3)],
        list(PENALTY),
        ["\x1a"],
        [str(number) for number in range(1, len(PENALTY) + 1)],
        ["文本", "字符型", "文本", *["日期"] * (len(PENALTY) - 3)],
        ["共 2 条", *[""] * (len(PENALTY) - 1)],
        ["以上数据截至2026年11月"],
    ],
    ids=[
        *("none", "blank", "spaces", "total", "wide", "sub", "note", "sender", "required"),
        *("again", "end of file", "numbers", "types", "count", "as of"),
    ],
)
def test_rows_that_are_no_data_are_passed_over_and_counted(tmp_path: Path, row: list[str]) -> None:
    values = list(PENALTY.values())
    result = read(save(tmp_path / "a.csv", csv_text([list(PENALTY), values, row, values])))
    assert (len(result.drafts), result.questioned, result.skipped) == (2, [], 1)
    assert told(result) == set()


def test_full_row_named_like_a_total_is_data(tmp_path: Path) -> None:
    assert len(penalty(tmp_path, CF_XDR_MC="总计农场有限公司").drafts) == 1


def test_file_of_remarks_alone_holds_no_rows(tmp_path: Path) -> None:
    result = read(save(tmp_path / "a.csv", csv_text([list(PENALTY), ["合计", "0"], []])))
    assert (result.drafts, result.questioned, result.skipped) == ([], [], 2)


def test_poor_row_is_rejected_not_passed_over(tmp_path: Path) -> None:
    result = read(save_rows(tmp_path / "a.csv", PENALTY, dict.fromkeys(PENALTY, "")))
    assert result.skipped == 1
    for name in ("虚构农场有限公司", "总计农场有限公司", "12"):
        lone = dict.fromkeys(PENALTY, "") | {"CF_XDR_MC": name}
        result = read(save_rows(tmp_path / "a.csv", lone))
        assert (result.outcomes, result.skipped) == (["rejected"], 0)


def test_value_under_no_heading_warns(tmp_path: Path) -> None:
    rows = [["", *PENALTY], ["x", *PENALTY.values()], [" ", *PENALTY.values()]]
    result = read(save(tmp_path / "a.csv", csv_text(rows)))
    assert len(result.drafts) == 2
    assert result.issues["value_without_heading"] == 1


def test_long_file_comes_in_pages_that_add_up(tmp_path: Path) -> None:
    rows = [PENALTY | {"CF_WSH": f"虚〔2026〕{n}号"} for n in range(1200)]
    for n in (3, 700):
        rows[n] = rows[n] | {"CF_JDRQ": "?"}
    rows[4] = dict.fromkeys(PENALTY, "")
    result = read(save_rows(tmp_path / "a.csv", *rows))
    assert (len(result.drafts), result.outcomes, result.skipped) == (1197, ["rejected"] * 2, 1)
    assert [row.line for row in result.questioned] == [5, 702]


def test_rows_of_the_greatest_length_come_in_small_pages(tmp_path: Path) -> None:
    rows = [[*PENALTY], *([*PENALTY.values(), "," * 200_000] for _ in range(12))]
    with open_table(save(tmp_path / "a.csv", csv_text(rows))) as table:
        pages = list(read_records(table, as_of=TODAY, late_before={}, classify=lambda _: None))
    assert sum(len(page.questioned) for page in pages) == 12
    assert max(len(page.questioned) for page in pages) < 6


def test_memory_of_words_may_overflow(tmp_path: Path) -> None:
    rows = [PENALTY | {"CF_SY": f"事实{n}", "CF_FRDB": "" if n % 7 else "甲"} for n in range(2600)]
    result = read(save_rows(tmp_path / "a.csv", *rows))
    assert [json.loads(d.fields)["CF_SY"] for d in result.drafts[-2:]] == ["事实2598", "事实2599"]


@pytest.mark.parametrize("remembered", [10, 20_000])
def test_many_parties_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, remembered: int
) -> None:
    monkeypatch.setattr(party_rows, "_REMEMBERED", remembered)
    codes = [organisation_code(f"91999999MA{n:06}") for n in range(600)] * 2
    rows = [PENALTY | {"CF_XDR_SHXYM": code} for code in codes]
    result = read(save_rows(tmp_path / "a.csv", *rows))
    assert [draft.code for draft in result.drafts] == codes


@given(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8")), min_size=1))
def test_number_keys_of_a_page_are_those_of_its_numbers(numbers: list[str]) -> None:
    assert _number_keys(numbers) == [key_form(number) for number in numbers]


@given(st.lists(st.text(max_size=8), min_size=1, max_size=6), st.booleans())
def test_cells_proved_plain_need_no_mending(cells: list[str], fold: bool) -> None:
    if is_plain(f"|{'|'.join(cells)}|", fold=fold):
        assert [read_cell(cell, fold=fold) for cell in cells] == [(cell, (), "") for cell in cells]


@given(st.text(), st.booleans())
def test_mending_twice_changes_nothing_more(raw: str, fold: bool) -> None:
    once = read_cell(raw, fold=fold)
    marked = {"fixed_text_mark"} & set(once.notes)
    assert marked or read_cell(once.text, fold=fold).text == once.text
