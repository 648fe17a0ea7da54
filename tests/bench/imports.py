"""The whole import job against the raw loader of the same database: run by hand.

`python -m tests.bench.imports [ROWS] [ROUNDS] [sqlite|postgres]` writes a file of penalties
(tests/bench/penalties) and takes turns: the raw loader (`sqlite3 .import` / psql `\\copy` into a
table with the same two indexes), a first import into an empty pool, a second file into the pool
of the first; both again without rows as sent, and on PostgreSQL with --exclusive. It prints wall
seconds, rows per second, the ratio to the raw loader of the same round, and the peak memory of all
processes of an import together. PostgreSQL is the tests' own (fsync off for both sides).
"""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

from tests import postgres
from tests.bench.penalties import write

COLUMNS = ", ".join(f"c{n} text" for n in range(14))
# The party, the document, the authority and the day; then the party again, as a pool is read.
INDEXES = "CREATE UNIQUE INDEX k ON p (c2, c3, c11, c9); CREATE INDEX s ON p (c2, c9);"
Figures = dict[str, list[float]]
# What is imported; the options are those of `turn`.
VARIANTS: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    (" without raw rows", {"module": "tests.bench.without_raws"}),
    (" --exclusive", {"options": ("--exclusive",)}),
]


def tree(pid: int) -> Iterator[int]:
    """A process and all its descendants."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from tree(int(child))


def resident(pid: int) -> int:
    """KiB of memory of a process and its descendants; what has ended counts nothing."""
    total = 0
    for one in tree(pid):
        try:
            lines = Path(f"/proc/{one}/status").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return total


def timed(
    command: list[str], env: dict[str, str], script: str = "", expected: tuple[int, ...] = (0, 3)
) -> tuple[float, float]:
    """Wall seconds and peak MiB of a command with all its processes."""
    began, peak = perf_counter(), 0
    with subprocess.Popen(
        command, env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        if process.stdin:
            process.stdin.write(script.encode())
            process.stdin.close()
        ended = threading.Event()

        def sample() -> None:
            nonlocal peak
            while not ended.is_set():
                peak = max(peak, resident(process.pid))
                sleep(0.05)

        sampler = threading.Thread(target=sample)
        sampler.start()
        told = process.stderr.read() if process.stderr else b""
        code = process.wait()
        ended.set()
        sampler.join()
    if code not in expected:
        raise RuntimeError(told.decode())
    return perf_counter() - began, peak / 1024


def credit(store: str, home: Path, *argv: str, module: str = "credit_cli") -> tuple[float, float]:
    """One command of the program on a store."""
    dropped = {"PYTHONDONTWRITEBYTECODE"}
    env = {name: value for name, value in os.environ.items() if name not in dropped}
    env |= {"CREDIT_DB": store, "CREDIT_HOME": str(home), "CREDIT_LANG": "en"}
    return timed([sys.executable, "-m", module, *argv], env)


def raw_sqlite(path: Path, source: Path) -> float:
    """`.import` into a table with the indexes, as durable as the program's own commits."""
    path.unlink(missing_ok=True)
    script = f"""PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
CREATE TABLE p ({COLUMNS}); {INDEXES}
.mode csv
.import --skip 1 {source} p
"""
    return timed(["sqlite3", str(path)], dict(os.environ), script)[0]


def raw_postgres(url: str, source: Path) -> float:
    """`\\copy` into a table with the indexes."""
    script = f"""DROP TABLE IF EXISTS p; CREATE TABLE p ({COLUMNS}); {INDEXES}
\\copy p from '{source}' csv header
"""
    return timed(["psql", "-q", "-v", "ON_ERROR_STOP=1", url], dict(os.environ), script)[0]


def turn(  # noqa: PLR0913 - keywords, each a circumstance of the turn
    figures: Figures,
    name: str,
    store: str,
    raw: float,
    files: list[Path],
    *,
    options: tuple[str, ...] = (),
    module: str = "credit_cli",
) -> None:
    """A first and a second import into a fresh store, beside the raw loader's time."""
    home = files[0].parent
    credit(store, home, "init", "--sandbox")
    figures.setdefault(f"{name}: raw loader", []).append(raw)
    # The penalties are many and serious; the `options` are for the first file.
    argv = ("record", "import", "--source", "provincial_pool", "--accept")
    for which, file, own in zip(("first", "second"), files, (options, ()), strict=True):
        seconds, peak = credit(store, home, *argv, *own, str(file), module=module)
        print(f"{name}: {which} {seconds:.1f} s, {seconds / raw:.2f} times raw", file=sys.stderr)
        figures.setdefault(f"{name}: {which} import", []).append(seconds)
        figures.setdefault(f"{name}: {which} ratio", []).append(seconds / raw)
        figures.setdefault(f"{name}: {which} peak MiB", []).append(peak)


@contextmanager
def server() -> Iterator[str]:
    """The tests' PostgreSQL."""
    with postgres.serving() as url:
        yield url


def main(rows: int, rounds: int, database: str = "") -> None:
    """Take turns and print medians, of both databases or of one."""
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder, server() as url:
        home = Path(folder)
        files = [home / "first.csv", home / "second.csv"]
        clean = home / "clean.csv"
        for seed, file in enumerate(files, 1):
            write(file, rows, seed)
        # The raw loaders stop at a duplicate key, which a missing document number makes.
        write(clean, rows, 1, faults=0.0)
        for number in range(rounds):
            if database != "postgres":
                raw = raw_sqlite(home / "raw.db", clean)
                for name, more in VARIANTS[:2]:
                    store = home / "pool.db"
                    turn(figures, f"SQLite{name}", f"sqlite:///{store}", raw, files, **more)
                    store.unlink()
            if database != "sqlite":
                with postgres.database(url, f"raw{number}") as one:
                    raw = raw_postgres(one, clean)
                for place, (name, more) in enumerate(VARIANTS):
                    with postgres.database(url, f"bench{number}{place}") as one:
                        turn(figures, f"PostgreSQL{name}", one, raw, files, **more)
    for name, values in figures.items():
        middle = median(values)
        speed = f"{rows / middle:12,.0f} rows/s" if name.endswith(("import", "loader")) else ""
        print(f"{name:42} {middle:9.2f} {speed}")


if __name__ == "__main__":
    rows, rounds, *chosen = [*sys.argv[1:], *("200000", "3")[len(sys.argv) - 1 :]]
    main(int(rows), int(rounds), *chosen)
