"""What the decision tables of a pack may test and grant."""

from collections.abc import Collection, Mapping
from typing import Any

from credit_cli.intake.pack_reading import Reading
from credit_cli.intake.policy_build import Facts, known_facts, scenarios
from credit_cli.intake.policy_names import Found, Path, known_name, said_once, told
from credit_cli.intake.policy_shapes import PackShape, TableShape
from credit_cli.rules.cells import ConditionFault
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.values import Severity


def table_faults(shape: PackShape, reading: Reading) -> Found:
    """Faults of the decision tables and of the conditions of programmes."""
    scenarios(shape, reading)
    yield from reading.faults
    facts = known_facts(shape, reading)
    tiers = facts.decided["tier"].values if "tier" in facts.decided else ()
    yield from _table("severity", shape.severity, facts.record, ("severity", list(Severity)))
    if tiers:  # an unknown scale is a fault of its own, and one is enough
        yield from _table("tier", shape.tier, facts.portrait, ("tier", tiers))
    yield from _table("route", shape.route, facts.application, ("modes", shape.mode))
    for code, programme in shape.programme.items():
        yield from _condition(("programme", code, "when"), programme.when, facts.decided)


def _table(
    name: str, table: TableShape | None, facts: Facts, granted: tuple[str, Collection[str]]
) -> Found:
    """`granted`: the key under which a row grants, and what it may grant there."""
    if table is None:
        return
    yield from said_once((name, "row"), [row.id for row in table.row], "id")
    for n, row in enumerate(table.row):
        yield from _condition((name, "row", n, "when"), row.when, facts)
        yield from _grant((name, "row", n, "grant"), row.grant, *granted)
    yield from _grant((name, "else"), table.otherwise, *granted)


def _condition(path: Path, raw: Mapping[str, Any], facts: Facts) -> Found:
    try:
        read_condition(raw, facts)
    except ConditionFault as fault:
        yield from told(path, fault)


def _grant(path: Path, grant: Mapping[str, Any], key: str, known: Collection[str]) -> Found:
    value = grant.get(key)
    if set(grant) != {key} or isinstance(value, list) != (key == "modes"):
        yield path, "grant_must_name", {"key": key}
        return
    for one in value if isinstance(value, list) else [value]:
        yield from known_name((*path, key), str(one), known)
