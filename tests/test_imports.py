"""Help answers at once, so it loads nothing that only work needs."""

import pytest

from tests.program import spawn

HEAVY = {
    "sqlalchemy",
    "sqlmodel",
    "alembic",
    "psycopg",
    "pydantic",
    "rich",
    "python_calamine",
    "chinese_calendar",
}
LOADED = "-X", "importtime", "-m", "credit_cli"


@pytest.mark.parametrize(
    "command",
    ["--version", "--help", "record --help", "record import --help"],
    ids=["version", "root", "group", "leaf"],
)
def test_help_loads_no_database_code(command: str) -> None:
    ran = spawn(*LOADED, *command.split())
    loaded = {line.split("|")[-1].strip().split(".")[0] for line in ran.stderr.splitlines()}
    assert (ran.exit_code, loaded & HEAVY) == (0, set())
    assert "credit_cli" in loaded
