"""Records go out as the file they came in: equal, harmless, persons masked, and logged."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from credit_cli.intake import outgoing
from credit_cli.store import exports
from tests.actions.conftest import _pool
from tests.intake.senders import FARM, LICENCE, PENALTY, PERSON, STALL
from tests.intake.test_editions import OLD_PENALTY
from tests.intake.test_kinds_of_record import HONOUR
from tests.pool import SOURCE, Pool
from tests.program import Credit

NAME = "虚拟人物乙"
FINED = PENALTY | {
    "CF_XDR_MC": NAME,
    "CF_XDR_LB": "自然人",
    "CF_XDR_SHXYM": "",
    "CF_XDR_ZJLX": "身份证",
    "CF_XDR_ZJHM": PERSON,
    "CF_WSH": "虚市监处罚〔2026〕9号",
    "CF_SY": f"{NAME}（身份证{PERSON}）无证经营",
}
MANY = [
    PENALTY | {"CF_XDR_LB": "企业", "CF_NR": "=2+3", "CF_SY": "'=1+1", "BZ": "+1"},
    PENALTY | {"CF_WSH": "二号", "CF_NR_FK": "", "CF_NR_WFFF": "1.5", "CF_GSJZQ": "长期"},
    PENALTY
    | {"CF_WSH": "三号", "CF_XDR_MC": "虚构农场（新名）有限公司", "CF_NR_FK": "123456.789012"},
    PENALTY | {"CF_WSH": "四号", "CF_XDR_SHXYM": "", "CF_XDR_SWDJ": FARM},
    PENALTY | {"CF_WSH": "五号", "CF_SY": '一,\n"二"', "CF_XDR_SWDJ": "=9"},
]
CONTENT = """
SELECT s.code, r.document_key, r.content_hash
FROM record r JOIN subject s ON s.id = r.subject_id ORDER BY 1, 2
"""


@pytest.fixture
def pool(credit: Credit, store_url: str, tmp_path: Path) -> Pool:
    return _pool(credit, store_url, tmp_path)


@pytest.fixture
def sqlite_pool(credit: Credit, sqlite_url: str, tmp_path: Path) -> Pool:
    return _pool(credit, sqlite_url, tmp_path)


def export(pool: Pool, *options: str, kind: str = "penalty", edition: str = "2018") -> Any:  # noqa: ANN401
    return pool.done("record", "export", "--type", kind, "--edition", edition, *options)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def audits(pool: Pool) -> list[dict[str, Any]]:
    entries = pool.held("SELECT params FROM audit_entry WHERE action = 'record.export'")
    told = [entry["params"] for entry in entries]
    return [json.loads(one) if isinstance(one, str) else one for one in told]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_was_imported_comes_out_equal(
    pool: Pool, credit: Credit, empty_sqlite_url: str, tmp_path: Path, suffix: str
) -> None:
    assert pool.records(*MANY).json["added"] == len(MANY)
    path = tmp_path / f"out.{suffix}"
    told = export(pool, "-o", str(path))
    assert (told["rows"], told["persons"], told["left_out"]) == (len(MANY), 0, 0)
    again = pool.run("record", "import", str(path), "--source", SOURCE).json
    assert (again["same"], again["read"]) == (len(MANY), len(MANY))
    fresh = Pool(credit, empty_sqlite_url, pool.folder)
    fresh.done("init", "--sandbox")
    assert fresh.run("record", "import", str(path), "--source", SOURCE).json["added"] == len(MANY)
    assert fresh.held(CONTENT) == pool.held(CONTENT)


def test_other_kinds_and_the_old_edition_come_out_equal(sqlite_pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    for kind, edition, row in (
        ("licence", "2018", LICENCE | {"XK_YXQZI": "长期", "XK_ZT": "2"}),
        ("penalty", "2015", OLD_PENALTY),
        ("honour", "1", HONOUR),
    ):
        sqlite_pool.records(row)
        told = export(sqlite_pool, "-o", str(path), kind=kind, edition=edition)
        assert (told["rows"], told["edition"]) == (1, edition)
        assert sqlite_pool.run("record", "import", str(path), "--source", SOURCE).json["same"] == 1


def test_only_what_is_seen_goes_out(pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    pool.records(PENALTY, PENALTY | {"CF_WSH": "二号"})
    pool.records(PENALTY | {"CF_NR": "罚款3000元"})
    pool.records(PENALTY | {"CF_WSH": "三号"})
    pool.done("batch", "undo", "3")
    export(pool, "-o", str(path))
    told = [(row["行政处罚决定书文号"], row["处罚内容"]) for row in rows_of(path)]
    assert told == [("二号", "罚款2000元"), (PENALTY["CF_WSH"], "罚款3000元")]


@pytest.mark.parametrize("page", [1, 2, 5, 6])
def test_pages_of_any_size_give_every_record_once(
    sqlite_pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    sqlite_pool.records(*MANY)
    export(sqlite_pool, "-o", str(tmp_path / "whole.csv"))
    monkeypatch.setattr(exports, "_PAGE", page)
    export(sqlite_pool, "-o", str(tmp_path / "paged.csv"))
    assert rows_of(tmp_path / "paged.csv") == rows_of(tmp_path / "whole.csv")


def test_an_export_may_be_of_one_unit_and_since_a_day(sqlite_pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    sqlite_pool.records(PENALTY, PENALTY | {"CF_WSH": "二号", "CF_JDRQ": "2026-11-15"})
    assert export(sqlite_pool, "-o", str(path), "--since", "2026-11-16")["rows"] == 1
    assert export(sqlite_pool, "-o", str(path), "--since", "2026-11-15")["rows"] == 2
    assert export(sqlite_pool, "-o", str(path), "--source", "another")["rows"] == 0
    assert rows_of(path) == []


def test_another_edition_is_left_out_and_said(sqlite_pool: Pool, tmp_path: Path) -> None:
    sqlite_pool.records(PENALTY)
    sqlite_pool.records(OLD_PENALTY)
    ran = sqlite_pool.run(
        *("record", "export", "--type", "penalty", "--edition", "2018"),
        *("-o", str(tmp_path / "out.csv")),
    )
    assert (ran.json["rows"], ran.json["left_out"]) == (1, 1)
    assert "1 visible record(s)" in ran.stderr


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_no_cell_becomes_a_formula(sqlite_pool: Pool, tmp_path: Path, suffix: str) -> None:
    sqlite_pool.records(*MANY)
    path = tmp_path / f"out.{suffix}"
    export(sqlite_pool, "-o", str(path))
    if suffix == "csv":
        cells = [cell for row in rows_of(path) for cell in row.values()]
        assert {"'=2+3", "'=1+1", "'+1", "'=9"} <= set(cells)
    else:
        with zipfile.ZipFile(path) as book:
            cells = [book.read(name).decode() for name in book.namelist()]
        assert not [cell for cell in cells if "<f>" in cell]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_persons_are_masked_unless_revealed_for_a_purpose(pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    stall = {"CF_XDR_LB": "个体工商户", "CF_XDR_SHXYM": STALL, "CF_FRDB": "虚拟人物丙"}
    pool.records(FINED, PENALTY | stall)
    told = export(pool, "-o", str(path))
    text = path.read_text(encoding="utf-8")
    assert (told["rows"], told["persons"], told["revealed"]) == (2, 1, False)
    assert not [one for one in (NAME, PERSON, "虚拟人物丙") if one in text]
    assert rows_of(path)[0]["自然人证件号码"] == "*" * 14 + PERSON[-4:]
    assert pool.count("lookup") == 0
    told = export(pool, "-o", str(path), "--reveal", "--purpose", "data_sharing")
    assert rows_of(path)[0]["自然人证件号码"] == PERSON
    logged = pool.held("SELECT subject_id, command, purpose FROM lookup")
    assert [tuple(one.values()) for one in logged] == [(1, "record export", "data_sharing")]
    again = pool.run("record", "import", str(path), "--source", SOURCE).json
    assert again["same"] == 2
    assert [(one["revealed"], one["purpose"], one["rows"]) for one in audits(pool)] == [
        (False, "", 2),
        (True, "data_sharing", 2),
    ]
    assert PERSON not in str(audits(pool))


def test_an_export_goes_to_stdout_and_is_logged_before(sqlite_pool: Pool) -> None:
    sqlite_pool.records(PENALTY)
    argv = ("record", "export", "--type", "penalty", "--edition", "2018", "-o", "-")
    ran = sqlite_pool.run(*argv)
    rows = list(csv.DictReader(io.StringIO(ran.stdout.removeprefix("\ufeff"))))
    assert (ran.exit_code, rows[0]["行政相对人名称"]) == (0, PENALTY["CF_XDR_MC"])
    assert len(audits(sqlite_pool)) == 1


@pytest.mark.parametrize(
    ("argv", "exit_code", "code"),
    [
        (("--type", "penalty", "--edition", "2018", "--reveal"), 2, "missing_parameter"),
        (("--type", "penalty", "--edition", "1999"), 5, "layout_not_found"),
        (("--type", "honey", "--edition", "2018"), 5, "layout_not_found"),
        (("--type", "penalty", "--edition", "2018", "-o", "no/o.csv"), 74, "disk_fault"),
        (("--type", "penalty", "--edition", "2018", "-o", "o.doc"), 2, "malformed_value"),
    ],
)
def test_what_cannot_be_exported_is_told_and_leaves_nothing(
    sqlite_pool: Pool, argv: tuple[str, ...], exit_code: int, code: str
) -> None:
    ran = sqlite_pool.run("record", "export", *argv)
    assert (ran.exit_code, ran.error["code"]) == (exit_code, code)
    assert audits(sqlite_pool) == []


def test_more_rows_than_a_sheet_holds_are_refused(
    sqlite_pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_pool.records(*MANY)
    path = tmp_path / "out.xlsx"
    options = ("--type", "penalty", "--edition", "2018", "-o", str(path))
    monkeypatch.setattr(outgoing, "MOST_ROWS", len(MANY))
    ran = sqlite_pool.run("record", "export", *options)
    assert (ran.exit_code, ran.error["code"]) == (6, "workbook_full")
    assert not path.exists()
    monkeypatch.setattr(outgoing, "MOST_ROWS", len(MANY) + 1)
    assert sqlite_pool.run("record", "export", *options).exit_code == 0


def test_what_is_public_of_a_firm_goes_out_as_it_is(sqlite_pool: Pool, tmp_path: Path) -> None:
    sqlite_pool.records(PENALTY)
    export(sqlite_pool, "-o", str(tmp_path / "out.csv"))
    row = rows_of(tmp_path / "out.csv")[0]
    assert row["行政相对人代码_1(统一社会信用代码)"] == FARM
    assert row["罚款金额(万元)"] == "0.2"
    assert row["法定代表人"] == "甲某"
