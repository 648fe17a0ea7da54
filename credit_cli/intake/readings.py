"""What it takes to read a file of a kind, as a value that another process can be given."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from credit_cli.intake.evaluations import read_evaluations
from credit_cli.intake.layouts import Layout
from credit_cli.intake.pages import DraftFile
from credit_cli.intake.records import read_records
from credit_cli.intake.tables import TableFile
from credit_cli.rules.conditions import tests_of
from credit_cli.rules.decisions import DecisionTable
from credit_cli.rules.drafts import EvaluationDraft, RecordDraft
from credit_cli.rules.packs import RecordType, Scale
from credit_cli.rules.severity import classifier


class Reading(Protocol):
    """Opens the drafts of a file."""

    def __call__(self, table: TableFile) -> DraftFile[Any]:
        """Read the heading at once, the rest as it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReading:
    """How records are read under a policy; see `read_records`.

    Of the policy it holds no more than that, so that another process can be given it.
    """

    as_of: date
    late_before: Mapping[str, date]
    record_types: Mapping[str, RecordType]
    severity: DecisionTable
    authorities: Collection[str] | None = None
    layouts: Sequence[Layout] | None = None

    def __call__(self, table: TableFile) -> DraftFile[RecordDraft]:
        """The records of a file."""
        return read_records(
            table,
            as_of=self.as_of,
            late_before=self.late_before,
            classify=classifier(self),
            weighed=frozenset(
                test.fact for row in self.severity.rows for test in tests_of(row.when)
            ),
            authorities=self.authorities,
            layouts=self.layouts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationReading:
    """How evaluations are read under a policy; see `read_evaluations`."""

    as_of: date
    scales: Mapping[str, Scale]
    layouts: Sequence[Layout] | None = None

    def __call__(self, table: TableFile) -> DraftFile[EvaluationDraft]:
        """The evaluations of a file."""
        return read_evaluations(table, as_of=self.as_of, scales=self.scales, layouts=self.layouts)
