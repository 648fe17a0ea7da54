"""The pool as tests see it: a desk to work at, and what the tables hold."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from credit_cli.folders import shipped_policy
from credit_cli.store.engine import connect, store_url
from credit_cli.store.work import Desk, Terms
from credit_cli.tables import metadata
from tests.intake.senders import EVALUATION, resident_id, save_rows
from tests.program import Credit, Ran

NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)
SOURCE = "provincial_pool"
PERSON_NAME = "虚拟人物甲"
TERMS = Terms(as_of=date(2026, 11, 22), now=NOW, moment=lambda: NOW, actor="tester", command="test")


def person(n: int) -> str:
    """The id of one of many impossible people."""
    return resident_id(sequence=f"{n:03}")


@contextmanager
def desk(url: str, terms: Terms = TERMS) -> Iterator[Desk]:
    """A desk with a connection of its own."""
    with connect(store_url(url)) as connection:
        yield Desk(connection=connection, terms=terms)


def ask(connection: Connection, query: str, **params: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """The rows of a query, in a transaction of their own."""
    with connection.begin():
        return [dict(row) for row in connection.execute(text(query), params).mappings()]


def held(url: str, query: str, **params: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - SQL values
    """The rows of a query over a connection of its own."""
    with connect(store_url(url)) as connection:
        return ask(connection, query, **params)


def change(url: str, statement: str) -> None:
    """Do to a store what no command of ours would."""
    with connect(store_url(url)) as connection, connection.begin():
        connection.execute(text(statement))


def contents(url: str) -> dict[str, list[str]]:
    """Every row of every table, in an order of their own: equal if nothing was written."""
    with connect(store_url(url)) as connection:
        return {
            name: sorted(map(str, ask(connection, f"SELECT * FROM {name}")))  # noqa: S608 - ours
            for name in metadata.tables
        }


def changed_pack(folder: Path, file: str, old: str, new: str) -> Path:
    """The shipped pack in a folder of its own with one thing changed, without its situations."""
    shutil.copytree(shipped_policy(), folder, ignore=shutil.ignore_patterns("tests"))
    path = folder / file
    before = path.read_text(encoding="utf-8")
    assert before.count(old) == 1, f"{old} does not name one place in {file}"
    path.write_text(before.replace(old, new), encoding="utf-8")
    return folder


class Pool(NamedTuple):
    """A store filled and asked through the real commands, on the day of TERMS."""

    credit: Credit
    url: str
    folder: Path

    def run(self, *argv: str, stdin: str | None = None, **env: str) -> Ran:
        """What `credit argv...` leaves behind; JSON out unless CREDIT_OUTPUT says otherwise."""
        return self.credit(*argv, db=self.url, now=NOW.isoformat(), env=env, stdin=stdin)

    def done(self, *argv: str) -> Any:  # noqa: ANN401 - whatever the command's contract says
        """What a command that must succeed gives."""
        ran = self.run(*argv)
        assert ran.exit_code == 0, ran.stderr
        return ran.json

    def records(self, *rows: Mapping[str, str]) -> Ran:
        """Import licences or penalties."""
        return self._import("record", rows)

    def evaluations(self, *rows: Mapping[str, str]) -> Ran:
        """Import scores and grades."""
        return self._import("evaluation", rows)

    def _import(self, kind: str, rows: Sequence[Mapping[str, str]]) -> Ran:
        path = self.folder / f"{kind}-{len(list(self.folder.iterdir()))}.csv"
        return self.run(kind, "import", str(save_rows(path, *rows)), "--source", SOURCE)

    def held(self, query: str, **params: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - SQL values
        """The rows of a query."""
        return held(self.url, query, **params)

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self.held(f"SELECT count(*) AS n FROM {table}")[0]["n"])  # noqa: S608 - ours

    def grade(self, code: str, grade: str, name: str = "虚构农场有限公司") -> None:
        """Let a source give a subject a grade of the tier scale."""
        row = {"code": code, "name": name, "scale": "tier", "grade": grade, "score": ""}
        assert self.evaluations(EVALUATION | row).exit_code == 0

    def score(self, points: int, *codes: str) -> None:
        """Let persons have a personal score."""
        row = {"name": PERSON_NAME, "scale": "jinye", "grade": "", "score": str(points)}
        rows = (EVALUATION | row | {"code": code} for code in codes)
        assert self.evaluations(*rows).exit_code == 0

    def activate(self, file: str, old: str, new: str) -> None:
        """Put the shipped policy in force with one thing changed."""
        folder = self.folder.parent / f"pack-{self.count('policy_version')}"
        self.done("policy", "activate", str(changed_pack(folder, file, old, new)))

    def refusals(self) -> list[dict[str, Any]]:
        """What each attempt that a rule refused left in the audit."""
        entries = self.held("SELECT params FROM audit_entry WHERE action = 'refused' ORDER BY seq")
        told = (entry["params"] for entry in entries)
        return [json.loads(one) if isinstance(one, str) else one for one in told]
