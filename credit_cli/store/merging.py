"""The merge of staged drafts into the pool: set-based SQL, the same on both databases.

A draft of a document that the pool holds is `same` when the content is, else
the next version; within a file the lines of one document follow each other.
The highest version of a batch that was not withdrawn is the current one; a
running batch's version can be superseded, but only a visible one can be `same`.

Most lines bring a document's first version: those are inserted at once, in
the pool's order. Only the lines that found their document there already are
worked out, on narrow rows of subject, document and line.
"""

from collections import Counter

from sqlalchemy import Connection, text

from credit_cli.store.first_loads import without_keys
from credit_cli.store.numbers import LARGEST, next_number, take_numbers
from credit_cli.store.staging import CASES, EVALUATIONS, LINKS, RECORDS, SUBJECTS, Stage
from credit_cli.store.work import Work


def compare(work: Work, stage: Stage, batch_id: int, source: str) -> Counter[str]:
    """What a merge would do, as counts of added, changed, same; nothing of the pool is written.

    `batch_id` is 0 for a file that was not begun.
    """
    merge = _Merge(work, stage, batch_id, source)
    merge.run(_LINK, _LEFT)
    counts = merge.work_out()
    if merge.count(_OTHERS):
        merge.run(_UNNAME)
    return counts


def merge(work: Work, stage: Stage, batch_id: int, source: str) -> Counter[str]:
    """New subjects, new versions, the ends of superseded ones; the pool must be locked."""
    merge = _Merge(work, stage, batch_id, source)
    merge.run(_LINK)
    if merge.count(_OTHERS):
        merge.run(_RENAME)
    merge.add_subjects()
    merge.run(_ADD_FIRST)
    return merge.add_rest()


def load(work: Work, stage: Stage, batch_id: int, source: str) -> Counter[str]:
    """What `merge` does, into an empty pool on PostgreSQL, whose keys are made afterwards."""
    merge, connection = _Merge(work, stage, batch_id, source), work.session.connection()
    apart = [f"{stage.table}_content"] if stage.content else []
    with without_keys(connection, apart):
        with without_keys(connection, [stage.table, "identifier"]):
            merge.run("ANALYZE stage", _LINK, "ANALYZE stage_subject")
            merge.add_subjects()
            merge.run(_ADD_DISTINCT)
        # In a pool that was empty nothing can be left if as much is there as was staged.
        return merge.add_rest(surely_none=merge.count(_HELD_NOW) == merge.count(_STAGED))


def count_severe(work: Work) -> int:
    """How many of the compared or merged lines bring something new that is serious."""
    return int(work.session.connection().execute(text(_SEVERE)).scalar_one())


def count_other_names(work: Work) -> int:
    """How many linked lines call a subject by a name that neither the pool nor a register knows."""
    return int(work.session.connection().execute(text(_OTHER_NAMES)).scalar_one())


class _Merge:
    """Statements in the names of a stage's own columns, with the parameters of one merge."""

    def __init__(self, work: Work, stage: Stage, batch_id: int, source: str) -> None:
        self._work = work
        self._connection = work.session.connection()
        self._stage = stage
        self._names = _names(stage) | _inserting(self._connection)
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
        if count := self.count(_COUNT_NEW):
            take_numbers(self._work.session, "subject", count)
            self.run(_ADD_IDENTIFIERS, _ADD_SUBJECTS)

    def add_rest(self, *, surely_none: bool = False) -> Counter[str]:
        """The lines that found their document there, and what stands apart; all outcomes."""
        if not surely_none:
            self.run(_LEFT)
        added = self.count(_STAGED) - self.count(_COUNT_LEFT)
        outcomes = self.work_out() + Counter(added=added)
        if self.count(_COUNT_LEFT):
            self.run(_ADD, _END)
        if self._stage.content:
            self.run(_ADD_CONTENT)
        return outcomes

    def work_out(self) -> Counter[str]:
        """The versions that the lines left become, and the outcomes of these lines."""
        if not self.count(_COUNT_LEFT):
            return Counter()
        self.run(_DOCUMENTS, _HELD, *_MEASURE, _SINGLE)
        if self.count(_COUNT_SEVERAL):
            self.run(_SEVERAL)
        rows = self._connection.execute(text(_OUTCOMES))
        return Counter({str(outcome): int(count) for outcome, count in rows})


def _inserting(connection: Connection) -> dict[str, str]:
    """How rows go in: a failed merge is rolled back whole, so no statement needs undoing.

    By default SQLite copies every page that a statement changes, some hundred MB for a chunk.
    """
    return {"insert": "INSERT OR FAIL" if connection.dialect.name == "sqlite" else "INSERT"}


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


# Every code once, with its subject; new ones go by the next numbers, in the order of lines.
_LINK = """
{insert} INTO stage_subject (code, first_line, held_id, subject_id, least_name, greatest_name)
SELECT f.code, f.first_line, i.subject_id, COALESCE(i.subject_id,
    :before + ROW_NUMBER() OVER (PARTITION BY i.subject_id IS NULL ORDER BY f.first_line)),
  f.least_name, f.greatest_name
FROM (
  SELECT code, MIN(line) AS first_line, MIN(name) AS least_name, MAX(name) AS greatest_name
  FROM stage GROUP BY code
) f
LEFT JOIN identifier i ON i.value = f.code
"""
_COUNT_NEW = "SELECT COUNT(*) FROM stage_subject WHERE subject_id > :before"
_ADD_IDENTIFIERS = """
{insert} INTO identifier (value, scheme, subject_id)
SELECT t.code, s.scheme, t.subject_id
FROM stage_subject t JOIN stage s ON s.line = t.first_line
WHERE t.subject_id > :before ORDER BY t.code
"""
_ADD_SUBJECTS = """
{insert} INTO subject (id, kind, name, code, batch_id)
SELECT t.subject_id, s.kind, s.name, s.code, :batch_id
FROM stage_subject t JOIN stage s ON s.line = t.first_line
WHERE t.subject_id > :before ORDER BY t.subject_id
"""
# A subject that nobody sees is named by a batch that was withdrawn, or begun before and left:
# it goes by what the first file says that may yet be seen. Later batches are never looked at,
# so that two which run at once do not rename it in turns.
_HIDDEN = "SELECT id FROM batch WHERE state = 'withdrawn' OR state = 'running' AND id < :own"
_OTHERS = f"SELECT COUNT(*) FROM ({_HIDDEN}) hidden"
_NOBODYS = f"u.batch_id IN ({_HIDDEN})" + "".join(
    f" AND NOT EXISTS (SELECT 1 FROM {stage.table} p JOIN batch b ON b.id = p.batch_id"
    " WHERE p.subject_id = u.id AND b.state = 'finished')"
    for stage in (RECORDS, EVALUATIONS, SUBJECTS, LINKS, CASES)
)
_RENAME = f"""
UPDATE subject AS u SET kind = s.kind, name = s.name, batch_id = :batch_id
FROM stage_subject t JOIN stage s ON s.line = t.first_line
WHERE u.id = t.subject_id AND {_NOBODYS}
"""
_UNNAME = f"""
UPDATE stage_subject SET subject_id = NULL
FROM subject u WHERE u.id = stage_subject.subject_id AND {_NOBODYS}
"""
# Of several lines of a new document the first one stands.
_INTO = "{insert} INTO {table} (subject_id, {source}version, batch_id, line, {carried})"
_FIRST = """
  t.subject_id, {the_source}1, :batch_id, s.line, {s_carried}
FROM stage s JOIN stage_subject t ON t.code = s.code
WHERE 1 = 1
ORDER BY t.subject_id, {s_keys}, s.line
"""
_ADD_FIRST = f"{_INTO} SELECT {_FIRST} ON CONFLICT DO NOTHING"
_ADD_DISTINCT = f"{_INTO} SELECT DISTINCT ON (t.subject_id, {{s_keys}}) {_FIRST}"
_HELD_NOW = "SELECT COUNT(*) FROM {table}"
_STAGED = "SELECT COUNT(*) FROM stage"
# What the pool does not hold as just inserted. How many an INSERT ... ON CONFLICT has
# inserted is not to be trusted on a distributed database. Looked up line by line: a join is
# planned by what was measured of a table, which grows in this very transaction.
_LEFT = """
{insert} INTO stage_line (subject_id, {keys}, line, content_hash)
SELECT t.subject_id, {s_keys}, s.line, s.content_hash
FROM stage s JOIN stage_subject t ON t.code = s.code
WHERE (
  SELECT p.line FROM {table} p
  WHERE p.subject_id = t.subject_id AND {p_is_s} AND p.version = 1
    AND p.batch_id = :batch_id AND p.line = s.line
) IS NULL
"""
_COUNT_LEFT = "SELECT COUNT(*) FROM stage_line"
_DOCUMENTS = """
{insert} INTO stage_document (subject_id, {keys}, line, lines, content_hash)
SELECT subject_id, {keys}, MIN(line), COUNT(*), MIN(content_hash)
FROM stage_line GROUP BY subject_id, {keys}
"""
_HELD = """
{insert} INTO stage_held (subject_id, {keys}, top_version, current_version)
SELECT l.subject_id, {l_keys}, MAX(p.version),
  MAX(CASE WHEN b.state <> 'withdrawn' THEN p.version END)
FROM stage_document l
JOIN {table} p ON p.subject_id = l.subject_id AND {p_is_l}
JOIN batch b ON b.id = p.batch_id
GROUP BY l.subject_id, {l_keys}
"""
# Nothing measures a temporary table by itself, and unmeasured it is taken for a large one.
_MEASURE = ("ANALYZE stage_document", "ANALYZE stage_held")
_COUNT_SEVERAL = "SELECT COUNT(*) FROM stage_document WHERE lines > 1"
# Whether a document's line says what its current version says, if that is to be seen.
_IS_NEW = """
CASE WHEN p.content_hash = l.content_hash AND (b.state = 'finished' OR b.id = :batch_id)
  THEN 0 ELSE 1 END
"""
_WITH_HELD = """
LEFT JOIN stage_held h ON h.subject_id = l.subject_id AND {h_is_l}
LEFT JOIN {table} p
  ON p.subject_id = h.subject_id AND {p_is_h} AND p.version = h.current_version
LEFT JOIN batch b ON b.id = p.batch_id
"""
# Nearly every document has one line; only those with several need the order of lines.
_SINGLE = f"""
{{insert}} INTO stage_version (line, subject_id, {{keys}}, current_version, is_new, step, version,
  is_last)
SELECT line, subject_id, {{keys}}, current_version, is_new, is_new, top_version + is_new, 1
FROM (
  SELECT l.line, l.subject_id, {{l_keys}}, h.current_version,
    COALESCE(h.top_version, 0) AS top_version, {_IS_NEW} AS is_new
  FROM stage_document l {_WITH_HELD}
  WHERE l.lines = 1
) single
"""
_SEVERAL = f"""
{{insert}} INTO stage_version (line, subject_id, {{keys}}, current_version, is_new, step, version,
  is_last)
SELECT line, subject_id, {{keys}}, current_version, is_new, step, top_version + step,
  CASE WHEN step = last_step THEN 1 ELSE 0 END
FROM (
  SELECT n.*, SUM(is_new) OVER (PARTITION BY subject_id, {{keys}} ORDER BY line) AS step,
    SUM(is_new) OVER (PARTITION BY subject_id, {{keys}}) AS last_step
  FROM (
    SELECT l.line, l.subject_id, {{l_keys}}, h.current_version,
      COALESCE(h.top_version, 0) AS top_version,
      CASE l.before_hash WHEN l.content_hash THEN 0 ELSE
        CASE WHEN l.before_hash IS NULL THEN {_IS_NEW} ELSE 1 END END AS is_new
    FROM (
      SELECT s.subject_id, {{s_keys}}, s.line, s.content_hash,
        LAG(s.content_hash) OVER (PARTITION BY s.subject_id, {{s_keys}} ORDER BY s.line)
          AS before_hash
      FROM stage_line s JOIN stage_document d
        ON d.subject_id = s.subject_id AND {{d_is_s}} AND d.lines > 1
    ) l {_WITH_HELD}
  ) n
) stepped
"""
# A document is added by its first new line, if no version of it stands yet.
_OUTCOMES = """
SELECT CASE WHEN is_new = 0 THEN 'same' WHEN current_version IS NULL AND step = 1 THEN 'added'
    ELSE 'changed' END AS outcome, COUNT(*)
FROM stage_version GROUP BY 1
"""
# Versions inside the file that a later line supersedes are ended by their own batch.
_ADD = """
{insert} INTO {table} (subject_id, {source}version, batch_id, ended_batch_id, line, {carried})
SELECT v.subject_id, {the_source}v.version, :batch_id,
  CASE WHEN v.is_last = 0 THEN :batch_id END, s.line, {s_carried}
FROM stage_version v JOIN stage s ON s.line = v.line
WHERE v.is_new = 1 ORDER BY v.subject_id
"""
_END = """
UPDATE {table} SET ended_batch_id = :batch_id
FROM stage_version v
WHERE v.is_new = 1 AND v.step = 1 AND v.current_version IS NOT NULL
  AND {table}.subject_id = v.subject_id AND {table}.version = v.current_version AND {p_is_v}
"""
_ADD_CONTENT = """
{insert} INTO {table}_content (batch_id, line, subject_id, {content})
SELECT :batch_id, s.line, t.subject_id, {s_content}
FROM stage s JOIN stage_subject t ON t.code = s.code
WHERE NOT EXISTS (SELECT 1 FROM stage_version v WHERE v.line = s.line AND v.is_new = 0)
ORDER BY s.line
"""
_SEVERE = """
SELECT COUNT(*) FROM stage s LEFT JOIN stage_version v ON v.line = s.line
WHERE s.severity = 'serious' AND COALESCE(v.is_new, 1) = 1
"""
# Only codes that are called by several names, or by another than the pool's, have their lines
# looked at. A new subject has the name of its first line.
_OTHER_NAMES = """
SELECT COUNT(*)
FROM (
  SELECT t.code, t.subject_id, f.name
  FROM stage_subject t JOIN stage f ON f.line = t.first_line
  WHERE t.held_id IS NULL AND t.least_name <> t.greatest_name
  UNION ALL
  SELECT t.code, t.subject_id, u.name
  FROM stage_subject t JOIN subject u ON u.id = t.held_id
  WHERE t.least_name <> u.name OR t.greatest_name <> u.name
) d
JOIN stage s ON s.code = d.code
WHERE s.name <> d.name AND NOT EXISTS (
  SELECT 1 FROM register_entry e JOIN batch b ON b.id = e.batch_id AND b.state = 'finished'
  WHERE e.subject_id = d.subject_id AND e.registered_name = s.name
)
"""
