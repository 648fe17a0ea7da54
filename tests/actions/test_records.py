"""A record says what it is, what became of it and where it came from; persons stay masked."""

from typing import Any

import pytest

from tests.intake.senders import BUREAU, FARM, LICENCE, PENALTY, PERSON, STALL
from tests.pool import SOURCE, Pool

NAME = "虚拟人物乙"
PHONE = "13800138000"
FINED = {
    **PENALTY,
    "CF_XDR_MC": NAME,
    "CF_XDR_LB": "自然人",
    "CF_XDR_SHXYM": "",
    "CF_XDR_ZJLX": "身份证",
    "CF_XDR_ZJHM": PERSON,
    "CF_FRDB": NAME,
    "CF_XDR_SWDJ": "99990000111",
    "CF_SY": f"{NAME}（电话{PHONE}，身份证{PERSON}）无证经营",
}


def show(pool: Pool, record: str, *options: str) -> Any:  # noqa: ANN401 - the view
    return pool.done("record", "show", record, *options)


def texts(view: dict[str, Any]) -> dict[str, str]:
    return {one["column"]: one["value"] for one in view["fields"]}


def lookups(pool: Pool) -> list[tuple[Any, ...]]:
    rows = pool.held("SELECT subject_id, command, purpose FROM lookup ORDER BY id")
    return [tuple(row.values()) for row in rows]


def test_a_record_tells_its_content_under_the_official_names(pool: Pool) -> None:
    pool.records(PENALTY)
    shown = show(pool, "1-2")
    told = ("type", "severity", "state", "document_number", "authority_code", "decided_on")
    assert [shown[name] for name in told] == [
        *("penalty", "serious", "current", PENALTY["CF_WSH"], BUREAU, "2026-11-16"),
    ]
    assert (shown["amount_fen"], shown["valid_until"]) == (200_000, "2027-11-16")
    assert shown["subject"]["code"] == FARM
    labels = [(one["column"], one["label"]) for one in shown["fields"]]
    assert labels[:3] == [
        ("CF_FRDB", "法定代表人"),
        ("CF_WFXW", "违法行为类型"),
        ("CF_SY", "违法事实"),
    ]
    assert texts(shown)["CF_NR"] == "罚款2000元"


@pytest.mark.parametrize(
    ("day", "counts", "reason"),
    [
        ("2026-11-15", False, "not_yet_decided"),
        ("2026-11-16", True, "counts_until"),
        ("2029-11-16", True, "counts_until"),
        ("2029-11-17", False, "period_over"),
    ],
)
def test_a_record_tells_what_it_weighs_on_a_day(
    pool: Pool, day: str, counts: bool, reason: str
) -> None:
    pool.records(PENALTY)
    shown = show(pool, "1-2", "--as-of", day)
    assert (shown["counts"], shown["reason"]["code"], shown["as_of"]) == (counts, reason, day)


def test_every_version_names_who_brought_and_ended_it(pool: Pool) -> None:
    pool.records(LICENCE)
    pool.records({**LICENCE, "XK_ZT": "2"})
    shown = show(pool, "1-2")
    assert (shown["id"], shown["state"]) == ("2-2", "revoked")
    told = ("version", "visible", "state", "brought_by", "ended_by")
    assert [[one[name] for name in told] for one in shown["versions"]] == [
        [1, False, "current", 1, 2],
        [2, True, "revoked", 2, None],
    ]
    assert shown["versions"][0]["ended_at"] == shown["versions"][1]["brought_at"]


def test_a_withdrawn_version_is_told_as_such(pool: Pool) -> None:
    pool.records(LICENCE)
    pool.done("batch", "undo", "1")
    pool.records({**LICENCE, "XK_ZT": "2"})
    versions = show(pool, "1-2")["versions"]
    assert [one["id"] for one in versions] == ["1-2", "2-2"]
    assert [(one["visible"], bool(one["withdrawn_at"])) for one in versions] == [
        (False, True),
        (True, False),
    ]


def test_a_record_tells_where_it_came_from(pool: Pool) -> None:
    pool.records(PENALTY, {**PENALTY, "CF_WSH": "甲"})
    assert "provenance" not in show(pool, "1-3")
    found = show(pool, "1-3", "--source")["provenance"]
    assert [found[name] for name in ("batch", "source", "line")] == [1, SOURCE, 3]
    assert found["file"].endswith(".csv")
    row = {one["heading"]: one["value"] for one in found["row"]}
    assert row == {**PENALTY, "CF_WSH": "甲"}


def test_a_row_is_told_as_it_was_sent(pool: Pool) -> None:
    row = {
        **PENALTY,
        "CF_WSH": "  ＡＢ１\u200b号",
        "CF_NR": "罚款，\n2000元",
        "CF_JDRQ": "2026/11/16",
    }
    pool.records(row)
    shown = show(pool, "1-2", "--source")
    sent = {one["heading"]: one["value"] for one in shown["provenance"]["row"]}
    assert sent == row
    assert (shown["document_number"], shown["decided_on"]) == ("AB1号", "2026-11-16")


def test_what_a_review_wrote_has_no_file(pool: Pool) -> None:
    pool.grade(FARM, "good")
    pool.done("case", "open", "--subject", FARM, "--item", "pharmacy_licence_renewal")
    record = pool.done("review", "complete", "1", "--outcome", "breached")["record"]
    shown = show(pool, record, "--source")
    assert (shown["type"], shown["provenance"]["source"]) == ("commitment_breach", "review")
    assert shown["provenance"]["row"] is None
    assert {one["column"]: one["value"] for one in shown["fields"]} == {
        "case": 1,
        "item": "pharmacy_licence_renewal",
        "review": 1,
    }
    assert {one["label"] for one in shown["fields"]} == {"Case", "Service item", "Review"}


def test_a_persons_record_is_masked(pool: Pool) -> None:
    pool.records(FINED)
    shown = show(pool, "1-2", "--source")
    told = str(shown)
    assert not [secret for secret in (NAME, PERSON, PHONE, "99990000111") if secret in told]
    assert texts(shown)["CF_SY"] == (
        f"虚*（电话*******8000，身份证{'*' * 14}{PERSON[-4:]}）无证经营"
    )
    assert shown["document_number"] == PENALTY["CF_WSH"]
    row = {one["heading"]: one["value"] for one in shown["provenance"]["row"]}
    assert (row["CF_XDR_MC"], row["CF_XDR_ZJHM"]) == ("虚*", "*" * 14 + PERSON[-4:])
    assert (row["CF_NR"], row["CF_CFJGDM"]) == ("罚款2000元", BUREAU)


def test_another_name_of_a_person_is_masked_too(pool: Pool) -> None:
    pool.records(FINED)
    pool.records({**FINED, "CF_WSH": "甲", "CF_XDR_MC": "虚构化名", "CF_SY": "虚构化名无证经营"})
    shown = show(pool, "2-2", "--source")
    row = {one["heading"]: one["value"] for one in shown["provenance"]["row"]}
    assert (row["CF_XDR_MC"], row["CF_SY"]) == ("虚*", "虚*无证经营")
    assert texts(shown)["CF_SY"] == "虚*无证经营"


def test_a_column_we_do_not_know_may_be_a_persons_number(pool: Pool) -> None:
    pool.records({"序号": "A1234567", **FINED})
    shown = show(pool, "1-2", "--source")
    assert shown["provenance"]["row"][0] == {"heading": "序号", "value": "****4567"}


def test_reading_a_persons_record_is_logged(pool: Pool) -> None:
    pool.records(FINED, {**PENALTY, "CF_WSH": "甲"})
    show(pool, "1-3")
    assert lookups(pool) == []
    show(pool, "1-2", "--purpose", "market_supervision")
    assert lookups(pool) == [(1, "record show", "market_supervision")]


def test_the_person_behind_a_firm_is_masked(pool: Pool) -> None:
    pool.records({**PENALTY, "CF_FR_ZJHM": PERSON, "CF_SY": f"负责人{PERSON}"})
    found = texts(show(pool, "1-2"))
    masked = "*" * 14 + PERSON[-4:]
    assert (found["CF_FR_ZJHM"], found["CF_SY"]) == (masked, f"负责人{masked}")
    assert found["CF_FRDB"] == "甲某", "who represents a firm is public"


def test_the_operator_of_a_stall_is_a_person(pool: Pool) -> None:
    row = {"CF_XDR_LB": "个体工商户", "CF_XDR_SHXYM": STALL, "CF_FRDB": "虚拟人物丙"}
    pool.records(PENALTY | row)
    assert texts(show(pool, "1-2"))["CF_FRDB"] == "虚*"


@pytest.mark.parametrize(
    "record", ["1", "1-", "-1-1", "1-1-1", "0-1", "1-0", "9" * 9 + "-1" * 1 + "x"]
)
def test_what_is_no_record_number_is_not_repeated(sqlite_pool: Pool, record: str) -> None:
    ran = sqlite_pool.run("record", "show", "--", record)
    assert (ran.exit_code, ran.error["code"]) == (2, "malformed_value")
    assert record not in ran.error["message"]


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ("1-3", "record_not_found"),
        ("2-2", "record_not_found"),
        ("2147483648-1", "malformed_value"),
    ],
)
def test_an_unknown_record_is_told(pool: Pool, record: str, code: str) -> None:
    pool.records(PENALTY)
    ran = pool.run("record", "show", record)
    assert ran.error["code"] == code


def test_a_record_that_was_withdrawn_is_not_found(pool: Pool) -> None:
    pool.records(PENALTY)
    pool.records({**PENALTY, "CF_WSH": "甲"})
    pool.done("batch", "undo", "2")
    ran = pool.run("record", "show", "2-2")
    assert (ran.exit_code, ran.error["code"]) == (5, "record_not_found")
