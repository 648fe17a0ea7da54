"""Situations as a pack's authors write them (`[[test]]`), read against the pack's facts."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr

from credit_cli.intake.policy_cells import Code, Day
from credit_cli.intake.policy_names import Fault, Path, known_name, nearest, told
from credit_cli.rules.cells import ConditionFault, read_value
from credit_cli.rules.conditions import STATES, FactType, Kind, Missing
from credit_cli.rules.durations import Duration, parse_duration
from credit_cli.rules.measure_text import read_amount
from credit_cli.rules.packs import Pack
from credit_cli.rules.scenarios import Status
from credit_cli.rules.situations import Situation


class ExpectShape(BaseModel):
    """What is expected; a key that is not named is not looked at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Status | None = None
    row: StrictStr | None = None
    rows: list[StrictStr] | None = None
    grant: dict[Code, Any] | None = None
    has: dict[Code, Any] | None = None
    by_element: dict[str, dict[Code, Any]] | None = None
    denied: dict[Code, Any] | None = None
    applied: list[StrictStr] | None = None
    open: list[Code] | None = None
    follow: dict[StrictStr, dict[str, Any]] | None = None
    gated: list[StrictStr] | None = None
    records: list[StrictStr] | None = None
    alerts: list[dict[str, Any]] | None = None
    facts: dict[str, Any] | None = None
    tier: StrictStr | None = None
    score: int | None = None
    band: StrictStr | None = None
    route: StrictStr | None = None
    routes: list[StrictStr] | None = None
    accepted: StrictBool | None = None
    decide_within: StrictStr | None = None
    decide_by: Day | None = None
    follow_by: dict[str, Day] | None = None
    review_by: Day | None = None


class SituationShape(BaseModel):
    """`[[test]]`: any further key is a list of the vocabulary with its elements."""

    model_config = ConfigDict(extra="allow", frozen=True)

    title: StrictStr
    as_of: Day
    scenario: Code | None = None
    kind: StrictStr | None = None
    facts: dict[str, Any] = {}
    events: dict[str, Day] | list[dict[str, Any]] | StrictStr = {}
    days: dict[str, Day] = {}
    outcomes: dict[str, StrictStr] = {}
    item: StrictStr | None = None
    missing: list[StrictStr] | StrictStr = Field(default=[])
    route: StrictStr | None = None
    expect: ExpectShape


_NEEDED = {"evaluations": ("scale", "evaluated_on")}
_SO_UNLESS_SAID = ("counts", "current")


class Reader:
    """Reads one situation against a pack; `faults` gather with their key paths."""

    def __init__(self, pack: Pack, scenarios: tuple[str, ...]) -> None:
        self.pack, self.scenarios = pack, scenarios
        self.faults: list[Fault] = []

    def read(self, shape: SituationShape) -> Situation:
        """The situation with typed facts."""
        facts = {name: self._fact(("facts", name), name, one) for name, one in shape.facts.items()}
        if shape.kind is not None:
            facts["kind"] = self._fact(("kind",), "kind", shape.kind)
        lists = dict(shape.model_extra or {})
        if not isinstance(shape.events, dict):
            lists["events"] = shape.events
        for name, elements in lists.items():
            facts[name] = self._list((name,), name, elements)
        code = self._scenario(shape)
        self._check_rules(shape.expect, code)
        named = shape.missing if isinstance(shape.missing, list) else [shape.missing]
        return Situation(
            title=shape.title,
            as_of=shape.as_of,
            facts=facts,
            expect=dict(self._expected(shape.expect)),
            scenario=code,
            item=shape.item,
            missing=frozenset(named),
            route=shape.route,
            event_days=self._event_days(shape),
            outcomes=shape.outcomes,
        )

    def _event_days(self, shape: SituationShape) -> dict[str, date]:
        """On which day each event came about: as stated, or the latest of the events listed."""
        if isinstance(shape.events, dict):
            return {**shape.events, **shape.days}
        listed = shape.events if isinstance(shape.events, list) else []
        dated = [(str(one.get("type")), one.get("on")) for one in listed]
        known = sorted((on, name) for name, on in dated if isinstance(on, date))
        return {**{name: on for on, name in known}, **shape.days}

    def _scenario(self, shape: SituationShape) -> str | None:
        if shape.scenario is not None:
            self.faults.extend(known_name(("scenario",), shape.scenario, self.pack.scenarios))
            return shape.scenario if shape.scenario in self.pack.scenarios else None
        return self.scenarios[0] if len(self.scenarios) == 1 else None

    def _fact(self, path: Path, name: str, raw: Any) -> Any:  # noqa: ANN401 - a TOML value
        if name in ("promised", "legal"):
            return self._limit(path, raw)
        if name not in self.pack.types:
            near = nearest(name, self.pack.types)
            self.faults.append((path, "unknown_fact", {"name": name, "near": near}))
            return None
        kind = self.pack.types[name]
        return (
            self._list(path, name, raw) if kind.kind is Kind.LIST else self._value(path, raw, kind)
        )

    def _limit(self, path: Path, raw: Any) -> Duration | None:  # noqa: ANN401
        try:
            return parse_duration(raw if isinstance(raw, str) else "")
        except ValueError:
            params = {"seen": raw, "expected": "duration"}
            self.faults.append((path, "wrong_value", params))
            return None

    def _value(self, path: Path, raw: Any, kind: FactType) -> Any:  # noqa: ANN401
        if isinstance(raw, str) and raw in (*STATES, *kind.states):
            return Missing(raw)
        try:
            return read_value("", raw, kind)
        except ConditionFault as fault:
            self._add(path, fault)
            return None

    def _add(self, path: Path, fault: ConditionFault) -> None:
        self.faults.extend(told(path, fault.moved(lambda _: ())))

    def _list(self, path: Path, name: str, raw: Any) -> Any:  # noqa: ANN401
        kind = self.pack.types.get(name)
        if kind is None or kind.fields is None:
            lists = [code for code, one in self.pack.types.items() if one.kind is Kind.LIST]
            self.faults.append((path, "unknown_key", {"near": nearest(name, lists)}))
            return ()
        for n, one in enumerate(raw if isinstance(raw, list) else []):
            missing = [key for key in _NEEDED.get(name, ()) if key not in one]
            self.faults.extend(((*path, n, key), "missing_key", {}) for key in missing)
        return self._elements(path, raw, kind.fields)

    def _elements(self, path: Path, raw: Any, fields: Mapping[str, FactType]) -> Any:  # noqa: ANN401
        if isinstance(raw, str) and raw in STATES:
            return Missing(raw)
        if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
            self.faults.append((path, "list_of_elements", {}))
            return ()
        return tuple(dict(self._element((*path, n), one, fields)) for n, one in enumerate(raw))

    def _element(
        self, path: Path, raw: Mapping[str, Any], fields: Mapping[str, FactType]
    ) -> Iterator[tuple[str, Any]]:
        """What is not said of an element is not so: it is not repaired, not overdue."""
        for name, field in fields.items():
            if field.kind is Kind.FLAG and name not in raw:
                yield name, name in _SO_UNLESS_SAID
        known = self.pack.record_types if "severity" in fields else {}
        own = known.get(str(raw.get("type")))
        if "severity" in fields and "state" not in raw:
            yield "state", "current"
        if own is not None and own.severity and "severity" not in raw:
            yield "severity", own.severity.value
        for name, value in raw.items():
            kind = fields.get(name)
            if kind is None:
                fault = {"near": nearest(name, fields)}
                self.faults.append(((*path, name), "unknown_key", fault))
            elif kind.kind is Kind.LIST:
                yield name, self._elements((*path, name), value, kind.fields or {})
            else:
                yield name, self._value((*path, name), value, kind)

    def _check_rules(self, expect: ExpectShape, code: str | None) -> None:
        """What is expected to decide must be a rule of the scenario."""
        scenario = self.pack.scenarios.get(code or "")
        if scenario is None:
            return
        turned = (scenario.require, scenario.exclude, scenario.rows, (scenario.otherwise,))
        known = {rule.id for rules in turned for rule in rules}
        changed = {one.id for one in (*scenario.adjust, *scenario.cap, *scenario.override)}
        for key, names, among in (
            ("row", [expect.row] if expect.row else [], known),
            ("rows", expect.rows or [], known),
            ("applied", expect.applied or [], changed),
        ):
            for name in names:
                self.faults.extend(known_name(("expect", key), name, among))

    def _expected(self, expect: ExpectShape) -> Iterator[tuple[str, Any]]:
        for key, value in expect:
            if value is None:
                continue
            path: Path = ("expect", key)
            match key:
                case "grant" | "has" | "denied":
                    yield key, self._amounts(path, value)
                case "by_element":
                    named = {one: self._amounts((*path, one), held) for one, held in value.items()}
                    yield key, named
                case "facts":
                    pairs = (
                        (name, self._fact((*path, name), name, one)) for name, one in value.items()
                    )
                    yield key, dict(pairs)
                case "follow":
                    yield key, {name: self._task((*path, name), one) for name, one in value.items()}
                case "decide_within":
                    yield key, self._limit(path, value)
                case _:
                    yield key, value

    def _amounts(self, path: Path, raw: Mapping[str, Any]) -> dict[str, Any]:
        amounts = {}
        for code, value in raw.items():
            self.faults.extend(known_name((*path, code), code, self.pack.measures))
            if code in self.pack.measures:
                amounts[code] = True if value is True else self._amount((*path, code), code, value)
        return amounts

    def _amount(self, path: Path, code: str, value: Any) -> Any:  # noqa: ANN401
        measure = self.pack.measures[code]
        several = isinstance(value, list) and measure.kind.value != "set"
        if several:
            return tuple(self._amount(path, code, one) for one in value)
        try:
            return read_amount(value, measure, self.pack.types, {})
        except ConditionFault as fault:
            self._add(path, fault)
            return None

    def _task(self, path: Path, raw: Any) -> dict[str, Any]:  # noqa: ANN401
        known = ("state", "due", "starts", "do", "record", "denied", "by")
        for key in raw:
            self.faults.extend(known_name((*path, key), key, known))
        held = dict(raw)
        if "denied" in held:
            held["denied"] = self._amounts((*path, "denied"), held["denied"])
        if isinstance(held.get("do"), str):
            held["do"] = [held["do"]]
        return held
