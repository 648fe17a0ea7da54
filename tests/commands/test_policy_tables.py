"""DMN models and sheets become packs that the other commands take."""

from pathlib import Path

from tests.intake.dmn_files import (
    column,
    decision,
    input_data,
    literal,
    model,
    output,
    prefixed,
    table,
)
from tests.program import Credit

TABLE = table(
    "UNIQUE",
    (column("Age", "number"), column("Risk Category", "string", '"High","Low"')),
    (output("Status", "string", '"Yes","No"', '"No"'), output("Rate", "number")),
    ((">= 18", '"Low"', '"Yes"', "98.83"), ("< 18", "-", '"No"', "null")),
)
TESTS = """
[[test]]
title = "成年"
as_of = 2026-03-10
facts = { age = 18, risk_category = "Low" }
expect = { grant = { status = "Yes", rate = 98.83 }, row = "rule_1" }
[[test]]
title = "默认值"
as_of = 2026-03-10
facts = { age = 18, risk_category = "High" }
expect = { grant = { status = "No" }, status = "otherwise" }
"""


def write(path: Path, *elements: str) -> str:
    path.write_text(prefixed(model(*elements)), encoding="utf-8")
    return str(path)


def lending(folder: Path) -> str:
    inputs = input_data("Age"), input_data("Risk Category", "string")
    return write(folder / "lending.dmn", *inputs, decision("Approval", TABLE))


def test_imported_model_passes_its_situations_and_goes_back(credit: Credit, tmp_path: Path) -> None:
    made = credit("policy", "import-dmn", lending(tmp_path), "--output", "json")
    assert made.exit_code == 0, made.stderr
    view, pack = made.json, tmp_path / "lending.toml"
    assert view["file"] == str(pack)
    assert view["scenarios"][0]["id"] == "approval"
    assert [one["id"] for one in view["facts"]] == ["age", "risk_category"]
    pack.write_text(pack.read_text(encoding="utf-8") + TESTS, encoding="utf-8")
    assert credit("policy", "test", str(pack)).exit_code == 0
    back = tmp_path / "back.dmn"
    out = credit("policy", "export-dmn", "approval", "--pack", str(pack), "--to", str(back))
    assert (out.exit_code, back.exists()) == (0, True)
    again = credit("policy", "import-dmn", str(back), "--to", "-")
    assert "[scenario.approval]" in again.stdout


def test_existing_file_is_not_overwritten(credit: Credit, tmp_path: Path) -> None:
    (tmp_path / "lending.toml").write_text("# mine", encoding="utf-8")
    ran = credit("policy", "import-dmn", lending(tmp_path), "--output", "json")
    assert (ran.exit_code, ran.error["code"]) == (7, "file_taken")


def test_what_cannot_be_taken_over_is_named_and_nothing_written(
    credit: Credit, tmp_path: Path
) -> None:
    bkm = '<businessKnowledgeModel id="b1" name="Affordability"/>'
    path = write(tmp_path / "m.dmn", bkm, decision("d", literal("f(x)")))
    ran = credit("policy", "import-dmn", path, "--output", "json")
    assert (ran.exit_code, ran.error["code"]) == (8, "dmn_unsupported")
    assert "b1" in ran.error["params"]["faults"][0]
    assert not (tmp_path / "m.toml").exists()


def test_scenario_beyond_dmn_is_refused_by_its_parts(credit: Credit, tmp_path: Path) -> None:
    policies = Path(__file__).parents[1] / "policies"
    pack = policies / "007_guangdong_deferred.toml"
    code = next(
        line[10:-1]
        for line in pack.read_text(encoding="utf-8").splitlines()
        if line.startswith("[scenario.") and line.count(".") == 1
    )
    target = tmp_path / "x.dmn"
    argv = ("policy", "export-dmn", code, "--pack", str(pack), "-o", str(target))
    ran = credit(*argv, "--output", "json")
    assert (ran.exit_code, ran.error["code"]) == (6, "dmn_unsayable")
    assert not target.exists()


def test_sheet_goes_out_and_comes_back(credit: Credit, tmp_path: Path) -> None:
    credit("policy", "import-dmn", lending(tmp_path))
    pack, sheet = str(tmp_path / "lending.toml"), tmp_path / "rules.xlsx"
    out = credit("policy", "export-table", "approval", "--pack", pack, "-o", str(sheet))
    assert (out.exit_code, sheet.exists()) == (0, True)
    argv = ("policy", "import-table", str(sheet), "--scenario", "approval", "--pack", pack)
    ran = credit(*argv, "--output", "json")
    assert ran.exit_code == 0, ran.stderr
    assert (ran.json["rows"], ran.json["changed"]) == (2, [])
    assert credit("policy", "check", ran.json["file"]).exit_code == 0
    assert "[[scenario.approval.row]]" in credit(*argv, "--to", "-").stdout
    shown = credit("policy", "export-table", "approval", "--pack", pack, "--to", "-")
    assert shown.stdout.lstrip("\ufeff").startswith("id,title,when:age")


def test_unknown_scenario_is_told_with_the_nearest(credit: Credit, tmp_path: Path) -> None:
    credit("policy", "import-dmn", lending(tmp_path))
    pack = str(tmp_path / "lending.toml")
    argv = ("policy", "export-table", "aproval", "--pack", pack, "--output", "json")
    ran = credit(*argv)
    assert (ran.exit_code, ran.error["code"]) == (5, "policy_part_not_found")
    assert "approval" in str(ran.error["params"]["known"])
