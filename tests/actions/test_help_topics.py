"""The documentation for those who write rules: whatever it shows can be written so."""

import re
from pathlib import Path

import pytest

from credit_cli.actions.help_topics import examples
from credit_cli.actions.policy_tests import run_tests
from credit_cli.app import run
from credit_cli.text import LANGUAGES, topic

FENCE = re.compile(r"^```toml\n(.*?)^```", re.DOTALL | re.MULTILINE)
TEXTS = [
    (language, n, text)
    for language in LANGUAGES
    for n, text in enumerate(FENCE.findall(topic("scenario-language", language)))
]


def test_there_are_ten_worked_examples() -> None:
    assert len(examples()) == 10


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_every_worked_example_does_what_it_says(path: Path) -> None:
    report = run_tests(path)
    assert report.passed >= 2
    assert [one for one in report.tested if one.differences] == []


@pytest.mark.parametrize(
    ("language", "n", "text"), TEXTS, ids=[f"{language}-{n}" for language, n, _ in TEXTS]
)
def test_every_snippet_stands_after_the_least_file(
    tmp_path: Path, language: str, n: int, text: str
) -> None:
    least = FENCE.findall(topic("scenario-language", language))[0]
    path = tmp_path / "snippet.toml"
    path.write_text(least + text if n else text, encoding="utf-8")
    report = run_tests(path)
    assert report.failed == 0, report.tested


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_topics_can_be_read_in_both_languages(language: str) -> None:
    env = {"CREDIT_LANG": language, "CREDIT_OUTPUT": "table"}
    assert "scenario-language" in run(["help"], env).stdout
    told = run(["help", "scenario-language"], env).stdout
    assert all(one.read_text(encoding="utf-8").strip() in told for one in examples())
    facts = run(["help", "facts"], env).stdout
    assert all(name in facts for name in ("item.attributes", "commitments", "made_on", "sampling"))
    assert run(["help", "fatcs"], env).exit_code == 5
