"""Imports killed at random moments and begun again, against one that nobody killed: run by hand.

`python -m tests.bench.kills [ROUNDS] [SCENE] [ROWS] [SEED]` imports a file of penalties into a
fresh store, kills the program with all its processes (SIGKILL) at some moment of the time that a
whole import takes, imports once more, and compares every table, the rejects file and, on
PostgreSQL, the keys with those of an import that was left alone. While the batch is unfinished
nothing of it may be seen. It prints what differs, and how many rounds ended equal.

A SCENE is a database and what is imported: `sqlite`, `postgres`: a first file; `exclusive`,
`mixed`: the same on PostgreSQL with --exclusive, begun again with and without it;
`sqlite-corrected`, `postgres-corrected`: the rejects of an earlier file, come back corrected.
"""

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from time import perf_counter, sleep
from typing import Any, NamedTuple

from sqlmodel import Session, func, select

from credit_cli.store.audits import entry_hash, list_entries
from credit_cli.store.engine import connect, store_url
from credit_cli.store.records import seen
from credit_cli.store.subjects import list_subjects
from credit_cli.tables import metadata
from credit_cli.tables.records import Record
from credit_cli.tables.subjects import Subject
from tests import postgres
from tests.bench.imports import server
from tests.bench.penalties import HEADINGS, rows
from tests.pool import ask

# What may differ between two runs: times, what is made of them, and numbers that were passed over.
TIMES = {"at", "started_at", "finished_at", "settled_at", "read_ms", "merge_ms", "hash", "previous"}
PASSED_OVER = {"number_block", "audit_head"}
KEYS = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
NAME, CODE, FACT = map(HEADINGS.index, ("行政相对人名称", "统一社会信用代码", "违法事实"))
Dump = dict[str, list[str]]


class Scene(NamedTuple):
    """A store as it is before every round, the file, and the options of first and second try."""

    fresh: Callable[[], AbstractContextManager[str]]
    file: Path
    options: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    @property
    def rejects(self) -> Path:
        """Where the questioned rows go."""
        return self.file.with_name(f"{self.file.name}.rejects.csv")

    def begin(self, store: str, attempt: int) -> "subprocess.Popen[str]":
        """An import that runs in a group of its own."""
        argv = ("record", "import", "--source", "provincial_pool", "--accept", str(self.file))
        return begin(store, *argv, *self.options[attempt])


def begin(store: str, *argv: str) -> "subprocess.Popen[str]":
    """A command that runs in a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "credit_cli", *argv],
        env=os.environ | {"CREDIT_DB": store, "CREDIT_OUTPUT": "json", "CREDIT_LANG": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ended(process: "subprocess.Popen[str]") -> tuple[int, dict[str, Any], str]:
    """Exit code, what was told, and the notices."""
    out, err = process.communicate()
    return process.returncode, json.loads(out or "{}"), err


def written(file: Path, count: int, seed: int, faults: float) -> Path:
    """Penalties of which some come twice: unchanged, changed, of another name, of nobody."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(HEADINGS)
        for number, row in enumerate(rows(count, seed, faults)):
            writer.writerow(row)
            for place, text in ((FACT, row[FACT] + "补正。"), (NAME, "某公司"), (CODE, "")):
                if number % 47 == place:
                    writer.writerow([*row[:place], text, *row[place + 1 :]])
    return file


def corrected(rejects: Path, file: Path) -> Path:
    """The rejects with every second day that is impossible mended."""
    with rejects.open(encoding="utf-8-sig", newline="") as sent:
        lines = list(csv.reader(sent))
    with file.open("w", encoding="utf-8", newline="") as opened:
        for number, line in enumerate(lines):
            mended = ["2024-02-29" if cell == "2024-02-30" else cell for cell in line]
            csv.writer(opened).writerow(mended if number % 2 else line)
    return file


def dump(store: str) -> Dump:
    """All that two equal pools have in common, table by table; the audit's chain is whole."""
    with connect(store_url(store)) as connection:
        held = {
            name: sorted(map(_told, ask(connection, f"SELECT * FROM {name}")))  # noqa: S608 - ours
            for name in metadata.tables
            if name not in PASSED_OVER
        }
        if connection.dialect.name == "postgresql":
            held["keys"] = sorted(map(str, ask(connection, KEYS)))
        with Session(connection) as session:
            entries = list_entries(session)
    befores = ["", *(one.hash for one in entries)][: len(entries)]
    broken = [e.seq for e, b in zip(entries, befores, strict=True) if b and e.previous != b]
    held["chain"] = [str(broken), str([e.seq for e in entries if entry_hash(e) != e.hash])]
    return held


def _told(row: dict[str, Any]) -> str:
    return str({name: value for name, value in row.items() if name not in TIMES})


def visible(store: str) -> tuple[int, int, int]:
    """How many records and subjects anybody sees, and how many batches are unfinished."""
    with connect(store_url(store)) as connection, Session(connection) as session:
        records = session.exec(select(func.count()).select_from(Record).where(seen(Record))).one()
        subjects = list_subjects(session, session.exec(select(Subject.id)))
        running = "SELECT count(*) FROM batch WHERE state = 'running'"
        return records, len(subjects), session.connection().exec_driver_sql(running).scalar_one()


def moments(count: int, whole: float, draw: random.Random) -> Iterator[float]:
    """Seconds: three of five anywhere, one near the start, one near the end."""
    spans = ((0.0, 1.0), (0.0, 1.0), (0.0, 0.15), (0.0, 1.0), (0.85, 1.02))
    for number in range(count):
        low, high = spans[number % len(spans)]
        yield whole * draw.uniform(low, high)


def differences(wanted: Dump, got: Dump) -> Iterator[str]:
    """What tables differ, and by how many rows."""
    for name, before in wanted.items():
        if before != (after := got[name]):
            lost, new = set(before) - set(after), set(after) - set(before)
            yield f"{name}: {len(lost)} lost, {len(new)} new, {len(before)} -> {len(after)} rows"


def one_round(scene: Scene, store: str, moment: float, untouched: tuple[int, int]) -> list[str]:
    """Kill one import and begin it again; what is wrong besides the pool."""
    process = scene.begin(store, 0)
    sleep(moment)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    ended(process) if process.returncode is not None else process.communicate()
    records, subjects, running = visible(store)
    wrong = ["seen too early"] if running and (records, subjects) != untouched else []
    code, _, said = ended(scene.begin(store, 1))
    return wrong if code in (0, 3) else [*wrong, f"exit {code}: {said.strip()[-300:]}"]


def play(name: str, scene: Scene, count: int, seed: int) -> int:
    """So many rounds; how many ended equal."""
    with scene.fresh() as store:
        untouched = visible(store)[:2]
        began = perf_counter()
        code, _, said = ended(scene.begin(store, 0))
        whole = perf_counter() - began
        if code not in (0, 3):
            raise RuntimeError(said)
        wanted, rejects = dump(store), scene.rejects.read_bytes()
    equal = 0
    for number, moment in enumerate(moments(count, whole, random.Random(seed))):  # noqa: S311
        scene.rejects.unlink(missing_ok=True)
        with scene.fresh() as store:
            wrong = one_round(scene, store, moment, untouched)
            wrong += differences(wanted, dump(store))
        if not scene.rejects.is_file() or scene.rejects.read_bytes() != rejects:
            wrong.append("rejects file differs" if scene.rejects.is_file() else "no rejects file")
        equal += not wrong
        if wrong:
            print(f"{name} {number}: killed after {moment:.2f} of {whole:.2f} s: {wrong}")
    print(f"{name:20} {equal} of {count} rounds ended equal (a whole import {whole:.2f} s)")
    return equal


def sqlite_stores(folder: Path, template: Path) -> Callable[[], AbstractContextManager[str]]:
    """Copies of a store, one at a time."""

    @contextmanager
    def fresh() -> Iterator[str]:
        place = Path(tempfile.mkdtemp(dir=folder))
        yield f"sqlite:///{shutil.copyfile(template, place / 'credit.db')}"
        shutil.rmtree(place)

    return fresh


def postgres_stores(url: str, template: str) -> Callable[[], AbstractContextManager[str]]:
    """Copies of a database, one at a time."""
    return lambda: postgres.database(url, "killed", template)


def scene_of(name: str, stack: ExitStack, folder: Path, count: int, seed: int) -> Scene:
    """The store and the file of a scene."""
    if name.startswith("sqlite"):
        store, fresh = f"sqlite:///{folder / 't.db'}", sqlite_stores(folder, folder / "t.db")
    else:
        url = stack.enter_context(server())
        store = stack.enter_context(postgres.database(url, "template_of_kills"))
        fresh = postgres_stores(url, "template_of_kills")
    ended(begin(store, "init", "--sandbox"))
    if not name.endswith("corrected"):
        once, plain = ("--exclusive",), ()
        options = {"exclusive": (once, once), "mixed": (once, plain)}.get(name, (plain, plain))
        return Scene(fresh, written(folder / "penalties.csv", count, seed, 0.02), options)
    first = Scene(fresh, written(folder / "first.csv", count, seed, 0.5))
    ended(first.begin(store, 0))
    return Scene(fresh, corrected(first.rejects, folder / "corrected.csv"))


def main(rounds: int, name: str, count: int, seed: int) -> None:
    """One scene."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        play(name, scene_of(name, stack, folder, count, seed), rounds, seed)


if __name__ == "__main__":
    given = [*sys.argv[1:], *("20", "sqlite", "40000", "1")[len(sys.argv) - 1 :]]
    main(int(given[0]), given[1], int(given[2]), int(given[3]))
