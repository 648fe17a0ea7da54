"""A unit of work is saved whole or not at all, and its audit with it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from credit_cli.store import audits
from credit_cli.store.engine import connect
from credit_cli.store.engine import store_url as make_url
from credit_cli.store.lookups import add_lookup
from credit_cli.store.numbers import take_numbers
from credit_cli.store.work import Work
from credit_cli.tables.audits import AuditEntry
from tests.pool import NOW, TERMS, ask, contents, desk, held

BEIJING = timezone(timedelta(hours=8))
UPSERT = (
    "INSERT INTO {table} SELECT * FROM {table} WHERE true"
    " ON CONFLICT ({key}) DO UPDATE SET actor = 'another'"
)
CHANGES = [
    ("sqlite_url", "UPDATE {table} SET actor = 'another'"),
    ("sqlite_url", "DELETE FROM {table}"),
    ("sqlite_url", "INSERT OR REPLACE INTO {table} SELECT * FROM {table}"),
    ("sqlite_url", UPSERT),
    ("postgres_url", "UPDATE {table} SET actor = 'another'"),
    ("postgres_url", "DELETE FROM {table}"),
    ("postgres_url", UPSERT),
    ("postgres_url", "TRUNCATE {table}"),
]
KEYS = {"audit_entry": "seq", "lookup": "subject_id, id"}


class Interrupted(BaseException):
    """Whatever may happen in the middle of work, Ctrl-C too."""


def act(work: Work) -> None:
    """A change with its audit entry."""
    take_numbers(work.session, "case")
    work.audit("case.open", subject=7, item="敬老优待证")


def verify(entries: list[AuditEntry]) -> None:
    """The chain is whole: numbered without a gap, each entry sealed over the one before."""
    before = "0" * 64
    for seq, entry in enumerate(entries, 1):
        assert (entry.seq, entry.previous) == (seq, before)
        before = entry.hash
        assert before == audits.entry_hash(entry)


def entries(url: str) -> list[AuditEntry]:
    with connect(make_url(url)) as connection, Session(connection) as session:
        return audits.list_entries(session)


def test_work_is_saved_at_its_end_with_its_audit(store_url: str) -> None:
    before = held(store_url, "SELECT count(*) AS n FROM audit_entry")[0]["n"]
    with desk(store_url) as at, at.open(writing=True) as work:
        act(work)
        assert held(store_url, "SELECT count(*) AS n FROM audit_entry") == [{"n": before}]
    last = entries(store_url)[-1]
    assert (last.action, last.actor, last.at) == ("case.open", "tester", NOW)
    assert last.params == {"subject": 7, "item": "敬老优待证"}
    assert held(store_url, "SELECT next_free FROM number_block WHERE name = 'case'") == [
        {"next_free": 2}
    ]


@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt, SystemExit, Interrupted])
def test_whatever_goes_wrong_nothing_is_saved(store_url: str, fault: type[BaseException]) -> None:
    before = contents(store_url)
    with suppress(fault), desk(store_url) as at, at.open(writing=True) as work:
        act(work)
        work.session.flush()
        raise fault
    assert contents(store_url) == before


def test_an_audit_that_fails_takes_its_work_with_it(store_url: str) -> None:
    before = contents(store_url)
    with suppress(TypeError), desk(store_url) as at, at.open(writing=True) as work:
        take_numbers(work.session, "case")
        work.audit("case.open", subject=object())
    assert contents(store_url) == before


def test_a_dry_run_does_everything_and_saves_nothing(store_url: str) -> None:
    before = contents(store_url)
    with desk(store_url, replace(TERMS, dry_run=True)) as at, at.open(writing=True) as work:
        act(work)
        add_lookup(work, 7, "training")
        assert take_numbers(work.session, "case") == 2
    assert contents(store_url) == before


def test_a_desk_takes_one_work_after_another(store_url: str) -> None:
    with desk(store_url) as at:
        for _ in range(2):
            with at.open(writing=True) as work:
                act(work)
            with suppress(RuntimeError), at.open(writing=True) as work:
                act(work)
                raise RuntimeError
        with at.open(writing=False) as work:
            assert [one.action for one in audits.list_entries(work.session)][-2:] == [
                "case.open"
            ] * 2


def test_the_chain_verifies_wherever_its_clock_stood(store_url: str) -> None:
    for now in (NOW, datetime(2026, 11, 22, 9, 30, 1, 5, tzinfo=BEIJING)):
        with desk(store_url, replace(TERMS, now=now)) as at, at.open(writing=True) as work:
            act(work)
            act(work)
    chain = entries(store_url)
    verify(chain)
    (head,) = held(store_url, "SELECT seq, hash FROM audit_head")
    assert head == {"seq": chain[-1].seq, "hash": chain[-1].hash}


@pytest.mark.parametrize(
    "forge",
    [
        lambda entry: setattr(entry, "actor", "another"),
        lambda entry: setattr(entry, "action", "nothing"),
        lambda entry: setattr(entry, "params", {"subject": 8}),
        lambda entry: setattr(entry, "at", entry.at + timedelta(seconds=1)),
        lambda entry: setattr(entry, "previous", "1" * 64),
        lambda entry: setattr(entry, "seq", entry.seq + 1),
    ],
    ids=["actor", "action", "params", "at", "previous", "seq"],
)
def test_a_forged_entry_breaks_the_chain(
    sqlite_url: str, forge: Callable[[AuditEntry], None]
) -> None:
    chain = entries(sqlite_url)
    verify(chain)
    forge(chain[0])
    with pytest.raises(AssertionError):
        verify(chain)


@pytest.mark.parametrize("table", KEYS)
@pytest.mark.parametrize(("store", "change"), CHANGES)
def test_what_was_logged_can_be_neither_changed_nor_removed(
    request: pytest.FixtureRequest, store: str, table: str, change: str
) -> None:
    with desk(request.getfixturevalue(store)) as at:
        with at.open(writing=True) as work:
            act(work)
            add_lookup(work, 7, "training")
        before = ask(at.connection, f"SELECT * FROM {table}")  # noqa: S608 - a table of ours
        with pytest.raises(DBAPIError, match="append-only"):
            ask(at.connection, change.format(table=table, key=KEYS[table]))
        assert ask(at.connection, f"SELECT * FROM {table}") == before  # noqa: S608 - as above


def test_numbers_are_handed_out_once_each(store_url: str) -> None:
    with desk(store_url) as at, at.open(writing=True) as work:
        assert take_numbers(work.session, "subject", 3) == 1
        assert take_numbers(work.session, "subject") == 4
        assert take_numbers(work.session, "case") == 1
