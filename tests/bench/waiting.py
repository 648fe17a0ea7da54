"""How long another writer waits while a large file is imported: run by hand.

`python -m tests.bench.waiting [ROWS]` imports a file of penalties and meanwhile opens a writing
unit of work on the same store, ten times a second; it prints the longest and the median wait in
seconds, on SQLite and on PostgreSQL.
"""

import sys
import tempfile
import threading
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from credit_cli.store.numbers import take_numbers
from tests import postgres
from tests.bench.imports import credit, server
from tests.bench.penalties import write
from tests.pool import desk


def waits(store: str, home: Path, file: Path) -> list[float]:
    """Seconds that each of the other writer's units of work took."""
    credit(store, home, "init", "--sandbox")
    argv = ("record", "import", str(file), "--source", "provincial_pool", "--accept")
    importer = threading.Thread(target=credit, args=(store, home, *argv))
    importer.start()
    spent = []
    with desk(store) as at:
        while importer.is_alive():
            began = perf_counter()
            with at.open(writing=True) as work:
                take_numbers(work.session, "subject")
            spent.append(perf_counter() - began)
            sleep(0.1)
    return spent


def main(rows: int) -> None:
    """Both databases, one after the other."""
    with tempfile.TemporaryDirectory() as folder, server() as url:
        home = Path(folder)
        file = home / "penalties.csv"
        write(file, rows)
        with postgres.database(url, "waiting") as database:
            stores = {"SQLite": f"sqlite:///{home / 'waiting.db'}", "PostgreSQL": database}
            for name, store in stores.items():
                spent = waits(store, home, file)
                print(
                    f"{name:11} {len(spent):5} writes, longest wait {max(spent):5.2f} s,"
                    f" median {median(spent):5.3f} s"
                )


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["200000"])[0]))
