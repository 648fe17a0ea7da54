"""A pack opened to be read: from the store or from its files, as it is on a day."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from credit_cli.actions.policy_names import Names
from credit_cli.errors import PolicyOutdated
from credit_cli.intake.policy import pack_for, read_pack
from credit_cli.rules.decisions import DecisionTable
from credit_cli.rules.packs import Pack
from credit_cli.rules.scenarios import Rule, Scenario
from credit_cli.store.policies import get_policy, get_version
from credit_cli.store.work import Work
from credit_cli.tables.policies import PolicyVersion

# The rules of a scenario around and in its table, in the order in which they are decided.
PARTS = ("require", "exclude", "row", "adjust", "cap", "override")


class Book(NamedTuple):
    """A pack as it is on a day, its raw tables of all days, and what it is called.

    `own` are the scenarios that do not come from a pack that it extends.
    """

    pack: Pack
    tables: Mapping[str, Any]
    content: str
    label: str
    day: date
    own: tuple[str, ...] = ()

    @property
    def names(self) -> Names:
        """What its facts are called."""
        return Names(self.pack)

    def on(self, day: date) -> "Book":
        """The same pack on another day."""
        return self._replace(pack=pack_for(self.content, day), day=day)


def book_of(content: str, label: str, day: date) -> Book:
    """The book of a canonical content; ValueError or LookupError if it cannot be read."""
    pack = pack_for(content, day)
    return Book(pack, json.loads(content), content, label, day, tuple(pack.scenarios))


def open_book(path: Path, day: date) -> Book:
    """The book of a pack's files; PolicyInvalid."""
    read = read_pack(path)
    book = book_of(read.content, str(path), day)
    return book._replace(own=tuple(read.own_scenarios))


def book_in_force(work: Work) -> Book:
    """The book of the version in force on the business day; PolicyMissing, PolicyOutdated."""
    return _of_version(get_policy(work.session, work.terms.as_of), work.terms.as_of)


def book_of_version(work: Work, reference: str) -> Book:
    """The book of a version by its name; PolicyVersionNotFound, PolicyOutdated."""
    return _of_version(get_version(work.session, reference), work.terms.as_of)


def _of_version(version: PolicyVersion, day: date) -> Book:
    try:
        return book_of(version.content, version.label, day)
    except (ValueError, LookupError):
        raise PolicyOutdated(policy_version=version.label) from None


def every_rule(scenario: Scenario) -> Iterator[tuple[str, Rule]]:
    """Every rule of a scenario with the part in which it stands."""
    for part in PARTS:
        rules: tuple[Rule, ...] = scenario.rows if part == "row" else getattr(scenario, part)
        yield from ((part, rule) for rule in rules)
    yield "else", scenario.otherwise


def tables_of(pack: Pack) -> dict[str, DecisionTable]:
    """The tables of a province's core by the names under which they are shown."""
    return {"tier": pack.tier, "route": pack.routes, "severity": pack.severity}
