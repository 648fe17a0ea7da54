"""Which facts conditions rest on, with those left out that others are worked out of."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from credit_cli.rules.conditions import (
    ALWAYS,
    UNKNOWN,
    Condition,
    Not,
    Op,
    UnaryTest,
    end_of,
    tests_of,
)
from credit_cli.rules.derived import ComparedFact, FactValue, FlagFact, TableFact

_AGO = (Op.WITHIN, Op.OVER_AGO, Op.LEAST_AGO, Op.NEXT)

# Conditions with the value that a fact has by the first that is true.
Rows = tuple[tuple[Condition, Any], ...]


def worked_out_by(test: UnaryTest) -> Rows | None:
    """The rows of a fact that a condition or a table of plain values works out."""
    match test.derived:
        case FlagFact(when=when) if when is not None:
            return (when, True), (Not(when), False), (ALWAYS, UNKNOWN)
        case TableFact(rows=rows, otherwise=otherwise):
            whole = (*rows, (ALWAYS, otherwise))
            return None if any(hasattr(value, "written") for _, value in whole) else whole
    return None


def relation_of(test: UnaryTest) -> UnaryTest | None:
    """The comparison of two facts as a test of how they stand: one fact for every sign."""
    compared = test.derived
    if not isinstance(compared, ComparedFact) or test.op is not Op.EQUAL:
        return None
    _, other = test.fact.split(f" {compared.sign} ", maxsplit=1)
    fact = f"{compared.left.written} : {other}"
    return replace(test, fact=fact, op=Op.IN, operands=_SIGNS[compared.sign])


def compared_by(test: UnaryTest) -> frozenset[str]:
    """The facts that must all have a value for a comparison to have a result."""
    if not isinstance(test.derived, ComparedFact):
        return frozenset()
    left, right = test.derived.left, test.derived.right
    others = {right.written} if isinstance(right, FactValue) else getattr(right, "names", ())
    return frozenset((left.written, *others))


_SIGNS = {">": (">",), ">=": ("=", ">"), "<": ("<",), "<=": ("<", "=")}


def by_fact(conditions: Iterable[Condition]) -> dict[str, list[UnaryTest]]:
    """The tests of each fact, those tested most often first."""
    tests = [test for one in conditions for test in _plain_tests(one)]
    often = Counter(test.fact for test in tests)
    found: dict[str, list[UnaryTest]] = {fact: [] for fact, _ in often.most_common()}
    for test in tests:
        found[test.fact].append(test)
        if test.op is Op.SAME:
            found.setdefault(test.operands[0], [])
    return found


def later_days(conditions: Iterable[Condition]) -> Iterator[date]:
    """Days on which facts asked for a day and for how long ago may be both."""
    for tests in by_fact(conditions).values():
        lengths = [test.operands[0] for test in tests if test.op in _AGO]
        if lengths:
            stated = (end for test in tests if test.op not in _AGO for end in test.operands)
            for day in {end for end in stated if isinstance(end, date)}:
                yield day
                yield from (_day_after(end_of(day, one)) for one in lengths)


def _day_after(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


def _plain_tests(condition: Condition) -> Iterator[UnaryTest]:
    for test in tests_of(condition):
        rows = worked_out_by(test) if test.op is not Op.SAME else None
        if rows is not None:
            for when, _ in rows:
                yield from _plain_tests(when)
        elif test.op is not Op.OPEN:
            yield relation_of(test) or test
