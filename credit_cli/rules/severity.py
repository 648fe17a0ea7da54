"""How serious a record is: its type's fixed severity, else the pack's severity table."""

from collections.abc import Callable, Mapping

from credit_cli.rules.conditions import Fact
from credit_cli.rules.decisions import decide
from credit_cli.rules.packs import Pack
from credit_cli.rules.values import Severity


def classifier(pack: Pack) -> Callable[[Mapping[str, Fact]], Severity | None]:
    """A function from a record's facts (`type`, `authority`, `violation` ...) to its severity."""

    def classify(facts: Mapping[str, Fact]) -> Severity | None:
        kind = pack.record_types.get(str(facts["type"]))
        if kind is None or not kind.counts:
            return None
        return kind.severity or Severity(decide(pack.severity, facts).grant["severity"])

    return classify
