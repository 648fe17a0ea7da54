"""Table hygiene: what is wrong with a decision table, proved over all its cases.

Nothing is sampled: the facts are cut into the classes that the tests tell apart
(`partitions`), and the rows are compared as sets of cases (`diagrams`). A row with
a value that its source leaves open counts as true only where that is certain, and
as never true only where no value could make it so.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from credit_cli.rules.band_findings import band_findings
from credit_cli.rules.conditions import Op, tests_of
from credit_cli.rules.derived_tests import later_days
from credit_cli.rules.diagrams import FALSE, LIMIT, TRUE, Node, TooComplex
from credit_cli.rules.partitions import Types
from credit_cli.rules.scenarios import Hit
from credit_cli.rules.table_regions import (
    IN_TURN,
    TOGETHER,
    Finding,
    Table,
    WrittenTable,
    read_table,
)

_LASTING = ("row_impossible", "row_never_reached", "column_never_matters")


def table_findings(
    written: WrittenTable, types: Types, as_of: date, *, limit: int = LIMIT
) -> tuple[Finding, ...]:
    """Everything found as of a day; `not_proved` last if the table takes too many nodes.

    Where a fact is asked both for a day and for how long ago it was, a row that no
    case fulfils today may be for days to come: such findings must hold then too.
    """
    found = _found(written, types, as_of, limit)
    for day in later_days(row.when for row in written.rows):
        then = {_claim(one) for one in _found(written, types, day, limit)}
        found = [one for one in found if one.code not in _LASTING or _claim(one) in then]
    return tuple(found)


def _claim(finding: Finding) -> tuple[str, tuple[str, ...], str]:
    return finding.code, finding.rows[:1], finding.fact


def _found(written: WrittenTable, types: Types, as_of: date, limit: int) -> list[Finding]:
    found: list[Finding] = []
    try:
        table = read_table(written, types, as_of, limit=limit)
        for findings in (_unreached, band_findings, _duplicates, _missing_else):
            found.extend(findings(table))
        found.extend(_conflicts(table, found))
        # A row may say again what the table requires.
        alone = replace(written, require=(), exclude=())
        whole = table if alone == written else read_table(alone, types, as_of, limit=limit)
        found.extend(_columns(whole, found))
    except TooComplex:
        found.append(Finding(code="not_proved"))
    return found


def _unreached(table: Table) -> Iterator[Finding]:
    """Rows that are true in no case, or only where an earlier one decides."""
    diagrams = table.regions.diagrams
    for n, row in enumerate(table.rows):
        if table.may[n] == FALSE:
            yield Finding(code="row_impossible", rows=(row.id,))
        elif table.hit in IN_TURN and diagrams.both(table.may[n], table.before[n]) == FALSE:
            before = [m for m in range(n) if diagrams.both(table.decides[m], table.may[n])]
            covering = (table.rows[m].id for m in before)
            yield Finding(code="row_never_reached", rows=(row.id, *covering))


def _duplicates(table: Table) -> Iterator[Finding]:
    """Two rows with the same condition and outcome, where both may decide."""
    if table.hit in IN_TURN or table.hit is Hit.UNIQUE:
        return
    first: dict[tuple[Node, Node, Hashable], str] = {}
    for row, true, may in zip(table.rows, table.true, table.may, strict=True):
        same = first.setdefault((true, may, row.outcome), row.id)
        if same != row.id and true != FALSE:
            yield Finding(code="row_duplicates", rows=(row.id, same))


def _missing_else(table: Table) -> Iterator[Finding]:
    if not table.written.has_else and table.uncovered != FALSE:
        yield Finding(code="missing_else", example=table.regions.example(table.uncovered))


def _conflicts(table: Table, told: Sequence[Finding]) -> Iterator[Finding]:
    """Two rows that are true at once; bands that overlap have been told as such."""
    if table.hit not in (Hit.UNIQUE, Hit.ANY):
        return
    bands = {frozenset(one.rows) for one in told if one.code.startswith("bands_")}
    for one, other in _at_once(table):
        if frozenset((table.rows[one].id, table.rows[other].id)) not in bands:
            both = table.regions.diagrams.both(table.true[one], table.true[other])
            yield Finding(
                code="rows_conflict",
                rows=(table.rows[one].id, table.rows[other].id),
                example=table.regions.example(both),
            )


def _at_once(table: Table) -> Iterator[tuple[int, int]]:
    """Pairs of rows that hold in one case and, under `any`, differ in their outcome."""
    diagrams = table.regions.diagrams
    for later, node in enumerate(table.true):
        alone = diagrams.both(table.before[later], node) == node
        for earlier in () if alone else range(later):
            differ = table.rows[earlier].outcome != table.rows[later].outcome
            if table.hit is Hit.ANY and not differ:
                continue
            if diagrams.both(table.true[earlier], node) != FALSE:
                yield earlier, later


def _columns(table: Table, told: Sequence[Finding]) -> Iterator[Finding]:
    """Facts tested although no outcome depends on them.

    Facts of a row that its source leaves open may come to matter, and so do not
    count; nor do those that another fact is worked out of, and rows that were
    told already as never reached.
    """
    idle = {one.rows[0] for one in told if one.code in ("row_impossible", "row_never_reached")}
    tests = {row.id: tests_of(row.when) for row in table.rows if row.id not in idle}
    unsettled = {row for row, own in tests.items() if any(one.op is Op.OPEN for one in own)}
    waiting = {one.fact for row in unsettled for one in tests[row]}
    asked = dict.fromkeys(one.fact for own in tests.values() for one in own)
    results = _results(table)
    chosen_by = table.regions.diagrams.support(results)
    for fact in asked:
        if fact in waiting or fact not in table.regions.partitions:
            continue
        variables = table.regions.of_fact(fact)
        if chosen_by.isdisjoint(variables) or not _matters(table, variables, results):
            rows = tuple(row for row, own in tests.items() if any(one.fact == fact for one in own))
            yield Finding(code="column_never_matters", rows=rows, fact=fact)


def _results(table: Table) -> list[Node]:
    """The cases of each outcome, and those left to `else`; of each row where rows add up.

    A row that grants what `else` grants says so of its own: that is a result too.
    """
    if table.hit in TOGETHER:
        return list(table.true)
    outcomes: dict[Hashable, Node] = {}
    for row, node in zip(table.rows, table.decides, strict=True):
        before = outcomes.get(row.outcome, FALSE)
        outcomes[row.outcome] = table.regions.diagrams.either(before, node)
    return [*outcomes.values(), table.left]


def _matters(table: Table, variables: Sequence[int], results: Sequence[Node]) -> bool:
    """Whether two possible cases that differ in these variables alone have different results."""
    diagrams, possible = table.regions.diagrams, table.regions.possible
    if possible == TRUE:
        return True
    for node in results:
        inside = diagrams.some(node, variables)
        outside = diagrams.some(diagrams.minus(possible, node), variables)
        if diagrams.both(inside, outside) != FALSE:
            return True
    return False
