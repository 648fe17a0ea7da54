"""What the facts, values and grounds of a pack are called, in the language spoken."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from credit_cli.actions.wording import View
from credit_cli.rules.conditions import FactType, Kind
from credit_cli.rules.durations import Duration
from credit_cli.rules.measures import Measure, MeasureKind
from credit_cli.rules.money import yuan_text
from credit_cli.rules.packs import Pack
from credit_cli.text import find, language, say

# An item's limits, which formulas may name.
LIMITS = ("promised", "legal")
_OF_TIERS = ("tier", "evaluation")
_UNKNOWN = FactType(kind=Kind.TEXT)
_NO_BLANK = re.compile(r"[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f\u2018-\u201d]")
_ENGLISH = "en"


class Names(NamedTuple):
    """A pack's facts as a condition names them; inside a list the fields of its elements."""

    pack: Pack
    fields: dict[str, FactType] | None = None
    over: str = ""

    def kind_of(self, name: str) -> FactType:
        """A fact's type, also of `LIST.FIELD`; of a name that is none, text."""
        if self.fields is not None:
            return self.fields.get(name, _UNKNOWN)
        if name in self.pack.types:
            return self.pack.types[name]
        over, _, field = name.partition(".")
        held = self.pack.types.get(over, _UNKNOWN)
        return (held.fields or {}).get(field, _UNKNOWN)

    def has(self, name: str) -> bool:
        """Whether the elements have a field of this name."""
        return self.fields is not None and name in self.fields

    def inside(self, over: str) -> "Names":
        """The names within a list's elements; a list may be a field of another's elements."""
        return Names(self.pack, dict(self.kind_of(over).fields or {}), over)

    def fact(self, name: str) -> str:
        """A fact by its title and its code; a field by its title."""
        said = self.title(name)
        if self.fields is not None or said == name:
            return said
        return say("policy_words.coded", title=said, code=name)

    def fact_of(self, name: str) -> str:
        """A field by its title and its code."""
        said = self.title(name)
        return name if said == name else say("policy_words.coded", title=said, code=name)

    def title(self, name: str) -> str:
        """A fact's title in the language spoken, else the words of its column, else its code."""
        over, _, field = name.partition(".")
        if self.fields is None and name not in self.pack.types and field:
            return joined(self.title(over), self.inside(over).title(field))
        own = titled(self.kind_of(name))
        named = find(f"policy_words.field.{name}") or find(f"column.{name}")
        offered = self.fields is None and name in (*LIMITS, *_OF_TIERS)
        return own or (named if (offered or self.fields is not None) and named else name)

    def value(self, name: str, value: Any) -> str:  # noqa: ANN401 - a fact's value
        """A value of a fact in words."""
        kind = self.kind_of(name)
        if kind.kind in (Kind.TEXT, Kind.GRADE, Kind.SET):
            return self.word(name, str(value), kind.values)
        return plain_value(kind.kind.value, value)

    def values(self, name: str, several: Iterable[Any]) -> str:
        """Several values in words."""
        return listed(self.value(name, one) for one in several)

    def word(self, name: str, code: str, values: tuple[str, ...] = ()) -> str:
        """A grade, an item, a type of record ... by its title; by its code if it has none."""
        last = name.rpartition(".")[2]
        tier = self.pack.tier_scale if name in _OF_TIERS else ""
        for scale in self.pack.scales.values():
            named = name == f"grade.{scale.code}" or scale.code == tier
            if code in scale.titles and (scale.grades == values or (named and not values)):
                return scale.titles[code]
        if last in ("type", "list", "lists", "record") and code in self.pack.record_types:
            return self.pack.record_types[code].title
        if last == "item" and code in self.pack.items:
            return titled(self.pack.items[code])
        return find(f"value.{last}.{code}") or find(f"policy_words.value.{code}") or code

    def amount(self, measure: Measure, value: Any) -> str:  # noqa: ANN401 - a measure's value
        """The size of a measure in words; not of one left open or worked out."""
        if value is True and measure.kind is not MeasureKind.FLAG:
            return say("policy_words.whole")
        if isinstance(value, frozenset):
            return listed(self.of_measure(measure, one) for one in sorted(value))
        if measure.kind is MeasureKind.GRADE:
            return self.of_measure(measure, str(value))
        said = plain_value(measure.kind.value, value)
        return f"{said} {measure.unit}" if _counted(measure) else said

    def of_measure(self, measure: Measure, code: str) -> str:
        """A word or grade of a measure by its title."""
        family = "route" if measure.code == "modes" else measure.code
        return self.word(family, code, measure.values)


def _counted(measure: Measure) -> bool:
    return bool(measure.unit) and measure.kind is not MeasureKind.MONEY


def titled(named: Any) -> str:  # noqa: ANN401 - whatever has `title`, and `title_en` perhaps
    """The title in the language spoken, as far as there is one."""
    english = getattr(named, "title_en", "")
    return str(english if english and language() == _ENGLISH else named.title)


def plain_value(kind: str, value: Any) -> str:  # noqa: ANN401, PLR0911 - one for each kind
    """A number, an amount, a day ... in words."""
    match kind, value:
        case _, Duration():
            return duration(value)
        case _, bool():
            return say("value.yes" if value else "value.no")
        case "money", int() | Decimal():
            return say("value.money", yuan=yuan_text(int(value)))
        case "percent", int() | Decimal():
            return f"{value}%"
        case "time", int():
            return f"{value // 60:02}:{value % 60:02}"
        case _, date():
            return value.isoformat()
    return str(value)


def duration(length: Duration) -> str:
    """A length of time in words."""
    words = find(f"value.duration.{length.unit}.{length.n}")
    return words or say(f"value.duration.{length.unit}", n=length.n)


def listed(words: Iterable[str]) -> str:
    """Words one after another."""
    return say("value.separator").join(words)


def joined(left: str, right: str) -> str:
    """Two words with a blank between them, where Chinese has none."""
    if not left or not right or (_NO_BLANK.match(left[-1]) and _NO_BLANK.match(right[0])):
        return left + right
    return f"{left}{right}" if left[-1] in "）”：" or right[0] in "（：；" else f"{left} {right}"


def ground(pack: Pack, code: str) -> View:
    """A basis: its code, title, number, clause and mark, and all of them in words."""
    held = pack.bases.get(code)
    if held is None:
        return {"code": code, "words": code or say("value.none")}
    parts = [titled(held), held.number, held.clause, say(f"policy_words.mark.{held.mark}")]
    return {
        "code": code,
        "title": titled(held),
        "number": held.number or None,
        "clause": held.clause or None,
        "mark": held.mark,
        "words": say("policy_words.comma").join(part for part in parts if part),
    }
