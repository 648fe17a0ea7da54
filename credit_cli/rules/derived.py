"""Facts that are worked out of others: by a condition, a table or another scenario."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import floor
from typing import Any, Protocol

from credit_cli.rules.alerts import Alert, count_alerts
from credit_cli.rules.conditions import (
    UNKNOWN,
    Condition,
    Derived,
    Facts,
    FactType,
    holds,
    is_missing,
    truth,
    value_of,
)
from credit_cli.rules.formulas import Formula
from credit_cli.rules.measures import Open

_HUNDRED = 100
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
}


class Mapped(Protocol):
    """How the grades of one scale read on another, on certain days."""

    @property
    def scale(self) -> str:
        """The scale that is read."""

    @property
    def grades(self) -> Mapping[str, str]:
        """What each of its grades is worth."""

    def is_in_force(self, day: date) -> bool:
        """Whether it is in force on a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagFact:
    """Whether a condition holds; unknown if it is neither true nor false."""

    when: Condition | None

    def value(self, facts: Facts) -> Any:  # noqa: ANN401 - a fact's value
        """True, false or unknown."""
        result = None if self.when is None else truth(self.when, facts)
        return UNKNOWN if result is None else result


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFact:
    """The value of the first row that holds, else `otherwise` (None: no record)."""

    rows: tuple[tuple[Condition, Any], ...]
    otherwise: Any = None

    def value(self, facts: Facts) -> Any:  # noqa: ANN401 - a fact's value
        """The value decided; one taken over or reckoned is worked out."""
        found = next((value for when, value in self.rows if holds(when, facts)), self.otherwise)
        return found.value(facts) if hasattr(found, "written") else found


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareFact:
    """A quotient as a percentage: 0.3 is 30 %."""

    written: str
    quotient: Formula

    @property
    def names(self) -> frozenset[str]:
        """The facts in it."""
        return self.quotient.names

    def value(self, facts: Facts) -> Any:  # noqa: ANN401 - a fact's value
        """The percentage in points, or a state."""
        share: Any = self.quotient.value(facts)
        return share if is_missing(share) else share * _HUNDRED


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeFen:
    """An amount in whole fen, rounded down."""

    written: str
    sum: Formula

    @property
    def names(self) -> frozenset[str]:
        """The facts in it."""
        return self.sum.names

    def value(self, facts: Facts) -> Any:  # noqa: ANN401 - a measure's value
        """The amount, or a state."""
        amount: Any = self.sum.value(facts)
        return amount if is_missing(amount) else floor(amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactValue:
    """A fact's value as it is, where a measure takes it over."""

    written: str
    derived: Derived | None = None

    def value(self, facts: Facts) -> Any:  # noqa: ANN401 - a fact's value
        """The fact's value or state."""
        return value_of(self.written, self.derived, facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFact:
    """Whether a fact stands to another, or to a formula, as the sign says.

    `local` are the fields of the element that is looked at: what one of them
    lacks is missing, and not looked for among the facts of the subject.
    """

    left: FactValue
    sign: str
    right: Derived
    order: tuple[str, ...] = ()
    local: frozenset[str] = frozenset()

    def value(self, facts: Facts) -> Any:  # noqa: ANN401 - a fact's value
        """True, false, or unknown if either is missing."""
        known = facts
        if "outer" in facts:
            known = {**facts["outer"], **dict.fromkeys(self.local), **facts}
        left, right = self.left.value(known), self.right.value(known)
        if is_missing(left) or is_missing(right):
            return UNKNOWN
        if self.order:
            left, right = self.order.index(left), self.order.index(right)
        return _COMPARED[self.sign](left, right)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtremeFact:
    """The lowest or highest of several grades of one scale; unknown if one is missing."""

    facts: tuple[FactValue, ...]
    order: tuple[str, ...]
    best: bool

    def value(self, facts: Facts) -> Any:  # noqa: ANN401 - a grade
        """The grade."""
        grades = [one.value(facts) for one in self.facts]
        if any(map(is_missing, grades)):
            return UNKNOWN
        return (max if self.best else min)(grades, key=self.order.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFact:
    """The hits of an alert as a list of elements."""

    code: str
    alerts: tuple[Alert, ...]

    def value(self, facts: Facts) -> Any:  # noqa: ANN401 - elements
        """The hits up to today, oldest first; unknown without a day."""
        hits = count_alerts(self.alerts, facts)
        return tuple(hit.element for hit in hits if hit.alert == self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedFact:
    """The grade that grades of other scales are worth, by the mappings in force on the day.

    Of several the lowest counts, or with `best` the highest in `order`; a grade
    without a mapping counts for nothing.
    """

    scales: tuple[str, ...]
    mappings: tuple[Mapped, ...]
    order: tuple[str, ...]
    best: bool

    def value(self, facts: Facts) -> Any:  # noqa: ANN401 - a grade or a state
        """The grade; the state of the others if none of them says anything."""
        seen = {scale: facts.get(f"grade.{scale}") for scale in self.scales}
        day = facts["as_of"]
        found = [
            grade
            for one in self.mappings
            if not is_missing(seen.get(one.scale)) and one.is_in_force(day)
            if (grade := one.grades.get(str(seen[one.scale]))) is not None
        ]
        pick = max if self.best else min
        states = [value for value in seen.values() if value is not None and is_missing(value)]
        return pick(found, key=self.order.index, default=states[0] if states else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioFact:
    """What another scenario grants of a measure; unknown if its size is left open."""

    scenario: str
    measure: str
    decide: Callable[[str, Facts], Mapping[str, Any]] = field(repr=False, compare=False)

    def value(self, facts: Facts) -> Any:  # noqa: ANN401 - a fact's value
        """The value granted, None if nothing is."""
        granted = self.decide(self.scenario, facts).get(self.measure)
        return UNKNOWN if isinstance(granted, Open) else granted


def given_only(facts: Facts, types: Mapping[str, FactType]) -> dict[str, Any]:
    """The facts without what was worked out of them, so that it can be worked out of more."""
    return {
        name: value
        for name, value in facts.items()
        if name not in types or types[name].derived is None
    }


def completed(facts: Facts, types: Mapping[str, FactType]) -> dict[str, Any]:
    """The facts with every derived one worked out once; what was given stays."""
    whole = dict(facts)
    for name, kind in types.items():
        if kind.derived is not None and name not in whole:
            whole[name] = kind.derived.value(whole)
    return whole
