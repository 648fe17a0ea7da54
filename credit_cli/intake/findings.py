"""The issues of one page, gathered by row."""

from collections.abc import Sequence

from credit_cli.rules.drafts import Issue, Level

WARNINGS = frozenset(
    {
        "code_outside_list",
        "doubtful_code",
        "end_before_start",
        "fine_unit",
        "inner_check",
        "kind_differs",
        "no_code",
        "personal_data_in_text",
        "publicity_before_decision",
        "reported_late",
        "test_data",
        "unknown_authority",
        "unknown_certificate",
        "unknown_division",
        "value_without_heading",
        "wrong_column",
    }
)
UNLINKED = frozenset({"no_code", "unknown_certificate"})


class Findings:
    """What is wrong on a page: issues by row, and the rows that became nothing."""

    def __init__(self, lines: Sequence[int]) -> None:
        self._lines = lines
        self.by_row: dict[int, list[Issue]] = {}
        self.rejected: set[int] = set()
        self.unlinked: set[int] = set()

    def reject(self, row: int, code: str, column: str, seen: str = "") -> None:
        """An error: the row is rejected."""
        self.rejected.add(row)
        self._add(row, Issue(Level.ERROR, code, self._lines[row], column, seen))

    def note(self, row: int, code: str, column: str, seen: str = "", proposed: str = "") -> None:
        """A warning or a mend; the row stands, unless nothing says whose it is."""
        if code in UNLINKED:
            self.unlinked.add(row)
        level = Level.WARNING if code in WARNINGS else Level.FIXED
        self._add(row, Issue(level, code, self._lines[row], column, seen, proposed))

    def drop(self, row: int) -> None:
        """Forget a row that turned out to be no data."""
        self.by_row.pop(row, None)
        self.rejected.discard(row)
        self.unlinked.discard(row)

    def _add(self, row: int, issue: Issue) -> None:
        self.by_row.setdefault(row, []).append(issue)
