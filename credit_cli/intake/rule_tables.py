"""The rows of a scenario's table as a sheet that officials edit, and back.

One row to a rule. Columns: `id`, `title`, one for each fact tested
(`when:FACT`), `when` for conditions that `all`, `any` or `not` join, one for
each measure (`grant:MEASURE`, `deny:MEASURE`), `each`, `basis`, `from`,
`until`, and `more` for whatever else a rule says. The second row, marked `#`,
tells what the columns are about; rows marked so are passed over.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from credit_cli.intake.rule_cells import cell_text, cell_value
from credit_cli.rules.conditions import FactType, Kind
from credit_cli.rules.measures import Measure, MeasureKind
from credit_cli.text import language, say

Raw = Mapping[str, Any]
_ALONE = ("id", "title", "title_en")
_LAST = ("each", "basis", "from", "until")
_JOINED = ("all", "any", "not")
_PARTS = ("when", "grant", "deny")
REMARK = "#"
_PLAIN_FACTS = (Kind.TEXT, Kind.GRADE, Kind.SET)
_READ_MEASURES = (
    MeasureKind.NUMBER,
    MeasureKind.DECIMAL,
    MeasureKind.MONEY,
    MeasureKind.FLAG,
    MeasureKind.DATE,
)


class Known(NamedTuple):
    """What the columns may be about: facts and measures."""

    facts: Mapping[str, FactType]
    measures: Mapping[str, Measure]


class TableFault(NamedTuple):
    """What is wrong: line, column (from 0), code of `rule_table.fault_`, and the words."""

    line: int
    column: int
    code: str
    seen: str


class ReadRow(NamedTuple):
    """A rule, the line that it stands on."""

    line: int
    rule: dict[str, Any]


class ReadTable(NamedTuple):
    """The rules of a sheet, which column holds what (by key path), and faults."""

    rows: list[ReadRow]
    columns: dict[tuple[str, ...], int]
    faults: list[TableFault]


def headings(rules: Iterable[Raw]) -> list[str]:
    """The columns that the rules of a table need, in the order in which they first speak."""
    held = list(rules)
    parts: list[str] = []
    for part in _PARTS:
        keys = dict.fromkeys(key for one in held for key in one.get(part, {}))
        parts += [f"{part}:{key}" for key in keys if part != "when" or key not in _JOINED]
        if part == "when" and any(key in _JOINED for key in keys):
            parts.append("when")
    said = {key for one in held for key in one}
    more = said - {*_ALONE, *_LAST, *_PARTS}
    first = [key for key in _ALONE if key != "title_en" or key in said]
    return [*first, *parts, *(key for key in _LAST if key in said), *(["more"] * bool(more))]


def table_rows(rules: Sequence[Raw], known: Known) -> Iterator[list[str]]:
    """The sheet: headings, what they are about, one row for each rule."""
    columns = headings(rules)
    yield columns
    yield [REMARK, *(_about(column, known) for column in columns[1:])]
    for rule in rules:
        yield [_written(rule, column, known) for column in columns]


def _about(column: str, known: Known) -> str:
    part, _, name = column.partition(":")
    held = known.facts.get(name) if part == "when" else known.measures.get(name)
    if not name or held is None:
        return name or say(f"rule_table.heading_{part}")
    title = (held.title_en if language() == "en" else held.title) or held.title or name
    return say(f"rule_table.of_{part}", title=title)


def _written(rule: Raw, column: str, known: Known) -> str:
    part, _, name = column.partition(":")
    if part == "more":
        taken = {*_ALONE, *_LAST, *_PARTS}
        rest: Any = {key: one for key, one in rule.items() if key not in taken}
    elif name:
        rest = rule.get(part, {}).get(name)
    elif part == "when":
        rest = {key: one for key, one in rule.get("when", {}).items() if key in _JOINED}
    else:
        rest = rule.get(part)
    if rest is None or rest == {}:
        return ""
    plain, flag = _reading(column, known)
    return cell_text(rest, plain=plain, flag=flag)


def _reading(column: str, known: Known) -> tuple[bool, bool]:
    """How the cells of a column are read: as plain texts; as yes and no."""
    part, _, name = column.partition(":")
    if part == "when" and name in known.facts:
        kind = known.facts[name].kind
        return kind in _PLAIN_FACTS, kind is Kind.FLAG
    if part == "grant" and name in known.measures:
        measured = known.measures[name].kind
        return measured not in _READ_MEASURES, measured is MeasureKind.FLAG
    if part == "deny":
        return True, True
    return part not in ("from", "until", "more", "when"), False


def read_rows(lines: Iterable[tuple[int, list[str]]], known: Known) -> ReadTable:
    """The rules of a sheet and every fault of its headings and cells."""
    held = [(line, cells) for line, cells in lines if any(one.strip() for one in cells)]
    if not held:
        return ReadTable([], {}, [TableFault(1, 0, "empty", "")])
    (first, names), *rest = held
    columns = {name.strip(): n for n, name in reversed(list(enumerate(names))) if name.strip()}
    faults = list(_heading_faults(first, names, known))
    rows: list[ReadRow] = []
    for line, cells in rest:
        if not cells[0].strip().startswith(REMARK):
            rule = dict(_rule(line, cells, columns, known, faults))
            if "id" in rule and rule["id"] in [one.rule.get("id") for one in rows]:
                faults.append(TableFault(line, columns.get("id", 0), "doubled_id", str(rule["id"])))
            rows.append(ReadRow(line, rule))
    places = {(*one.split(":", 1),): n for one, n in columns.items()}
    return ReadTable(rows, places, faults)


def _heading_faults(line: int, names: Sequence[str], known: Known) -> Iterator[TableFault]:
    seen: set[str] = set()
    for n, one in enumerate(names):
        name = one.strip()
        part, _, what = name.partition(":")
        if name in seen:
            yield TableFault(line, n, "doubled", name)
        elif what and part == "when" and what not in known.facts:
            yield TableFault(line, n, "no_fact", what)
        elif what and part in ("grant", "deny") and what not in known.measures:
            yield TableFault(line, n, "no_measure", what)
        elif name and not _is_heading(part, what, name):
            yield TableFault(line, n, "no_heading", name)
        seen |= {name} - {""}
    if "id" not in seen:
        yield TableFault(line, 0, "no_id", "")


def _is_heading(part: str, what: str, name: str) -> bool:
    return name in (*_ALONE, *_LAST, "when", "more") or (part in _PARTS and bool(what))


def _rule(
    line: int, cells: list[str], columns: Mapping[str, int], known: Known, faults: list[TableFault]
) -> Iterator[tuple[str, Any]]:
    """What a row says, key by key."""
    parts: dict[str, dict[str, Any]] = {}
    for n, extra in enumerate(cells):
        if extra.strip() and n not in columns.values():
            faults.append(TableFault(line, n, "beyond", extra.strip()[:40]))
    if not cells[columns.get("id", 0)].strip():
        faults.append(TableFault(line, columns.get("id", 0), "row_without_id", ""))
    for column, n in columns.items():
        text = cells[n].strip() if n < len(cells) else ""
        if not text:
            continue
        part, _, name = column.partition(":")
        plain, flag = _reading(column, known)
        value = cell_value(text, plain=plain, flag=flag)
        if code := _misfit(column, value):
            faults.append(TableFault(line, n, code, text[:40]))
        elif name:
            parts.setdefault(part, {})[name] = value
        elif part == "when":
            parts.setdefault("when", {}).update(value)
        else:
            yield from value.items() if part == "more" else [(part, value)]
    yield from parts.items()


def _misfit(column: str, value: object) -> str:
    """The code of a fault if a cell cannot hold such a value."""
    if column in ("when", "more") and not isinstance(value, dict):
        return "no_table"
    return "no_day" if column in ("from", "until") and not _is_day(value) else ""


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)
