"""The shipped pack decides every situation of tests/cases as the lawyer wrote it down."""

import pytest

from tests.situations import Situation, outcome, shipped_pack, situations


@pytest.mark.parametrize("situation", situations(), ids=lambda situation: situation.title)
def test_situation(situation: Situation) -> None:
    assert outcome(situation, shipped_pack()) == situation.expected


def test_no_two_situations_bear_one_title() -> None:
    titles = [situation.title for situation in situations()]
    assert sorted(set(titles)) == sorted(titles)
