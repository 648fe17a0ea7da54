"""Decision tables of DMN decide here as they do there."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from credit_cli.actions.dmn_exports import dmn_text
from credit_cli.errors import DmnBroken, DmnUnsupported
from credit_cli.intake import dmn_xml
from credit_cli.rules.conditions import Missing
from tests.intake.dmn_files import (
    SPACES,
    column,
    decided,
    decision,
    imported,
    input_data,
    literal,
    model,
    output,
    prefixed,
    table,
)

COLUMNS = (
    column("Age", "number"),
    column("RiskCategory", "string", '"High", "Low", "Medium"'),
    column("isAffordable", "boolean"),
)
INPUTS = (
    input_data("Age"),
    input_data("RiskCategory", "string"),
    input_data("isAffordable", "boolean"),
)
STATUS = output("Approved/Declined", "string", '"Approved", "Declined"')
RATE = output("Rate", "string")
MULTI = (
    (">=18", '"Medium","Low"', "true", '"Approved"', '"Basic"'),
    ("<18", "-", "-", '"Declined"', '"Standard"'),
    ("-", '"High"', "", '"Approved"', '"Standard"'),
)
YOUNG = {"age": 17, "risk_category": "High", "is_affordable": True}
GROWN = {"age": 19, "risk_category": "Low", "is_affordable": True}


def approval(folder: Path, hit: str, rules: Any = MULTI, outputs: Any = (STATUS, RATE)) -> Any:  # noqa: ANN401
    name = "Approval Status"
    return imported(folder, model(*INPUTS, decision(name, table(hit, COLUMNS, outputs, rules))))


@pytest.mark.parametrize(
    ("hit", "young"),
    [
        ("UNIQUE", {}),
        ("", {}),
        ("ANY", {}),
        ("FIRST", {"approved_declined": "Declined", "rate": "Standard"}),
        ("PRIORITY", {"approved_declined": "Approved", "rate": "Standard"}),
        (
            "RULE ORDER",
            {"approved_declined": ("Declined", "Approved"), "rate": ("Standard", "Standard")},
        ),
        (
            "OUTPUT ORDER",
            {"approved_declined": ("Approved", "Declined"), "rate": ("Standard", "Standard")},
        ),
        (
            "COLLECT",
            {"approved_declined": ("Declined", "Approved"), "rate": ("Standard", "Standard")},
        ),
    ],
)
def test_hit_policy_decides_between_rules_that_hold(
    hit: str, young: dict[str, Any], tmp_path: Path
) -> None:
    pack = approval(tmp_path, hit)
    assert decided(pack, "approval_status", YOUNG).grant == young
    one = decided(pack, "approval_status", GROWN).grant
    assert {key: value if isinstance(value, str) else value[0] for key, value in one.items()} == {
        "approved_declined": "Approved",
        "rate": "Basic",
    }


def test_any_grants_what_all_rules_that_hold_agree_on(tmp_path: Path) -> None:
    rules = (
        (">=18", "-", "-", '"Yes"'),
        (">=19", '"Low"', "true", '"Yes"'),
        ("<18", "-", "-", '"No"'),
    )
    pack = approval(tmp_path, "ANY", rules, (output("", "string"),))
    assert decided(pack, "approval_status", GROWN).grant == {"approval_status": "Yes"}
    assert decided(pack, "approval_status", YOUNG).grant == {"approval_status": "No"}


@pytest.mark.parametrize(
    ("hit", "six", "two"),
    [
        ("SUM", Decimal("518.79"), Decimal("98.83")),
        ("MIN", Decimal("64.32"), Decimal("98.83")),
        ("MAX", Decimal("205.43"), Decimal("98.83")),
        ("COUNT", 4, 1),
    ],
)
def test_collected_numbers_are_merged(hit: str, six: Any, two: Any, tmp_path: Path) -> None:  # noqa: ANN401
    rules = ((">1", "98.83"), (">2", "150.21"), (">3", "205.43"), (">4", "64.32"))
    logic = table(f"COLLECT+{hit}", (column("NumOfYears", "number"),), (output(),), rules)
    pack = imported(
        tmp_path, model(input_data("NumOfYears"), decision("Car", logic, kind="number"))
    )
    assert decided(pack, "car", {"num_of_years": 6}).grant == {"car": six}
    assert decided(pack, "car", {"num_of_years": 2}).grant == {"car": two}
    assert decided(pack, "car", {"num_of_years": 0}).grant == {}


def test_default_output_is_what_no_rule_grants(tmp_path: Path) -> None:
    outputs = (output("Status", "string", default='"Declined"'), output("Rate", "number"))
    pack = approval(tmp_path, "FIRST", ((">=18", '"Low"', "true", '"Approved"', "-1.5"),), outputs)
    assert decided(pack, "approval_status", YOUNG).grant == {"status": "Declined"}
    assert decided(pack, "approval_status", GROWN).grant == {
        "status": "Approved",
        "rate": Decimal("-1.5"),
    }


LATE, EARLY = date(2020, 1, 2), date(2019, 12, 31)


@pytest.mark.parametrize(
    ("kind", "cell", "yes", "no"),
    [
        ("number", "18", [18, Decimal(18)], [17, None]),
        ("number", "-18", [-18], [18]),
        ("number", ".5, <-1.25", [Decimal("0.5"), -2], [Decimal("-1.25"), None]),
        ("number", "[1..5]", [1, 5], [0, 6]),
        ("number", "(1..5)", [2], [1, 5]),
        ("number", "]1..5[", [4], [1, 5]),
        ("number", "[1..5)", [1], [5]),
        ("number", "<5, >10", [4, 11], [5, 10, None]),
        ("number", "not(1, 2)", [3, None], [1, 2]),
        ("number", "not([1..5])", [0, 6], [1, 5, None]),
        ("number", "null", [None], [1]),
        ("number", "not(null)", [1], [None]),
        ("string", '"a","b c"', ["a", "b c"], ["c", None]),
        ("string", 'not("a", "b, c")', ["b", None], ["a", "b, c"]),
        ("string", '"O\'Neil"', ["O'Neil"], ["Neil", None]),
        ("string", 'not("O\'Neil")', ["x", None], ["O'Neil"]),
        ("string", '"present", null', ["present", None], ["x"]),
        ("string", '"say \\"hi\\""', ['say "hi"'], ["hi"]),
        ("boolean", "true", [True], [False, None]),
        ("boolean", "not(true)", [False, None], [True]),
        ("date", '> date("2020-01-01")', [LATE], [date(2020, 1, 1), EARLY, None]),
        ("date", '[@"2020-01-01"..date("2020-01-02")]', [LATE], [EARLY]),
        ("date", 'date("2020-01-02")', [LATE], [EARLY]),
    ],
)
def test_cell_holds_as_in_feel(
    kind: str, cell: str, yes: list[Any], no: list[Any], tmp_path: Path
) -> None:
    logic = table("UNIQUE", (column("x", kind),), (output("", "boolean"),), ((cell, "true"),))
    pack = imported(tmp_path, model(input_data("x", kind), decision("d", logic)))
    for value in (*yes, *no):
        granted = decided(pack, "d", {"x": value}).grant
        assert granted == ({"d": True} if value in yes else {}), value


def test_one_decision_is_an_input_of_another(tmp_path: Path) -> None:
    extra = table(
        "COLLECT+MAX",
        (column("Age", "number"), column("Years of Service", "number")),
        (output(default="0"),),
        (("<18,>=60", "-", "5"), ("-", "[15..30)", "2")),
    )
    graded = table(
        "FIRST",
        (column("Total Days", "number"), column("Extra days", "number")),
        (output("", "string"),),
        ((">= 27", "-", '"much"'), ("-", "> 0", '"some"')),
    )
    pack = imported(
        tmp_path,
        model(
            decision("Grade", graded, "Total Days", "Extra days"),
            decision("Total Days", literal("Base Days +\n max( Extra days, 1 )"), "Base Days"),
            decision("Base Days", literal("22"), kind="number"),
            decision("Extra days", extra, kind="number"),
            input_data("Age"),
            input_data("Years of Service"),
        ),
    )
    case = {"age": 60, "years_of_service": 1}
    assert decided(pack, "extra_days", case).grant == {"extra_days": 5}
    assert decided(pack, "grade", case).grant == {"grade": "much"}
    assert decided(pack, "grade", case | {"age": 30}).grant == {}
    assert decided(pack, "grade", {"age": 30, "years_of_service": 20}).grant == {"grade": "some"}


def test_bound_that_is_another_input_is_compared(tmp_path: Path) -> None:
    dates = table(
        "UNIQUE",
        (column("dateD", "date"),),
        (output("", "boolean"),),
        ((">dateE", "true"), ("<=dateE", "false")),
    )
    within = table(
        "FIRST",
        (column("a.price", "number"),),
        (output("", "string"),),
        (("[low - 1..high]", '"in"'), ("-", '"out"')),
    )
    parts = "<itemComponent name='price'><typeRef>number</typeRef></itemComponent>"
    pack = imported(
        tmp_path,
        model(
            f"<itemDefinition name='tA'>{parts}</itemDefinition>",
            input_data("a", "tA"),
            *(input_data(one) for one in ("low", "high")),
            *(input_data(one, "date") for one in ("dateD", "dateE")),
            decision("later", dates),
            decision("within", within),
        ),
    )
    assert decided(pack, "later", {"date_d": LATE, "date_e": EARLY}).grant == {"later": True}
    assert decided(pack, "later", {"date_d": LATE, "date_e": LATE}).grant == {"later": False}
    assert decided(pack, "later", {"date_d": LATE}).grant == {}
    case = {"a.price": 4, "low": 5, "high": Decimal("4.5")}
    assert decided(pack, "within", case).grant == {"within": "in"}
    assert decided(pack, "within", case | {"low": 6}).grant == {"within": "out"}


def test_cell_may_name_another_input(tmp_path: Path) -> None:
    text = (
        (column("a string", "string"),),
        TEXT,
        (("b string", '"same"'), ("not(b string)", '"no"')),
    )
    number = (column("a number"),), TEXT, (("b number", '"equal"'), ("> b number", '"more"'))
    supplied = [input_data(f"{one} {kind}", kind) for one in "ab" for kind in ("number", "string")]
    tables = decision("Words", table("UNIQUE", *text)), decision("Sums", table("UNIQUE", *number))
    pack = imported(tmp_path, model(*supplied, *tables))
    case = {"a_string": "x", "b_string": "x", "a_number": 3, "b_number": 3}
    assert decided(pack, "words", case).grant == {"words": "same"}
    assert decided(pack, "words", case | {"a_string": "y"}).grant == {"words": "no"}
    assert decided(pack, "sums", case).grant == {"sums": "equal"}
    assert decided(pack, "sums", case | {"a_number": Decimal("3.5")}).grant == {"sums": "more"}


def test_output_may_be_reckoned_or_taken_over(tmp_path: Path) -> None:
    outputs = (output("fee", "number"), output("who", "string"))
    rules = ((">0", "(Income - 10) * 0.5", "Name"), ("-", "ceiling(Income)", "null"))
    logic = table("FIRST", (column("Income", "number"),), outputs, rules)
    pack = imported(
        tmp_path, model(input_data("Income"), input_data("Name", "string"), decision("d", logic))
    )
    case = {"income": 21, "name": "虚构"}
    assert decided(pack, "d", case).grant == {"fee": Decimal("5.5"), "who": "虚构"}
    assert decided(pack, "d", {"income": Decimal("-2.5")}).grant == {"fee": -2}


def test_chinese_names_are_numbered_and_kept_as_titles(tmp_path: Path) -> None:
    logic = table(
        "FIRST", (column("信用 等级", "string"),), (output("结论", "string"),), (('"甲"', '"行"'),)
    )
    pack = imported(tmp_path, model(input_data("信用 等级", "string"), decision("审批", logic)))
    assert pack.types["input_1"].title == "信用 等级"
    assert pack.scenarios["decision_1"].title == "审批"
    assert decided(pack, "decision_1", {"input_1": "甲"}).grant == {"output_1": "行"}


@pytest.mark.parametrize("space", SPACES)
def test_every_edition_of_dmn_is_read(space: str, tmp_path: Path) -> None:
    logic = table(
        "FIRST", (column("x", "feel:number"),), (output("", "feel:string"),), (("1", '"a"'),)
    )
    pack = imported(tmp_path, model(decision("d", logic), space=space))
    assert decided(pack, "d", {"x": 1}).grant == {"d": "a"}


NUMBER = (column("x", "number"),)
TEXT = (output("", "string"),)


REFUSED: list[tuple[tuple[str, ...], str]] = [
    (("<businessKnowledgeModel id='b' name='f'/>",), "element"),
    (("<import namespace='x'/>",), "element"),
    (("<decisionService id='s' name='s'/>",), "element"),
    ((decision("d", "<context/>"),), "logic"),
    ((decision("d", "<invocation/>"),), "logic"),
    ((decision("d", ""),), "no_logic"),
    ((decision("d", literal("for i in x return i")),), "feel_function"),
    ((decision("d", literal("count(x)")),), "feel_function"),
    ((decision("d", literal("2 ** 3")),), "feel_power"),
    ((decision("d", literal("(" * 5000 + "1" + ")" * 5000)),), "feel_syntax"),
    ((decision("d", literal("-" * 5000 + "1")),), "feel_syntax"),
    ((decision("d", literal("y + 1")),), "feel_name"),
    ((decision("d", table("FIRST", NUMBER, TEXT, (("? > 5", '"a"'),))),), "feel_syntax"),
    ((decision("d", table("FIRST", NUMBER, TEXT, (("contains(x)", '"a"'),))),), "feel_function"),
    ((decision("d", table("FIRST", NUMBER, TEXT, (('"five"', '"a"'),))),), "feel_kind"),
    ((decision("d", table("FIRST", NUMBER, TEXT, (("[5..1]", '"a"'),))),), "feel_empty"),
    ((decision("d", table("FIRST", NUMBER, TEXT, (("1", "2"),))),), "feel_kind"),
    ((decision("d", table("FIRST", NUMBER, TEXT, (("1e3", '"a"'),))),), "feel_syntax"),
    ((decision("d", table("FIRST", NUMBER, TEXT, (("0.1234567891", '"a"'),))),), "feel_number"),
    ((decision("d", table("PRIORITY", NUMBER, TEXT, (("1", '"a"'),))),), "no_order"),
    ((decision("d", table("MOST", NUMBER, TEXT, (("1", '"a"'),))),), "hit_policy"),
    ((decision("d", table("COLLECT+AVG", NUMBER, TEXT, (("1", '"a"'),))),), "aggregation"),
    ((decision("d", table("FIRST", (column("x", "time"),), TEXT, (("-", '"a"'),))),), "kind"),
    ((decision("d", table("FIRST", (column(""),), TEXT, (("-", '"a"'),))),), "no_expression"),
    ((decision("d", table("FIRST", NUMBER, TEXT, (("1",),))),), "width"),
    (
        (
            decision(
                "d",
                table("FIRST", NUMBER, TEXT, ()).replace(
                    " id=", " preferredOrientation='CrossTable' id=", 1
                ),
            ),
        ),
        "cross_table",
    ),
    (
        (
            decision("l", table("COLLECT", NUMBER, TEXT, (("1", '"a"'),))),
            decision("d", table("FIRST", (column("l", "string"),), TEXT, (("-", '"a"'),))),
        ),
        "list",
    ),
    ((decision("d", literal("e"), "e"), decision("e", literal("d"), "d")), "cycle"),
]


@pytest.mark.parametrize(
    ("elements", "code"),
    REFUSED,
    ids=[f"{n}-{code}" for n, (_, code) in enumerate(REFUSED)],
)
def test_what_rules_cannot_say_is_refused_by_name(
    elements: tuple[str, ...], code: str, tmp_path: Path
) -> None:
    with pytest.raises(DmnUnsupported) as refused:
        imported(tmp_path, model(*elements))
    assert code in [one["code"] for one in refused.value.params["places"]]
    assert all(one["line"] == 1 and one["element"] for one in refused.value.params["places"])
    assert not (tmp_path / "model.toml").exists()


BOMB = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><definitions>&b;</definitions>'


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (BOMB, "doctype"),
        ('<!DOCTYPE d SYSTEM "file:///etc/passwd"><definitions/>', "doctype"),
        ("<definitions>&a;</definitions>", "xml"),
        ("<definitions>", "xml"),
        ("id,name", "xml"),
        ('<?xml version="1.0" encoding="klingon"?><definitions/>', "xml"),
        ("<html/>", "other"),
        ('<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "other"),
        (f"<definitions>{'<a>' * 100}{'</a>' * 100}</definitions>", "depth"),
        ("<definitions>" + " " * dmn_xml.MOST_BYTES + "</definitions>", "size"),
    ],
    ids=["bomb", "external", "entity", "torn", "csv", "encoding", "html", "bpmn", "deep", "large"],
)
def test_file_that_is_no_honest_model_is_refused(content: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "model.dmn"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DmnBroken) as refused:
        dmn_xml.read_definitions(path)
    assert refused.value.params["fault"] == fault


NUMBERS = st.sampled_from(["-2", "0", "1", "2.5", "7"])
WORDS = st.sampled_from(['"a"', '"b c"', '"O\'N"', '"in"', '"甲、乙"'])


def intervals(low: str, high: str, ends: tuple[str, str]) -> str:
    low, high = sorted((low, high), key=float)
    return f"{ends[0]}{low}..{high}{ends[1]}" if low != high else f"[{low}..{high}]"


NUMBER_TESTS = (
    NUMBERS
    | st.builds(str.__add__, st.sampled_from(["<", "<=", ">", ">=", "="]), NUMBERS)
    | st.builds(
        intervals, NUMBERS, NUMBERS, st.tuples(st.sampled_from("[(]"), st.sampled_from(")[]"))
    )
    | st.just("null")
)


def cell(tests: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    listed = st.lists(tests, min_size=1, max_size=3, unique=True).map(", ".join)
    return st.just("-") | listed | listed.map("not({})".format)


CELLS = st.tuples(cell(NUMBER_TESTS), cell(WORDS), cell(st.sampled_from(["true", "false", "null"])))
RULE = st.tuples(CELLS, WORDS | st.just("null"), NUMBERS | st.just("n * 2")).map(
    lambda one: (*one[0], *one[1:])
)
POLICIES = ["UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT", "RULE ORDER", "OUTPUT ORDER"]
CASES = [
    {"n": n, "w": w, "f": f}
    for n in (None, -3, -2, -1, 0, 1, 2, Decimal("2.5"), 3, 7, 8)
    for w in (None, "a", "b c", "O'N", "in", "甲、乙", "z")
    for f in (None, True, False)
]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(POLICIES), st.lists(RULE, min_size=1, max_size=4), WORDS)
def test_exported_table_decides_as_before(hit: str, rules: list[Any], default: str) -> None:
    columns = (column("n", "number"), column("w", "string"), column("f", "boolean"))
    ranked = '"a", "甲、乙", "b c", "in", "O\'N"'
    outputs = (output("word", "string", ranked, default), output("size", "number"))
    supplied = (input_data("n"), input_data("w", "string"), input_data("f", "boolean"))
    xml = model(*supplied, decision("d", table(hit, columns, outputs, rules)))
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        try:
            pack = imported(Path(one), xml)
        except DmnUnsupported as refused:  # an apostrophe beside another kind of test
            codes = {each["code"] for each in refused.params["places"]}
            assume(codes != {"feel_mixed"})
            raise
        again = imported(Path(other), dmn_text(pack, "d")[0])
    for case in CASES:
        before, after = decided(pack, "d", case), decided(again, "d", case)
        assert (before.status, before.grant) == (after.status, after.grant), case


def test_state_without_a_value_is_like_no_value(tmp_path: Path) -> None:
    pack = imported(
        tmp_path, model(decision("d", table("FIRST", NUMBER, TEXT, (("null", '"a"'),))))
    )
    assert decided(pack, "d", {"x": Missing("unknown")}).grant == {"d": "a"}


def test_structures_that_double_and_double_end(tmp_path: Path) -> None:
    part = "<itemComponent name='{0}'><typeRef>t{1}</typeRef></itemComponent>"
    both = "".join(part.replace("{0}", name) for name in "ab")
    types = [
        f"<itemDefinition name='t{n}'>{both.replace('{1}', str(n + 1))}</itemDefinition>"
        for n in range(60)
    ]
    simple = decision("d", table("FIRST", NUMBER, TEXT, (("1", '"a"'),)))
    pack = imported(tmp_path, model(*types, input_data("huge", "t0"), simple))
    assert decided(pack, "d", {"x": 1}).grant == {"d": "a"}


def test_prefixed_model_is_read_as_well(tmp_path: Path) -> None:
    xml = prefixed(model(decision("d", table("FIRST", NUMBER, TEXT, (("1", '"a"'),)))))
    spelled = xml.replace("</", "</s:").replace("<", "<s:").replace("<s:/s:", "</s:")
    spelled = spelled.replace("<s:?", "<?").replace("xmlns=", "xmlns:s=")
    path = tmp_path / "model.dmn"
    path.write_text(spelled, encoding="utf-8")
    assert dmn_xml.read_definitions(path).one("decision") is not None
