"""Show one credit record (信用记录): what it says, what it weighs, where it came from."""

import re

from credit_cli.actions.policies import current_policy
from credit_cli.actions.provenance import Sent, content, row_as_sent, text_of
from credit_cli.actions.subjects import look_up
from credit_cli.actions.wording import View, subject_view, told
from credit_cli.errors import MalformedValue
from credit_cli.rules.records import weigh
from credit_cli.store.numbers import LARGEST
from credit_cli.store.raws import get_raw_row
from credit_cli.store.records import record_facts
from credit_cli.store.versions import Version, get_record, list_versions
from credit_cli.store.work import Work
from credit_cli.tables.records import Record

_ID = re.compile(r"([0-9]{1,10})-([0-9]{1,10})")


def show(work: Work, written: str, *, purpose: str, source: bool) -> View:
    """A record as plain data; a person's is masked and its reading logged."""
    subject_id, document_no = _numbers(written)
    subject = look_up(work, str(subject_id), purpose)
    record, batch = get_record(work.session, subject_id, document_no)
    sent = Sent(subject, batch, get_raw_row(work.session, batch.id, record.line))
    policy = current_policy(work)
    weighed = weigh(record_facts(record), policy.pack, work.terms.as_of)
    view = {
        "id": record.public_id,
        "subject": subject_view(subject),
        **_own(record, sent),
        "counts": weighed.counts,
        "reason": told([weighed.reason], policy.pack)[0],
        "fields": content(record, sent),
        "versions": [_version_view(one, record) for one in list_versions(work.session, record)],
        "as_of": work.terms.as_of,
        "policy_version": policy.version,
    }
    return view | ({"provenance": _provenance(record, sent)} if source else {})


def _numbers(written: str) -> tuple[int, int]:
    """Subject and document of `17-2`; what was written is never repeated."""
    found = _ID.fullmatch(written.strip())
    numbers = (int(found[1]), int(found[2])) if found else (0, 0)
    if min(numbers) < 1 or max(numbers) > LARGEST:
        raise MalformedValue(option="ID", expected="SUBJECT-DOCUMENT (17-2)")
    return numbers


def _own(record: Record, sent: Sent) -> View:
    return {
        "type": record.record_type,
        "severity": record.severity,
        "state": record.state,
        "document_number": text_of(record.document_number, sent),
        "authority": record.authority,
        "authority_code": record.authority_code,
        "decided_on": record.decided_on,
        "valid_from": record.valid_from,
        "valid_until": record.valid_until,
        "amount_fen": record.amount_fen,
    }


def _version_view(one: Version, visible: Record) -> View:
    return {
        "version": one.record.version,
        "visible": one.record.version == visible.version,
        "state": one.record.state,
        "brought_by": one.brought.id,
        "brought_at": one.brought.finished_at,
        "withdrawn_at": one.brought.withdrawn_at,
        "ended_by": one.ended.id if one.ended else None,
        "ended_at": one.ended.finished_at if one.ended else None,
    }


def _provenance(record: Record, sent: Sent) -> View:
    """Batch, unit, file, line, and the row as sent; None for what came in no file."""
    batch = sent.batch
    return {
        "batch": batch.id,
        "source": batch.source,
        "file": batch.file_name,
        "layout": batch.layout,
        "line": record.line,
        "row": row_as_sent(sent),
    }
