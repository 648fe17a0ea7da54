"""Sets of cases: they agree with sets of tuples, and equal sets are one node."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.diagrams import FALSE, TRUE, Diagrams, Node, TooComplex

SIZES = (2, 3, 1, 2, 2)
CASES = frozenset(product(*map(range, SIZES)))
SETS = st.frozensets(st.sampled_from(sorted(CASES)))

Cases = frozenset[tuple[int, ...]]


def node_of(diagrams: Diagrams, cases: Cases, start: tuple[int, ...] = ()) -> Node:
    if len(start) == len(SIZES):
        return TRUE if start in cases else FALSE
    places = range(SIZES[len(start)])
    children = tuple(node_of(diagrams, cases, (*start, n)) for n in places)
    return diagrams.choice(len(start), children)


def cases_of(diagrams: Diagrams, node: Node) -> Cases:
    return frozenset(case for case in CASES if diagrams.contains(node, case))


@given(SETS, SETS)
def test_operations_are_those_of_sets(one: Cases, other: Cases) -> None:
    diagrams = Diagrams(SIZES)
    a, b = node_of(diagrams, one), node_of(diagrams, other)
    expected = {
        diagrams.both(a, b): one & other,
        diagrams.either(a, b): one | other,
        diagrams.minus(a, b): one - other,
        diagrams.opposite(a): CASES - one,
        diagrams.all_of((a, b, TRUE)): one & other,
        diagrams.any_of((a, b, FALSE)): one | other,
    }
    for node, cases in expected.items():
        assert cases_of(diagrams, node) == cases
        assert node == node_of(diagrams, cases)


@given(SETS, st.sampled_from(range(len(SIZES))), st.data())
def test_a_variable_can_be_fixed_or_left_open(
    cases: Cases, variable: int, data: st.DataObject
) -> None:
    diagrams = Diagrams(SIZES)
    node = node_of(diagrams, cases)
    place = data.draw(st.sampled_from(range(SIZES[variable])))

    def moved(case: tuple[int, ...], to: int) -> tuple[int, ...]:
        return (*case[:variable], to, *case[variable + 1 :])

    fixed = {case for case in CASES if moved(case, place) in cases}
    some = {case for case in CASES if any(moved(case, n) in cases for n in range(SIZES[variable]))}
    assert cases_of(diagrams, diagrams.fixed(node, variable, place)) == fixed
    assert cases_of(diagrams, diagrams.some(node, (variable,))) == some
    assert (variable in diagrams.support((node,))) == (some != cases)


@given(SETS)
def test_an_example_lies_in_its_set_whatever_it_leaves_out(cases: Cases) -> None:
    diagrams = Diagrams(SIZES)
    node = node_of(diagrams, cases)
    if node == FALSE:
        assert not cases
        return
    example = diagrams.example(node)
    assert {case for case in CASES if all(case[n] == at for n, at in example.items())} <= cases


def test_too_many_nodes_are_refused() -> None:
    diagrams = Diagrams((2, 2), limit=3)
    diagrams.choice(0, (FALSE, TRUE))
    with pytest.raises(TooComplex):
        diagrams.choice(1, (FALSE, TRUE))
