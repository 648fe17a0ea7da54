"""What differs between two policies, in the words of the trade."""

from collections.abc import Iterator, Mapping
from datetime import date
from difflib import SequenceMatcher
from itertools import pairwise

from credit_cli.actions.policy_books import Book
from credit_cli.actions.policy_things import Key, Thing, scenario_things, things_of
from credit_cli.actions.wording import View
from credit_cli.intake.policy import pack_epochs
from credit_cli.text import say

_WHOLE = 2  # the length of the key of a thing that is no part of another


def compare(before: Book, after: Book) -> list[View]:
    """`{change, where, what, before, after, since, message}` for whatever differs on any day.

    `since`: the day from which on it differs, none if from the first.
    """
    days = sorted({*pack_epochs(before.content), *pack_epochs(after.content)})
    told: dict[tuple[str, ...], View] = {}
    for n, day in enumerate(days):
        rows = differences(things_of(before.on(day)), things_of(after.on(day)), day if n else None)
        for row in rows:
            parts = ("change", "where", "what", "before", "after")
            told.setdefault(tuple(str(row[part]) for part in parts), row)
    return list(told.values())


def coming(book: Book, code: str) -> list[View]:
    """What will change of a scenario by itself, because the pack says from when on."""
    days = [book.day, *(day for day in pack_epochs(book.content) if day > book.day)]
    found: list[View] = []
    for before, after in pairwise(days):
        one, other = (_scenario(book.on(day), code) for day in (before, after))
        found.extend(differences(one, other, after))
    return found


def _scenario(book: Book, code: str) -> dict[Key, Thing]:
    return scenario_things(book.pack.scenarios[code], book.names)


def differences(
    before: Mapping[Key, Thing], after: Mapping[Key, Thing], since: date | None
) -> Iterator[View]:
    """Every difference, in the order in which the things stand."""
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key), after.get(key)
        whole = key[:_WHOLE]
        if one is None and other is not None:
            if key == whole or whole in before or whole not in after:
                yield _change("added", other, since, after=other.summary)
        elif other is None and one is not None:
            if key == whole or whole in after or whole not in before:
                yield _change("removed", one, since, before=one.summary)
        elif one is not None and other is not None:
            yield from _details(one, other, since)
    yield from _moved(before, after, since)


def _details(one: Thing, other: Thing, since: date | None) -> Iterator[View]:
    for what in dict.fromkeys([*one.details, *other.details]):
        before, after = one.details.get(what), other.details.get(what)
        if before == after:
            continue
        change = "changed" if before and after else "gained" if after else "lost"
        yield _change(change, other, since, what=what, before=before, after=after)


def _moved(
    before: Mapping[Key, Thing], after: Mapping[Key, Thing], since: date | None
) -> Iterator[View]:
    """Rows that stand in another order among those that both have."""
    common = [key for key in before if key in after and len(key) > _WHOLE]
    for group in dict.fromkeys(key[:-1] for key in common):
        own = [key for key in common if key[:-1] == group]
        now = sorted(own, key=lambda key: after[key].number)
        kept = {
            own[block.a + n]
            for block in SequenceMatcher(None, own, now, autojunk=False).get_matching_blocks()
            for n in range(block.size)
        }
        for key in (one for one in own if one not in kept):
            places = (say("policy_words.at_number", n=one[key].number) for one in (before, after))
            was, will = places
            yield _change("moved", after[key], since, before=was, after=will)


def _change(  # noqa: PLR0913 - the parts of one row
    change: str,
    thing: Thing,
    since: date | None,
    *,
    what: str | None = None,
    before: str | None = None,
    after: str | None = None,
) -> View:
    said = {"where": thing.where, "what": what, "before": before, "after": after}
    message = say(f"policy_words.differs.{change}", **said)
    if since:
        message = say("policy_words.differs_since", day=since, what=message)
    return {"change": change, **said, "since": since, "message": message}
