"""A pack of the right shape turned into the rules' values; names that lead nowhere are faults."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from credit_cli.intake.policy_shapes import (
    Dated,
    ItemShape,
    ModeShape,
    PackShape,
    ProgrammeShape,
    RowShape,
    TableShape,
)
from credit_cli.rules.conditions import (
    AllOf,
    Condition,
    ConditionFault,
    FactType,
    Kind,
    read_condition,
)
from credit_cli.rules.decisions import DecisionTable, Row
from credit_cli.rules.packs import (
    Band,
    Basis,
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
from credit_cli.rules.values import Severity

Path = tuple[str | int, ...]
NUMBER, TEXT = FactType(kind=Kind.NUMBER), FactType(kind=Kind.TEXT)
# What a severity table may test: the facts that intake takes from a record's row.
RECORD_FACTS = {
    **dict.fromkeys(
        ("type", "authority_code", "authority", "kind", "violation", "grounds", "content"), TEXT
    ),
    "amount_fen": NUMBER,
}


class PackBuilder:
    """Builds a Pack from its shape; `faults` collects (key path, code, params)."""

    def __init__(self, shape: PackShape) -> None:
        self.shape = shape
        self.faults: list[tuple[Path, str, dict[str, Any]]] = []

    def pack(self) -> Pack:
        """The pack; only to be used when `faults` stays empty."""
        shape = self.shape
        self._check_names()
        facts = self._facts()
        item_facts = {**facts, "tier": self._grades(shape.tier_scale), "item": TEXT}
        return Pack(
            name=shape.name,
            starts=shape.starts,
            bases={code: Basis(**dict(one)) for code, one in shape.basis.items()},
            sources={
                code: Source(code=code, title=one.title, basis=one.basis)
                for code, one in shape.source.items()
            },
            scales=self._scales(),
            tier_scale=shape.tier_scale,
            personal_score=shape.personal_score,
            mappings=tuple(
                ScaleMapping(
                    scale=one.scale,
                    grades=one.grades,
                    starts=one.starts,
                    ends=one.ends,
                    basis=one.basis,
                )
                for one in shape.mapping
            ),
            record_types={
                code: RecordType(
                    code=code,
                    title=one.title,
                    counts=one.counts,
                    reporting=one.reporting,
                    severity=one.severity,
                    basis=one.basis,
                )
                for code, one in shape.record.items()
            },
            breach_type=shape.breach_type,
            periods=tuple(Period(**dict(one)) for one in shape.period),
            measurements=tuple(self._measurements()),
            facts=facts,
            severity=self._table("severity", shape.severity, RECORD_FACTS, list(Severity)),
            tier=self._table("tier", shape.tier, facts, self._tier_grades()),
            routes=self._table("route", shape.route, item_facts, None),
            route_rank=tuple(shape.route_rank),
            items={code: self._item(code, one) for code, one in shape.item.items()},
            programmes={
                code: self._programme(code, one, {**facts, "tier": item_facts["tier"]})
                for code, one in shape.programme.items()
            },
        )

    def _fault(self, path: Path, code: str, **params: Any) -> None:  # noqa: ANN401 - for words
        self.faults.append((path, code, params))

    def _known(self, path: Path, name: str, known: Iterable[str]) -> None:
        """A name must be one of `known`; the nearest is offered."""
        names = sorted(known)
        if name not in names:
            near = get_close_matches(name, names, n=1, cutoff=0.5)
            self._fault(path, "unknown_name", name=name, near=near[0] if near else ", ".join(names))

    def _check_names(self) -> None:
        shape = self.shape
        for path, entry in _dated_entries(shape):
            self._known((*path, "basis"), entry.basis, shape.basis)
        self._known(("tier_scale",), shape.tier_scale, shape.scale)
        self._known(("personal_score",), shape.personal_score, shape.scale)
        self._known(("breach_type",), shape.breach_type, shape.record)
        breach = shape.record.get(shape.breach_type)
        if breach and (not breach.counts or breach.severity is None):
            self._fault(("record", shape.breach_type), "breach_must_weigh")
        if set(shape.route_rank) != {"ordinary", *shape.mode} or shape.route_rank[-1] != "ordinary":
            self._fault(("route_rank",), "route_rank_incomplete", known=", ".join(shape.mode))
        self._check_scales()

    def _check_scales(self) -> None:
        for code, scale in self.shape.scale.items():
            if (scale.kind == "grades") != bool(scale.grades):
                self._fault(("scale", code, "grades"), "grades_needed")
            lows = [band.low for band in scale.bands]
            rising = [low for low in lows[1:] if low is not None]
            if rising != sorted(set(rising)) or len(rising) != max(len(lows) - 1, 0):
                self._fault(("scale", code, "bands"), "bands_must_rise")
        for n, mapping in enumerate(self.shape.mapping):
            self._known(("mapping", n, "scale"), mapping.scale, self.shape.scale)
            graded = self.shape.scale.get(mapping.scale)
            for grade, tier in mapping.grades.items():
                self._known(("mapping", n, "grades", grade), grade, graded.grades if graded else [])
                self._known(("mapping", n, "grades", grade), tier, self._tier_grades())

    def _tier_grades(self) -> list[str]:
        scale = self.shape.scale.get(self.shape.tier_scale)
        return scale.grades if scale else []

    def _grades(self, code: str) -> FactType:
        scale = self.shape.scale.get(code)
        return FactType(kind=Kind.GRADE, grades=tuple(scale.grades if scale else ()))

    def _facts(self) -> dict[str, FactType]:
        facts = {"kind": TEXT, "evaluation": self._grades(self.shape.tier_scale)}
        for code, scale in self.shape.scale.items():
            graded = scale.kind == "grades"
            facts[f"{'grade' if graded else 'score'}.{code}"] = (
                self._grades(code) if graded else NUMBER
            )
        return {**facts, **dict.fromkeys(self.shape.fact, NUMBER)}

    def _scales(self) -> dict[str, Scale]:
        return {
            code: Scale(
                code=code,
                title=one.title,
                kind=one.kind,
                subjects=tuple(one.subjects),
                grades=tuple(one.grades),
                titles=one.titles,
                bands=tuple(Band(**dict(band)) for band in one.bands),
                basis=one.basis,
            )
            for code, one in self.shape.scale.items()
        }

    def _measurements(self) -> Iterable[Measurement]:
        for name, one in self.shape.fact.items():
            severities, types = _several(one.where.severity), _several(one.where.type)
            for code in types:
                self._known(("fact", name, "where", "type"), code, self.shape.record)
            yield Measurement(
                name=name,
                severities=frozenset(severities or Severity),
                record_types=frozenset(types),
            )

    def _condition(
        self, path: Path, raw: Mapping[str, Any], facts: Mapping[str, FactType]
    ) -> Condition:
        try:
            return read_condition(raw, facts)
        except ConditionFault as fault:
            params = {name: _listed(value) for name, value in fault.params.items()}
            self._fault((*path, fault.key), fault.code, **params)
            return AllOf(())

    def _table(
        self, name: str, shape: TableShape, facts: Mapping[str, FactType], granted: list[str] | None
    ) -> DecisionTable:
        """`granted`: what a row may grant under the table's own name; None for modes."""
        rows = tuple(self._row((name, "row", n), row, facts) for n, row in enumerate(shape.row))
        otherwise = Row(id="else", when=AllOf(()), grant=shape.otherwise, basis=shape.basis)
        paths: list[Path] = [(name, "row", n, "grant") for n in range(len(rows))]
        for path, row in zip([*paths, (name, "else")], [*rows, otherwise], strict=True):
            self._check_grant(path, row.grant, name, granted)
        ids = [row.id for row in rows]
        for doubled in {one for one in ids if ids.count(one) > 1}:
            self._fault((name, "row"), "said_twice_id", name=doubled)
        return DecisionTable(name=name, rows=rows, otherwise=otherwise)

    def _row(self, path: Path, row: RowShape, facts: Mapping[str, FactType]) -> Row:
        when = self._condition((*path, "when"), row.when, facts)
        return Row(id=row.id, when=when, grant=row.grant, basis=row.basis)

    def _check_grant(
        self, path: Path, grant: Mapping[str, Any], name: str, granted: list[str] | None
    ) -> None:
        key = "modes" if granted is None else name
        if set(grant) != {key}:
            self._fault(path, "grant_must_name", key=key)
            return
        values = grant[key] if granted is None else [grant[key]]
        if not isinstance(values, list):
            self._fault(path, "grant_must_name", key=key)
            return
        for value in values:
            self._known((*path, key), str(value), self.shape.mode if granted is None else granted)

    def _item(self, code: str, item: ItemShape) -> ServiceItem:
        codes = [material.code for material in item.material]
        for doubled in {one for one in codes if codes.count(one) > 1}:
            self._fault(("item", code, "material"), "said_twice_id", name=doubled)
        return ServiceItem(
            code=code,
            title=item.title,
            department=item.department,
            promised=item.promised,
            legal=item.legal,
            modes={
                mode: self._terms(("item", code, "mode", mode), mode, terms)
                for mode, terms in item.mode.items()
            },
            materials=tuple(
                Material(code=one.code, title=one.title, main=one.class_ == "main")
                for one in item.material
            ),
            starts=item.starts,
            ends=item.ends,
            basis=item.basis,
        )

    def _terms(self, path: Path, mode: str, own: ModeShape) -> ModeTerms:
        """The item's own terms over the mode's general ones; a limit of its own replaces a cut."""
        general = {str(code): one for code, one in self.shape.mode.items()}.get(mode)
        if general is None:
            self._fault(path, "mode_undefined", name=mode)
            return ModeTerms(basis=own.basis)
        names = ("limit", "cut", "rounding", "minimum", "supplement", "review")
        terms = {name: getattr(own, name) for name in names if getattr(own, name) is not None}
        inherited = {
            name: getattr(general, name) for name in names if getattr(general, name) is not None
        }
        if {"limit", "cut"} & set(terms):
            inherited = {
                name: one for name, one in inherited.items() if name not in ("limit", "cut")
            }
        if {"limit", "cut"} <= set(terms):
            self._fault(path, "limit_or_cut")
        return ModeTerms(**{**inherited, **terms}, basis=own.basis)

    def _programme(
        self, code: str, one: ProgrammeShape, facts: Mapping[str, FactType]
    ) -> Programme:
        return Programme(
            code=code,
            title=one.title,
            when=self._condition(("programme", code, "when"), one.when, facts),
            written={fact: str(test) for fact, test in one.when.items()},
            value_fen=one.value_fen,
            budget_fen=one.budget_fen,
            per_subject=one.per_subject,
            valid=one.valid,
            starts=one.starts,
            ends=one.ends,
            basis=one.basis,
        )


def _several(value: Any) -> list[Any]:  # noqa: ANN401 - one or a list of one kind
    return value if isinstance(value, list) else [value]


def _listed(value: Any) -> Any:  # noqa: ANN401 - a parameter for words
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _dated_entries(shape: PackShape) -> Iterable[tuple[Path, Dated]]:
    """Every value that carries a basis, with its key path."""
    for table in ("source", "scale", "record", "fact", "mode", "item", "programme"):
        for code, entry in getattr(shape, table).items():
            yield (table, code), entry
    for table in ("mapping", "period"):
        yield from (((table, n), entry) for n, entry in enumerate(getattr(shape, table)))
    for table in ("severity", "tier", "route"):
        held = getattr(shape, table)
        yield (table,), held
        yield from (((table, "row", n), row) for n, row in enumerate(held.row))
    for code, item in shape.item.items():
        yield from ((("item", code, "mode", mode), terms) for mode, terms in item.mode.items())
