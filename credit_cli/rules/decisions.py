"""Decision tables: the first row whose condition holds decides, else the `else` row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from credit_cli.rules.compiled import compile_choice, compile_trace
from credit_cli.rules.conditions import Condition, FactCheck, Facts, holds, results


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


class RowTrace(NamedTuple):
    """How one row went: for why this row, and why not each other one."""

    table: str
    row: str
    matched: bool
    checks: tuple[FactCheck, ...]
    basis: str


def decide(table: DecisionTable, facts: Facts) -> Row:
    """The row that decides (hit policy first)."""
    for row in table.rows:
        if holds(row.when, facts):
            return row
    return table.otherwise


def explain(table: DecisionTable, facts: Facts) -> tuple[RowTrace, ...]:
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


def decider(table: DecisionTable) -> Callable[[Facts], Row]:
    """`decide` compiled, for tables asked more than some hundred times."""
    return compile_choice([(row.when, row) for row in table.rows], table.otherwise)


def explainer(table: DecisionTable) -> Callable[[Facts], tuple[RowTrace, ...]]:
    """`explain` compiled: each fact looked up and each distinct test asked once."""
    rows = (*table.rows, table.otherwise)
    trace = compile_trace([row.when for row in rows])
    told = [(n, row.id, row.basis) for n, row in enumerate(rows)]
    name, make = table.name, partial(tuple.__new__, RowTrace)

    def explained(facts: Facts) -> tuple[RowTrace, ...]:
        chosen, checks = trace(facts)
        pairs = zip(told, checks, strict=True)
        return tuple([make((name, row, n == chosen, own, basis)) for (n, row, basis), own in pairs])

    return explained
