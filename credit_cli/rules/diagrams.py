"""Decision diagrams: sets of cases, cut by which class each fact lies in.

A case gives every variable one of its classes (`sizes[variable]` of them). A set
of cases is a node: FALSE, TRUE, or a choice by one variable with a node for each
class, variables in their fixed order. Equal sets are the same node (Bryant 1986),
so that whether a set is empty, or two are equal, is a comparison of integers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

FALSE, TRUE = 0, 1
LIMIT = 200_000

Node = int


class TooComplex(Exception):
    """A set would take more nodes than allowed: nothing is proved of it."""


class Diagrams:
    """A store of sets over the same variables; TooComplex beyond `limit` nodes."""

    def __init__(self, sizes: Sequence[int], limit: int = LIMIT) -> None:
        self._limit = limit
        # The leaves lie below every variable.
        self._levels: list[int] = [len(sizes), len(sizes)]
        self._children: list[tuple[Node, ...]] = [(), ()]
        self._known: dict[tuple[int, tuple[Node, ...]], Node] = {}
        self._both: dict[tuple[Node, Node], Node] = {}
        self._either: dict[tuple[Node, Node], Node] = {}
        self._opposite: dict[Node, Node] = {FALSE: TRUE, TRUE: FALSE}

    def choice(self, variable: int, children: tuple[Node, ...]) -> Node:
        """The cases that lie, for each class of the variable, in that class's child.

        The children choose only by later variables.
        """
        if children.count(children[0]) == len(children):
            return children[0]
        found = self._known.get((variable, children))
        if found is None:
            found = self._added(variable, children)
        return found

    def _added(self, variable: int, children: tuple[Node, ...]) -> Node:
        if len(self._levels) >= self._limit:
            raise TooComplex
        self._known[variable, children] = len(self._levels)
        self._levels.append(variable)
        self._children.append(children)
        return len(self._levels) - 1

    def both(self, a: Node, b: Node) -> Node:
        """The cases that lie in both sets."""
        if not a or not b:  # FALSE; this is the innermost loop of all
            return FALSE
        if b in (a, TRUE):
            return a
        if a == TRUE:
            return b
        key = (a, b) if a < b else (b, a)
        found = self._both.get(key)
        if found is None:
            found = self._both[key] = self._combined(self.both, a, b)
        return found

    def either(self, a: Node, b: Node) -> Node:
        """The cases that lie in at least one set."""
        if b in (a, FALSE):
            return a
        if a == FALSE:
            return b
        if TRUE in (a, b):
            return TRUE
        key = (a, b) if a < b else (b, a)
        found = self._either.get(key)
        if found is None:
            found = self._either[key] = self._combined(self.either, a, b)
        return found

    def opposite(self, a: Node) -> Node:
        """The cases that lie outside the set."""
        found = self._opposite.get(a)
        if found is None:
            children = tuple(map(self.opposite, self._children[a]))
            found = self._opposite[a] = self.choice(self._levels[a], children)
        return found

    def minus(self, a: Node, b: Node) -> Node:
        """The cases of `a` that do not lie in `b`."""
        return self.both(a, self.opposite(b)) if a != FALSE else FALSE

    def all_of(self, nodes: Iterable[Node]) -> Node:
        """The cases that lie in every set (every case, of none)."""
        found = TRUE
        for node in nodes:
            found = self.both(found, node)
        return found

    def any_of(self, nodes: Iterable[Node]) -> Node:
        """The cases that lie in some set (no case, of none)."""
        found = FALSE
        for node in nodes:
            found = self.either(found, node)
        return found

    def _combined(self, operation: Callable[[Node, Node], Node], a: Node, b: Node) -> Node:
        """By the earlier variable of the two; the other set is the same for its every class."""
        level, other = self._levels[a], self._levels[b]
        if level == other:
            return self.choice(level, tuple(map(operation, self._children[a], self._children[b])))
        if level > other:
            level, a, b = other, b, a
        return self.choice(level, tuple([operation(child, b) for child in self._children[a]]))

    def fixed(self, node: Node, variable: int, place: int) -> Node:
        """The cases that would lie in the set if their `variable` were in that class."""
        return self._mapped(node, variable, lambda children: children[place], {})

    def some(self, node: Node, variables: Iterable[int]) -> Node:
        """The cases that lie in the set for some classes of these variables."""
        for variable in variables:
            node = self._mapped(node, variable, self.any_of, {})
        return node

    def _mapped(
        self,
        node: Node,
        variable: int,
        of: Callable[[tuple[Node, ...]], Node],
        done: dict[Node, Node],
    ) -> Node:
        level = self._levels[node]
        if level >= variable:
            return of(self._children[node]) if level == variable else node
        if node not in done:
            parts = (self._mapped(one, variable, of, done) for one in self._children[node])
            done[node] = self.choice(level, tuple(parts))
        return done[node]

    def support(self, nodes: Iterable[Node]) -> frozenset[int]:
        """The variables by which any of the sets chooses."""
        seen: set[Node] = {FALSE, TRUE}
        todo = list(nodes)
        found = set()
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                found.add(self._levels[node])
                todo.extend(self._children[node])
        return frozenset(found)

    def contains(self, node: Node, case: Sequence[int]) -> bool:
        """Whether a case, the class of each variable, lies in the set."""
        while node not in (FALSE, TRUE):
            node = self._children[node][case[self._levels[node]]]
        return node == TRUE

    def example(self, node: Node) -> Mapping[int, int]:
        """The classes of one case of a set that is not empty; variables left out do not matter."""
        found = {}
        while node != TRUE:
            children = self._children[node]
            place = next(n for n, child in enumerate(children) if child != FALSE)
            found[self._levels[node]] = place
            node = children[place]
        return found
