"""What a policy pack may contain, key by key; anything else is a fault.

Read from TOML a day is a TOML date; read from the store's JSON it is ISO text.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from credit_cli.intake.policy_cells import (
    Code,
    Day,
    Fen,
    Mode,
    Percent,
    RawCondition,
    Route,
    Several,
    Span,
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


class ExpectationsShape(Grounded):
    """`[expectations]`: from `rows` on, more than these shares of them needs acceptance."""

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
    """`[[mapping]]`: grade of a scale to tier."""

    scale: Code
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


class WhereShape(Shape):
    """Which records a fact counts: one value or a list of them; none named, all count."""

    severity: Annotated[list[Severity], Several] = []
    type: Annotated[list[Code], Several] = []


class FactShape(Grounded):
    """`[fact."records.NAME"]`: a number measured over a subject's records that weigh."""

    measure: Literal["count"]
    over: Literal["records"]
    where: WhereShape = WhereShape()


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


class ProgrammeShape(Dated):
    """`[programme.ID]`: a benefit; each coupon is worth `value_fen` and stays `valid` so long."""

    title: StrictStr
    when: RawCondition
    value_fen: Fen = Field(gt=0)
    budget_fen: Fen
    per_subject: StrictInt = Field(ge=1)
    valid: Span
    starts: Day = Field(alias="from")


class PackShape(Shape):
    """The whole pack, its files laid together."""

    name: Code
    starts: Day = Field(alias="from")
    tier_scale: Code
    personal_score: Code
    breach_type: Code
    basis: dict[Code, BasisShape]
    source: dict[Code, SourceShape]
    expectations: ExpectationsShape | None = None
    scale: dict[Code, ScaleShape]
    mapping: list[MappingShape] = []
    record: dict[Code, RecordShape]
    fact: dict[str, FactShape] = {}
    severity: TableShape
    period: list[PeriodShape]
    tier: TableShape
    route: TableShape
    route_rank: list[Route]
    mode: dict[Mode, ModeShape]
    item: dict[Code, ItemShape]
    programme: dict[Code, ProgrammeShape] = {}
