"""Decisions as the plain data that scripts and tables get."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from credit_cli.rules.calendar import Day
from credit_cli.rules.decisions import RowTrace
from credit_cli.rules.durations import Duration
from credit_cli.rules.masking import masked_code, masked_subject_name
from credit_cli.rules.measures import Open
from credit_cli.rules.packs import Basis, Pack, ServiceItem, Source
from credit_cli.rules.scenarios import Scenario
from credit_cli.rules.scores import ScoreModel
from credit_cli.rules.values import Reason
from credit_cli.tables.subjects import Subject
from credit_cli.text import find, language, say

View = dict[str, Any]


def subject_view(subject: Subject) -> View:
    """`{id, kind, name, code}`, a person masked."""
    return {
        "id": subject.id,
        "kind": subject.kind,
        "name": masked_subject_name(subject.kind, subject.name),
        "code": masked_code(subject.kind, subject.code),
    }


def span(duration: Duration) -> View:
    """`{n, unit}`."""
    return {"n": duration.n, "unit": duration.unit}


def due(key: str, day: Day | None) -> View:
    """A reckoned day under its key, and beside it whether it is provisional."""
    return {key: day.on if day else None, "provisional": day.provisional if day else False}


def told(reasons: Iterable[Reason], pack: Pack) -> list[View]:
    """Each reason as `{code, message}`, the message in the language spoken."""
    return [{"code": one.code, "message": sentence(one, pack)} for one in reasons]


def sentence(reason: Reason, pack: Pack) -> str:
    """A reason in words; a basis reads as its title."""
    words = {key: _word(key, value, pack) for key, value in reason.params.items()}
    return say(f"reason.{reason.code}", **words)


def titled(named: Basis | Scenario | ScoreModel | ServiceItem | Source) -> str:
    """The pack's title in the language spoken, as far as the pack has it."""
    return named.title_en if language() == "en" and named.title_en else named.title


def _word(key: str, value: Any, pack: Pack) -> str:  # noqa: ANN401 - a reason's parameter
    match value:
        case Duration():
            words = find(f"value.duration.{value.unit}.{value.n}")
            return words or say(f"value.duration.{value.unit}", n=value.n)
        case date():
            return value.isoformat()
        case str() if key == "basis":
            return titled(pack.bases[value])
        case str() if key == "scenario":
            return titled(pack.scenarios[value])
        case _:
            return find(f"value.{key}.{value}") or str(value)


def explanation(traces: Iterable[RowTrace], pack: Pack) -> list[View]:
    """Every row of the tables that decided: why this one, and why not each other one."""
    return [
        {
            "table": trace.table,
            "row": trace.row,
            "matched": trace.matched,
            "tests": [
                {"fact": one.fact, "test": one.test, "seen": one.seen, "holds": one.holds}
                for one in trace.checks
            ],
            "basis": titled(pack.bases[trace.basis]),
        }
        for trace in traces
    ]


def plain(value: Any) -> Any:  # noqa: ANN401, PLR0911 - whatever a rule gives, one for each kind
    """A rule's value as scripts and tables get it."""
    match value:
        case Open(why=why):
            return {"left_open": why}
        case frozenset():
            return sorted(value)
        case tuple() | list():
            return [plain(one) for one in value]
        case Mapping():
            return {key: plain(one) for key, one in value.items()}
        case Duration() | Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case None | bool() | int():
            return value
    return value.written if hasattr(value, "written") else str(value)
