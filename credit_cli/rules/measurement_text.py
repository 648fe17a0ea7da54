"""How a policy writes measurements over the lists of elements that the pool offers.

In a condition, a list's test is a table: what is made of the elements with its
test, and what narrows them down:

    records   = { none = { severity = "serious" } }
    records   = { count = ">= 3", where = { type = "penalty" }, within = "2y" }
    records   = { sum = ">= 1000000", of = "amount_fen", within = "this year" }
    materials = { all = { submitted = true } }
    cases     = { share = ">= 95%", holding = { on_time = true } }
    grades    = { consecutive = ">= 3", holding = { grade = "A" }, every = "year" }
    events    = { chains = ">= 1", per = "case", chain = [{ type = "ordered" },
                  { type = "refused", after = "15d", within = "30d" }] }
    events    = { chains = ">= 1", per = "case", chain = [{ type = "ordered" },
                  { none = { type = "corrected" }, within = "30d" }] }
    contracts = { sum = ">= 100000000", of = "quantity * unit_price" }
    ratings   = { average = ">= 90", of = "points", by = "year", within = "last 3 years" }

The results: any all none count sum min max average latest previous (the one
before the latest) earliest distinct share consecutive longest chains. `of` is a
field or a formula of the element's fields. `by` is a date field, or one that is
the number of a year: windows and `every` are then of whole years, and a missing
year breaks a run. A step of a chain may say how long `after` and how soon
`within` the one before it came, or that none such came; the last is met when
the time has passed, or without a time if none came until today.

A `[fact."name"]` writes the same with `measure = "count"` and `over = "records"`.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from credit_cli.rules.cells import ConditionFault, Path, check_keys, read_each
from credit_cli.rules.conditions import ALWAYS, Condition, FactType, Kind
from credit_cli.rules.durations import Duration, parse_duration
from credit_cli.rules.formulas import Formula, parse_formula
from credit_cli.rules.measurements import How, Measurement, Step
from credit_cli.rules.windows import Period, Window, parse_window

Types = Mapping[str, FactType]


class FieldTypes(dict[str, FactType]):
    """The fields of a list's elements, and the facts of the subject `around` the list."""

    def __init__(self, fields: Types, around: Types) -> None:
        super().__init__(fields)
        self.around: Types = around.around if isinstance(around, FieldTypes) else around


ReadCondition = Callable[[Mapping[str, Any], Types], Condition]

_RECKONED = re.compile(r"[-+*/(]")
_HOWS = {how.value: how for how in How}
_CONDITIONS = (How.ANY, How.ALL, How.NONE)
_NEEDS_OF = (
    How.SUM,
    How.MIN,
    How.MAX,
    How.AVERAGE,
    How.LATEST,
    How.PREVIOUS,
    How.EARLIEST,
    How.DISTINCT,
)
_RUNS = (How.CONSECUTIVE, How.LONGEST)
_NEEDS_HOLDING = (How.SHARE, *_RUNS)
_KEYS = ("where", "of", "by", "within", "holding", "every", "chain", "per", "party")
_FLAG, _NUMBER = FactType(kind=Kind.FLAG), FactType(kind=Kind.NUMBER)
_PERCENT = FactType(kind=Kind.PERCENT)
_SUMMED = (Kind.NUMBER, Kind.MONEY, Kind.DECIMAL, Kind.PERCENT)


def read_measured(
    key: str, raw: Mapping[str, Any], types: Types, read: ReadCondition
) -> tuple[Measurement, FactType, Any]:
    """A list's test in a condition: the measurement, its result's type and the test of it."""
    named = [name for name in raw if name in _HOWS]
    if len(named) != 1:
        raise ConditionFault("one_measure", key, known=sorted(_HOWS))
    how, test = _HOWS[named[0]], raw[named[0]]
    rest = {name: value for name, value in raw.items() if name != how}
    if how in _CONDITIONS:
        rest, test = {**rest, "holding": test}, how is not How.NONE
    # One measurement has one name whatever is asked of it; none is that any is false.
    asked = How.ANY if how is How.NONE else how
    written = f"{key} {asked} {json.dumps(rest, ensure_ascii=False, default=str)}"
    try:
        measurement, kind = read_measurement(key, asked, rest, types, read)
    except ConditionFault as fault:
        raise fault.moved(lambda path: (key, *_as_written(how, path))) from None
    return replace(measurement, name=written), kind, test


def _as_written(how: How, path: Path) -> Path:
    """`any`, `all` and `none` are written in the place of `holding`."""
    own = how in _CONDITIONS and path[0] == "holding"
    return (how.value, *path[1:]) if own else path


def read_measurement(
    over: str, how: How, raw: Mapping[str, Any], types: Types, read: ReadCondition
) -> tuple[Measurement, FactType]:
    """A measurement and the type of what it gives; ConditionFault's path is below `raw`."""
    listed = types.get(over)
    if listed is None or listed.fields is None:
        lists = sorted(name for name, one in types.items() if one.kind is Kind.LIST)
        raise ConditionFault("unknown_name", "over", name=over, known=lists)
    fields = FieldTypes(listed.fields, types)
    parts: dict[str, Callable[[], Any]] = {
        "where": partial(_conditions, raw, "where", fields, read),
        "holding": partial(_conditions, raw, "holding", fields, read),
        "by": lambda: _by(raw, fields) or listed.by,
        "per": partial(_field, raw, "per", fields),
        "window": partial(_window, raw, types),
        "every": partial(_parsed, raw, "every", Period),
        "chain": partial(_chain, raw, fields, read),
        "party": partial(_party, raw, types),
    }
    reads: list[Callable[[], Any]] = [partial(_check_keys, how, raw), partial(_of, raw, fields)]
    _, (of, reckoned, given), *found = read_each([*reads, *parts.values()])
    measurement = Measurement(
        name="",
        over=over,
        how=how,
        of=of,
        reckoned=reckoned,
        listed=listed.derived,
        order=fields[raw["of"]].values if _graded(raw, fields) else (),
        **dict(zip(parts, found, strict=True)),
    )
    if (measurement.window or measurement.every) and not measurement.by:
        raise ConditionFault("needs_by", "within" if measurement.window else "every")
    if measurement.by in fields and fields[measurement.by].kind not in (Kind.DATE, Kind.NUMBER):
        raise ConditionFault("wrong_value", "by", seen=measurement.by, expected="date_or_year")
    if measurement.by in fields and fields[measurement.by].kind is Kind.NUMBER:
        measurement = _by_year(measurement)
    return measurement, _given(how, given)


def _by_year(measurement: Measurement) -> Measurement:
    """Elements that only name their year: runs are of years, and so is every window."""
    window, every = measurement.window, measurement.every or Period.YEAR
    if window and (window.last or window.period is not Period.YEAR):
        raise ConditionFault("wrong_value", "within", seen=window.written, expected="years")
    if every is not Period.YEAR:
        raise ConditionFault("wrong_value", "every", seen=every.value, expected="years")
    return replace(measurement, every=every) if measurement.how in _RUNS else measurement


def _check_keys(how: How, raw: Mapping[str, Any]) -> None:
    needed = {"of": _NEEDS_OF, "holding": _NEEDS_HOLDING, "chain": (How.CHAINS,)}
    needed["per"] = needed["chain"]
    check_keys(raw, _KEYS, [name for name, hows in needed.items() if how in hows])


def _conditions(raw: Mapping[str, Any], key: str, fields: Types, read: ReadCondition) -> Condition:
    if key not in raw:
        return ALWAYS
    if not isinstance(raw[key], dict):
        raise ConditionFault("table_of_tests", key)
    return _below((key,), raw[key], fields, read)


def _below(
    path: tuple[str | int, ...], raw: Mapping[str, Any], fields: Types, read: ReadCondition
) -> Condition:
    try:
        return read(raw, fields)
    except ConditionFault as fault:
        raise fault.below(*path) from None


def _field(raw: Mapping[str, Any], key: str, fields: Types) -> str:
    name = raw.get(key, "")
    if name and name not in fields:
        raise ConditionFault("unknown_name", key, name=name, known=sorted(fields))
    return str(name)


def _by(raw: Mapping[str, Any], fields: Types) -> str:
    name = _field(raw, "by", fields)
    if name and fields[name].kind not in (Kind.DATE, Kind.NUMBER):
        raise ConditionFault("wrong_value", "by", seen=name, expected="date_or_year")
    return name


def _parsed(raw: Mapping[str, Any], key: str, parse: Callable[[str], Any]) -> Any:  # noqa: ANN401
    if key not in raw:
        return None
    try:
        return parse(raw[key] if isinstance(raw[key], str) else "")
    except ValueError:
        raise ConditionFault("wrong_value", key, seen=raw[key], expected=key) from None


def _graded(raw: Mapping[str, Any], fields: Types) -> bool:
    return raw.get("of") in fields and fields[raw["of"]].kind is Kind.GRADE


def _window(raw: Mapping[str, Any], types: Types) -> Window | None:
    window: Window | None = _parsed(raw, "within", parse_window)
    if window is None or not window.fact:
        return window
    dates = sorted(name for name, one in types.items() if one.kind is Kind.DATE)
    if window.fact not in dates:
        raise ConditionFault("unknown_name", "within", name=window.fact, known=dates)
    return replace(window, derived=types[window.fact].derived)


def _chain(raw: Mapping[str, Any], fields: Types, read: ReadCondition) -> tuple[Step, ...]:
    steps = raw.get("chain", [])
    if not isinstance(steps, list) or not all(isinstance(one, dict) for one in steps):
        raise ConditionFault("list_of_conditions", "chain")
    return read_each(partial(_step, n, step, fields, read) for n, step in enumerate(steps))


def _step(n: int, raw: Mapping[str, Any], fields: Types, read: ReadCondition) -> Step:
    timed = ("within", "after") if n else ()  # nothing comes before the first step
    times = {name: _time(n, raw, name) for name in timed}
    tests = {name: value for name, value in raw.items() if name not in timed}
    absent = n > 0 and set(tests) == {"none"} and isinstance(tests["none"], dict)
    if absent and "after" in raw:
        raise ConditionFault("unknown_key", ("chain", n, "after"), name="after", known=["within"])
    path: Path = ("chain", n, "none") if absent else ("chain", n)
    where = _below(path, tests["none"] if absent else tests, fields, read)
    return Step(where=where, absent=absent, **times)


def _time(n: int, raw: Mapping[str, Any], key: str) -> Duration | None:
    try:
        time: Duration | None = _parsed(raw, key, parse_duration)
    except ConditionFault as fault:
        raise ConditionFault(
            "wrong_value", ("chain", n, key), seen=fault.params["seen"], expected="duration"
        ) from None
    return time


def _party(raw: Mapping[str, Any], types: Types) -> tuple[str, ...]:
    party = raw.get("party", [])
    named = [party] if isinstance(party, str) else party
    related = types["related"].fields if "related" in types else None
    known = ("subject", *(related["relation"].values if related else ()))
    for one in named if isinstance(named, list) else [named]:
        if one not in known:
            raise ConditionFault("unknown_name", "party", name=str(one), known=list(known))
    return tuple(named)


def _of(raw: Mapping[str, Any], fields: Types) -> tuple[str, Formula | None, FactType]:
    """The field measured, or a formula of several; and its type."""
    of = raw.get("of", "")
    if not of or of in fields:
        return str(of), None, fields[of] if of else _NUMBER
    if not isinstance(of, str) or not _RECKONED.search(of):
        raise ConditionFault("unknown_name", "of", name=str(of), known=sorted(fields))
    try:
        formula = parse_formula(of, fields)
    except ConditionFault as fault:
        raise fault.below("of") from None
    return of, formula, FactType(kind=Kind(formula.kind))


def _given(how: How, kind: FactType) -> FactType:
    if how in _CONDITIONS:
        return _FLAG
    if how is How.SHARE:
        return _PERCENT
    if how in _NEEDS_OF and how is not How.DISTINCT:
        unordered = how in (How.MIN, How.MAX) and kind.kind is Kind.DURATION
        if unordered or (how in (How.SUM, How.AVERAGE) and kind.kind not in _SUMMED):
            raise ConditionFault("sum_needs_number", "of", name=kind.kind.value)
        whole = how is How.AVERAGE and kind.kind in (Kind.NUMBER, Kind.MONEY)
        return FactType(kind=Kind.DECIMAL) if whole else kind
    return _NUMBER
