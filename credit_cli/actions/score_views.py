"""What the pack's score models make of a subject, with the part of every record."""

from collections.abc import Iterator

from credit_cli.actions.wording import View, plain, titled
from credit_cli.rules.conditions import Facts, FactType, Missing
from credit_cli.rules.packs import Pack
from credit_cli.rules.scores import Contribution, ScoreModel, score
from credit_cli.rules.values import SubjectKind


def score_views(facts: Facts, pack: Pack) -> list[View]:
    """Each model with its value and contributions; a person's model only for a person."""
    person = facts["kind"] == SubjectKind.PERSON
    return [
        _model_view(model, facts) for model, kind in _models(pack) if person or not kind.personal
    ]


def _models(pack: Pack) -> Iterator[tuple[ScoreModel, FactType]]:
    for kind in pack.types.values():
        if isinstance(kind.derived, ScoreModel):
            yield kind.derived, kind


def _model_view(model: ScoreModel, facts: Facts) -> View:
    result = score(model, facts)
    missing = isinstance(result.value, Missing)
    return {
        "model": model.code,
        "title": titled(model),
        "base": plain(model.base),
        "value": None if missing else plain(result.value),
        "state": str(result.value) if missing else None,
        "contributions": [_contribution(one) for one in result.contributions],
    }


def _contribution(one: Contribution) -> View:
    return {
        "indicator": one.indicator,
        "points": plain(one.points),
        "shares": [
            {"element": plain(it.element), "on": it.on, "points": plain(it.points)}
            for it in one.shares
        ],
    }
