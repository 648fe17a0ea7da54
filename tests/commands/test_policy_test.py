"""`credit policy test`: the exit code says whether a pack does what its situations say."""

from pathlib import Path

import pytest

from credit_cli.folders import shipped_policy
from tests.actions.test_policy_tests import PACK, TEST
from tests.program import Credit


def pack(folder: Path, *tests: str) -> str:
    path = folder / "rule.toml"
    path.write_text(PACK + "".join(TEST + one for one in tests), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("expect", "exit_code"),
    [('expect = { row = "high" }\n', 0), ('expect = { row = "else" }\n', 4), ("expect = 1\n", 13)],
)
def test_exit_code_says_how_the_situations_went(
    credit: Credit, tmp_path: Path, expect: str, exit_code: int
) -> None:
    ran = credit("policy", "test", pack(tmp_path, expect))
    assert ran.exit_code == exit_code
    if exit_code == 0:
        assert (ran.json["passed"], ran.json["failed"]) == (1, 0)


def test_failing_situation_tells_what_was_expected_and_what_came(
    credit: Credit, tmp_path: Path
) -> None:
    ran = credit("policy", "test", pack(tmp_path, 'expect = { row = "else" }\n'))
    (one,) = ran.json["tested"]
    assert one["differences"] == [{"key": "row", "expected": "else", "got": "high"}]
    told = credit(
        "policy", "test", str(tmp_path / "rule.toml"), env={"CREDIT_OUTPUT": "table"}
    ).stdout
    assert ("高分" in told, "else" in told) == (True, True)


def test_coverage_names_rows_that_no_situation_reaches(credit: Credit, tmp_path: Path) -> None:
    ran = credit("policy", "test", pack(tmp_path, "expect = {}\n"), "--coverage")
    hits = {one["row"]: one["hits"] for one in ran.json["coverage"]}
    assert hits == {"listed": 0, "high": 1, "each": 0, "else": 0}


def test_pack_that_is_no_pack_is_told(credit: Credit, tmp_path: Path) -> None:
    ran = credit("policy", "test", str(tmp_path))
    assert (ran.exit_code, ran.error["code"]) == (13, "policy_invalid")


def test_shipped_pack_passes_its_own_situations(credit: Credit) -> None:
    ran = credit("policy", "test", str(shipped_policy()))
    assert (ran.exit_code, ran.json["failed"]) == (0, 0)
