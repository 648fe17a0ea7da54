"""What a policy pack may contain, key by key; anything else is a fault."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from credit_cli.rules.durations import Duration, Rounding, parse_duration
from credit_cli.rules.values import Severity, SubjectKind


def _duration(value: object) -> object:
    return parse_duration(value) if isinstance(value, str) else value


def _percent(value: object) -> object:
    if isinstance(value, str) and value.endswith("%") and value[:-1].isdecimal():
        return int(value[:-1])
    raise ValueError(value)


Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
Span = Annotated[Duration, BeforeValidator(_duration)]
Percent = Annotated[int, BeforeValidator(_percent), Field(ge=0, le=100)]
Fen = Annotated[StrictInt, Field(ge=0)]
Mode = Literal["deferred_materials", "commitment", "accelerated", "exempt", "instant"]
Route = Mode | Literal["ordinary"]
RawCondition = dict[str, Any]


class Shape(BaseModel):
    """Unknown keys are errors: a key under the wrong table must not vanish."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Dated(Shape):
    """A value with its legal or other basis, in force from and until (both included)."""

    basis: StrictStr
    starts: date | None = Field(default=None, alias="from")
    ends: date | None = Field(default=None, alias="until")


class BasisShape(Shape):
    title: StrictStr
    number: StrictStr = ""
    clause: StrictStr = ""
    mark: Literal["S", "K", "I"]


class SourceShape(Dated):
    title: StrictStr


class BandShape(Shape):
    code: Code
    title: StrictStr
    low: StrictInt | None = None


class ScaleShape(Dated):
    title: StrictStr
    kind: Literal["grades", "score"]
    subjects: list[SubjectKind]
    grades: list[StrictStr] = []
    titles: dict[str, StrictStr] = {}
    bands: list[BandShape] = []


class MappingShape(Dated):
    scale: Code
    grades: dict[str, StrictStr]
    starts: date = Field(alias="from")


class RecordShape(Dated):
    title: StrictStr
    counts: StrictBool
    reporting: Span | None = None
    severity: Severity | None = None


class WhereShape(Shape):
    severity: Severity | list[Severity] = []
    type: Code | list[Code] = []


class FactShape(Dated):
    measure: Literal["count"]
    over: Literal["records"]
    where: WhereShape = WhereShape()


class PeriodShape(Dated):
    severity: Severity
    minimum: Span
    maximum: Span


class RowShape(Dated):
    id: Code
    when: RawCondition
    grant: dict[str, Any]


class TableShape(Dated):
    hit: Literal["first"]
    otherwise: dict[str, Any] = Field(alias="else")
    row: list[RowShape] = []


class ModeShape(Dated):
    limit: Span | None = None
    cut: Percent | None = None
    rounding: Rounding | None = None
    minimum: StrictInt | None = Field(default=None, ge=0)
    supplement: Span | None = None
    review: Span | None = None


class MaterialShape(Shape):
    code: Code
    title: StrictStr
    basis: StrictStr
    class_: Literal["main", "secondary"] = Field(alias="class")


class ItemShape(Dated):
    title: StrictStr
    department: StrictStr
    promised: Span
    legal: Span | None = None
    mode: dict[Mode, ModeShape] = {}
    material: list[MaterialShape] = []


class ProgrammeShape(Dated):
    title: StrictStr
    when: RawCondition
    value_fen: Fen = Field(gt=0)
    budget_fen: Fen
    per_subject: StrictInt = Field(ge=1)
    valid: Span
    starts: date = Field(alias="from")


class PackShape(Shape):
    """The whole pack, its files laid together."""

    name: Code
    starts: date = Field(alias="from")
    tier_scale: Code
    personal_score: Code
    breach_type: Code
    basis: dict[Code, BasisShape]
    source: dict[Code, SourceShape]
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
