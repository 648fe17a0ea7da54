"""Rules as other places publish them, each in one file with its situations, all as they say."""

from pathlib import Path

import pytest

from credit_cli.actions.policy_tests import run_tests

FOLDER = Path(__file__).parents[1] / "policies"
FILES = sorted(FOLDER.glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_published_rule_decides_every_situation_as_it_says(path: Path) -> None:
    report = run_tests(path)
    assert [(one.title, one.differences) for one in report.tested if one.differences] == []
    assert len(report.tested) >= 3


def test_every_row_of_a_scenario_is_shown_by_some_situation() -> None:
    """Rows that no situation hits are unproved; most files must have none."""
    silent = [path.stem for path in FILES if 0 in run_tests(path).hits.values()]
    assert len(silent) <= len(FILES) / 2


def test_the_readme_shows_a_rule_that_does_what_it_says(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    rules = [one.split("```")[0] for one in text.split("```toml\n")[1:] if "[[test]]" in one]
    for n, rule in enumerate(rules):
        path = tmp_path / f"rule_{n}.toml"
        path.write_text(rule, encoding="utf-8")
        report = run_tests(path)
        assert (report.passed, report.failed) == (1, 0)
    assert rules
