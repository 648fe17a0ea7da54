"""Names and types of a DMN model: what its inputs and decisions are called here."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from credit_cli.intake.dmn_xml import Element
from credit_cli.intake.feel_text import Value, literals
from credit_cli.intake.vocabulary import offered_facts
from credit_cli.rules.conditions import Kind

KINDS = {
    "string": Kind.TEXT,
    "boolean": Kind.FLAG,
    "date": Kind.DATE,
    **dict.fromkeys(
        ("number", "integer", "int", "long", "double", "decimal", "float", "short"), Kind.DECIMAL
    ),
}
_DEEPEST = 12  # definitions of definitions
MOST_PARTS = 400  # of one structure; more would be there to overwhelm
_UNTYPED = ("", "any", "Any", "<Undefined>", "undefined")
# What a situation or a scenario reads for itself.
_TAKEN = frozenset(
    {
        *("all", "any", "not", "as_of", "kind", "item", "tier", "evaluation", "promised", "legal"),
        *("lists", "weekday", "outer", "event_days", "task_outcomes", "region", "provider"),
    }
)


class TypeOf(NamedTuple):
    """A kind (None: not said), the values allowed, or what it is that we have no kind for."""

    kind: Kind | None = None
    values: tuple[Value, ...] = ()
    strange: str = ""


@dataclass(frozen=True, slots=True)
class Types:
    """The item definitions of a model by name."""

    definitions: dict[str, Element]

    def read(self, reference: str, seen: int = 0) -> TypeOf:
        """What a `typeRef` stands for."""
        name = reference.strip().rpartition(":")[2]
        held = self.definitions.get(name)
        if held is None or seen > _DEEPEST:
            if name in _UNTYPED:
                return TypeOf()
            return TypeOf(KINDS.get(name), strange="" if name in KINDS else name)
        return self.of(held, seen + 1)

    def of(self, held: Element, seen: int = 0) -> TypeOf:
        """What an item definition or a component of one stands for."""
        if held["isCollection"] == "true" or held.all("itemComponent"):
            return TypeOf(strange=held["name"] or "itemDefinition")
        base = self.read(held.said("typeRef"), seen)
        allowed = held.one("allowedValues")
        own = literals(allowed.said()) if allowed else None
        return base._replace(values=own) if own else base

    def parts(self, reference: str, path: str, seen: int = 0) -> Iterator[tuple[str, TypeOf]]:
        """A name with its type, or every component below it by its path."""
        held = self.definitions.get(reference.strip().rpartition(":")[2])
        if held is None or seen > _DEEPEST:
            yield path, self.read(reference)
        else:
            yield from self._below(held, path, seen + 1)

    def _below(self, held: Element, path: str, seen: int) -> Iterator[tuple[str, TypeOf]]:
        components = held.all("itemComponent")
        if held["isCollection"] == "true" or not components:
            yield path, self.of(held)
        for one in components:
            below = f"{path}.{one['name']}"
            if one.all("itemComponent"):
                yield from self._below(one, below, seen)
            elif one.one("allowedValues"):
                yield below, self.of(one)
            else:
                yield from self.parts(one.said("typeRef"), below, seen)


def code_of(name: str, taken: Container[str], fallback: str) -> str:
    """A name in small ASCII letters, digits and `_`; numbered if it is taken or says nothing."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    code = re.sub(r"[^A-Za-z0-9]+", "_", apart).strip("_").lower()[:70]
    if not code or not code[0].isalpha():
        code = f"{fallback}_{code}".rstrip("_")
    n, numbered = 1, code if code != fallback else f"{code}_1"
    while numbered in taken:
        n += 1
        numbered = f"{code}_{n}"
    return numbered


@cache
def _lists() -> frozenset[str]:
    return frozenset(key for key, one in offered_facts({}).items() if one.kind is Kind.LIST)


def fact_name(name: str, taken: Container[str]) -> str:
    """The id of a fact; a path keeps its dots, and a name of the trade gets an ending."""
    parts = [code_of(one, (), "input") for one in name.split(".")]
    own = ".".join(parts)
    if own in _TAKEN or own in _lists():
        own += "_input"
    n, numbered = 1, own
    while numbered in taken:
        n += 1
        numbered = f"{own}_{n}"
    return numbered
