"""The things that a policy says, with their details in words: by these versions are compared."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from credit_cli.actions.condition_words import asked_words, condition_words, subject_words
from credit_cli.actions.fact_words import fact_view, values_words
from credit_cli.actions.follow_words import follow_words
from credit_cli.actions.policy_books import Book, every_rule, tables_of
from credit_cli.actions.policy_entries import named, raw_things
from credit_cli.actions.policy_names import Names, ground, joined, titled
from credit_cli.actions.scenario_words import (
    amount_words,
    days_words,
    gives_words,
    hit_words,
    measure_view,
    scope_words,
)
from credit_cli.actions.score_words import alert_view, indicator_view
from credit_cli.rules.conditions import AllOf, Condition, UnaryTest
from credit_cli.rules.scenarios import Rule, Scenario
from credit_cli.text import say

Key = tuple[str, ...]


class Thing(NamedTuple):
    """Where something stands, all of it in short, and its details by what they say."""

    where: str
    summary: str
    details: Mapping[str, str]
    number: int = 0


def things_of(book: Book) -> dict[Key, Thing]:
    """Everything that a pack says on its day; a part's key begins with that of its whole."""
    names, pack = book.names, book.pack
    found: dict[Key, Thing] = {}
    for one in pack.scenarios.values():
        found |= scenario_things(one, names)
    for code, table in tables_of(pack).items():
        found |= _table_things(code, table, names)
    for name in book.tables.get("fact", {}):
        found["fact", name] = _fact_thing(name, book)
    for code in book.tables.get("measure", {}):
        found["measure", code] = _measure_thing(code, names)
    for code in book.tables.get("alert", {}):
        found["alert", code] = _alert_thing(code, names)
    for code in book.tables.get("score", {}):
        found |= _score_things(code, names)
    return found | {key: Thing(*one) for key, one in raw_things(book).items()}


def scenario_things(one: Scenario, names: Names) -> dict[Key, Thing]:
    """A scenario, each of its rules, and what follows."""
    where = named("scenario", titled(one), one.code)
    details = {
        "title": titled(one),
        "basis": ground(names.pack, one.basis)["words"],
        "days": days_words(one.starts, one.ends),
        "trial": say("value.yes") if one.trial else "",
        "scope": scope_words(one, names),
        "hit": hit_words(one),
    }
    key: Key = ("scenario", one.code)
    found: dict[Key, Thing] = {key: Thing(where, titled(one), _worded(details))}
    numbers: dict[str, int] = {}
    for part, rule in every_rule(one):
        numbers[part] = n = numbers.get(part, 0) + 1
        found[*key, part, rule.id] = _rule_thing(part, n, rule, where, names)
    for n, task in enumerate(one.follow, 1):
        said = {"title": task.title, "words": follow_words(task, names)}
        own = joined(where, say("policy_words.part.follow", n=n, id=task.id))
        found[*key, "follow", task.id] = Thing(own, said["words"], _worded(said), n)
    return found


def _worded(details: Mapping[str, str]) -> dict[str, str]:
    return {say(f"policy_words.what.{key}"): value for key, value in details.items() if value}


def _rule_thing(part: str, n: int, rule: Rule, where: str, names: Names) -> Thing:
    own = joined(where, say(f"policy_words.part.{part}", n=n, id=rule.id))
    gives = gives_words(rule, names)
    said = {
        "title": rule.title,
        "each": rule.each,
        "basis": ground(names.pack, rule.basis)["words"],
    }
    details = dict(_tests(rule.when, names)) | dict(_given(rule, names)) | _worded(said)
    words = condition_words(rule.when, names)
    summary = (
        gives if part == "else" else say("policy_words.rule_summary", words=words, gives=gives)
    )
    return Thing(own, summary, details, n)


def _tests(condition: Condition, names: Names) -> Iterator[tuple[str, str]]:
    """Each fact with what is asked of it, where all of them must hold; else the whole sentence."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    tests = [one for one in parts if isinstance(one, UnaryTest)]
    if len(tests) == len(parts) == len({one.fact for one in tests}):
        yield from ((subject_words(one, names), asked_words(one, names)) for one in tests)
    else:
        yield say("policy_words.what.condition"), condition_words(condition, names)


def _given(rule: Rule, names: Names) -> Iterator[tuple[str, str]]:
    for code, value in rule.grant.items():
        measure = names.pack.measures.get(code)
        yield titled(measure) if measure else code, amount_words(measure, value, names)
    for code, value in rule.deny.items():
        measure = names.pack.measures.get(code)
        title = titled(measure) if measure else code
        what = say("policy_words.denied_measure", measure=title)
        yield what, amount_words(measure, value, names)
    if rule.measure:
        yield say("policy_words.what.gives"), gives_words(rule, names)


def _table_things(code: str, table: Any, names: Names) -> dict[Key, Thing]:  # noqa: ANN401
    where = say(f"policy_words.table.{code}")
    found: dict[Key, Thing] = {}
    for n, row in enumerate((*table.rows, table.otherwise), 1):
        if not row.basis:
            continue
        part = "else" if row is table.otherwise else "row"
        own = joined(where, say(f"policy_words.part.{part}", n=n, id=row.id))
        granted = {say("policy_words.what.gives"): _granted(code, row.grant, names)}
        basis = {say("policy_words.what.basis"): ground(names.pack, row.basis)["words"]}
        words, gives = condition_words(row.when, names), *granted.values()
        summary = say("policy_words.rule_summary", words=words, gives=gives[0])
        found["table", code, part, row.id] = Thing(
            own, summary, dict(_tests(row.when, names)) | granted | basis, n
        )
    return found


def _granted(code: str, grant: Mapping[str, Any], names: Names) -> str:
    given = [
        one for value in grant.values() for one in (value if isinstance(value, list) else [value])
    ]
    return say("value.separator").join(names.word(code, str(one)) for one in given) or say(
        "value.none"
    )


def _fact_thing(name: str, book: Book) -> Thing:
    view = fact_view(name, book.names, book.tables["fact"][name])
    graded = view["kind"] == "grade"
    said = {
        "title": view["title"],
        "kind": say(f"policy_words.kind.{view['kind']}"),
        "values": values_words(view["values"], graded=graded) or "",
        "states": say("value.separator").join(view["states"][3:]),
        "words": view["words"],
    }
    return Thing(named("fact", view["title"], name), view["words"], _worded(said))


def _measure_thing(code: str, names: Names) -> Thing:
    view = measure_view(names.pack.measures[code], names)
    values = values_words(view["values"], graded=view["kind"] == "grade") or ""
    said = {"title": view["title"], "words": view["words"], "unit": view["unit"], "values": values}
    return Thing(named("measure", view["title"], code), view["words"], _worded(said))


def _alert_thing(code: str, names: Names) -> Thing:
    view = alert_view(names.pack.alerts[code], names)
    parts = view["words"].split(say("policy_words.semicolon"))
    said = {"title": view["title"], "words": view["words"]}
    where = named("alert", view["title"], code)
    return Thing(where, view["words"], _worded(said) if parts else {})


def _score_things(code: str, names: Names) -> dict[Key, Thing]:
    model: Any = names.pack.types[f"score.{code}"].derived
    where = named("score", titled(model), code)
    bounds = {"base": model.base, "min": model.least, "max": model.most}
    details = {say(f"column.{key}"): str(one) for key, one in bounds.items() if one is not None}
    found: dict[Key, Thing] = {("score", code): Thing(where, titled(model), details)}
    for n, one in enumerate(model.indicators, 1):
        words = indicator_view(n, one, names)["words"]
        own = joined(where, say("policy_words.part.indicator", n=n, id=one.id))
        found["score", code, "indicator", one.id] = Thing(own, words, _worded({"words": words}), n)
    return found
