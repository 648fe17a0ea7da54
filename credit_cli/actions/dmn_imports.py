"""Decision tables of a DMN model as a policy pack that a person can look at and propose."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from credit_cli.actions.wording import View
from credit_cli.errors import DmnUnsupported, PolicyInvalid
from credit_cli.intake.dmn_model import DmnFault, Model
from credit_cli.intake.dmn_names import code_of
from credit_cli.intake.dmn_read import read_model
from credit_cli.intake.dmn_xml import read_definitions
from credit_cli.intake.pack_text import comment, table_lines, value_text
from credit_cli.intake.policy import read_pack
from credit_cli.text import say

Raw = Mapping[str, Any]
FIRST_DAY = date(2000, 1, 1)  # DMN does not say from when on its tables hold
# What a check finds of a table and DMN allows: a person looks at it, nothing decides otherwise.
FINDINGS = frozenset(
    {
        *("row_impossible", "row_never_reached", "row_duplicates", "rows_conflict"),
        *("bands_overlap", "bands_share_end", "bands_gap", "column_never_matters", "not_proved"),
    }
)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")


def read_dmn(path: Path) -> Model:
    """What the tables of a DMN file say; DmnBroken, DmnUnsupported names every fault."""
    model = read_model(read_definitions(path))
    if model.faults:
        raise DmnUnsupported(
            path=str(path),
            count=len(model.faults),
            faults=[fault_words(one) for one in model.faults],
            places=[one._asdict() for one in model.faults],
        )
    return model


def fault_words(fault: DmnFault) -> str:
    """A fault as one line for a person."""
    what = say(f"dmn.fault_{fault.code}", seen=fault.seen)
    return say("dmn.line", element=fault.element, line=fault.line, what=what)


def write_dmn_pack(model: Model, source: str, path: Path, day: date | None) -> list[str]:
    """Write the pack of a model, which holds from a day on; what a check finds of its tables.

    Such findings are accepted in the pack itself: DMN allows what they tell of.
    PolicyInvalid for anything else.
    """
    lines = list(_lines(model, source, day or FIRST_DAY))
    path.write_text("\n".join(lines), encoding="utf-8")
    told, found = _checked(path)
    accepted = {(one["code"], one["key"]) for one in found if one["code"] in FINDINGS}
    for code, key in sorted(accepted):
        reading = say("dmn.accepted", file=source)
        one = {"finding": code, "key": key, "reading": reading, "basis": "dmn"}
        lines += ["", "[[accept]]", *(f"{name} = {value_text(held)}" for name, held in one.items())]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    if told:
        read_pack(path)
    return told


def view(model: Model) -> View:
    """What a model became: by id, with the names that it had in DMN."""
    supplied = {key: one for key, one in used_facts(model).items() if "scenario" not in one}
    return {
        "facts": [
            {
                "id": key,
                "name": model.called.get(f"fact.{key}", one["title"]),
                "type": one["type"],
                "supplied": "formula" not in one and "row" not in one,
            }
            for key, one in supplied.items()
        ],
        "scenarios": [
            {
                "id": code,
                "name": model.called[f"scenario.{code}"],
                "hit": one["hit"],
                "rows": len(one["row"]),
                "measures": [
                    {"id": key, "name": model.measures[key]["title"]} for key in _granted(one)
                ],
            }
            for code, one in model.scenarios.items()
        ],
    }


def _granted(scenario: Raw) -> list[str]:
    rules = [*scenario["row"], scenario["else"]]
    return list(dict.fromkeys(key for rule in rules for key in rule["grant"]))


def used_facts(model: Model) -> dict[str, Raw]:
    """The facts that are supplied or reckoned, and of other decisions those that are asked."""
    rules = [row for one in model.scenarios.values() for row in (*one["row"], one["else"])]
    said = [[row.get("when"), *row["grant"].values()] for row in rules]
    asked = {name for one in said for name in _keys(one[0])}
    asked |= set(_WORD.findall(str([said, *(one.get("formula") for one in model.facts.values())])))
    return {
        key: one
        for key, one in model.facts.items()
        if one.get("type") or ("scenario" in one and key in asked)
    }


def _keys(raw: Any) -> Iterator[str]:  # noqa: ANN401 - TOML
    match raw:
        case Mapping():
            yield from raw
            for one in raw.values():
                yield from _keys(one)
        case list():
            for one in raw:
                yield from _keys(one)


def _lines(model: Model, source: str, day: date) -> Iterator[str]:
    yield comment(say("dmn.comment", file=source))
    for key, name in model.called.items():
        yield comment(f"{key} = {name}")
    header = {"name": code_of(model.title, (), "dmn"), "title": model.title}
    yield from ("", *table_lines(("pack",), header | {"from": day, "basis": "dmn"}))
    basis = {"title": model.title, "number": source, "mark": "I"}
    yield from table_lines(("basis", "dmn"), basis)
    for name, one in used_facts(model).items():
        yield from table_lines(("fact", name), one)
    for code, one in model.measures.items():
        yield from table_lines(("measure", code), one)
    for code, one in model.scenarios.items():
        yield from table_lines(("scenario", code), one, ("row",))


def _checked(path: Path) -> tuple[list[str], list[Raw]]:
    try:
        read_pack(path)
    except PolicyInvalid as invalid:
        return list(invalid.params["faults"]), list(invalid.params["places"])
    return [], []
