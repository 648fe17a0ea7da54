"""Conditions compiled to one Python function, for whole populations and for speed.

It says what the walk of `conditions.truth` says: a negation goes inward to the
single tests, each of which is asked either whether it is true or whether it is
false; of a missing value it is neither. A fact is looked up, or worked out,
once in a call and only before the first row that asks for it.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any, TypeVar

from credit_cli.rules.built_functions import Body, joined, name
from credit_cli.rules.built_tests import seen_by, test_is, truth_of
from credit_cli.rules.conditions import (
    AllOf,
    AnyOf,
    Condition,
    FactCheck,
    Facts,
    Not,
    UnaryTest,
    tests_of,
)

T = TypeVar("T")
Checks = tuple[tuple[FactCheck, ...], ...]

_FOUND = "found"


def compile_first(rows: Sequence[Condition]) -> Callable[[Facts], int]:
    """Give the place of the first row that is true of the facts, else -1."""
    return compile_choice([(row, n) for n, row in enumerate(rows)], -1)


def compile_choice(rows: Sequence[tuple[Condition, T]], otherwise: T) -> Callable[[Facts], T]:
    """Give what stands beside the first row that is true of the facts, else `otherwise`."""
    body = Body()
    for branch in _branches(body, [(_parts(row), chosen) for row, chosen in rows]):
        body.statements.append(branch)  # after the facts that it looks up, before those of the next
    return body.function(body.constant(otherwise))


def _parts(row: Condition) -> tuple[Condition, ...]:
    return row.parts if isinstance(row, AllOf) else (row,)


def _branches(body: Body, rows: Iterable[tuple[tuple[Condition, ...], Any]]) -> Iterator[ast.stmt]:
    """Neighbouring rows that begin with the same test ask it once, as their cells are merged."""
    for (lead, _), group in groupby(rows, key=lambda row: (row[0][:1], _apart(row[0]))):
        (parts, chosen), *more = group
        if more:
            rest = [(own[1:], one) for own, one in [(parts, chosen), *more]]
            within = [*_branches(body, rest)]
            yield ast.If(_is(body, lead[0], wanted=True), within, [])
        else:
            then = ast.Return(body.constant(chosen))
            yield ast.If(_is(body, AllOf(parts), wanted=True), [then], [])


def _apart(parts: tuple[Condition, ...]) -> object:
    """A row of its own: one without tests, or with facts that are worked out when it is reached."""
    plain = parts and all(test.derived is None for test in tests_of(AllOf(parts)))
    return None if plain else object()


def compile_all(rows: Sequence[Condition]) -> Callable[[Facts], tuple[int, ...]]:
    """Give the places of all rows that are true of the facts."""
    body = Body()
    body.assign(_FOUND, ast.Tuple([], ast.Load()))
    for n, row in enumerate(rows):
        place = ast.Tuple([ast.Constant(n)], ast.Load())
        added = ast.AugAssign(ast.Name(_FOUND, ast.Store()), ast.Add(), place)
        body.branch(_is(body, row, wanted=True), added)
    return body.function(name(_FOUND))


def compile_trace(rows: Sequence[Condition]) -> Callable[[Facts], tuple[int, Checks]]:
    """The first row that is true, else -1, and every test of every row as it went."""
    body = Body()
    checks = [ast.Tuple([_check(body, test) for test in tests_of(row)], ast.Load()) for row in rows]
    body.assign(_FOUND, ast.Tuple([*checks], ast.Load()))
    for n, row in enumerate(rows):
        result = ast.Tuple([ast.Constant(n), name(_FOUND)], ast.Load())
        body.branch(_is(body, row, wanted=True), ast.Return(result))
    return body.function(ast.Tuple([ast.Constant(-1), name(_FOUND)], ast.Load()))


def _is(body: Body, condition: Condition, *, wanted: bool) -> ast.expr:
    """Whether the condition is true, or (`wanted` False) whether it is false."""
    match condition:
        case Not(part):
            return _is(body, part, wanted=not wanted)
        case AllOf(parts) | AnyOf(parts):
            every = isinstance(condition, AllOf) is wanted
            asked = [_is(body, part, wanted=wanted) for part in parts]
            return joined(asked, every=every)
        case _:
            return test_is(body, condition, wanted)


def _check(body: Body, test: UnaryTest) -> ast.expr:
    holds = body.variable("t", test, lambda: truth_of(body, test))
    made = body.object(partial(tuple.__new__, FactCheck))
    shown = ast.Constant(test.fact), ast.Constant(test.written), seen_by(body, test), holds
    return body.variable("c", test, lambda: ast.Call(made, [ast.Tuple([*shown], ast.Load())], []))
