"""A decision table as sets of cases: where each row is true, and where it decides."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from credit_cli.rules.conditions import Condition, Op, tests_of
from credit_cli.rules.diagrams import LIMIT, Node
from credit_cli.rules.partitions import Types
from credit_cli.rules.regions import Regions
from credit_cli.rules.scenarios import Hit

IN_TURN = (Hit.FIRST, Hit.PRIORITY)
TOGETHER = (Hit.COLLECT, Hit.ORDERED)


class TableRow(NamedTuple):
    """A row as hygiene sees it: outcomes are only compared."""

    id: str
    when: Condition
    outcome: Hashable = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenTable:
    """A table as written. `otherwise` is the outcome of its else row.

    `rank` are the row ids of hit policy priority, best first; `always` the facts
    that every case has, such as the subject's kind. Only cases of which all of
    `require` and none of `exclude` are true come to the table.
    """

    rows: Sequence[TableRow]
    hit: Hit
    has_else: bool = True
    otherwise: Hashable = None
    rank: Sequence[str] = ()
    always: Collection[str] = ()
    require: Sequence[Condition] = ()
    exclude: Sequence[Condition] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong with a table: the rows by id, the fact, one case that shows it.

    `seen` is the range of a gap, or the values in which bands meet, in the words
    of the language. `doubtful` may be meant so: a notice, no fault.
    """

    code: str
    rows: tuple[str, ...] = ()
    fact: str = ""
    example: Mapping[str, Any] = field(default_factory=dict)
    seen: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table over its cases, the row ranked best first under hit policy priority.

    For each row `true` is where it holds, `may` where it may once the open values
    of its source are settled, `before` where no better row holds, `decides` where
    its outcome counts. `left` is where no row holds, `uncovered` where none may.
    """

    written: WrittenTable
    rows: Sequence[TableRow]
    regions: Regions
    true: Sequence[Node]
    may: Sequence[Node]
    before: Sequence[Node]
    decides: Sequence[Node]
    left: Node
    uncovered: Node

    @property
    def hit(self) -> Hit:
        """Which of the rows that hold decide."""
        return self.written.hit


def read_table(written: WrittenTable, types: Types, as_of: date, *, limit: int = LIMIT) -> Table:
    """The table over its cases; TooComplex if they take too many nodes."""
    rows, rank = list(written.rows), list(written.rank)
    if written.hit is Hit.PRIORITY:
        rows.sort(key=lambda row: rank.index(row.id) if row.id in rank else len(rank))
    when = [row.when for row in rows]
    around = (*written.require, *written.exclude)
    regions = Regions((*when, *around), types, as_of, always=written.always, limit=limit)
    diagrams = regions.diagrams
    let_in = [regions.true_of(one, open_holds=True) for one in written.require]
    kept_out = diagrams.any_of(map(regions.true_of, written.exclude))
    regions.possible = diagrams.minus(diagrams.all_of((regions.possible, *let_in)), kept_out)
    true = [regions.true_of(one) for one in when]
    may = [
        regions.true_of(one, open_holds=True) if _is_open(one) else node
        for one, node in zip(when, true, strict=True)
    ]
    before = [regions.possible]
    for node in true:
        before.append(diagrams.minus(before[-1], node))
    alone = map(diagrams.both, true, before) if written.hit in IN_TURN else true
    return Table(
        written=written,
        rows=rows,
        regions=regions,
        true=true,
        may=may,
        before=before[:-1],
        decides=list(alone),
        left=before[-1],
        uncovered=diagrams.minus(before[-1], diagrams.any_of(set(may) - set(true))),
    )


def _is_open(when: Condition) -> bool:
    return any(test.op is Op.OPEN for test in tests_of(when))
