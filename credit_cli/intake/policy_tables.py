"""What the decision tables of a pack may test and grant."""

from collections.abc import Collection, Mapping
from typing import Any

from credit_cli.intake.policy_build import Facts, known_facts
from credit_cli.intake.policy_names import Found, Path, known_name, nearest, said_once
from credit_cli.intake.policy_shapes import PackShape, TableShape
from credit_cli.rules.condition_text import ConditionFault, read_condition
from credit_cli.rules.conditions import Kind
from credit_cli.rules.values import Severity


def table_faults(shape: PackShape) -> Found:
    """Faults of the decision tables and of the conditions of programmes."""
    facts = known_facts(shape)
    tiers = facts.decided["tier"].values
    yield from _table("severity", shape.severity, facts.record, ("severity", list(Severity)))
    if tiers:  # an unknown scale is a fault of its own, and one is enough
        yield from _table("tier", shape.tier, facts.portrait, ("tier", tiers))
    yield from _table("route", shape.route, facts.application, ("modes", shape.mode))
    for code, programme in shape.programme.items():
        yield from _condition(("programme", code, "when"), programme.when, facts.decided)


def _table(
    name: str, table: TableShape, facts: Facts, granted: tuple[str, Collection[str]]
) -> Found:
    """`granted`: the key under which a row grants, and what it may grant there."""
    yield from said_once((name, "row"), [row.id for row in table.row])
    for n, row in enumerate(table.row):
        yield from _condition((name, "row", n, "when"), row.when, facts)
        yield from _grant((name, "row", n, "grant"), row.grant, *granted)
    yield from _grant((name, "else"), table.otherwise, *granted)


def _condition(path: Path, raw: Mapping[str, Any], facts: Facts) -> Found:
    try:
        read_condition(raw, facts)
    except ConditionFault as fault:
        if fault.params.get("expected") == Kind.GRADE:
            return  # of a scale without grades, a fault of its own
        params = dict(fault.params)
        if "known" in params:
            params["near"] = nearest(str(params["name"]), params.pop("known"))
        yield (*path, fault.key), fault.code, params


def _grant(path: Path, grant: Mapping[str, Any], key: str, known: Collection[str]) -> Found:
    value = grant.get(key)
    if set(grant) != {key} or isinstance(value, list) != (key == "modes"):
        yield path, "grant_must_name", {"key": key}
        return
    for one in value if isinstance(value, list) else [value]:
        yield from known_name((*path, key), str(one), known)
