"""Conditions of the policy language as cells of a DMN table, or why they are none.

Of a fact without a value nothing holds here, while in FEEL `not("a")` is true
of it: so `null` stands among what is denied unless the condition says `absent`.
"""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from credit_cli.intake.feel_tokens import plain_number
from credit_cli.rules.conditions import AllOf, AnyOf, Condition, Not, Op, UnaryTest, tests_of

_NULL = "null"


class Unsayable(ValueError):
    """What no cell can say: `code` (of `dmn.fault_`) and `seen`."""

    def __init__(self, code: str, seen: str) -> None:
        super().__init__(code)
        self.code, self.seen = code, seen


def cells(condition: Condition) -> Iterator[tuple[str, str]]:
    """The facts that a row asks and the cell of each; Unsayable."""
    if isinstance(condition, AllOf):
        for part in condition.parts:
            yield from cells(part)
        return
    facts = dict.fromkeys(one.fact for one in tests_of(condition))
    if len(facts) != 1:
        raise Unsayable("several_facts", ", ".join(facts))
    yield next(iter(facts)), _cell(condition)


def _cell(condition: Condition) -> str:
    parts = list(condition.parts) if isinstance(condition, AnyOf) else [condition]
    absent = any(isinstance(one, UnaryTest) and one.op is Op.ABSENT for one in parts)
    others = [one for one in parts if not (isinstance(one, UnaryTest) and one.op is Op.ABSENT)]
    denied = [one for one in others if _denies(one)]
    if not denied:
        return ", ".join([*(said for one in others for said in _said(one)), *[_NULL] * absent])
    if len(others) > 1:
        raise Unsayable("or_not", _written(condition))
    inner, plain = _inside(denied[0])
    if absent and not plain:
        raise Unsayable("or_not", _written(condition))
    return f"not({', '.join([*inner, *[_NULL] * (plain and not absent and _NULL not in inner)])})"


def _denies(one: Condition) -> bool:
    return isinstance(one, Not) or (
        isinstance(one, UnaryTest) and one.op in (Op.NOT_IN, Op.PRESENT)
    )


def _inside(one: Condition) -> tuple[list[str], bool]:
    """What is denied, and whether it is only values named one by one."""
    match one:
        case UnaryTest(op=Op.PRESENT):
            return [_NULL], False
        case UnaryTest(op=Op.NOT_IN, operands=operands):
            return list(map(feel_literal, operands)), True
        case Not(part):
            if any(
                test.op not in (Op.EQUAL, Op.IN, Op.RANGE, Op.ABSENT) for test in tests_of(part)
            ):
                raise Unsayable("or_not", _written(one))
            return list(_said(part)), all(map(_by_name, tests_of(part)))
    raise Unsayable("or_not", _written(one))


def _by_name(test: UnaryTest) -> bool:
    """Whether a test names its values one by one, as a range of grades does in FEEL."""
    return test.op in (Op.EQUAL, Op.IN) or bool(test.order)


def _written(condition: Condition) -> str:
    return ", ".join(one.written for one in tests_of(condition))


def _said(condition: Condition) -> Iterator[str]:
    match condition:
        case AnyOf(parts):
            for part in parts:
                yield from _said(part)
        case UnaryTest(op=Op.EQUAL | Op.IN, operands=operands):
            yield from map(feel_literal, operands)
        case UnaryTest(op=Op.ABSENT):
            yield _NULL
        case UnaryTest(op=Op.RANGE):
            yield from _range(condition)
        case _:
            raise Unsayable("test_unsayable", _written(condition))


def _range(test: UnaryTest) -> Iterator[str]:
    low, low_in, high, high_in = test.operands
    if test.order:
        first = 0 if low is None else low + (not low_in)
        last = len(test.order) - 1 if high is None else high - (not high_in)
        yield from (feel_literal(one) for one in test.order[first : last + 1])
    elif high is None:
        yield f"{'>=' if low_in else '>'} {feel_literal(low)}"
    elif low is None:
        yield f"{'<=' if high_in else '<'} {feel_literal(high)}"
    else:
        ends = "[" if low_in else "(", "]" if high_in else ")"
        yield f"{ends[0]}{feel_literal(low)}..{feel_literal(high)}{ends[1]}"


def feel_literal(value: Any) -> str:  # noqa: ANN401 - a value of a fact
    """A value as FEEL writes it."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value, ensure_ascii=False)
        case int() | Decimal():
            return plain_number(Decimal(value))
        case date():
            return f'date("{value.isoformat()}")'
    raise Unsayable("test_unsayable", str(value)[:60])
