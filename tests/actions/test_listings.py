"""Lists and other categories through the real commands."""

import json
from pathlib import Path

from tests.intake.senders import FARM, save, save_rows
from tests.intake.test_kinds_of_record import COMMITMENT, HONOUR, LISTING
from tests.pool import SOURCE, Pool

ENTRY = LISTING | {"列入日期": "2026-11-02"}


def listed(pool: Pool, path: Path) -> int:
    return pool.run("listing", "import", str(path), "--source", SOURCE).exit_code


def tier(pool: Pool, *day: str) -> tuple[str, str]:
    view = pool.done("profile", "show", FARM, *day)
    return view["tier"], view["records"][0]["reason"]["code"]


def test_entry_of_a_list_weighs_until_its_exit(sqlite_pool: Pool, tmp_path: Path) -> None:
    pool = sqlite_pool
    assert listed(pool, save_rows(tmp_path / "a.csv", ENTRY)) == 0
    assert tier(pool) == ("serious_dishonest", "counts_until")
    assert listed(pool, save_rows(tmp_path / "b.csv", ENTRY | {"移出日期": "2026-11-20"})) == 0
    assert tier(pool) == ("ordinary", "taken_off")
    assert tier(pool, "--as-of", "2026-11-19") == ("serious_dishonest", "counts_until")


def test_only_lists_are_taken_as_lists(sqlite_pool: Pool, tmp_path: Path) -> None:
    assert listed(sqlite_pool, save_rows(tmp_path / "a.csv", HONOUR)) == 8


def test_broken_commitment_that_turns_out_kept_weighs_no_longer(
    sqlite_pool: Pool, tmp_path: Path
) -> None:
    pool = sqlite_pool
    for number, (word, found) in enumerate(
        [("未履行", ["commitment_breach", True]), ("已履行", ["commitment", False])]
    ):
        path = save_rows(tmp_path / f"{number}.csv", COMMITMENT | {"履行情况": word})
        pool.done("record", "import", str(path), "--source", SOURCE)
        shown = pool.done("profile", "show", "1")["records"]
        assert [[one["type"], one["counts"]] for one in shown] == [found]


def test_json_file_goes_in_like_any_other(pool: Pool, tmp_path: Path) -> None:
    entry = json.dumps(ENTRY, ensure_ascii=False)
    lines = [
        entry,
        '{"主体名称": "甲乙", "名单类别": "红名单"}',
        "{",
        '{"主体名称": ["甲"]}',
        entry,
    ]
    path = save(tmp_path / "a.jsonl", "\n".join(lines))
    ran = pool.run("record", "import", str(path), "--source", SOURCE, "--dry-run")
    assert (ran.exit_code, ran.json["rejected"]) == (3, 3)
    done = pool.run("record", "import", str(path), "--source", SOURCE).json
    assert (done["added"], done["rejected"], done["read"]) == (1, 3, 5)
    shown = pool.done("record", "show", "1-1", "--source")
    assert {"heading": "名单类别", "value": "严重失信主体名单"} in shown["provenance"]["row"]
