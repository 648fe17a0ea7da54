"""What a policy pack may contain, key by key; anything else is a fault.

Read from TOML a day is a TOML date; read from the store's JSON it is ISO text.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from credit_cli.intake.policy_cells import (
    Code,
    Day,
    Fen,
    ItemCode,
    Mode,
    Percent,
    RawCondition,
    Route,
    Span,
)
from credit_cli.intake.scenario_shapes import (
    AcceptShape,
    CollectionShape,
    FactShape,
    MeasureShape,
    ScenarioShape,
)
from credit_cli.rules.durations import Rounding
from credit_cli.rules.values import Severity, SubjectKind


class Shape(BaseModel):
    """Unknown keys are errors: a key under the wrong table must not vanish."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Grounded(Shape):
    """A value with its legal or other basis; it changes with the version of the pack."""

    basis: StrictStr


class Dated(Grounded):
    """A value that is in force from and until a day (both included) within one version."""

    starts: Day | None = Field(default=None, alias="from")
    ends: Day | None = Field(default=None, alias="until")


class BasisShape(Shape):
    """`[basis.ID]`: S published, K background to be confirmed, I our own default."""

    title: StrictStr
    title_en: StrictStr = ""
    number: StrictStr = ""
    clause: StrictStr = ""
    mark: Literal["S", "K", "I"]


class SourceShape(Grounded):
    """`[source.ID]`: a unit that may report."""

    title: StrictStr
    title_en: StrictStr = ""
    expectations: "OwnExpectationsShape | None" = None


class AuthorityShape(Grounded):
    """`[authority.CODE]`: who may decide, by social credit code; another one's code warns."""

    title: StrictStr
    title_en: StrictStr = ""
    region: StrictStr = ""


class OwnExpectationsShape(Shape):
    """`[source.ID.expectations]`: what differs from what is expected of every unit.

    `fill`: how many of the rows must say something in a column; `at_least` and
    `at_most`: rows of a delivery.
    """

    basis: StrictStr | None = None
    rows: StrictInt = Field(default=1, ge=1)
    shrink: Percent = 100
    severe: Percent = 100
    changed: Percent = 100
    fill: dict[StrictStr, Percent] = {}
    at_least: StrictInt | None = Field(default=None, ge=0)
    at_most: StrictInt | None = Field(default=None, ge=0)


class ExpectationsShape(OwnExpectationsShape):
    """`[expectations]`: from `rows` on, more than these shares of them needs acceptance."""

    basis: StrictStr
    rows: StrictInt = Field(ge=1)
    shrink: Percent
    severe: Percent
    changed: Percent


class BandShape(Shape):
    """A band of a score from `low` (included); only the lowest may be open."""

    code: Code
    title: StrictStr
    low: StrictInt | None = None


class ScaleShape(Grounded):
    """`[scale.ID]`: `grades` from worst to best, or a score with its bands."""

    title: StrictStr
    kind: Literal["grades", "score"]
    subjects: tuple[SubjectKind, ...]
    grades: tuple[StrictStr, ...] = ()
    titles: dict[str, StrictStr] = {}
    bands: tuple[BandShape, ...] = ()


class MappingShape(Dated):
    """`[[mapping]]`: grades of a scale to those of another, `to`, by itself the tier's."""

    scale: Code
    to: Code | None = None
    grades: dict[str, StrictStr]
    starts: Day = Field(alias="from")


class RecordShape(Grounded):
    """`[record.ID]`: a type of record; `reporting`: how soon it is due; `severity`, if fixed.

    `exits`: it weighs until the end that the record itself gives, as an entry of a list does.
    """

    title: StrictStr
    counts: StrictBool
    reporting: Span | None = None
    severity: Severity | None = None
    exits: StrictBool = False


class PeriodShape(Dated):
    """`[[period]]`: how long a record of a severity weighs, from the day of its document."""

    severity: Severity
    minimum: Span
    maximum: Span


class RowShape(Grounded):
    """A row of a decision table; what `grant` holds depends on the table."""

    id: Code
    when: RawCondition
    grant: dict[str, Any]


class TableShape(Grounded):
    """`[severity]`, `[tier]` or `[route]`: the first row that holds decides, else `else`."""

    hit: Literal["first"]
    otherwise: dict[str, Any] = Field(alias="else")
    row: list[RowShape] = []


class OwnModeShape(Shape):
    """`[item.ID.mode.MODE]`: what differs from the mode in general; so does its basis, if named."""

    basis: StrictStr | None = None
    limit: Span | None = None
    cut: Percent | None = None
    rounding: Rounding | None = None
    minimum: StrictInt | None = Field(default=None, ge=0)
    supplement: Span | None = None
    review: Span | None = None


class ModeShape(OwnModeShape):
    """`[mode.MODE]`: the terms of an approval mode in general."""

    basis: StrictStr


class MaterialShape(Grounded):
    """`[[item.ID.material]]`: only a secondary one may follow later."""

    code: Code
    title: StrictStr
    class_: Literal["main", "secondary"] = Field(alias="class")


class ItemShape(Dated):
    """`[item.ID]`: a service item with its promised and legal limits and the modes it offers."""

    title: StrictStr
    title_en: StrictStr = ""
    department: StrictStr
    promised: Span
    legal: Span | None = None
    mode: dict[Mode, OwnModeShape] = {}
    material: list[MaterialShape] = []
    attributes: list[Code] = []


class NeverShape(Grounded):
    """`[never.MODE]`: items, and classes of items by attribute, never decided in that mode."""

    items: list[StrictStr] = []
    attributes: list[Code] = []


class ProgrammeShape(Dated):
    """`[programme.ID]`: a benefit; each coupon is worth `value_fen` and stays `valid` so long."""

    title: StrictStr
    when: RawCondition
    value_fen: Fen = Field(gt=0)
    budget_fen: Fen
    per_subject: StrictInt = Field(ge=1)
    valid: Span
    starts: Day = Field(alias="from")


class HeaderShape(Shape):
    """`[pack]`: what the pack is called, from when on it holds, which one it extends."""

    name: Code
    title: StrictStr = ""
    title_en: StrictStr = ""
    starts: Day = Field(alias="from")
    ends: Day | None = Field(default=None, alias="until")
    basis: Code | None = None
    extends: StrictStr | None = None


class PackShape(Shape):
    """The whole pack, its files laid together."""

    pack: HeaderShape
    tier_scale: Code | None = None
    personal_score: Code | None = None
    breach_type: Code | None = None
    basis: dict[Code, BasisShape]
    source: dict[Code, SourceShape] = {}
    authority: dict[StrictStr, AuthorityShape] = {}
    expectations: ExpectationsShape | None = None
    scale: dict[Code, ScaleShape] = {}
    mapping: list[MappingShape] = []
    record: dict[Code, RecordShape] = {}
    fact: dict[str, FactShape] = {}
    collection: dict[str, CollectionShape] = {}
    measure: dict[Code, MeasureShape] = {}
    severity: TableShape | None = None
    period: list[PeriodShape] = []
    tier: TableShape | None = None
    route: TableShape | None = None
    route_rank: list[Route] = []
    mode: dict[Mode, ModeShape] = {}
    item: dict[ItemCode, ItemShape] = {}
    programme: dict[Code, ProgrammeShape] = {}
    never: dict[Mode, NeverShape] = {}
    scenario: dict[Code, ScenarioShape] = {}
    alert: dict[Code, dict[str, Any]] = {}
    score: dict[Code, dict[str, Any]] = {}
    accept: list[AcceptShape] = []

    @property
    def is_core(self) -> bool:
        """Whether the pack has what every province's must have: tiers and routes."""
        return self.tier is not None or self.route is not None
