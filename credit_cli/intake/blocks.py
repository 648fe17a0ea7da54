"""The values of one page's rows, by column, while they are checked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from credit_cli.intake.findings import Findings
from credit_cli.intake.layouts import Layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some hundred rows: their lines, values by column code, and what is wrong."""

    layout: Layout
    lines: Sequence[int]
    values: dict[str, Sequence[Any]]
    findings: Findings

    def feeding(self, field: str) -> Sequence[Any]:
        """The values of the column that feeds `field`; "" where the file has none."""
        for code in self.layout.feeding.get(field, ()):
            if code in self.values:
                return self.values[code]
        return [""] * len(self.lines)

    def code_of(self, field: str) -> str:
        """The code of the column that feeds `field`."""
        return self.layout.feeding[field][0]

    def note_rows(self, rows: Iterable[int], code: str, field: str) -> None:
        """A warning that may hit every row, of the column that feeds `field`."""
        if rows := frozenset(rows):
            self.findings.note_rows(rows, code, self.code_of(field), self.feeding(field))

    def sound(self) -> "Block":
        """The rows that are neither rejected nor nobody's."""
        bad = sorted(self.findings.questioned, reverse=True)
        if not bad:
            return self
        values: dict[str, Sequence[Any]] = {
            code: _without(column, bad) for code, column in self.values.items()
        }
        return replace(self, lines=_without(self.lines, bad), values=values)


def _without(column: Sequence[Any], rows: Sequence[int]) -> list[Any]:
    """The column without some rows, which are few; the last comes first."""
    kept = list(column)
    for row in rows:
        del kept[row]
    return kept
