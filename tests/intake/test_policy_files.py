"""How a pack's files become one table: what may extend what, grounds, lines, days, situations."""

import json
import shutil
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli import text
from credit_cli.errors import PolicyInvalid
from credit_cli.folders import shipped_policy
from credit_cli.intake.policy import pack_epochs, pack_from, read_pack
from credit_cli.intake.policy_dates import at_day, change_days, path_at
from credit_cli.intake.policy_files import lay_together
from credit_cli.intake.policy_lines import line_of, lines_of
from credit_cli.intake.policy_raw import RawPack
from credit_cli.rules.durations import parse_duration
from tests.situations import SHIPPED

RULE = """\
[pack]
name = "one_rule"
from = 2025-01-01
extends = "hainan"
basis = { title = "规则", mark = "S" }

[item.one]
title = "事项"
department = "部门"
promised = "10wd"
"""
ITEM = "items.toml: item.foreign_performance"


def rule(tmp_path: Path, *more: str, old: str = "", new: str = "") -> Path:
    """One rule in a file of its own."""
    path = tmp_path / "rule.toml"
    path.write_text(RULE.replace(old, new, 1) + "\n".join(more), encoding="utf-8")
    return path


def laid(tmp_path: Path, **files: str) -> RawPack:
    """Files laid together without being checked."""
    for name, content in files.items():
        path = tmp_path / f"{name.replace('__', '/')}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="")
    return lay_together(tmp_path)


def told(path: Path) -> list[str]:
    """The faults of the pack, as a person reads them."""
    with pytest.raises(PolicyInvalid) as invalid:
        read_pack(path)
    faults: list[str] = invalid.value.params["faults"]
    return faults


def test_one_rule_stands_in_one_file_with_its_ground_and_what_it_extends(tmp_path: Path) -> None:
    pack = read_pack(rule(tmp_path)).pack
    assert (pack.name, pack.starts) == ("one_rule", date(2025, 1, 1))
    assert {"one", "foreign_performance"} <= pack.items.keys()
    assert pack.bases[pack.items["one"].basis].title == "规则"
    assert pack.items["foreign_performance"].basis == "training"


def test_own_entries_replace_those_of_the_same_id(tmp_path: Path) -> None:
    base = read_pack(SHIPPED).pack
    own = read_pack(rule(tmp_path, old="item.one", new="item.foreign_performance")).pack
    assert own.items["foreign_performance"].promised == parse_duration("10wd")
    assert own.items["foreign_performance"].materials == ()
    assert own.items.keys() == base.items.keys()


def test_own_tables_replace_and_own_lists_join(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "base")
    base = lay_together(SHIPPED).tables
    own = lay_together(
        rule(
            tmp_path,
            "[tier]\nhit = 'first'\nelse = { tier = 'good' }\nrow = []",
            "[[mapping]]\nscale = 'haikou'\nfrom = 2026-01-01\ngrades = { red = 'good' }",
            old='"hainan"',
            new='"base"',
        )
    )
    assert own.faults == []
    assert own.tables["tier"]["row"] == []
    assert own.tables["mapping"][:-1] == base["mapping"]
    last = len(base["mapping"])
    assert own.fault(("mapping", last, "grades", "red"), "x", {})[:2] == (
        "rule.toml",
        "mapping.0.grades.red",
    )
    assert own.fault(("mapping", 0, "scale"), "x", {}).file == "base/scales.toml"


def test_listed_entry_of_the_same_id_is_replaced_in_its_place(tmp_path: Path) -> None:
    laid(tmp_path, base="[[alert]]\nid = 'a'\nn = 1\n[[alert]]\nid = 'b'\nn = 2\n")
    (tmp_path / "own").mkdir()
    own = laid(
        tmp_path / "own",
        pack="[pack]\nextends = '../base.toml'\n[[alert]]\nid = 'a'\nn = 3\n[[alert]]\nid = 'c'\n",
    )
    assert [(one["id"], one.get("n")) for one in own.tables["alert"]] == [
        *(("a", 3), ("b", 2), ("c", None))
    ]
    assert own.place_of(("alert", 2)) == ("pack.toml", ("alert", 1))


def test_packs_that_extend_each_other_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[pack]\nextends = 'b.toml'\n", encoding="utf-8")
    (tmp_path / "b.toml").write_text("[pack]\nextends = 'a.toml'\n", encoding="utf-8")
    (fault,) = lay_together(tmp_path / "a.toml").faults
    assert (fault.code, fault.line) == ("extends_itself", 2)


def test_unknown_pack_is_told_with_the_nearest(tmp_path: Path) -> None:
    assert told(rule(tmp_path, old='"hainan"', new='"hainam"')) == [
        'rule.toml:4 pack.extends: there is no "hainam"; nearest: hainan.'
    ]


def test_ground_is_taken_from_value_row_entry_file_or_pack(tmp_path: Path) -> None:
    pack = laid(
        tmp_path,
        a="[pack]\nbasis = 'whole'\n[item.x]\n[item.x.mode.instant]\nlimit = '1d'\n",
        b="basis = 'file'\n[scenario.y]\n[[scenario.y.row]]\nid = 'r'\n"
        "[[scenario.z.row]]\nbasis = 'row'\n[[scenario.z.exclude]]\n[scenario.w]\nbasis = 'own'\n"
        "[[scenario.w.row]]\n[[scenario.w.row.follow]]\nid = 'f'\n",
    ).tables
    assert pack["item"]["x"] == {"basis": "whole", "mode": {"instant": {"limit": "1d"} | WHOLE}}
    assert pack["scenario"]["y"]["row"] == [{"id": "r", "basis": "file"}]
    assert pack["scenario"]["z"] == {
        "basis": "file",
        "row": [{"basis": "row"}],
        "exclude": [{}],
    }
    assert pack["scenario"]["w"]["row"][0]["follow"] == [{"id": "f", "basis": "own"}]


WHOLE = {"basis": "whole"}


def test_equal_grounds_written_in_place_are_one(tmp_path: Path) -> None:
    ground = "{ title = '办法', mark = 'S' }"
    tables = laid(
        tmp_path,
        a=f"basis = {ground}\n[item.x]\n",
        b=f"[item.y]\nbasis = {ground}\n[item.z]\nbasis = {{ title = '别的', mark = 'K' }}\n",
    ).tables
    own = [tables["item"][code]["basis"] for code in "xyz"]
    assert own[0] == own[1] != own[2]
    assert tables["basis"][own[0]] == {"title": "办法", "mark": "S"}
    assert len(tables["basis"]) == 2


def test_slip_in_a_ground_written_in_place_is_told_there(tmp_path: Path) -> None:
    lines = told(rule(tmp_path, old='mark = "S"', new='mork = "S"'))
    assert lines == [
        "rule.toml:5 pack.basis.mark: this key is required.",
        "rule.toml:5 pack.basis.mork: no such key here; nearest: mark.",
    ]


def test_situations_are_no_part_of_the_pack(tmp_path: Path) -> None:
    bare = read_pack(rule(tmp_path))
    (tmp_path / "rule.test.toml").write_text("[[test]]\ntitle = 'b'\n", encoding="utf-8")
    tested = read_pack(rule(tmp_path, "[[test]]", "title = 'a'", "[[test]]", "title = 'c'"))
    assert tested.sha256 == bare.sha256
    assert [(one.file, one.number, one.raw["title"]) for one in tested.tests] == [
        ("rule.toml", 0, "a"),
        ("rule.toml", 1, "c"),
        ("rule.test.toml", 0, "b"),
    ]


def test_situations_stand_in_a_folder_of_their_own(tmp_path: Path) -> None:
    pack = laid(tmp_path, a="[item.x]\n", tests__b="[[test]]\ntitle = 'b'\n[item.y]\n")
    assert [(one.file, one.raw) for one in pack.tests] == [("tests/b.toml", {"title": "b"})]
    assert [(one.file, one.key, one.code, one.line) for one in pack.faults] == [
        ("tests/b.toml", "item", "unknown_key", 3)
    ]


def test_keys_and_texts_are_nfc_and_numbers_exact(tmp_path: Path) -> None:
    tables = laid(tmp_path, a='[item.x]\n"cafe\\u0301" = "cafe\u0301"\nn = 0.10\n').tables
    assert tables["item"]["x"] == {"café": "café", "n": Decimal("0.10")}


def test_two_keys_that_are_one_in_nfc_are_told(tmp_path: Path) -> None:
    (fault,) = laid(tmp_path, a='[item.x]\n"caf\u00e9" = 1\n"cafe\u0301" = 2\n').faults
    assert fault.code == "syntax"


def test_lines_end_in_one_of_two_ways(tmp_path: Path) -> None:
    assert laid(tmp_path, a="[item.x]\r\nn = 1\r\n").tables == {"item": {"x": {"n": 1}}}
    (fault,) = laid(tmp_path, a="[item.x]\rn = 1\r").faults
    assert fault.code == "syntax"


def test_fault_is_told_with_its_line_in_both_languages(tmp_path: Path) -> None:
    path = rule(tmp_path, old='"10wd"', new='"10 days"')
    (line,) = told(path)
    assert line.startswith('rule.toml:10 item.one.promised: "10 days" does not fit')
    text.use("zh_CN")
    (line,) = told(path)
    assert line.startswith("rule.toml 第 10 行 item.one.promised：取值“10 days”不符合要求")


def test_places_of_faults_are_given_to_scripts(tmp_path: Path) -> None:
    with pytest.raises(PolicyInvalid) as invalid:
        read_pack(rule(tmp_path, old='"10wd"', new="10"))
    assert invalid.value.params["places"] == [
        {
            "file": "rule.toml",
            "line": 10,
            "key": "item.one.promised",
            "code": "wrong_value",
            "since": None,
        }
    ]


TEXT = (
    '''\
# [no.table]
top = "a # b"                                  # 2
[ "键" . 'b.c' ]                               # 3
plain.dotted."x y" = 1                         # 4
long = """
]] [x]
\\""" not yet""""
list = [                                       # 8
  1, # 9
  [ 2,
    3 ], # 11
  { a = 1, "b" = { c = [
    4 ] } },
]
[[rows]]
id = 'it'''
    """ # 16
[rows.inner]
x = 1979-05-27 07:32:00 # 18
[[rows.part]]
[[rows.part]] # 20
y = inf
[[rows]]
""".replace("'it''' '''", "'it'")
)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("键",), 3),
        (("键", "b.c"), 3),
        (("键", "b.c", "plain", "dotted", "x y"), 4),
        (("键", "b.c", "long"), 5),
        (("键", "b.c", "list"), 8),
        (("键", "b.c", "list", 0), 9),
        (("键", "b.c", "list", 1, 1), 11),
        (("键", "b.c", "list", 2, "b", "c", 0), 13),
        (("rows",), 15),
        (("rows", 0, "id"), 16),
        (("rows", 0, "inner", "x"), 18),
        (("rows", 0, "part", 1), 20),
        (("rows", 0, "part", 1, "y"), 21),
        (("rows", 1), 22),
        (("rows", 1, "missing"), 22),
        (("nothing",), None),
    ],
)
def test_line_of_a_value_or_of_what_holds_it(path: tuple[str | int, ...], line: int | None) -> None:
    assert line_of(lines_of(TEXT), path) == line


KEYS = st.text("ab.#[]={}'\"\\ é键\n", max_size=4)
STRINGS = st.text("ab#[]{},'\"\\\n \t键=", max_size=6)
LEAVES = st.integers() | st.booleans() | st.dates() | STRINGS
VALUES = st.recursive(
    LEAVES, lambda one: st.lists(one, max_size=3) | st.dictionaries(KEYS, one, max_size=3)
)
MARK = "MARK" * 3


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4), st.data())
def test_line_of_any_value_in_any_style_is_found(
    tables: dict[str, Any], data: st.DataObject
) -> None:
    path: tuple[str | int, ...] = ()
    held: Any = tables
    value: Any = tables
    while value and isinstance(value, (dict, list)):
        parts: Any = sorted(value) if isinstance(value, dict) else range(len(value))
        part = data.draw(st.sampled_from(parts))
        path, held, value = (*path, part), value, value[part]
    held[path[-1]] = MARK
    toml = "\n".join(written((), tables, data.draw))
    assert MARK in str(tomllib.loads(toml))
    assert line_of(lines_of(toml), path) == toml[: toml.index(MARK)].count("\n") + 1


def written(path: tuple[str, ...], table: dict[str, Any], draw: Any) -> list[str]:  # noqa: ANN401
    """A table in TOML: its parts inline, dotted or under headers of their own, as drawn."""
    lines, under = [], []
    for key, value in table.items():
        own = (*path, key)
        style = draw(st.sampled_from(["inline", "header", "dotted"]))
        if style == "header" and isinstance(value, dict):
            under += [f"[ {dotted(own, draw)} ] # [", *written(own, value, draw)]
        elif style == "header" and value and listed(value):
            for one in value:
                under += [f"[[{dotted(own, draw)}]]", *written(own, one, draw)]
        elif style == "dotted" and isinstance(value, dict) and value:
            lines += [f"{quoted(key, draw)} . {one}" for one in pairs(value, draw)]
        else:
            lines.append(f"{quoted(key, draw)} = {inline(value, draw)}")
    return [*lines, *under]


def listed(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def pairs(table: dict[str, Any], draw: Any) -> list[str]:  # noqa: ANN401
    return [f"{quoted(key, draw)} = {inline(value, draw)}" for key, value in table.items()]


def dotted(path: tuple[str, ...], draw: Any) -> str:  # noqa: ANN401
    return str(draw(st.sampled_from([".", " . "]))).join(quoted(key, draw) for key in path)


def quoted(value: str, draw: Any, *, long: bool = False) -> str:  # noqa: ANN401
    """A text as bare key, basic, literal or multi-line string, where it can be."""
    basic = value.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    forms = ['"' + basic.replace("\n", "\\n") + '"']
    if not {"'", "\n"} & set(value):
        forms.append(f"'{value}'")
    if long:
        forms.append(f'"""{basic}"""')
        if "'" not in value:
            forms.append(f"'''{value}'''")
    if not long and value.isascii() and value.isalpha():
        forms.append(value)
    return str(draw(st.sampled_from(forms)))


def inline(value: Any, draw: Any) -> str:  # noqa: ANN401
    match value:
        case dict():
            return "{ " + ", ".join(pairs(value, draw)) + " }"
        case list():
            gap = draw(st.sampled_from(["", "\n", " # ] ,\n"]))
            ends = draw(st.sampled_from(["", ","])) if value else ""
            return f"[{gap}" + f", {gap}".join(inline(one, draw) for one in value) + f"{ends}{gap}]"
        case str():
            return quoted(value, draw, long=True)
        case bool():
            return str(value).lower()
    return str(value)


DATED = """\
[
  { value = "10wd", until = 2025-12-31 },
  { value = "8wd", from = 2026-01-01, basis = { title = "新规", mark = "S" } },
]"""


def test_dated_value_is_the_one_in_force_on_the_day(tmp_path: Path) -> None:
    read = read_pack(rule(tmp_path, old='"10wd"', new=DATED), date(2026, 1, 1))
    assert read.pack.items["one"].promised == parse_duration("8wd")
    assert pack_epochs(read.content) == (date(2025, 1, 1), date(2026, 1, 1))
    for day, promised in [(date(2025, 12, 31), "10wd"), (date(2030, 1, 1), "8wd"), (None, "10wd")]:
        assert pack_from(read.content, day).items["one"].promised == parse_duration(promised)


def test_fault_of_a_later_value_is_told_once_with_its_line_and_day(tmp_path: Path) -> None:
    path = rule(tmp_path, old='"10wd"', new=DATED.replace('"8wd"', '"8"'))
    (line,) = told(path)
    assert line.startswith('rule.toml:12 item.one.promised.1.value: "8" does not fit;')
    assert line.endswith("(from 2026-01-01 on)")


def test_rows_out_of_force_are_left_out_and_faults_keep_their_place() -> None:
    rows = [
        {"id": "a", "until": date(2025, 12, 31)},
        {"id": "b"},
        {"id": "c", "from": date(2026, 2, 1)},
    ]
    tables = {"pack": {"from": date(2025, 1, 1)}, "tier": {"row": rows}}
    assert change_days(tables) == (date(2026, 1, 1), date(2026, 2, 1))
    for day, ids in [(date(2025, 5, 5), "ab"), (date(2026, 1, 1), "b"), (date(2026, 2, 1), "bc")]:
        kept = at_day(tables, day)["tier"]["row"]
        assert kept == [{"id": one} for one in ids]
        for n, one in enumerate(kept):
            (*_, at, key) = path_at(tables, day, ("tier", "row", n, "id"))
            assert (rows[at]["id"], key) == (one["id"], "id")  # type: ignore[index]  # a number


def test_entries_that_rules_judge_by_their_days_keep_them() -> None:
    item = {"from": date(2026, 1, 1), "until": date(2026, 5, 1), "title": "x"}
    tables = {"item": {"x": item}, "mapping": [item], "period": [item]}
    assert at_day(tables, date(2025, 1, 1)) == tables


def test_days_of_an_entry_bound_what_is_dated_in_it(tmp_path: Path) -> None:
    late = DATED.replace("until = 2025-12-31", "from = 2025-06-01, until = 2025-12-31")
    path = rule(tmp_path, old='"10wd"', new=late)
    (line,) = told(path)
    assert line.startswith("rule.toml:10 item.one.promised: nothing holds on 2025-01-01;")
    path.write_text(path.read_text("utf-8") + "from = 2025-06-01\n", encoding="utf-8")
    assert read_pack(path).pack.items["one"].promised == parse_duration("10wd")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "2025-12-31",
            "2025-12-30",
            "rule.toml:12 item.one.promised.1: nothing holds on 2025-12-31",
        ),
        (
            "2025-12-31",
            "2026-01-01",
            "rule.toml:12 item.one.promised.1: two values hold on 2026-01-01",
        ),
        ("until = 2025-12-31", "until = '2025'", 'rule.toml:11 item.one.promised.0.until: "2025"'),
        (
            "until =",
            "from = 2026-01-01, until =",
            "rule.toml:11 item.one.promised.0.until: ends before",
        ),
    ],
)
def test_days_of_dated_values_follow_one_another(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    first, *_ = told(rule(tmp_path, old='"10wd"', new=DATED.replace(old, new)))
    assert first.startswith(words)


ROWS = """
[tier]
hit = "first"
else = { tier = "ordinary" }
row = [
  { id = "a", until = 2025-12-31, when = { kind = "person" }, grant = { tier = "good" } },
  { id = "a", from = 2026-01-01, when = { kind = "organisation" }, grant = { tier = "good" } },
]
"""


def test_row_may_change_by_days_that_follow_one_another(tmp_path: Path) -> None:
    read = read_pack(rule(tmp_path, ROWS))
    first, later = (pack_from(read.content, day).tier.rows for day in pack_epochs(read.content))
    assert [row.id for row in (*first, *later)] == ["a", "a"]
    assert first != later
    assert told(rule(tmp_path, ROWS.replace("from = 2026-01-01", "from = 2026-01-02"))) == [
        "rule.toml:17 tier.row.1: nothing holds on 2026-01-01; let the days follow one another."
    ]
    (line,) = told(rule(tmp_path, ROWS.replace("from = 2026-01-01", "from = 2025-12-31")))
    assert line.startswith('rule.toml:17 tier.row.1.id: "a" stands twice;')
    assert line.endswith("(from 2025-12-31 on)")


def test_a_pack_stored_before_packs_had_a_header_is_read_as_it_was() -> None:
    read = read_pack(shipped_policy())
    tables = json.loads(read.content)
    header = tables.pop("pack")
    old = json.dumps({**tables, "name": header["name"], "from": header["from"]})
    assert (pack_from(old).name, pack_from(old).starts) == ("hainan", read.pack.starts)
    assert pack_epochs(old) == pack_epochs(read.content)
