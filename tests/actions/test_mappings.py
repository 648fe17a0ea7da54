"""Files of a department's own layout through the real commands."""

from pathlib import Path

from tests.intake.senders import FARM, save_rows
from tests.intake.test_mappings import MAPPING, ROW, mapping
from tests.pool import SOURCE, Pool


def test_own_layout_goes_in_and_its_batch_names_the_mapping(pool: Pool, tmp_path: Path) -> None:
    path = save_rows(tmp_path / "a.csv", ROW, ROW | {"决定书编号": "内罚2026-2", "信用代码": ""})
    argv = ("record", "import", str(path), "--source", SOURCE, "--mapping")
    first = pool.run(*argv, str(mapping(tmp_path))).json
    assert (first["batch"], first["added"], first["unlinked"]) == (1, 1, 1)
    assert pool.run(*argv, str(mapping(tmp_path))).json["batch"] == 1
    shown = pool.done("batch", "show", "1")
    assert (shown["mapping"], shown["layout"]) == ("bureau.toml", "penalty_2018")
    second = pool.run(*argv, str(mapping(tmp_path, MAPPING.replace('"元"', '"万元"')))).json
    assert (second["batch"], second["changed"]) == (2, 1)
    assert pool.done("batch", "show", "2")["sha256"] == shown["sha256"]


def test_file_without_its_mapping_is_refused(sqlite_pool: Pool, tmp_path: Path) -> None:
    path = save_rows(tmp_path / "a.csv", ROW)
    argv = ("record", "import", str(path), "--source", SOURCE)
    assert sqlite_pool.run(*argv).exit_code == 8
    refused = sqlite_pool.run(*argv, "--mapping", str(mapping(tmp_path, "layout = 1")))
    assert (refused.exit_code, refused.error["code"]) == (13, "mapping_invalid")


def test_proposal_goes_to_stdout_and_back_in(sqlite_pool: Pool, tmp_path: Path) -> None:
    rows = ",".join(ROW) + "\n" + ",".join(ROW.values()) + "\n"
    ran = sqlite_pool.run("record", "mapping", "-", "--layout", "penalty_2018", stdin=rows)
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert 'layout = "penalty_2018"\namount_unit = "元"\n' in ran.stdout
    path = save_rows(tmp_path / "a.csv", ROW)
    argv = ("record", "import", str(path), "--source", SOURCE, "--mapping")
    refused = sqlite_pool.run(*argv, str(mapping(tmp_path, ran.stdout)))
    assert (refused.exit_code, refused.error["code"]) == (8, "heading_missing")


def test_row_that_waited_is_linked_as_its_mapping_reads_it(
    sqlite_pool: Pool, tmp_path: Path
) -> None:
    pool = sqlite_pool
    path = save_rows(tmp_path / "a.csv", ROW, ROW | {"决定书编号": "内罚2026-2", "信用代码": ""})
    file = str(mapping(tmp_path))
    pool.run("record", "import", str(path), "--source", SOURCE, "--mapping", file)
    argv = ("batch", "link", "1", "--line", "3", "--subject", "-")
    assert pool.run(*argv, stdin=f"{FARM}\n").json["outcome"] == "added"
    found = pool.done("profile", "show", FARM)["records"]
    assert {one["decided_on"] for one in found} == {"2026-11-16"}
    assert len(found) == 2
