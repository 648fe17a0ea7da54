"""A policy pack (规则库): every number, tier, deadline and item, each with a basis and dates.

Values only; intake/policy.py reads them from TOML and store/policies.py keeps
the versions. A `basis` is the id of an entry of `Pack.bases`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from credit_cli.rules.alerts import Alert
from credit_cli.rules.conditions import Condition, FactType
from credit_cli.rules.decisions import DecisionTable
from credit_cli.rules.deliveries import Expectations
from credit_cli.rules.durations import Duration, Rounding
from credit_cli.rules.measures import Measure
from credit_cli.rules.scenarios import Scenario
from credit_cli.rules.values import Severity, SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """A legal or other ground: S published, K background, I our default."""

    title: str
    number: str = ""
    clause: str = ""
    mark: str
    title_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A reporting unit (报送单位), and what is expected of its deliveries, if anything."""

    code: str
    title: str
    basis: str
    title_en: str = ""
    expectations: Expectations | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """An authority (机关) that may decide, by its social credit code; `region` by its division."""

    code: str
    title: str
    basis: str
    title_en: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A named stretch of a score from `low` (included) up to the next band."""

    code: str
    title: str
    low: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A system of grades (worst first) or a score; `bands` rise."""

    code: str
    title: str
    kind: str  # "grades" or "score"
    subjects: tuple[SubjectKind, ...]
    basis: str
    grades: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleMapping:
    """How the grades of one scale read on another (`to`), in force on certain days."""

    scale: str
    to: str
    grades: Mapping[str, str]
    starts: date
    ends: date | None
    basis: str

    def is_in_force(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return in_force(self.starts, self.ends, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordType:
    """A kind of record: whether it weighs on its subject, and how soon it must be reported.

    One with an `exits` weighs no longer from the day on that it gives as its end.
    """

    code: str
    title: str
    counts: bool
    basis: str
    reporting: Duration | None = None
    severity: Severity | None = None
    exits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """How long a record of a severity weighs, counted from the day of the document."""

    severity: Severity
    minimum: Duration
    maximum: Duration
    starts: date | None
    ends: date | None
    basis: str


class Cut(NamedTuple):
    """A percentage off a limit; what remains is rounded and at least `minimum` units."""

    percent: int
    rounding: Rounding
    minimum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeTerms:
    """What an approval mode changes: the limit, what may follow, what is checked after.

    `limit` is a new time limit; `cut` takes a percentage off the promised one.
    """

    limit: Duration | None = None
    cut: Cut | None = None
    supplement: Duration | None = None
    review: Duration | None = None
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A material of an item; only a secondary one (次要材料) may follow later."""

    code: str
    title: str
    main: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceItem:
    """A service item (政务服务事项) with its limits and the modes it offers."""

    code: str
    title: str
    department: str
    promised: Duration
    legal: Duration | None
    modes: Mapping[str, ModeTerms]
    materials: tuple[Material, ...]
    starts: date | None
    ends: date | None
    basis: str
    title_en: str = ""
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Never:
    """Items, and classes of items by attribute, to which a mode is never open."""

    items: frozenset[str]
    attributes: frozenset[str]
    basis: str

    def holds(self, item: ServiceItem) -> bool:
        """Whether the item is one of them."""
        return item.code in self.items or not self.attributes.isdisjoint(item.attributes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A benefit programme (优惠活动): who may claim, how much, how often, until when."""

    code: str
    title: str
    when: Condition
    value_fen: int
    budget_fen: int
    per_subject: int
    valid: Duration
    starts: date
    ends: date | None
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One version of the province's rules, or the rules of one file.

    `facts` are those a portrait has, `types` all that scenarios may test. Without
    `authorities` every authority is as good as another.
    """

    name: str
    starts: date
    bases: Mapping[str, Basis]
    sources: Mapping[str, Source]
    authorities: Mapping[str, Authority]
    scales: Mapping[str, Scale]
    tier_scale: str
    personal_score: str
    mappings: tuple[ScaleMapping, ...]
    record_types: Mapping[str, RecordType]
    breach_type: str
    periods: tuple[Period, ...]
    facts: Mapping[str, FactType]
    types: Mapping[str, FactType]
    measures: Mapping[str, Measure]
    severity: DecisionTable
    tier: DecisionTable
    routes: DecisionTable
    route_rank: tuple[str, ...]
    items: Mapping[str, ServiceItem]
    programmes: Mapping[str, Programme]
    scenarios: Mapping[str, Scenario]
    alerts: Mapping[str, Alert]
    never: Mapping[str, Never]

    @property
    def is_whole(self) -> bool:
        """Whether it has tiers and routes, as what is in force in a province must."""
        return bool(self.tier_scale and self.route_rank)

    @property
    def tiers(self) -> tuple[str, ...]:
        """The tiers, worst first."""
        return self.scales[self.tier_scale].grades if self.tier_scale else ()

    @property
    def known_authorities(self) -> frozenset[str] | None:
        """The codes of the authorities that it lists; None if it lists none."""
        return frozenset(self.authorities) or None

    def item_on(self, code: str, day: date) -> ServiceItem | None:
        """The service item if it is in force on `day`."""
        item = self.items.get(code)
        return item if item and in_force(item.starts, item.ends, day) else None


def in_force(starts: date | None, ends: date | None, day: date) -> bool:
    """Whether a dated value holds on `day`; both ends are included."""
    return (starts is None or starts <= day) and (ends is None or day <= ends)
