"""Whether an import may be seen: not with too many rejects, nor unlike what its source sends."""

from collections import Counter

from credit_cli.actions.chunks import Incoming
from credit_cli.actions.policies import current_policy
from credit_cli.errors import DeliveryChanged, DeliverySevere, DeliveryShrank, TooManyRejects
from credit_cli.rules.deliveries import Conditions, Delivery, doubts
from credit_cli.store.batches import find_before
from credit_cli.store.work import Work
from credit_cli.tables.batches import OUTCOMES

_REFUSALS = {one.code: one for one in (DeliveryShrank, DeliverySevere, DeliveryChanged)}


def judge(
    work: Work, incoming: Incoming, outcomes: Counter[str], severe: int, conditions: Conditions
) -> list[str]:
    """The doubts that were accepted, by code.

    TooManyRejects; DeliveryShrank, DeliverySevere, DeliveryChanged unless accepted.
    """
    read = sum(outcomes[name] for name in OUTCOMES)
    most, rejected = conditions.most_rejects, outcomes["rejected"]
    if most and most.exceeded(rejected, read):
        raise TooManyRejects(rejected=rejected, read=read, most=str(most))
    delivery = Delivery(read, outcomes["changed"], severe)
    found = _doubts(work, incoming, delivery)
    if found and not conditions.accept:
        code, params = found[0]
        raise _REFUSALS[code](source=incoming.source, **params)
    return [code for code, _ in found]


def _doubts(work: Work, incoming: Incoming, now: Delivery) -> list[tuple[str, dict[str, int]]]:
    expected = current_policy(work).pack.expectations
    if expected is None:
        return []
    kind, drafts = incoming.kind.batch, incoming.drafts
    before = find_before(work.session, kind, incoming.source, drafts.layout)
    last = Delivery(before.read, before.changed, before.severe) if before else None
    return [(one.code, dict(one.params)) for one in doubts(now, last, expected)]
