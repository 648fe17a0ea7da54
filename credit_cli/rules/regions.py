"""Where conditions are true, as sets of cases over the partitions of the facts they test.

A fact that a condition or a table works out is no fact of its own here: where it
has which value follows from the facts that it rests on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from credit_cli.rules.conditions import (
    AllOf,
    AnyOf,
    Condition,
    Not,
    Op,
    UnaryTest,
    is_missing,
    test_truth,
)
from credit_cli.rules.derived_tests import Rows, by_fact, compared_by, relation_of, worked_out_by
from credit_cli.rules.diagrams import FALSE, LIMIT, TRUE, Diagrams, Node
from credit_cli.rules.partitions import (
    Part,
    Partition,
    TestKey,
    Types,
    Variable,
    key_of,
    partition,
    type_of,
)


class Regions:
    """The cases over all facts of some conditions.

    `possible` are those that can come about: a text that contains a word contains
    every part of that word, and what can be compared has a value. Facts that are
    `always` there have no states. The facts tested most often come first, which
    keeps the diagrams small.
    """

    def __init__(
        self,
        conditions: Iterable[Condition],
        types: Types,
        as_of: date,
        *,
        always: Iterable[str] = (),
        limit: int = LIMIT,
    ) -> None:
        tests = by_fact(conditions)
        self.types = types
        self.partitions: Mapping[str, Partition] = {
            fact: partition(fact, own, type_of(fact, own, types), as_of, always=fact in always)
            for fact, own in tests.items()
        }
        cut = self.partitions.values()
        self.variables: tuple[Variable, ...] = tuple(one for own in cut for one in own.variables)
        self._places = {(one.fact, one.part, one.word): n for n, one in enumerate(self.variables)}
        self.diagrams = Diagrams([len(one.classes) for one in self.variables], limit)
        self._read: dict[tuple[TestKey, bool, bool], Node] = {}
        implied = (*self._parts_contained(), *self._compared(tests))
        self.possible: Node = self.diagrams.all_of(implied)

    def true_of(self, condition: Condition, *, open_holds: bool = False) -> Node:
        """The possible cases of which a condition is true, or may be once the open is settled."""
        return self.diagrams.both(self._where(condition, True, open_holds), self.possible)

    def place_of(self, fact: str) -> int:
        """The variable that holds a fact's value."""
        return self._places[fact, Part.VALUE, None]

    def of_fact(self, fact: str) -> list[int]:
        """Every variable that says something of a fact's value."""
        return [
            n
            for n, one in enumerate(self.variables)
            if one.fact == fact or (one.part is Part.SAME and one.word == fact)
        ]

    def classes(self, fact: str, of: Callable[[int], bool]) -> Node:
        """The cases in which the fact lies in one of those classes of its value."""
        variable = self.place_of(fact)
        places = range(len(self.variables[variable].classes))
        return self.diagrams.choice(variable, tuple(TRUE if of(n) else FALSE for n in places))

    def example(self, node: Node) -> dict[str, Any]:
        """One case of a set that is not empty: the facts that it needs, with a value each."""
        found: dict[str, Any] = {}
        for n, chosen in sorted(self.diagrams.example(node).items()):
            variable = self.variables[n]
            value = variable.classes[chosen].value
            if variable.part is Part.SAME:
                found[f"{variable.fact} {Part.SAME} {variable.word}"] = value
            elif variable.part is Part.VALUE:
                found[variable.fact] = value
            elif variable.part is Part.WORDS:
                found[variable.fact] |= value
            elif value and self._is_other_word(variable.fact, found.get(variable.fact)):
                found[variable.fact] = f"{variable.word}{found[variable.fact]}"
        return found

    def _is_other_word(self, fact: str, value: object) -> bool:
        """Whether an example's text is no named word: its parts follow from its variables."""
        *_, other = self.partitions[fact].members
        return isinstance(value, str) and value.endswith(other)

    def _where(self, condition: Condition, sign: bool, open_holds: bool) -> Node:
        """Where a condition is true, or where it is false; elsewhere it is neither."""
        match condition:
            case AllOf(parts) | AnyOf(parts):
                nodes = (self._where(part, sign, open_holds) for part in parts)
                every = isinstance(condition, AllOf) is sign
                return self.diagrams.all_of(nodes) if every else self.diagrams.any_of(nodes)
            case Not(part):
                return self._where(part, not sign, open_holds)
            case _:
                key = key_of(condition), sign, open_holds
                found = self._read.get(key)
                if found is None:
                    found = self._read[key] = self._tested(condition, sign, open_holds)
                return found

    def _tested(self, test: UnaryTest, sign: bool, open_holds: bool) -> Node:
        if test.op is Op.OPEN:
            return TRUE if open_holds else FALSE
        if test.op is Op.SAME:
            return self._same(test, sign)
        if (relation := relation_of(test)) is not None:
            return self._where(relation, sign, open_holds)
        if (rows := worked_out_by(test)) is not None:
            return self._derived(test, rows, sign, open_holds)
        truths = self.partitions[test.fact].truths[key_of(test)]
        more = self._more(test) if ... in truths else FALSE
        more = more if sign else self.diagrams.opposite(more)
        nodes = (more if one is ... else TRUE if one is sign else FALSE for one in truths)
        return self.diagrams.choice(self.place_of(test.fact), tuple(nodes))

    def _derived(self, test: UnaryTest, rows: Rows, sign: bool, open_holds: bool) -> Node:
        """By the value of the first row whose condition is true."""
        found, left = FALSE, TRUE
        for when, value in rows:
            true = self._where(when, True, open_holds)
            if test_truth(test, value, {}) is sign:
                found = self.diagrams.either(found, self.diagrams.both(left, true))
            left = self.diagrams.minus(left, true)
        return found

    def _more(self, test: UnaryTest) -> Node:
        """Where a test of a set, or of what a text contains, is true if there is a value."""
        if test.op is Op.CONTAINS:
            places = [self._places[test.fact, Part.CONTAINS, word] for word in test.operands]
            return self.diagrams.any_of(self._held(n, {True}) for n in places)
        named = set(test.operands)
        if test.op not in _SET_OPS:
            return FALSE
        inside = test.op is not Op.SUBSET_OF
        groups = [
            (n, one)
            for n, one in enumerate(self.variables)
            if one.fact == test.fact and one.part is Part.WORDS
            if bool(one.word and one.word <= named) is inside
        ]
        if test.op is Op.ALL_OF:
            return self.diagrams.all_of(self._held(n, {one.word}) for n, one in groups)
        none = self.diagrams.all_of(self._held(n, {frozenset()}) for n, _ in groups)
        return self.diagrams.opposite(none) if test.op is Op.ANY_OF else none

    def _held(self, variable: int, values: set[Any]) -> Node:
        classes = self.variables[variable].classes
        return self.diagrams.choice(
            variable, tuple(TRUE if one.value in values else FALSE for one in classes)
        )

    def _same(self, test: UnaryTest, sign: bool) -> Node:
        """Both facts have a value, and it is the same one or not."""
        other = test.operands[0]
        return self.diagrams.all_of(
            (
                self.classes(test.fact, self._has_value(test.fact)),
                self.classes(other, self._has_value(other)),
                self._held(self._places[test.fact, Part.SAME, other], {sign}),
            )
        )

    def _has_value(self, fact: str) -> Callable[[int], bool]:
        classes = self.variables[self.place_of(fact)].classes
        return lambda n: not is_missing(classes[n].value)

    def _compared(self, tests: Mapping[str, Sequence[UnaryTest]]) -> Iterator[Node]:
        """What can be compared has a value."""
        for relation, own in tests.items():
            for fact in compared_by(own[0]) if own else ():
                if fact in self.partitions:
                    compared = self.classes(relation, self._has_value(relation))
                    value = self.classes(fact, self._has_value(fact))
                    yield self.diagrams.either(self.diagrams.opposite(compared), value)

    def _parts_contained(self) -> Iterator[Node]:
        words = [one for one in self.variables if one.part is Part.CONTAINS]
        for whole in words:
            for part in words:
                if whole.fact == part.fact and whole is not part and part.word in whole.word:
                    held, implied = (
                        self._held(self._places[one.fact, one.part, one.word], {True})
                        for one in (whole, part)
                    )
                    yield self.diagrams.either(self.diagrams.opposite(held), implied)


_SET_OPS = (Op.ALL_OF, Op.ANY_OF, Op.NONE_OF, Op.SUBSET_OF)
