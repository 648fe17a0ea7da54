"""Our import beside two peers on the same file: run by hand.

`python -m tests.bench.peers [ROWS] [ROUNDS]` takes turns with `frictionless validate` (which
stores nothing) and `sqlite-utils insert` (which validates nothing), both from PATH, and prints
the median rows per second of each and how many times ours is as fast.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.bench.imports import credit, timed
from tests.bench.penalties import write


def ours(home: Path, number: int, file: Path) -> float:
    """A first import into a fresh SQLite store."""
    store = f"sqlite:///{home / f'{number}.db'}"
    credit(store, home, "init", "--sandbox")
    argv = ("record", "import", str(file), "--source", "provincial_pool", "--accept")
    return credit(store, home, *argv)[0]


def peer(name: str, *argv: str) -> float:
    """A peer's command; it may find faults."""
    program = shutil.which(name)
    if program is None:
        raise SystemExit(f"{name} is not on PATH")
    return timed([program, *argv], dict(os.environ), expected=(0, 1, 3))[0]


def main(rows: int, rounds: int) -> None:
    """Take turns and print medians."""
    spent: dict[str, list[float]] = {"credit": [], "frictionless": [], "sqlite-utils": []}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        file = home / "penalties.csv"
        write(file, rows)
        for number in range(rounds):
            spent["credit"].append(ours(home, number, file))
            spent["frictionless"].append(peer("frictionless", "validate", "--trusted", str(file)))
            target = str(home / f"utils{number}.db")
            spent["sqlite-utils"].append(
                peer("sqlite-utils", "insert", target, "p", str(file), "--csv")
            )
    fastest = median(spent["credit"])
    for name, seconds in spent.items():
        middle = median(seconds)
        print(f"{name:14} {rows / middle:10,.0f} rows/s, credit {middle / fastest:5.2f} times that")


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    main(*(given + [200_000, 1][len(given) :]))
