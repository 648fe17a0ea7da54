"""Single tests as `ast` nodes: numbers, grades, words and flags compared in the code itself.

The rest, and what has no form of its own, asks `conditions.test_truth`.
"""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from credit_cli.rules.built_functions import (
    FACTS,
    GET,
    NOTHING,
    Body,
    class_of,
    compare,
    joined,
    name,
)
from credit_cli.rules.conditions import (
    Missing,
    Op,
    UnaryTest,
    is_missing,
    state_of,
    test_truth,
    value_of,
)
from credit_cli.rules.durations import Duration

_Ends = list[ast.expr | None]


class _Nowhere:
    """The place of a number that is missing: neither above nor below nor at any other."""

    def __lt__(self, _: object) -> bool:
        return False

    __le__ = __gt__ = __ge__ = __lt__


NOWHERE = _Nowhere()


def test_is(body: Body, test: UnaryTest, wanted: bool) -> ast.expr:
    """Whether the test is true, or (`wanted` False) whether it is false."""
    known = body.variables.get(("t", test))
    if known:
        return compare(name(known), ast.Is(), ast.Constant(wanted))
    form = _FORMS.get(test.op)
    if form:
        return form(body, test, wanted)
    return compare(_asked(body, test), ast.Is(), ast.Constant(wanted))


def _open_is(_body: Body, _test: UnaryTest, _wanted: bool) -> ast.expr:
    return ast.Constant(False)


def _present_is(body: Body, test: UnaryTest, wanted: bool) -> ast.expr:
    missing = (test.op is Op.ABSENT) is wanted
    return compare(_value(body, test), ast.Is() if missing else ast.IsNot(), NOTHING)


def _state_is(body: Body, test: UnaryTest, wanted: bool) -> ast.expr:
    return _among(body, body.call(state_of, seen_by(body, test)), test.operands, inside=wanted)


def _word_is(body: Body, test: UnaryTest, wanted: bool) -> ast.expr:
    value, inside = _value(body, test), (test.op is not Op.NOT_IN) is wanted
    asked = _among(body, value, test.operands, inside=inside)
    if inside:  # what is missing is None, which no operand is
        return asked
    return joined([compare(value, ast.IsNot(), NOTHING), asked], every=True)


def _range_is(body: Body, test: UnaryTest, wanted: bool) -> ast.expr:
    if test.order:
        words = tuple(one for one in test.order if test_truth(test, one, {}) is wanted)
        return _among(body, _value(body, test), words, inside=True)
    low, low_included, high, high_included = test.operands
    if isinstance(low or high, Duration):  # which have an order only as of a day
        return compare(_asked(body, test), ast.Is(), ast.Constant(wanted))
    number = _number(body, test)
    if low is None and high is None:
        known = compare(number, ast.IsNot(), body.object(NOWHERE))
        return known if wanted else ast.Constant(False)
    ends = [None if end is None else body.constant(end) for end in (low, high)]
    signs = [_up_to(included is wanted) for included in (low_included, high_included)]
    return _inside(number, ends, signs) if wanted else _outside(number, ends, signs)


def _inside(number: ast.expr, ends: _Ends, signs: list[ast.cmpop]) -> ast.expr:
    given = [sign for sign, end in zip(signs, ends, strict=True) if end is not None]
    first, *rest = (one for one in (ends[0], number, ends[1]) if one is not None)
    return ast.Compare(first, given, rest)


def _outside(number: ast.expr, ends: _Ends, signs: list[ast.cmpop]) -> ast.expr:
    (low, high), (below, above) = ends, signs
    under = [compare(number, below, low)] if low is not None else []
    over = [compare(high, above, number)] if high is not None else []
    return joined([*under, *over], every=False)


def _up_to(included: bool) -> ast.cmpop:
    return ast.LtE() if included else ast.Lt()


_FORMS: Mapping[Op, Callable[[Body, UnaryTest, bool], ast.expr]] = {
    Op.OPEN: _open_is,
    Op.PRESENT: _present_is,
    Op.ABSENT: _present_is,
    Op.STATE: _state_is,
    Op.EQUAL: _word_is,
    Op.IN: _word_is,
    Op.NOT_IN: _word_is,
    Op.RANGE: _range_is,
}


def _among(body: Body, value: ast.expr, operands: tuple[Any, ...], *, inside: bool) -> ast.expr:
    if len(operands) == 1:
        return compare(value, ast.Eq() if inside else ast.NotEq(), body.constant(operands[0]))
    words = body.object(frozenset(operands))
    return compare(value, ast.In() if inside else ast.NotIn(), words)


def _asked(body: Body, test: UnaryTest) -> ast.expr:
    """What the operator says of a kind of test that has no form of its own here."""
    return body.call(test_truth, body.object(test), seen_by(body, test), name(FACTS))


def truth_of(body: Body, test: UnaryTest) -> ast.expr:
    """True, False or None."""
    if test.op not in _FORMS:
        return _asked(body, test)
    true, false = (test_is(body, test, wanted) for wanted in (True, False))
    return ast.IfExp(true, ast.Constant(True), ast.IfExp(false, ast.Constant(False), NOTHING))


def seen_by(body: Body, test: UnaryTest) -> ast.expr:
    """What the facts say, a state included."""
    fact = ast.Constant(test.fact)
    if test.derived is None:
        return body.variable("f", test.fact, lambda: ast.Call(name(GET), [fact], []))
    derived = body.object(test.derived)
    return body.variable("f", test.fact, lambda: body.call(value_of, fact, derived, name(FACTS)))


def _value(body: Body, test: UnaryTest) -> ast.expr:
    """The value, or None."""
    seen = seen_by(body, test)
    missing = compare(class_of(seen), ast.Is(), body.named(Missing))
    return body.variable("v", test.fact, lambda: ast.IfExp(missing, NOTHING, seen))


def _number(body: Body, test: UnaryTest) -> ast.expr:
    """What a range without an order is asked of, or nowhere."""
    seen = seen_by(body, test)
    whole = compare(class_of(seen), ast.Is(), body.named(int))
    other = body.call(_ordered, seen)
    return body.variable("n", test.fact, lambda: ast.IfExp(whole, seen, other))


def _ordered(value: Any) -> Any:  # noqa: ANN401 - a fact's value
    return NOWHERE if is_missing(value) or isinstance(value, str) else value
