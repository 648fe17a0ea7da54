"""Show one credit record (信用记录): what it says, what it weighs, where it came from."""

import re

from credit_cli.actions.policies import current_policy
from credit_cli.actions.provenance import Sent, content, row_as_sent, text_of
from credit_cli.actions.subjects import look_up
from credit_cli.actions.wording import View, subject_view, told
from credit_cli.errors import MalformedValue
from credit_cli.rules.records import weigh
from credit_cli.store.batches import get_batch
from credit_cli.store.numbers import LARGEST
from credit_cli.store.raws import get_raw_row
from credit_cli.store.records import record_facts
from credit_cli.store.versions import Version, get_record, list_versions
from credit_cli.store.work import Work
from credit_cli.tables.records import Record, RecordContent
from credit_cli.tables.subjects import Subject

_ID = re.compile(r"([0-9]{1,10})-([0-9]{1,10})")


def show(work: Work, written: str, *, purpose: str, source: bool) -> View:
    """A record as plain data; a person's is masked and its reading logged.

    It is the version that is seen, whichever version `written` names; the
    `source` is that of the one it names.
    """
    batch_id, line = _numbers(written)
    record, said = get_record(work.session, batch_id, line)
    subject = look_up(work, str(record.subject_id), purpose)
    sent = _sent(work, subject, record.batch_id, record.line)
    policy = current_policy(work)
    weighed = weigh(record_facts(record), policy.pack, work.terms.as_of)
    view = {
        "id": record.public_id,
        "subject": subject_view(subject),
        **_own(record, said, sent),
        "counts": weighed.counts,
        "reason": told([weighed.reason], policy.pack)[0],
        "fields": content(said.fields, sent),
        "versions": [_version_view(one, record) for one in list_versions(work.session, record)],
        "as_of": work.terms.as_of,
        "policy_version": policy.version,
    }
    if not source:
        return view
    return view | {"provenance": _provenance(_sent(work, subject, batch_id, line), line)}


def _sent(work: Work, subject: Subject, batch_id: int, line: int) -> Sent:
    batch = get_batch(work.session, batch_id)
    return Sent(subject, batch, get_raw_row(work.session, batch_id, line))


def _numbers(written: str) -> tuple[int, int]:
    """Batch and line of `17-2`; what was written is never repeated."""
    found = _ID.fullmatch(written.strip())
    numbers = (int(found[1]), int(found[2])) if found else (0, 0)
    if min(numbers) < 1 or max(numbers) > LARGEST:
        raise MalformedValue(option="ID", expected="BATCH-LINE (17-2)")
    return numbers


def _own(record: Record, said: RecordContent, sent: Sent) -> View:
    return {
        "type": record.record_type,
        "severity": record.severity,
        "state": record.state,
        "document_number": text_of(said.document_number, sent),
        "authority": said.authority,
        "authority_code": said.authority_code,
        "decided_on": record.decided_on,
        "valid_from": record.valid_from,
        "valid_until": record.valid_until,
        "amount_fen": record.amount_fen,
    }


def _version_view(one: Version, visible: Record) -> View:
    return {
        "id": one.record.public_id,
        "version": one.record.version,
        "visible": one.record.version == visible.version,
        "state": one.record.state,
        "brought_by": one.brought.id,
        "brought_at": one.brought.finished_at,
        "withdrawn_at": one.brought.withdrawn_at,
        "ended_by": one.ended.id if one.ended else None,
        "ended_at": one.ended.finished_at if one.ended else None,
    }


def _provenance(sent: Sent, line: int) -> View:
    """Batch, unit, file, line, and the row as sent; None for what came in no file."""
    batch = sent.batch
    return {
        "batch": batch.id,
        "source": batch.source,
        "file": batch.file_name,
        "layout": batch.layout,
        "line": line,
        "row": row_as_sent(sent),
    }
