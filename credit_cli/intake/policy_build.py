"""A pack of the right shape, in which no fault was found, turned into the rules' values."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from credit_cli.intake.fact_build import add_alerts, add_collections, add_facts
from credit_cli.intake.pack_reading import FactSources, Reading
from credit_cli.intake.policy_cells import Mode
from credit_cli.intake.policy_shapes import (
    ItemShape,
    ModeShape,
    OwnModeShape,
    PackShape,
    ProgrammeShape,
    ScaleShape,
    TableShape,
)
from credit_cli.intake.scenario_build import ScenarioReader, read_measures
from credit_cli.intake.source_build import read_source
from credit_cli.intake.vocabulary import offered_facts
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import AllOf, FactType, Kind
from credit_cli.rules.decisions import DecisionTable, Row
from credit_cli.rules.packs import (
    Authority,
    Band,
    Basis,
    Cut,
    Material,
    ModeTerms,
    Never,
    Pack,
    Period,
    Programme,
    RecordType,
    Scale,
    ScaleMapping,
    ServiceItem,
)
from credit_cli.rules.scenarios import Scenario
from credit_cli.rules.values import SubjectKind

Facts = Mapping[str, FactType]
NUMBER, TEXT = FactType(kind=Kind.NUMBER), FactType(kind=Kind.TEXT)
# What intake takes from a record's row, beside its type.
_CELLS = ("authority_code", "authority", "kind", "violation", "grounds", "content")


# What only an application has: no portrait and no tier can rest on it.
_APPLICATION = frozenset(
    {
        *("item", "item.attributes", "item.department", "provider", "channel", "amount_fen"),
        *("quantity", "event", "voluntary", "committed", "materials", "fields", "time", "weekday"),
    }
)
NOTHING = Row(id="else", when=AllOf(()), grant={}, basis="")


class KnownFacts(NamedTuple):
    """The facts that conditions may test: of a record, a portrait, a tier, an application."""

    record: Facts
    portrait: Facts
    decided: Facts
    application: Facts


def vocabulary(shape: PackShape) -> Reading:
    """Every fact and measure that the pack's scenarios may name, and the faults of its own."""
    scales = {code: one.grades for code, one in shape.scale.items() if one.kind == "grades"}
    tiers = scales.get(shape.tier_scale or "", ())
    # A rule of its own names types of the national catalogue without declaring them.
    record_types = tuple(shape.record) if shape.is_core else ()
    parts = {"item": tuple(shape.item), "record": record_types, "tier": tiers}
    types = offered_facts(parts)
    lost: set[str] = set()
    if tiers:
        types["tier"] = types["evaluation"] = FactType(kind=Kind.GRADE, values=tiers)
    elif shape.is_core:  # without a scale of tiers, which is told
        lost = {"tier", "evaluation"}
    types |= dict(_scale_fact(code, one) for code, one in shape.scale.items())
    reading = Reading(types=types, lost=lost)
    reading.measures = read_measures(shape.measure, scales, shape.tier_scale or "")
    add_collections(reading, shape.collection)
    add_alerts(reading, shape.alert)
    add_facts(reading, shape.fact, FactSources(scales, mappings(shape), shape.score))
    return reading


def known_facts(shape: PackShape, reading: Reading) -> KnownFacts:
    """The facts and their types, as far as the shape names them rightly."""
    decided = {name: one for name, one in reading.types.items() if name not in _APPLICATION}
    portrait = {name: one for name, one in decided.items() if name != "tier"}
    return KnownFacts(record_facts(shape), portrait, decided, reading.types)


def record_facts(shape: PackShape) -> Facts:
    """What the severity of a record may rest on."""
    return {"type": _one_of(shape.record), "amount_fen": NUMBER, **dict.fromkeys(_CELLS, TEXT)}


def scenarios(shape: PackShape, reading: Reading) -> dict[str, Scenario]:
    """The pack's scenarios; their faults gather in the reading."""
    reader = ScenarioReader(
        reading,
        reading.measures,
        shape.item,
        shape.record if shape.is_core else (),
        _preferred(shape),
    )
    for code, one in shape.scenario.items():
        read, header = reader.read(code, one), shape.pack
        # A rule without days of its own is in force as long as its pack is.
        reading.scenarios[code] = replace(
            read, starts=read.starts or header.starts, ends=read.ends or header.ends
        )
    return reading.scenarios


def mappings(shape: PackShape) -> tuple[ScaleMapping, ...]:
    """The mappings between scales; those to no named scale are to the tier's."""
    plain = ({**dict(one), "to": one.to or shape.tier_scale or ""} for one in shape.mapping)
    return tuple(ScaleMapping(**one) for one in plain)


def _one_of(values: Mapping[str, object]) -> FactType:
    return FactType(kind=Kind.TEXT, values=tuple(values))


def _preferred(shape: PackShape) -> dict[str, list[str]]:
    """By scenario, the rows that an accepted conflict lets decide."""
    preferred: dict[str, list[str]] = {}
    for one in shape.accept:
        table, _, rest = one.key.partition(".")
        if table == "scenario":  # the reading may be the row itself
            row = one.row or one.reading
            preferred.setdefault(rest.partition(".")[0], []).append(row)
    return preferred


def _scale_fact(code: str, scale: ScaleShape) -> tuple[str, FactType]:
    if scale.kind == "score":
        personal = scale.subjects == (SubjectKind.PERSON,)
        return f"score.{code}", FactType(kind=Kind.NUMBER, personal=personal, title=scale.title)
    return f"grade.{code}", FactType(kind=Kind.GRADE, values=scale.grades, title=scale.title)


def build(shape: PackShape, known: Reading | None = None) -> Pack:
    """The pack of a shape in which `policy_check` found no fault, if need be read already."""
    reading = known or vocabulary(shape)
    facts = known_facts(shape, reading)
    return Pack(
        name=shape.pack.name,
        starts=shape.pack.starts,
        bases={code: Basis(**dict(one)) for code, one in shape.basis.items()},
        sources={
            code: read_source(code, one, shape.expectations) for code, one in shape.source.items()
        },
        authorities={
            code: Authority(code=code, **dict(one)) for code, one in shape.authority.items()
        },
        scales={code: _scale(code, one) for code, one in shape.scale.items()},
        tier_scale=shape.tier_scale or "",
        personal_score=shape.personal_score or "",
        mappings=mappings(shape),
        record_types={
            code: RecordType(code=code, **dict(one)) for code, one in shape.record.items()
        },
        breach_type=shape.breach_type or "",
        periods=tuple(Period(**dict(one)) for one in shape.period),
        facts=facts.portrait,
        types=reading.types,
        measures=reading.measures,
        severity=_table("severity", shape.severity, facts.record),
        tier=_table("tier", shape.tier, facts.portrait),
        routes=_table("route", shape.route, facts.application),
        route_rank=tuple(shape.route_rank),
        items={code: _item(code, one, shape.mode) for code, one in shape.item.items()},
        programmes={
            code: _programme(code, one, facts.decided) for code, one in shape.programme.items()
        },
        scenarios=reading.scenarios or scenarios(shape, reading),
        alerts=reading.alerts,
        never={
            mode: Never(
                items=frozenset(one.items), attributes=frozenset(one.attributes), basis=one.basis
            )
            for mode, one in shape.never.items()
        },
    )


def _scale(code: str, scale: ScaleShape) -> Scale:
    bands = tuple(Band(**dict(band)) for band in scale.bands)
    return Scale(code=code, **{**dict(scale), "bands": bands})


def _table(name: str, table: TableShape | None, facts: Facts) -> DecisionTable:
    if table is None:  # the rules of a single file, without a province's core
        return DecisionTable(name=name, rows=(), otherwise=NOTHING)
    rows = tuple(
        Row(id=row.id, when=read_condition(row.when, facts), grant=row.grant, basis=row.basis)
        for row in table.row
    )
    otherwise = Row(id="else", when=AllOf(()), grant=table.otherwise, basis=table.basis)
    return DecisionTable(name=name, rows=rows, otherwise=otherwise)


def _item(code: str, item: ItemShape, general: Mapping[Mode, ModeShape]) -> ServiceItem:
    return ServiceItem(
        code=code,
        title=item.title,
        title_en=item.title_en,
        department=item.department,
        promised=item.promised,
        legal=item.legal,
        modes={mode: _terms(merged(general[mode], own)) for mode, own in item.mode.items()},
        materials=tuple(
            Material(code=one.code, title=one.title, main=one.class_ == "main")
            for one in item.material
        ),
        starts=item.starts,
        ends=item.ends,
        basis=item.basis,
        attributes=tuple(item.attributes),
    )


def merged(general: ModeShape, own: OwnModeShape) -> ModeShape:
    """The item's own terms over the mode's general ones; a limit of its own replaces a cut."""
    stated = {name: value for name, value in own if value is not None}
    replaced = ("limit", "cut") if {"limit", "cut"} & set(stated) else ()
    return general.model_copy(update={**dict.fromkeys(replaced), **stated})


def _terms(mode: ModeShape) -> ModeTerms:
    cut = None
    if mode.cut is not None and mode.rounding is not None and mode.minimum is not None:
        cut = Cut(mode.cut, mode.rounding, mode.minimum)
    return ModeTerms(
        limit=mode.limit,
        cut=cut,
        supplement=mode.supplement,
        review=mode.review,
        basis=mode.basis,
    )


def _programme(code: str, programme: ProgrammeShape, facts: Facts) -> Programme:
    when = read_condition(programme.when, facts)
    return Programme(code=code, **{**dict(programme), "when": when})
