"""The merge of staged drafts into the pool: set-based SQL, the same on both databases.

A draft of a document that the pool holds is `same` when the content is, else
the next version; within a file the lines of one document follow each other.
The highest version of a batch that was not withdrawn is the current one; a
running batch's version can be superseded, but only a visible one can be `same`.
"""

from collections import Counter
from typing import Any

from sqlalchemy import Connection, text

from credit_cli.store.numbers import take_numbers
from credit_cli.store.staging import Stage
from credit_cli.store.work import Work

Params = dict[str, Any]


def compare(connection: Connection, stage: Stage, batch_id: int, source_code: str) -> Counter[str]:
    """Fill `stage_version` and count the outcomes added, changed, same.

    Writes no table of the pool; `batch_id` is 0 for a dry run.
    """
    keys = ", ".join(stage.document)
    source = "AND p.source = :source" if stage.table == "evaluation" else ""
    numbered = "MIN(p.document_no)" if stage.numbered else "CAST(NULL AS int)"
    same_document = " AND ".join(f"p.{key} = l.{key}" for key in stage.document)
    held_document = " AND ".join(f"h.{key} = l.{key}" for key in stage.document)
    connection.execute(
        text(f"""
INSERT INTO stage_version
WITH linked AS (
  SELECT s.line, s.content_hash, i.subject_id, {_prefixed("s", stage.document)},
    COALESCE(CAST(i.subject_id AS text), s.code) AS party
  FROM stage s LEFT JOIN identifier i ON i.value = s.code
), documents AS (
  SELECT DISTINCT subject_id, {keys} FROM linked WHERE subject_id IS NOT NULL
), held AS (
  SELECT l.subject_id, {_prefixed("l", stage.document)}, {numbered} AS document_no,
    MAX(p.version) AS top_version,
    MAX(CASE WHEN b.state <> 'withdrawn' THEN p.version END) AS current_version
  FROM documents l
  JOIN {stage.table} p ON p.subject_id = l.subject_id AND {same_document} {source}
  JOIN batch b ON b.id = p.batch_id
  GROUP BY l.subject_id, {_prefixed("l", stage.document)}
), stepped AS (
  SELECT l.line, l.party, l.subject_id, {_prefixed("l", stage.document)}, h.document_no,
    h.current_version, COALESCE(h.top_version, 0) AS top_version,
    CASE
      WHEN LAG(l.content_hash) OVER w IS NOT NULL
        THEN CASE WHEN LAG(l.content_hash) OVER w = l.content_hash THEN 0 ELSE 1 END
      WHEN p.content_hash = l.content_hash AND (b.state = 'finished' OR b.id = :batch_id) THEN 0
      ELSE 1
    END AS is_new
  FROM linked l
  LEFT JOIN held h ON h.subject_id = l.subject_id AND {held_document}
  LEFT JOIN {stage.table} p
    ON p.subject_id = l.subject_id AND {same_document} {source} AND p.version = h.current_version
  LEFT JOIN batch b ON b.id = p.batch_id
  WINDOW w AS (PARTITION BY l.party, {_prefixed("l", stage.document)} ORDER BY l.line)
)
SELECT line, party, subject_id, {keys}, document_no, current_version, is_new,
  top_version + SUM(is_new) OVER (PARTITION BY party, {keys} ORDER BY line),
  CASE WHEN SUM(is_new) OVER (PARTITION BY party, {keys} ORDER BY line)
    = SUM(is_new) OVER (PARTITION BY party, {keys}) THEN 1 ELSE 0 END
FROM stepped
"""),
        {"batch_id": batch_id, "source": source_code},
    )
    return _outcomes(connection, stage)


def _prefixed(alias: str, columns: tuple[str, ...]) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)


def _outcomes(connection: Connection, stage: Stage) -> Counter[str]:
    """A document is added by its first new line, if no version of it stands yet."""
    keys = ", ".join(stage.document)
    rows = connection.execute(
        text(f"""
SELECT CASE WHEN is_new = 0 THEN 'same' WHEN current_version IS NULL AND step = 1 THEN 'added'
    ELSE 'changed' END AS outcome, COUNT(*)
FROM (SELECT is_new, current_version,
    SUM(is_new) OVER (PARTITION BY party, {keys} ORDER BY line) AS step FROM stage_version) numbered
GROUP BY 1
""")
    )
    return Counter({str(outcome): int(count) for outcome, count in rows})


def count_other_names(connection: Connection) -> int:
    """How many staged lines call a known subject by another name than the pool does."""
    query = """
SELECT COUNT(*) FROM stage s JOIN identifier i ON i.value = s.code
JOIN subject u ON u.id = i.subject_id WHERE u.name <> s.name
"""
    return int(connection.execute(text(query)).scalar_one())


def apply(work: Work, stage: Stage, batch_id: int, source: str) -> None:
    """Write what `compare` found: new subjects, new versions, the ends of superseded ones."""
    connection = work.session.connection()
    params = {"batch_id": batch_id, "source": source}
    _add_subjects(work, params)
    if stage.numbered:
        _number_documents(connection)
    _add_versions(connection, stage, params)
    _end_versions(connection, stage, params)


_UNKNOWN = """
SELECT s.code, MIN(s.line) AS line FROM stage s
LEFT JOIN identifier i ON i.value = s.code WHERE i.value IS NULL GROUP BY s.code
"""


def _add_subjects(work: Work, params: Params) -> None:
    connection = work.session.connection()
    count = connection.execute(text(f"SELECT COUNT(*) FROM ({_UNKNOWN}) unknown")).scalar_one()
    if not count:
        return
    first = take_numbers(work.session, "subject", count)
    given = params | {"before": first - 1, "first": first, "end": first + count}
    # Taking numbers has locked the series: what another import added meanwhile is seen here.
    connection.execute(
        text(f"""
INSERT INTO identifier (value, scheme, subject_id)
SELECT s.code, s.scheme, :before + ROW_NUMBER() OVER (ORDER BY s.line)
FROM stage s JOIN ({_UNKNOWN}) unknown ON unknown.code = s.code AND unknown.line = s.line
"""),
        given,
    )
    connection.execute(
        text("""
INSERT INTO subject (id, kind, name, code, batch_id)
SELECT i.subject_id, s.kind, s.name, s.code, :batch_id
FROM (SELECT code, MIN(line) AS line FROM stage GROUP BY code) f
JOIN stage s ON s.code = f.code AND s.line = f.line
JOIN identifier i ON i.value = s.code
WHERE i.subject_id >= :first AND i.subject_id < :end
"""),
        given,
    )
    connection.execute(
        text("""
UPDATE stage_version SET subject_id = i.subject_id
FROM stage s JOIN identifier i ON i.value = s.code
WHERE s.line = stage_version.line AND stage_version.subject_id IS NULL
""")
    )


def _number_documents(connection: Connection) -> None:
    """Give each new document the next number of its subject, in the order of its lines."""
    connection.execute(
        text("""
INSERT INTO stage_number (subject_id, document_key, document_no)
SELECT f.subject_id, f.document_key,
  COALESCE(t.top, 0) + ROW_NUMBER() OVER (PARTITION BY f.subject_id ORDER BY f.line)
FROM (SELECT subject_id, document_key, MIN(line) AS line FROM stage_version
  WHERE document_no IS NULL GROUP BY subject_id, document_key) f
LEFT JOIN (SELECT r.subject_id, MAX(r.document_no) AS top FROM record r
  WHERE r.subject_id IN (SELECT subject_id FROM stage_version) GROUP BY r.subject_id) t
  ON t.subject_id = f.subject_id
""")
    )


_NUMBERS = """
LEFT JOIN stage_number n ON n.subject_id = v.subject_id AND n.document_key = v.document_key
"""


def _add_versions(connection: Connection, stage: Stage, params: Params) -> None:
    """Versions inside the file that a later line supersedes are ended by their own batch."""
    own = "COALESCE(v.document_no, n.document_no)" if stage.numbered else ":source"
    column = "document_no" if stage.numbered else "source"
    numbers = _NUMBERS if stage.numbered else ""
    connection.execute(
        text(f"""
INSERT INTO {stage.table} (subject_id, {column}, version, batch_id, ended_batch_id, line,
  {", ".join(stage.carried)})
SELECT v.subject_id, {own}, v.version, :batch_id,
  CASE WHEN v.is_last = 0 THEN :batch_id END, s.line, {_prefixed("s", stage.carried)}
FROM stage_version v JOIN stage s ON s.line = v.line {numbers}
WHERE v.is_new = 1
ORDER BY v.subject_id, v.version
"""),
        params,
    )


def _end_versions(connection: Connection, stage: Stage, params: Params) -> None:
    keys = ["subject_id", *(["document_no"] if stage.numbered else stage.document)]
    source = "" if stage.numbered else "AND source = :source"
    connection.execute(
        text(f"""
UPDATE {stage.table} SET ended_batch_id = :batch_id
WHERE ({", ".join(keys)}, version) IN (
  SELECT {", ".join(keys)}, current_version FROM stage_version
  WHERE is_new = 1 AND current_version IS NOT NULL) {source}
"""),
        params,
    )
