"""A file that is too faulty, or unlike what its unit sends, counts only if a person says so."""

from pathlib import Path
from typing import Any

import pytest

from tests.intake.senders import FARM, LICENCE, PENALTY, save_rows
from tests.pool import SOURCE, Pool, changed_pack
from tests.program import Ran

SECOND = {**PENALTY, "CF_WSH": "二号"}
BAD = {**PENALTY, "CF_JDRQ": "2026-13-01"}
HARMLESS = {
    **PENALTY,
    "CF_WFXW": "违反广告管理规定",
    "CF_YJ": "《中华人民共和国广告法》",
    "CF_CFLB": "警告",
}


def bring(pool: Pool, path: Path, *options: str) -> Ran:
    return pool.run("record", "import", str(path), "--source", SOURCE, *options)


def many(row: dict[str, str], count: int, start: int = 0) -> list[dict[str, str]]:
    number = "XK_WSH" if "XK_WSH" in row else "CF_WSH"
    return [{**row, number: f"{n}号"} for n in range(start, start + count)]


def seen(pool: Pool) -> bool:
    return pool.run("profile", "show", FARM).exit_code == 0


def audited(pool: Pool) -> list[str]:
    return [row["action"] for row in pool.held("SELECT action FROM audit_entry ORDER BY seq")]


@pytest.mark.parametrize(("most", "code"), [("2", 3), ("50%", 3), ("1", 6), ("49%", 6)])
def test_too_many_rejects_stop_a_file(sqlite_pool: Pool, most: str, code: int) -> None:
    path = save_rows(sqlite_pool.folder / "a.csv", *many(PENALTY, 2), *many(BAD, 2, 2))
    dry = bring(sqlite_pool, path, "--dry-run", "--max-rejects", most)
    ran = bring(sqlite_pool, path, "--max-rejects", most)
    assert (dry.exit_code, ran.exit_code, seen(sqlite_pool)) == (code, code, code == 3)
    assert Path(f"{path}.rejects.csv").is_file()


def test_a_stopped_file_counts_once_more_rejects_are_allowed(pool: Pool) -> None:
    path = save_rows(pool.folder / "a.csv", PENALTY, BAD)
    ran = bring(pool, path, "--max-rejects", "0")
    assert ran.error["code"] == "too_many_rejects"
    assert ran.error["params"] == {"rejected": 1, "read": 2, "most": "0"}
    assert bring(pool, path, "--max-rejects", "50%").json["added"] == 1
    assert (pool.count("batch"), seen(pool)) == (1, True)


@pytest.mark.parametrize("most", ["", "x", "-1", "5%%", "%", "1.5", "９"])
def test_a_limit_of_rejects_is_a_number_or_a_percentage(sqlite_pool: Pool, most: str) -> None:
    ran = bring(sqlite_pool, Path("a.csv"), "--max-rejects", most)
    assert (ran.exit_code, ran.error["code"]) == (2, "malformed_value")


def test_many_new_severe_entries_wait_for_acceptance(pool: Pool) -> None:
    rows = [*many(HARMLESS, 95), *many(PENALTY, 6, 95)]
    path = save_rows(pool.folder / "a.csv", *rows)
    for options in (["--dry-run"], []):
        ran = bring(pool, path, *options)
        assert (ran.exit_code, ran.error["code"]) == (6, "delivery_severe")
        assert ran.error["params"] == {"source": SOURCE, "rows": 6, "of": 101, "most": 5}
    assert not seen(pool)
    assert bring(pool, path, "--accept").json["added"] == 101
    assert seen(pool)
    assert audited(pool)[-2:] == ["import.stopped", "records.import"]
    (entry,) = pool.held("SELECT params FROM audit_entry WHERE action = 'records.import'")
    assert "delivery_severe" in str(entry["params"])


def test_what_the_pool_holds_is_not_newly_severe(pool: Pool) -> None:
    bring(pool, save_rows(pool.folder / "a.csv", *many(PENALTY, 100)), "--accept")
    rows = [*many(PENALTY, 100), HARMLESS]
    assert bring(pool, save_rows(pool.folder / "b.csv", *rows)).exit_code == 0


def test_a_shrinking_source_waits_for_acceptance(pool: Pool) -> None:
    assert bring(pool, save_rows(pool.folder / "a.csv", *many(LICENCE, 100))).exit_code == 0
    less = save_rows(pool.folder / "b.csv", *many(LICENCE, 89))
    assert bring(pool, less).error["code"] == "delivery_shrank"
    assert bring(pool, save_rows(pool.folder / "c.csv", *many(LICENCE, 90))).exit_code == 0
    assert bring(pool, less, "--accept").exit_code == 0


def test_many_changes_wait_for_acceptance(pool: Pool) -> None:
    bring(pool, save_rows(pool.folder / "a.csv", *many(LICENCE, 100)))
    changed: dict[str, Any] = {**LICENCE, "XK_ZT": "2"}
    rows = [*many(changed, 51), *many(LICENCE, 49, 51)]
    ran = bring(pool, save_rows(pool.folder / "b.csv", *rows))
    assert (ran.error["code"], ran.error["params"]["rows"]) == ("delivery_changed", 51)


def test_a_first_load_keeps_everybody_out_and_does_the_same(pool: Pool) -> None:
    rows = [PENALTY, {**PENALTY, "CF_NR": "罚款3000元"}, PENALTY, BAD, SECOND]
    path = save_rows(pool.folder / "a.csv", *rows)
    ran = bring(pool, path, "--exclusive")
    assert ran.exit_code == 3, ran.stderr
    first = ran.json
    assert [first[name] for name in ("added", "changed", "rejected")] == [2, 2, 1]
    shown = pool.done("record", "show", "1-2", "--source")
    assert [one["id"] for one in shown["versions"]] == ["1-2", "1-3", "1-4"]
    assert {one["heading"] for one in shown["provenance"]["row"]} == set(PENALTY)
    again = save_rows(pool.folder / "b.csv", *rows[2:], {**PENALTY, "CF_WSH": "新"})
    second = bring(pool, again).json
    assert [second[name] for name in ("added", "same", "rejected")] == [1, 2, 1]


def test_a_first_load_goes_into_an_empty_pool_only(postgres_pool: Pool) -> None:
    postgres_pool.records(PENALTY)
    path = save_rows(postgres_pool.folder / "b.csv", *many(PENALTY, 3))
    ran = bring(postgres_pool, path, "--exclusive")
    assert (ran.exit_code, ran.error["code"]) == (6, "pool_not_empty")
    assert bring(postgres_pool, path).json["added"] == 3


OWN = """[source.provincial_pool]
title = "海南自由贸易港信用信息共享平台"
"""
FILL = '[source.provincial_pool.expectations]\nrows = 1\nfill = { CF_FRDB = "50%" }\n'
NAMELESS = {**HARMLESS, "CF_FRDB": "/"}


def expect(pool: Pool, own: str) -> None:
    held = OWN + 'title_en = "Hainan Free Trade Port credit sharing platform"\n'
    pool.activate("sources.toml", held, f"{held}\n{own}")


def test_a_source_may_have_expectations_of_its_own(pool: Pool) -> None:
    expect(pool, FILL + 'severe = "100%"\n')
    sparse = save_rows(pool.folder / "a.csv", *many(HARMLESS, 1), *many(NAMELESS, 2, 1))
    for options in (["--dry-run"], []):
        ran = bring(pool, sparse, *options)
        assert (ran.exit_code, ran.error["code"]) == (6, "delivery_sparse")
    params = {"source": SOURCE, "column": "CF_FRDB", "rows": 1, "of": 3, "least": 50}
    assert ran.error["params"] == params
    assert not seen(pool)
    other = ["record", "import", str(sparse), "--source", "haikou_credit"]
    assert pool.run(*other).exit_code == 0
    filled = save_rows(pool.folder / "b.csv", *many(HARMLESS, 2), *many(NAMELESS, 2, 2))
    assert bring(pool, filled).exit_code == 0
    assert bring(pool, sparse, "--accept").exit_code == 0


def test_what_a_column_feeds_names_it_in_every_layout(sqlite_pool: Pool) -> None:
    expect(sqlite_pool, FILL.replace("CF_FRDB", "valid_from"))
    undated = {**LICENCE, "XK_YXQZ": ""}
    path = save_rows(sqlite_pool.folder / "a.csv", undated)
    assert bring(sqlite_pool, path).error["params"]["column"] == "valid_from"
    # Penalties have no such column.
    assert bring(sqlite_pool, save_rows(sqlite_pool.folder / "b.csv", HARMLESS)).exit_code == 0


def test_notes_below_a_table_are_not_counted_as_filled(sqlite_pool: Pool) -> None:
    expect(sqlite_pool, FILL.replace("CF_FRDB", "CF_XDR_MC").replace("50%", "100%"))
    note = dict.fromkeys(HARMLESS, "") | {"CF_XDR_MC": "合计"}
    bring(sqlite_pool, save_rows(sqlite_pool.folder / "a.csv", HARMLESS, note))
    (batch,) = sqlite_pool.held("SELECT filled FROM batch")
    assert '"CF_XDR_MC": 1' in str(batch["filled"])


@pytest.mark.parametrize(
    ("own", "rows", "code"),
    [("at_least = 3", 2, "delivery_small"), ("at_most = 1", 2, "delivery_large")],
)
def test_a_source_sends_within_its_bounds(
    sqlite_pool: Pool, own: str, rows: int, code: str
) -> None:
    expect(sqlite_pool, f"[source.provincial_pool.expectations]\n{own}\n")
    path = save_rows(sqlite_pool.folder / "a.csv", *many(HARMLESS, rows))
    assert bring(sqlite_pool, path).error["code"] == code
    assert bring(sqlite_pool, path, "--accept").exit_code == 0


@pytest.mark.parametrize(
    ("own", "fault"),
    [
        ('fill = { legal_persn = "80%" }', "unknown_name"),
        ('fill = { authority = "101%" }', "wrong_value"),
        ("at_least = 3\nat_most = 2", "at_most_below_least"),
        ("at_last = 3", "unknown_key"),
        ('basis = "nowhere"', "unknown_basis"),
    ],
)
def test_expectations_that_lead_nowhere_are_faults(sqlite_pool: Pool, own: str, fault: str) -> None:
    held = OWN + 'title_en = "Hainan Free Trade Port credit sharing platform"\n'
    wrong = f"{held}\n[source.provincial_pool.expectations]\n{own}\n"
    pack = changed_pack(sqlite_pool.folder / "pack", "sources.toml", held, wrong)
    error = sqlite_pool.run("policy", "check", str(pack)).error
    assert [place["code"] for place in error["params"]["places"]] == [fault]
