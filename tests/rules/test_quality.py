"""Figures of quality are exact: whole permille, never better than they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.intake.quality import load_dimensions
from credit_cli.rules.quality import (
    Dimension,
    bad_permille,
    figures,
    flawed_by_count,
    flawed_rows,
    good_permille,
)
from credit_cli.text import area_words

DIMENSIONS = {"no_code": Dimension.LINKAGE, "bad_day": Dimension.VALIDITY}
DIMENSIONS |= {"over_long": Dimension.VALIDITY, "same": Dimension.DUPLICATION}


def test_a_row_falls_short_once_in_a_dimension() -> None:
    hits = [("bad_day", [2, 3]), ("over_long", [2]), ("no_code", [2])]
    assert flawed_rows(hits, DIMENSIONS) == {Dimension.VALIDITY: 2, Dimension.LINKAGE: 1}


def test_what_belongs_to_no_dimension_is_no_flaw() -> None:
    assert flawed_rows([("formula_text", [2])], DIMENSIONS) == {}
    assert flawed_by_count({"added": 7}, DIMENSIONS) == {}


def test_rows_that_repeat_the_pool_count_as_duplicates() -> None:
    assert flawed_by_count({"same": 3, "added": 2}, DIMENSIONS) == {Dimension.DUPLICATION: 3}


def test_every_dimension_has_a_figure_in_the_order_officials_use() -> None:
    found = figures(8, {"linkage": 1, "accuracy": 9})
    assert [one.dimension for one in found] == list(Dimension)
    assert {one.dimension: one.sound_permille for one in found if one.flawed} == {
        Dimension.LINKAGE: 875,
        Dimension.ACCURACY: 0,
    }


def test_of_no_rows_there_is_no_share() -> None:
    assert {one.sound_permille for one in figures(0, {})} == {None}
    assert bad_permille(0, 0) is None


@pytest.mark.parametrize(
    ("part", "read", "good", "bad"),
    [
        (0, 3, 0, 0),
        (1, 3, 333, 334),
        (3, 3, 1000, 1000),
        (9999, 10_000, 999, 1000),
        (1, 9999, 0, 1),
    ],
)
def test_good_shares_round_down_and_bad_ones_up(part: int, read: int, good: int, bad: int) -> None:
    assert (good_permille(part, read), bad_permille(part, read)) == (good, bad)


@given(st.integers(1, 10**9), st.data())
def test_the_ends_are_said_only_where_they_are_exact(read: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, read))
    assert (good_permille(part, read) == 1000) == (part == read)
    assert (bad_permille(part, read) == 0) == (part == 0)


def test_every_issue_belongs_to_a_dimension_unless_it_harms_nothing() -> None:
    issues = area_words("issue", "en").keys()
    assert issues - load_dimensions().keys() == {"formula_text"}
    assert load_dimensions().keys() - issues == {"same"}
    assert set(load_dimensions().values()) == set(Dimension)
