"""Rows that no code links to a subject (未关联数据): shown with candidates, linked by a person."""

from collections.abc import Callable

from credit_cli.actions.linking import (
    Kept,
    Linked,
    Reread,
    bearer_of,
    merge,
    reread,
    said_by,
    staged,
)
from credit_cli.actions.subjects import is_number, resolve
from credit_cli.actions.wording import View, subject_view
from credit_cli.errors import PersonNeedsCode, RowStillFaulty
from credit_cli.intake.kept_rows import Said
from credit_cli.rules.drafts import Level
from credit_cli.rules.masking import mask_name
from credit_cli.rules.redaction import redacted
from credit_cli.rules.text_forms import key_form
from credit_cli.rules.values import SubjectKind
from credit_cli.store import links
from credit_cli.store.batches import get_batch
from credit_cli.store.links import Waiting
from credit_cli.store.work import Desk, Work
from credit_cli.tables.batches import Batch, BatchKind
from credit_cli.tables.links import LinkDecision
from credit_cli.tables.subjects import Subject
from credit_cli.text import say


def list_waiting(work: Work, *, batch: int | None, source: str | None) -> list[View]:
    """The rows that wait, masked, each with the subjects that bear the same name."""
    if batch is not None:
        get_batch(work.session, batch)
    pages = links.list_waiting(work.session, batch_id=batch, source=source)
    waiting = [(_place(one), said_by(one)) for page in pages for one in page]
    wanted = {key_form(said.name) for _, said in waiting if said.kind != SubjectKind.PERSON}
    namesakes = links.list_namesakes(work.session, wanted - {""})
    return [place | _said_view(said, namesakes) for place, said in waiting]


def _place(one: Waiting) -> View:
    place = {"batch": one.batch.id, "line": one.row.line, "source": one.batch.source}
    return place | {"batch_kind": one.batch.kind}


def _said_view(said: Said, namesakes: dict[str, list[Subject]]) -> View:
    """What anybody may see of a row; one that does not say its kind may be a person's."""
    maybe_person = said.kind in {"", SubjectKind.PERSON}
    of_person = said.kind == SubjectKind.PERSON
    found = [] if of_person else namesakes.get(key_form(said.name), [])
    names = [said.name] if maybe_person else []
    return {
        "kind": said.kind or None,
        "name": mask_name(said.name) if maybe_person else said.name,
        "document_number": redacted(said.document_number, names=names),
        "count": len(found),
        "candidates": [subject_view(subject) for subject in found],
    }


def link(desk: Desk, number: int, line: int, written: str, check: Callable[[View], View]) -> View:
    """Take the row of this line in, as what it says of the subject somebody means.

    `check` may refuse the view before it is true. PersonNeedsCode, RowStillFaulty,
    and what finding the row and the subject raises.
    """
    with desk.open(writing=False) as work:
        waiting = links.get_waiting(work.session, number, line)
        subject = resolve(work, written)
        if subject.kind is SubjectKind.PERSON and is_number(written):
            raise PersonNeedsCode(batch=number, line=line)
        kept = Kept(line, waiting.row.cells, bearer_of(subject))
        read = reread(work, waiting.batch, [kept])
    _refuse_faulty(read, number, line)
    with staged(desk, read), desk.open(writing=True) as work:
        work.about.append(subject.id)
        linked = merge(work, read)
        _remember(work, said_by(waiting), waiting.batch.source, linked.batch, subject)
        place = {"batch": number, "line": line, "subject": subject.id}
        work.audit("batch.link", link=linked.batch.id, **place)
        return check(_link_view(work, place | {"subject": subject_view(subject)}, linked))


def _refuse_faulty(read: Reread, number: int, line: int) -> None:
    issues = [issue for page in read.pages for row in page.questioned for issue in row.issues]
    if not issues:
        return
    errors = [issue.code for issue in issues if issue.level is Level.ERROR]
    faults = list(dict.fromkeys(errors or [issue.code for issue in issues]))
    said = " ".join(say(f"issue.{code}") for code in faults)
    raise RowStillFaulty(batch=number, line=line, faults=faults, said=said)


def _remember(work: Work, said: Said, source: str, batch: Batch, subject: Subject) -> None:
    """Have later rows with the same name and numbers linked alike; never by the name alone."""
    if said.key is not None:
        decision = LinkDecision(
            source=source, row_key=said.key, batch_id=batch.id, subject_id=subject.id
        )
        links.add_decision(work.session, decision)


def _link_view(work: Work, place: View, linked: Linked) -> View:
    """What was done; only a row of records that the pool did not hold has become a record."""
    (outcome,) = linked.outcomes.elements()
    kept = not work.terms.dry_run
    made = kept and outcome != "same" and linked.kind.batch is BatchKind.RECORDS
    return {
        **place,
        "link": linked.batch.id if kept else None,
        "outcome": outcome,
        "record": f"{linked.batch.id}-{place['line']}" if made else None,
        "issues": dict(sorted(linked.issues.items())),
    }
