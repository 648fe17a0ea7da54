"""The program as tests run it: in this process, or as a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

ROOT = Path(__file__).parents[1]


class Ran(NamedTuple):
    """What a command left behind."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the command's contract says
        """The one JSON value on stdout."""
        return json.loads(self.stdout)

    @property
    def lines(self) -> list[Any]:
        """The JSON Lines on stdout, one value a line."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    @property
    def error(self) -> dict[str, Any]:
        """The JSON object that ends stderr: `{code, exit, message, hint, params}`."""
        told: dict[str, Any] = json.loads(self.stderr.splitlines()[-1])
        return told


class Credit(Protocol):
    """The fixture `credit`: runs one command; `now` needs a sandbox store."""

    def __call__(
        self,
        *argv: str,
        db: str | None = None,
        now: str | None = None,
        env: Mapping[str, str] | None = None,
        stdin: str | None = None,
    ) -> Ran:
        """What `credit argv...` leaves behind."""


def spawn(*argv: str, env: Mapping[str, str] | None = None) -> Ran:
    """What `python argv...` leaves behind, run where the package is importable."""
    done = subprocess.run(
        [sys.executable, *argv],
        cwd=ROOT,
        env=os.environ | dict(env or {}),
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def prepare(url: str) -> None:
    """Make a store at `url`; a sandbox, so that tests may set its clock."""
    made = spawn("-m", "credit_cli", "init", "--sandbox", env={"CREDIT_DB": url})
    if made.exit_code:
        raise RuntimeError(made.stdout + made.stderr)
