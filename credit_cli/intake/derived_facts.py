"""The facts that a pack declares, each by the way in which it says where it comes from."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from credit_cli.intake.fact_mentions import NAME
from credit_cli.intake.pack_reading import FactSources, Reading
from credit_cli.intake.policy_names import Path, known_name
from credit_cli.intake.scenario_shapes import FactShape
from credit_cli.rules.cells import ConditionFault, read_value
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import Derived, FactType, Kind
from credit_cli.rules.derived import (
    ExtremeFact,
    FactValue,
    FlagFact,
    MappedFact,
    ScenarioFact,
    ShareFact,
    TableFact,
)
from credit_cli.rules.formulas import is_share, parse_formula
from credit_cli.rules.measurement_text import read_measurement
from credit_cli.rules.measurements import How

_MEASURED = ("where", "holding", "of", "by", "within", "every", "per", "party", "chain")
_WAYS = ("over", "formula", "when", "row", "scenario", "mapped", "worst_of", "best_of")
_EXTREME = re.compile(r"(min|max)\(([A-Za-z0-9_., ]+)\)")
_RECKONED = (Kind.NUMBER, Kind.DECIMAL, Kind.PERCENT, Kind.MONEY)


def way_of(one: FactShape) -> str | None:
    """By which of its keys a fact is worked out; None if it is supplied."""
    return next((way for way in _WAYS if getattr(one, way) is not None), None)


def supplied_fact(
    reading: Reading, name: str, one: FactShape, scales: Mapping[str, tuple[str, ...]]
) -> FactType:
    """A fact that a source outside or the applicant supplies."""
    if one.type is None and one.scale is None:
        reading.faults.append((("fact", name), "fact_needs_type", {"known": ", ".join(_WAYS)}))
        return FactType(kind=Kind.GRADE)
    return _stated(reading, ("fact", name), one, scales)


def _stated(
    reading: Reading, path: Path, one: FactShape, scales: Mapping[str, tuple[str, ...]]
) -> FactType:
    values = one.values
    if one.scale is not None:
        reading.faults.extend(known_name((*path, "scale"), one.scale, scales))
        values = scales.get(one.scale, ())
    kind = Kind(one.type) if one.type else Kind.GRADE
    if kind is Kind.GRADE and not values and one.scale is None:
        reading.faults.append((path, "grade_needs_values", {}))
    return FactType(
        kind=kind,
        values=values,
        states=one.states,
        personal=one.personal,
        title=one.title,
        title_en=one.title_en,
    )


def derived_fact(reading: Reading, path: Path, one: FactShape, sources: FactSources) -> FactType:
    """A fact that is worked out of others; ConditionFault's path is below its table."""
    kind, derived = _worked_out(reading, path, one, sources)
    return replace(
        kind, derived=derived, title=one.title, title_en=one.title_en, personal=one.personal
    )


def _worked_out(
    reading: Reading, path: Path, one: FactShape, sources: FactSources
) -> tuple[FactType, Derived]:
    way = way_of(one)
    if way == "when":
        condition = reading.condition((*path, "when"), one.when or {})
        return FactType(kind=Kind.FLAG), FlagFact(when=condition)
    if way in _BUILT:
        return _BUILT[way](reading, path, one)
    kind = _stated(reading, path, one, sources.scales)
    if way == "mapped":
        return kind, _mapped(reading, path, one, kind, sources)
    return kind, _table(reading, path, one, kind)


def _measured(reading: Reading, path: Path, one: FactShape) -> tuple[FactType, Derived]:
    known = [how.value for how in How]
    if one.measure not in known:
        raise ConditionFault("unknown_name", "measure", name=one.measure, known=known)
    raw = {key: value for key in _MEASURED if (value := getattr(one, key)) is not None}
    measurement, kind = read_measurement(
        str(one.over), How(one.measure), raw, reading.types, read_condition
    )
    return kind, replace(measurement, name=str(path[-1]))


def _of_grades(formula: str, reading: Reading) -> tuple[FactType, Derived] | None:
    """`min(a, b)` and `max(a, b)` of grades: the lowest and the highest."""
    match = _EXTREME.fullmatch(formula.strip())
    names = [name.strip() for name in match[2].split(",")] if match else []
    if not match or not all(_is_grade(reading, name) for name in names):
        return None
    return _lowest_or_highest(reading, "formula", names, best=match[1] == "max")


def _is_grade(reading: Reading, name: str) -> bool:
    return name in reading.types and reading.types[name].kind is Kind.GRADE


def _extreme(reading: Reading, path: Path, one: FactShape) -> tuple[FactType, Derived]:
    key = "worst_of" if one.best_of is None else "best_of"
    names = getattr(one, key)
    grades = [name for name, two in reading.types.items() if two.kind is Kind.GRADE]
    for n, name in enumerate(names):
        reading.faults.extend(known_name((*path, key, n), name, grades))
    known = [name for name in names if name in grades]
    return _lowest_or_highest(reading, key, known, best=key == "best_of")


def _lowest_or_highest(
    reading: Reading, key: str, names: list[str], *, best: bool
) -> tuple[FactType, Derived]:
    kinds = [reading.types[name] for name in names]
    order = kinds[0].values if kinds else ()
    if any(kind.values != order for kind in kinds):
        raise ConditionFault("wrong_value", key, seen=", ".join(names), expected="same_scale")
    values = tuple(
        FactValue(written=name, derived=kind.derived)
        for name, kind in zip(names, kinds, strict=True)
    )
    derived = ExtremeFact(facts=values, order=order, best=best)
    return FactType(kind=Kind.GRADE, values=order), derived


def _mapped(
    reading: Reading, path: Path, one: FactShape, kind: FactType, sources: FactSources
) -> MappedFact:
    for n, scale in enumerate(one.mapped or []):
        reading.faults.extend(known_name((*path, "mapped", n), scale, sources.scales))
    return MappedFact(
        scales=tuple(one.mapped or ()),
        mappings=tuple(two for two in sources.mappings if two.to == one.scale),
        order=kind.values,
        best=one.pick == "best",
    )


def _of_scenario(reading: Reading, path: Path, one: FactShape) -> tuple[FactType, Derived]:
    code = one.measure or ""
    reading.faults.extend(known_name((*path, "measure"), code, reading.measures))
    measure = reading.measures.get(code)
    known = {kind.value for kind in Kind}
    kind = Kind(measure.kind.value) if measure and measure.kind.value in known else Kind.TEXT
    derived = ScenarioFact(scenario=str(one.scenario), measure=code, decide=reading.granted)
    return FactType(kind=kind, values=measure.values if measure else ()), derived


def _formula(reading: Reading, _: Path, one: FactShape) -> tuple[FactType, Derived]:
    if (grades := _of_grades(str(one.formula), reading)) is not None:
        return grades
    try:
        formula = parse_formula(str(one.formula), reading.types, reading.limits)
    except ConditionFault as fault:
        raise fault.below("formula") from None
    if one.type == "percent" and is_share(formula):
        share = ShareFact(written=formula.written, quotient=formula)
        return FactType(kind=Kind.PERCENT), share
    kind = one.type or (formula.kind if formula.kind in tuple(Kind) else "number")
    return FactType(kind=Kind(kind)), formula


def _table(reading: Reading, path: Path, one: FactShape, kind: FactType) -> TableFact:
    rows = []
    for n, row in enumerate(one.row or []):
        at = (*path, "row", n)
        condition = reading.condition((*at, "when"), row.when)
        value = _value(reading, (*at, "value"), row.value, kind)
        if condition is not None:
            rows.append((condition, value))
    otherwise = None
    if one.otherwise is not None:
        otherwise = _value(reading, (*path, "else"), one.otherwise, kind)
    return TableFact(rows=tuple(rows), otherwise=otherwise)


def _taken_over(reading: Reading, raw: Mapping[str, Any], kind: FactType) -> FactValue:
    name = raw.get("fact")
    known = {name: one for name, one in reading.types.items() if one.kind is kind.kind}
    if set(raw) != {"fact"} or name not in known:
        raise ConditionFault("unknown_fact", (), name=str(name), known=sorted(known))
    return FactValue(written=str(name), derived=known[str(name)].derived)


def _value(reading: Reading, path: Path, raw: Any, kind: FactType) -> Any:  # noqa: ANN401
    """A literal, another fact `{ fact = "name" }`, or a formula."""
    try:
        if isinstance(raw, dict):
            return _taken_over(reading, raw, kind)
        if isinstance(raw, str) and kind.kind in _RECKONED and NAME.search(raw.strip("%")):
            return parse_formula(raw, reading.types, reading.limits)
        return read_value("", raw, kind)
    except ConditionFault as fault:
        reading.add(path, fault.moved(lambda _: ()))
        return None


_BUILT = {
    "over": _measured,
    "formula": _formula,
    "scenario": _of_scenario,
    "worst_of": _extreme,
    "best_of": _extreme,
}
