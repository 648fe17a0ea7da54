"""How a policy writes score models.

    [score.jinye]
    base = 1000
    min = 0
    max = 1200
    [[score.jinye.indicator]]
    id = "penalties"
    over = "records"                          # a list; its elements are asked `where`
    where = { type = "penalty" }
    within = "5y"
    by = "decided_on"                         # the date field; default: the list's own
    points = -30                              # or "1.5", or a formula of the element's fields
    once = "case"                             # of elements equal in this field the weightiest
    decay = [{ after = "12m", keep = "50%" }, { after = "24m", keep = "20%" }]
    cap = -100                                # of the total, on its side of nought
    [[score.jinye.indicator]]
    id = "volunteer"
    when = { volunteer = true }               # without a list: asked of the subject
    points = "min(volunteer.hours / 10, 50)"  # a number, or a formula of its facts

    [[score.jinye.indicator]]
    id = "inspections"
    over = "inspections"
    else = -5                                 # of the rest; without it they give none
    [[score.jinye.indicator.row]]             # instead of `points`: the first row that holds
    when = { severity = "serious" }
    points = -50

`decimals = 2` on the model: the indicators count exactly, `base`, `min`, `max` and
`cap` may be decimals, and the score alone is rounded, half up, to so many places.
`points = { open = "why" }`: the source leaves them open; the score of whom they
concern is unknown. A list's `party` takes the elements of related persons. `rounding`, if written,
is "half_up": of an indicator's total, to whole points.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any

from credit_cli.rules.cells import ConditionFault, check_keys, operand, read_each
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import ALWAYS, Condition, FactType, Kind
from credit_cli.rules.durations import parse_duration
from credit_cli.rules.formulas import Formula, parse_formula
from credit_cli.rules.measurement_text import FieldTypes, read_measurement
from credit_cli.rules.measurements import How, Measurement
from credit_cli.rules.reckoning import MOST_PLACES
from credit_cli.rules.scores import (
    Decay,
    Indicator,
    OpenPoints,
    Points,
    PointTable,
    ScoreModel,
)

Types = Mapping[str, FactType]
_WORDS = ("title", "title_en", "basis", "from", "until")
MODEL = ("base", "min", "max", "rounding", "decimals", "indicator", *_WORDS)
_LISTED = ("where", "within", "by", "party")
PART = ("id", "over", "when", *_LISTED, "points", "row", "else", "cap", "once", "decay", *_WORDS)
_NUMBER, _DECIMAL = FactType(kind=Kind.NUMBER), FactType(kind=Kind.DECIMAL)
_PERCENT = FactType(kind=Kind.PERCENT)


def read_score(code: str, raw: Mapping[str, Any], types: Types) -> ScoreModel:
    """One score model; ConditionFault's path is below `raw`."""
    check_keys(raw, MODEL, ("base",))
    if raw.get("rounding", "half_up") != "half_up":
        name = str(raw["rounding"])
        raise ConditionFault("unknown_name", "rounding", name=name, known=["half_up"])
    parts = raw.get("indicator", [])
    if not isinstance(parts, list) or not all(isinstance(one, dict) for one in parts):
        raise ConditionFault("wrong_value", "indicator", seen=str(parts), expected="list_type")
    decimals = _decimals(raw)
    kind = _NUMBER if decimals is None else _DECIMAL
    model = ScoreModel(
        code=code,
        base=operand("base", raw["base"], kind),
        least=operand("min", raw["min"], kind) if "min" in raw else None,
        most=operand("max", raw["max"], kind) if "max" in raw else None,
        decimals=decimals,
        indicators=read_each(
            partial(_indicator, n, one, types, kind) for n, one in enumerate(parts)
        ),
        title=str(raw.get("title", "")),
        title_en=str(raw.get("title_en", "")),
    )
    _check(model)
    return model


def _decimals(raw: Mapping[str, Any]) -> int | None:
    """As many places as a decimal is written with."""
    places = raw.get("decimals")
    if places is not None and (
        not isinstance(places, int) or isinstance(places, bool) or not 0 <= places <= MOST_PLACES
    ):
        raise ConditionFault("wrong_value", "decimals", seen=str(places), expected="places")
    return places


def _check(model: ScoreModel) -> None:
    """The base lies within the bounds, and each indicator has a name of its own."""
    if model.least is not None and model.base < model.least:
        raise ConditionFault("score_bounds", "min", base=model.base)
    if model.most is not None and model.base > model.most:
        raise ConditionFault("score_bounds", "max", base=model.base)
    ids = [one.id for one in model.indicators]
    for n, one in enumerate(ids):
        if one in ids[:n]:
            raise ConditionFault("said_twice_id", ("indicator", n, "id"), name=one)


def _indicator(n: int, raw: Mapping[str, Any], types: Types, kind: FactType) -> Indicator:
    try:
        return _read_indicator(raw, types, kind)
    except ConditionFault as fault:
        raise fault.below("indicator", n) from None


def _read_indicator(raw: Mapping[str, Any], types: Types, kind: FactType) -> Indicator:
    check_keys(raw, PART, ("id",) if "row" in raw else ("id", "points"))
    asked = _asked(raw, types)
    return Indicator(
        id=str(raw["id"]),
        points=_table(raw, asked, types) if "row" in raw else _sizes(raw["points"], asked.fields),
        elements=asked.elements,
        when=asked.when,
        cap=_cap(raw, kind),
        once=_once(raw, asked.fields),
        decay=_decay(raw, asked.elements),
        title=str(raw.get("title", "")),
        title_en=str(raw.get("title_en", "")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What an indicator looks at, and the fields that this has."""

    elements: Measurement | None = None
    when: Condition = ALWAYS
    fields: Types


def _asked(raw: Mapping[str, Any], types: Types) -> _Asked:
    if "over" not in raw:
        for name in (*_LISTED, "once", "decay"):
            if name in raw:
                raise ConditionFault("missing_key", "over")
        return _Asked(when=_when(raw, types), fields=types)
    if "when" in raw:
        known = [one for one in PART if one != "when"]
        raise ConditionFault("unknown_key", "when", name="when", known=known)
    narrowed = {name: raw[name] for name in _LISTED if name in raw}
    over = str(raw["over"])
    elements, _ = read_measurement(over, How.COUNT, narrowed, types, read_condition)
    return _Asked(elements=elements, fields=types[over].fields or {})


def _when(raw: Mapping[str, Any], types: Types) -> Condition:
    if not isinstance(raw.get("when", {}), dict):
        raise ConditionFault("table_of_tests", "when")
    try:
        return read_condition(raw.get("when", {}), types)
    except ConditionFault as fault:
        raise fault.below("when") from None


def _sizes(raw: Any, fields: Types) -> Points:  # noqa: ANN401 - a TOML value
    if not isinstance(raw, dict):
        return _points(raw, fields)
    why = raw.get("open")
    if set(raw) != {"open"} or not isinstance(why, str) or not why:
        raise ConditionFault("wrong_value", "points", seen=str(raw), expected="open")
    return OpenPoints(written=f"open: {why}")


def _table(raw: Mapping[str, Any], asked: "_Asked", types: Types) -> PointTable:
    """Points by rows; `else` gives those of whom no row holds."""
    if "points" in raw:
        raise ConditionFault("unknown_key", "points", name="points", known=["row", "else"])
    rows = raw["row"]
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise ConditionFault("wrong_value", "row", seen=str(rows), expected="list_type")
    fields = FieldTypes(asked.fields, types) if asked.elements else types
    read = read_each(partial(_row, n, one, fields) for n, one in enumerate(rows))
    try:
        otherwise = _points(raw.get("else", 0), fields)
    except ConditionFault as fault:
        raise ConditionFault(fault.code, "else", **fault.params) from None
    said = (json.dumps(one["when"], ensure_ascii=False, default=str) for one in rows)
    parts = [f"{one['points']}: {when}" for one, when in zip(rows, said, strict=True)]
    written = "; ".join([*parts, f"else {raw.get('else', 0)}"])
    return PointTable(written=written, rows=read, otherwise=otherwise)


def _row(
    n: int, raw: Mapping[str, Any], fields: Types
) -> tuple[Condition, Formula | Decimal | int]:
    try:
        check_keys(raw, ("when", "points", *_WORDS), ("when", "points"))
        return _when(raw, fields), _points(raw["points"], fields)
    except ConditionFault as fault:
        raise fault.below("row", n) from None


def _points(raw: Any, fields: Types) -> Formula | Decimal | int:  # noqa: ANN401 - a TOML value
    try:
        number: Decimal | int = operand("points", raw, _DECIMAL)
    except ConditionFault:
        if not isinstance(raw, str):
            raise
        return _formula(raw, fields)
    return number


def _formula(text: str, fields: Types) -> Formula:
    try:
        formula = parse_formula(text, fields)
    except ConditionFault as fault:
        raise fault.below("points") from None
    if formula.kind not in ("number", "decimal"):
        raise ConditionFault("wrong_value", "points", seen=text, expected="number")
    return formula


def _once(raw: Mapping[str, Any], fields: Types) -> str:
    name = raw.get("once", "")
    known = sorted(name for name, one in fields.items() if one.kind is not Kind.LIST)
    if name and name not in known:
        raise ConditionFault("unknown_name", "once", name=str(name), known=known)
    return str(name)


def _decay(raw: Mapping[str, Any], elements: Measurement | None) -> tuple[Decay, ...]:
    """Steps in one unit, each later than the one before."""
    parts = raw.get("decay", [])
    if not isinstance(parts, list) or not all(isinstance(one, dict) for one in parts):
        raise ConditionFault("wrong_value", "decay", seen=str(parts), expected="list_type")
    if parts and elements and not elements.by:
        raise ConditionFault("needs_by", "decay")
    steps = tuple(_step(n, one) for n, one in enumerate(parts))
    for n, (one, later) in enumerate(pairwise(steps)):
        if one.after.unit != later.after.unit or one.after.n >= later.after.n:
            raise ConditionFault("decay_must_rise", ("decay", n + 1, "after"))
    return steps


def _step(n: int, raw: Mapping[str, Any]) -> Decay:
    try:
        check_keys(raw, ("after", "keep"), ("after", "keep"))
        return Decay(after=parse_duration(str(raw["after"])), keep=_keep(raw["keep"]))
    except ConditionFault as fault:
        raise fault.below("decay", n) from None
    except ValueError:
        path, seen = ("decay", n, "after"), str(raw["after"])
        raise ConditionFault("wrong_value", path, seen=seen, expected="duration") from None


def _keep(raw: Any) -> Decimal | int:  # noqa: ANN401 - a TOML value
    keep: Decimal | int = operand("keep", raw, _PERCENT)
    if not 0 <= keep <= 100:  # noqa: PLR2004 - the meaning of per cent
        raise ConditionFault("wrong_value", "keep", seen=raw, expected="percentage")
    return keep


def _cap(raw: Mapping[str, Any], kind: FactType) -> Decimal | int | None:
    """Its sign says which side it bounds, so it is not nought."""
    if "cap" not in raw:
        return None
    cap: Decimal | int = operand("cap", raw["cap"], kind)
    if not cap:
        raise ConditionFault("wrong_value", "cap", seen="0", expected="cap")
    return cap
