"""A subject is called what the newest register calls it; what it was called before is found."""

import csv
from typing import Any

import pytest

from tests.actions.test_links import NOBODYS, link, linked, waiting
from tests.actions.test_records import FINED
from tests.actions.test_reviews import PHARMACY
from tests.actions.test_subjects import ENTRY, LINK, PERSONS, bring
from tests.intake.senders import FARM, PENALTY, PERSON
from tests.pool import Pool, change

OLD, NEW, NEWEST = "虚构农场有限公司", "虚构牧场有限公司", "虚构草场有限公司"
OTHER_SOURCE = "haikou_credit"


def renamed(pool: Pool, name: str, source: str = OTHER_SOURCE) -> None:
    ran = bring(pool, ENTRY | {"主体名称": name, "曾用名": ""}, source=source)
    assert ran.exit_code == 0, ran.stderr


def shown(pool: Pool, code: str = FARM) -> tuple[str, list[str]]:
    view = pool.done("subject", "show", code)
    return view["subject"]["name"], view["former_names"]


def test_the_newest_register_names_its_subject(pool: Pool) -> None:
    pool.records(PENALTY)
    assert shown(pool) == (OLD, [])
    renamed(pool, NEW)
    assert shown(pool) == (NEW, [OLD])
    renamed(pool, NEWEST, source="sanya_credit")
    assert shown(pool) == (NEWEST, [OLD, NEW])
    renamed(pool, OLD)
    assert shown(pool) == (OLD, [NEW, NEWEST])


def test_a_name_in_a_record_renames_nobody(pool: Pool) -> None:
    pool.records(PENALTY)
    ran = pool.records(PENALTY | {"CF_XDR_MC": NEW, "CF_WSH": "甲"})
    assert ran.json["issues"]["other_name"] == 1
    assert shown(pool) == (OLD, [])


def test_undo_gives_the_old_name_back(pool: Pool) -> None:
    pool.records(PENALTY)
    renamed(pool, NEW)
    pool.done("batch", "undo", "2")
    assert shown(pool) == (OLD, [])


def test_an_unfinished_register_names_nobody(pool: Pool) -> None:
    pool.records(PENALTY)
    renamed(pool, NEW)
    change(pool.url, "UPDATE batch SET state = 'running', finished_at = NULL WHERE id = 2")
    assert shown(pool) == (OLD, [])
    assert pool.done("profile", "show", FARM)["subject"]["name"] == OLD


def test_a_name_that_only_a_withdrawn_batch_said_is_no_former_name(sqlite_pool: Pool) -> None:
    sqlite_pool.records(PENALTY)
    renamed(sqlite_pool, NEW)
    sqlite_pool.done("batch", "undo", "1")
    assert shown(sqlite_pool) == (NEW, [])


def test_what_a_register_calls_former_names_is_shown(sqlite_pool: Pool) -> None:
    bring(sqlite_pool, ENTRY | {"曾用名": "虚构农庄、虚构田庄；" + OLD})
    assert shown(sqlite_pool) == (OLD, ["虚构农庄", "虚构田庄"])


def named(pool: Pool, *argv: str) -> str:
    view: Any = pool.done(*argv)
    return str((view[0] if isinstance(view, list) else view)["subject"]["name"])


def test_the_name_is_the_same_wherever_a_subject_is_shown(pool: Pool) -> None:
    pool.grade(FARM, "good")
    pool.records(PENALTY | {"CF_CFJGDM": FARM})
    renamed(pool, NEW)
    about = ("--subject", FARM, "--item", PHARMACY)
    commands = [
        ("profile", "show", FARM),
        ("record", "show", "2-2"),
        ("case", "history", FARM),
        ("route", "simulate", *about),
        ("case", "open", *about, "--as-of", "2026-11-02"),
        ("review", "list"),
        ("review", "complete", "1", "--outcome", "kept"),
    ]
    assert {named(pool, *argv) for argv in commands} == {NEW}


def test_those_one_acts_for_are_named_alike(sqlite_pool: Pool) -> None:
    bring(sqlite_pool, LINK, PERSONS) and bring(sqlite_pool, PERSONS)
    renamed(sqlite_pool, NEW)
    (linking,) = sqlite_pool.done("subject", "show", PERSONS["证件号码"])["linked_by"]
    assert linking["subject"]["name"] == NEW


def test_an_export_calls_a_party_as_its_document_does(pool: Pool) -> None:
    pool.records(PENALTY)
    renamed(pool, NEW)
    pool.records(PENALTY | {"CF_XDR_MC": NEW, "CF_WSH": "甲"})
    renamed(pool, OLD)
    path = pool.folder / "out.csv"
    argv = ("record", "export", "--type", "penalty", "--edition", "2018")
    pool.done(*argv, "--to", str(path))
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert [row[0] for row in rows[-2:]] == [OLD, NEW]


@pytest.mark.parametrize("name", [OLD, NEW, "虚构农庄"])
def test_a_row_without_a_code_finds_its_candidate_by_every_name(pool: Pool, name: str) -> None:
    pool.records(PENALTY)
    bring(pool, ENTRY | {"主体名称": NEW, "曾用名": "虚构农庄，虚构田庄"})
    pool.records({**NOBODYS, "CF_XDR_MC": name})
    (row,) = waiting(pool)
    assert [(one["code"], one["name"]) for one in row["candidates"]] == [(FARM, NEW)]
    assert linked(pool, FARM, batch=3)["subject"]["name"] == NEW


def test_a_withdrawn_registers_names_find_nobody(sqlite_pool: Pool) -> None:
    sqlite_pool.records(PENALTY)
    bring(sqlite_pool, ENTRY | {"主体名称": NEW, "曾用名": "虚构农庄"})
    sqlite_pool.done("batch", "undo", "2")
    for n, name in enumerate((NEW, "虚构农庄")):
        sqlite_pool.records({**NOBODYS, "CF_XDR_MC": name, "CF_WSH": str(n)})
    assert [row["candidates"] for row in waiting(sqlite_pool)] == [[], []]


def test_a_name_that_a_register_knows_is_no_other_name(pool: Pool) -> None:
    pool.records(PENALTY)
    renamed(pool, NEW)
    rows = [PENALTY | {"CF_XDR_MC": name, "CF_WSH": name} for name in (OLD, NEW, NEWEST)]
    assert pool.records(*rows).json["issues"]["other_name"] == 1


def test_a_person_who_changed_names_stays_masked(pool: Pool) -> None:
    pool.records(FINED)
    old = FINED["CF_XDR_MC"]
    ran = bring(pool, PERSONS | {"主体名称": "新名人物", "证件号码": PERSON, "曾用名": old})
    assert ran.exit_code == 0, ran.stderr
    assert shown(pool, PERSON) == ("新*", ["虚*"])
    for argv in (("subject", "show", PERSON), ("record", "show", "1-2", "--source")):
        said = pool.run(*argv).stdout
        assert not [secret for secret in (old, "新名人物", PERSON) if secret in said], argv


def test_a_person_is_no_candidate_by_a_former_name(sqlite_pool: Pool) -> None:
    bring(sqlite_pool, PERSONS | {"曾用名": OLD})
    sqlite_pool.records({**NOBODYS, "CF_XDR_MC": OLD})
    assert waiting(sqlite_pool)[0]["candidates"] == []
    assert link(sqlite_pool, PERSON, batch=2).exit_code != 0
