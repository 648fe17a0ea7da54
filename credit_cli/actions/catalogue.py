"""What the policy in force offers: service items, reporting units."""

from credit_cli.actions.policies import current_policy
from credit_cli.actions.wording import View, span, titled
from credit_cli.rules.packs import ServiceItem
from credit_cli.store.work import Work


def items(work: Work) -> list[View]:
    """Every service item in force on the business day, by code."""
    pack = current_policy(work).pack
    found = (pack.item_on(code, work.terms.as_of) for code in sorted(pack.items))
    return [_item_view(item) for item in found if item]


def _item_view(item: ServiceItem) -> View:
    return {
        "item": item.code,
        "title": titled(item),
        "department": item.department,
        "promised": span(item.promised),
        "legal": span(item.legal) if item.legal else None,
        "routes": list(item.modes),
        "materials": [one.code for one in item.materials if one.main],
        "may_follow": [one.code for one in item.materials if not one.main],
    }


def sources(work: Work) -> list[View]:
    """Every reporting unit, by code."""
    pack = current_policy(work).pack
    return [{"source": code, "title": titled(pack.sources[code])} for code in sorted(pack.sources)]
