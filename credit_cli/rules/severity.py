"""How serious a record is: its type's fixed severity, else the pack's severity table."""

from collections.abc import Callable, Mapping
from typing import Protocol

from credit_cli.rules.conditions import Fact
from credit_cli.rules.decisions import DecisionTable, decide
from credit_cli.rules.packs import RecordType
from credit_cli.rules.values import Severity


class SeverityRules(Protocol):
    """What of a pack decides: a whole pack, or as much of it as another process is given."""

    @property
    def record_types(self) -> Mapping[str, RecordType]:
        """The types of record by code."""

    @property
    def severity(self) -> DecisionTable:
        """The table for those types that have no severity of their own."""


def classifier(rules: SeverityRules) -> Callable[[Mapping[str, Fact]], Severity | None]:
    """A function from a record's facts (`type`, `authority`, `violation` ...) to its severity."""

    def classify(facts: Mapping[str, Fact]) -> Severity | None:
        kind = rules.record_types.get(str(facts["type"]))
        if kind is None or not kind.counts:
            return None
        return kind.severity or Severity(decide(rules.severity, facts).grant["severity"])

    return classify
