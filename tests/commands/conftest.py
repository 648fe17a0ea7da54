"""A store on SQLite, for what does not depend on the database."""

from pathlib import Path

import pytest

from tests.pool import Pool
from tests.program import Credit


@pytest.fixture
def pool(credit: Credit, sqlite_url: str, tmp_path: Path) -> Pool:
    """An empty pool of the test's own, with a policy in force."""
    folder = tmp_path / "files"
    folder.mkdir()
    return Pool(credit, sqlite_url, folder)
