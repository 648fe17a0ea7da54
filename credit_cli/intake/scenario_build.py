"""Scenarios and measures of a pack, read with every fault they have."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from credit_cli.intake.pack_reading import Reading
from credit_cli.intake.policy_names import Path, known_name, said_once
from credit_cli.intake.scenario_shapes import (
    ChangeShape,
    ConsequenceShape,
    FollowShape,
    MeasureShape,
    RuleShape,
    ScenarioShape,
    ScopeShape,
)
from credit_cli.rules.cells import ConditionFault
from credit_cli.rules.changes import read_change
from credit_cli.rules.conditions import ALWAYS, FactType, Kind
from credit_cli.rules.durations import Duration
from credit_cli.rules.follow_ups import Consequence, FollowUp
from credit_cli.rules.formulas import Formula
from credit_cli.rules.measure_text import read_amount
from credit_cli.rules.measures import Measure, MeasureKind, Merge, Polarity, ordered
from credit_cli.rules.scenarios import Rule, Scenario
from credit_cli.rules.scopes import Scope, parse_season, parse_weekly

_MERGES = {MeasureKind.SET: Merge.ALL, MeasureKind.TEXT: Merge.ALL, MeasureKind.RANGE: Merge.FIRST}


@cache
def _built_in() -> dict[str, MeasureShape]:
    text = files("credit_cli.intake").joinpath("measures.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    return {code: MeasureShape.model_validate({"basis": "", **one}) for code, one in raw.items()}


def read_measures(
    declared: Mapping[str, MeasureShape], scales: Mapping[str, tuple[str, ...]], tier_scale: str
) -> dict[str, Measure]:
    """The built-in measures and those of the pack, which may replace them."""
    grades = {"tier": scales.get(tier_scale, ())}
    return {
        code: _measure(code, one, scales.get(one.scale or "", grades.get(code, ())))
        for code, one in {**_built_in(), **declared}.items()
    }


def _measure(code: str, one: MeasureShape, grades: tuple[str, ...]) -> Measure:
    higher = one.better != "lower" if one.better else one.polarity is not Polarity.BURDEN
    return Measure(
        code=code,
        title=one.title or code,
        title_en=one.title_en,
        kind=one.kind,
        unit=one.unit,
        polarity=one.polarity,
        merge=one.merge or _MERGES.get(one.kind, Merge.BEST),
        higher_is_better=higher,
        values=one.values or grades,
        basis=one.basis,
    )


_TIME = Measure(
    code="within",
    title="",
    kind=MeasureKind.DURATION,
    polarity=Polarity.NEUTRAL,
    merge=Merge.FIRST,
    higher_is_better=True,
)


def _until(one: FollowShape) -> Duration | None:
    """Until when a task repeats: so long after its event, or so many times."""
    if one.every is None or one.times is None:
        return one.until
    return Duration(one.times * one.every.n, one.every.unit)


@dataclass(slots=True)
class ScenarioReader:
    """Reads scenarios with the pack's facts and measures; faults gather in the reading."""

    reading: Reading
    measures: Mapping[str, Measure]
    items: Iterable[str] = ()
    record_types: Iterable[str] = ()
    preferred: Mapping[str, list[str]] = field(default_factory=dict)
    others: dict[str, Reading] = field(default_factory=dict)

    def read(self, code: str, one: ScenarioShape) -> Scenario:
        """One scenario; parts that cannot be read are left out, their faults are kept."""
        path: Path = ("scenario", code)
        if one.otherwise is None:
            self.reading.faults.append(((*path, "else"), "missing_else", {}))
        ids = [rule.id for rule in one.row]
        self.reading.faults.extend(
            known for name in one.rank for known in known_name((*path, "rank"), name, ids)
        )
        parts = ("require", "exclude", "row", "adjust", "cap", "override", "follow")
        for part in parts:
            named = [rule.id for rule in getattr(one, part)]
            self.reading.faults.extend(said_once((*path, part), named, "id"))
        return Scenario(
            code=code,
            title=one.title,
            title_en=one.title_en,
            basis=one.basis,
            subjects=one.subjects,
            scope=self._scope((*path, "scope"), one.scope),
            hit=one.hit,
            rank=tuple(one.rank),
            preferred=tuple(self.preferred.get(code, ())),
            require=self._rules(path, "require", one.require),
            exclude=self._rules(path, "exclude", one.exclude),
            rows=self._rules(path, "row", one.row),
            otherwise=self._otherwise(path, one),
            adjust=self._rules(path, "adjust", one.adjust),
            cap=self._rules(path, "cap", one.cap),
            override=self._rules(path, "override", one.override),
            follow=self._follows(path, one.follow),
            starts=one.starts,
            ends=one.ends,
            trial=one.trial,
        )

    @property
    def _lengths(self) -> dict[str, str]:
        """What a deadline may be reckoned from: an item's limits, and what was granted."""
        granted = (one.code for one in self.measures.values() if one.kind is MeasureKind.DURATION)
        return {**dict.fromkeys(granted, "duration"), **self.reading.limits}

    def _scope(self, path: Path, one: ScopeShape) -> Scope:
        known = list(self.items)
        for item in one.items if known else []:
            self.reading.faults.extend(known_name((*path, "items"), item, known))
        return Scope(
            regions=tuple(one.regions),
            except_regions=tuple(one.except_regions),
            items=tuple(one.items),
            attributes=tuple(one.attributes),
            providers=tuple(one.providers),
            weekly=self._parsed((*path, "weekly"), one.weekly, parse_weekly),
            yearly=self._parsed((*path, "yearly"), one.yearly, parse_season),
            when=(self.reading.condition((*path, "when"), one.when) or ALWAYS),
        )

    def _parsed(self, path: Path, texts: list[str], parse: Callable[[str], Any]) -> tuple[Any, ...]:
        found = []
        for n, text in enumerate(texts):
            try:
                found.append(parse(text))
            except ValueError:
                params = {"seen": text, "expected": str(path[-1])}
                self.reading.faults.append(((*path, n), "wrong_value", params))
        return tuple(found)

    def _rules(self, path: Path, part: str, rules: Iterable[RuleShape]) -> tuple[Rule, ...]:
        read = (self._rule((*path, part, n), rule) for n, rule in enumerate(rules))
        return tuple(rule for rule in read if rule is not None)

    def _rule(self, path: Path, one: RuleShape) -> Rule | None:
        each = getattr(one, "each", "")
        reading = self._of_elements(path, each) if each else self.reading
        condition = reading.condition((*path, "when"), one.when)
        grant = self._amounts((*path, "grant"), one.grant, reading.types)
        deny = self._denied((*path, "deny"), one.deny)
        changes = self._changes(path, one) if isinstance(one, ChangeShape) else {}
        if condition is None:
            return None
        return Rule(
            id=one.id,
            when=condition,
            basis=one.basis,
            title=one.title,
            grant=grant,
            deny=deny,
            each=each,
            **changes,
        )

    def _of_elements(self, path: Path, each: str) -> Reading:
        """The reading in which an element's fields are facts, as `LIST.FIELD`."""
        listed = self.reading.types.get(each)
        if listed is None or listed.fields is None:
            lists = [name for name, one in self.reading.types.items() if one.kind is Kind.LIST]
            self.reading.faults.extend(known_name((*path, "each"), each, lists))
            return self.reading
        if each not in self.others:
            fields = {f"{each}.{name}": kind for name, kind in listed.fields.items()}
            types = {**self.reading.types, **fields}
            self.others[each] = Reading(
                types=types, faults=self.reading.faults, measures=self.measures
            )
        return self.others[each]

    def _changes(self, path: Path, one: ChangeShape) -> dict[str, Any]:
        if one.measure is None:
            return {}
        self.reading.faults.extend(known_name((*path, "measure"), one.measure, self.measures))
        bounds = {
            key: self._amount((*path, key), one.measure, getattr(one, key))
            for key in ("at_most", "at_least")
            if getattr(one, key) is not None and one.measure in self.measures
        }
        if one.measure in self.measures and not ordered(self.measures[one.measure]):
            for key in bounds:
                params = {"seen": str(getattr(one, key)), "expected": "ordered"}
                self.reading.faults.append(((*path, key), "wrong_value", params))
        for key in ("by", "times"):
            if getattr(one, key) and one.measure in self.measures:
                bounds["change"] = self._change(path, key, one)
        by = one.by if isinstance(one.by, (int, str)) else str(one.by)
        return {"measure": one.measure, "by": by, "times": one.times, **bounds}

    def _change(self, path: Path, key: str, one: ChangeShape) -> Formula | None:
        measure, raw = self.measures[one.measure or ""], getattr(one, key)
        try:
            return read_change(key, raw, measure, self.reading.types, self.reading.limits)
        except ConditionFault as fault:
            self.reading.add(path, fault)
            return None

    def _amounts(
        self, path: Path, raw: Mapping[str, Any], types: Mapping[str, FactType] | None = None
    ) -> dict[str, Any]:
        amounts = {}
        for code, value in raw.items():
            if code not in self.measures and code in self.reading.types:
                self.reading.faults.append(((*path, code), "fact_as_measure", {"name": code}))
            else:
                self.reading.faults.extend(known_name((*path, code), code, self.measures))
            if code in self.measures:
                amounts[code] = self._amount((*path, code), code, value, types)
        return amounts

    def _amount(
        self,
        path: Path,
        code: str,
        value: Any,  # noqa: ANN401 - a TOML value
        types: Mapping[str, FactType] | None = None,
    ) -> Any:  # noqa: ANN401 - a measure's value
        known = types or self.reading.types
        try:
            return read_amount(value, self.measures[code], known, self.reading.limits)
        except ConditionFault as fault:
            self.reading.add(path, fault)
            return None

    def _denied(self, path: Path, raw: Mapping[str, Any]) -> dict[str, Any]:
        """`true` for the whole measure, or some of its words."""
        plain = {code: value for code, value in raw.items() if value is not True}
        for code in raw.keys() - plain.keys():
            self.reading.faults.extend(known_name((*path, code), code, self.measures))
        return {code: True for code in raw if code not in plain} | self._amounts(path, plain)

    def _otherwise(self, path: Path, one: ScenarioShape) -> Rule:
        otherwise = one.otherwise
        if otherwise is None:
            return Rule(id="else", when=ALWAYS, basis=one.basis)
        at = (*path, "else")
        return Rule(
            id="else",
            when=ALWAYS,
            title=otherwise.title,
            basis=otherwise.basis or one.basis,
            grant=self._amounts((*at, "grant"), otherwise.grant),
            deny=self._denied((*at, "deny"), otherwise.deny),
        )

    def _follows(self, path: Path, follow: list[FollowShape]) -> tuple[FollowUp, ...]:
        return tuple(self._follow((*path, "follow", n), one) for n, one in enumerate(follow))

    def _follow(self, path: Path, one: FollowShape) -> FollowUp:
        self._check_repeats(path, one)
        return FollowUp(
            id=one.id,
            title=one.title,
            on=one.on,
            basis=one.basis,
            within=self._time((*path, "within"), one.within, MeasureKind.DURATION),
            due=self._time((*path, "due"), one.due, MeasureKind.DATE),
            every=one.every,
            until=_until(one),
            when=self.reading.condition((*path, "when"), one.when) or ALWAYS,
            granted=self._denied((*path, "for"), one.granted),
            by=one.by,
            do=tuple(one.do),
            gate=one.gate,
            done=one.done,
            extend_on=one.extend.on if one.extend else "",
            extend_by=one.extend.by if one.extend else None,
            each=one.each,
            pause=(one.pause[0], one.pause[1]) if one.pause else None,
            late=self._consequence((*path, "late"), one.late, one.basis),
            outcomes={
                name: self._consequence((*path, "outcome", name), then, one.basis)
                for name, then in one.outcome.items()
            },
        )

    def _time(self, path: Path, raw: Any, kind: MeasureKind) -> Any:  # noqa: ANN401
        """A limit or the last day of one: a literal, or a formula."""
        if raw is None:
            return None
        try:
            return read_amount(raw, replace(_TIME, kind=kind), self.reading.types, self._lengths)
        except ConditionFault as fault:
            self.reading.add(path, fault)
            return None

    def _check_repeats(self, path: Path, one: FollowShape) -> None:
        given = [key for key in ("within", "due", "every") if getattr(one, key) is not None]
        for key in given[1:]:
            self.reading.faults.append(((*path, key), "one_deadline", {"near": given[0]}))
        for key in ("until", "times"):
            if one.every is None and getattr(one, key) is not None:
                self.reading.faults.append(((*path, "every"), "missing_key", {}))

    def _consequence(self, path: Path, one: ConsequenceShape, basis: str) -> Consequence:
        known = list(self.record_types)
        if one.record and known:
            self.reading.faults.extend(known_name((*path, "record"), one.record, known))
        if not (one.do or one.record or one.deny):
            return Consequence()
        return Consequence(
            do=tuple(one.do),
            record=one.record,
            deny=self._denied((*path, "deny"), one.deny),
            basis=one.basis or basis,
        )
