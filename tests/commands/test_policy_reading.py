"""`credit policy show | diff | new` and `credit help`, as they are called."""

import json
from pathlib import Path

import pytest

from credit_cli.actions.help_topics import examples
from credit_cli.app import run
from credit_cli.errors import Exit
from credit_cli.folders import shipped_policy

FAST = """
[pack]
name = "fast_rules"
title = "快办规则"
from = 2025-01-01
basis = { title = "办法", mark = "S" }
[scale.jinye]
title = "金椰分"
kind = "score"
subjects = ["person"]
[scenario.fast]
title = "信用等级审批"
[[scenario.fast.row]]
id = "high"
when = { "score.jinye" = ">= 1060" }
grant = { discount = "30%" }
[[scenario.fast.row]]
id = "good"
when = { "score.jinye" = ">= 1030" }
grant = { discount = "20%" }
[[scenario.fast.row]]
id = "fair"
when = { kind = "person", "score.jinye" = ">= 1000" }
grant = { discount = "10%" }
[scenario.fast.else]
[[test]]
title = "1060 分"
as_of = 2026-03-10
facts = { kind = "person", "score.jinye" = 1060 }
[test.expect]
row = "high"
"""


def call(*argv: str, lang: str = "zh_CN", form: str = "json") -> tuple[int, str, str]:
    ran = run([*argv], {"CREDIT_LANG": lang, "CREDIT_OUTPUT": form, "CREDIT_HOME": "/nowhere"})
    return ran.exit_code, ran.stdout, ran.stderr


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "fast.toml"
    path.write_text(FAST, encoding="utf-8")
    return path


def changed(pack: Path, *pairs: tuple[str, str]) -> str:
    text = FAST
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    other = pack.with_name("other.toml")
    other.write_text(text, encoding="utf-8")
    return str(other)


def messages(pack: Path, other: str) -> list[str]:
    code, out, _ = call("policy", "diff", str(pack), other)
    assert code == Exit.DONE
    rows = json.loads(out)
    keys = {"change", "where", "what", "before", "after", "since", "message"}
    assert all(row.keys() == keys for row in rows)
    return [row["message"] for row in rows]


def test_a_threshold_moved_is_told_by_its_row_and_fact(pack: Path) -> None:
    assert messages(pack, changed(pack, ('">= 1030"', '">= 1020"'))) == [
        "场景“信用等级审批”（fast）第 2 行（good）：金椰分（score.jinye） ≥ 1030 改为 ≥ 1020"
    ]


def test_equal_packs_do_not_differ(pack: Path) -> None:
    assert messages(pack, str(pack)) == []


def test_rows_added_removed_and_moved_are_told(pack: Path) -> None:
    row = FAST[
        FAST.index('[[scenario.fast.row]]\nid = "fair"') : FAST.index("[scenario.fast.else]")
    ]
    first = '[[scenario.fast.row]]\nid = "high"'
    moved = messages(pack, changed(pack, (row, ""), (first, row + first)))
    assert moved == ["场景“信用等级审批”（fast）第 1 行（fair）：由第 3 位移到第 1 位"]
    gone = messages(pack, changed(pack, (row, "")))
    assert len(gone) == 1
    assert gone[0].startswith("场景“信用等级审批”（fast）第 3 行（fair）：删除：")


def test_sizes_titles_and_grounds_are_told(pack: Path) -> None:
    told = messages(
        pack,
        changed(pack, ('"20%"', '"25%"'), ("信用等级审批", "信用审批"), ('"办法"', '"新办法"')),
    )
    assert any("减免比例 20% 改为 25%" in one for one in told)
    assert any("名称 信用等级审批 改为 信用审批" in one for one in told)
    assert any("新办法" in one for one in told)


def test_a_dated_value_differs_from_its_day_on(pack: Path) -> None:
    dated = '[{ value = "20%", until = 2026-06-30 }, { value = "30%", from = 2026-07-01 }]'
    (told,) = messages(pack, changed(pack, ('{ discount = "20%" }', f"{{ discount = {dated} }}")))
    assert told.startswith("自 2026-07-01 起，")


def test_a_scenario_is_shown_from_files_alone(pack: Path) -> None:
    code, out, _ = call("policy", "show", "fast", "--pack", str(pack), "--as-of", "2026-03-10")
    page = json.loads(out)
    assert code == Exit.DONE
    assert [row["id"] for row in page["rows"]] == ["high", "good", "fair"]
    assert page["rows"][2]["when"]["all"][0]["fact"] == "kind"


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_a_file_is_shown_whole(pack: Path, lang: str) -> None:
    code, out, _ = call(
        "policy", "show", str(pack), "--as-of", "2026-03-10", lang=lang, form="table"
    )
    assert code == Exit.DONE
    for part in ("信用等级审批", "high", "good", "fair", "else", "score.jinye", "30%"):
        assert part in out


def test_an_unknown_part_is_not_found(pack: Path) -> None:
    code, _, err = call("policy", "show", "fsat", "--pack", str(pack))
    assert code == Exit.NOT_FOUND
    assert "fast" in err


def test_a_new_scenario_starts_green(pack: Path, tmp_path: Path) -> None:
    target = tmp_path / "new.toml"
    code, out, err = call(
        "policy", "new", "slow", "--like", "fast", "--pack", str(pack), "-o", str(target)
    )
    assert (code, json.loads(out)["situations"]) == (Exit.DONE, 1), err
    assert call("policy", "check", str(target))[0] == Exit.DONE
    assert call("policy", "test", str(target))[0] == Exit.DONE
    assert "[scenario.slow]" in target.read_text(encoding="utf-8")
    again = call("policy", "new", "slow", "--like", "fast", "--pack", str(pack), "-o", str(target))
    assert again[0] != Exit.DONE, "no file is overwritten"


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_every_example_can_be_started_from(path: Path, tmp_path: Path) -> None:
    code = json.loads(call("policy", "show", str(path))[1])["pages"][0]["code"]
    target = tmp_path / "new.toml"
    assert call("policy", "new", "own_rule", "--like", code, "-o", str(target))[0] == Exit.DONE
    assert call("policy", "test", str(target))[0] == Exit.DONE


def test_without_situations_one_is_made(tmp_path: Path) -> None:
    bare = tmp_path / "bare.toml"
    bare.write_text(FAST[: FAST.index("[[test]]")], encoding="utf-8")
    code, out, _ = call("policy", "new", "slow", "--like", "fast", "--pack", str(bare))
    assert code == Exit.DONE
    assert 'status = "otherwise"' in out


def test_nothing_starts_from_what_is_not_there() -> None:
    assert call("policy", "new", "slow", "--like", "nowhere")[0] == Exit.NOT_FOUND
    assert call("policy", "new", "Slow!", "--like", "library")[0] == Exit.USAGE


def test_the_policy_in_force_is_read_from_the_store(tmp_path: Path) -> None:
    env = {"CREDIT_LANG": "zh_CN", "CREDIT_OUTPUT": "json", "CREDIT_HOME": str(tmp_path)}
    assert run(["init", "--sandbox"], env).exit_code == Exit.DONE
    page = json.loads(run(["policy", "show", "haikou_red"], env).stdout)
    assert page["policy_version"].startswith("hainan@")
    assert json.loads(run(["policy", "diff", "1", str(shipped_policy())], env).stdout) == []
    started = run(["policy", "new", "own_red", "--like", "haikou_red"], env)
    assert "[scenario.own_red]" in started.stdout
    assert run(["policy", "diff", "1", "99"], env).exit_code == Exit.NOT_FOUND
