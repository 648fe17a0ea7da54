"""How a policy writes alerts.

[alert.overdue_reviews]
over = "reviews"                        # a list, or "alert.OTHER": another's hits
where = { state = "late" }
exclude = { cause = "complaint" }       # events that do not count
key = ["unit"]                          # fields; each value has a counter of its own
clock = "recorded_on"                   # the date field that counts; default: the list's own
window = "this year"                    # or 60d, since 2024-01-01; none: for ever
threshold = 3
repeat = "reset"                        # or each, once
suppress = { for = "3d", same = ["body"] }   # same: default the key
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from credit_cli.rules.alerts import DAY_OF_HIT, NEVER, PREFIX, Alert, Repeat, Suppression
from credit_cli.rules.cells import ConditionFault, Path, check_keys, together
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import ALWAYS, FactType, Kind
from credit_cli.rules.durations import parse_duration
from credit_cli.rules.measurement_text import read_measurement
from credit_cli.rules.measurements import How, Measurement

Types = Mapping[str, FactType]
RULE_KEYS = (
    "over",
    "where",
    "exclude",
    "key",
    "clock",
    "window",
    "threshold",
    "repeat",
    "suppress",
    "sum",
    "distinct",
)
_KEYS = (*RULE_KEYS, "title", "title_en", "basis", "from", "until")
_REPEATS = [one.value for one in Repeat]


def read_alerts(raws: Mapping[str, Mapping[str, Any]], types: Types) -> tuple[Alert, ...]:
    """All alerts, each after the one whose hits it counts; ConditionFaults' paths begin at a code.

    Two alerts that count each other's hits are a fault.
    """
    read: dict[str, Alert] = {}
    known: dict[str, FactType] = dict(types)
    waiting = dict(raws)
    faults: list[ConditionFault] = []
    while waiting:
        ready = [code for code, raw in waiting.items() if _source(raw) not in waiting]
        if not ready:
            code = next(iter(waiting))
            names = ", ".join(sorted(waiting))
            faults.append(ConditionFault("alert_cycle", (code, "over"), names=names))
            break
        for code in ready:
            try:
                read[code] = read_alert(code, waiting.pop(code), known)
            except ConditionFault as fault:
                faults.append(fault.below(code))
            else:
                known[PREFIX + code] = alert_type(read[code], known)
    if faults:
        raise together(faults)
    return tuple(read.values())


def _source(raw: Mapping[str, Any]) -> str:
    return str(raw.get("over", "")).removeprefix(PREFIX)


def alert_type(alert: Alert, types: Types) -> FactType:
    """The list of an alert's hits, which conditions and other alerts may name."""
    fields = dict(types[alert.events.over].fields or {})
    fields[DAY_OF_HIT] = FactType(kind=Kind.DATE)
    return FactType(kind=Kind.LIST, fields=fields, by=DAY_OF_HIT)


def read_alert(code: str, raw: Mapping[str, Any], types: Types) -> Alert:
    """One alert. `types` holds every list that it may count; ConditionFault's path is in `raw`."""
    check_keys(raw, _KEYS, ("over", "threshold"))
    events = _events(raw, types)
    fields = types[events.over].fields or {}
    key = _names(raw, "key", fields)
    return Alert(
        code=code,
        events=replace(events, window=None, holding=ALWAYS),
        key=key,
        window=events.window,
        threshold=_threshold(raw["threshold"]),
        sum=_one_of(raw, "sum", fields),
        distinct=_one_of(raw, "distinct", fields),
        repeat=Repeat(_word(raw, "repeat", Repeat.RESET.value, _REPEATS)),
        exclude=events.holding if "exclude" in raw else NEVER,
        suppress=_suppression(raw["suppress"], fields, key) if "suppress" in raw else None,
        title=str(raw.get("title", "")),
        title_en=str(raw.get("title_en", "")),
    )


def _events(raw: Mapping[str, Any], types: Types) -> Measurement:
    """The list counted: its `within` is the window, its `holding` what is left out."""
    narrowed = {name: raw[key] for key, name in _MEASURED.items() if key in raw}
    try:
        events, _ = read_measurement(str(raw["over"]), How.COUNT, narrowed, types, read_condition)
    except ConditionFault as fault:
        raise fault.moved(_as_written) from None
    fields = types[events.over].fields or {}
    if not events.by:
        raise ConditionFault("missing_key", "clock")
    if fields[events.by].kind is not Kind.DATE:
        raise ConditionFault("wrong_value", "clock", seen=events.by, expected="date_field")
    if events.window and events.window.back:  # the event that counts would never lie in it
        raise ConditionFault("wrong_value", "window", seen=raw["window"], expected="within")
    return events


_MEASURED = {"where": "where", "clock": "by", "window": "within", "exclude": "holding"}


def _as_written(path: Path) -> Path:
    first, *rest = path
    return (next((key for key, name in _MEASURED.items() if name == first), first), *rest)


def _names(raw: Mapping[str, Any], key: str, fields: Types) -> tuple[str, ...]:
    names = raw.get(key, [])
    if not isinstance(names, list):
        raise ConditionFault("wrong_value", key, seen=str(names), expected="list_type")
    known = sorted(name for name, one in fields.items() if one.kind is not Kind.LIST)
    for n, name in enumerate(names):
        if name not in known:
            raise ConditionFault("unknown_name", (key, n), name=str(name), known=known)
    return tuple(names)


def _one_of(raw: Mapping[str, Any], key: str, fields: Types) -> str:
    return _names({key: [raw[key]]}, key, fields)[0] if key in raw else ""


def _threshold(value: Any) -> int:  # noqa: ANN401 - a TOML value
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ConditionFault(
            "wrong_value", "threshold", seen=value, expected="greater_than_equal", bound=1
        )
    return value


def _word(raw: Mapping[str, Any], key: str, default: str, known: list[str]) -> str:
    if raw.get(key, default) not in known:
        raise ConditionFault("unknown_name", key, name=str(raw[key]), known=known)
    return str(raw.get(key, default))


def _suppression(raw: Any, fields: Types, key: tuple[str, ...]) -> Suppression:  # noqa: ANN401
    if not isinstance(raw, dict) or "for" not in raw:
        raise ConditionFault("missing_key", ("suppress", "for"))
    for name in raw:
        if name not in ("for", "same"):
            raise ConditionFault(
                "unknown_key", ("suppress", name), name=name, known=["for", "same"]
            )
    try:
        length = parse_duration(str(raw["for"]))
        same = _names(raw, "same", fields) if "same" in raw else key
    except ConditionFault as fault:
        raise fault.below("suppress") from None
    except ValueError:
        path, seen = ("suppress", "for"), str(raw["for"])
        raise ConditionFault("wrong_value", path, seen=seen, expected="duration") from None
    return Suppression(length=length, same=same)
