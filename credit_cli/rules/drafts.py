"""What intake hands to the store: checked drafts, and the rows it has questions about."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

from credit_cli.rules.raw_rows import RawBlock

Draft = TypeVar("Draft")


class Level(StrEnum):
    """What a fault does to its row: rejected, accepted with a warning, or mended and noted."""

    ERROR = "E"
    WARNING = "W"
    FIXED = "F"


class Issue(NamedTuple):
    """One fault in one cell. `seen` and `proposed` may hold personal data: never print them."""

    level: Level
    code: str
    line: int
    column: str = ""
    seen: str = ""
    proposed: str = ""


class RecordDraft(NamedTuple):
    """One checked record of one party, in the order of the staging table's columns.

    Days are ISO text (both databases cast it), money is fen, `fields` is
    canonical JSON of the other columns as sent, after normalisation.
    """

    line: int
    kind: str
    scheme: str
    code: str
    name: str
    record_type: str
    severity: str | None
    state: str
    document_key: int
    document_number: str
    authority_code: str
    authority: str
    decided_on: str
    valid_from: str | None
    valid_until: str | None
    amount_fen: int | None
    content_hash: int
    fields: str


class EvaluationDraft(NamedTuple):
    """One score or grade from outside, in the order of the staging table's columns."""

    line: int
    kind: str
    scheme: str
    code: str
    name: str
    scale: str
    grade: str | None
    score: int | None
    evaluated_on: str
    valid_until: str | None
    content_hash: int


class QuestionedRow(NamedTuple):
    """A row that did not become a record (疑问数据 or 未关联数据), with its cells as sent.

    `batch` is where the store keeps it, 0 on a dry run.
    """

    line: int
    outcome: str  # "rejected" or "unlinked"
    issues: tuple[Issue, ...]
    cells: tuple[str, ...]
    batch: int = 0


@dataclass(slots=True, kw_only=True)
class Page(Generic[Draft]):
    """Some hundred rows of a file, each with one outcome.

    The drafts are held by column, in the order of the fields of what `make`
    makes. `issues` counts all issues by code, `flawed` the rows with any by
    dimension of quality; `noted` are the drafts' own issues but for warnings
    that may hit every row. `filled` counts the rows that say something by column;
    `raw` are the rows as sent; `share` of the file has been read, 0 to 1.
    """

    make: Callable[[Iterable[Any]], Draft]
    columns: Sequence[Sequence[Any]] = ()
    questioned: list[QuestionedRow] = field(default_factory=list)
    noted: list[Issue] = field(default_factory=list)
    skipped: int = 0
    last_line: int = 0
    issues: Counter[str] = field(default_factory=Counter)
    flawed: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    raw: RawBlock | None = None
    share: float = 0.0

    @property
    def drafts(self) -> list[Draft]:
        """The drafts, row by row."""
        return list(map(self.make, zip(*self.columns, strict=True)))
