"""A scenario's table to and from the sheets in which officials edit it."""

import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from credit_cli.actions.wording import View
from credit_cli.errors import PolicyInvalid, PolicyPartNotFound, RuleTableInvalid
from credit_cli.folders import shipped_policy
from credit_cli.intake.pack_text import comment, table_lines
from credit_cli.intake.policy import read_pack
from credit_cli.intake.policy_dates import at_day
from credit_cli.intake.policy_files import lay_together
from credit_cli.intake.policy_names import nearest
from credit_cli.intake.rule_cells import unsafe
from credit_cli.intake.rule_tables import Known, ReadTable, TableFault, read_rows, table_rows
from credit_cli.intake.tables import TableFile
from credit_cli.text import say

Raw = Mapping[str, Any]
_AROUND = ("require", "exclude", "row", "adjust", "cap", "override", "follow")


class Held(NamedTuple):
    """A pack's folder or file, its raw tables, one scenario in them, what rules may name."""

    path: Path
    tables: Raw
    code: str
    known: Known

    @property
    def scenario(self) -> Raw:
        """The scenario's raw tables."""
        found: Raw = self.tables["scenario"][self.code]
        return found


def hold(path: Path, code: str, day: date | None = None) -> Held:
    """A scenario of a pack, whole or (with a day) as it is on a day.

    PolicyInvalid, PolicyPartNotFound.
    """
    pack = read_pack(path, day).pack
    tables = lay_together(path).tables
    if code not in pack.scenarios:
        raise PolicyPartNotFound(part=code, known=nearest(code, pack.scenarios))
    fields = {
        f"{name}.{key}": kind for name, one in pack.types.items() for key, kind in _fields(one)
    }
    known = Known({**fields, **pack.types}, pack.measures)
    return Held(path, at_day(tables, day) if day else tables, code, known)


def _fields(kind: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - a fact's type
    yield from (kind.fields or {}).items()


def exported(held: Held) -> list[list[str]]:
    """The sheet of the scenario's rows."""
    return list(table_rows(held.scenario.get("row", []), held.known))


def read_table(table: TableFile, held: Held) -> ReadTable:
    """The rules of a sheet; RuleTableInvalid names every fault with its row and column."""
    lines = ((line, [unsafe(cell) for cell in cells]) for line, cells in table.rows())
    found = read_rows(lines, held.known)
    if found.faults:
        raise _invalid(table.path, [(one, "") for one in found.faults])
    return found


def _invalid(path: Path, faults: list[tuple[TableFault, str]]) -> RuleTableInvalid:
    """`faults` with the words of a check, or none where the table itself is wrong."""
    lines = [
        say(
            "rule_table.line",
            file=path.name,
            line=one.line,
            column=_letters(one.column),
            what=words or say(f"rule_table.fault_{one.code}", seen=one.seen),
        )
        for one, words in faults
    ]
    places = [
        {"file": path.name, "line": one.line, "column": _letters(one.column), "code": one.code}
        for one, _ in faults
    ]
    return RuleTableInvalid(path=str(path), count=len(lines), faults=lines, places=places)


def _letters(place: int) -> str:
    above, within = divmod(place, 26)
    return (_letters(above - 1) if above else "") + chr(ord("A") + within)


def proposed(found: ReadTable, held: Held) -> dict[str, Any]:
    """The scenario with the rows of the sheet in place of its own."""
    rows = [one.rule for one in found.rows]
    ground = held.scenario.get("basis")
    own = [{"basis": ground, **row} if ground else row for row in rows]
    return {key: one for key, one in held.scenario.items() if key != "row"} | {"row": own}


def write_proposal(source: Path, found: ReadTable, held: Held, target: Path, part: Path) -> View:
    """A pack that extends the one it is for, written to `part`, proved to be without faults."""
    scenario = proposed(found, held)
    part.write_text(_text(source, held, scenario, str(held.path.resolve())), encoding="utf-8")
    try:
        read_pack(part)
    except PolicyInvalid as invalid:
        raise _invalid(source, list(_placed(invalid, found, held.code))) from None
    part.write_text(_text(source, held, scenario, _name(held.path, target)), encoding="utf-8")
    before = held.scenario.get("row", [])
    ids = {one["id"] for one in before}
    after = {one["id"]: one for one in scenario["row"]}
    changed = [one["id"] for one in before if one["id"] in after and one != after[one["id"]]]
    return {
        "scenario": held.code,
        "rows": len(scenario["row"]),
        "added": [key for key in after if key not in ids],
        "changed": changed,
        "removed": [one["id"] for one in before if one["id"] not in after],
    }


def _text(source: Path, held: Held, scenario: Raw, extends: str) -> str:
    header = {**held.tables["pack"], "extends": extends}
    lists = [key for key in _AROUND if key in scenario and _is_plain(scenario[key])]
    lines = [comment(say("rule_table.comment", file=source.name))]
    lines += table_lines(("pack",), header)
    lines += table_lines(("scenario", held.code), scenario, lists)
    return "\n".join(lines)


def _is_plain(rows: Any) -> bool:  # noqa: ANN401 - TOML
    return isinstance(rows, list) and all(isinstance(one, dict) for one in rows) and bool(rows)


def _placed(
    invalid: PolicyInvalid, found: ReadTable, code: str
) -> Iterator[tuple[TableFault, str]]:
    """The faults of a check at the cells of the sheet that they are about."""
    for words, place in zip(invalid.params["faults"], invalid.params["places"], strict=True):
        template = "policy.line_at" if place["line"] else "policy.line"
        around = {key: place[key] for key in ("file", "line", "key")}
        what = words.removeprefix(say(template, **around, what=""))
        yield _place(place["key"], found, code)._replace(code=place["code"]), what


def _place(key: str, found: ReadTable, code: str) -> TableFault:
    line, column = 1, 0
    own = f"scenario.{code}.row."
    if key.startswith(own):
        number, _, rest = key.removeprefix(own).partition(".")
        if number.isdecimal() and int(number) < len(found.rows):
            line = found.rows[int(number)].line
        part, _, name = rest.partition(".")
        columns = found.columns
        near = (n for one, n in columns.items() if one[0] == part and _under(name, one[1:]))
        column = next(near, columns.get((part,), columns.get(("id",), 0)))
    return TableFault(line, column, "", "")


def _under(name: str, column: tuple[str, ...]) -> bool:
    return bool(column) and f"{name}.".startswith(f"{column[0]}.")


def _name(path: Path, target: Path) -> str:
    """How a pack beside `target` calls the one it extends."""
    if path.resolve() == shipped_policy().resolve():
        return path.resolve().name
    return Path(os.path.relpath(path.resolve(), target.resolve().parent)).as_posix()
