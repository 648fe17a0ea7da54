"""A service item in words."""

from credit_cli.actions.policy_names import duration, ground, titled
from credit_cli.actions.wording import View, span
from credit_cli.rules.packs import ModeTerms, Pack, ServiceItem
from credit_cli.text import find, say


def item_view(item: ServiceItem, pack: Pack) -> View:
    """Limits, the modes it offers with their terms, materials, and the scenarios that name it."""
    return {
        "title": titled(item),
        "department": item.department,
        "promised": span(item.promised),
        "legal": span(item.legal) if item.legal else None,
        "from": item.starts,
        "until": item.ends,
        "basis": ground(pack, item.basis),
        "attributes": list(item.attributes),
        "modes": [
            {
                "mode": mode,
                "title": find(f"value.route.{mode}") or mode,
                "words": _terms_words(terms),
                "basis": ground(pack, terms.basis),
            }
            for mode, terms in item.modes.items()
        ],
        "never": [mode for mode, never in pack.never.items() if never.holds(item)],
        "materials": [
            {
                "code": one.code,
                "title": one.title,
                "words": say(f"policy_words.material.{'main' if one.main else 'secondary'}"),
            }
            for one in item.materials
        ],
        "scenarios": [
            code
            for code, one in pack.scenarios.items()
            if item.code in one.scope.items or set(one.scope.attributes) & set(item.attributes)
        ],
    }


def _terms_words(terms: ModeTerms) -> str:
    parts = []
    if terms.limit is not None:
        parts.append(say("policy_words.terms.limit", length=duration(terms.limit)))
    if terms.cut is not None:
        rounding = say(f"policy_words.rounding.{terms.cut.rounding}")
        said = {"percent": terms.cut.percent, "rounding": rounding, "minimum": terms.cut.minimum}
        parts.append(say("policy_words.terms.cut", **said))
    if terms.supplement is not None:
        parts.append(say("policy_words.terms.supplement", length=duration(terms.supplement)))
    if terms.review is not None:
        parts.append(say("policy_words.terms.review", length=duration(terms.review)))
    return say("policy_words.semicolon").join(parts) or say("policy_words.terms.as_promised")
