"""Scenarios: who is let in, which rows decide, and what becomes of what they grant."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.conditions import ALWAYS, NOT_AUTHORISED, UNKNOWN
from credit_cli.rules.durations import parse_duration
from credit_cli.rules.measures import Open
from credit_cli.rules.scenario_decisions import decide_scenario, explain_scenario, granted_together
from credit_cli.rules.scenarios import Hit, Outcome, Rule, Scenario, Status
from credit_cli.rules.scopes import Scope
from credit_cli.rules.values import SubjectKind
from tests.rules.scenes import DAY, Scene, scene, table

LENGTH = parse_duration


def decided(one: Outcome) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    return one.status.value, one.rows, dict(one.grant)


# Hit policies

CASCADE = ('a | score = ">= 900" | hours = 3', 'b | score = ">= 800" | hours = 5')


@pytest.mark.parametrize(
    ("hit", "score", "rows", "grant"),
    [
        ("first", 900, ("a",), {"hours": 3}),
        ("first", 899, ("b",), {"hours": 5}),
        ("priority", 900, ("a",), {"hours": 3}),
        ("collect", 900, ("a", "b"), {"hours": 5}),
        ("collect", 800, ("b",), {"hours": 5}),
        ("ordered", 900, ("a", "b"), {"hours": (3, 5)}),
        ("unique", 899, ("b",), {"hours": 5}),
    ],
)
def test_hit_policy_says_which_rows_decide(
    hit: str, score: int, rows: tuple[str, ...], grant: dict[str, Any]
) -> None:
    assert decided(table(*CASCADE, hit=hit).decide(score=score)) == ("granted", rows, grant)


@pytest.mark.parametrize("hit", list(Hit))
@pytest.mark.parametrize("score", [799, None, UNKNOWN, NOT_AUTHORISED])
def test_without_a_row_that_holds_everybody_has_what_is_ordinary(hit: Hit, score: Any) -> None:  # noqa: ANN401
    one = table(*CASCADE, hit=hit, otherwise="{ hours = 1 }").decide(score=score)
    hours = (1,) if hit is Hit.ORDERED else 1
    assert decided(one) == ("otherwise", ("else",), {"hours": hours})


def test_two_rows_of_a_unique_table_that_meet_grant_nothing() -> None:
    one = table(*CASCADE, hit="unique", otherwise="{ hours = 1 }").decide(score=900)
    assert decided(one) == ("conflict", (), {})


def test_of_an_accepted_conflict_the_chosen_row_decides() -> None:
    accept = """
    [[accept]]
    finding = "rows_overlap"
    key = "scenario.x.row"
    reading = "从宽"
    row = "b"
    """
    one = table(*CASCADE, hit="unique", more=accept)
    assert decided(one.decide(score=900)) == ("granted", ("b",), {"hours": 5})


def test_rows_that_say_the_same_may_meet_in_a_table_of_any() -> None:
    same = ('a | score = ">= 900" | hours = 3', 'b | score = ">= 800" | hours = 3')
    assert decided(table(*same, hit="any").decide(score=900)) == ("granted", ("a",), {"hours": 3})
    assert table(*CASCADE, hit="any").decide(score=900).status is Status.CONFLICT


def test_rank_decides_over_the_order_written() -> None:
    rows = (*CASCADE, 'c | score = ">= 700" | hours = 9')
    ranked = table(*rows, hit="priority", own='rank = ["c", "b"]')
    assert ranked.decide(score=900).rows == ("c",)
    only = table(*rows, hit="priority", own='rank = ["b"]')
    assert (only.decide(score=900).rows, only.decide(score=700).rows) == (("b",), ("c",))


# Who comes to the table

GATES = """
[[scenario.x.require]]
id = "adult"
when = { age = ">= 18" }
[[scenario.x.exclude]]
id = "bad"
when = { bad = true }
grant = { note = "说明", hours = 1 }
deny = { hours = true }
"""


def test_who_does_not_fulfil_a_requirement_is_not_eligible() -> None:
    one = table(*CASCADE, more=GATES)
    assert decided(one.decide(age=17, score=900, bad=True)) == ("not_eligible", ("adult",), {})
    assert one.decide(score=900).status is Status.NOT_ELIGIBLE
    assert one.decide(age=18, score=900).status is Status.GRANTED


def test_who_is_excluded_has_only_what_the_exclusion_gives() -> None:
    one = table(*CASCADE, more=GATES).decide(age=18, score=900, bad=True)
    assert decided(one) == ("excluded", ("bad",), {"note": ("说明",)})
    assert one.denied == {"hours": True}


@pytest.mark.parametrize("bad", [None, UNKNOWN, False])
def test_what_is_not_known_excludes_nobody(bad: Any) -> None:  # noqa: ANN401
    assert table(*CASCADE, more=GATES).decide(age=18, score=900, bad=bad).rows == ("a",)


def test_scenario_is_in_force_from_its_first_to_its_last_day() -> None:
    days = "from = 2026-03-01\nuntil = 2026-03-31"
    one = table(*CASCADE, own=days)
    seen = {
        day: one.decide(score=900, as_of=date(2026, *day)).status
        for day in ((2, 28), (3, 1), (3, 31), (4, 1))
    }
    assert [seen[day] for day in seen] == ["not_in_force", "granted", "granted", "not_in_force"]


def test_scenario_says_nothing_of_those_it_is_not_meant_for() -> None:
    one = table(*CASCADE, own='subjects = ["person"]\nscope = { items = ["i"] }')
    said = [
        one.decide(score=900, item="i", **kind).status
        for kind in ({}, {"kind": "person"}, {"kind": "organisation"})
    ]
    assert said == ["granted", "granted", "out_of_scope"]
    assert one.decide(score=900, item="other").status is Status.OUT_OF_SCOPE


# Merging


def collected(measure: str, *grants: str, declared: str = "") -> Any:  # noqa: ANN401
    rows = (f"r{n} | | {measure} = {grant}" for n, grant in enumerate(grants))
    return table(*rows, hit="collect", more=declared).decide().grant[measure]


@pytest.mark.parametrize(
    ("merge", "value"),
    [
        ("best", 5),
        ("worst", 2),
        ("sum", 9),
        ("all", (2, 5)),
        ("list", (2, 5, 2)),
        ("first", 2),
        ("min", 2),
        ("max", 5),
        ("count", 3),
    ],
)
def test_values_of_several_rows_become_one_as_the_measure_says(merge: str, value: Any) -> None:  # noqa: ANN401
    declared = f'[measure.days_off]\ntitle = "天数"\nkind = "number"\nmerge = "{merge}"'
    assert collected("days_off", "2", "5", "2", declared=declared) == value


def test_limits_of_different_units_are_compared_by_the_day_on_which_they_end() -> None:
    # From 2026-03-10 five working days end on the 17th, six days on the 16th.
    assert collected("limit", '"5wd"', '"6d"', '"8d"') == LENGTH("6d")
    assert collected("supplement", '"5wd"', '"6d"', '"1m"', '"20wd"') == LENGTH("1m")


def test_sets_are_joined_and_the_heavier_burden_is_the_sum() -> None:
    assert collected("modes", '["commitment"]', '["exempt"]') == {"commitment", "exempt"}
    assert collected("surcharge", "100", "250") == 350


def test_grade_is_the_best_by_its_order() -> None:
    assert collected("rating", '"D"', '"B"', '"C"') == "B"


@pytest.mark.parametrize("order", list(permutations(["1", "5", '{ open = "why" }'])))
def test_a_size_left_open_never_wins(order: tuple[str, ...]) -> None:
    assert collected("hours", *order) == 5


def test_a_size_left_open_is_granted_as_open() -> None:
    one = table('a | | hours = { open = "未公布" }').decide()
    assert (one.open, one.grant) == ({"hours": "未公布"}, {"hours": Open(why="未公布")})


def test_a_formula_of_facts_that_are_missing_is_open() -> None:
    one = table('a | | hours = "score - 10"')
    assert one.decide(score=12).grant == {"hours": 2}
    assert one.decide().open == {"hours": "score - 10"}


# Corrections in their fixed order

CORRECTED = """
[[scenario.x.adjust]]
id = "down"
when = { bad = true }
measure = "rating"
by = -1
[[scenario.x.cap]]
id = "top"
when = { score = "< 900" }
measure = "rating"
at_most = "B"
[[scenario.x.cap]]
id = "bottom"
when = { score = ">= 950" }
measure = "rating"
at_least = "C"
[[scenario.x.override]]
id = "last"
when = { age = "< 18" }
grant = { rating = "D" }
"""
RATED = tuple(f'r_{g.lower()} | grade = "{g}" | rating = "{g}"' for g in "ABCD")


@pytest.mark.parametrize(
    ("facts", "rating", "applied"),
    [
        ({"grade": "A", "score": 900}, "A", ()),
        ({"grade": "A", "score": 899}, "B", ("top",)),
        ({"grade": "A", "bad": True, "score": 899}, "B", ("down", "top")),
        ({"grade": "C", "bad": True, "score": 899}, "D", ("down", "top")),
        ({"grade": "D", "bad": True, "score": 900}, "D", ("down",)),
        ({"grade": "D", "bad": True, "score": 950}, "C", ("down", "bottom")),
        ({"grade": "B", "score": 950}, "B", ("bottom",)),
        ({"grade": "A", "score": 950, "age": 17}, "D", ("bottom", "last")),
    ],
)
def test_what_is_granted_is_adjusted_then_capped_then_overridden(
    facts: dict[str, Any], rating: str, applied: tuple[str, ...]
) -> None:
    one = table(*RATED, more=CORRECTED).decide(**facts)
    assert (one.grant, one.applied) == ({"rating": rating}, applied)


def test_a_grade_moves_no_further_than_its_scale() -> None:
    up = '[[scenario.x.adjust]]\nid = "up"\nmeasure = "rating"\nby = 2'
    assert table(*RATED, more=up).decide(grade="B").grant == {"rating": "A"}
    down = up.replace("2", "-9")
    assert table(*RATED, more=down).decide(grade="B").grant == {"rating": "D"}


def test_numbers_and_limits_are_bounded_too() -> None:
    more = """
    [[scenario.x.adjust]]
    id = "more"
    measure = "hours"
    by = 4
    [[scenario.x.cap]]
    id = "at_most"
    measure = "hours"
    at_most = "score"
    [[scenario.x.cap]]
    id = "at_least"
    measure = "limit"
    at_least = "3wd"
    [[scenario.x.cap]]
    id = "not_granted"
    measure = "quota"
    at_most = 1
    """
    rows = ('a | | hours = 3, limit = "2wd"',)
    one = table(*rows, more=more).decide(score=5)
    assert one.grant == {"hours": 5, "limit": LENGTH("3wd")}
    assert one.applied == ("more", "at_most", "at_least")
    # A bound that cannot be worked out leaves the size open, and an open size is not corrected.
    unclear = table(*rows, more=more).decide()
    assert unclear.open == {"hours": "score"}
    left_open = table('a | | hours = { open = "why" }', more=more).decide(score=5)
    assert (left_open.applied, left_open.open) == ((), {"hours": "why"})


@pytest.mark.parametrize(
    ("grant", "change", "size"),
    [
        ("hours = 3", "by = 4", 7),
        ("hours = 3", 'by = "-50%"', 2),  # one and a half, half up
        ("hours = 3", 'by = "score"', 13),
        ("hours = 3", 'times = "80%"', 2),
        ("money_off = 101", 'times = "50%"', 50),  # whole fen, rounded down
        ("money_off = 100", "by = -101", 0),
        ('discount = "30%"', 'by = "-5%"', 25),
        ('limit = "5wd"', 'by = "+2wd"', LENGTH("7wd")),
        ('limit = "1wd"', 'by = "-2wd"', LENGTH("0wd")),
        ("hours = 3", 'by = "-age"', Open(why="hours -age")),
    ],
)
def test_sizes_are_adjusted_in_their_own_way(grant: str, change: str, size: Any) -> None:  # noqa: ANN401
    code = grant.partition(" ")[0]
    more = f'[[scenario.x.adjust]]\nid = "change"\nmeasure = "{code}"\n{change}'
    assert table(f"a | | {grant}", more=more).decide(score=10).grant == {code: size}


@pytest.mark.parametrize("change", ["by = -1", "at_most = 2"])
def test_of_an_ordered_table_each_size_is_corrected(change: str) -> None:
    more = f'[[scenario.x.cap]]\nid = "less"\nmeasure = "hours"\n{change}'
    rows = ("a | | hours = 3", 'b | | hours = { open = "why" }', "c | | hours = 2")
    less = 2 if "at_most" in change else 1
    one = table(*rows, hit="ordered", more=more).decide()
    assert one.grant == {"hours": (2, Open(why="why"), less)}


# Denying


def denying(*rows: tuple[str, str]) -> Scene:
    written = "".join(
        f'[[scenario.x.row]]\nid = "r{n}"\ngrant = {{{grant}}}\ndeny = {{{deny}}}\n'
        for n, (grant, deny) in enumerate(rows)
    )
    return scene(f'[scenario.x]\ntitle = "x"\nhit = "collect"\n{written}[scenario.x.else]\n')


GIVES = ('modes = ["commitment", "exempt"], hours = 2', "")


@pytest.mark.parametrize("at", [0, 1])
def test_what_one_row_denies_no_other_row_gives(at: int) -> None:
    rows = [GIVES]
    rows.insert(at, ("", 'modes = ["commitment"]'))
    one = denying(*rows).decide()
    assert one.grant == {"modes": frozenset({"exempt"}), "hours": 2}
    assert one.denied == {"modes": frozenset({"commitment"})}


@pytest.mark.parametrize("also", ['modes = ["exempt"]', "modes = true"])
def test_a_measure_denied_as_a_whole_is_gone_whatever_else_is_said(also: str) -> None:
    for rows in permutations([GIVES, ("", "modes = true"), ("", also)]):
        one = denying(*rows).decide()
        assert (one.grant, one.denied) == ({"hours": 2}, {"modes": True})


def test_an_override_may_deny_what_the_rows_grant() -> None:
    more = '[[scenario.x.override]]\nid = "o"\nwhen = { bad = true }\ndeny = { hours = true }'
    one = table("a | | hours = 2", more=more)
    assert (one.decide().grant, one.decide(bad=True).grant) == ({"hours": 2}, {})


def test_denied_words_do_not_take_away_what_is_no_set() -> None:
    more = '[[scenario.x.override]]\nid = "o"\ndeny = { modes = ["exempt"] }'
    assert table("a | | hours = 2", more=more).decide().grant == {"hours": 2}


# Element by element

EACH = """
[[scenario.x.row]]
id = "main"
each = "materials"
when = { "materials.class" = "main", score = ">= 900" }
grant = { supplement = "3wd" }
[[scenario.x.row]]
id = "shared"
each = "materials"
when = { "materials.shared" = true }
grant = { waive = ["form"], supplement = "10wd" }
"""
FORM = {"code": "form", "class": "main", "shared": True}


def test_each_element_is_decided_by_the_first_row_that_holds_for_it() -> None:
    one = table(more=EACH)
    photo = {"class": "secondary", "shared": True}
    plain = {"code": "plain", "class": "secondary", "shared": False}
    high, low = (one.decide(score=n, materials=(FORM, photo, plain)) for n in (900, 899))
    gives = {"waive": frozenset({"form"}), "supplement": LENGTH("10wd")}
    assert high.by_element == {"form": {"supplement": LENGTH("3wd")}, "1": gives}
    assert low.by_element == {"form": gives, "1": gives}
    assert (decided(high), high.basis) == (("granted", ("main", "shared"), {}), "rule")


@pytest.mark.parametrize("materials", [None, UNKNOWN, ()])
def test_without_elements_there_is_nothing_to_decide(materials: Any) -> None:  # noqa: ANN401
    one = table(more=EACH).decide(score=900, materials=materials)
    assert (one.status, one.by_element) == (Status.OTHERWISE, {})


def test_rows_of_the_whole_and_of_elements_stand_side_by_side() -> None:
    one = table("a | | hours = 2", more=EACH).decide(score=900, materials=(FORM,))
    assert (one.rows, one.grant) == (("a", "main"), {"hours": 2})


def test_an_element_is_measured_by_its_own_fields_and_denied_alone() -> None:
    more = """
    [collection.trips]
    field = { id = "text", fare = "money" }
    [[scenario.x.row]]
    id = "half"
    each = "trips"
    grant = { money_off = "trips.fare - 50%", modes = ["exempt", "instant"] }
    deny = { modes = ["exempt"] }
    """
    trips = ({"id": "a", "fare": 301}, {"id": "b", "fare": 200}, {"id": "c"})
    one = table(more=more).decide(trips=trips)
    off = {code: grant["money_off"] for code, grant in one.by_element.items()}
    assert off == {"a": 150, "b": 100, "c": Open(why="trips.fare - 50%")}
    assert {grant["modes"] for grant in one.by_element.values()} == {frozenset({"instant"})}


def test_rows_that_contradict_each_other_give_an_element_nothing() -> None:
    one = table(hit="unique", more=EACH)
    assert one.decide(score=900, materials=(FORM,)).by_element == {}


# Several scenarios together

TOGETHER = scene(
    """
[scenario.gives]
title = "gives"
[[scenario.gives.row]]
id = "a"
grant = { modes = ["commitment", "exempt"], limit = "5wd", hours = 2 }
[scenario.gives.else]
[scenario.gives_more]
title = "gives more"
[[scenario.gives_more.row]]
id = "a"
grant = { modes = ["instant"], limit = "6d", hours = { open = "why" } }
[scenario.gives_more.else]
[scenario.denies]
title = "denies"
[[scenario.denies.row]]
id = "a"
deny = { modes = ["commitment"], hours = true }
[scenario.denies.else]
"""
)


def test_scenarios_add_up_and_what_one_denies_none_gives() -> None:
    outcomes = [TOGETHER.decide(code) for code in ("gives", "gives_more", "denies")]
    for several in permutations(outcomes):
        granted = granted_together(several, TOGETHER.measures, DAY)
        assert granted == {"modes": frozenset({"exempt", "instant"}), "limit": LENGTH("6d")}
    for several in permutations(outcomes[:2]):
        assert granted_together(several, TOGETHER.measures, DAY)["hours"] == 2


def test_texts_that_stand_side_by_side_in_one_scenario_join_those_of_another() -> None:
    scenes = scene(
        """
[scenario.two]
title = "two"
hit = "collect"
[[scenario.two.row]]
id = "a"
grant = { role = "inspector" }
[[scenario.two.row]]
id = "b"
grant = { role = "clerk" }
[scenario.two.else]
[scenario.one]
title = "one"
[[scenario.one.row]]
id = "a"
grant = { role = "head" }
[scenario.one.else]
"""
    )
    outcomes = [scenes.decide(code) for code in ("two", "one")]
    assert outcomes[0].grant == {"role": ("inspector", "clerk")}
    granted = granted_together(outcomes, scenes.measures, DAY)
    assert granted == {"role": ("inspector", "clerk", "head")}


# The account of a decision


def test_account_names_every_rule_and_those_that_decided() -> None:
    one = table(*RATED, more=CORRECTED + GATES.replace("bad = true", "score = 1"))
    facts = one.facts({"grade": "A", "score": 899, "age": 18})
    outcome = decide_scenario(one.scenario, facts, one.measures)
    traces = explain_scenario(one.scenario, facts, outcome)
    assert [(trace.table, trace.row) for trace in traces if trace.matched] == [
        ("x.row", "r_a"),
        ("x.cap", "top"),
    ]
    assert [trace.row for trace in traces] == [
        *("adult", "bad", "r_a", "r_b", "r_c", "r_d", "down", "top", "bottom", "last")
    ]
    (check,) = traces[2].checks
    assert (check.fact, check.test, check.seen, check.holds) == ("grade", "A", "A", True)
    stopped = decide_scenario(one.scenario, facts | {"age": 17}, one.measures)
    told = explain_scenario(one.scenario, facts | {"age": 17}, stopped)
    assert not any(trace.matched for trace in told)  # a requirement that fails did not hold


# Laws

WORDS = st.frozensets(st.sampled_from(["commitment", "exempt", "instant"]))
RULES = st.lists(st.tuples(WORDS, WORDS | st.just(True)), min_size=1, max_size=4)
MEASURES = TOGETHER.measures


def of_rows(rows: list[tuple[Any, Any]], hit: Hit, rank: tuple[str, ...] = ()) -> Scenario:
    rules = tuple(
        Rule(
            id=str(n),
            when=ALWAYS,
            basis="rule",
            grant={"modes": grant},
            deny={"modes": deny} if deny else {},
        )
        for n, (grant, deny) in enumerate(rows)
    )
    return Scenario(
        code="x",
        title="",
        basis="rule",
        subjects=(SubjectKind.PERSON,),
        scope=Scope(),
        hit=hit,
        rows=rules,
        otherwise=Rule(id="else", when=ALWAYS, basis="rule"),
        rank=rank,
    )


@given(RULES, st.data())
def test_deny_beats_grant_whatever_the_order_of_rows(
    rows: list[tuple[Any, Any]], data: st.DataObject
) -> None:
    turned = data.draw(st.permutations(rows))
    one, other = (
        decide_scenario(of_rows(several, Hit.COLLECT), {"as_of": DAY}, MEASURES)
        for several in (rows, turned)
    )
    assert (one.grant, one.denied) == (other.grant, other.denied)
    for _, denied in rows:
        left = one.grant.get("modes", frozenset())
        assert "modes" not in one.grant if denied is True else not left & denied


@given(RULES, st.data())
def test_priority_is_the_first_of_the_rows_in_their_rank(
    rows: list[tuple[Any, Any]], data: st.DataObject
) -> None:
    rank = data.draw(st.permutations([str(n) for n in range(len(rows))]))
    facts = {"as_of": DAY}
    ranked = decide_scenario(of_rows(rows, Hit.PRIORITY, tuple(rank)), facts, MEASURES)
    turned = of_rows([rows[int(n)] for n in rank], Hit.FIRST)
    first = decide_scenario(turned, facts, MEASURES)
    assert (ranked.rows, ranked.grant) == ((rank[0],), first.grant)


@given(
    st.dictionaries(st.sampled_from(["score", "age", "bad", "grade"]), st.integers(0, 1000)),
    st.dictionaries(st.sampled_from(["income", "time", "channel", "other"]), st.integers()),
)
def test_decision_does_not_depend_on_facts_that_no_rule_asks(
    asked: dict[str, Any], unasked: dict[str, Any]
) -> None:
    one = table(*CASCADE, hit="collect", more=GATES)
    assert one.decide(**asked) == one.decide(**asked, **unasked)
