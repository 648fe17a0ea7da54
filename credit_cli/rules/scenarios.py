"""Credit scenarios (信用场景): who may have what, for which item, where and when, and why.

A scenario is decided in one fixed order: in force, scope, required, excluded,
rows by the hit policy, `else`, merged by measure, adjusted, capped, overridden,
denied (see `scenario_decisions`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from credit_cli.rules.conditions import Condition
from credit_cli.rules.follow_ups import FollowUp
from credit_cli.rules.formulas import Formula
from credit_cli.rules.measures import Measure, Open
from credit_cli.rules.scopes import Scope
from credit_cli.rules.values import SubjectKind

ORDER = (
    "in_force",
    "scope",
    "require",
    "exclude",
    "rows",
    "else",
    "merge",
    "adjust",
    "cap",
    "override",
    "deny",
    "follow",
)


class Hit(StrEnum):
    """Which of the rows that hold decide (DMN: F, U, A, P, C, R)."""

    FIRST = "first"
    UNIQUE = "unique"
    ANY = "any"
    PRIORITY = "priority"
    COLLECT = "collect"
    ORDERED = "ordered"


class Status(StrEnum):
    """What became of a case in a scenario; all but `granted` leave the ordinary service."""

    GRANTED = "granted"
    OTHERWISE = "otherwise"
    EXCLUDED = "excluded"
    NOT_ELIGIBLE = "not_eligible"
    OUT_OF_SCOPE = "out_of_scope"
    NOT_IN_FORCE = "not_in_force"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row, or one of the rules around the table: when it holds and what it brings.

    `each` names the list whose elements are decided one by one. `measure`, `by`
    and `times` (both as written; `change` reckons them), `at_most` and `at_least`
    belong to adjustments and caps.
    """

    id: str
    when: Condition
    basis: str
    title: str = ""
    grant: Mapping[str, Any] = field(default_factory=dict)
    deny: Mapping[str, Any] = field(default_factory=dict)
    each: str = ""
    measure: str = ""
    by: int | str = 0
    times: str = ""
    change: Formula | None = field(default=None, compare=False)
    at_most: Any = None
    at_least: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scenario, as the pack says it.

    `preferred` are the rows that decide where an accepted conflict makes several meet.
    """

    code: str
    title: str
    basis: str
    subjects: tuple[SubjectKind, ...]
    scope: Scope
    hit: Hit
    rows: tuple[Rule, ...]
    otherwise: Rule
    rank: tuple[str, ...] = ()
    preferred: tuple[str, ...] = ()
    require: tuple[Rule, ...] = ()
    exclude: tuple[Rule, ...] = ()
    adjust: tuple[Rule, ...] = ()
    cap: tuple[Rule, ...] = ()
    override: tuple[Rule, ...] = ()
    follow: tuple[FollowUp, ...] = ()
    starts: date | None = None
    ends: date | None = None
    trial: bool = False
    title_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a scenario makes of a case. `by_element` grants to single elements by their code.

    `rows` names what decided: the rows, or the requirement or exclusion; `applied`
    the adjustments, caps and overrides; `open` the measures whose size is open.
    """

    scenario: str
    status: Status
    rows: tuple[str, ...] = ()
    grant: Mapping[str, Any] = field(default_factory=dict)
    by_element: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    denied: Mapping[str, Any] = field(default_factory=dict)
    applied: tuple[str, ...] = ()
    basis: str = ""

    @property
    def open(self) -> dict[str, str]:
        """The measures granted in a size that is left open, and why."""
        return {code: one.why for code, one in self.grant.items() if isinstance(one, Open)}


Measures = Mapping[str, Measure]
