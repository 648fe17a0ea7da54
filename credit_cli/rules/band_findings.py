"""Faults of bands: rows whose conditions differ only in the range of one ordered fact.

What is a slip, and what is meant? Two bands are *nested* if one range lies within
the other: under a hit policy that takes rows in turn that is the ordinary cascade
(`>= 1030`, then `>= 1020`) or an exception before its rule, and no finding; under
`collect` every overlap is meant. What is left:

- `bands_share_end`: the ranges have a single value in common, at which both end
  (`[600..700]`, `[700..800]`): the text does not say to which of them it belongs.
- `bands_overlap`: neither lies within the other and the first of them decides a
  part that the other claims too. In turn the order settles it, but then an end is
  written that has no effect; under `unique` and `any` any overlap is a conflict.
- `bands_gap`: between two neighbours with different outcomes lie values for which
  no row holds. A hole of a single value or of one unit of the last place written
  (`< 600`, `> 600`; 599 and 600 of a decimal) is a slip, and so is any hole of a
  table without `else`, and the only hole of three bands or more if it is no wider
  than its neighbours. Another may be meant for the `else`, as the ages between the
  young and the old (`doubtful`); none is told between a low and a high band that
  are open outwards, nor of days, times and grades, whose holes are common.

Neighbours that have the same outcome, and what other rows decide, are never told.
"""

from collections.abc import Iterator

from credit_cli.rules.bands import (
    Band,
    apart,
    band_of,
    begins,
    ends,
    hole_between,
    narrow,
    outwards,
    slender,
    within,
    written_range,
)
from credit_cli.rules.conditions import AllOf, Condition, FactType, Kind, Op, UnaryTest, tests_of
from credit_cli.rules.diagrams import FALSE, Node
from credit_cli.rules.partitions import place, type_of
from credit_cli.rules.scenarios import Hit
from credit_cli.rules.table_regions import TOGETHER, Finding, Table

_HOLES_ARE_MEANT = (Kind.DATE, Kind.TIME, Kind.GRADE)


def band_findings(table: Table) -> Iterator[Finding]:
    """What is wrong with the bands of a table; of `collect` only ends that are shared."""
    for fact, kind, bands in _ladders(table):
        for n, one in enumerate(bands):
            for other in bands[n + 1 :]:
                yield from _met(table, fact, kind, one, other)
        if table.hit not in TOGETHER:
            yield from _gaps(table, fact, kind, bands)


def _ladders(table: Table) -> Iterator[tuple[str, FactType, list[Band]]]:
    """Two or more bands of a fact that ask the same of everything else."""
    found: dict[tuple[str, Node], list[Band]] = {}
    kinds = {}
    for n, row in enumerate(table.rows):
        for test, others in _ranges(row.when):
            if test.fact not in kinds:
                kinds[test.fact] = type_of(test.fact, [test], table.regions.types)
            if kinds[test.fact].kind is Kind.DURATION:  # ordered only as of a day
                continue
            rest = table.regions.true_of(AllOf(others), open_holds=True)
            band = band_of(n, test, kinds[test.fact])
            found.setdefault((test.fact, rest), []).append(band)
    for (fact, _), bands in found.items():
        if len(bands) > 1:
            yield fact, kinds[fact], bands


def _ranges(when: Condition) -> Iterator[tuple[UnaryTest, tuple[Condition, ...]]]:
    """Each range that a row asks for by itself, and what else the row asks for."""
    parts = when.parts if isinstance(when, AllOf) else (when,)
    for n, part in enumerate(parts):
        others = parts[:n] + parts[n + 1 :]
        if not isinstance(part, UnaryTest) or part.op is not Op.RANGE:
            continue
        if all(part.fact != test.fact for other in others for test in tests_of(other)):
            yield part, others


def _met(table: Table, fact: str, kind: FactType, one: Band, other: Band) -> Iterator[Finding]:
    first, second = (table.rows[band.row] for band in (one, other))
    nested = table.hit is not Hit.UNIQUE and (within(one, other) or within(other, one))
    if nested or (table.hit is not Hit.UNIQUE and first.outcome == second.outcome):
        return
    both = table.regions.diagrams.both(table.decides[one.row], table.true[other.row])
    if both == FALSE:
        return
    low, high = max(one, other, key=begins), min(one, other, key=ends)
    one_value = low.low is not None and low.low == high.high
    code = "bands_share_end" if one_value else "bands_overlap"
    if code == "bands_overlap" and table.hit in TOGETHER:
        return
    yield Finding(
        code=code,
        rows=(first.id, second.id),
        fact=fact,
        example=table.regions.example(both),
        seen=written_range(kind, (low.low, low.low_in, high.high, high.high_in)),
    )


def _gaps(table: Table, fact: str, kind: FactType, bands: list[Band]) -> Iterator[Finding]:
    ordered = sorted(bands, key=begins)
    holes: list[tuple[Band, Band]] = []
    top = ordered[0]
    for band in ordered[1:]:
        if apart(top, band, kind):
            holes.append((top, band))
        top = max(top, band, key=ends)
    for below, above in holes:
        rows = table.rows[below.row], table.rows[above.row]
        left = _left(table, fact, kind, below, above)
        if left == FALSE or rows[0].outcome == rows[1].outcome:
            continue
        common = kind.kind in _HOLES_ARE_MEANT
        only = len(holes) == 1 and len(bands) > len(rows)
        ladder = only and not common and slender(kind, below, above)
        sure = not table.written.has_else or narrow(kind, below, above) or ladder
        if sure or not (common or outwards(below, above)):
            yield Finding(
                code="bands_gap",
                rows=tuple(row.id for row in rows),
                fact=fact,
                example=table.regions.example(left),
                seen=written_range(kind, hole_between(kind, below, above)),
                doubtful=not sure,
            )


def _left(table: Table, fact: str, kind: FactType, below: Band, above: Band) -> Node:
    """The cases in the hole, with all else as the bands ask for it, that no row decides."""
    low, low_in, high, high_in = hole_between(kind, below, above)
    regions = table.regions
    members = regions.partitions[fact].members
    inside = {
        n
        for value, n in members.items()
        if (at := place(value, kind)) is not None
        and (low < at or (low_in and low == at))
        and (at < high or (high_in and at == high))
    }
    rest = (
        regions.diagrams.some(table.may[band.row], regions.of_fact(fact)) for band in (below, above)
    )
    hole = regions.classes(fact, inside.__contains__)
    return regions.diagrams.all_of((hole, *rest, table.uncovered))
