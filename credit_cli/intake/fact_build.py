"""The facts, lists and alerts of a pack, each after those that it is worked out from."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

from credit_cli.intake.derived_facts import derived_fact, supplied_fact, way_of
from credit_cli.intake.fact_mentions import asked, mentioned
from credit_cli.intake.pack_reading import FactSources, Reading
from credit_cli.intake.policy_names import known_name
from credit_cli.intake.scenario_shapes import CollectionShape, FactShape
from credit_cli.rules.alert_text import alert_type, read_alerts
from credit_cli.rules.alerts import PREFIX
from credit_cli.rules.cells import ConditionFault
from credit_cli.rules.conditions import FactType, Kind
from credit_cli.rules.derived import AlertFact
from credit_cli.rules.score_text import read_score

_SCORE = "score."


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
    given = {name: one for name, one in facts.items() if way_of(one) is None}
    for name, one in given.items():
        _keep(reading, name, supplied_fact(reading, name, one, sources.scales))
    scores = {f"{_SCORE}{code}": raw for code, raw in sources.scores.items()}
    derived = {name: set(mentioned(one)) for name, one in facts.items() if name not in given}
    derived |= {name: set(asked(raw)) for name, raw in scores.items()}
    for name in _in_order(reading, derived, scores):
        path = _path(name, scores)
        try:
            if name in scores:
                found = _score(path[1], scores[name], reading)
            else:
                found = derived_fact(reading, path, facts[name], sources)
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
