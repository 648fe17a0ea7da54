"""Whether an import may be seen: not with too many rejects, nor unlike what its source sends."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from credit_cli.actions.chunks import Incoming
from credit_cli.actions.merges import Tally
from credit_cli.actions.policies import current_policy
from credit_cli.errors import (
    DeliveryChanged,
    DeliveryLarge,
    DeliverySevere,
    DeliveryShrank,
    DeliverySmall,
    DeliverySparse,
    TooManyRejects,
)
from credit_cli.intake.layouts import load_layouts
from credit_cli.rules.deliveries import Conditions, Delivery, doubts
from credit_cli.store.batches import find_before
from credit_cli.store.work import Work
from credit_cli.tables.batches import OUTCOMES

_REFUSALS = {
    one.code: one
    for one in (
        DeliverySmall,
        DeliveryLarge,
        DeliveryShrank,
        DeliverySevere,
        DeliveryChanged,
        DeliverySparse,
    )
}


def judge(work: Work, incoming: Incoming, tally: Tally, conditions: Conditions) -> list[str]:
    """The doubts that were accepted, by code.

    TooManyRejects; one of the errors of a delivery in doubt unless accepted.
    """
    read = sum(tally.outcomes[name] for name in OUTCOMES)
    most, rejected = conditions.most_rejects, tally.outcomes["rejected"]
    if most and most.exceeded(rejected, read):
        raise TooManyRejects(rejected=rejected, read=read, most=str(most))
    found = _doubts(work, incoming, tally, read)
    if found and not conditions.accept:
        code, params = found[0]
        raise _REFUSALS[code](source=incoming.source, **params)
    return [code for code, _ in found]


def _doubts(
    work: Work, incoming: Incoming, tally: Tally, read: int
) -> list[tuple[str, dict[str, Any]]]:
    expected = current_policy(work).pack.sources[incoming.source].expectations
    if expected is None:
        return []
    kind, layout = incoming.kind.batch, incoming.drafts.layout
    before = find_before(work.session, kind, incoming.source, layout)
    last = Delivery(before.read, before.changed, before.severe) if before else None
    filled = _filled(layout, tally.filled, expected.fill)
    now = Delivery(read, tally.outcomes["changed"], tally.severe, filled)
    return [(one.code, dict(one.params)) for one in doubts(now, last, expected)]


def _filled(layout: str, counted: Counter[str], names: Iterable[str]) -> Mapping[str, int]:
    """How many rows say something under each name that a column of the layout has or feeds."""
    columns = [c for each in load_layouts() if each.code == layout for c in each.columns]
    found = {name: [c.code for c in columns if name in {c.code, c.feeds}] for name in names}
    return {name: max(counted[code] for code in codes) for name, codes in found.items() if codes}
