"""Score models and alert rules in words."""

from decimal import Decimal
from typing import Any

from credit_cli.actions.condition_words import condition_data, condition_words
from credit_cli.actions.measurement_words import elements_words, window_words
from credit_cli.actions.policy_names import Names, duration, listed, plain_value, titled
from credit_cli.actions.wording import View
from credit_cli.rules.alerts import NEVER, Alert
from credit_cli.rules.scores import Indicator, OpenPoints, PointTable
from credit_cli.text import say


def score_view(model: Any, names: Names) -> View:  # noqa: ANN401 - a ScoreModel
    """A score model: base, bounds, and what gives points."""
    bounds = {"least": model.least, "most": model.most}
    shown = {key: "-" if one is None else one for key, one in bounds.items()}
    return {
        "title": titled(model) or model.code,
        "base": _exact(model.base),
        "min": _exact(model.least),
        "max": _exact(model.most),
        "decimals": model.decimals,
        "words": say("policy_words.semicolon").join(
            (
                say("policy_words.score.base", base=model.base),
                say("policy_words.score.bounds", **shown),
                say("policy_words.score.rounding")
                if model.decimals is None
                else say("policy_words.score.decimals", n=model.decimals),
            )
        ),
        "indicators": [indicator_view(n, one, names) for n, one in enumerate(model.indicators, 1)],
    }


def indicator_view(number: int, one: Indicator, names: Names) -> View:
    """What gives points, for which elements or when, how often and how long."""
    return {
        "number": number,
        "id": one.id,
        "title": titled(one) or None,
        "over": one.elements.over if one.elements else None,
        "when": condition_data(one.when, names),
        "points": _written(one.points),
        "cap": _exact(one.cap),
        "once": one.once or None,
        "decay": [{"after": str(step.after), "keep": f"{step.keep}%"} for step in one.decay],
        "words": _indicator_words(one, _points_words(one, names), names),
    }


def _written(points: Any) -> str:  # noqa: ANN401 - a number, a formula, a table or left open
    return getattr(points, "written", None) or str(points)


def _exact(number: Any) -> Any:  # noqa: ANN401 - a whole or decimal number, or none
    """A number as scripts get it, exact."""
    return str(number) if isinstance(number, Decimal) else number


def _points_words(one: Indicator, names: Names) -> str:
    """The points: a number, a formula, by the first row that holds, or left open."""
    match one.points:
        case OpenPoints(written=why):
            return say("policy_words.points.open", why=why)
        case PointTable(rows=rows, otherwise=otherwise):
            inside = names.inside(one.elements.over) if one.elements else names
            told = [
                say(
                    "policy_words.how.table_row",
                    n=n,
                    when=condition_words(when, inside),
                    value=_written(points),
                )
                for n, (when, points) in enumerate(rows, 1)
            ]
            said = say("policy_words.semicolon").join(told)
            return say("policy_words.points.table", rows=said, otherwise=_written(otherwise))
    return say("policy_words.points.plain", points=_written(one.points))


def _indicator_words(one: Indicator, points: str, names: Names) -> str:
    if one.elements:
        elements = elements_words(one.elements, names, condition_words)
        parts = [say("policy_words.indicator.each", elements=elements, points=points)]
        inside = names.inside(one.elements.over)
        if one.once:
            parts.append(say("policy_words.indicator.same", field=inside.title(one.once)))
    else:
        when = condition_words(one.when, names)
        parts = [say("policy_words.indicator.once", when=when, points=points)]
    parts += [
        say("policy_words.indicator.decay", after=duration(step.after), keep=f"{step.keep}%")
        for step in one.decay
    ]
    if one.cap is not None:
        side = "up" if one.cap > 0 else "down"
        parts.append(say(f"policy_words.indicator.cap_{side}", n=one.cap))
    return say("policy_words.semicolon").join(parts)


def alert_view(alert: Alert, names: Names) -> View:
    """An alert: what it counts, by which key and clock, and when it is raised."""
    inside = names.inside(alert.events.over)
    exclude = alert.exclude != NEVER
    return {
        "title": titled(alert) or alert.code,
        "over": alert.events.over,
        "where": condition_data(alert.events.where, inside),
        "exclude": condition_data(alert.exclude, inside) if exclude else None,
        "key": list(alert.key),
        "clock": alert.events.by,
        "window": alert.window.written if alert.window else None,
        "threshold": alert.threshold,
        "sum": alert.sum or None,
        "distinct": alert.distinct or None,
        "repeat": alert.repeat.value,
        "suppress": {"for": str(alert.suppress.length), "same": list(alert.suppress.same)}
        if alert.suppress
        else None,
        "words": alert_words(alert, names),
    }


def alert_words(alert: Alert, names: Names) -> str:
    """An alert rule as sentences."""
    inside = names.inside(alert.events.over)
    elements = elements_words(alert.events, names, condition_words)
    parts = [say("policy_words.alert.counts", elements=elements)]
    if alert.exclude != NEVER:
        what = condition_words(alert.exclude, inside)
        parts.append(say("policy_words.alert.exclude", what=what))
    keys = listed(inside.title(one) for one in alert.key)
    parts.append(
        say("policy_words.alert.key", what=keys) if keys else say("policy_words.alert.no_key")
    )
    parts.append(say("policy_words.alert.clock", by=inside.title(alert.events.by)))
    parts.append(
        say("policy_words.alert.window", window=window_words(alert.window, names))
        if alert.window
        else say("policy_words.alert.no_window")
    )
    parts.append(_threshold(alert, inside))
    parts.append(say(f"policy_words.alert.repeat.{alert.repeat.value}"))
    if alert.suppress:
        same = listed(inside.title(one) for one in alert.suppress.same)
        length = duration(alert.suppress.length)
        parts.append(say("policy_words.alert.suppress", length=length, same=same))
    return say("policy_words.semicolon").join(parts)


def _threshold(alert: Alert, inside: Names) -> str:
    if alert.sum:
        kind = inside.kind_of(alert.sum).kind.value
        n = plain_value(kind, alert.threshold)
        return say("policy_words.alert.sum", of=inside.title(alert.sum), n=n)
    if alert.distinct:
        of = inside.title(alert.distinct)
        return say("policy_words.alert.distinct", of=of, n=alert.threshold)
    return say("policy_words.alert.threshold", n=alert.threshold)
