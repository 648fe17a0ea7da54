"""The portrait of a subject, from the pool."""

from credit_cli.rules.packs import Pack
from credit_cli.rules.profiles import Portrait, portray
from credit_cli.store.records import list_evaluation_facts, list_records, record_facts
from credit_cli.store.work import Work
from credit_cli.tables.subjects import Subject


def portrait(work: Work, subject: Subject, pack: Pack) -> Portrait:
    """What the pack makes of a subject on the business day."""
    records = list_records(work.session, subject.id)
    evaluations = list_evaluation_facts(work.session, subject.id)
    facts = tuple(record_facts(record) for record in records)
    return portray(subject.kind, facts, tuple(evaluations), pack, work.terms.as_of)
