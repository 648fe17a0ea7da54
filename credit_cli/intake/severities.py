"""How serious the records of a block are: each combination of what decides it is asked once."""

from collections.abc import Callable, Mapping
from typing import Any

from credit_cli.intake.blocks import Block
from credit_cli.intake.record_types import TYPE

Classify = Callable[[Mapping[str, str | int]], str | None]

# The facts of a record and the draft's fields that hold them.
_FIELDS = {
    "authority_code": "authority_code",
    "authority": "authority",
    "kind": "category",
    "violation": "violation",
    "grounds": "grounds",
    "content": "content",
    "amount_fen": "amount_fen",
}
FACTS = frozenset({"type", *_FIELDS})
_REMEMBERED = 10_000


class Severities:
    """`classify` gives a record's severity from its facts, of which it looks at `weighed` only."""

    def __init__(self, classify: Classify, weighed: frozenset[str]) -> None:
        self._classify = classify
        self._names = [name for name in _FIELDS if name in weighed]
        self._known: dict[tuple[Any, ...], str | None] = {}

    def of(self, block: Block) -> list[str | None]:
        """The severity of every row; None where the type has none."""
        columns = [block.feeding(_FIELDS[name]) for name in self._names]
        rows = list(zip(block.values[TYPE], *columns, strict=True))
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        for row in set(rows).difference(self._known):
            facts = dict(zip(("type", *self._names), row, strict=True))
            if "amount_fen" in facts:
                facts["amount_fen"] = facts["amount_fen"] or 0
            self._known[row] = self._classify(facts)
        return [self._known[row] for row in rows]
