"""Scenarios in: every fault with its key path, and what the tables themselves get wrong."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from credit_cli.actions.policy_tests import run_tests
from credit_cli.errors import PolicyInvalid
from credit_cli.intake.policy import ReadPack, read_pack

HEAD = """
[pack]
name = "rule"
title = "规则"
from = 2024-01-01
basis = { title = "虚构办法", clause = "第一条", mark = "I" }
[fact.score]
type = "number"
[fact.jinye]
type = "number"
personal = true
[fact.grade]
type = "grade"
values = ["C", "B", "A"]
"""
ELSE = "\n[scenario.x.else]\n"
SCENARIO = '[scenario.x]\ntitle = "场景"\n'
Read = Callable[..., ReadPack]
Faults = list[tuple[str, str]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a pack of these tables."""

    def pack(*tables: str, title: str = SCENARIO, otherwise: str = ELSE) -> ReadPack:
        path = tmp_path / "rule.toml"
        path.write_text(HEAD + title + "\n".join(tables) + otherwise, encoding="utf-8")
        return read_pack(path)

    return pack


def faults(read: Read, *tables: str, **more: str) -> Faults:
    with pytest.raises(PolicyInvalid) as caught:
        read(*tables, **more)
    return [(one["key"], one["code"]) for one in caught.value.params["places"]]


def row(keys: str, name: str = "a") -> str:
    return f'[[scenario.x.row]]\nid = "{name}"\n{keys}\n'


def follow(keys: str, on: str = "decided") -> str:
    return f'[[scenario.x.follow]]\nid = "t"\non = "{on}"\n{keys}\n'


def adjust(measure: str, keys: str) -> str:
    return f'[[scenario.x.adjust]]\nid = "c"\nmeasure = "{measure}"\n{keys}\n'


# Scenarios


@pytest.mark.parametrize(
    ("table", "key", "code"),
    [
        (row("when = { scor = 1 }"), "row.0.when.scor", "unknown_fact"),
        (row('when = { "materials.class" = "x" }'), "row.0.when.materials.class", "unknown_fact"),
        (row('each = "materialz"'), "row.0.each", "unknown_name"),
        (row('each = "score"'), "row.0.each", "unknown_name"),
        (row("grant = { quotas = 1 }"), "row.0.grant.quotas", "unknown_name"),
        (row("grant = { score = 1 }"), "row.0.grant.score", "fact_as_measure"),
        (row("when = { quota = 1 }"), "row.0.when.quota", "measure_as_fact"),
        (row('grant = { modes = ["fast"] }'), "row.0.grant.modes", "unknown_value"),
        (row('deny = { modes = "fast" }'), "row.0.deny.modes", "unknown_value"),
        (row("deny = { mode = true }"), "row.0.deny.mode", "unknown_name"),
        (row("limit = 1"), "row.0.limit", "key_elsewhere"),
        (row("") + row(""), "row.1.id", "said_twice_id"),
        ('rank = ["b"]\n' + row(""), "rank", "unknown_name"),
        ('[scenario.x.scope]\nweekly = ["monday"]', "scope.weekly.0", "wrong_value"),
        ('[scenario.x.scope]\nyearly = ["02-30..03-01"]', "scope.yearly.0", "wrong_value"),
        ("[scenario.x.scope]\nwhen = { nobody = 1 }", "scope.when.nobody", "unknown_fact"),
        ('[[scenario.x.cap]]\nid = "c"\nmeasure = "x"', "cap.0.measure", "unknown_name"),
        (
            '[[scenario.x.cap]]\nid = "c"\nmeasure = "limit"\nat_most = "5"',
            "cap.0.at_most",
            "formula_kind",
        ),
        (
            '[[scenario.x.cap]]\nid = "c"\nmeasure = "note"\nat_most = "x"',
            "cap.0.at_most",
            "wrong_value",
        ),
        (
            '[[scenario.x.adjust]]\nid = "c"\nmeasure = "modes"\nby = 1',
            "adjust.0.by",
            "wrong_value",
        ),
        (adjust("hours_off", 'by = "nobody"'), "adjust.0.measure", "unknown_name"),
        (adjust("quota", 'by = "-nobody"'), "adjust.0.by", "unknown_name"),
        (adjust("quota", 'by = "+2wd"'), "adjust.0.by", "formula_kinds"),
        (adjust("quota", 'by = " "'), "adjust.0.by", "wrong_value"),
        (adjust("quota", "by = true"), "adjust.0.by", "wrong_value"),
        (adjust("quota", 'times = "x"'), "adjust.0.times", "unknown_name"),
        (follow('within = "5"'), "follow.0.within", "formula_kind"),
        (follow('within = "supplement - nobody"'), "follow.0.within", "unknown_name"),
        (follow('due = "score"'), "follow.0.due", "formula_kind"),
        (follow('within = "5d"\nevery = "1y"'), "follow.0.every", "one_deadline"),
        (follow('until = "1y"'), "follow.0.every", "missing_key"),
        (follow('every = "1y"\nuntil = "x"'), "follow.0.until", "wrong_value"),
        (follow("times = 2"), "follow.0.every", "missing_key"),
        (follow("when = { nobody = 1 }"), "follow.0.when.nobody", "unknown_fact"),
        (
            follow("late = { deny = { nobody = true } }"),
            "follow.0.late.deny.nobody",
            "unknown_name",
        ),
        (follow('pause = ["one"]'), "follow.0.pause", "wrong_value"),
    ],
)
def test_slip_in_a_scenario_is_told_where_it_stands(
    read: Read, table: str, key: str, code: str
) -> None:
    assert faults(read, table) == [(f"scenario.x.{key}", code)]


def test_scenario_must_say_what_is_ordinary(read: Read) -> None:
    assert faults(read, row(""), otherwise="") == [("scenario.x.else", "missing_else")]


def test_faults_of_a_scenario_are_told_at_once(read: Read) -> None:
    told = faults(
        read,
        row("when = { scor = 1 }\ngrant = { quotas = 1 }"),
        otherwise="\n[scenario.x.else]\ngrant = { limit = 5 }\n",
    )
    assert told == [
        ("scenario.x.row.0.when.scor", "unknown_fact"),
        ("scenario.x.row.0.grant.quotas", "unknown_name"),
        ("scenario.x.else.grant.limit", "wrong_value"),
    ]


def test_scenario_keeps_all_that_is_written_of_it(read: Read) -> None:
    scenario = read(
        'from = 2025-01-01\nuntil = 2026-12-31\ntrial = true\ntitle_en = "Scene"',
        row("when = { score = 1 }\ngrant = { quota = 1 }"),
        follow('every = "1y"\ntimes = 3\nextend = { on = "asked", by = "5wd" }'),
    ).pack.scenarios["x"]
    assert (scenario.title_en, scenario.trial) == ("Scene", True)
    assert (scenario.starts, scenario.ends) == (date(2025, 1, 1), date(2026, 12, 31))
    (task,) = scenario.follow
    assert (str(task.every), str(task.until), str(task.extend_by)) == ("1y", "3y", "5wd")


def test_repeating_task_may_say_until_when(read: Read) -> None:
    (task,) = read(follow('every = "1y"\nuntil = "2y"')).pack.scenarios["x"].follow
    assert str(task.until) == "2y"


# Facts


@pytest.mark.parametrize(
    ("table", "key", "code"),
    [
        ('[fact.f]\ntitle = "x"', "f", "fact_needs_type"),
        ('[fact.f]\ntype = "grade"', "f", "grade_needs_values"),
        ('[fact.f]\nscale = "nobody"', "f.scale", "unknown_name"),
        ('[fact.f]\nformula = "score +"', "f.formula", "formula_ends"),
        ('[fact.f]\nformula = "nobody"', "f.formula", "unknown_name"),
        ('[fact.f]\nworst_of = ["grade", "score"]', "f.worst_of.1", "unknown_name"),
        ('[fact.f]\nover = "records"\nmeasure = "counts"', "f.measure", "unknown_name"),
        ('[fact.f]\nover = "recordz"\nmeasure = "count"', "f.over", "unknown_name"),
        ("[fact.f]\nwhen = { nobody = 1 }", "f.when.nobody", "unknown_fact"),
        (
            '[fact.f]\ntype = "number"\nrow = [{ when = { nobody = 1 }, value = 1 }]',
            "f.row.0.when.nobody",
            "unknown_fact",
        ),
        (
            '[fact.f]\ntype = "number"\nrow = [{ when = {}, value = "nobody" }]',
            "f.row.0.value",
            "unknown_name",
        ),
        (
            '[fact.f]\ntype = "number"\nrow = [{ when = {}, value = { fact = "grade" } }]',
            "f.row.0.value",
            "unknown_fact",
        ),
        (
            '[fact.f]\ntype = "grade"\nvalues = ["a"]\nrow = [{ when = {}, value = "b" }]',
            "f.row.0.value",
            "unknown_value",
        ),
        ('[fact.f]\nformula = "min(grade, score)"', "f.formula", "formula_fact"),
        ('[fact.f]\nscenario = "x"\nmeasure = "nobody"', "f.measure", "unknown_name"),
        ('[fact.f]\nscenario = "nobody"\nmeasure = "tier"', "f.scenario", "unknown_name"),
        (
            '[fact.f]\ntype = "grade"\nvalues = ["a"]\nmapped = ["nobody"]',
            "f.mapped.0",
            "unknown_name",
        ),
        ('[fact.f]\nformula = "f + 1"', "f", "cycle"),
    ],
)
def test_slip_in_a_fact_is_told_where_it_stands(
    read: Read, table: str, key: str, code: str
) -> None:
    assert faults(read, title=f"{table}\n{SCENARIO}") == [(f"fact.{key}", code)]


def test_grades_of_two_scales_have_no_lower_one(read: Read) -> None:
    table = '[fact.other]\ntype = "grade"\nvalues = ["low", "high"]\n'
    table += '[fact.f]\nworst_of = ["grade", "other"]\n'
    assert faults(read, title=table + SCENARIO) == [("fact.f.worst_of", "wrong_value")]


def test_slip_in_an_alert_makes_those_who_use_it_not_be_told(read: Read) -> None:
    table = '[alert.late]\nover = "nobody"\n[fact.hits]\nmeasure = "count"\nover = "alert.late"\n'
    found = faults(read, row("when = { hits = 0 }"), title=table + SCENARIO)
    assert {key.split(".")[:2][1] for key, _ in found} == {"late"}


def test_facts_that_rest_on_each_other_go_round_in_a_circle(read: Read) -> None:
    table = '[fact.a]\nformula = "b + 1"\n[fact.b]\nformula = "a + 1"\n'
    ((key, code),) = faults(read, row("when = { a = 1 }"), title=table + SCENARIO)
    assert (key in ("fact.a", "fact.b"), code) == (True, "cycle")


def test_facts_may_be_written_in_any_order(read: Read) -> None:
    table = (
        '[fact.a]\nformula = "b + 1"\n[fact.b]\nformula = "c + 1"\n[fact.c]\nformula = "score"\n'
    )
    types = read(title=table + SCENARIO).pack.types
    derived = types["a"].derived
    assert derived is not None
    assert derived.value({"score": 1}) == 3


def test_collection_is_ordered_by_one_of_its_fields(read: Read) -> None:
    table = '[collection.visits]\nby = "day"\nfield = { on = "date", grade = ["C", "A"] }\n'
    assert faults(read, title=table + SCENARIO) == [("collection.visits.by", "unknown_name")]
    visits = read(title=table.replace('"day"', '"on"') + SCENARIO).pack.types["visits"]
    assert visits.fields is not None
    assert (visits.by, visits.fields["grade"].values) == ("on", ("C", "A"))


# What tables get wrong

UNIQUE = SCENARIO + 'hit = "unique"\n'
HIGH, LOW = (
    row(f'when = {{ score = "{cell}" }}\ngrant = {{ quota = {n} }}', name)
    for name, cell, n in (("high", ">= 900", 2), ("low", ">= 800", 1))
)
FINDINGS = {
    "row_impossible": (
        SCENARIO,
        row('when = { all = [{ score = ">= 5" }, { score = "< 3" }] }\ngrant = { quota = 1 }'),
        "row.0",
    ),
    "row_never_reached": (SCENARIO, LOW + HIGH, "row.1"),
    "rows_conflict": (UNIQUE, HIGH + LOW.replace('score = ">= 800"', 'grade = "A"'), "row.0"),
    "score_takes": (
        SCENARIO,
        row('when = { jinye = "< 600" }\ngrant = { restrict = ["x"] }'),
        "row.0",
    ),
}


def accepted(finding: str, key: str = "scenario.x.row", more: str = "") -> str:
    return f'\n[[accept]]\nfinding = "{finding}"\nkey = "{key}"\nreading = "按原文"\n{more}\n'


@pytest.mark.parametrize("code", sorted(FINDINGS))
def test_finding_on_a_table_is_told_at_its_row_unless_it_is_accepted(read: Read, code: str) -> None:
    title, rows, at = FINDINGS[code]
    assert (f"scenario.x.{at}", code) in faults(read, rows, title=title)
    assert "x" in read(rows, title=title, otherwise=ELSE + accepted(code)).pack.scenarios
    wider = accepted(code, "scenario.x")
    assert "x" in read(rows, title=title, otherwise=ELSE + wider).pack.scenarios


def test_exclusion_of_a_low_personal_score_takes(read: Read) -> None:
    rule = '[[scenario.x.exclude]]\nid = "low"\nwhen = { jinye = "< 600" }\n'
    assert faults(read, rule) == [("scenario.x.exclude.0", "score_takes")]


@pytest.mark.parametrize(
    "finding", [("row_impossible", "scenario.x.row"), ("rows_conflict", "scenario.y")]
)
def test_acceptance_of_what_is_not_found_is_told(read: Read, finding: tuple[str, str]) -> None:
    told = faults(read, HIGH + LOW, otherwise=ELSE + accepted(*finding))
    assert told == [("accept.0", "accepts_nothing")]


@pytest.mark.parametrize(
    ("grants", "otherwise", "told"),
    [
        ("quota = 1", "quota = 2", True),
        ("quota = 2", "quota = 1", False),
        ("quota = 2", "quota = 2", False),
        ('limit = "10wd"', 'limit = "5wd"', True),
        ('limit = "5wd"', 'limit = "10wd"', False),
        ("", "quota = 1", True),
        ('quota = { open = "a" }', 'quota = { open = "b" }', False),
        ('quota = "score"', 'quota = "score + 1"', False),
        ('modes = ["exempt"]', 'modes = ["instant"]', False),
    ],
)
def test_whoever_has_less_for_a_low_personal_score_than_all_others_loses_by_it(
    read: Read, grants: str, otherwise: str, *, told: bool
) -> None:
    rows = row(f'when = {{ jinye = "< 600" }}\ngrant = {{ {grants} }}')
    rest = f"{ELSE}grant = {{ {otherwise} }}\n"
    if told:
        assert faults(read, rows, otherwise=rest) == [("scenario.x.row.0", "score_takes")]
    else:
        assert "x" in read(rows, otherwise=rest).pack.scenarios


def test_burden_reckoned_from_a_personal_score_takes(read: Read) -> None:
    rows = row('grant = { surcharge = "1000 - jinye" }')
    assert faults(read, rows) == [("scenario.x.row.0.grant.surcharge", "score_takes")]
    assert "x" in read(row('grant = { quota = "jinye" }')).pack.scenarios


def test_row_that_decides_an_accepted_conflict_is_kept(read: Read) -> None:
    more = accepted("rows_conflict", more='row = "low"')
    title, rows, _ = FINDINGS["rows_conflict"]
    pack = read(rows, title=title, otherwise=ELSE + more).pack
    assert pack.scenarios["x"].preferred == ("low",)


# Situations

TEST = '\n[[test]]\ntitle = "t"\nas_of = 2026-03-10\n'


@pytest.mark.parametrize(
    ("test", "key", "code"),
    [
        ("facts = { scor = 1 }\nexpect = {}", "facts.scor", "unknown_fact"),
        ('facts = { score = "many" }\nexpect = {}', "facts.score", "wrong_value"),
        ('facts = { grade = "E" }\nexpect = {}', "facts.grade", "unknown_value"),
        ('facts = { promised = "soon" }\nexpect = {}', "facts.promised", "wrong_value"),
        ('expect = { decide_within = "soon" }', "expect.decide_within", "wrong_value"),
        ('kind = "dog"\nexpect = {}', "kind", "unknown_value"),
        ("recordz = []\nexpect = {}", "recordz", "unknown_key"),
        ("records = [1]\nexpect = {}", "records", "list_of_elements"),
        ("records = [{ typ = 1 }]\nexpect = {}", "records.0.typ", "unknown_key"),
        ("related = [{ records = 1 }]\nexpect = {}", "related.0.records", "list_of_elements"),
        ("evaluations = [{ grade = 'A' }]\nexpect = {}", "evaluations.0.scale", "missing_key"),
        ('scenario = "y"\nexpect = {}', "scenario", "unknown_name"),
        ('expect = { row = "b" }', "expect.row", "unknown_name"),
        ('expect = { rows = ["a", "b"] }', "expect.rows", "unknown_name"),
        ('expect = { applied = ["b"] }', "expect.applied", "unknown_name"),
        ("expect = { grant = { quotas = 1 } }", "expect.grant.quotas", "unknown_name"),
        ('expect = { has = { quota = "x" } }', "expect.has.quota", "wrong_value"),
        ('expect = { has = { quota = "nobody + 1" } }', "expect.has.quota", "unknown_name"),
        ("expect = { facts = { nobody = 1 } }", "expect.facts.nobody", "unknown_fact"),
        ("expect = { follow = { t = { day = 1 } } }", "expect.follow.t.day", "unknown_name"),
        ("expect = { stat = 1 }", "expect.stat", "unknown_key"),
        ("expect = { status = 'x' }", "expect.status", "unknown_name"),
    ],
)
def test_slip_in_a_situation_is_told_where_it_stands(
    tmp_path: Path, test: str, key: str, code: str
) -> None:
    path = tmp_path / "rule.toml"
    tables = HEAD + SCENARIO + row("grant = { quota = 1 }") + ELSE
    path.write_text(tables + TEST + test, encoding="utf-8")
    with pytest.raises(PolicyInvalid) as caught:
        run_tests(path)
    (found, *_) = [(one["key"], one["code"]) for one in caught.value.params["places"]]
    assert found == (f"test.0.{key}", code)
