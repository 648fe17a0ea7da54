"""What facts, lists, measures and scenarios of a pack may contain, key by key."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from credit_cli.intake.policy_cells import Code, Day, RawCondition, Several, Span
from credit_cli.rules.measures import MeasureKind, Merge, Polarity
from credit_cli.rules.scenarios import Hit
from credit_cli.rules.values import SubjectKind

Words = Annotated[list[StrictStr], Several]
Amounts = dict[Code, Any]
FactKind = Literal[
    "number",
    "decimal",
    "percent",
    "money",
    "grade",
    "text",
    "flag",
    "date",
    "time",
    "duration",
    "set",
]


# As in policy_shapes, and not imported: ruff takes a class for a model only by what its file says.
class Shape(BaseModel):
    """Unknown keys are errors: a key under the wrong table must not vanish."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Titled(Shape):
    """What has a title and a basis."""

    basis: StrictStr
    title: StrictStr = ""
    title_en: StrictStr = ""


class FactRowShape(Shape):
    """`{ when, value }`: a row of a fact that a table decides."""

    when: RawCondition
    value: Any
    id: Code | None = None
    basis: StrictStr | None = None


class FactShape(Titled):
    """`[fact.NAME]`: supplied (`type`), measured (`over`) or worked out in one of four ways."""

    type: FactKind | None = None
    values: tuple[StrictStr, ...] = ()
    scale: Code | None = None
    states: tuple[Code, ...] = ()
    source: StrictStr = ""
    unit: StrictStr = ""
    personal: StrictBool = False
    measure: StrictStr | None = None
    over: StrictStr | None = None
    where: RawCondition | None = None
    holding: RawCondition | None = None
    of: StrictStr | None = None
    by: StrictStr | None = None
    within: StrictStr | None = None
    every: StrictStr | None = None
    per: StrictStr | None = None
    party: StrictStr | list[StrictStr] | None = None
    chain: list[dict[str, Any]] | None = None
    formula: StrictStr | None = None
    when: RawCondition | None = None
    row: list[FactRowShape] | None = None
    otherwise: Any = Field(default=None, alias="else")
    scenario: Code | None = None
    mapped: Annotated[list[StrictStr], Several] | None = None
    pick: Literal["best", "worst"] = "worst"
    worst_of: list[StrictStr] | None = None
    best_of: list[StrictStr] | None = None


class CollectionShape(Titled):
    """`[collection.NAME]`: a list of elements that a rule brings along."""

    by: StrictStr = ""
    field: dict[StrictStr, FactKind | list[StrictStr]]
    source: StrictStr = ""


class MeasureShape(Titled):
    """`[measure.NAME]`: a kind of measure."""

    kind: MeasureKind
    unit: StrictStr = ""
    polarity: Polarity = Polarity.BENEFIT
    merge: Merge | None = None
    better: Literal["higher", "lower"] | None = None
    values: tuple[StrictStr, ...] = ()
    scale: Code | None = None


class RuleShape(Titled):
    """A row, a requirement or an exclusion."""

    id: Code
    when: RawCondition = {}
    grant: Amounts = {}
    deny: Amounts = {}


class RowShape(RuleShape):
    """`[[scenario.X.row]]`; `each`: decided for every element of that list."""

    each: StrictStr = ""


class ChangeShape(RuleShape):
    """`[[scenario.X.adjust]]`, `cap`, `override`."""

    measure: Code | None = None
    by: Any = 0
    times: StrictStr = ""
    at_most: Any = None
    at_least: Any = None


class ElseShape(Shape):
    """`[scenario.X.else]`: what no row grants."""

    basis: StrictStr | None = None
    title: StrictStr = ""
    title_en: StrictStr = ""
    grant: Amounts = {}
    deny: Amounts = {}


class ScopeShape(Shape):
    """`[scenario.X.scope]`: where, for what and when."""

    regions: Words = []
    except_regions: Words = []
    items: Words = []
    attributes: Words = []
    providers: Words = []
    weekly: Words = []
    yearly: Words = []
    when: RawCondition = {}


class ConsequenceShape(Shape):
    """What an outcome or lateness brings."""

    do: Words = []
    record: StrictStr = ""
    deny: Amounts = {}
    basis: StrictStr | None = None
    title: StrictStr = ""
    title_en: StrictStr = ""


class ExtendShape(Shape):
    """`extend = { on, by }`: an event that moves the deadline, once."""

    on: StrictStr
    by: Span


class FollowShape(Titled):
    """`[[scenario.X.follow]]`: a task that follows."""

    id: Code
    on: StrictStr
    within: Any = None
    due: StrictStr | None = None
    every: Span | None = None
    until: Span | None = None
    times: Annotated[StrictInt, Field(ge=1)] | None = None
    when: RawCondition = {}
    granted: dict[Code, Any] = Field(default={}, alias="for")
    by: StrictStr = ""
    do: Words = []
    gate: StrictStr = ""
    done: StrictStr = ""
    extend: ExtendShape | None = None
    pause: list[StrictStr] | None = Field(default=None, min_length=2, max_length=2)
    each: StrictBool = False
    late: ConsequenceShape = ConsequenceShape()
    outcome: dict[Code, ConsequenceShape] = {}


class ScenarioShape(Titled):
    """`[scenario.X]`: a credit scenario."""

    title: StrictStr
    starts: Day | None = Field(default=None, alias="from")
    ends: Day | None = Field(default=None, alias="until")
    trial: StrictBool = False
    subjects: tuple[SubjectKind, ...] = ()
    scope: ScopeShape = ScopeShape()
    hit: Hit = Hit.FIRST
    rank: Words = []
    require: list[RuleShape] = []
    exclude: list[RuleShape] = []
    row: list[RowShape] = []
    otherwise: ElseShape | None = Field(default=None, alias="else")
    adjust: list[ChangeShape] = []
    cap: list[ChangeShape] = []
    override: list[ChangeShape] = []
    follow: list[FollowShape] = []


class AcceptShape(Shape):
    """`[[accept]]`: a known conflict of the source, with the reading chosen and its ground.

    `row` is the one that decides where the accepted rows meet.
    """

    finding: StrictStr
    key: StrictStr
    reading: StrictStr
    row: Code | None = None
    basis: StrictStr
