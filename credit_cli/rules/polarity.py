"""A person's score may only give (个人分值不得作为限制依据): no burden for a low one.

Proved over pairs of cases of a natural person that differ in one personal score
alone: a row that asks for the score may not burden more for a lower score than for
a higher one, nor for any score than for none. A burden that those without a score
bear too, by `else` or by a row that does not ask for it, is not taken for a score:
a high one that frees of it gives.
"""

from collections.abc import Callable, Hashable, Iterator
from datetime import date
from typing import NamedTuple

from credit_cli.rules.conditions import is_missing
from credit_cli.rules.derived_tests import by_fact
from credit_cli.rules.diagrams import FALSE, LIMIT, Node, TooComplex
from credit_cli.rules.partitions import Class, Types
from credit_cli.rules.table_regions import Finding, Table, WrittenTable, read_table
from credit_cli.rules.values import SubjectKind

_KIND = "kind"


def score_takes(
    written: WrittenTable,
    types: Types,
    as_of: date,
    burden: Callable[[Hashable], int],
    *,
    limit: int = LIMIT,
) -> tuple[Finding, ...]:
    """A `score_takes` for each row that burdens a person for a score (FactType.personal).

    `burden` says how heavily an outcome weighs: nought if not at all, or if it is
    the price of a benefit (true and false will do), more for a heavier burden, a
    mode denied, or a tier further below that of the `else` row. `seen` is the
    better score of the example.
    """
    if not any(burden(row.outcome) for row in written.rows):
        return ()
    try:
        table = read_table(written, types, as_of, limit=limit)
        return tuple(_taken(table, burden))
    except TooComplex:
        return (Finding(code="not_proved"),)


def _taken(table: Table, burden: Callable[[Hashable], int]) -> Iterator[Finding]:
    types = table.regions.types
    for fact in table.regions.partitions:
        if not _of_a_score(fact, types):
            continue
        for n, row in enumerate(table.rows):
            weight = burden(row.outcome)
            if weight and fact in by_fact([row.when]):
                yield from _taken_by(table, n, fact, _Burdens(table, fact, weight, burden))


def _of_a_score(fact: str, types: Types) -> bool:
    """Whether a fact is a personal score, or is reckoned from one by a formula."""
    kind = types.get(fact)
    names = getattr(kind.derived, "names", ()) if kind else ()
    return bool(kind and kind.personal) or any(_of_a_score(one, types) for one in names)


class _Burdens(NamedTuple):
    """Where a table burdens as heavily as `weight`, for whatever score or for one."""

    table: Table
    fact: str
    weight: int
    of: Callable[[Hashable], int]

    def heavy(self, *, whatever: bool = False) -> Node:
        """All cases burdened so; or only by what does not ask for the score."""
        diagrams = self.table.regions.diagrams
        nodes = [
            self.table.decides[n]
            for n, row in enumerate(self.table.rows)
            if self.of(row.outcome) >= self.weight
            if not (whatever and self.fact in by_fact([row.when]))
        ]
        if self.table.written.has_else and self.of(self.table.written.otherwise) >= self.weight:
            nodes.append(self.table.left)
        return diagrams.any_of(nodes)


def _taken_by(table: Table, n: int, fact: str, burdens: _Burdens) -> Iterator[Finding]:
    """A case that the row burdens, and that a better score would free."""
    regions, diagrams = table.regions, table.regions.diagrams
    variable = regions.place_of(fact)
    classes = regions.variables[variable].classes
    without = [at for at, one in enumerate(classes) if is_missing(one.value)]
    whatever = burdens.heavy(whatever=True)
    borne = diagrams.all_of(diagrams.fixed(whatever, variable, at) for at in without)
    persons = diagrams.minus(_persons(table), borne) if without else _persons(table)
    heavy = burdens.heavy()
    for worse, better in _falls(classes, rises=regions.types[fact].personal):
        freed = diagrams.opposite(diagrams.fixed(heavy, variable, better))
        burdened = diagrams.fixed(table.decides[n], variable, worse)
        taken = diagrams.all_of((persons, burdened, freed))
        if taken != FALSE:
            yield Finding(
                code="score_takes",
                rows=(table.rows[n].id,),
                fact=fact,
                example={**regions.example(taken), fact: classes[worse].value},
                seen=str(classes[better].value),
            )
            return


def _falls(classes: tuple[Class, ...], *, rises: bool) -> Iterator[tuple[int, int]]:
    """Pairs of classes: some score in the first is below one in the second, which may be none.

    Of what is reckoned from a score nobody knows whether it `rises` with it.
    """
    for worse, one in enumerate(classes):
        for better, other in enumerate(classes):
            lower = rises and None not in (one.low, other.high) and one.low < other.high
            if not is_missing(one.value) and (is_missing(other.value) or lower):
                yield worse, better


def _persons(table: Table) -> Node:
    """The cases of natural persons, as far as the table asks for the subject's kind."""
    regions = table.regions
    if _KIND not in regions.partitions:
        return regions.possible
    members = regions.partitions[_KIND].members
    person = members.get(SubjectKind.PERSON, [*members.values()][-1])
    return regions.diagrams.both(regions.possible, regions.classes(_KIND, person.__eq__))
