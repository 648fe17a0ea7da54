"""A pack of the right shape, in which no fault was found, turned into the rules' values."""

from collections.abc import Mapping
from typing import NamedTuple

from credit_cli.intake.policy_cells import Mode
from credit_cli.intake.policy_shapes import (
    FactShape,
    ItemShape,
    ModeShape,
    OwnModeShape,
    PackShape,
    ProgrammeShape,
    ScaleShape,
    TableShape,
)
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import AllOf, FactType, Kind
from credit_cli.rules.decisions import DecisionTable, Row
from credit_cli.rules.deliveries import Expectations
from credit_cli.rules.packs import (
    Band,
    Basis,
    Cut,
    Material,
    Measurement,
    ModeTerms,
    Pack,
    Period,
    Programme,
    RecordType,
    Scale,
    ScaleMapping,
    ServiceItem,
    Source,
)
from credit_cli.rules.values import Severity, SubjectKind

Facts = Mapping[str, FactType]
NUMBER, TEXT = FactType(kind=Kind.NUMBER), FactType(kind=Kind.TEXT)
# What intake takes from a record's row, beside its type.
_CELLS = ("authority_code", "authority", "kind", "violation", "grounds", "content")


class KnownFacts(NamedTuple):
    """The facts that conditions may test: of a record, a portrait, a tier, an application."""

    record: Facts
    portrait: Facts
    decided: Facts
    application: Facts


def known_facts(shape: PackShape) -> KnownFacts:
    """The facts and their types, as far as the shape names them rightly."""
    tier_scale = shape.scale.get(shape.tier_scale)
    tier = FactType(kind=Kind.GRADE, values=tier_scale.grades if tier_scale else ())
    portrait = {
        "kind": _one_of(SubjectKind),
        "evaluation": tier,
        **dict(_scale_fact(code, one) for code, one in shape.scale.items()),
        **dict.fromkeys(shape.fact, NUMBER),
    }
    record = {"type": _one_of(shape.record), "amount_fen": NUMBER, **dict.fromkeys(_CELLS, TEXT)}
    decided = {**portrait, "tier": tier}
    return KnownFacts(record, portrait, decided, {**decided, "item": _one_of(shape.item)})


def _one_of(values: Mapping[str, object] | type[SubjectKind]) -> FactType:
    return FactType(kind=Kind.TEXT, values=tuple(values))


def _scale_fact(code: str, scale: ScaleShape) -> tuple[str, FactType]:
    if scale.kind == "score":
        return f"score.{code}", NUMBER
    return f"grade.{code}", FactType(kind=Kind.GRADE, values=scale.grades)


def build(shape: PackShape) -> Pack:
    """The pack of a shape in which `policy_check` found no fault."""
    facts = known_facts(shape)
    return Pack(
        name=shape.name,
        starts=shape.starts,
        bases={code: Basis(**dict(one)) for code, one in shape.basis.items()},
        sources={code: Source(code=code, **dict(one)) for code, one in shape.source.items()},
        expectations=Expectations(**dict(shape.expectations)) if shape.expectations else None,
        scales={code: _scale(code, one) for code, one in shape.scale.items()},
        tier_scale=shape.tier_scale,
        personal_score=shape.personal_score,
        mappings=tuple(ScaleMapping(**dict(one)) for one in shape.mapping),
        record_types={
            code: RecordType(code=code, **dict(one)) for code, one in shape.record.items()
        },
        breach_type=shape.breach_type,
        periods=tuple(Period(**dict(one)) for one in shape.period),
        measurements=tuple(_measurement(name, one) for name, one in shape.fact.items()),
        facts=facts.portrait,
        severity=_table("severity", shape.severity, facts.record),
        tier=_table("tier", shape.tier, facts.portrait),
        routes=_table("route", shape.route, facts.application),
        route_rank=tuple(shape.route_rank),
        items={code: _item(code, one, shape.mode) for code, one in shape.item.items()},
        programmes={
            code: _programme(code, one, facts.decided) for code, one in shape.programme.items()
        },
    )


def _scale(code: str, scale: ScaleShape) -> Scale:
    bands = tuple(Band(**dict(band)) for band in scale.bands)
    return Scale(code=code, **{**dict(scale), "bands": bands})


def _measurement(name: str, fact: FactShape) -> Measurement:
    return Measurement(
        name=name,
        severities=frozenset(fact.where.severity or Severity),
        record_types=frozenset(fact.where.type),
    )


def _table(name: str, table: TableShape, facts: Facts) -> DecisionTable:
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
