"""What is wrong with the decision tables of a pack that can be read, proved over all cases.

A known conflict of the source is accepted by finding, key path, chosen reading
and basis (`[[accept]]`); whatever is accepted and not found is told.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from credit_cli.intake.policy_build import record_facts
from credit_cli.intake.policy_names import Fault, Found, Path
from credit_cli.intake.policy_shapes import PackShape
from credit_cli.rules.conditions import STATES, FactType
from credit_cli.rules.decisions import DecisionTable
from credit_cli.rules.hygiene import table_findings
from credit_cli.rules.measures import Measure, Open, Polarity, ordered, place
from credit_cli.rules.packs import Pack
from credit_cli.rules.polarity import score_takes
from credit_cli.rules.scenarios import Hit, Rule, Scenario
from credit_cli.rules.table_regions import Finding, TableRow, WrittenTable

_ALWAYS = ("kind",)


class Brought(NamedTuple):
    """What a row brings, as far as tables compare it: in words, and how heavily it burdens."""

    words: str
    weight: int


def hygiene_faults(pack: Pack, shape: PackShape, day: date) -> Found:
    """Findings on every table of the pack as of a day, less those that are accepted."""
    faults = list(_faults(pack, record_facts(shape), day))
    accepted = {(one.finding, one.key): n for n, one in enumerate(shape.accept)}
    used: set[tuple[str, str]] = set()
    for path, code, params in faults:
        if found := _accepted(path, code, accepted):
            used.add(found)
        else:
            yield path, code, params
    for (finding, key), n in accepted.items():
        if (finding, key) not in used:
            yield ("accept", n), "accepts_nothing", {"finding": finding, "key": key}


def hygiene_notices(pack: Pack, day: date) -> Iterator[Fault]:
    """Gaps between bands that may be meant so; told, and no fault."""
    for code, scenario in pack.scenarios.items():
        for written, ids, types in _tables_of(scenario, pack):
            for one in table_findings(written, types, day):
                if _is_doubtful(one, types):
                    yield _fault(("scenario", code, "row"), one, ids)


def _accepted(path: Path, code: str, accepted: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    told = ".".join(map(str, path))
    return next(
        (one for one in accepted if one[0] == code and (told + ".").startswith(one[1] + ".")), None
    )


def _faults(pack: Pack, of_record: Mapping[str, FactType], day: date) -> Iterator[Fault]:
    core = {
        "severity": (pack.severity, of_record),
        "tier": (pack.tier, pack.facts),
        "route": (pack.routes, pack.types),
    }
    for name, (table, types) in core.items():
        if table.rows:
            yield from _core_table(name, table, types, pack, day)
    for code, scenario in pack.scenarios.items():
        yield from _scenario(("scenario", code), scenario, pack, day)


def _core_table(
    name: str,
    table: DecisionTable,
    types: Mapping[str, FactType],
    pack: Pack,
    day: date,
) -> Iterator[Fault]:
    tiers = pack.tiers
    ordinary = table.otherwise.grant.get("tier")

    def brought(grant: Any) -> Brought:  # noqa: ANN401 - a row's grant
        fallen = name == "tier" and tiers.index(ordinary) - tiers.index(grant["tier"])
        return Brought(repr(sorted(grant.items())), max(0, int(fallen)))

    rows = [TableRow(row.id, row.when, brought(row.grant)) for row in table.rows]
    written = WrittenTable(
        rows=rows, hit=Hit.FIRST, otherwise=brought(table.otherwise.grant), always=_ALWAYS
    )
    yield from _told((name,), written, [row.id for row in table.rows], types, day)


def _scenario(path: Path, scenario: Scenario, pack: Pack, day: date) -> Iterator[Fault]:
    for written, ids, types in _tables_of(scenario, pack):
        yield from _told(path, written, ids, types, day)
    yield from _reckoned_burdens(path, scenario, pack)
    # Who is turned away for a score is treated worse than the ordinary.
    turned_away = WrittenTable(
        rows=[TableRow(one.id, one.when, Brought(one.id, 1)) for one in scenario.exclude],
        hit=Hit.FIRST,
        always=_ALWAYS,
        otherwise=Brought("", 0),
    )
    found = score_takes(turned_away, pack.types, day, _weight)
    for one in found:
        yield _fault((*path, "exclude"), one, [row.id for row in scenario.exclude])


def _tables_of(
    scenario: Scenario, pack: Pack
) -> Iterator[tuple[WrittenTable, list[str], Mapping[str, FactType]]]:
    """The rows of the case, and those of each list's elements, as tables of their own."""
    ids = [row.id for row in scenario.rows]
    for each in dict.fromkeys(row.each for row in scenario.rows):
        listed = pack.types[each].fields or {} if each else {}
        types = {**pack.types, **{f"{each}.{name}": kind for name, kind in listed.items()}}
        rows = [row for row in scenario.rows if row.each == each]
        written = WrittenTable(
            rows=[TableRow(row.id, row.when, _brought(row, scenario, pack)) for row in rows],
            hit=scenario.hit,
            otherwise=_brought(scenario.otherwise, scenario, pack),
            rank=scenario.rank,
            always=_ALWAYS,
            require=tuple(rule.when for rule in scenario.require),
            exclude=tuple(rule.when for rule in scenario.exclude),
        )
        yield written, ids, types


def _brought(rule: Rule, scenario: Scenario, pack: Pack) -> Brought:
    """A burden counts unless it is the price of something given; so does less than `else` gives."""
    burdens = [code for code in rule.grant if _is(pack.measures[code], Polarity.BURDEN)]
    gives = any(_is(pack.measures[code], Polarity.BENEFIT) for code in rule.grant)
    ordinary = scenario.otherwise.grant.items()
    less = [code for code, value in ordinary if _is_less(rule, code, value, pack)]
    words = repr((sorted(rule.grant.items(), key=repr), sorted(rule.deny.items(), key=repr)))
    return Brought(words, len(rule.deny) + len(less) + (0 if gives else len(burdens)))


def _is_less(rule: Rule, code: str, ordinary: Any, pack: Pack) -> bool:  # noqa: ANN401
    measure, given = pack.measures[code], rule.grant.get(code)
    if not _is(measure, Polarity.BENEFIT) or given == ordinary:
        return False
    if given is None or type(given) is not type(ordinary) or not ordered(measure):
        return given is None
    if isinstance(given, Open) or hasattr(given, "written"):
        return False  # only a case says how much it is
    here, there = (place(measure, one, pack.starts) for one in (given, ordinary))
    return bool(here < there if measure.higher_is_better else here > there)


def _reckoned_burdens(path: Path, scenario: Scenario, pack: Pack) -> Iterator[Fault]:
    """A burden reckoned from a personal score is a burden for the score."""
    personal = {name for name, kind in pack.types.items() if kind.personal}
    for n, row in enumerate(scenario.rows):
        for code, value in row.grant.items():
            named = personal & getattr(value, "names", frozenset())
            if named and _is(pack.measures[code], Polarity.BURDEN):
                params = {
                    "rows": row.id,
                    "fact": ", ".join(sorted(named)),
                    "example": value.written,
                }
                yield (*path, "row", n, "grant", code), "score_takes", params


def _is(measure: Measure, polarity: Polarity) -> bool:
    return measure.polarity is polarity


def _weight(outcome: Hashable) -> int:
    return outcome.weight if isinstance(outcome, Brought) else 0


def _told(
    path: Path,
    written: WrittenTable,
    ids: list[str],
    types: Mapping[str, FactType],
    day: date,
) -> Iterator[Fault]:
    found = table_findings(written, types, day)
    for one in (*found, *score_takes(written, types, day, _weight)):
        if not _is_doubtful(one, types):
            yield _fault((*path, "row"), one, ids)


def _is_doubtful(one: Finding, types: Mapping[str, FactType]) -> bool:
    """Facts that are worked out of each other, or of one list, may never meet as they are shown."""
    if one.doubtful or one.code != "rows_conflict":
        return one.doubtful
    derived = [name for name in one.example if name not in types or types[name].derived]
    return len(derived) > 1 or any(
        set(one.example) & getattr(types[name].derived, "names", frozenset())
        for name in derived
        if name in types
    )


def _fault(path: Path, one: Finding, ids: list[str]) -> Fault:
    """At its first row; a finding on the table as a whole at the table."""
    at = (*path, ids.index(one.rows[0])) if one.rows else path[:-1]
    params = {
        "rows": ", ".join(one.rows),
        "fact": one.fact,
        "example": ", ".join(f"{name} = {_word(value)}" for name, value in one.example.items()),
        "seen": one.seen,
    }
    return at, one.code, params


def _word(value: Any) -> str:  # noqa: ANN401 - a fact's value
    if value is None or value in STATES:
        return str(value or STATES[0])
    if isinstance(value, frozenset):
        return "{" + ", ".join(sorted(value)) + "}"
    return str(value).lower() if isinstance(value, bool) else str(value)
