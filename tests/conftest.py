"""Fixtures: stores of both kinds, the program, and surroundings of its own."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import hypothesis
import pytest

from credit_cli import text
from tests import postgres
from tests.program import Credit, Ran, prepare

# These machines are noisy: a slow example is no fault of the program.
hypothesis.settings.register_profile("calm", deadline=None)
hypothesis.settings.load_profile("calm")

BOTH = ("sqlite", "postgres")
OTHERS = ("CREDIT_", "XDG_", "LC_", "LANG", "PG", "NO_COLOR", "FORCE_COLOR", "COLUMNS")
_numbers = count(1)


@pytest.fixture(scope="session", autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing of the developer's own settings, language or home reaches a test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(OTHERS) and name != "CREDIT_TEST_PG":
                patch.delenv(name)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins in English, whatever the one before spoke."""
    text.use("en")
    yield
    text.use("en")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The maintenance URL of a server that lives as long as the tests."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.serving())
        except postgres.NoServer as missing:
            raise pytest.fail.Exception(str(missing), pytrace=False) from None
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a database that holds an initialised store."""
    name = f"credit_template_{os.getpid()}"
    with postgres.database(postgres_server, name) as url:
        prepare(url)
        yield name


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """An initialised PostgreSQL store of the test's own."""
    name = f"credit_{os.getpid()}_{next(_numbers)}"
    with postgres.database(postgres_server, name, postgres_template) as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A PostgreSQL database without a store."""
    with postgres.database(postgres_server, f"credit_{os.getpid()}_{next(_numbers)}") as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed SQLite file that holds an initialised store."""
    path = tmp_path_factory.mktemp("template") / "credit.db"
    prepare(f"sqlite:///{path}")
    beside = [other.name for other in path.parent.iterdir() if other.name.startswith("credit.db-")]
    assert not beside, f"credit init left the store open: {beside}"
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An initialised SQLite store of the test's own."""
    shutil.copyfile(sqlite_template, tmp_path / "credit.db")
    return f"sqlite:///{tmp_path / 'credit.db'}"


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """A place where no SQLite store stands yet."""
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture(params=BOTH)
def store_url(request: pytest.FixtureRequest) -> str:
    """An initialised store of the test's own, on each database in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=BOTH)
def empty_store_url(request: pytest.FixtureRequest) -> str:
    """A place without a store, on each database in turn."""
    url: str = request.getfixturevalue(f"empty_{request.param}_url")
    return url


@pytest.fixture
def credit(tmp_path: Path) -> Credit:
    """Run a command in this process; JSON out unless `env` says otherwise."""
    from credit_cli.app import run  # noqa: PLC0415 - tests of pure rules load no program

    def command(
        *argv: str,
        db: str | None = None,
        now: str | None = None,
        env: Mapping[str, str] | None = None,
        stdin: str | None = None,
    ) -> Ran:
        given = {"CREDIT_DB": db, "CREDIT_NOW": now}
        own = {"HOME": str(tmp_path), "CREDIT_HOME": str(tmp_path)}
        own |= {"CREDIT_OUTPUT": "json", "CREDIT_LANG": "en"}
        own |= {name: value for name, value in given.items() if value is not None}
        ran = run(argv, own | dict(env or {}), stdin)
        text.use("en")
        return Ran(*ran)

    return command
