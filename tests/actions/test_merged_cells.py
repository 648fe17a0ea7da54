"""A workbook with merged cells goes in, and a record still shows the row as it was sent."""

import pytest

from tests.intake.test_merged_cells import CODE, COLUMNS, FORMATS, NAME, below, penalty
from tests.pool import SOURCE, Pool


@pytest.mark.parametrize("form", FORMATS)
def test_merged_rows_are_records_with_their_own_source(pool: Pool, form: str) -> None:
    rows = [COLUMNS, penalty(1), below(2)]
    path = pool.folder / f"merged.{form}"
    FORMATS[form](path, rows, (1, NAME, 2, NAME), (1, CODE, 2, CODE))
    ran = pool.run("record", "import", str(path), "--source", SOURCE)
    assert (ran.exit_code, ran.json["added"], ran.json["issues"]["fixed_merged"]) == (0, 2, 1)
    row = pool.done("record", "show", "1-3", "--source")["provenance"]["row"]
    assert [row[place]["value"] for place in (NAME, CODE)] == ["", ""]
