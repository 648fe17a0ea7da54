"""Measurements of a policy in words: of which elements, in which time, and what is made of them."""

from collections.abc import Callable

from credit_cli.actions.policy_names import Names, duration, listed, plain_value
from credit_cli.rules.conditions import ALWAYS, Condition, FactType, Kind, tests_of
from credit_cli.rules.measurements import How, Measurement
from credit_cli.rules.windows import Window
from credit_cli.text import say

Said = Callable[[Condition, Names], str]
_FLAG, _NUMBER = FactType(kind=Kind.FLAG), FactType(kind=Kind.NUMBER)
_PERCENT, _DECIMAL = FactType(kind=Kind.PERCENT), FactType(kind=Kind.DECIMAL)
_CONDITIONS = (How.ANY, How.ALL, How.NONE)
_COUNTS = (How.COUNT, How.DISTINCT, How.CONSECUTIVE, How.LONGEST, How.CHAINS)


def measured_kind(measured: Measurement, names: Names) -> FactType:
    """What a measurement gives."""
    if measured.how in _CONDITIONS:
        return _FLAG
    if measured.how is How.SHARE:
        return _PERCENT
    if measured.how in _COUNTS:
        return _NUMBER
    if measured.how is How.AVERAGE:
        return _DECIMAL
    return names.inside(measured.over).kind_of(measured.of)


def measured_words(measured: Measurement, names: Names, said: Said) -> str:
    """What is measured, as a noun; of `any`, `all` and `none` as a sentence that is true or not."""
    inside = names.inside(measured.over)
    how = measured.how
    holding = "" if measured.holding == ALWAYS else _apart(measured.holding, inside, said)
    given = {
        "elements": elements_words(measured, names, said),
        "of": _of(measured, inside),
        "holding": holding,
        "per": inside.title(measured.per) if measured.per else "",
        "chain": _chain(measured, inside, said),
        "period": say(f"policy_words.period.{measured.every}") if measured.every else "",
    }
    code: str = how.value
    if how in (How.ANY, How.NONE) and not holding:
        code = f"{how.value}.bare"
    if measured.every and how in (How.CONSECUTIVE, How.LONGEST):
        code = f"{how.value}.periods"
    return say(f"policy_words.measure.{code}", **given)


def _of(measured: Measurement, inside: Names) -> str:
    """The field that is measured, or the formula of several."""
    if measured.reckoned is not None:
        return say("policy_words.formula", written=measured.of)
    return inside.title(measured.of) if measured.of else ""


def _apart(condition: Condition, inside: Names, said: Said) -> str:
    """Several tests in brackets, so that it is seen where they end."""
    words = said(condition, inside)
    return say("policy_words.bracketed", what=words) if len(tests_of(condition)) > 1 else words


def elements_words(measured: Measurement, names: Names, said: Said) -> str:
    """The elements that are measured: whose, of which list, when, and which of them."""
    inside = names.inside(measured.over)
    narrowed = [measured.over] if names.fields is None else []
    if measured.window:
        on = inside.title(measured.by)
        narrowed.append(
            say("policy_words.dated", on=on, window=window_words(measured.window, names))
        )
    if measured.where != ALWAYS:
        narrowed.append(said(measured.where, inside))
    title = names.title(measured.over)
    if measured.party:
        parties = listed(say(f"policy_words.party.{one}") for one in measured.party)
        title = say("policy_words.of_parties", parties=parties, list=title)
    if not narrowed:
        return title
    return say(
        "policy_words.narrowed", list=title, which=say("policy_words.semicolon").join(narrowed)
    )


def window_words(window: Window, names: Names) -> str:
    """A window of time."""
    if window.last is not None:
        return say("policy_words.window.last", length=duration(window.last))
    if window.since is not None:
        return say("policy_words.window.since", since=plain_value("date", window.since))
    if window.fact:
        return say("policy_words.window.since_fact", fact=names.fact(window.fact))
    period = say(f"policy_words.period.{window.period}")
    code = "before" if window.back else "this"
    return say(f"policy_words.window_of.{code}", period=period, n=window.back)


def _chain(measured: Measurement, inside: Names, said: Said) -> str:
    steps = []
    for step in measured.chain:
        where = said(step.where, inside)
        if step.absent:
            length = duration(step.within) if step.within else ""
            code = "never_within" if step.within else "never"
            steps.append(say(f"policy_words.step.{code}", where=where, length=length))
            continue
        if step.after:
            where = say("policy_words.step.after", where=where, length=duration(step.after))
        if step.within:
            where = say("policy_words.step.within", where=where, length=duration(step.within))
        steps.append(where)
    return say("policy_words.then").join(steps)
