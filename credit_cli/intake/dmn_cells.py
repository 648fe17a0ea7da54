"""Cells of a DMN table as conditions of the policy language.

FEEL and the policy language differ where a fact has no value: of nothing,
`"a"` is false in FEEL and its opposite true, while here neither holds; so
what is denied of values named one by one also holds of a fact that is absent.
A bound that is another fact of the case becomes a formula that is compared
with nought.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from credit_cli.intake.feel_text import Cell, Operand, Sum, Test
from credit_cli.intake.feel_tokens import FeelFault, Known, plain_number
from credit_cli.rules.conditions import Kind

Raw = dict[str, Any]
Derive = Callable[[str, str], str]  # a formula and its kind to the name of a fact

_PLAIN = re.compile(r"\w+")
# Words that mean something in a cell of the policy language.
_SPOKEN = frozenset(
    {
        *("present", "absent", "no_record", "unknown", "not_authorised", "in", "not", "or"),
        *("contains", "within", "over", "same"),
    }
)
_ORDERED = (Kind.DECIMAL, Kind.DATE)


def conditions(fact: str, kind: Kind, cell: Cell, derive: Derive) -> list[Raw]:
    """What a cell asks, as conditions that must all hold; FeelFault."""
    if not cell.tests:
        return []
    if cell.negated:
        return [_denied(fact, kind, cell.tests, derive)]
    plain = [one for one in cell.tests if not _names(one)]
    found: list[Raw] = [_positive(fact, kind, tuple(plain))] if plain else []
    found += [_compared(fact, kind, one, derive) for one in cell.tests if _names(one)]
    return found if len(found) == 1 else [{"any": found}]


def _names(test: Test) -> bool:
    return any(isinstance(one, (Sum, Known)) for one in test.operands)


def _denied(fact: str, kind: Kind, tests: tuple[Test, ...], derive: Derive) -> Raw:
    if any(map(_names, tests)):
        inner = conditions(fact, kind, Cell(tests), derive)
        return {"not": inner[0]}
    if all(one.sign == "null" for one in tests):
        return {fact: "present"}
    if any(one.sign != "=" for one in tests):
        return {"not": _positive(fact, kind, tests)}
    words = [_word(one.operands[0], kind) for one in tests]
    if any("'" in one[1:-1] for one in words):
        return {"any": [{"not": {fact: words}}, {fact: "absent"}]}
    return {fact: f"not in {', '.join(words)} or absent"}


def _positive(fact: str, kind: Kind, tests: tuple[Test, ...]) -> Raw:
    """Literals one by one as a list, everything else as a cell."""
    if all(one.sign == "=" for one in tests):
        values = [one.operands[0] for one in tests]
        words = [_word(one, kind) for one in values]
        if len(words) > 1 or words[0].startswith("'"):
            return {fact: words}
        return {fact: values[0] if isinstance(values[0], bool) else _alone(words[0], kind)}
    parts = [_part(one, kind) for one in tests]
    if any(part.count("'") % 2 or "''" in part for part in parts):
        raise FeelFault("feel_mixed", parts[0])
    return {fact: " or ".join(parts)}


def _alone(word: str, kind: Kind) -> str:
    return word if kind is Kind.TEXT else f"= {word}"


def _part(test: Test, kind: Kind) -> str:
    if test.sign == "null":
        return "absent"
    words = [_word(one, kind) for one in test.operands]
    if test.sign == "=":
        return f"= {words[0]}"
    _ordered(test, kind)
    if test.sign != "..":
        return f"{test.sign} {words[0]}"
    if _is_empty(*test.operands, included=all(test.ends)):
        raise FeelFault("feel_empty", "..".join(words))
    opening, closing = "[" if test.ends[0] else "(", "]" if test.ends[1] else ")"
    return f"{opening}{words[0]}..{words[1]}{closing}"


def _is_empty(low: Any, high: Any, *, included: bool) -> bool:  # noqa: ANN401 - of one kind
    return bool(low > high or (low == high and not included))


def _ordered(test: Test, kind: Kind) -> None:
    if kind not in _ORDERED:
        raise FeelFault("feel_order", test.sign)


def _word(value: Operand, kind: Kind) -> str:
    """A literal as the policy language writes it; FeelFault if the fact is of another kind."""
    found = kind_of(value)
    if found is not kind:
        raise FeelFault("feel_kind", shown(value))
    return _quoted(value) if isinstance(value, str) else shown(value)


def _quoted(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text.lower() not in _SPOKEN else f"'{text}'"


def kind_of(value: object) -> Kind | None:
    """The kind of a literal or of a name."""
    match value:
        case Known(kind=kind):
            return kind
        case bool():
            return Kind.FLAG
        case str():
            return Kind.TEXT
        case Decimal() | Sum():
            return Kind.DECIMAL
        case date():
            return Kind.DATE
    return None


def shown(value: object) -> str:
    """A literal in plain words."""
    match value:
        case Known(fact=fact):
            return fact
        case Sum(formula=formula):
            return formula
        case bool():
            return str(value).lower()
        case Decimal():
            return plain_number(value)
    return str(value)


def _compared(fact: str, kind: Kind, test: Test, derive: Derive) -> Raw:
    """A test whose bound is another fact: the distance between the two, against nought."""
    signs = [test.sign] if test.sign != ".." else [_low(test.ends[0]), _high(test.ends[1])]
    parts = []
    for sign, bound in zip(signs, test.operands, strict=True):
        if isinstance(bound, (Sum, Known)):
            parts.append(_distance(fact, kind, sign, bound, derive))
        else:
            parts.append(_positive(fact, kind, (Test(sign, (bound,)),)))
    return parts[0] if len(parts) == 1 else {"all": parts}


def _low(included: bool) -> str:
    return ">=" if included else ">"


def _high(included: bool) -> str:
    return "<=" if included else "<"


def _distance(fact: str, kind: Kind, sign: str, bound: Operand, derive: Derive) -> Raw:
    if kind_of(bound) is not kind:
        raise FeelFault("feel_kind", shown(bound))
    if kind not in _ORDERED:
        if sign == "=" and isinstance(bound, Known):
            return {fact: f"same as {bound.fact}"}
        raise FeelFault("feel_order", sign)
    if kind is Kind.DATE:
        return {derive(f"days_between({shown(bound)}, {fact})", "number"): f"{sign} 0"}
    return {derive(f"{fact} - ({shown(bound)})", "decimal"): f"{sign} 0"}


def together(parts: list[Raw]) -> Raw:
    """Conditions that must all hold as one table."""
    keys = [key for part in parts for key in part]
    if len(keys) == len(set(keys)):
        return {key: value for part in parts for key, value in part.items()}
    return {"all": parts}
