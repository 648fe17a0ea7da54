"""The SQL of the merge (store/merging.py), in the names of a stage's own columns.

Braces stand for what a stage fills in, colons for parameters. `stage` holds the
drafts, `stage_subject` every code once, `stage_line` the lines whose documents the
pool held before, `stage_document` each of these once, `stage_held` its versions
there, `stage_version` what its lines become.
"""

from credit_cli.store.staging import CASES, EVALUATIONS, LINKS, RECORDS, SUBJECTS

# Every code once, with its subject; new ones go by the next numbers, in the order of lines.
LINK = """
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
COUNT_NEW = "SELECT COUNT(*) FROM stage_subject WHERE subject_id > :before"
ADD_IDENTIFIERS = """
{insert} INTO identifier (value, scheme, subject_id)
SELECT t.code, s.scheme, t.subject_id
FROM stage_subject t JOIN stage s ON s.line = t.first_line
WHERE t.subject_id > :before ORDER BY t.code
"""
ADD_SUBJECTS = """
{insert} INTO subject (id, kind, name, code, batch_id)
SELECT t.subject_id, s.kind, s.name, s.code, :batch_id
FROM stage_subject t JOIN stage s ON s.line = t.first_line
WHERE t.subject_id > :before ORDER BY t.subject_id
"""
# A subject that nobody sees is named by a batch that was withdrawn, or begun before and left:
# it goes by what the first file says that may yet be seen. Later batches are never looked at,
# so that two which run at once do not rename it in turns.
HIDDEN = "SELECT id FROM batch WHERE state = 'withdrawn' OR state = 'running' AND id < :own"
OTHERS = f"SELECT COUNT(*) FROM ({HIDDEN}) hidden"
NOBODYS = f"u.batch_id IN ({HIDDEN})" + "".join(
    f" AND NOT EXISTS (SELECT 1 FROM {stage.table} p JOIN batch b ON b.id = p.batch_id"
    " WHERE p.subject_id = u.id AND b.state = 'finished')"
    for stage in (RECORDS, EVALUATIONS, SUBJECTS, LINKS, CASES)
)
RENAME = f"""
UPDATE subject AS u SET kind = s.kind, name = s.name, batch_id = :batch_id
FROM stage_subject t JOIN stage s ON s.line = t.first_line
WHERE u.id = t.subject_id AND {NOBODYS}
"""
UNNAME = f"""
UPDATE stage_subject SET subject_id = NULL, held_id = NULL
FROM subject u WHERE u.id = stage_subject.subject_id AND {NOBODYS}
"""
# Of several lines of a new document the first one stands.
INTO = "{insert} INTO {table} (subject_id, {source}version, batch_id, line, {carried})"
FIRST = """
  t.subject_id, {the_source}1, :batch_id, s.line, {s_carried}
FROM stage s JOIN stage_subject t ON t.code = s.code
WHERE 1 = 1
ORDER BY t.subject_id, {s_keys}, s.line
"""
ADD_FIRST = f"{INTO} SELECT {FIRST} ON CONFLICT DO NOTHING RETURNING line"
ADD_DISTINCT = f"{INTO} SELECT DISTINCT ON (t.subject_id, {{s_keys}}) {FIRST}"
HELD_NOW = "SELECT COUNT(*) FROM {table}"
STAGED = "SELECT COUNT(*) FROM stage"
LINES = "SELECT line FROM stage"
# The lines named by a list, whose documents the pool held before.
LISTED = """
{insert} INTO stage_line (subject_id, {keys}, line, content_hash)
SELECT t.subject_id, {s_keys}, s.line, s.content_hash
FROM ({listed}) l CROSS JOIN stage s JOIN stage_subject t ON t.code = s.code
WHERE s.line = l.line
"""
# Where no insert has told them: what the pool does not hold as of this batch. Looked up line
# by line: a join is planned by what was measured of a table, which grows in this transaction.
LEFT = """
{insert} INTO stage_line (subject_id, {keys}, line, content_hash)
SELECT t.subject_id, {s_keys}, s.line, s.content_hash
FROM stage s JOIN stage_subject t ON t.code = s.code
WHERE (
  SELECT p.line FROM {table} p
  WHERE p.subject_id = t.subject_id AND {p_is_s} AND p.version = 1
    AND p.batch_id = :batch_id AND p.line = s.line
) IS NULL
"""
COUNT_LEFT = "SELECT COUNT(*) FROM stage_line"
DOCUMENTS = """
{insert} INTO stage_document (subject_id, {keys}, line, lines, content_hash)
SELECT subject_id, {keys}, MIN(line), COUNT(*), MIN(content_hash)
FROM stage_line GROUP BY subject_id, {keys}
"""
HELD = """
{insert} INTO stage_held (subject_id, {keys}, top_version, current_version)
SELECT l.subject_id, {l_keys}, MAX(p.version),
  MAX(CASE WHEN b.state <> 'withdrawn' THEN p.version END)
FROM stage_document l
JOIN {table} p ON p.subject_id = l.subject_id AND {p_is_l}
JOIN batch b ON b.id = p.batch_id
GROUP BY l.subject_id, {l_keys}
"""
# Nothing measures a temporary table by itself, and unmeasured it is taken for a large one.
MEASURE = ("ANALYZE stage_document", "ANALYZE stage_held")
COUNT_SEVERAL = "SELECT COUNT(*) FROM stage_document WHERE lines > 1"
# Whether a document's line says what its current version says, if that is to be seen.
IS_NEW = """
CASE WHEN p.content_hash = l.content_hash AND (b.state = 'finished' OR b.id = :batch_id)
  THEN 0 ELSE 1 END
"""
WITH_HELD = """
LEFT JOIN stage_held h ON h.subject_id = l.subject_id AND {h_is_l}
LEFT JOIN {table} p
  ON p.subject_id = h.subject_id AND {p_is_h} AND p.version = h.current_version
LEFT JOIN batch b ON b.id = p.batch_id
"""
# Nearly every document has one line; only those with several need the order of lines.
SINGLE = f"""
{{insert}} INTO stage_version (line, subject_id, {{keys}}, current_version, is_new, step, version,
  is_last)
SELECT line, subject_id, {{keys}}, current_version, is_new, is_new, top_version + is_new, 1
FROM (
  SELECT l.line, l.subject_id, {{l_keys}}, h.current_version,
    COALESCE(h.top_version, 0) AS top_version, {IS_NEW} AS is_new
  FROM stage_document l {WITH_HELD}
  WHERE l.lines = 1
) single
"""
SEVERAL = f"""
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
        CASE WHEN l.before_hash IS NULL THEN {IS_NEW} ELSE 1 END END AS is_new
    FROM (
      SELECT s.subject_id, {{s_keys}}, s.line, s.content_hash,
        LAG(s.content_hash) OVER (PARTITION BY s.subject_id, {{s_keys}} ORDER BY s.line)
          AS before_hash
      FROM stage_line s JOIN stage_document d
        ON d.subject_id = s.subject_id AND {{d_is_s}} AND d.lines > 1
    ) l {WITH_HELD}
  ) n
) stepped
"""
# A document is added by its first new line, if no version of it stands yet.
OUTCOMES = """
SELECT CASE WHEN is_new = 0 THEN 'same' WHEN current_version IS NULL AND step = 1 THEN 'added'
    ELSE 'changed' END AS outcome, COUNT(*)
FROM stage_version GROUP BY 1
"""
# Versions inside the file that a later line supersedes are ended by their own batch.
ADD = """
{insert} INTO {table} (subject_id, {source}version, batch_id, ended_batch_id, line, {carried})
SELECT v.subject_id, {the_source}v.version, :batch_id,
  CASE WHEN v.is_last = 0 THEN :batch_id END, s.line, {s_carried}
FROM stage_version v JOIN stage s ON s.line = v.line
WHERE v.is_new = 1 ORDER BY v.subject_id
"""
END = """
UPDATE {table} SET ended_batch_id = :batch_id
FROM stage_version v
WHERE v.is_new = 1 AND v.step = 1 AND v.current_version IS NOT NULL
  AND {table}.subject_id = v.subject_id AND {table}.version = v.current_version AND {p_is_v}
"""
ADD_CONTENT = """
{insert} INTO {table}_content (batch_id, line, subject_id, {content})
SELECT :batch_id, s.line, t.subject_id, {s_content}
FROM stage s JOIN stage_subject t ON t.code = s.code
WHERE NOT EXISTS (SELECT 1 FROM stage_version v WHERE v.line = s.line AND v.is_new = 0)
ORDER BY s.line
"""
SEVERE = """
SELECT COUNT(*) FROM stage s LEFT JOIN stage_version v ON v.line = s.line
WHERE s.severity = 'serious' AND COALESCE(v.is_new, 1) = 1
"""
# Only codes that are called by several names, or by another than the pool's, have their lines
# looked at. A new subject has the name of its first line.
OTHER_NAMES = """
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
