"""The merge of staged drafts into the pool: set-based SQL, the same on both databases.

A draft of a document that the pool holds is `same` when the content is, else
the next version; within a file the lines of one document follow each other.
The highest version of a batch that was not withdrawn is the current one; a
running batch's version can be superseded, but only a visible one can be `same`.

Codes are looked up once each; from then on only narrow rows of subject,
document and line are compared, sorted as the pool is, and the wide ones are
touched again only to be inserted, in the pool's own order.
"""

from collections import Counter
from typing import Any

from sqlalchemy import Connection, text

from credit_cli.store.numbers import take_numbers
from credit_cli.store.staging import Stage
from credit_cli.store.work import Work

# Above every number of a subject: what new subjects go by until they get one.
PROVISIONAL = 1_000_000_000


def compare(connection: Connection, stage: Stage, batch_id: int, source_code: str) -> Counter[str]:
    """Work out each staged line's version, and count the outcomes added, changed, same.

    Writes no table of the pool; `batch_id` is 0 for a dry run.
    """
    params = {"batch_id": batch_id, "source": source_code}
    for statement in (_LINK, _LINES, _DOCUMENTS, _HELD, *_MEASURE, _SINGLE):
        connection.execute(text(_for(stage, statement)), params)
    if connection.execute(text(_ANY_SEVERAL)).first():
        connection.execute(text(_for(stage, _SEVERAL)), params)
    rows = connection.execute(text(_OUTCOMES))
    return Counter({str(outcome): int(count) for outcome, count in rows})


def count_other_names(connection: Connection) -> int:
    """How many compared lines call a subject by another name than the pool, or its first line."""
    return int(connection.execute(text(_OTHER_NAMES)).scalar_one())


def apply(work: Work, stage: Stage, batch_id: int, source: str) -> None:
    """Write what `compare` found: new subjects, new versions, the ends of superseded ones."""
    connection = work.session.connection()
    params = {"batch_id": batch_id, "source": source}
    _add_subjects(work, params)
    connection.execute(text(_for(stage, _ADD)), params)
    connection.execute(text(_for(stage, _END)), params)


def _add_subjects(work: Work, params: dict[str, Any]) -> None:
    """Numbers for the subjects that `compare` left with a provisional one."""
    connection = work.session.connection()
    count = connection.execute(text(_COUNT_NEW)).scalar_one()
    if not count:
        return
    given = params | {"before": take_numbers(work.session, "subject", count) - 1}
    for statement in (_NUMBER_SUBJECTS, _ADD_IDENTIFIERS, _ADD_SUBJECTS, _USE_NUMBERS):
        connection.execute(text(statement), given)


def _for(stage: Stage, statement: str) -> str:
    """A statement with the names of the stage's own columns."""

    def prefixed(alias: str) -> str:
        return ", ".join(f"{alias}.{key}" for key in stage.document)

    def joined(left: str, right: str) -> str:
        return " AND ".join(f"{left}.{key} = {right}.{key}" for key in stage.document)

    numbered, source = stage.numbered, "" if stage.numbered else "AND p.source = :source"
    return statement.format(
        table=stage.table,
        keys=", ".join(stage.document),
        s_keys=prefixed("s"),
        l_keys=prefixed("l"),
        p_is_l=joined("p", "l"),
        h_is_l=joined("h", "l"),
        p_is_h=joined("p", "h"),
        d_is_s=joined("d", "s"),
        of_source=source,
        numbers="MIN(p.document_no)" if numbered else "CAST(NULL AS int)",
        own="document_no" if numbered else "source",
        own_value="v.document_no" if numbered else ":source",
        number=_NUMBER if numbered else "CAST(NULL AS int)",
        provisional=PROVISIONAL,
        p_is_v=joined(stage.table, "v")
        + ("" if numbered else f" AND {stage.table}.source = :source"),
        carried=", ".join(stage.carried),
        s_carried=", ".join(f"s.{name}" for name in stage.carried),
    )


# Every code once, with its subject; a new one goes by its first line.
_LINK = """
INSERT INTO stage_subject (code, first_line, subject_id)
SELECT f.code, f.first_line, COALESCE(i.subject_id, {provisional} + f.first_line)
FROM (SELECT code, MIN(line) AS first_line FROM stage GROUP BY code) f
LEFT JOIN identifier i ON i.value = f.code
"""
_LINES = """
INSERT INTO stage_line (subject_id, {keys}, line, content_hash)
SELECT t.subject_id, {s_keys}, s.line, s.content_hash
FROM stage s JOIN stage_subject t ON t.code = s.code
"""
_DOCUMENTS = """
INSERT INTO stage_document (subject_id, {keys}, line, lines, content_hash, nth)
SELECT subject_id, {keys}, MIN(line), COUNT(*), MIN(content_hash),
  ROW_NUMBER() OVER (PARTITION BY subject_id ORDER BY MIN(line))
FROM stage_line GROUP BY subject_id, {keys}
"""
_HELD = """
INSERT INTO stage_held (subject_id, {keys}, document_no, top_version, current_version)
SELECT l.subject_id, {l_keys}, {numbers}, MAX(p.version),
  MAX(CASE WHEN b.state <> 'withdrawn' THEN p.version END)
FROM stage_document l
JOIN {table} p ON p.subject_id = l.subject_id AND {p_is_l} {of_source}
JOIN batch b ON b.id = p.batch_id
WHERE l.subject_id < {provisional}
GROUP BY l.subject_id, {l_keys}
"""
# Nothing measures a temporary table by itself, and unmeasured it is taken for a large one.
_MEASURE = ("ANALYZE stage_document", "ANALYZE stage_held")
_ANY_SEVERAL = "SELECT 1 FROM stage_document WHERE lines > 1 LIMIT 1"
# Whether a document's line says what its current version says, if that is to be seen.
_IS_NEW = """
CASE WHEN p.content_hash = l.content_hash AND (b.state = 'finished' OR b.id = :batch_id)
  THEN 0 ELSE 1 END
"""
_WITH_HELD = """
LEFT JOIN stage_held h ON h.subject_id = l.subject_id AND {h_is_l}
LEFT JOIN {table} p
  ON p.subject_id = h.subject_id AND {p_is_h} {of_source} AND p.version = h.current_version
LEFT JOIN batch b ON b.id = p.batch_id
"""
# A new document's number: on from its subject's last, in the order of lines.
_NUMBER = """
COALESCE(h.document_no, l.nth + COALESCE(
  (SELECT MAX(r.document_no) FROM record r WHERE r.subject_id = l.subject_id), 0))
"""
# Nearly every document has one line; only those with several need the order of lines.
_SINGLE = f"""
INSERT INTO stage_version (line, subject_id, {{keys}}, document_no, current_version, is_new, step,
  version, is_last)
SELECT line, subject_id, {{keys}}, document_no, current_version, is_new, is_new,
  top_version + is_new, 1
FROM (
  SELECT l.line, l.subject_id, {{l_keys}}, {{number}} AS document_no, h.current_version,
    COALESCE(h.top_version, 0) AS top_version, {_IS_NEW} AS is_new
  FROM stage_document l {_WITH_HELD}
  WHERE l.lines = 1
) single
"""
_SEVERAL = f"""
INSERT INTO stage_version (line, subject_id, {{keys}}, document_no, current_version, is_new, step,
  version, is_last)
SELECT line, subject_id, {{keys}}, document_no, current_version, is_new, step, top_version + step,
  CASE WHEN step = last_step THEN 1 ELSE 0 END
FROM (
  SELECT n.*, SUM(is_new) OVER (PARTITION BY subject_id, {{keys}} ORDER BY line) AS step,
    SUM(is_new) OVER (PARTITION BY subject_id, {{keys}}) AS last_step
  FROM (
    SELECT l.line, l.subject_id, {{l_keys}}, {{number}} AS document_no, h.current_version,
      COALESCE(h.top_version, 0) AS top_version,
      CASE l.before_hash WHEN l.content_hash THEN 0 ELSE
        CASE WHEN l.before_hash IS NULL THEN {_IS_NEW} ELSE 1 END END AS is_new
    FROM (
      SELECT s.subject_id, {{s_keys}}, s.line, s.content_hash, d.nth,
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
_OTHER_NAMES = """
SELECT COUNT(*) FROM stage s
JOIN stage_subject t ON t.code = s.code
JOIN stage f ON f.line = t.first_line
LEFT JOIN subject u ON u.id = t.subject_id
WHERE s.name <> COALESCE(u.name, f.name)
"""
_COUNT_NEW = f"SELECT COUNT(*) FROM stage_subject WHERE subject_id > {PROVISIONAL}"
_NUMBER_SUBJECTS = f"""
INSERT INTO stage_new (provisional, subject_id, line)
SELECT subject_id, :before + ROW_NUMBER() OVER (ORDER BY first_line), first_line
FROM stage_subject WHERE subject_id > {PROVISIONAL}
"""
_ADD_IDENTIFIERS = """
INSERT INTO identifier (value, scheme, subject_id)
SELECT s.code, s.scheme, n.subject_id
FROM stage_new n JOIN stage s ON s.line = n.line ORDER BY s.code
"""
_ADD_SUBJECTS = """
INSERT INTO subject (id, kind, name, code, batch_id)
SELECT n.subject_id, s.kind, s.name, s.code, :batch_id
FROM stage_new n JOIN stage s ON s.line = n.line ORDER BY n.subject_id
"""
_USE_NUMBERS = """
UPDATE stage_version SET subject_id = n.subject_id
FROM stage_new n WHERE n.provisional = stage_version.subject_id
"""
# Read in the order of `stage_version`, which is the pool's. Versions inside the file that a
# later line supersedes are ended by their own batch.
_ADD = """
INSERT INTO {table} (subject_id, {own}, version, batch_id, ended_batch_id, line, {carried})
SELECT v.subject_id, {own_value}, v.version, :batch_id,
  CASE WHEN v.is_last = 0 THEN :batch_id END, s.line, {s_carried}
FROM stage_version v CROSS JOIN stage s
WHERE s.line = v.line AND v.is_new = 1
"""
_END = """
UPDATE {table} SET ended_batch_id = :batch_id
FROM stage_version v
WHERE v.is_new = 1 AND v.step = 1 AND v.current_version IS NOT NULL
  AND {table}.subject_id = v.subject_id AND {table}.version = v.current_version AND {p_is_v}
"""
