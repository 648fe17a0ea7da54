"""Every decision follows the pack: with all names and numbers swapped, no code changes."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any, get_args

import pytest

from credit_cli import rules
from credit_cli.intake.policy import read_pack
from credit_cli.intake.policy_cells import Mode
from credit_cli.rules.durations import parse_duration
from credit_cli.rules.packs import Pack
from credit_cli.rules.values import Severity, SubjectKind
from tests.situations import CALENDAR, Situation, outcome, shipped_pack, situations
from tests.swapped import (
    FILES,
    Raw,
    longer,
    moved,
    name,
    swapped_tables,
    write,
    year_before,
)

RULES = Path(*rules.__path__)
STEMS = sorted(path.stem for path in RULES.glob("*.py"))
CLOSED = {*SubjectKind, *Severity, *get_args(Mode), "grades", "score", "S", "K", "I"}
CLOSED |= {"first", "count", "records", "main", "secondary"}
HOMONYMS = {"ordinary": "the route that every item has", "tier": "the fact that holds the tier"}
# Files whose numbers are no policy, and what they are instead.
ARITHMETIC = {
    "calendar": "months of a year, days of a week",
    "condition_text": "how many parts a choice of conditions may have",
    "derived": "hundredths",
    "scopes": "days of a week, minutes of an hour, digits of a division",
    "cells": "minutes of an hour",
    "code_lanes": "places and weights of check characters, bits",
    "deliveries": "hundredths",
    "durations": "hundredths",
    "formula_text": "how many words a formula may have",
    "reckoning": "hundredths, halves, months of a year, places of a decimal",
    "identifiers": "places and weights of check characters",
    "masking": "characters left to see",
    "measurements": "hundredths",
    "money": "fen of a yuan, bits of an integer",
    "raw_rows": "characters of a cell",
    "quality": "thousandths",
    "score_text": "hundredths",
    "scores": "hundredths",
    "representatives": "hundredths",
    "diagrams": "how many nodes a diagram may have",
    "windows": "months of a year",
}


@cache
def tables() -> dict[str, Raw]:
    return swapped_tables()


@pytest.fixture(scope="module")
def swapped(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return read_pack(write(tmp_path_factory.mktemp("swapped"), tables())).pack


def leaves(value: Any) -> Iterator[Any]:  # noqa: ANN401 - TOML values
    """Every single value of a table, in the order written."""
    match value:
        case dict():
            for part in value.values():
                yield from leaves(part)
        case list():
            for part in value:
                yield from leaves(part)
        case _:
            yield value


def names(pack: Pack) -> set[str]:
    """Everything that the pack gives a name of its own."""
    scales = [*pack.scales.values()]
    return {
        *(word for one in scales for word in (one.code, *one.grades)),
        *(band.code for one in scales for band in one.bands),
        *(row.id for one in (pack.severity, pack.tier, pack.routes) for row in one.rows),
        *(material.code for item in pack.items.values() for material in item.materials),
        *(name for name in pack.facts if name.startswith("records.")),
        *(pack.name, *pack.bases, *pack.sources, *pack.record_types),
        *(*pack.items, *pack.programmes),
    }


def test_every_name_is_another(swapped: Pack) -> None:
    assert names(swapped).isdisjoint(names(shipped_pack()))
    assert len(names(swapped)) >= len(names(shipped_pack()))


@pytest.mark.parametrize("stem", FILES)
def test_every_value_is_another(stem: str) -> None:
    pairs = zip(leaves(FILES[stem]), leaves(tables()[stem]), strict=True)
    same = {old for old, new in pairs if old == new and not isinstance(old, bool)}
    assert same <= CLOSED


@pytest.mark.parametrize("situation", situations(), ids=lambda situation: situation.title)
def test_situation_follows_the_swapped_pack(situation: Situation, swapped: Pack) -> None:
    assert outcome(moved(situation), swapped) == foreseen(situation)


@pytest.mark.parametrize(("times", "tier"), [(1, "ordinary"), (2, "serious_dishonest")])
def test_one_record_is_too_few_where_the_pack_asks_for_two(
    times: int, tier: str, swapped: Pack
) -> None:
    lapse = {"type": name("record", "penalty"), "on": date(2025, 6, 1), "severity": "serious"}
    situation = Situation(
        title="", as_of=date(2025, 6, 2), kind="person", expected={}, records=[lapse] * times
    )
    assert outcome(situation, swapped)["tier"] == name("grade.tier", tier)


def foreseen(situation: Situation) -> dict[str, Any]:
    """What the swapped pack must say, by the lawyer's words and the swapped numbers."""
    said, day = situation.expected, year_before(situation.as_of)
    turned: dict[str, Any] = {"tier": name("grade.tier", said["tier"])}
    if "band" in said:
        turned["band"] = name("code", said["band"])
    if "counting" in said:
        turned["counting"] = 2 * said["counting"]
    if situation.item:
        turned |= application(situation, day)
    if "worth_fen" in said:
        valid = FILES["benefits"]["programme"][situation.programme]["valid"]
        turned["worth_fen"] = said["worth_fen"] + 100
        turned["valid_until"] = day_after(day, longer(valid))
    return turned | {key: said[key] for key in ("refused",) if key in said}


def application(situation: Situation, day: date) -> dict[str, Any]:
    said = situation.expected
    *modes, ordinary = said["routes"]
    item = tables()["items"]["item"][name("item", situation.item or "")]
    general, own = tables()["routes"]["mode"], item.get("mode", {})
    terms = [general[mode] | own[mode] for mode in modes]
    limits = [limit(general[mode], own[mode], item["promised"]) for mode in modes]
    within = f"{min([days(item['promised']), *limits])}wd"
    decided = day_after(day, within)
    supplements = [days(one["supplement"]) for one in terms if "supplement" in one]
    turned: dict[str, Any] = {"routes": [*reversed(modes), ordinary], "decide_within": within}
    if "decide_by" in said:
        turned["decide_by"] = decided
    if "follow_by" in said:
        last = day_after(day, f"{max(supplements)}wd")
        turned["follow_by"] = {name("code", code): last for code in said["follow_by"]}
    if "review_by" in said:
        reviews = [days(one["review"]) for one in terms if "review" in one]
        turned["review_by"] = day_after(decided, f"{min(reviews)}wd")
    if "not_accepted" in said:
        refused = said["not_accepted"].items()
        turned["not_accepted"] = {name("code", code): reason for code, reason in refused}
    return turned


def limit(general: Raw, own: Raw, promised: str) -> int:
    """The working days a mode leaves of the promised ones; the swapped pack rounds up."""
    terms = general | own
    if "limit" in own or "cut" not in terms:
        return days(terms.get("limit", promised))
    left = days(promised) * (100 - int(terms["cut"][:-1])) / 100
    return max(ceil(left), min(int(terms["minimum"]), days(promised)))


def days(text: str) -> int:
    assert text.endswith("wd"), "all limits of the shipped items are in working days"
    return int(text[:-2])


def day_after(day: date, text: str) -> date:
    return CALENDAR.after(day, parse_duration(text)).on


def constants(stem: str) -> set[Any]:
    """The literals of a rules file that are no docstrings."""
    tree = ast.parse((RULES / f"{stem}.py").read_text(encoding="utf-8"))
    said = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {node.value for node in found if node not in said}


@pytest.mark.parametrize("stem", STEMS)
def test_no_rule_names_a_tier_an_item_or_anything_else_of_the_pack(stem: str) -> None:
    assert names(shipped_pack()) & constants(stem) <= HOMONYMS.keys()


@pytest.mark.parametrize("stem", sorted(set(STEMS) - ARITHMETIC.keys()))
def test_no_rule_holds_a_threshold(stem: str) -> None:
    numbers = {one for one in constants(stem) if isinstance(one, (int, float))}
    assert numbers <= {0, 1}


@pytest.mark.parametrize("stem", sorted(set(STEMS) - ARITHMETIC.keys()))
def test_no_rule_holds_a_deadline_or_a_percentage(stem: str) -> None:
    policy = re.compile(r"[0-9]+(wd|d|m|y|%)|[0-9]{4}-[0-9]{2}-[0-9]{2}")
    texts = [one for one in constants(stem) if isinstance(one, str)]
    assert list(filter(policy.fullmatch, texts)) == []
