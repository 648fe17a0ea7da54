"""The atoms of conditions say in SQL, on both databases, what they say of a single case."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, Integer, MetaData, Table, Text, select

from credit_cli.rules.atoms import signature
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import (
    NOT_AUTHORISED,
    UNKNOWN,
    Facts,
    FactType,
    Kind,
    Missing,
    UnaryTest,
    is_missing,
    truth,
)
from credit_cli.store.conditions import FactColumns, atom_column
from credit_cli.store.engine import connect
from credit_cli.store.engine import store_url as parsed

TODAY = date(2026, 3, 10)
TYPES = {
    "score": FactType(kind=Kind.NUMBER),
    "grade": FactType(kind=Kind.GRADE, values=("D", "C", "B", "A"), states=("expired",)),
    "word": FactType(kind=Kind.TEXT),
    "other": FactType(kind=Kind.TEXT),
    "flag": FactType(kind=Kind.FLAG),
    "on": FactType(kind=Kind.DATE),
    "lists": FactType(kind=Kind.SET),
}
SQL = {"score": Integer, "flag": Boolean, "on": Date}
CELLS: Mapping[str, Sequence[Any]] = {
    "score": (5, "[3..5)", "(3..5]", "< 4", ">= 4", "[..]", "in 3, 5", "not in 3, 5", "not 4"),
    "grade": ("B", ">= B", "< C", "[C..A)", "not in A, B", "expired", "in unknown, no_record"),
    "word": ("X", "contains x, 品", "not contains x", "in x, 食品", "same as other", "'unknown'"),
    "flag": (True, False),
    "on": ("within 1m", "over 1m ago", "at least 1m ago", "within next 2wd", "< 2026-02-10"),
}
FOR_ANY = ("present", "absent", "no_record", "unknown", {"open": "why"})
VALUES: Mapping[str, Sequence[Any]] = {
    "score": (-1, 2, 3, 4, 5, 6),
    "grade": ("D", "C", "B", "A", "AAA", Missing("expired")),
    "word": ("x", "X", "ax", "食品", "unknown", ""),
    "flag": (True, False),
    "on": tuple(date(2026, *on) for on in ((2, 9), (2, 10), (2, 11), (3, 10), (3, 12), (3, 13))),
}
STATES = (None, UNKNOWN, NOT_AUTHORISED)


def subjects() -> list[dict[str, Any]]:
    """One subject for every value and state of every fact."""
    pairs = [(fact, one) for fact, values in VALUES.items() for one in (*values, *STATES)]
    return [
        {"as_of": TODAY, "other": other, fact: one} for fact, one in pairs for other in ("x", None)
    ]


def atoms() -> tuple[UnaryTest, ...]:
    cells = [(fact, cell) for fact, own in CELLS.items() for cell in (*own, *FOR_ANY)]
    return signature(read_condition({fact: cell}, TYPES) for fact, cell in cells)


def table() -> Table:
    """A table with a column for the value and one for the state of every fact."""
    names = [*VALUES, "other"]
    values = [Column[Any](name, SQL.get(name, Text)) for name in names]
    states = (Column(f"{name}_state", Text) for name in names)
    number = Column("n", Integer, primary_key=True)
    return Table("facts", MetaData(), number, *values, *states, prefixes=["TEMPORARY"])


def row(number: int, facts: Facts) -> dict[str, Any]:
    seen = {name: facts.get(name) for name in (*VALUES, "other")}
    values = {name: None if is_missing(one) else one for name, one in seen.items()}
    states = {f"{name}_state": str(one) for name, one in seen.items() if isinstance(one, Missing)}
    return {"n": number, **values, **dict.fromkeys(f"{name}_state" for name in seen), **states}


def asked(connection: Connection, found: Sequence[Facts], of: Sequence[UnaryTest]) -> list[Any]:
    """The truths of the atoms of every subject, as the database finds them."""
    facts = table()
    columns = {name: FactColumns(facts.c[name], facts.c[f"{name}_state"]) for name in VALUES}
    columns["other"] = FactColumns(facts.c.other)
    truths = [atom_column(atom, columns, TODAY) for atom in of]
    query = select(*(one.label(f"a{n}") for n, one in enumerate(truths) if one is not None))
    with connection.begin():
        facts.create(connection)
        connection.execute(facts.insert(), [row(n, one) for n, one in enumerate(found)])
        return [tuple(one) for one in connection.execute(query.order_by(facts.c.n))]


def test_every_atom_is_true_false_or_neither_in_sql_as_of_a_single_case(store_url: str) -> None:
    found, of = subjects(), atoms()
    with connect(parsed(store_url)) as connection:
        truths = asked(connection, found, of)
    for facts, told in zip(found, truths, strict=True):
        seen = [truth(atom, facts) for atom in of]
        wrong = [
            (atom.fact, atom.written, facts, one)
            for atom, one, expected in zip(of, told, seen, strict=True)
            if one != (None if expected is None else int(expected))
        ]
        assert wrong == []


def test_an_atom_of_a_set_or_of_a_fact_without_a_column_has_no_sql() -> None:
    facts = table()
    columns = {"lists": FactColumns(facts.c.word), "word": FactColumns(facts.c.word)}
    for when in ({"lists": "any of x"}, {"score": 3}, {"word": "same as other"}):
        (atom,) = signature([read_condition(when, TYPES)])
        assert atom_column(atom, columns, TODAY) is None
