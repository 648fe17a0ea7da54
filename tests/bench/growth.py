"""How an import grows with the file and with the pool: run by hand.

`python -m tests.bench.growth [ROWS] [sqlite|postgres]` imports a tenth of ROWS penalties into an
empty pool, ROWS into another one, and a tenth of ROWS more into that. It prints seconds, rows per
second and peak memory of each, and how many times as long the large file took as the small one,
and the later file as the first. ROWS is ten million by default; a file of that is 4 GB.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import postgres
from tests.bench.imports import credit, server
from tests.bench.penalties import write


@contextmanager
def stores(home: Path, database: str) -> Iterator[list[str]]:
    """Two empty pools."""
    names = ("small", "large")
    if database == "sqlite":
        yield [f"sqlite:///{home / name}.db" for name in names]
        return
    with (
        server() as url,
        postgres.database(url, names[0]) as small,
        postgres.database(url, names[1]) as large,
    ):
        yield [small, large]


def imported(title: str, store: str, file: Path, rows: int) -> float:
    """Import a file and print what it took; the seconds."""
    argv = ("record", "import", str(file), "--source", "provincial_pool", "--accept")
    seconds, peak = credit(store, file.parent, *argv)
    print(f"{title:34} {seconds:9.1f} s {rows / seconds:9,.0f} rows/s {peak:7.0f} MiB", flush=True)
    return seconds


def main(rows: int, database: str) -> None:
    """One database."""
    few = rows // 10
    with tempfile.TemporaryDirectory() as folder, stores(Path(folder), database) as (small, large):
        file = Path(folder) / "penalties.csv"
        for store in (small, large):
            credit(store, file.parent, "init", "--sandbox")
        write(file, few, seed=1)
        first = imported(f"{few:,} rows into an empty pool", small, file, few)
        write(file, rows, seed=2)
        whole = imported(f"{rows:,} rows into an empty pool", large, file, rows)
        write(file, few, seed=3)
        later = imported(f"{few:,} rows into that pool", large, file, few)
        print(f"ten times the rows {whole / first:5.2f} times as long")
        print(f"into the filled pool {later / first:5.2f} times as long")


if __name__ == "__main__":
    given = [*sys.argv[1:], *("10000000", "sqlite")[len(sys.argv) - 1 :]]
    main(int(given[0]), given[1])
