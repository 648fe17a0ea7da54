"""A policy read aloud: what `policy show` says is enough to foretell every result."""

import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path

import pytest

from credit_cli import text
from credit_cli.actions.condition_words import condition_data, condition_words
from credit_cli.actions.fact_words import DERIVED
from credit_cli.actions.policy_books import Book, open_book
from credit_cli.actions.policy_mentions import BELOW
from credit_cli.actions.policy_shows import find_page, readable, whole
from credit_cli.errors import PolicyPartNotFound
from credit_cli.rules import derived
from credit_cli.rules.alerts import Alert
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import FactType
from credit_cli.rules.derived import ComparedFact
from credit_cli.rules.follow_ups import Consequence, FollowUp
from credit_cli.rules.measurements import Measurement, Step
from credit_cli.rules.measures import Measure
from credit_cli.rules.scenarios import Rule, Scenario
from credit_cli.rules.scopes import Scope
from credit_cli.rules.scores import Indicator, ScoreModel

DAY = date(2026, 3, 10)
PACK = """
[pack]
name = "words"
title = "读法"
from = 2024-01-01
basis = { title = "办法", number = "5号", clause = "第八条", mark = "S" }
[scale.jinye]
title = "金椰分"
kind = "score"
subjects = ["person"]
[fact.grade]
title = "评价等级"
type = "grade"
values = ["C", "B", "A"]
states = ["expired"]
[fact.done_on]
title = "整改日期"
type = "date"
[fact.gap]
title = "差距"
formula = "score.jinye - 1000"
[fact.clean]
title = "无严重记录"
when = { records = { none = { severity = "serious" } } }
[measure.parking]
title = "免费停车"
kind = "number"
unit = "小时"
[scenario.fast]
title = "快办"
subjects = ["person"]
scope = { regions = ["460100"] }
hit = "collect"
[[scenario.fast.exclude]]
id = "listed"
when = { lists = "any of severe_list" }
[[scenario.fast.row]]
id = "high"
when = { "score.jinye" = ">= 1020", clean = true }
grant = { modes = ["accelerated"], limit = "promised - 2wd", parking = 4 }
[[scenario.fast.row]]
id = "later"
until = 2026-03-31
when = { gap = { open = "未公布" } }
grant = { parking = { open = "未公布时长" } }
deny = { modes = ["commitment"] }
[scenario.fast.else]
grant = { parking = [{ value = 1, until = 2026-03-31 }, { value = 2, from = 2026-04-01 }] }
[[scenario.fast.cap]]
id = "most"
when = { grade = "C" }
measure = "parking"
at_most = 1
[[scenario.fast.follow]]
id = "review"
on = "decided"
within = "30wd"
for = { modes = "accelerated" }
gate = "certificate"
late = { do = ["supervise"] }
outcome.breached = { record = "breach" }
"""
WORDS = [
    ('"score.jinye" = ">= 1020"', "金椰分（score.jinye）≥ 1020"),
    ('"score.jinye" = "[1010..1020)"', "金椰分（score.jinye）在 1010（含）至 1020（不含）之间"),
    ('grade = ">= B"', "评价等级（grade）不低于B"),
    ('grade = "expired or no_record"', "评价等级（grade）为expired，或为无记录（no_record）"),
    ('done_on = "within 2y"', "整改日期（done_on）在近2年内（含对应日，不含将来）"),
    ('done_on = "over 6m ago"', "整改日期（done_on）距今超过6个月（对应日当日尚未超过）"),
    ('lists = "none of a, b"', "当前所在的名单（lists）不包含a、b"),
    (
        'records = { none = { severity = "serious" } }',
        "当日计入的信用记录（records）中没有一条：严重程度为严重",
    ),
    (
        'records = { count = ">= 3", where = { type = "penalty" }, within = "2y" }',
        "当日计入的信用记录（records；决定日期在近2年内（含对应日）；种类为行政处罚）的条数 ≥ 3",
    ),
    ("not = { clean = true }", "并非（无严重记录（clean）：是）"),
    (
        'any = [{ clean = true }, { grade = "A", gap = ">= 1" }]',
        "无严重记录（clean）：是，或（评价等级（grade）为A，且差距（gap）≥ 1）",
    ),
    ('amount_fen = ">= 1000000"', "涉及金额（分）（amount_fen）≥ 10,000.00 元"),
]


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    before = text.language()
    text.use("zh_CN")
    yield
    text.use(before)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    path = tmp_path / "words.toml"
    path.write_text(PACK, encoding="utf-8")
    return open_book(path, DAY)


@pytest.mark.parametrize(("cell", "words"), WORDS, ids=[cell for cell, _ in WORDS])
def test_a_test_reads_as_an_official_would_say_it(book: Book, cell: str, words: str) -> None:
    raw = tomllib.loads(f"when = {{ {cell} }}")["when"]
    assert condition_words(read_condition(raw, book.pack.types), book.names) == words


def test_a_condition_is_nested_data_for_scripts(book: Book) -> None:
    raw = {"not": {"any": [{"clean": True}, {"gap": ">= 1"}]}}
    data = condition_data(read_condition(raw, book.pack.types), book.names)
    assert [one["fact"] for one in data["not"]["any"]] == ["clean", "gap"]
    assert data["not"]["any"][1]["test"] == ">= 1"


def test_a_scenario_alone_tells_everything_it_rests_on(book: Book) -> None:
    page = find_page(book, "fast")
    assert page["basis"]["mark"] == "S"
    assert [one["step"] for one in page["order"]] == [
        *("in_force", "scope", "exclude", "rows", "else", "merge", "cap", "deny", "follow")
    ]
    assert page["rows"][0]["gives"] == (
        "审批路径：加速审批；办理时限：= promised - 2wd（公式）；免费停车：4 小时"
    )
    assert page["rows"][1]["until"] == date(2026, 3, 31)
    assert [one["why"] for one in page["open"]] == ["未公布", "未公布时长"]
    known = {one["fact"]: one["words"] for one in page["facts"]}
    assert known.keys() >= {"score.jinye", "clean", "gap", "promised", "lists", "grade"}
    assert "严重程度为严重" in known["clean"]
    assert [one["list"] for one in page["lists"]] == ["records"]
    assert {one["measure"] for one in page["measures"]} == {"modes", "limit", "parking"}


def test_what_is_dated_is_told_before_it_comes(book: Book) -> None:
    told = [one["message"] for one in find_page(book, "fast")["coming"]]
    assert "自 2026-04-01 起，场景“快办”（fast）其他情形：免费停车 1 小时 改为 2 小时" in told
    assert any("删除" in one and "later" in one for one in told)


def test_a_follow_up_names_its_clock_gate_and_ends(book: Book) -> None:
    words = find_page(book, "fast")["follow"][0]["words"]
    for part in ("作出决定（decided）", "30个工作日内", "certificate", "逾期", "违约（breached）"):
        assert part in words


def test_a_person_is_shown_sentences_and_no_nested_data(book: Book) -> None:
    shown = readable(find_page(book, "fast"))
    assert shown["table_rows"][0]["tests_words"].endswith("≥ 1020，且无严重记录（clean）：是")
    assert shown["table_rows"][-1]["rule"] == "else"
    assert not any(isinstance(one, dict) for one in shown.values())


@pytest.mark.parametrize("code", ["fact:clean", "clean", "parking", "records", "list:records"])
def test_facts_measures_and_lists_have_pages_too(book: Book, code: str) -> None:
    assert find_page(book, code)["code"] == code.rpartition(":")[2]


def test_a_name_that_is_none_is_refused_with_those_like_it(book: Book) -> None:
    with pytest.raises(PolicyPartNotFound) as refused:
        find_page(book, "fsat")
    assert "fast" in refused.value.params["known"]


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_every_policy_at_hand_can_be_read_in_both_languages(language: str) -> None:
    text.use(language)
    shipped = Path(text.__file__).parent / "policy" / "hainan"
    assert [one["code"] for one in whole(open_book(shipped, DAY))["contents"]]
    for code in ("tier", "route", "severity", "foreign_performance"):
        assert readable(find_page(open_book(shipped, DAY), code))


# What `policy show` tells of each part of the language; whoever adds a field gives it words too.
TOLD = {
    Rule: "id when basis title grant deny each measure by times change at_most at_least",
    Scenario: "code title basis subjects scope hit rows otherwise rank preferred require exclude"
    " adjust cap override follow starts ends trial title_en",
    Scope: "regions except_regions items attributes providers weekly yearly when",
    FollowUp: "id on basis within due every until when granted by do gate done extend_on extend_by"
    " pause each late outcomes title",
    Consequence: "do record deny basis",
    Measurement: "name over how where of order by window holding every chain per party listed"
    " reckoned",
    Step: "where within after absent",
    Alert: "code events key window threshold sum distinct repeat exclude suppress title title_en",
    Indicator: "id points elements when cap once decay title title_en",
    ScoreModel: "code base least most decimals indicators title title_en",
    Measure: "code title kind polarity merge higher_is_better unit values title_en basis",
    FactType: "kind values states fields by derived personal title title_en",
}


@pytest.mark.parametrize("part", TOLD, ids=lambda part: part.__name__)
def test_no_part_of_the_language_is_left_unsaid(part: type) -> None:
    assert {one.name for one in fields(part)} == set(TOLD[part].split())


def test_every_way_to_work_out_a_fact_has_words() -> None:
    ways = [one for one in vars(derived).values() if is_dataclass(one) and hasattr(one, "value")]
    ways = [one for one in ways if one.__module__ == derived.__name__ and one is not ComparedFact]
    assert [one for one in ways if one not in DERIVED or one not in BELOW] == []
