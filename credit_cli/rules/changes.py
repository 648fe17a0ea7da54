"""Adjustments of what was granted: by a signed amount, by a formula, or to a share of it.

    by = -1            places of a grade, so many more or fewer, fen
    by = "-0.2%"       of a percentage so many points, of any other size that share of it
    by = "+2wd"        of a limit, in its own unit
    by = "-penalties"  a formula
    times = "80%"      that share of it

A grade stops at the ends of its scale, a limit and money at nought; money is
rounded down to whole fen, any other whole number half up. What lacks a fact, or
adds limits of different units, leaves the size open.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from credit_cli.rules.cells import ConditionFault
from credit_cli.rules.conditions import Facts, FactType, is_missing
from credit_cli.rules.formulas import KINDS, Formula, parse_formula
from credit_cli.rules.measures import Measure, MeasureKind, Open
from credit_cli.rules.reckoning import round_half_up

_SIZE = "_size"  # what is adjusted, in its formula
_SIGNS = "+-\uff0b\uff0d\u2212"


def read_change(
    key: str,
    raw: Any,  # noqa: ANN401 - a TOML value
    measure: Measure,
    types: Mapping[str, FactType],
    limits: Mapping[str, str],
) -> Formula:
    """The formula of the new size, under the key `by` or `times`; ConditionFault."""
    kind = "number" if measure.kind is MeasureKind.GRADE else measure.kind.value
    is_number = isinstance(raw, (int, Decimal)) and not isinstance(raw, bool)
    text = raw.strip() if isinstance(raw, str) else str(raw)
    if kind not in KINDS or not text or not (is_number or isinstance(raw, str)):
        raise ConditionFault("wrong_value", key, seen=raw, expected=measure.kind.value)
    before = f"{_SIZE} * (" if key == "times" else f"{_SIZE} "
    after = ")" if key == "times" else ""
    if key == "by" and text[0] not in _SIGNS:
        before, after = f"{_SIZE} + (", ")"
    try:
        formula = parse_formula(before + text + after, types, {**limits, _SIZE: kind})
    except ConditionFault as fault:
        params = dict(fault.params)
        if "column" in params:
            params["column"] = max(params["column"] - len(before), 1)
        raise ConditionFault(fault.code, key, **params) from None
    whole = ("number",) if measure.kind is MeasureKind.GRADE else ("number", "decimal")
    if formula.kind != kind and not {formula.kind, kind} <= {*whole}:
        raise ConditionFault("formula_kind", key, seen=formula.kind, expected=measure.kind.value)
    return formula


def changed(change: Formula, measure: Measure, size: Any, facts: Facts) -> Any:  # noqa: ANN401
    """The size after the adjustment; Open if it cannot be reckoned."""
    graded = measure.kind is MeasureKind.GRADE
    here = measure.values.index(size) if graded else size
    found: Any = change.value({**facts, _SIZE: here})
    if is_missing(found):
        return Open(why=change.written.replace(_SIZE, measure.code))
    match measure.kind:
        case MeasureKind.GRADE:
            return measure.values[max(0, min(found, len(measure.values) - 1))]
        case MeasureKind.MONEY:
            return max(found, 0)
        case MeasureKind.NUMBER:
            return round_half_up(Fraction(found))
    return found
