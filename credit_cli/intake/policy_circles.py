"""Facts that a scenario decides and that it rests on itself: a circle without an end."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from credit_cli.intake.fact_mentions import NAME, keys_of, mentioned
from credit_cli.intake.policy_names import Found
from credit_cli.intake.policy_shapes import PackShape
from credit_cli.intake.scenario_shapes import ScenarioShape

_SCENARIO = "scenario "


def circles(shape: PackShape) -> Found:
    """Every circle that leads through a scenario; those of facts alone are found in their order."""
    facts = shape.fact
    graph = {name: set(mentioned(one)) & facts.keys() - {name} for name, one in facts.items()}
    for name, one in facts.items():
        if one.scenario is not None:
            graph[name] = {_SCENARIO + one.scenario}
    for code, scenario in shape.scenario.items():
        graph[_SCENARIO + code] = set(_asked(scenario)) & facts.keys()
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = error.args[1]
        else:
            return
        first = next((name for name in circle if name in facts), "")
        if any(name.startswith(_SCENARIO) for name in circle):
            yield ("fact", first, "scenario"), "cycle", {"names": " → ".join(circle)}
        graph = {name: to - set(circle) for name, to in graph.items() if name not in circle}


def _asked(scenario: ScenarioShape) -> Iterator[str]:
    """The facts that what a scenario grants rests on."""
    yield from keys_of(scenario.scope.when)
    for part in ("require", "exclude", "row", "adjust", "cap", "override"):
        for rule in getattr(scenario, part):
            yield from keys_of(rule.when)
            yield from _reckoned(rule.grant)
    yield from _reckoned(scenario.otherwise.grant if scenario.otherwise else {})


def _reckoned(value: Any) -> Iterator[str]:  # noqa: ANN401 - a measure's value
    """The names in formulas; a single word may be a fact too."""
    if isinstance(value, dict):
        for one in value.values():
            yield from _reckoned(one)
    elif isinstance(value, str):
        yield from NAME.findall(value)
