"""Single rule files with one typical slip each, and rule files with anything odd in them.

The first lines of a file in `wrong_rules/` say what must be told of it: the
fault's code, its key path and its line.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credit_cli import text
from credit_cli.actions.policy_tests import run_tests
from credit_cli.errors import PolicyInvalid
from credit_cli.intake.policy import read_pack

RULES = sorted((Path(__file__).parent / "wrong_rules").glob("*.toml"))
RIGHT = sorted((Path(__file__).parents[1] / "policies").glob("*.toml"))
WORDS = text.area_words("policy", "en")
# Said by other means: of folders, of files as a whole, of dated packs, of situations, mappings.
ELSEWHERE = {
    *("line", "line_at", "at_line", "since", "no_files", "unreadable", "not_utf8"),
    *("list_of_elements", "not_proved", "layout_elsewhere"),
}


def faults_of(path: Path) -> dict[str, Any]:
    """What is told of a wrong file: `faults` for a person, `places` for a script."""
    with pytest.raises(PolicyInvalid) as invalid:
        read_pack(path)
    params: dict[str, Any] = invalid.value.params
    return params


def expected(path: Path) -> list[str]:
    """The faults that the first lines of a file name."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("# ") for line in lines if line.startswith("# ")]


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_slip_in_a_rule_file_is_told_with_its_key_and_line(path: Path) -> None:
    places = faults_of(path)["places"]
    assert [f"{one['code']} {one['key']} {one['line'] or '-'}" for one in places] == expected(path)


def slips() -> Iterator[tuple[str, list[str]]]:
    """The code of every slip in the shipped pack and what is told of it."""
    raw = (Path(__file__).parent / "wrong_packs.toml").read_text(encoding="utf-8")
    yield from ((code, lines) for code, _, _, _, *lines in tomllib.loads(raw)["wrong"])


def test_every_fault_has_an_example() -> None:
    shown = {code for code, _ in slips()} | ELSEWHERE
    shown |= {one.partition(" ")[0] for path in RULES for one in expected(path)}
    told = "\n".join(line for _, lines in slips() for line in lines)
    told += "\n".join(line for path in RULES for line in faults_of(path)["faults"])
    parts = {code for code in WORDS if code.startswith(("expected_", "toml_"))}
    kinds = {code for code in WORDS if code.startswith("kind_")}
    assert {code for code in parts if not re.search(pattern(code), told)} == set()
    assert WORDS.keys() - parts - kinds - shown == set()


def pattern(code: str) -> str:
    """What the words of a code look like with their gaps filled."""
    gap = re.compile(r"(?<!\{)\{\w+\}(?!\})")
    return ".*".join(re.escape(part.format()) for part in gap.split(WORDS[code]))


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


def places(value: Any) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - a TOML value
    """The path to everything that stands in a table."""
    held = dict(enumerate(value)) if isinstance(value, list) else value
    for key, part in held.items() if isinstance(held, dict) else ():
        yield (key,)
        yield from ((key, *rest) for rest in places(part))


TABLES = [tomllib.loads(path.read_text(encoding="utf-8")) for path in RIGHT]
PLACES = [(n, *path) for n, tables in enumerate(TABLES) for path in places(tables)]
LETTERS = "az09_%.<>=[](),-:食 \n"
CELLS = st.sampled_from(
    [">= 3", "A", "[1..2]", "in a, b", "30%", "2wd", "within 2y", "same as as_of", "records", "-1"]
)
ODD = st.recursive(
    CELLS | st.booleans() | st.integers() | st.dates() | st.text(LETTERS, max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(LETTERS), inner),
    max_leaves=4,
)


@settings(deadline=None, max_examples=60)  # it writes files
@given(st.sampled_from(PLACES), st.none() | ODD)
def test_rule_file_with_anything_odd_in_it_is_read_or_told(
    tmp_path_factory: pytest.TempPathFactory,
    place: tuple[int, *tuple[str | int, ...]],
    odd: Any,  # noqa: ANN401
) -> None:
    number, *way = place
    tables = deepcopy(TABLES[number])
    held: Any = tables
    for key in way[:-1]:
        held = held[key]
    if odd is None:
        del held[way[-1]]
    else:
        held[way[-1]] = odd
    path = tmp_path_factory.getbasetemp() / "odd.toml"
    lines = (f"{json.dumps(key)} = {inline(value)}\n" for key, value in tables.items())
    path.write_text("".join(lines), encoding="utf-8")
    try:
        report = run_tests(path)
    except PolicyInvalid as invalid:
        assert invalid.params["faults"]  # noqa: PT017 - either is right
    else:
        assert report.tested or "test" not in tables
