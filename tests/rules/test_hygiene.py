"""Faults of decision tables are proved, and ordinary correct tables have none."""

from collections.abc import Hashable
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import UNKNOWN, FactType, Kind, holds
from credit_cli.rules.decisions import DecisionTable
from credit_cli.rules.formulas import parse_formula
from credit_cli.rules.hygiene import table_findings
from credit_cli.rules.packs import Pack
from credit_cli.rules.polarity import score_takes
from credit_cli.rules.scenarios import Hit
from credit_cli.rules.table_regions import Finding, TableRow, WrittenTable
from tests.situations import shipped_pack

TODAY = date(2026, 3, 31)
TYPES = {
    "score": FactType(kind=Kind.NUMBER, personal=True),
    "ratio": FactType(kind=Kind.DECIMAL),
    "grade": FactType(kind=Kind.GRADE, values=("D", "C", "B", "A"), personal=True),
    "age": FactType(kind=Kind.NUMBER),
    "at": FactType(kind=Kind.TIME),
    "kind": FactType(kind=Kind.TEXT, values=("person", "organisation")),
    "red": FactType(kind=Kind.FLAG),
    "marks": FactType(kind=Kind.SET),
    "violation": FactType(kind=Kind.TEXT),
    "on": FactType(kind=Kind.DATE),
    "off": FactType(kind=Kind.PERCENT),
}
Row = tuple[dict[str, Any], Hashable]


def table(*rows: Row, hit: Hit = Hit.FIRST, **more: Any) -> WrittenTable:  # noqa: ANN401
    """Rows named a, b, c ... in their order."""
    read = [
        TableRow(name, read_condition(when, TYPES), outcome)
        for name, (when, outcome) in zip("abcdefgh", rows, strict=False)
    ]
    return WrittenTable(rows=read, hit=hit, **more)


def found(*rows: Row, hit: Hit = Hit.FIRST, **more: Any) -> list[Finding]:  # noqa: ANN401
    return list(table_findings(table(*rows, hit=hit, **more), TYPES, TODAY))


def codes(*rows: Row, hit: Hit = Hit.FIRST, **more: Any) -> list[tuple[str, ...]]:  # noqa: ANN401
    return [(one.code, *one.rows) for one in found(*rows, hit=hit, **more)]


def scores(*cells: str, hit: Hit = Hit.FIRST, fact: str = "score") -> list[Finding]:
    """The findings of a table of bands, each with an outcome of its own."""
    return found(*(({fact: cell}, n) for n, cell in enumerate(cells)), hit=hit)


@pytest.mark.parametrize("name", ["severity", "tier", "routes"])
def test_shipped_tables_are_clean(name: str) -> None:
    pack: Pack = shipped_pack()
    shipped: DecisionTable = getattr(pack, name)
    rows = [TableRow(row.id, row.when, repr(row.grant)) for row in shipped.rows]
    otherwise = repr(shipped.otherwise.grant)
    written = WrittenTable(rows=rows, hit=Hit.FIRST, otherwise=otherwise)
    tier = FactType(kind=Kind.GRADE, values=pack.tiers)
    types = {**pack.facts, "tier": tier}
    if name == "severity":
        types |= dict.fromkeys(("violation", "grounds", "kind"), TYPES["violation"])
    assert table_findings(written, types, TODAY) == ()


def test_row_that_no_case_fulfils_is_impossible() -> None:
    assert codes(({"score": ">= 5", "not": {"score": ">= 3"}}, 1)) == [("row_impossible", "a")]
    assert codes(({"score": ">= 5", "not": {"score": ">= 6"}}, 1)) == []


def test_row_behind_earlier_ones_is_never_reached() -> None:
    rows: list[Row] = [({"score": ">= 600"}, 1), ({"score": "< 600"}, 2), ({"score": "[5..9]"}, 3)]
    assert codes(*rows) == [("row_never_reached", "c", "b")]
    assert codes(*rows[:2], ({"score": "absent"}, 3)) == []


def test_row_for_cases_that_do_not_come_to_the_table_is_impossible() -> None:
    rows: list[Row] = [({"kind": "person", "score": "< 600"}, 1), ({"kind": "person"}, 2)]
    person, low = read_condition({"kind": "person"}, TYPES), read_condition(rows[0][0], TYPES)
    assert codes(*rows, require=(person,)) == []
    assert codes(*rows, require=(person,), exclude=(low,)) == [("row_impossible", "a")]
    assert codes(({"kind": "organisation"}, 1), require=(person,)) == [("row_impossible", "a")]
    # Of a case without a score the exclusion is not true: it comes to the table.
    assert codes(({"score": "absent"}, 1), exclude=(low,)) == []


def test_cascade_upside_down_is_never_reached() -> None:
    assert codes(({"score": ">= 1020"}, 1), ({"score": ">= 1030"}, 2)) == [
        ("row_never_reached", "b", "a")
    ]
    assert codes(({"score": ">= 1030"}, 1), ({"score": ">= 1020"}, 2)) == []


def test_priority_follows_the_rank_and_not_the_order() -> None:
    rows: list[Row] = [({"score": ">= 1020"}, 1), ({"score": ">= 1030"}, 2)]
    assert codes(*rows, hit=Hit.PRIORITY, rank=("b", "a")) == []
    assert codes(*rows, hit=Hit.PRIORITY, rank=("a", "b")) == [("row_never_reached", "b", "a")]


def test_what_a_source_leaves_open_proves_nothing() -> None:
    unsettled = {"score": ">= 5", "age": {"open": "not published"}}
    assert codes((unsettled, 1), ({"score": ">= 5"}, 2)) == []
    assert codes(({"score": ">= 5"}, 2), (unsettled, 1)) == [("row_never_reached", "b", "a")]
    assert codes((unsettled, 1), has_else=False)[0] == ("missing_else",)


def test_unique_rows_may_not_hold_at_once() -> None:
    rows: list[Row] = [({"red": True}, 1), ({"age": ">= 60"}, 1)]
    assert codes(*rows, hit=Hit.UNIQUE) == [("rows_conflict", "a", "b")]
    assert found(*rows, hit=Hit.UNIQUE)[0].example == {"red": True, "age": 60}
    assert codes(*rows, hit=Hit.ANY) == []
    assert codes(rows[0], ({"red": False, "age": ">= 60"}, 1), hit=Hit.UNIQUE) == []
    third: Row = ({"red": False, "kind": "person"}, 1)
    assert codes(*rows, third, hit=Hit.UNIQUE)[1:] == [("rows_conflict", "b", "c")]


def test_any_conflicts_only_where_outcomes_differ() -> None:
    rows: list[Row] = [({"red": True}, 1), ({"age": ">= 60"}, 2)]
    assert codes(*rows, hit=Hit.ANY) == [("rows_conflict", "a", "b")]


def test_column_on_which_nothing_depends_never_matters() -> None:
    split: list[Row] = [({"age": ">= 60", "red": True}, 1), ({"age": ">= 60", "red": False}, 1)]
    assert codes(*split) == []  # without a value of `red`, neither row holds
    kept = found(*split, always=("red",))
    assert [(one.code, one.fact) for one in kept] == [("column_never_matters", "red")]
    assert codes(split[0], ({"age": ">= 60", "red": False}, 2), always=("red",)) == []


def test_row_that_grants_what_else_grants_may_say_so() -> None:
    assert codes(({"red": True}, 1), otherwise=1) == []


def test_day_to_come_makes_a_row_possible() -> None:
    rows: list[Row] = [({"on": "within 1y", "all": [{"on": ">= 2027-01-01"}]}, 1)]
    assert codes(*rows) == []
    assert codes(({"on": "within 1y", "all": [{"on": "over 2y ago"}]}, 1)) == [
        ("row_impossible", "a")
    ]


def test_words_that_contain_each_other_are_no_column_that_matters() -> None:
    rows: list[Row] = [
        ({"violation": "contains 食品安全"}, 1),
        ({"violation": "contains 食品"}, 1),
    ]
    assert codes(*rows, otherwise=2) == []
    assert codes(*rows[::-1], otherwise=2) == [("row_never_reached", "b", "a")]
    every: list[Row] = [*rows, ({"violation": "not contains 食品"}, 1)]
    assert codes(*every) == []
    assert codes(*every, always=("violation",)) == [("column_never_matters", "a", "b", "c")]


def test_same_row_twice_is_a_duplicate_where_rows_count_together() -> None:
    rows: list[Row] = [({"red": True, "age": 5}, 1), ({"age": "[5..6)", "red": True}, 1)]
    assert codes(*rows, hit=Hit.COLLECT) == [("row_duplicates", "b", "a")]
    assert codes(rows[0], (rows[1][0], 2), hit=Hit.COLLECT) == []


def test_table_without_else_must_cover_every_case() -> None:
    rows: list[Row] = [({"age": ">= 18"}, 1), ({"age": "< 18"}, 2)]
    assert codes(*rows, has_else=False) == [("missing_else",)]
    assert codes(*rows, ({"age": "absent"}, 3), has_else=False) == []
    assert codes(*rows, has_else=False, always=("age",)) == []
    (one,) = found(rows[0], has_else=False, always=("age",))
    assert one.example == {"age": 17}


@pytest.mark.parametrize(
    ("fact", "cells", "seen"),
    [
        ("score", ("< 600", "> 600"), "[600..600]"),
        ("score", ("[500..599]", "[601..700]"), "[600..600]"),
        ("ratio", ("[0.5..0.9)", "(0.9..1.0]"), "[0.9..0.9]"),
        ("ratio", ("[500..599]", "[600..700]"), "(599..600)"),
        ("ratio", ("[0.5..0.89]", "[0.90..1]"), "(0.89..0.90)"),
    ],
)
def test_hole_of_one_unit_is_a_gap(fact: str, cells: tuple[str, ...], seen: str) -> None:
    (one,) = scores(*cells, fact=fact)
    assert (one.code, one.seen, one.doubtful) == ("bands_gap", seen, False)


def test_whole_numbers_have_no_gap_between_neighbours() -> None:
    assert scores("[500..600]", "[601..700]") == []
    assert scores("[500..600)", "[600..700]", fact="ratio") == []


def test_wide_hole_may_be_meant_for_else() -> None:
    (one,) = scores("[600..650)", "[660..700]")
    assert (one.code, one.seen, one.doubtful) == ("bands_gap", "[650..659]", True)
    assert one.example == {"score": 650}
    rows: list[Row] = [({"score": "[600..650)"}, 1), ({"score": "[660..700]"}, 2)]
    (_, gap) = sorted(found(*rows, has_else=False), key=lambda one: one.code == "bands_gap")
    assert not gap.doubtful


def test_only_hole_of_a_ladder_is_a_slip_if_it_is_no_wider_than_its_bands() -> None:
    (one,) = scores("< 600", "[600..700)", "[750..800)", ">= 800")
    assert (one.code, one.seen, one.doubtful) == ("bands_gap", "[700..749]", False)
    (one,) = scores("[0..6)", "[6..18)", ">= 60", fact="age")
    assert (one.code, one.seen, one.doubtful) == ("bands_gap", "[18..59]", True)


def test_hole_that_another_row_fills_is_none() -> None:
    assert scores("[600..650)", "[660..700]", "[640..680]")[0].code != "bands_gap"
    assert scores("[600..650)", "[651..700]", "= 650") == []


def test_middle_between_low_and_high_is_left_to_else() -> None:
    assert scores("< 600", ">= 1000") == []
    assert scores("[08:00..10:00]", "[17:00..19:00]", fact="at") == []
    assert scores("[08:00..10:00)", "[10:00..12:00)", "[14:00..16:00)", fact="at") == []
    assert scores("[D..D]", "[A..A]", fact="grade") == []


def test_same_outcome_on_both_sides_is_no_gap() -> None:
    assert codes(({"score": "< 600"}, 1), ({"score": "> 600"}, 1)) == []


@pytest.mark.parametrize("hit", [Hit.FIRST, Hit.UNIQUE, Hit.ANY, Hit.COLLECT])
def test_shared_end_is_found_under_every_hit_policy(hit: Hit) -> None:
    (one,) = scores("[600..700]", "[700..800]", hit=hit)
    assert (one.code, one.seen, one.doubtful) == ("bands_share_end", "[700..700]", False)
    assert one.example == {"score": 700}
    assert scores("[600..700)", "[700..800]", hit=hit) == []


def test_bands_that_claim_the_same_values_overlap() -> None:
    (one,) = scores("[600..720]", "[700..800]", hit=Hit.UNIQUE)
    assert (one.code, one.seen, one.doubtful) == ("bands_overlap", "[700..720]", False)
    (one,) = scores("[600..720]", "[700..800]")
    assert (one.code, one.doubtful) == ("bands_overlap", False)
    assert scores("[600..720]", "[700..800]", hit=Hit.COLLECT) == []


def test_nested_bands_are_an_exception_before_its_rule() -> None:
    assert scores("[650..660]", "[600..700]") == []
    assert scores("< 500", "< 600", "< 700") == []
    assert [one.code for one in scores("[650..660]", "[600..700]", hit=Hit.UNIQUE)] == [
        "bands_overlap"
    ]


def test_bands_are_compared_only_where_all_else_is_the_same() -> None:
    rows: list[Row] = [
        ({"score": "[600..700]", "kind": "person"}, 1),
        ({"score": "[700..800]", "kind": "organisation"}, 2),
    ]
    assert codes(*rows) == []
    assert codes(rows[0], ({"kind": "person", "score": "[700..800]"}, 2)) == [
        ("bands_share_end", "a", "b")
    ]


def test_ranges_are_shown_as_the_language_writes_them() -> None:
    clock = ("[08:30..12:00]", "[12:00..18:00]")
    assert [one.seen for one in scores(*clock, fact="at")] == ["[12:00..12:00]"]
    assert [one.seen for one in scores("<= B", ">= B", fact="grade")] == ["[B..B]"]
    days = ("[2026-01-01..2026-03-31]", "[2026-04-02..2026-06-30]")
    assert [one.seen for one in scores(*days, fact="on")] == ["[2026-04-01..2026-04-01]"]
    beyond = scores("<= 9999-12-31", "> 9999-12-31", fact="on")
    assert [one.code for one in beyond] == ["row_impossible"]
    assert [one.seen for one in scores("[0%..30%]", "[30%..]", fact="off")] == ["[30%..30%]"]
    every: list[Row] = [({"score": "[..]"}, 1), ({"score": "[..]"}, 2)]
    assert [one.seen for one in found(*every, hit=Hit.UNIQUE)][:1] == ["(..)"]


def test_table_beyond_the_limit_is_not_proved() -> None:
    rows = table(({"score": "[600..700]", "age": 5}, -1), ({"red": True, "age": 6}, 2))
    assert table_findings(rows, TYPES, TODAY, limit=5)[-1].code == "not_proved"
    assert score_takes(rows, TYPES, TODAY, bool, limit=5) == (Finding(code="not_proved"),)


OUTCOMES = st.integers(0, 1)
CELLS: dict[str, list[Any]] = {
    "score": [">= 6", "[4..6)", "< 4", "= 5", "absent"],
    "ratio": [">= 0.5", "< 0.5", "(0.5..1]"],
    "red": [True, False, "unknown"],
    "grade": [">= B", "< C", "in A, D", "not C"],
}
WHENS = st.fixed_dictionaries(
    {}, optional={fact: st.sampled_from(cells) for fact, cells in CELLS.items()}
)
CASES: dict[str, list[Any]] = {
    "score": [None, 3, 4, 5, 6],
    "ratio": [None, Decimal("0.4"), Decimal("0.5"), Decimal("0.6"), 2],
    "red": [None, "unknown", True, False],
    "grade": [None, "A", "B", "C", "D"],
}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(WHENS, OUTCOMES), min_size=1, max_size=4))
def test_findings_are_what_trying_every_case_shows(rows: list[Row]) -> None:
    written = table(*rows, otherwise=0)
    decided: dict[tuple[Any, ...], Hashable] = {}
    reached = set()
    for case in product(*CASES.values()):
        facts = {
            fact: UNKNOWN if value == "unknown" else value
            for fact, value in zip(CASES, case, strict=True)
        }
        hits = [n for n, row in enumerate(written.rows) if holds(row.when, facts)]
        reached.update(hits[:1])
        decided[case] = rows[hits[0]][1] if hits else None
    told = table_findings(written, TYPES, TODAY)
    unreached = {one.rows[0] for one in told if one.code.startswith("row_")}
    assert unreached == {"abcdefgh"[n] for n in range(len(rows)) if n not in reached}
    never = {one.fact for one in told if one.code == "column_never_matters"}
    for at, fact in enumerate(CASES):
        if any(fact in when for n, (when, _) in enumerate(rows) if n in reached):
            groups: dict[tuple[Any, ...], set[Hashable]] = {}
            for case, outcome in decided.items():
                groups.setdefault((*case[:at], *case[at + 1 :]), set()).add(outcome)
            assert (fact in never) == all(len(group) == 1 for group in groups.values())


def takes(*rows: Row, **more: Any) -> list[Finding]:  # noqa: ANN401
    """Outcomes below nought are burdens."""
    burden: dict[Hashable, int] = {-1: 1, -2: 2}
    return list(score_takes(table(*rows, **more), TYPES, TODAY, lambda one: burden.get(one, 0)))


def test_low_score_may_not_burden_a_person() -> None:
    (one,) = takes(({"score": ">= 600"}, 1), ({"score": "< 600"}, -1))
    assert (one.code, one.rows, one.fact) == ("score_takes", ("b",), "score")
    assert (one.example, one.seen) == ({"score": 599}, "600")


def test_any_score_may_not_burden_more_than_none() -> None:
    (one,) = takes(({"score": "present"}, -1))
    assert (one.rows, one.seen) == (("a",), "no_record")


def test_score_that_frees_of_a_burden_gives() -> None:
    assert takes(({"score": ">= 600"}, 1), ({"kind": "person"}, -1)) == []
    assert takes(({"score": ">= 600"}, 1), otherwise=-1) == []
    assert takes(({"score": ">= 600"}, -1), otherwise=-2) == []


def test_heavier_burden_for_a_lower_score_takes() -> None:
    rows: list[Row] = [({"score": "< 600"}, -2), ({"score": ">= 600"}, -1)]
    assert [one.rows for one in takes(*rows)] == [("a",), ("b",)]
    assert [one.rows for one in takes(*rows, otherwise=-1)] == [("a",)]
    assert takes(*rows, otherwise=-2) == []


def test_score_of_an_organisation_may_burden_it() -> None:
    assert takes(({"score": "< 600", "kind": "organisation"}, -1)) == []
    assert len(takes(({"score": "< 600", "kind": "person"}, -1))) == 1


def test_what_is_reckoned_from_a_score_may_not_burden_either() -> None:
    gap = FactType(kind=Kind.NUMBER, derived=parse_formula("score - 1000", TYPES))
    types = {**TYPES, "gap": gap}
    row = TableRow("a", read_condition({"gap": "< 0"}, types), -1)
    written = WrittenTable(rows=[row], hit=Hit.FIRST)
    (one,) = score_takes(written, types, TODAY, lambda outcome: outcome == -1)
    assert (one.fact, one.seen) == ("gap", "no_record")


def test_row_that_does_not_ask_for_the_score_takes_nothing_for_it() -> None:
    score = read_condition({"score": ">= 600"}, TYPES)
    assert takes(({"age": ">= 18"}, -1), require=(score,)) == []


def test_low_personal_grade_may_not_burden_either() -> None:
    assert [one.fact for one in takes(({"grade": "<= C"}, -1))] == ["grade"]
    assert takes(({"age": "< 18"}, -1)) == []
