"""Every way of having a PostgreSQL on this machine gives a server that tests can use."""

from pathlib import Path

import psycopg
import pytest

from tests import postgres

WAYS = sorted(set(postgres.binaries()))


def test_the_wheel_brings_a_server_where_the_system_has_none() -> None:
    assert postgres.wheel_binaries() in WAYS


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.parts[-2])
def test_server_keeps_utf8_and_leaves_nothing_behind(way: Path) -> None:
    with (
        postgres.serving(way) as server,
        postgres.database(server, "cases") as url,
        psycopg.connect(url) as connection,
    ):
        shown = connection.execute("SHOW server_encoding").fetchone()
        folder = Path(connection.info.host)
    assert shown == ("UTF8",)
    assert not folder.exists()
