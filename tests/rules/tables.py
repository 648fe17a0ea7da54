"""Random tables of conditions, and facts for them: missing ones and states included."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import (
    NOT_AUTHORISED,
    UNKNOWN,
    Facts,
    FactType,
    Kind,
    Missing,
)

RECORDS = FactType(
    kind=Kind.LIST, fields={"type": FactType(kind=Kind.TEXT), "on": FactType(kind=Kind.DATE)}
)
GRADES = ("D", "C", "B", "A")


@dataclass(frozen=True)
class Half:
    """A fact worked out of another; it counts how often."""

    asked: list[str]

    def value(self, facts: Facts) -> Any:  # noqa: ANN401 - a fact's value
        self.asked.append("half")
        score = facts.get("score")
        return score // 2 if isinstance(score, int) else UNKNOWN


TYPES = {
    "score": FactType(kind=Kind.NUMBER),
    "ratio": FactType(kind=Kind.DECIMAL),
    "grade": FactType(kind=Kind.GRADE, values=GRADES, states=("expired",)),
    "word": FactType(kind=Kind.TEXT),
    "other": FactType(kind=Kind.TEXT),
    "flag": FactType(kind=Kind.FLAG),
    "lists": FactType(kind=Kind.SET),
    "on": FactType(kind=Kind.DATE),
    "half": FactType(kind=Kind.NUMBER, derived=Half([])),
    "records": RECORDS,
}
CELLS: Mapping[str, tuple[Any, ...]] = {
    "score": (3, ">= 3", "< 3", "[1..4)", "(1..]", "[..]", "in 1, 3", "not in 1, 3", "not 3", [0]),
    "ratio": ("0.5", "[0.25..0.5]", "> 0.5", "not in 1, 0.5"),
    "grade": ("B", ">= B", "< C", "[C..A)", "in A, B", "not in A, B", "expired", "not expired"),
    "word": ("x", "not x", "contains x", "in x, y", "same as other", "'unknown'", "x or y"),
    "flag": (True, False, "not true", "true or absent"),
    "lists": ("all of x", "any of x, y", "none of x", "subset of x", "not any of x", ["x", "y"]),
    "on": ("within 1y", "over 1m ago", "at least 1m ago", "within next 9d", ">= 2026-01-01"),
    "half": ("= 1", ">= 2", "unknown"),
    "records": (
        {"none": {"type": "x"}},
        {"count": ">= 1", "where": {"type": "not x"}},
        {"any": {"type": "same as word"}},
    ),
}
ANY_FACT = ("present", "absent", "unknown", "in no_record, not_authorised", {"open": "why"})
NO_VALUE = (None, UNKNOWN, NOT_AUTHORISED, Missing("expired"), Missing("B"))
MISSING = st.sampled_from(NO_VALUE)
DAYS = st.dates(date(2025, 1, 1), date(2027, 1, 1))
# Both sides of the bounds of all cells.
SINGLE: Mapping[str, tuple[Any, ...]] = {
    "score": (-1, 0, 1, 2, 3, 4, 5, "many"),
    "ratio": tuple(map(Decimal, ("0.24", "0.25", "0.3", "0.5", "0.51", "1"))),
    "grade": (*GRADES, "AAA"),
    "word": ("x", "y", "ax", "unknown"),
    "flag": (True, False),
    "lists": tuple(map(frozenset, ("", "x", "y", "xy", "xz"))),
    "on": tuple(date(*on) for on in ((2025, 12, 1), (2025, 12, 2), (2026, 1, 1), (2026, 1, 11))),
    "half": (0, 1, 2, 3),
}
WORDS = st.sampled_from(("x", "y", "z", "unknown"))
ELEMENTS = st.fixed_dictionaries({"type": WORDS | MISSING})
FACTS = st.fixed_dictionaries(
    {"as_of": st.just(date(2026, 1, 1))},
    optional={
        "score": st.integers(-1, 5) | st.just("many") | MISSING,
        "ratio": st.sampled_from([Decimal("0.25"), Decimal("0.5"), 0, 1]) | MISSING,
        "grade": st.sampled_from((*GRADES, "AAA")) | MISSING,
        "word": WORDS | MISSING,
        "other": WORDS | MISSING,
        "flag": st.booleans() | MISSING,
        "lists": st.frozensets(WORDS, max_size=2) | MISSING,
        "on": DAYS | MISSING,
        "half": st.integers(0, 3) | MISSING,
        "records": st.lists(ELEMENTS, max_size=2).map(tuple) | MISSING,
    },
)


def entries() -> st.SearchStrategy[dict[str, Any]]:
    every = [(fact, cell) for fact, cells in CELLS.items() for cell in cells]
    every += [(fact, cell) for fact in ("score", "word", "on", "flag") for cell in ANY_FACT]
    return st.sampled_from(every).map(lambda pair: {pair[0]: pair[1]})


def joined(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    parts = st.lists(inner, min_size=1, max_size=3)
    several = parts.flatmap(lambda one: st.sampled_from([{"all": one}, {"any": one}]))
    return several | inner.map(lambda one: {"not": one})


WHEN: st.SearchStrategy[dict[str, Any]] = st.just({}) | st.recursive(
    entries(), joined, max_leaves=6
)
TABLES = st.lists(WHEN.map(lambda when: read_condition(when, TYPES)), max_size=5)
