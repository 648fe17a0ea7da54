"""The merge of staged drafts into the pool: set-based SQL, the same on both databases.

A draft of a document that the pool holds is `same` when the content is, else
the next version; within a file the lines of one document follow each other.
The highest version of a batch that was not withdrawn is the current one; a
running batch's version can be superseded, but only a visible one can be `same`.

Most lines bring a document's first version: those are inserted at once, in
the pool's order. Only the lines that found their document there already are
worked out, on narrow rows of subject, document and line.
"""

import json
from collections import Counter

from sqlalchemy import Connection, text

from credit_cli.store import merge_statements as sql
from credit_cli.store.first_loads import without_keys
from credit_cli.store.numbers import LARGEST, next_number, take_numbers
from credit_cli.store.staging import Stage
from credit_cli.store.work import Work


def compare(work: Work, stage: Stage, batch_id: int, source: str) -> Counter[str]:
    """What a merge would do, as counts of added, changed, same; nothing of the pool is written.

    `batch_id` is 0 for a file that was not begun.
    """
    merge = _Merge(work, stage, batch_id, source)
    merge.run(sql.LINK, sql.LEFT)
    counts = merge.work_out()
    if merge.count(sql.OTHERS):
        merge.run(sql.UNNAME)
    return counts


def merge(work: Work, stage: Stage, batch_id: int, source: str) -> Counter[str]:
    """New subjects, new versions, the ends of superseded ones; the pool must be locked."""
    merge = _Merge(work, stage, batch_id, source)
    merge.run(sql.LINK)
    if merge.count(sql.OTHERS):
        merge.run(sql.RENAME)
    merge.add_subjects()
    merge.leave_but(merge.lines(sql.ADD_FIRST))
    return merge.add_rest()


def load(work: Work, stage: Stage, batch_id: int, source: str) -> Counter[str]:
    """What `merge` does, into an empty pool on PostgreSQL, whose keys are made afterwards."""
    merge, connection = _Merge(work, stage, batch_id, source), work.session.connection()
    apart = [f"{stage.table}_content"] if stage.content else []
    with without_keys(connection, apart):
        with without_keys(connection, [stage.table, "identifier"]):
            merge.run("ANALYZE stage", sql.LINK, "ANALYZE stage_subject")
            merge.add_subjects()
            merge.run(sql.ADD_DISTINCT)
        # In a pool that was empty nothing can be left if as much is there as was staged.
        if merge.count(sql.HELD_NOW) != merge.count(sql.STAGED):
            merge.run(sql.LEFT)
        return merge.add_rest()


def count_severe(work: Work) -> int:
    """How many of the compared or merged lines bring something new that is serious."""
    return int(work.session.connection().execute(text(sql.SEVERE)).scalar_one())


def count_other_names(work: Work) -> int:
    """How many linked lines call a subject by a name that neither the pool nor a register knows."""
    return int(work.session.connection().execute(text(sql.OTHER_NAMES)).scalar_one())


class _Merge:
    """Statements in the names of a stage's own columns, with the parameters of one merge."""

    def __init__(self, work: Work, stage: Stage, batch_id: int, source: str) -> None:
        self._work = work
        self._connection = work.session.connection()
        self._stage = stage
        self._names = _names(stage) | _dialect(self._connection)
        before = next_number(work.session, "subject") - 1
        self._params = {"batch_id": batch_id, "source": source, "before": before}
        self._params["own"] = batch_id or LARGEST

    def run(self, *statements: str) -> None:
        for statement in statements:
            self._connection.execute(text(statement.format(**self._names)), self._params)

    def count(self, statement: str) -> int:
        query = text(statement.format(**self._names))
        return int(self._connection.execute(query, self._params).scalar_one())

    def add_subjects(self) -> None:
        """Those whose numbers were not taken yet when codes were looked up."""
        if count := self.count(sql.COUNT_NEW):
            take_numbers(self._work.session, "subject", count)
            self.run(sql.ADD_IDENTIFIERS, sql.ADD_SUBJECTS)

    def lines(self, statement: str) -> list[int]:
        """The lines that a statement gives back."""
        query = text(statement.format(**self._names))
        return list(self._connection.execute(query, self._params).scalars())

    def leave_but(self, added: list[int]) -> None:
        """Leave to be worked out what was not added, a few lines or a whole chunk."""
        if left := set(self.lines(sql.LINES)).difference(added):
            self._params["lines"] = json.dumps(sorted(left))
            self.run(sql.LISTED)

    def add_rest(self) -> Counter[str]:
        """The lines that found their document there, and what stands apart; all outcomes."""
        added = self.count(sql.STAGED) - self.count(sql.COUNT_LEFT)
        outcomes = self.work_out() + Counter(added=added)
        if self.count(sql.COUNT_LEFT):
            self.run(sql.ADD, sql.END)
        if self._stage.content:
            self.run(sql.ADD_CONTENT)
        return outcomes

    def work_out(self) -> Counter[str]:
        """The versions that the lines left become, and the outcomes of these lines."""
        if not self.count(sql.COUNT_LEFT):
            return Counter()
        self.run(sql.DOCUMENTS, sql.HELD, *sql.MEASURE, sql.SINGLE)
        if self.count(sql.COUNT_SEVERAL):
            self.run(sql.SEVERAL)
        rows = self._connection.execute(text(sql.OUTCOMES))
        return Counter({str(outcome): int(count) for outcome, count in rows})


def _dialect(connection: Connection) -> dict[str, str]:
    """What the databases say differently: how rows go in, and a list as rows.

    By default SQLite copies every page that a statement changes, to undo it alone, some
    hundred MB for a chunk; but a failed merge is rolled back whole.
    """
    if connection.dialect.name == "sqlite":
        listed = "SELECT value AS line FROM json_each(:lines)"
        return {"insert": "INSERT OR FAIL", "listed": listed}
    listed = "SELECT CAST(value AS int) AS line FROM json_array_elements_text(CAST(:lines AS json))"
    return {"insert": "INSERT", "listed": listed}


def _names(stage: Stage) -> dict[str, str]:
    def prefixed(alias: str, names: tuple[str, ...]) -> str:
        return ", ".join(f"{alias}.{name}" for name in names)

    def joined(left: str, right: str) -> str:
        same = [f"{left}.{key} = {right}.{key}" for key in stage.document]
        return " AND ".join(same + [f"{left}.source = :source"] * stage.by_source)

    return {
        "table": stage.table,
        "keys": ", ".join(stage.document),
        "s_keys": prefixed("s", stage.document),
        "l_keys": prefixed("l", stage.document),
        "h_is_l": " AND ".join(f"h.{key} = l.{key}" for key in stage.document),
        "d_is_s": " AND ".join(f"d.{key} = s.{key}" for key in stage.document),
        "p_is_s": joined("p", "s"),
        "p_is_l": joined("p", "l"),
        "p_is_h": joined("p", "h"),
        "p_is_v": joined(stage.table, "v"),
        "source": "source, " * stage.by_source,
        "the_source": ":source, " * stage.by_source,
        "carried": ", ".join(stage.carried),
        "s_carried": prefixed("s", stage.carried),
        "content": ", ".join(stage.content),
        "s_content": prefixed("s", stage.content),
    }
