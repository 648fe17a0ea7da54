"""How a policy writes the size of a measure: a literal of its kind, a formula, or left open."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from credit_cli.rules.cells import ConditionFault, read_value
from credit_cli.rules.conditions import FactType, Kind
from credit_cli.rules.derived import FactValue, ShareFact, WholeFen
from credit_cli.rules.durations import parse_duration
from credit_cli.rules.formulas import is_share, parse_formula
from credit_cli.rules.measures import Measure, MeasureKind, Open

_END = r"(?:[0-9]+(?:\.[0-9]+)?(?:%|wd|d|m|y)?)?"
_RANGE = re.compile(rf"[\[(]\s*{_END}\s*\.\.\s*{_END}\s*[\])]")
_SAME = {
    MeasureKind.FLAG: Kind.FLAG,
    MeasureKind.NUMBER: Kind.NUMBER,
    MeasureKind.DECIMAL: Kind.DECIMAL,
    MeasureKind.PERCENT: Kind.PERCENT,
    MeasureKind.MONEY: Kind.MONEY,
    MeasureKind.GRADE: Kind.GRADE,
    MeasureKind.SET: Kind.SET,
    MeasureKind.TEXT: Kind.TEXT,
    MeasureKind.DATE: Kind.DATE,
    MeasureKind.DURATION: Kind.DURATION,
}
_RECKONED = (
    MeasureKind.NUMBER,
    MeasureKind.DECIMAL,
    MeasureKind.PERCENT,
    MeasureKind.MONEY,
    MeasureKind.DURATION,
    MeasureKind.DATE,
)


def read_amount(
    raw: Any,  # noqa: ANN401 - a TOML value
    measure: Measure,
    types: Mapping[str, FactType],
    limits: Mapping[str, str],
) -> Any:  # noqa: ANN401 - a literal, Open or a formula
    """The value of a measure; ConditionFault with a path below the value."""
    if isinstance(raw, dict) and set(raw) == {"fact"}:
        return _of_fact(raw["fact"], measure, types)
    if isinstance(raw, dict):
        why = raw.get("open")
        if set(raw) != {"open"} or not isinstance(why, str) or not why:
            raise ConditionFault("wrong_value", (), seen=raw, expected="open")
        return Open(why=why)
    try:
        return _literal(raw, measure)
    except ConditionFault as fault:
        if isinstance(raw, str) and raw in types and measure.kind not in _RECKONED:
            return _of_fact(raw, measure, types)
        if measure.kind not in _RECKONED or not isinstance(raw, str):
            raise
        return _formula(raw, measure, types, limits, fault)


def _of_fact(name: Any, measure: Measure, types: Mapping[str, FactType]) -> FactValue:  # noqa: ANN401
    """`{ fact = "name" }`, or the bare name where it can be nothing else."""
    kind = types.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ConditionFault("unknown_fact", "fact", name=str(name), known=sorted(types))
    strange = set(kind.values) - set(measure.values) if measure.values else ()
    if measure.kind is MeasureKind.RANGE or strange or kind.kind is not _fitting(measure, kind):
        seen, expected = kind.kind.value, measure.kind.value
        raise ConditionFault("formula_kind", "fact", seen=seen, expected=expected)
    return FactValue(written=name, derived=kind.derived)


def _fitting(measure: Measure, kind: FactType) -> Kind | None:
    same = _SAME.get(measure.kind)
    # A grade is a word too.
    return Kind.GRADE if same is Kind.TEXT and kind.kind is Kind.GRADE else same


def _literal(raw: Any, measure: Measure) -> Any:  # noqa: ANN401
    if measure.kind is MeasureKind.DURATION:
        return _checked(raw, parse_duration, "duration")
    if measure.kind is MeasureKind.RANGE:
        return _checked(raw, _range, "range")
    if measure.kind is MeasureKind.GRADE and not measure.values:
        raise ConditionFault("grade_needs_values", ())
    kind = FactType(kind=_SAME[measure.kind], values=measure.values)
    if measure.kind is MeasureKind.SET and not isinstance(raw, list):
        raw = [raw]
    try:
        return read_value("", raw, kind)
    except ConditionFault as fault:
        raise ConditionFault(fault.code, (), **fault.params) from None


def _checked(raw: Any, parse: Callable[[str], Any], expected: str) -> Any:  # noqa: ANN401
    try:
        return parse(raw if isinstance(raw, str) else "")
    except ValueError:
        raise ConditionFault("wrong_value", (), seen=raw, expected=expected) from None


def _range(text: str) -> str:
    if not _RANGE.fullmatch(text):
        raise ValueError(text)
    return text.replace(" ", "")


def _formula(
    raw: str,
    measure: Measure,
    types: Mapping[str, FactType],
    limits: Mapping[str, str],
    literal: ConditionFault,
) -> Any:  # noqa: ANN401 - a formula
    if measure.kind is MeasureKind.PERCENT and not re.search("[%a-z]", raw):
        raise literal  # "30" is no percentage
    try:
        formula = parse_formula(raw, types, limits)
    except ConditionFault as fault:
        # Text without a sign or a name was meant as a plain value.
        raise (fault if re.search(r"[-+*/(]|[a-z]{3}", raw) else literal) from None
    wanted = measure.kind.value
    if wanted == "percent" and is_share(formula):
        return ShareFact(written=formula.written, quotient=formula)
    alike = {"number": ("number",), "decimal": ("number", "decimal")}
    money = {"money": ("money", "number", "decimal"), "percent": ("percent", "decimal")}
    if formula.kind not in (*alike.get(wanted, ()), *money.get(wanted, ()), wanted):
        raise ConditionFault("formula_kind", (), seen=formula.kind, expected=wanted)
    return WholeFen(written=formula.written, sum=formula) if wanted == "money" else formula
