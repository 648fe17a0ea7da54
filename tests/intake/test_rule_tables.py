"""Rules go out to a sheet and come back the same, or with what an official changed."""

import csv
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credit_cli.actions.rule_tables import exported, hold, proposed, read_table, write_proposal
from credit_cli.errors import PolicyInvalid, RuleTableInvalid
from credit_cli.folders import shipped_policy
from credit_cli.intake.outgoing import safe
from credit_cli.intake.policy import read_pack
from credit_cli.intake.rule_cells import cell_text, cell_value, unsafe
from credit_cli.intake.rule_sheets import write_sheet
from credit_cli.intake.tables import open_table
from tests.program import ROOT

POLICIES = sorted((ROOT / "tests" / "policies").glob("*.toml"))
PACK = """
[pack]
name = "demo_rule"
title = "示例"
from = 2024-01-01
basis = "doc"
[basis.doc]
title = "某省信用审批办法"
mark = "S"
[fact.grade]
type = "grade"
values = ["D", "C", "B", "A"]
title = "评价等级"
[fact.word]
type = "text"
[fact.sum]
type = "money"
[fact.clean]
type = "flag"
[scenario.fast]
title = "加速审批"
hit = "first"
[[scenario.fast.row]]
id = "a"
title = "=1+1"
when = { grade = ">= B", sum = 500, clean = true, word = "= 5" }
grant = { modes = ["accelerated"], limit = "max(promised - 50%, 1wd)", note = "5" }
deny = { quota = true }
[[scenario.fast.row]]
id = "b"
when = { word = ["'in'", "'x, y'"], any = [{ grade = "C" }, { clean = false }], not = { sum = 3 } }
grant = { quota = { open = "未定" }, discount = "30%" }
[scenario.fast.else]
grant = {}
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "pack.toml"
    path.write_text(PACK, encoding="utf-8")
    return path


def normal(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule without what is empty, which says nothing."""
    return {key: one for key, one in rule.items() if one not in ({}, "")}


def sent_back(path: Path, code: str, sheet: Path) -> Any:  # noqa: ANN401 - raw rules
    held = hold(path, code)
    write_sheet(sheet, exported(held), workbook=sheet.suffix == ".xlsx")
    with open_table(sheet) as table:
        found = read_table(table, held)
    return [normal(one) for one in proposed(found, held)["row"]], [
        normal(one) for one in held.scenario.get("row", [])
    ]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_every_published_rule_comes_back_as_it_went_out(suffix: str, tmp_path: Path) -> None:
    there = 0
    sample = POLICIES[::9] if suffix == ".csv" else [*POLICIES[4::17], shipped_policy()]
    for path in sample:
        try:
            read = read_pack(path)
        except PolicyInvalid:
            continue
        for code in read.own_scenarios:
            after, before = sent_back(path, code, tmp_path / f"{path.stem}_{code}{suffix}")
            assert after == before, (path.name, code)
            there += len(before)
    assert there > 10


def lines_of(pack: Path, sheet: Path) -> list[list[str]]:
    write_sheet(sheet, exported(hold(pack, "fast")), workbook=False)
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def brought(pack: Path, lines: list[list[str]], encoding: str = "utf-8") -> dict[str, Any]:
    """What becomes of a sheet; the pack to propose stands beside the one it is for."""
    sheet = pack.with_name("规则.csv")
    with sheet.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(lines)
    held = hold(pack, "fast")
    with open_table(sheet) as table:
        found = read_table(table, held)
    target = pack.with_name("new.toml")
    return write_proposal(sheet, found, held, target, target)


def test_sheet_has_one_row_to_a_rule_under_two_headings(pack: Path, tmp_path: Path) -> None:
    first, second, one, two = lines_of(pack, tmp_path / "a.csv")
    assert first[:4] == ["id", "title", "when:grade", "when:sum"]
    assert second[0] == "#"
    assert "评价等级" in second[2]
    assert one[:4] == ["a", "'=1+1", ">= B", "500"]
    assert dict(zip(first, two, strict=True))["grant:discount"] == "30%"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_edited_sheet_becomes_a_pack_to_propose(pack: Path, encoding: str, tmp_path: Path) -> None:
    lines = lines_of(pack, tmp_path / "a.csv")
    lines[2][2] = "≥ A"
    lines.append(["c", "新增", "D", *[""] * (len(lines[0]) - 3)])
    made = brought(pack, lines, encoding)
    assert (made["added"], made["changed"], made["removed"]) == (["c"], ["a"], [])
    rows = read_pack(pack.with_name("new.toml")).pack.scenarios["fast"].rows
    assert [row.id for row in rows] == ["a", "b", "c"]
    assert rows[2].title == "新增"
    assert rows[0].title == "=1+1"


def test_row_taken_out_of_the_sheet_is_told(pack: Path, tmp_path: Path) -> None:
    lines = lines_of(pack, tmp_path / "a.csv")
    assert brought(pack, [lines[0], lines[2]])["removed"] == ["b"]


@pytest.mark.parametrize(
    ("place", "cell", "told"),
    [
        ((2, "when:grade"), ">= E", (3, "C", "unknown_value")),
        ((2, "when:sum"), "many", (3, "D", "wrong_value")),
        ((3, "grant:discount"), "30", (4, None, "wrong_value")),
        ((3, "when"), "not = 1", (4, None, "no_table")),
        ((3, "id"), "", (4, "A", "row_without_id")),
        ((3, "id"), "a", (4, "A", "doubled_id")),
        ((0, "when:grade"), "when:grades", (1, "C", "no_fact")),
        ((0, "grant:discount"), "grant:rabatt", (1, None, "no_measure")),
        ((0, "title"), "name", (1, "B", "no_heading")),
        ((0, "title"), "id", (1, "B", "doubled")),
        ((0, "title"), "", (3, "B", "beyond")),
    ],
)
def test_fault_names_row_and_column(
    place: tuple[int, str], cell: str, told: tuple[Any, ...], pack: Path, tmp_path: Path
) -> None:
    lines = lines_of(pack, tmp_path / "a.csv")
    lines[place[0]][lines[0].index(place[1])] = cell
    with pytest.raises(RuleTableInvalid) as refused:
        brought(pack, lines)
    places = refused.value.params["places"]
    found = [(one["line"], told[1] and one["column"], one["code"]) for one in places]
    assert told in found
    assert "规则.csv" in refused.value.params["faults"][0]


VALUES = st.recursive(
    st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3)
    | st.dates()
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=60)
@given(VALUES)
def test_value_of_any_kind_survives_its_cell(value: Any) -> None:  # noqa: ANN401
    text = cell_text(value, plain=False)
    assert cell_value(unsafe(safe(text)).strip(), plain=False) == value
    assert not isinstance(value, Decimal) or "E" not in text or Decimal(text) == value


@settings(max_examples=60)
@given(st.text(st.characters(codec="utf-8")), st.booleans())
def test_text_survives_the_cell_of_a_column_of_texts(text: str, flag: bool) -> None:
    cell = cell_text(text, plain=True, flag=flag)
    assert cell_value(unsafe(safe(cell)).strip(), plain=True, flag=flag) == text


@pytest.mark.parametrize(("word", "flag"), [("是", True), ("TRUE", True), ("否", False)])
def test_yes_and_no_are_flags_in_a_column_of_flags(word: str, flag: bool) -> None:
    assert cell_value(word, plain=False, flag=True) is flag
    assert cell_value(word, plain=True) == word
