"""What is known of a pack while it is read: facts, measures, scenarios, and faults so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from credit_cli.intake.policy_names import Fault, Path, told
from credit_cli.rules.alerts import Alert
from credit_cli.rules.cells import ConditionFault
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import Condition, Facts, FactType
from credit_cli.rules.measures import Measure
from credit_cli.rules.packs import ScaleMapping
from credit_cli.rules.scenario_decisions import decide_scenario
from credit_cli.rules.scenarios import Scenario

LIMITS = {"promised": "duration", "legal": "duration"}  # an item's, in formulas


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
