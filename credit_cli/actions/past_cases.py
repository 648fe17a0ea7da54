"""What departments' files say of a subject's cases (历史办件)."""

from credit_cli.actions.subjects import look_up
from credit_cli.actions.wording import View, subject_view
from credit_cli.store.past_cases import list_past_cases
from credit_cli.store.work import Work
from credit_cli.tables.batches import Batch
from credit_cli.tables.past_cases import PastCase


def history(work: Work, written: str, *, purpose: str) -> View:
    """A subject's cases, the last opened first; a person is masked and the reading logged."""
    subject = look_up(work, written, purpose)
    found = list_past_cases(work.session, subject.id)
    return {"subject": subject_view(subject), "cases": [_view(*each) for each in found]}


def _view(case: PastCase, batch: Batch) -> View:
    return {
        "id": f"{case.batch_id}-{case.line}",
        "case_number": case.case_number,
        "item": case.item,
        "route": case.route,
        "state": case.state,
        "opened_on": case.opened_on,
        "decided_on": case.decided_on,
        "department": case.department,
        "region": case.region,
        "version": case.version,
        "source": batch.source,
    }
