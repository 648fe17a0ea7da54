"""The issues of one page: by row where they are few, by column where they may hit every row."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

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
        "unknown_item",
        "value_without_heading",
        "wrong_column",
    }
)
UNLINKED = frozenset({"no_code", "unknown_certificate"})


class _Common(NamedTuple):
    """One warning of many rows; `seen` are the cells of its column, by row."""

    code: str
    column: str
    rows: frozenset[int]
    seen: Sequence[str]


class Findings:
    """What is wrong on a page: issues by row, and the rows that became nothing."""

    def __init__(self, lines: Sequence[int]) -> None:
        self._lines = lines
        self._common: list[_Common] = []
        self.by_row: dict[int, list[Issue]] = {}
        self.rejected: set[int] = set()
        self.unlinked: set[int] = set()

    @property
    def questioned(self) -> set[int]:
        """The rows that become no draft."""
        return self.rejected | self.unlinked

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

    def note_rows(self, rows: frozenset[int], code: str, column: str, seen: Sequence[str]) -> None:
        """A warning that may hit every row: only counted, but for rows that are questioned."""
        self._common.append(_Common(code, column, rows, seen))

    def drop(self, rows: Collection[int]) -> None:
        """Forget rows that turned out to be no data."""
        for row in rows:
            self.by_row.pop(row, None)
        self.rejected.difference_update(rows)
        self.unlinked.difference_update(rows)
        self._common = [each._replace(rows=each.rows.difference(rows)) for each in self._common]

    def issues_of(self, row: int) -> tuple[Issue, ...]:
        """All issues of a row that is questioned."""
        common = (
            Issue(Level.WARNING, each.code, self._lines[row], each.column, each.seen[row])
            for each in self._common
            if row in each.rows
        )
        return (*self.by_row.get(row, ()), *common)

    def counts(self) -> Counter[str]:
        """How many issues there are of each code."""
        counted = Counter(issue.code for issues in self.by_row.values() for issue in issues)
        for each in self._common:
            counted[each.code] += len(each.rows)
        return counted

    def hits(self) -> Iterator[tuple[str, Collection[int]]]:
        """Each issue's code with the rows it hits; a code may come more than once."""
        for each in self._common:
            yield each.code, each.rows
        for row, issues in self.by_row.items():
            for issue in issues:
                yield issue.code, (row,)

    def _add(self, row: int, issue: Issue) -> None:
        self.by_row.setdefault(row, []).append(issue)
