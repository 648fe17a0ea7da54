"""What follows a decision, in words: deadlines, gates, lateness and outcomes."""

from collections.abc import Iterable

from credit_cli.actions.condition_words import condition_data, condition_words
from credit_cli.actions.policy_names import Names, duration, ground, joined, listed
from credit_cli.actions.scenario_words import amount_words, plain, sizes_words
from credit_cli.actions.wording import View
from credit_cli.rules.conditions import ALWAYS
from credit_cli.rules.follow_ups import Consequence, FollowUp
from credit_cli.text import find, say


def follow_view(one: FollowUp, names: Names, outer: str) -> View:
    """A task: when it arises, its deadline, what it gates, what lateness and outcomes bring."""
    return {
        "id": one.id,
        "title": one.title or None,
        "on": one.on,
        "within": plain(one.within) if one.within is not None else None,
        "due": plain(one.due) if one.due is not None else None,
        "every": str(one.every) if one.every else None,
        "until": str(one.until) if one.until else None,
        "when": condition_data(one.when, names),
        "for": {code: plain(value) for code, value in one.granted.items()},
        "by": one.by or None,
        "do": list(one.do),
        "gate": one.gate or None,
        "done": one.done or one.id,
        "extend": {"on": one.extend_on, "by": str(one.extend_by)} if one.extend_by else None,
        "pause": list(one.pause) if one.pause else None,
        "each": one.each,
        "late": consequence_view(one.late, names),
        "outcome": {code: consequence_view(then, names) for code, then in one.outcomes.items()},
        "words": follow_words(one, names),
        "basis": None if one.basis == outer else ground(names.pack, one.basis),
    }


def consequence_view(then: Consequence, names: Names) -> View:
    """What an outcome or lateness brings."""
    return {
        "do": list(then.do),
        "record": then.record or None,
        "deny": {code: plain(value) for code, value in then.deny.items()},
        "words": consequence_words(then, names),
    }


def consequence_words(then: Consequence, names: Names) -> str:
    """What is then done, recorded and denied."""
    parts = [say("policy_words.follow.do", what=done_words(then.do))] if then.do else []
    if then.record:
        parts.append(say("policy_words.follow.record", what=names.word("record", then.record)))
    if then.deny:
        parts.append(say("policy_words.denied", what=sizes_words(then.deny, names)))
    return say("policy_words.comma").join(parts) or say("policy_words.follow.nothing")


def done_words(do: Iterable[str]) -> str:
    """What is to be done, each by its words if it has any."""
    return listed(find(f"policy_words.do.{one}") or one for one in do)


def follow_words(one: FollowUp, names: Names) -> str:
    """A task as sentences."""
    return say("policy_words.semicolon").join(_follow_parts(one, names))


def _follow_parts(one: FollowUp, names: Names) -> Iterable[str]:
    if one.granted:
        yield say("policy_words.follow.for", what=sizes_words(one.granted, names))
    if one.when != ALWAYS:
        yield say("policy_words.follow.when", what=condition_words(one.when, names))
    yield joined(say("policy_words.follow.on", event=event_words(one.on)), _deadline(one, names))
    if one.by:
        yield say("policy_words.follow.by", who=find(f"policy_words.by.{one.by}") or one.by)
    if one.do:
        yield say("policy_words.follow.do", what=done_words(one.do))
    if one.gate:
        yield say("policy_words.follow.gate", what=one.gate)
    if one.done:
        yield say("policy_words.follow.done", event=one.done)
    yield from _clock(one)
    if one.late != Consequence():
        yield say("policy_words.follow.late", what=consequence_words(one.late, names))
    for code, then in one.outcomes.items():
        said = find(f"value.outcome.{code}")
        outcome = say("policy_words.coded", title=said, code=code) if said else code
        what = consequence_words(then, names)
        yield say("policy_words.follow.outcome", outcome=outcome, what=what)


def _clock(one: FollowUp) -> Iterable[str]:
    """What moves or stops the deadline, and whether there is one for each element."""
    if one.extend_by is not None:
        length = duration(one.extend_by)
        yield say("policy_words.follow.extend", event=event_words(one.extend_on), length=length)
    if one.pause is not None:
        began, ended = (event_words(event) for event in one.pause)
        yield say("policy_words.follow.pause", began=began, ended=ended)
    if one.each:
        yield say("policy_words.follow.each", id=one.id)


def _deadline(one: FollowUp, names: Names) -> str:
    if one.every is not None:
        said = say("policy_words.follow.every", length=duration(one.every))
        until = duration(one.until) if one.until else ""
        return f"{said}{say('policy_words.follow.until', length=until)}" if until else said
    if one.due is not None:
        return say("policy_words.follow.due", day=plain(one.due))
    if one.within is None:
        return say("policy_words.follow.no_limit")
    return say("policy_words.follow.within", length=amount_words(None, one.within, names))


def event_words(event: str) -> str:
    """What starts a task: an event of the case, or what another task comes to."""
    task, _, what = event.partition(".")
    if task == "alert":
        return say("policy_words.event.alert", alert=what)
    if not what:
        said = find(f"policy_words.event.named.{event}")
        return say("policy_words.coded", title=said, code=event) if said else event
    known = what if what in ("done", "late") else "outcome"
    words = say(f"policy_words.event_of.{known}", outcome=what)
    return say("policy_words.event.task", task=task, what=words)
