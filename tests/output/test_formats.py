import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from unicodedata import category

import pytest
from hypothesis import given

from credit_cli import text
from credit_cli.errors import MalformedValue
from credit_cli.output import Format, default_format, emit
from credit_cli.output.delimited import cell_text
from credit_cli.output.harmless import escaped
from credit_cli.output.shapes import Data, headings, leaves, members, members_and_items
from credit_cli.rules.values import Severity, SubjectKind
from tests.output.strategies import DATA, HARMFUL, NAUGHTY, OBJECTS

PROFILE = {
    "subject": 3,
    "kind": SubjectKind.PERSON,
    "name": "王*",
    "score": None,
    "promised": {"n": 2, "unit": "working_day"},
    "routes": ["commitment", "ordinary"],
    "records": [
        {"type": "penalty", "severity": Severity.SERIOUS, "counts": True},
        {"type": "licence", "severity": None, "counts": False},
    ],
    "coupons": [],
}
REVIEWS: list[dict[str, Any]] = [
    {
        "id": 1,
        "due_on": date(2027, 1, 4),
        "at": datetime(2026, 12, 1, 8, tzinfo=UTC),
        "within": None,
    },
    {"id": 2, "due_on": None, "at": None, "within": {"n": 1, "unit": "month"}},
]


@pytest.fixture
def chinese() -> Iterator[None]:
    text.use("zh_CN")
    yield
    text.use("en")


def written(data: Data, form: str, fields: tuple[str, ...] = ()) -> str:
    stream = io.StringIO()
    emit(data, format=Format(form), fields=fields, stream=stream)
    return stream.getvalue()


def test_a_person_gets_a_table_and_a_script_gets_lines() -> None:
    assert default_format(stdout_is_terminal=True) is Format.TABLE
    assert default_format(stdout_is_terminal=False) is Format.TSV


def test_json_of_one_object() -> None:
    assert (
        written(PROFILE, "json")
        == """\
{
  "subject": 3,
  "kind": "person",
  "name": "王*",
  "score": null,
  "promised": {
    "n": 2,
    "unit": "working_day"
  },
  "routes": [
    "commitment",
    "ordinary"
  ],
  "records": [
    {
      "type": "penalty",
      "severity": "serious",
      "counts": true
    },
    {
      "type": "licence",
      "severity": null,
      "counts": false
    }
  ],
  "coupons": []
}
"""
    )


def test_json_lines_hold_an_object_each() -> None:
    assert written(REVIEWS, "jsonl") == (
        '{"id": 1, "due_on": "2027-01-04", "at": "2026-12-01T08:00:00+00:00", "within": null}\n'
        '{"id": 2, "due_on": null, "at": null, "within": {"n": 1, "unit": "month"}}\n'
    )
    assert written({"id": 1}, "jsonl") == '{"id": 1}\n'


def test_csv_of_a_list_flattens_what_is_inside_a_row() -> None:
    assert written(REVIEWS, "csv") == (
        "id,due_on,at,within.n,within.unit\n1,2027-01-04,2026-12-01T08:00:00+00:00,,\n2,,,1,month\n"
    )


def test_tsv_of_one_object_has_a_row_for_each_value() -> None:
    assert written(PROFILE, "tsv") == (
        "key\tvalue\n"
        "subject\t3\n"
        "kind\tperson\n"
        "name\t王*\n"
        "score\t\n"
        "promised.n\t2\n"
        "promised.unit\tworking_day\n"
        "routes\tcommitment;ordinary\n"
        "records.0.type\tpenalty\n"
        "records.0.severity\tserious\n"
        "records.0.counts\ttrue\n"
        "records.1.type\tlicence\n"
        "records.1.severity\t\n"
        "records.1.counts\tfalse\n"
        "coupons\t\n"
    )


def test_csv_of_one_object_has_a_row_for_each_value() -> None:
    data = {"name": 'a,"b"', "records": [{"id": "3-1"}], "reason": "两\n行"}
    assert written(data, "csv") == 'key,value\nname,"a,""b"""\nrecords.0.id,3-1\nreason,"两\n行"\n'


def test_a_list_of_objects_inside_a_row_is_json_in_its_cell() -> None:
    rows = [{"id": 1, "deferred": [{"material": "photo", "due_on": date(2027, 1, 4)}]}]
    assert written(rows, "tsv") == (
        'id\tdeferred\n1\t[{"material": "photo", "due_on": "2027-01-04"}]\n'
    )


def test_a_value_that_is_an_object_in_one_row_and_a_word_in_another_has_both_columns() -> None:
    rows: list[dict[str, Any]] = [{"now": "kept"}, {"now": {"n": 1}}, {"now": {}}, {}]
    assert written(rows, "tsv") == "now\tnow.n\nkept\t\n\t1\n\t\n\t\n"


def test_tsv_keeps_a_row_on_its_line() -> None:
    assert written([{"name": "a\tb\nc\\d\re\x1b"}], "tsv") == "name\na\\tb\\nc\\\\d\\re\\x1b\n"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\nx", "＝1", "＠x", "﹣1"])
def test_a_cell_that_would_be_a_formula_begins_with_a_quote(text: str) -> None:
    rows = list(csv.reader(io.StringIO(written([{"name": text}], "csv"))))
    assert rows == [["name"], [f"'{text}"]]


@pytest.mark.parametrize("value", ["1=1", "a-b", -5, 5, "王*"])
def test_a_cell_that_is_no_formula_stays(value: object) -> None:
    assert written([{"value": value}], "csv") == f"value\n{value}\n"


@pytest.mark.parametrize(
    ("form", "expected"), [("json", "[]\n"), ("jsonl", ""), ("csv", ""), ("tsv", "")]
)
def test_nothing_found_is_an_empty_list(form: str, expected: str) -> None:
    assert written([], form) == expected


def test_nothing_found_still_has_the_heading_asked_for() -> None:
    assert written([], "csv", ("id", "promised.n")) == "id,promised.n\n"
    assert written([], "tsv", ("id", "promised.n")) == "id\tpromised.n\n"


def test_fields_come_in_the_order_asked_for() -> None:
    assert written(REVIEWS, "tsv", ("within.n", "id")) == "within.n\tid\n\t1\n1\t2\n"
    assert written(PROFILE, "jsonl", ("records.1.type", "name", "promised")) == (
        '{"records.1.type": "licence", "name": "王*", '
        '"promised": {"n": 2, "unit": "working_day"}}\n'
    )


def test_a_fact_with_dots_in_its_name_can_be_picked() -> None:
    assert written({"facts": {"score.jinye": 1064}}, "jsonl", ("facts.score.jinye",)) == (
        '{"facts.score.jinye": 1064}\n'
    )


@pytest.mark.parametrize("field", ["nmae", "promised.x", "records.2.type", "name.x", ""])
@pytest.mark.parametrize("form", Format)
def test_a_field_that_nothing_has_is_refused_with_the_known_names(form: Format, field: str) -> None:
    with pytest.raises(MalformedValue) as refused:
        written(PROFILE, form, ("name", field))
    assert refused.value.params == {
        "option": "--fields",
        "expected": "subject, kind, name, score, "
        "promised.n, promised.unit, routes, records, coupons",
    }


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "tsv"])
@pytest.mark.usefixtures("chinese")
def test_scripts_see_the_same_in_every_language(form: str) -> None:
    spoken = [written(PROFILE, form), written(REVIEWS, form)]
    text.use("en")
    assert spoken == [written(PROFILE, form), written(REVIEWS, form)]


def test_json_carries_hostile_text_without_loss_and_without_harm() -> None:
    for naughty in NAUGHTY:
        told = written({"name": naughty}, "json")
        assert json.loads(told) == {"name": naughty}
        assert told.replace("\n", "").isprintable()


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "latin-1"])
def test_json_stays_json_on_a_terminal_of_an_old_encoding(encoding: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    emit({"name": "é王𬱖"}, format=Format.JSON, stream=stream)
    stream.seek(0)
    assert json.loads(stream.read()) == {"name": "é王𬱖"}


def test_without_a_stream_data_goes_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    emit({"id": 1}, format=Format.JSONL)
    assert capsys.readouterr() == ('{"id": 1}\n', "")


def cells(data: Data) -> list[list[str]]:
    """What every row of a delimited format must say."""
    if isinstance(data, dict):
        pairs = [[key, cell_text(value)] for key, value in leaves(data, members_and_items)]
        return [["key", "value"], *pairs]
    names = headings(data)
    found = [dict(leaves(row, members)) for row in data]
    return (
        [names, *([cell_text(row.get(name)) for name in names] for row in found)] if names else []
    )


@given(DATA)
def test_tsv_says_every_cell_and_is_harmless(data: Data) -> None:
    told = written(data, "tsv")
    assert not {category(char) for char in told if char not in "\t\n"} & HARMFUL
    rows = [line.split("\t") for line in told.split("\n")[:-1]]
    assert rows == [[escaped(cell.replace("\\", r"\\")) for cell in row] for row in cells(data)]


@given(DATA)
def test_csv_says_the_same_cells_as_tsv(data: Data) -> None:
    rows = list(csv.reader(io.StringIO(written(data, "csv"), newline=""), strict=True))
    expected = [[escaped(cell, keep="\t\n") for cell in row] for row in cells(data)]
    unquoted = [[cell.removeprefix("'") for cell in row] for row in rows]
    assert unquoted == [[cell.removeprefix("'") for cell in row] for row in expected]


@given(OBJECTS)
def test_json_and_json_lines_say_the_same(data: dict[str, Any]) -> None:
    assert json.loads(written(data, "json")) == json.loads(
        written([data, data], "jsonl").split("\n")[1]
    )
