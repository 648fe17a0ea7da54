"""The atoms of conditions as columns of SQL: 1 true, 0 false, NULL neither.

Equal on SQLite and PostgreSQL to `rules.conditions.test_truth` for facts that
stand in columns: numbers and money as integers, grades and words as text,
flags as booleans, dates as dates. NULL is a fact without a value, and its
state, if the fact has any but `no_record`, stands in a column of its own.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, and_, case, func, literal, not_, or_

from credit_cli.rules.atoms import days_of
from credit_cli.rules.conditions import NO_RECORD, Op, UnaryTest, test_truth
from credit_cli.rules.durations import Duration

Sql = ColumnElement[Any]
Column = ColumnElement[Any]


class FactColumns(NamedTuple):
    """Where a fact stands; without a `state` it is no_record where it has no value."""

    value: Sql
    state: Sql | None = None


Facts = Mapping[str, FactColumns]


def atom_column(test: UnaryTest, facts: Facts, today: date) -> Column | None:
    """The truth of an atom of every row; None without a column, and for lists, sets, durations."""
    found, form = facts.get(test.fact), _FORMS.get(test.op)
    if found is None or form is None:
        return None
    if form in (_range, _words) and any(isinstance(one, Duration) for one in test.operands):
        return None  # durations have an order only as of a day
    return form(test, found, facts, today)


def _truth(holds: Sql, *, unless: Sql | None = None) -> Column:
    """1, 0 or NULL, as SQL itself finds the comparison true, false or neither."""
    return case((holds, 1), (not_(holds) if unless is None else unless, 0))


def _open(_test: UnaryTest, _found: FactColumns, _facts: Facts, _today: date) -> Column:
    return literal(None, Integer)


def _present(test: UnaryTest, found: FactColumns, _facts: Facts, _today: date) -> Column:
    missing = test.op is Op.ABSENT
    return _truth(found.value.is_(None) if missing else found.value.is_not(None))


def _state(test: UnaryTest, found: FactColumns, _facts: Facts, _today: date) -> Column:
    state = literal(str(NO_RECORD)) if found.state is None else found.state
    named = func.coalesce(state, str(NO_RECORD)).in_(test.operands)
    return _truth(and_(found.value.is_(None), named))


def _words(test: UnaryTest, found: FactColumns, _facts: Facts, _today: date) -> Column:
    inside = or_(*(found.value == one for one in test.operands))
    return _truth(not_(inside) if test.op is Op.NOT_IN else inside)


def _range(test: UnaryTest, found: FactColumns, _facts: Facts, _today: date) -> Column:
    if test.order:
        within = [one for one in test.order if test_truth(test, one, {})]
        without = [one for one in test.order if one not in within]
        return _truth(found.value.in_(within), unless=found.value.in_(without))
    low, low_included, high, high_included = test.operands
    ends = [found.value.is_not(None)] if low is None and high is None else []
    if low is not None:
        ends.append(found.value >= low if low_included else found.value > low)
    if high is not None:
        ends.append(found.value <= high if high_included else found.value < high)
    return case((found.value.is_(None), None), (and_(*ends), 1), else_=0)


def _contains(test: UnaryTest, found: FactColumns, _facts: Facts, _today: date) -> Column:
    # LIKE of SQLite takes upper case for lower; what loses a word by its removal held it.
    held = (func.replace(found.value, one, "") != found.value for one in test.operands)
    return _truth(or_(*held))


def _age(test: UnaryTest, found: FactColumns, _facts: Facts, today: date) -> Column:
    first, last = days_of(test, today)
    return _truth(and_(found.value >= first, found.value <= last))


def _same(test: UnaryTest, found: FactColumns, facts: Facts, _today: date) -> Column | None:
    other = facts.get(test.operands[0])
    return None if other is None else _truth(found.value == other.value)


_FORMS: Mapping[Op, Callable[[UnaryTest, FactColumns, Facts, date], Column | None]] = {
    Op.OPEN: _open,
    Op.PRESENT: _present,
    Op.ABSENT: _present,
    Op.STATE: _state,
    Op.EQUAL: _words,
    Op.IN: _words,
    Op.NOT_IN: _words,
    Op.RANGE: _range,
    Op.CONTAINS: _contains,
    Op.WITHIN: _age,
    Op.OVER_AGO: _age,
    Op.LEAST_AGO: _age,
    Op.NEXT: _age,
    Op.SAME: _same,
}
