"""A pack in which every name and every number is another one, and situations moved along.

Only the closed word lists stay (kinds, severities, modes, marks, operators).
Days move a year back, every limit grows by one of its units, every percentage
and count by one, scores by 500, amounts by 100 fen; the order of routes is
turned round. A record must then be a unit older to be as near to its end, and
stand twice to be as many as before.
"""

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from credit_cli.rules.durations import Duration, parse_duration
from tests.situations import SHIPPED, Situation

Raw = dict[str, Any]
NAMED = ("basis", "source", "record", "fact", "item", "programme")  # tables of names


def inline(value: Any) -> str:  # noqa: ANN401 - a TOML value
    match value:
        case dict():
            parts = [f"{json.dumps(key)} = {inline(one)}" for key, one in value.items()]
            return f"{{ {', '.join(parts)} }}"
        case list():
            return f"[{', '.join(map(inline, value))}]"
        case date():
            return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def name(sort: str, old: str) -> str:
    """The new name of a thing of some sort: a grade of one scale is no grade of another."""
    return f"{sort.replace('.', '_')}_{old.encode().hex()}"


def year_before(day: date) -> date:
    return day.replace(year=day.year - 1)


def longer(limit: str) -> str:
    old = parse_duration(limit)
    return str(Duration(old.n + 1, old.unit))


def more_percent(text: str) -> str:
    return f"{int(text[:-1]) + 1}%"


def other_words(test: str) -> str:
    """The Chinese words of a condition, each made into another."""
    return re.sub("|".join(WORDS), r"\g<0>乙", test)


LEAVES: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("from", "until"), year_before),
    **dict.fromkeys(("promised", "legal", "limit", "supplement", "review"), longer),
    **dict.fromkeys(("maximum", "valid", "reporting"), longer),
    "minimum": lambda value: longer(value) if isinstance(value, str) else value + 1,
    **dict.fromkeys(("cut", "shrink", "severe", "changed"), more_percent),
    "rows": lambda rows: rows + 1,
    "rounding": lambda _: "ceil",
    "low": lambda score: score + 500,
    **dict.fromkeys(("value_fen", "budget_fen"), lambda fen: fen + 100),
    "per_subject": lambda times: times + 1,
    **dict.fromkeys(("title", "title_en", "department"), lambda title: title + "乙"),
    "name": lambda value: name("pack", value),
    "id": lambda value: name("row", value),
    "basis": lambda value: name("basis", value),
    "tier_scale": lambda value: name("scale", value),
    "personal_score": lambda value: name("scale", value),
    "breach_type": lambda value: name("record", value),
    "scale": lambda value: name("scale", value),
    "type": lambda value: name("record", value),
    "tier": lambda value: name("grade.tier", value),
    "code": lambda value: name("code", value),
    "route_rank": lambda routes: [*routes[-2::-1], routes[-1]],
}
# Scenarios and alerts prove themselves by the situations beside them.
_PROVEN = {"scenarios", "alerts", "scores"}
FILES = {
    path.stem: tomllib.loads(path.read_text("utf-8"))
    for path in SHIPPED.glob("*.toml")
    if path.stem not in _PROVEN
}
WORDS = re.findall("[\u4e00-\u9fff]+", inline(FILES["records"]["severity"]["row"]))


def swap(key: str, value: Any) -> Any:  # noqa: ANN401 - a TOML value
    """What stands under a key, with every name and number another."""
    match value:
        case dict() if key in NAMED:
            return {fresh(key, old): swap("", one) for old, one in value.items()}
        case dict() if key == "scale":
            return {name(key, old): swap_scale(old, one) for old, one in value.items()}
        case dict():
            turn = swap_test if key == "when" else swap_pair
            return dict(turn(part, one) for part, one in value.items())
        case list() if key not in LEAVES:
            return [swap_mapping(one) if key == "mapping" else swap("", one) for one in value]
    return LEAVES[key](value) if key in LEAVES else value


def swap_pair(key: str, value: Any) -> tuple[str, Any]:  # noqa: ANN401 - a TOML value
    return key, swap(key, value)


def fresh(table: str, old: str) -> str:
    """A named fact keeps the dot in its name."""
    return f"records.{name('fact', old)}" if table == "fact" else name(table, old)


def swap_scale(code: str, scale: Raw) -> Raw:
    sort = f"grade.{code}"
    changes = {
        "grades": [name(sort, old) for old in scale.get("grades", ())],
        "titles": {name(sort, old): f"{new}乙" for old, new in scale.get("titles", {}).items()},
    }
    return {key: changes.get(key) or swap(key, value) for key, value in scale.items()}


def swap_mapping(mapping: Raw) -> Raw:
    sort = f"grade.{mapping['scale']}"
    grades = {name(sort, old): name("grade.tier", tier) for old, tier in mapping["grades"].items()}
    return {key: swap(key, one) for key, one in mapping.items()} | {"grades": grades}


def swap_test(fact: str, test: Any) -> tuple[str, Any]:  # noqa: ANN401 - a TOML value
    sort, _, scale = fact.partition(".")
    match sort:
        case "any":
            return fact, [swap("when", one) for one in test]
        case "score":
            return f"score.{name('scale', scale)}", shifted(test, 500)
        case "records":
            return fresh("fact", fact), shifted(test, 1)
        case "evaluation" | "tier":
            return fact, re.sub("[a-z_]+", lambda old: name("grade.tier", old[0]), test)
    return fact, other_words(test)


def shifted(test: str, by: int) -> str:
    return re.sub("[0-9]+", lambda number: str(int(number[0]) + by), test)


def swapped_tables() -> dict[str, Raw]:
    """The shipped files, swapped."""
    return {stem: swap("file", raw) for stem, raw in FILES.items()}


def write(folder: Path, files: dict[str, Raw]) -> Path:
    """`files` as TOML in `folder`; every value inline."""
    folder.mkdir(exist_ok=True)
    for stem, raw in files.items():
        lines = [f"{json.dumps(key)} = {inline(value)}\n" for key, value in raw.items()]
        (folder / f"{stem}.toml").write_text("".join(lines), encoding="utf-8")
    return folder


def moved(situation: Situation) -> Situation:
    """The situation as it must be for the swapped pack to decide likewise."""
    return replace(
        situation,
        as_of=year_before(situation.as_of),
        records=[older(one) for one in situation.records for _ in range(2)],
        evaluations=[moved_evaluation(one) for one in situation.evaluations],
        item=situation.item and name("item", situation.item),
        missing=[name("code", code) for code in situation.missing],
        programme=situation.programme and name("programme", situation.programme),
    )


def older(record: Raw) -> Raw:
    """A year back with all days, and by the unit by which its period has grown."""
    on = year_before(record["on"])
    warned = record.get("kind") == "警告" and "grounds" not in record
    if record.get("severity") == "minor" or warned:
        on = (on.replace(day=1) - date.resolution).replace(day=on.day)
    else:
        on = year_before(on)
    cells = ("violation", "grounds", "kind")
    words = {key: other_words(record[key]) for key in record if key in cells}
    return record | words | {"type": name("record", record["type"]), "on": on}


def moved_evaluation(evaluation: Raw) -> Raw:
    scale = evaluation["scale"]
    changes: dict[str, Callable[[Any], Any]] = {
        **dict.fromkeys(("on", "until"), year_before),
        "scale": lambda _: name("scale", scale),
        "score": lambda score: score + 500,
        "grade": lambda grade: name(f"grade.{scale}", grade),
    }
    return {key: changes[key](value) for key, value in evaluation.items()}
