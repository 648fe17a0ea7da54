"""Import a file of records or evaluations into the pool (归集).

Pages are checked and staged outside the write lock, then merged; nothing that
a batch brings is seen before the batch is finished, and it is finished only if
the delivery is what it may be.
"""

from collections import Counter

from credit_cli.actions.answers import claim_answered
from credit_cli.actions.chunks import Incoming, Reject, beyond
from credit_cli.actions.judgements import judge
from credit_cli.actions.merges import Tally, book, foresee, load_whole, merge_chunks
from credit_cli.actions.policies import Policy, current_policy
from credit_cli.actions.wording import View
from credit_cli.errors import Refused, SourceNotFound
from credit_cli.rules.deliveries import Conditions
from credit_cli.rules.values import BatchState
from credit_cli.store import staging
from credit_cli.store.batches import add_batch, find_batch, finish_batch, lock_batch
from credit_cli.store.first_loads import is_possible
from credit_cli.store.numbers import take_numbers
from credit_cli.store.questioned import count_answered, settle_claimed
from credit_cli.store.work import Desk, Work
from credit_cli.tables.batches import OUTCOMES, Batch

_ANY = Conditions()


def source_policy(work: Work, source: str) -> Policy:
    """The policy in force, if it knows the reporting unit; SourceNotFound."""
    policy = current_policy(work)
    if source not in policy.pack.sources:
        raise SourceNotFound(source=source, known=sorted(policy.pack.sources))
    return policy


def import_file(
    desk: Desk, incoming: Incoming, reject: Reject, conditions: Conditions = _ANY
) -> View:
    """Import a file, or say what its earlier import did (`again`).

    `reject` is given the questioned rows as they come. A dry run compares
    with the pool and writes nothing. TooManyRejects, DeliveryShrank,
    DeliverySevere or DeliveryChanged leave the batch unseen.
    """
    with desk.open(writing=False) as work:
        held = _find(work, incoming)
        if held and held.state is BatchState.FINISHED:
            return _view(held, again=True)
        exclusive = conditions.exclusive and is_possible(work.session)
    # A dry run stages the whole file.
    staging.create_stage(desk.connection, incoming.kind.stage, in_memory=not desk.terms.dry_run)
    if desk.terms.dry_run:
        return _count_only(desk, incoming, reject, held, conditions)
    with desk.open(writing=True) as work:
        batch = _open_batch(work, incoming)
        number, done_line = batch.id, batch.done_line
    spent = Counter[str]()
    pages = beyond(incoming, done_line, _numbering(reject, number))
    bring = load_whole if exclusive and not done_line else merge_chunks
    bring(desk, incoming, pages, number, spent)
    claim_answered(desk, number, incoming.file, incoming.drafts.headings)
    try:
        with desk.open(writing=True) as work:
            return _finish(work, incoming, number, spent, conditions)
    except Refused as refusal:
        with desk.open(writing=True) as work:
            work.audit("import.stopped", batch=number, code=refusal.code)
        raise


def _numbering(reject: Reject, number: int) -> Reject:
    """`reject` for rows that name their batch, so that it is known when they come back."""
    return lambda rows: reject([row._replace(batch=number) for row in rows])


def _find(work: Work, incoming: Incoming) -> Batch | None:
    return find_batch(work.session, incoming.kind.batch, incoming.source, incoming.file.sha256)


def _open_batch(work: Work, incoming: Incoming) -> Batch:
    """The batch of this file, new or begun before; opening one waits for any other opening."""
    number = take_numbers(work.session, "batch")
    return _find(work, incoming) or add_batch(
        work.session,
        id=number,
        kind=incoming.kind.batch,
        source=incoming.source,
        layout=incoming.drafts.layout,
        edition=incoming.drafts.edition,
        headings=list(incoming.drafts.headings),
        columns=list(incoming.drafts.columns),
        file_name=_readable(incoming.file.path.name)[:200],
        file_sha256=incoming.file.sha256,
        mapping=incoming.mapping,
        actor=work.terms.actor,
        started_at=work.terms.now,
    )


def _readable(name: str) -> str:
    """A file's name as text: some were written in another encoding."""
    return name.encode("utf-8", "backslashreplace").decode()


def _finish(
    work: Work, incoming: Incoming, number: int, spent: Counter[str], conditions: Conditions
) -> View:
    """Make all that the batch brought visible at once; settle the rows it brought back."""
    batch = lock_batch(work.session, number)
    book(batch, spent)
    if batch.state is BatchState.RUNNING:
        accepted = judge(work, incoming, _tally(batch), conditions)
        settle_claimed(work.session, number, work.terms.actor, work.terms.now)
        finish_batch(batch, work.terms.moment())  # since when it can be seen
        counts = {name: getattr(batch, name) for name in OUTCOMES}
        action = f"{batch.kind.value}.import"
        work.audit(action, batch=number, source=batch.source, **counts, accepted=accepted)
    return _view(batch, again=False) | {"answered": count_answered(work.session, number)}


def _counts(batch: Batch) -> Counter[str]:
    return Counter({name: getattr(batch, name) for name in (*OUTCOMES, "skipped")})


def _tally(batch: Batch) -> Tally:
    filled = Counter(batch.filled)
    return Tally(outcomes=_counts(batch), filled=filled, severe=batch.severe)


def _view(batch: Batch, *, again: bool) -> View:
    counts = _counts(batch)
    if again:  # nothing is new in what the pool has taken before
        counts["same"] += counts.pop("added") + counts.pop("changed")
    view = _counted(batch.id, counts, batch.issues, batch.layout, batch.edition)
    return view | {"again": again}


def blank_view() -> View:
    """What an import tells, of nothing: its keys are known beforehand."""
    return _counted(None, Counter(), {})


def _counted(
    number: int | None,
    counts: Counter[str],
    issues: dict[str, int],
    layout: str = "",
    edition: str = "",
) -> View:
    outcomes = {name: counts[name] for name in OUTCOMES}
    return {
        "batch": number,
        "layout": layout,
        "edition": edition,
        "read": sum(outcomes.values()),
        **outcomes,
        "skipped": counts["skipped"],
        "issues": dict(sorted(issues.items())),
    }


def _count_only(
    desk: Desk, incoming: Incoming, reject: Reject, begun: Batch | None, conditions: Conditions
) -> View:
    """What an import would do; what is left of one that was `begun` adds to what that counted."""
    done_line, number = (begun.done_line, begun.id) if begun else (0, 0)
    tally = foresee(desk, incoming, beyond(incoming, done_line, reject), number)
    if begun:
        tally.outcomes += _counts(begun)
        tally.issues += Counter(begun.issues)
        tally.severe += begun.severe
        tally.filled += Counter(begun.filled)
    with desk.open(writing=False) as work:
        judge(work, incoming, tally, conditions)
    drafts = incoming.drafts
    view = _counted(None, tally.outcomes, tally.issues, drafts.layout, drafts.edition)
    return view | {"again": False}
