"""The portrait of a subject, from the pool."""

from typing import Any

from credit_cli.intake.record_details import details_of
from credit_cli.rules.packs import Pack, in_force
from credit_cli.rules.profiles import Known, Portrait, portray, record_lists
from credit_cli.rules.records import RecordFacts, weigh_all
from credit_cli.rules.values import RecordState
from credit_cli.store.cases import list_commitments, list_reviews
from credit_cli.store.past_cases import list_past_cases
from credit_cli.store.records import (
    list_contents,
    list_evaluation_facts,
    list_records,
    record_facts,
)
from credit_cli.store.relations import list_links
from credit_cli.store.work import Work
from credit_cli.tables.subjects import Subject

Elements = tuple[dict[str, Any], ...]


def portrait(work: Work, subject: Subject, pack: Pack) -> Portrait:
    """What the pack makes of a subject on the business day."""
    known = Known(
        kind=subject.kind,
        records=_records(work, subject.id),
        evaluations=tuple(list_evaluation_facts(work.session, subject.id)),
        lists={
            "commitments": _commitments(work, subject.id),
            "reviews": _reviews(work, subject.id),
            "cases": _cases(work, subject.id),
            "related": _related(work, subject.id, pack),
        },
    )
    return portray(known, pack, work.terms.as_of)


def _records(work: Work, subject_id: int) -> tuple[RecordFacts, ...]:
    contents = list_contents(work.session, subject_id)
    found = []
    for record in list_records(work.session, subject_id):
        said = contents[record.batch_id, record.line]
        told = {"authority": said.authority, "authority_code": said.authority_code}
        found.append(record_facts(record, {**told, **details_of(said.fields)}))
    return tuple(found)


def _commitments(work: Work, subject_id: int) -> Elements:
    return tuple(
        {
            "item": case.item,
            "department": case.department,
            "state": state.value,
            "made_on": made.made_on,
        }
        for made, case, state in list_commitments(work.session, subject_id, work.terms.as_of)
    )


def _reviews(work: Work, subject_id: int) -> Elements:
    day = work.terms.as_of
    return tuple(
        {
            "item": case.item,
            "unit": review.department,
            "outcome": review.outcome and review.outcome.value,
            "due_on": review.due_on,
            "done_on": review.completed_on,
            "overdue": review.due_on < (review.completed_on or day),
        }
        for review, case in list_reviews(work.session, subject_id, day)
    )


def _cases(work: Work, subject_id: int) -> Elements:
    return tuple(
        {
            "case": one.case_number,
            "item": one.item,
            "route": one.route,
            "state": one.state.value,
            "opened_on": one.opened_on,
            "decided_on": one.decided_on,
            "department": one.department,
            "region": one.region,
        }
        for one, _ in list_past_cases(work.session, subject_id)
    )


def _related(work: Work, subject_id: int, pack: Pack) -> Elements:
    """The related persons on the day, each with the records that count against it."""
    day = work.terms.as_of
    found = []
    for link, number in list_links(work.session, subject_id):
        stands = link.state is RecordState.CURRENT
        if stands and in_force(link.valid_from, link.valid_until, day):
            element: dict[str, Any] = {"relation": link.role.value, "kind": link.related_kind.value}
            element |= {"since": link.valid_from} if link.valid_from else {}
            if number is not None:
                weighed = weigh_all(_records(work, number), pack, day)
                element |= record_lists(weighed, pack, day)
                element["commitments"] = _commitments(work, number)
            found.append(element)
    return tuple(found)
