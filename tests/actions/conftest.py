"""A pool on each database in turn."""

from pathlib import Path

import pytest

from tests.pool import Pool
from tests.program import Credit


@pytest.fixture
def pool(credit: Credit, store_url: str, tmp_path: Path) -> Pool:
    """An empty pool of the test's own, with a policy in force."""
    folder = tmp_path / "files"
    folder.mkdir()
    return Pool(credit, store_url, folder)
