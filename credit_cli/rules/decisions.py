"""Decision tables: the first row whose condition holds decides, else the `else` row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from credit_cli.rules.conditions import Condition, Fact, FactCheck, holds, results


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: when it applies, what it grants and the id of its legal basis."""

    id: str
    when: Condition
    grant: Mapping[str, Any]
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTable:
    """Rows in their order; `otherwise` (the pack's `else`) always holds."""

    name: str
    rows: tuple[Row, ...]
    otherwise: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTrace:
    """How one row went: for why this row, and why not each other one."""

    table: str
    row: str
    matched: bool
    checks: tuple[FactCheck, ...]
    basis: str


def decide(table: DecisionTable, facts: Mapping[str, Fact]) -> Row:
    """The row that decides (hit policy first)."""
    for row in table.rows:
        if holds(row.when, facts):
            return row
    return table.otherwise


def explain(table: DecisionTable, facts: Mapping[str, Fact]) -> tuple[RowTrace, ...]:
    """Every row with its tests; only the deciding row is `matched`."""
    chosen = decide(table, facts)
    return tuple(
        RowTrace(
            table=table.name,
            row=row.id,
            matched=row is chosen,
            checks=results(row.when, facts),
            basis=row.basis,
        )
        for row in (*table.rows, table.otherwise)
    )
