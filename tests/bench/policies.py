"""How long reading and checking a policy pack takes: the shipped one, and a large made-up one.

    python -m tests.bench.policies [ROUNDS]

Prints the median processor time of reading with every check, of building from the
canonical JSON, and of bare `tomllib` on the same files, interleaved in one run.
The large pack has 2,000 items and 300 scenarios of 8 rows.
"""

import statistics
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from credit_cli.folders import shipped_policy
from credit_cli.intake.policy import pack_from, read_pack

ITEMS, SCENARIOS, ROWS = 2000, 300, 8
HEADER = """[pack]
name = "large"
from = 2024-01-01
basis = "doc"
[basis.doc]
title = "Made up"
mark = "I"
[fact.rating]
type = "grade"
values = ["D", "C", "B", "A"]
[fact."penalties.recent"]
measure = "count"
over = "records"
where = { type = "penalty" }
within = "2y"
"""


def items() -> Iterator[str]:
    for n in range(ITEMS):
        yield f'[item.item_{n}]\ntitle = "事项 {n}"\ndepartment = "某局"\n'
        yield f'promised = "{n % 20 + 1}wd"\nlegal = "20wd"\n'
        for code, sort in (("form", "main"), ("plan", "secondary")):
            yield f'[[item.item_{n}.material]]\ncode = "{code}"\n'
            yield f'title = "{code}"\nclass = "{sort}"\n'


def scenarios() -> Iterator[str]:
    for n in range(SCENARIOS):
        yield f'[scenario.scenario_{n}]\ntitle = "场景 {n}"\nscope = {{ items = ["item_{n}"] }}\n'
        for row in range(ROWS):
            grade, low = "ABCD"[row % 4], 10 * (row // 4)
            yield f'[[scenario.scenario_{n}.row]]\nid = "row_{row}"\n'
            tests = (
                f'rating = "{grade}", age = "[{low}..{low + 10})", "penalties.recent" = {row // 4}'
            )
            yield f"when = {{ {tests} }}\ngrant = {{ quantity = {row + 1} }}\n"
        yield f"[scenario.scenario_{n}.else]\n"


def large(folder: Path) -> Path:
    (folder / "pack.toml").write_text(HEADER, encoding="utf-8")
    (folder / "items.toml").write_text("".join(items()), encoding="utf-8")
    (folder / "scenarios.toml").write_text("".join(scenarios()), encoding="utf-8")
    return folder


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def bare(folder: Path) -> None:
    for path in folder.glob("*.toml"):
        tomllib.loads(path.read_text(encoding="utf-8"))


def measure(name: str, folder: Path, rounds: int) -> None:
    content = read_pack(folder).content
    ways: dict[str, Callable[[], object]] = {
        "read and check": lambda: read_pack(folder),
        "build": lambda: pack_from(content),
        "tomllib alone": lambda: bare(folder),
    }
    times = {way: [] for way in ways}  # type: dict[str, list[float]]
    for _ in range(rounds):
        for way, work in ways.items():
            times[way].append(seconds(work))
    told = ", ".join(
        f"{way} {1000 * statistics.median(held):,.0f} ms" for way, held in times.items()
    )
    print(f"{name} ({len(content):,} characters): {told}")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    measure("shipped", shipped_policy(), rounds)
    with tempfile.TemporaryDirectory() as folder:
        measure(f"{ITEMS} items, {SCENARIOS} scenarios", large(Path(folder)), rounds)


if __name__ == "__main__":
    main()
