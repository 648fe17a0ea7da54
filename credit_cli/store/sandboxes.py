"""Where the demo plays: a store of its own, never the user's."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import URL

from credit_cli.store.engine import faults_translated, make_engine, store_url

SCHEMA = "credit_demo"


def sandbox_url(url: URL) -> URL:
    """The sandbox beside a store: another file, or a schema of its own in the same database."""
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "credit.db")
        return url.set(database=str(path.with_name(f"{path.stem}.demo{path.suffix}")))
    return url.update_query_dict({"options": f"-csearch_path={SCHEMA}"})


def fresh_sandbox(store: str) -> str:
    """An empty sandbox beside a store (URL or path); its URL, password included."""
    url = store_url(store)
    _clear(url, again=True)
    return sandbox_url(url).render_as_string(hide_password=False)


def remove_sandbox(store: str) -> None:
    """Remove the sandbox beside a store, if there is one."""
    _clear(store_url(store), again=False)


def _clear(url: URL, *, again: bool) -> None:
    sandbox = sandbox_url(url)
    if url.get_backend_name() == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(f"{sandbox.database}{suffix}").unlink(missing_ok=True)
        return
    engine = make_engine(url)
    with faults_translated(url), engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
        if again:
            connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
    engine.dispose()
