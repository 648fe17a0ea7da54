"""Tests that compare a fact with another or with a formula: `> due_on`, `<= price + 10%`.

Such a test is a flag worked out of both, named as it is written. Among the
fields of an element the formula's names are its fields first, then the facts of
the subject.
"""

import re
from collections.abc import Mapping
from typing import Any

from credit_cli.rules.cells import ConditionFault
from credit_cli.rules.conditions import FactType, Kind, Op, UnaryTest
from credit_cli.rules.derived import ComparedFact, FactValue
from credit_cli.rules.formulas import parse_formula
from credit_cli.rules.measurement_text import FieldTypes

_COMPARISON = re.compile(r"(>=|<=|>|<|=|≥|≤)\s*(.*[A-Za-z].*)", re.DOTALL)
_SIGNS = {"≥": ">=", "≤": "<="}
_ALIKE = ((Kind.NUMBER, Kind.DECIMAL, Kind.MONEY), (Kind.PERCENT,), (Kind.DATE,))


def read_comparison(key: str, text: Any, types: Mapping[str, FactType]) -> UnaryTest | None:  # noqa: ANN401
    """The test, or None if the text compares with nothing; ConditionFault for a wrong formula."""
    match = _COMPARISON.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        return None
    written, other = match.groups()
    sign, other = _SIGNS.get(written, written), other.strip()
    around = types.around if isinstance(types, FieldTypes) else {}
    kind, known = types[key], {**around, **types}
    if kind.kind is Kind.DURATION:
        return None
    if other in known and kind.kind not in sum(_ALIKE, ()):
        right = _alike(key, kind, other, known)
    else:
        right = _formula(key, kind, other, known)
        if right is None:
            return None
    local = frozenset(types) if around else frozenset()
    derived = ComparedFact(
        left=FactValue(written=key, derived=kind.derived),
        sign=sign,
        right=right,
        order=kind.values if kind.kind is Kind.GRADE else (),
        local=local,
    )
    return UnaryTest(
        fact=f"{key} {sign} {other}",
        written="true",
        op=Op.EQUAL,
        operands=(True,),
        derived=derived,
    )


def _alike(key: str, kind: FactType, other: str, known: Mapping[str, FactType]) -> FactValue:
    if known[other].kind is not kind.kind or known[other].values != kind.values:
        raise ConditionFault("wrong_value", key, seen=other, expected=kind.kind.value)
    return FactValue(written=other, derived=known[other].derived)


def _formula(key: str, kind: FactType, text: str, known: Mapping[str, FactType]) -> Any:  # noqa: ANN401
    group = next((group for group in _ALIKE if kind.kind in group), ())
    if not group:
        return None
    try:
        formula = parse_formula(text, known)
    except ConditionFault as fault:
        raise fault.below(key) from None
    if not formula.names:
        return None
    if formula.kind not in [one.value for one in group]:
        raise ConditionFault("wrong_value", key, seen=text, expected=kind.kind.value)
    return formula
