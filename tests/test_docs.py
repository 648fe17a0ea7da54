"""The README says what is so: its tables are generated, its first lines work."""

import re

from credit_cli.errors import Exit
from tests.program import ROOT, spawn

TWO_LINES = """\
python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/credit demo play --auto
.venv/bin/python -m pytest -n auto
"""


def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_two_lines_stand_at_the_top() -> None:
    top = "\n".join(readme().splitlines()[:40])
    assert TWO_LINES in top
    assert "uv run credit demo play --auto" in top
    assert "uv run pytest" in top
    assert "apt install python3-venv" in top


def test_generated_tables_are_up_to_date() -> None:
    ran = spawn("-m", "cogapp", "-P", "--check", "README.md")
    assert ran.exit_code == 0, f"run: python -m cogapp -P -r README.md\n{ran.stdout}{ran.stderr}"


def test_generated_tables_hold_exit_codes_settings_and_commands() -> None:
    tables = "".join(re.findall(r"\]\]\] -->\n(.*?)<!-- \[\[\[end", readme(), re.DOTALL))
    told = {int(code) for code in re.findall(r"^\| `?(\d+)`? \|", tables, re.MULTILINE)}
    assert told == set(Exit)
    assert "`CREDIT_DB`" in tables
    assert "`credit record import`" in tables
