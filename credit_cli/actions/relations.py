"""Who is linked to a subject (关联关系), as plain data."""

from credit_cli.actions.wording import View, subject_view
from credit_cli.rules.masking import masked_code, masked_subject_name
from credit_cli.store.relations import list_linking, list_links
from credit_cli.store.work import Work
from credit_cli.tables.relations import Link
from credit_cli.tables.subjects import Subject


def link_views(work: Work, subject: Subject) -> list[View]:
    """The links that sources know of, persons masked; `id` is None if the pool lacks them."""
    return [
        {
            "role": one.role,
            "related": {
                "id": number,
                "kind": one.related_kind,
                "name": masked_subject_name(one.related_kind, one.related_name),
                "code": masked_code(one.related_kind, one.related_code),
            },
            **_standing(one),
        }
        for one, number in list_links(work.session, subject.id)
    ]


def linking_views(work: Work, subject: Subject) -> list[View]:
    """The subjects for which this one is the representative, agent or operator."""
    return [
        {"role": one.role, "subject": subject_view(other), **_standing(one)}
        for one, other in list_linking(work.session, subject.id)
    ]


def _standing(one: Link) -> View:
    return {
        "state": one.state,
        "valid_from": one.valid_from,
        "valid_until": one.valid_until,
        "source": one.source,
    }
