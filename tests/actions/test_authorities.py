"""Where the policy lists the authorities, the code of any other one warns."""

from pathlib import Path

import pytest

from credit_cli.intake import tables
from tests.actions.test_past_cases import CASE, bring
from tests.intake.senders import BUREAU, FARM, LICENCE, PENALTY, STALL
from tests.pool import Pool, changed_pack

PLACE = "[source.sanya_market]"
TITLE = 'title = "虚构市市场监督管理局"'


def listed(*codes: str) -> str:
    entries = (f'[authority.{code}]\n{TITLE}\nregion = "460100"\n' for code in codes)
    return f"{''.join(entries)}\n{PLACE}"


def list_authorities(pool: Pool, *codes: str) -> None:
    pool.activate("sources.toml", PLACE, listed(*codes))


def warned(pool: Pool, *rows: dict[str, str]) -> int:
    """How many rows of a file were warned of."""
    ran = pool.records(*rows)
    assert (ran.exit_code, ran.json["added"]) == (0, len(rows)), ran.stderr
    return int(ran.json["issues"].get("unknown_authority", 0))


def test_an_undeclared_list_warns_of_nobody(sqlite_pool: Pool) -> None:
    assert warned(sqlite_pool, PENALTY) == 0


@pytest.mark.parametrize("large", [False, True])
def test_an_authority_beyond_the_list_warns(
    pool: Pool, monkeypatch: pytest.MonkeyPatch, *, large: bool
) -> None:
    if large:  # then a process of its own reads
        monkeypatch.setattr(tables, "LARGE_TEXT", 1)
    list_authorities(pool, BUREAU, STALL)
    other = PENALTY | {"CF_CFJGDM": FARM, "CF_WSH": "甲"}
    assert warned(pool, PENALTY, other) == 1
    assert warned(pool, LICENCE | {"XK_XKJGDM": FARM}) == 1
    assert warned(pool, LICENCE | {"XK_XKJGDM": STALL, "XK_WSH": "乙"}) == 0


def test_a_row_linked_by_a_person_warns_too(sqlite_pool: Pool) -> None:
    list_authorities(sqlite_pool, STALL)
    sqlite_pool.records(PENALTY, PENALTY | {"CF_XDR_SHXYM": "", "CF_WSH": "甲"})
    assert sqlite_pool.done("batch", "show", "1")["issues"]["unknown_authority"] == 2
    linked = sqlite_pool.done("batch", "link", "1", "--line", "3", "--subject", FARM)
    assert linked["issues"]["unknown_authority"] == 1


def test_a_case_may_name_its_department_by_code(pool: Pool) -> None:
    coded = CASE | {"实施主体编码": BUREAU}
    assert "unknown_authority" not in bring(pool, coded).json["issues"]
    list_authorities(pool, STALL)
    again = {"办件编号": "虚办2026-2"}
    issues = bring(pool, coded | again, coded | {"办件编号": "3", "实施主体编码": ""}).json[
        "issues"
    ]
    assert issues["unknown_authority"] == 1


def test_an_authority_is_listed_once(sqlite_pool: Pool, tmp_path: Path) -> None:
    pack = changed_pack(tmp_path / "pack", "sources.toml", PLACE, listed(BUREAU))
    more = f'basis = "practice"\n[authority.{BUREAU}]\n{TITLE}\n'
    (pack / "authorities.toml").write_text(more, encoding="utf-8")
    ran = sqlite_pool.run("policy", "check", str(pack))
    assert (ran.exit_code, "said twice" in ran.stderr) == (13, True)


def test_what_changes_of_the_list_is_told(sqlite_pool: Pool, tmp_path: Path) -> None:
    before = changed_pack(tmp_path / "before", "sources.toml", PLACE, listed(BUREAU))
    after = changed_pack(tmp_path / "after", "sources.toml", PLACE, listed(BUREAU, STALL))
    said = sqlite_pool.run("policy", "diff", str(before), str(after)).stdout
    assert "虚构市市场监督管理局" in said
    assert STALL in said
