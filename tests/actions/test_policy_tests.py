"""A pack's own situations: what differs is told, and which rows none of them reaches."""

from pathlib import Path
from typing import Any

import pytest

from credit_cli.actions.policy_tests import report_view, run_tests
from credit_cli.errors import PolicyInvalid

Value = Any  # a fact or a size

PACK = """
[pack]
name = "rule"
title = "规则"
from = 2024-01-01
basis = { title = "虚构办法", clause = "第一条", mark = "I" }
[fact.score]
type = "number"
[fact.gap]
formula = "score - 1000"
[scenario.x]
title = "场景"
[[scenario.x.exclude]]
id = "listed"
when = { lists = "any of severe" }
[[scenario.x.row]]
id = "high"
when = { score = ">= 900" }
grant = { modes = ["commitment"], limit = "promised - 50%", quota = { open = "未公布" } }
deny = { modes = ["exempt"] }
[[scenario.x.row]]
id = "each"
each = "materials"
when = { "materials.class" = "secondary" }
grant = { supplement = "5wd" }
[scenario.x.else]
[[scenario.x.follow]]
id = "review"
on = "decided"
within = "5wd"
[alert.late]
over = "reviews"
key = ["unit"]
clock = "due_on"
window = "this year"
threshold = 1
"""
TEST = (
    '\n[[test]]\ntitle = "高分"\nas_of = 2026-03-10\nfacts = { score = 900, promised = "10wd" }\n'
)


def played(folder: Path, *tests: str) -> Value:
    path = folder / "rule.toml"
    path.write_text(PACK + "".join(tests), encoding="utf-8")
    return run_tests(path)


def differences(folder: Path, test: str) -> list[tuple[Any, ...]]:
    (one,) = played(folder, TEST + test).tested
    return [(it["key"], it["expected"], it["got"]) for it in one.differences]


@pytest.mark.parametrize(
    "expect",
    [
        'row = "high"',
        'rows = ["high"]',
        'status = "granted"',
        'open = ["quota"]',
        'grant = { modes = ["commitment"], limit = "5wd" }',
        'has = { limit = "5wd" }',
        'denied = { modes = ["exempt"] }',
        "facts = { gap = -100 }",
        "by_element = {}",
        'follow = { review = { state = "waiting", do = [], denied = {} } }',
        "alerts = []",
    ],
)
def test_what_comes_out_as_expected_is_no_difference(tmp_path: Path, expect: str) -> None:
    assert differences(tmp_path, f"expect = {{ {expect} }}\n") == []


LIMIT = {"n": 5, "unit": "working_day", "text": "5wd"}


@pytest.mark.parametrize(
    ("expect", "key", "expected", "got"),
    [
        ('row = "listed"', "row", "listed", "high"),
        ('status = "excluded"', "status", "excluded", "granted"),
        ('grant = { modes = ["commitment"] }', "grant.limit", None, "5wd"),
        (
            'grant = { modes = ["instant"], limit = "5wd" }',
            "grant.modes",
            ["instant"],
            ["commitment"],
        ),
        ('has = { limit = "4wd" }', "has.limit", "4wd", "5wd"),
        ("has = { points = 1 }", "has.points", 1, None),
        ("facts = { gap = 1 }", "facts.gap", 1, -100),
        ('follow = { review = { state = "open" } }', "follow.review.state", "open", "waiting"),
        ('follow = { review = { do = "x" } }', "follow.review.do", ["x"], []),
        ('follow = { nobody = { state = "open" } }', "follow.nobody", {"state": "open"}, None),
        (
            'by_element = { m = { supplement = "5wd" } }',
            "by_element.m",
            {"supplement": "5wd"},
            None,
        ),
        ('tier = "good"', "tier", "good", None),
    ],
)
def test_difference_tells_key_what_was_expected_and_what_came(
    tmp_path: Path,
    expect: str,
    key: str,
    expected: Value,
    got: Value,
) -> None:
    ((said, wanted, came),) = differences(tmp_path, f"expect = {{ {expect} }}\n")
    assert (said, texts(wanted), texts(came)) == (key, expected, got)


def texts(value: Value) -> Value:  # plain data
    """Limits in short."""
    if isinstance(value, dict):
        return value.get("text") or {key: texts(one) for key, one in value.items()}
    return value


def test_sizes_that_stand_side_by_side_are_compared_as_a_list(tmp_path: Path) -> None:
    tables = PACK.replace('title = "场景"', 'title = "场景"\nhit = "ordered"')
    for expected, wrong in (("[1]", 0), ("1", 0), ("[1, 2]", 1)):
        test = f"{TEST}expect = {{ has = {{ points = {expected} }} }}\n"
        path = tmp_path / "rule.toml"
        path.write_text(tables.replace("limit =", "points = 1, limit =") + test, encoding="utf-8")
        assert run_tests(path).failed == wrong


def test_alerts_are_compared_one_by_one(tmp_path: Path) -> None:
    review = 'reviews = [{ unit = "甲局", due_on = 2026-03-01 }]\n'
    hit = 'alert = "late", on = 2026-03-01, key = { unit = "%s" }'
    for unit, wrong in (("甲局", []), ("乙局", ["alerts.0.key.unit"])):
        test = f"{review}expect = {{ alerts = [{{ {hit % unit} }}] }}\n"
        assert [key for key, *_ in differences(tmp_path, test)] == wrong
    (missing,) = differences(tmp_path, "expect = { alerts = [{ alert = 'late' }] }\n")
    assert (missing[0], missing[2]) == ("alerts", [])


def test_report_counts_what_passed_and_how_often_each_row_decided(tmp_path: Path) -> None:
    listed = TEST + 'expect = { status = "excluded" }\n'
    listed = listed.replace("score = 900", 'lists = ["severe"]')
    low = TEST.replace("900", "899") + 'expect = { status = "granted" }\n'
    report = played(tmp_path, TEST + "expect = {}\n", TEST + "expect = {}\n", listed, low)
    assert (report.passed, report.failed, report.name) == (3, 1, "rule")
    view = report_view(report, coverage=True)
    assert [(one["row"], one["hits"]) for one in view["coverage"]] == [
        ("listed", 1),
        ("high", 2),
        ("each", 0),
        ("else", 1),
    ]
    last = view["tested"][-1]
    assert [last[key] for key in ("file", "number", "title", "scenario", "result")] == [
        *("rule.toml", 4, "高分", "x", "failed")
    ]
    assert last["differences"] == [{"key": "status", "expected": "granted", "got": "otherwise"}]
    assert "coverage" not in report_view(report, coverage=False)


def test_situation_that_cannot_be_read_stops_the_test_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(PolicyInvalid) as caught:
        played(tmp_path, TEST + "expect = {}\n", TEST + 'expect = { row = "hi" }\n')
    (place,) = caught.value.params["places"]
    assert (place["file"], place["key"], place["code"]) == (
        *("rule.toml", "test.1.expect.row", "unknown_name"),
    )
    assert place["line"]
