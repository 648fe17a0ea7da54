"""A pool on each database in turn."""

from pathlib import Path

import pytest

from tests.pool import Pool
from tests.program import Credit


@pytest.fixture
def pool(credit: Credit, store_url: str, tmp_path: Path) -> Pool:
    """An empty pool of the test's own, with a policy in force."""
    return _pool(credit, store_url, tmp_path)


@pytest.fixture
def sqlite_pool(credit: Credit, sqlite_url: str, tmp_path: Path) -> Pool:
    """A pool on SQLite alone, for what does not depend on the database."""
    return _pool(credit, sqlite_url, tmp_path)


@pytest.fixture
def postgres_pool(credit: Credit, postgres_url: str, tmp_path: Path) -> Pool:
    """A pool on PostgreSQL alone, for what SQLite does not know."""
    return _pool(credit, postgres_url, tmp_path)


def _pool(credit: Credit, url: str, tmp_path: Path) -> Pool:
    folder = tmp_path / "files"
    folder.mkdir()
    return Pool(credit, url, folder)
