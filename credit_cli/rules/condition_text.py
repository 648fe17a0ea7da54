"""How a policy writes conditions: tables of tests on named facts.

A condition is a table of tests (see `cell_text`) that must all hold; `all`,
`any` and `not` combine conditions; a test of a list of elements (`records`,
`materials` ...) is a measurement with its test (see `measurement_text`).
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import Any

from credit_cli.rules.cell_text import read_test
from credit_cli.rules.cells import ConditionFault, read_each
from credit_cli.rules.comparison_text import read_comparison
from credit_cli.rules.conditions import (
    AllOf,
    AnyOf,
    Condition,
    FactType,
    Kind,
    Not,
    Op,
    UnaryTest,
)
from credit_cli.rules.measurement_text import FieldTypes, read_measured

Types = Mapping[str, FactType]
_MOST_PARTS = 12  # of which `at_least` takes every choice


def read_condition(raw: Mapping[str, Any], types: Types) -> Condition:
    """The condition written as a table; ConditionFault names every key that is wrong."""
    parts = read_each(partial(_read_entry, key, value, types) for key, value in raw.items())
    return parts[0] if len(parts) == 1 else AllOf(parts)


def _read_entry(key: str, value: Any, types: Types) -> Condition:  # noqa: ANN401
    if key in ("all", "any") and key not in types:
        parts = _read_parts(key, value, types)
        return AllOf(parts) if key == "all" else AnyOf(parts)
    if key == "not":
        if not isinstance(value, dict):
            raise ConditionFault("table_of_tests", key)
        return Not(_read_part((key,), value, types))
    if key == "at_least" and key not in types:
        return _read_some(value, types)
    undotted = [f"{key}.{name}" for name in value] if isinstance(value, dict) else []
    if dotted := [name for name in undotted if name in types]:
        raise ConditionFault("dotted_name", key, name=dotted[0])
    if key not in types:
        raise ConditionFault("unknown_fact", key, name=key, known=sorted(types))
    if isinstance(value, dict) and types[key].kind is Kind.LIST:
        return _read_measured(key, value, types)
    try:
        cell = read_test(key, value, types[key])
    except ConditionFault:
        compared = read_comparison(key, value, types)
        if compared is None:
            raise
        return compared
    return _with_others(key, cell, types[key], types)


def _read_some(value: Any, types: Types) -> Condition:  # noqa: ANN401 - a TOML value
    """`at_least = { n = 2, of = [{ ... }, { ... }, { ... }] }`: any two of them hold."""
    if not isinstance(value, dict) or set(value) != {"n", "of"}:
        raise ConditionFault("n_of_conditions", "at_least")
    try:
        parts = _read_parts("of", value["of"], types)
    except ConditionFault as fault:
        raise fault.below("at_least") from None
    count = value["n"]
    if not isinstance(count, int) or not 0 < count <= len(parts) <= _MOST_PARTS:
        raise ConditionFault("n_of_conditions", ("at_least", "n"))
    return AnyOf(tuple(AllOf(chosen) for chosen in combinations(parts, count)))


def _read_measured(key: str, value: Mapping[str, Any], types: Types) -> Condition:
    measurement, kind, test = read_measured(key, value, types, read_condition)
    kind = replace(kind, derived=measurement)
    try:
        cell = read_test(measurement.name, test, kind)
    except ConditionFault as fault:
        raise fault.moved(lambda _: (key, measurement.how.value)) from None
    return _with_others(key, cell, kind, types)


def _with_others(key: str, cell: Condition, kind: FactType, types: Types) -> Condition:
    """The cell with the facts of the subject that it compares with."""
    match cell:
        case AnyOf(parts):
            return AnyOf(tuple(_with_others(key, part, kind, types) for part in parts))
        case Not(part):
            return Not(_with_others(key, part, kind, types))
        case UnaryTest(op=Op.SAME, operands=(name,)):
            return replace(cell, other=_other(key, name, kind, types).derived)
    return cell


def _other(key: str, name: str, kind: FactType, types: Types) -> FactType:
    around = types.around if isinstance(types, FieldTypes) else types
    if name == "as_of" and kind.kind is Kind.DATE:
        return FactType(kind=Kind.DATE)
    if name not in around:
        raise ConditionFault("unknown_fact", key, name=name, known=sorted(around))
    if around[name].kind is not kind.kind:
        raise ConditionFault("wrong_value", key, seen=name, expected=kind.kind.value)
    return around[name]


def _read_parts(key: str, value: Any, types: Types) -> tuple[Condition, ...]:  # noqa: ANN401
    if not value or not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ConditionFault("list_of_conditions", key)
    return read_each(partial(_read_part, (key, n), part, types) for n, part in enumerate(value))


def _read_part(path: tuple[str | int, ...], raw: Mapping[str, Any], types: Types) -> Condition:
    try:
        return read_condition(raw, types)
    except ConditionFault as fault:
        raise fault.below(*path) from None
