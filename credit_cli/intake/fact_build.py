"""The facts of a pack: those offered, supplied, measured, and worked out from others."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

from credit_cli.intake.policy_names import Fault, Path, known_name, told
from credit_cli.intake.scenario_shapes import CollectionShape, FactShape
from credit_cli.rules.alert_text import alert_type, read_alerts
from credit_cli.rules.alerts import PREFIX, Alert
from credit_cli.rules.cells import ConditionFault, read_value
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import Condition, Derived, Facts, FactType, Kind
from credit_cli.rules.derived import (
    AlertFact,
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
from credit_cli.rules.measures import Measure
from credit_cli.rules.packs import ScaleMapping
from credit_cli.rules.scenarios import Scenario, decide_scenario
from credit_cli.rules.score_text import read_score

LIMITS = {"promised": "duration", "legal": "duration"}  # an item's, in formulas
_MEASURED = ("where", "holding", "of", "by", "within", "every", "per", "party", "chain")
_WAYS = ("over", "formula", "when", "row", "scenario", "mapped", "worst_of", "best_of")
_SCORE = "score."
_EXTREME = re.compile(r"(min|max)\(([A-Za-z0-9_., ]+)\)")
_RECKONED = (Kind.NUMBER, Kind.DECIMAL, Kind.PERCENT, Kind.MONEY)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*")
_NAMED = re.compile(r"(?:same as|since) (\S+)")
_COMPARED = re.compile(r"\s*(?:>=|<=|>|<|=|≥|≤)(.*)")


class FactSources(NamedTuple):
    """What facts are read from beside the pack's `[fact]`: grades by scale, mappings, scores."""

    scales: Mapping[str, tuple[str, ...]]
    mappings: tuple[ScaleMapping, ...] = ()
    scores: Mapping[str, Mapping[str, Any]] = {}


@dataclass(slots=True)
class Reading:
    """The types known so far and the faults found while a pack is read.

    `lost` are names that lead to what could not be read; those who use them are not told again.
    `scenarios` is filled once they are read; facts that they decide look there.
    """

    types: dict[str, FactType]
    faults: list[Fault] = field(default_factory=list)
    limits: Mapping[str, str] = field(default_factory=lambda: LIMITS)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    scenarios: dict[str, Scenario] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)

    def granted(self, code: str, facts: Facts) -> Mapping[str, Any]:
        """What a scenario of the pack grants."""
        return decide_scenario(self.scenarios[code], facts, self.measures).grant

    def condition(self, path: Path, raw: Mapping[str, Any]) -> Condition | None:
        """The condition; None and a fault if it cannot be read."""
        try:
            return read_condition(raw, self.types)
        except ConditionFault as fault:
            self.add(path, fault)
            return None

    def add(self, path: Path, fault: ConditionFault) -> None:
        """The faults of a condition, below a key path."""
        for at, code, params in told(path, fault):
            is_measure = code == "unknown_fact" and params["name"] in self.measures
            self.faults.append((at, "measure_as_fact" if is_measure else code, params))


def add_collections(reading: Reading, collections: Mapping[str, CollectionShape]) -> None:
    """The lists that the pack declares itself."""
    for name, one in collections.items():
        fields = {key: _field(kind) for key, kind in one.field.items()}
        if one.by:
            path = ("collection", name, "by")
            reading.faults.extend(known_name(path, one.by, fields))
        reading.types[name] = FactType(
            kind=Kind.LIST, fields=fields, by=one.by, title=one.title, title_en=one.title_en
        )


def add_alerts(reading: Reading, raws: Mapping[str, Mapping[str, Any]]) -> None:
    """The pack's alert rules; the hits of each are a list of their own, `alert.CODE`."""
    try:
        alerts = read_alerts(raws, reading.types)
    except ConditionFault as fault:
        reading.add(("alert",), fault)
        reading.lost |= {PREFIX + code for code in raws}
        return
    for one in alerts:
        derived = AlertFact(code=one.code, alerts=alerts)
        kind = alert_type(one, reading.types)
        reading.types[PREFIX + one.code] = replace(
            kind, derived=derived, title=one.title, title_en=one.title_en
        )
        reading.alerts[one.code] = one


def _field(kind: str | list[str]) -> FactType:
    if isinstance(kind, list):
        return FactType(kind=Kind.GRADE, values=tuple(kind))
    return FactType(kind=Kind(kind))


def add_facts(reading: Reading, facts: Mapping[str, FactShape], sources: FactSources) -> None:
    """The facts that the pack declares, each after those that it is worked out from."""
    given = {name: one for name, one in facts.items() if _way(one) is None}
    for name, one in given.items():
        _keep(reading, name, _supplied(reading, name, one, sources.scales))
    scores = {f"{_SCORE}{code}": raw for code, raw in sources.scores.items()}
    derived = {name: set(mentioned(one)) for name, one in facts.items() if name not in given}
    derived |= {name: set(_asked(raw)) for name, raw in scores.items()}
    for name in _in_order(reading, derived, scores):
        path = _path(name, scores)
        try:
            if name in scores:
                found = _score(path[1], scores[name], reading)
            else:
                found = _derived(reading, path, facts[name], sources)
        except ConditionFault as fault:
            if any(one.params.get("name") == name for one in fault.each):
                reading.faults.append((path, "cycle", {"names": f"{name} → {name}"}))
            else:
                reading.add(path, fault)
            reading.lost.add(name)
        else:
            _keep(reading, name, found)


def _keep(reading: Reading, name: str, found: FactType) -> None:
    """A grade without grades can be tested for nothing."""
    if found.kind is Kind.GRADE and not found.values:
        reading.lost.add(name)
    else:
        reading.types[name] = found


def _score(code: str, raw: Mapping[str, Any], reading: Reading) -> FactType:
    plain = {key: value for key, value in raw.items() if key != "personal"}
    model = read_score(code, plain, reading.types)
    known = reading.types.get(_SCORE + code, FactType(kind=Kind.NUMBER))
    known = replace(known, kind=Kind.DECIMAL) if model.decimals else known
    personal = bool(raw.get("personal", known.personal))
    return replace(known, derived=model, personal=personal, title=model.title or known.title)


def _way(one: FactShape) -> str | None:
    return next((way for way in _WAYS if getattr(one, way) is not None), None)


def _path(name: str, scores: Collection[str]) -> tuple[str, str]:
    return ("score", name.removeprefix(_SCORE)) if name in scores else ("fact", name)


def _in_order(
    reading: Reading, facts: Mapping[str, set[str]], scores: Collection[str]
) -> list[str]:
    graph = {name: mentioned & (facts.keys() - {name}) for name, mentioned in facts.items()}
    while True:
        try:
            return list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            circle = error.args[1]
        path = _path(circle[0], scores)
        reading.faults.append((path, "cycle", {"names": " → ".join(circle)}))
        reading.lost |= set(circle)
        graph = {name: named - set(circle) for name, named in graph.items() if name not in circle}


def mentioned(one: FactShape) -> Iterator[str]:
    """The facts that this one is worked out from, as far as it names them."""
    if one.formula:
        yield from _WORD.findall(one.formula)
    for raw in (one.when, one.where, one.holding):
        yield from keys_of(raw or {}, deep=raw is one.when)
    for row in one.row or []:
        yield from keys_of(row.when)
        yield from _WORD.findall(str(row.value))
    yield from _WORD.findall(str(one.otherwise or ""))
    yield from one.worst_of or one.best_of or ()
    if one.within:
        yield from _NAMED.findall(one.within)
    if one.scenario:
        yield from _NAMED.findall(one.scenario)


def _asked(score: Mapping[str, Any]) -> Iterator[str]:
    """The facts that a score rests on, as far as it names them."""
    parts = score.get("indicator", [])
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict):
            yield from keys_of(part.get("when"))
            yield from keys_of(part.get("where"), deep=False)
            yield from _WORD.findall(f"{part.get('points')} {part.get('within')}")
            rows = part.get("row", [])
            for row in rows if "over" not in part and isinstance(rows, list) else []:
                yield from keys_of(row.get("when") if isinstance(row, dict) else None)
            yield from _WORD.findall(f"{rows} {part.get('else')}")


def keys_of(raw: Any, *, deep: bool = True) -> Iterator[str]:  # noqa: ANN401 - a TOML value
    """The facts that a condition names; not `deep`: only those that it compares with."""
    match raw:
        case dict():
            for key, value in raw.items():
                if deep:
                    yield key
                # Below a list's name stand the fields of its elements, not facts.
                yield from keys_of(value, deep=deep and key in ("all", "any", "not"))
        case list():
            for value in raw:
                yield from keys_of(value, deep=deep)
        case str():
            yield from _NAMED.findall(raw)
            if compared := _COMPARED.fullmatch(raw):
                yield from _WORD.findall(compared[1])


def _supplied(
    reading: Reading, name: str, one: FactShape, scales: Mapping[str, tuple[str, ...]]
) -> FactType:
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


def _derived(reading: Reading, path: Path, one: FactShape, sources: FactSources) -> FactType:
    kind, derived = _worked_out(reading, path, one, sources)
    return replace(
        kind, derived=derived, title=one.title, title_en=one.title_en, personal=one.personal
    )


def _worked_out(
    reading: Reading, path: Path, one: FactShape, sources: FactSources
) -> tuple[FactType, Derived]:
    way = _way(one)
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
        if isinstance(raw, str) and kind.kind in _RECKONED and _WORD.search(raw.strip("%")):
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
