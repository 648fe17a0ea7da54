import json
import tracemalloc
from collections import deque
from pathlib import Path
from typing import Any

import pytest

from credit_cli.errors import (
    EncodingUnknown,
    FileBroken,
    FileEmpty,
    HeadingDoubled,
    HeadingUnknown,
    MalformedValue,
    Unreadable,
)
from credit_cli.intake import json_texts
from credit_cli.intake.encodings import LONGEST_LINE
from credit_cli.intake.tables import open_table
from credit_cli.rules.raw_rows import unpack_row
from tests.intake.senders import (
    EVALUATION,
    PENALTY,
    PERSON,
    Read,
    read,
    read_scores,
    save,
)

SECOND = PENALTY | {"CF_WSH": "虚市监处罚〔2026〕2号"}


def camel(code: str) -> str:
    return code[:2].lower() + code[3:].title().replace("_", "")


def text_of(rows: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(rows, ensure_ascii=False)


def by_line(*rows: Any) -> str:  # noqa: ANN401 - JSON
    return "\n".join(row if isinstance(row, str) else text_of(row) for row in rows)


def rows_of(path: Path) -> list[tuple[int, list[str]]]:
    with open_table(path) as table:
        return list(table.rows())


def of_text(folder: Path, text: str | bytes) -> Read:
    return read(save(folder / "a.json", text))


def broken(folder: Path, text: str | bytes) -> dict[str, Any]:
    path = save(folder / "a.json", text)
    with pytest.raises(FileBroken) as refused:
        rows_of(path)
    assert refused.value.__context__ is None
    return {key: refused.value.params[key] for key in ("line", "fault")}


FORMS = {
    "list": (text_of([PENALTY, SECOND]), [2, 3]),
    "printed list": (json.dumps([PENALTY, SECOND], indent=2), [2, 3]),
    "mark and blanks": ("\ufeff \n" + text_of([PENALTY, SECOND]) + "\n", [2, 3]),
    "list in an object": (text_of({"code": 0, "data": [PENALTY, SECOND], "ok": True}), [2, 3]),
    "records of a database": (text_of({"RECORDS": [PENALTY, SECOND]}), [2, 3]),
    "page of a list": (
        text_of({"data": {"orders": [], "records": [PENALTY, SECOND], "total": 2}, "msg": "ok"}),
        [2, 3],
    ),
    "answer of a service": (
        text_of({"code": 0, "data": {"list": [PENALTY, SECOND], "total": 2, "ids": [1, 2]}}),
        [2, 3],
    ),
    "deep in objects": (
        json.dumps(
            {"errors": [], "a": {"b": {"c": {"rows": [PENALTY, SECOND]}, "d": None}}, "e": {}},
            indent=1,
        ),
        [2, 3],
    ),
    "lines": (by_line(PENALTY, SECOND), [1, 2]),
    "lines of a mark": ("\ufeff" + by_line(PENALTY, SECOND) + "\r\n", [1, 2]),
    "lines with gaps": (by_line("", PENALTY, "", SECOND, ""), [2, 4]),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_json_holds_the_same_records(tmp_path: Path, form: str) -> None:
    text, lines = FORMS[form]
    result = of_text(tmp_path, text)
    assert [draft.line for draft in result.drafts] == lines
    assert [draft.document_number for draft in result.drafts] == [
        PENALTY["CF_WSH"],
        SECOND["CF_WSH"],
    ]
    assert (result.file.layout, result.questioned) == ("penalty_2018", [])


@pytest.mark.parametrize("indent", [None, 2])
def test_one_object_alone_is_one_record(tmp_path: Path, indent: int | None) -> None:
    assert len(of_text(tmp_path, json.dumps(PENALTY, indent=indent)).drafts) == 1


def test_camel_case_keys_are_headings(tmp_path: Path) -> None:
    row = {camel(code): value for code, value in PENALTY.items()}
    assert len(of_text(tmp_path, text_of([row])).drafts) == 1


def test_evaluations_come_as_json_too(tmp_path: Path) -> None:
    result = read_scores(save(tmp_path / "a.jsonl", by_line(EVALUATION | {"score": 88})))
    assert [draft.score for draft in result.drafts] == [88]


def test_key_may_be_left_out_and_may_come_late(tmp_path: Path) -> None:
    short = {code: value for code, value in PENALTY.items() if value}
    rows = [short | {"CF_WSH": f"虚〔2026〕{n}号"} for n in range(1_100)]
    result = of_text(tmp_path, by_line(*rows, SECOND | {"BZ": "补"}))
    assert (len(result.drafts), result.questioned) == (1_101, [])
    assert json.loads(result.drafts[-1].fields)["BZ"] == "补"


def test_key_that_nobody_knows_stops_the_file_wherever_it_stands(tmp_path: Path) -> None:
    with pytest.raises(HeadingUnknown) as refused:
        of_text(tmp_path, by_line(*[PENALTY] * 600, PENALTY | {"处罚决定曰期": ""}))
    assert refused.value.params["headings"] == ["处罚决定曰期"]


def test_two_spellings_of_one_column_stop_the_file(tmp_path: Path) -> None:
    with pytest.raises(HeadingDoubled):
        of_text(tmp_path, by_line(PENALTY, PENALTY | {"cfWsh": "1"}))


def test_numbers_keep_their_digits(tmp_path: Path) -> None:
    values = '{"甲": 460106199001010016, "乙": 0.20, "丙": 1E5, "丁": -0, "戊": 1e999, "己": 007}'
    good = values.replace(', "己": 007', "")
    assert rows_of(save(tmp_path / "a.json", f"[{good}]"))[1][1] == [
        *("460106199001010016", "0.20", "1E5", "-0", "1e999"),
    ]
    assert rows_of(save(tmp_path / "a.jsonl", by_line(good, values)))[2][1] == [values]
    digits = "9" * 100_000
    assert rows_of(save(tmp_path / "b.json", f'[{{"甲": {digits}}}]'))[1][1] == [digits]


def test_id_written_as_a_number_is_read_exactly(tmp_path: Path) -> None:
    row = PENALTY | {"CF_XDR_LB": "自然人", "CF_XDR_SHXYM": None, "CF_XDR_ZJHM": "?"}
    text = text_of([row]).replace('"?"', PERSON)
    assert PERSON.isdecimal()
    assert [draft.code for draft in of_text(tmp_path, text).drafts] == [PERSON]


def test_null_is_blank_and_truth_is_a_word(tmp_path: Path) -> None:
    path = save(tmp_path / "a.json", '[{"甲": null, "乙": true, "丙": false, "丁": ""}]')
    assert rows_of(path)[1] == (2, ["", "是", "否", ""])


@pytest.mark.parametrize(
    "row",
    [
        '{"CF_WSH": {"a": 1}}',
        '{"CF_WSH": ["a"]}',
        '{"CF_WSH": "1", "CF_WSH": "2"}',
        '{"CF_WSH": NaN}',
        '{"CF_WSH": -Infinity}',
        '{"CF_WSH": "\\ud83d"}',
        '["CF_WSH"]',
        "null",
        "1",
    ],
)
def test_object_that_is_no_row_is_questioned_alone(tmp_path: Path, row: str) -> None:
    for text in (by_line(PENALTY, row, SECOND), f"[{text_of(PENALTY)},{row},{text_of(SECOND)}]"):
        result = of_text(tmp_path, text)
        assert (len(result.drafts), result.outcomes) == (2, ["rejected"])
        assert result.questioned[0].issues[0].code == "no_flat_object"
        assert result.questioned[0].cells == (row,)


@pytest.mark.parametrize(
    "line", ["{", '{"CF_WSH": 1,}', "{'CF_WSH': 1}", '{"a":1}{"a":2}', '{"a":"\t"}', "合计 x"]
)
def test_broken_line_costs_itself_only(tmp_path: Path, line: str) -> None:
    result = of_text(tmp_path, by_line(PENALTY, line, SECOND))
    assert ([draft.line for draft in result.drafts], result.outcomes) == ([1, 3], ["rejected"])


def test_deep_nesting_does_no_harm(tmp_path: Path) -> None:
    bomb = '{"a":' * 100_000
    result = of_text(tmp_path, by_line(PENALTY, bomb, bomb + "1" + "}" * 100_000, SECOND))
    assert (len(result.drafts), len(result.questioned)) == (2, 2)
    assert broken(tmp_path, f"[{text_of(PENALTY)},{bomb}") == {"line": 3, "fault": "nested"}
    assert broken(tmp_path, bomb) == {"line": 1, "fault": "nested"}
    assert broken(tmp_path, "[" * 100_000) == {"line": 1, "fault": "nested"}
    assert broken(tmp_path, '{"a":[' * 100_000) == {"line": 1, "fault": "nested"}


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ('[{"a": 1}', 3, "json"),
        ('[{"a": 1},', 3, "json"),
        ('[{"a": 1},]', 3, "json"),
        ('[{"a": 1} {"a": 2}]', 3, "json"),
        ('[{"a": 1}, {"a": ]', 3, "json"),
        ('[{"a": 1}] [', 3, "json"),
        ('{"data": [{"a": 1}], "more": [{"a": 2}]}', 3, "lists"),
        ('{"data": [{"a": 1}]', 3, "json"),
        ('{"a": {"rows": [{"a": 1}]}, "b": {"c": {"rows": [{"a": 2}]}}}', 3, "lists"),
        ('{"data": {"rows": [{"a": 1}], "rows": [{"a": 1}]}}', 3, "lists"),
        ('{"data": {"rows": [{"a": 1}, {"a": 2}}', 4, "json"),
        ('{"a": {"b": 1}, "c": 2}', 1, "no_list"),
        ('{"a": 1, "tags": ["b", {"c": 1}]}', 1, "no_list"),
        ('{"data": {"rows": [[{"a": 1}], 1]}}', 1, "no_list"),
        ("{", 1, "json"),
        ("{\n1: 2}", 1, "json"),
        ('{\n"a" 2}', 1, "json"),
    ],
)
def test_list_that_is_damaged_breaks_the_file(
    tmp_path: Path, text: str, line: int, fault: str
) -> None:
    assert broken(tmp_path, text) == {"line": line, "fault": fault}


def test_number_is_never_cut_where_the_window_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = text_of({"total": 12345, "data": {"rows": [PENALTY, SECOND], "pages": 678}}) + "\n \n"
    whole = rows_of(save(tmp_path / "a.json", text))
    for piece in (1, 2, 3, 7):
        monkeypatch.setattr(json_texts, "_PIECE", piece)
        assert rows_of(tmp_path / "a.json") == whole


def test_object_beyond_the_bound_breaks_the_file(tmp_path: Path) -> None:
    small, large = "x" * (LONGEST_LINE - 10), "x" * (2 * LONGEST_LINE)
    assert rows_of(save(tmp_path / "a.json", f'[{{"a":"{small}"}}]'))[1][1] == [small]
    long = f'[{{"a":"1"}},{{"a":"{large}"}}]'
    assert broken(tmp_path, long) == {"line": 3, "fault": "object_too_long"}
    lines = by_line({"a": "1"}, {"a": large})
    assert broken(tmp_path, lines) == {"line": 2, "fault": "line_too_long"}
    endless = by_line({"a": "1"}, '{"a":"' + 5 * large)
    assert broken(tmp_path, endless) == {"line": 2, "fault": "line_too_long"}


def test_list_in_one_line_of_any_length_is_read(tmp_path: Path) -> None:
    rows = [{"甲": "虚" * 1_000, "乙": n} for n in range(2_000)]
    found = rows_of(save(tmp_path / "a.json", text_of(rows)))
    assert (len(found), found[-1][0], found[-1][1][1]) == (2_001, 2_001, "1999")


def test_more_keys_than_columns_break_the_file(tmp_path: Path) -> None:
    assert broken(tmp_path, by_line(*({f"k{n}": 1} for n in range(502)))) == {
        "line": 501,
        "fault": "keys",
    }
    wide = text_of({f"k{n}": 1 for n in range(501)} | {"data": {}})
    assert broken(tmp_path, wide) == {"line": 1, "fault": "keys"}


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '{"data": []}',
        '{"data": {"list": [], "total": 0}}',
        "[1, 2]",
        "[[1], [2]]",
        '[{"甲": 1}]',
        "{}",
    ],
)
def test_json_without_records_has_no_heading(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        of_text(tmp_path, text)
    assert isinstance(refused.value, FileEmpty | FileBroken)


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
@pytest.mark.parametrize("text", [by_line(PENALTY, PENALTY), text_of([PENALTY])])
def test_json_is_utf8_alone(tmp_path: Path, text: str, encoding: str) -> None:
    path = save(tmp_path / "a.json", text, encoding)
    with pytest.raises(EncodingUnknown) as refused:
        rows_of(path)
    assert refused.value.__context__ is None
    with pytest.raises(MalformedValue):
        open_table(path, "gb18030")
    assert open_table(path, "UTF-8").format == "json"


def test_separators_of_other_scripts_end_no_line(tmp_path: Path) -> None:
    rows = [{"甲": "一\u2028二", "乙": "1"}, {"甲": "三\u0085", "乙": "2"}]
    path = save(tmp_path / "a.jsonl", by_line(*rows))
    assert rows_of(path)[1:] == [(1, ["一\u2028二", "1"]), (2, ["三\u0085", "2"])]


def test_deep_list_of_any_length_is_read_in_constant_memory(tmp_path: Path) -> None:
    rows = [{"甲": "虚" * 1_000, "乙": n} for n in range(9_000)]
    path = save(tmp_path / "a.json", text_of({"code": 0, "data": {"list": rows, "total": 9_000}}))
    tracemalloc.start()
    with open_table(path) as table:
        last = deque(table.blocks(), maxlen=1)[0]
        _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (last.lines[-1], last.rows[-1][1]) == (9_001, b"8999")
    assert path.stat().st_size > 2 * peak


def test_raw_rows_of_json_are_kept_by_line(tmp_path: Path) -> None:
    path = save(tmp_path / "a.jsonl", by_line({"甲": 1}, "", "{", {"乙": 2}))
    with open_table(path) as table:
        _, block = table.blocks()
        raw = block.pack()
    assert [unpack_row(raw.data, place) for place in range(4)] == [["1", ""], [], ["{"], ["", "2"]]
