"""Show who a subject is by the registers: names, kinds and what is registered, with versions."""

from itertools import groupby

from credit_cli.actions.provenance import Sent, content
from credit_cli.actions.relations import link_views, linking_views
from credit_cli.actions.subjects import look_up
from credit_cli.actions.wording import View, subject_view
from credit_cli.rules.masking import masked_subject_name
from credit_cli.store.names import list_former_names
from credit_cli.store.raws import get_raw_row
from credit_cli.store.registers import Entry, list_entries
from credit_cli.store.work import Work
from credit_cli.tables.subjects import Subject


def show(work: Work, written: str, *, purpose: str) -> View:
    """A subject with its entries as plain data; a person's is masked and its reading logged."""
    subject = look_up(work, written, purpose)
    entries = list_entries(work.session, subject.id)
    grouped = groupby(entries, lambda one: (one.entry.source, one.entry.list_code))
    views = [_entry_view(work, subject, list(versions)) for _, versions in grouped]
    return {
        "subject": subject_view(subject),
        "former_names": [
            masked_subject_name(subject.kind, name)
            for name in list_former_names(work.session, subject)
        ],
        "entries": list(filter(None, views)),
        "links": link_views(work, subject),
        "linked_by": linking_views(work, subject),
    }


def _entry_view(work: Work, subject: Subject, versions: list[Entry]) -> View | None:
    """What one register says now; None if it says nothing any more."""
    now = next((one for one in versions if one.visible), None)
    if now is None:
        return None
    entry, batch = now.entry, now.brought
    sent = Sent(subject, batch, get_raw_row(work.session, entry.batch_id, entry.line))
    return {
        "source": entry.source,
        "kind": entry.registered_kind,
        "name": masked_subject_name(subject.kind, entry.registered_name),
        "brought_by": batch.id,
        "brought_at": batch.finished_at,
        "fields": content(entry.fields, sent),
        "versions": [_version_view(subject, one) for one in versions],
    }


def _version_view(subject: Subject, one: Entry) -> View:
    return {
        "version": one.entry.version,
        "visible": one.visible,
        "kind": one.entry.registered_kind,
        "name": masked_subject_name(subject.kind, one.entry.registered_name),
        "brought_by": one.brought.id,
        "brought_at": one.brought.finished_at,
        "withdrawn_at": one.brought.withdrawn_at,
    }
