"""A large file read by a process of its own, while this one merges what has been read.

The child sends pages through a pipe. A thread keeps some of them ready there,
so that the child reads on while nobody fetches; how many is bounded, and so is
the memory. A child whose parent is gone ends at its next page.
"""

import gc
import os
import pickle
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from queue import Queue
from threading import Thread
from traceback import format_tb
from typing import Any, NamedTuple

from credit_cli.errors import CreditError, ReadingEnded
from credit_cli.intake.pages import DraftFile
from credit_cli.intake.readings import Reading
from credit_cli.intake.tables import Survey, TableFile
from credit_cli.rules.drafts import Page

_AHEAD = 64  # pages kept ready: nearly as many as are merged at once


class _Fault(NamedTuple):
    """An expected error on its way to the parent."""

    kind: type[CreditError]
    params: dict[str, Any]


def read_drafts(table: TableFile, reading: Reading) -> DraftFile[Any]:
    """The drafts of a file, read here or, if it is large, by a child that ends with `table`.

    Raises one of the Unreadable errors, ReadingEnded if somebody ends the child.
    """
    if not table.survey.large:
        return reading(table)
    child = _Child(table.survey, reading)
    table.closing.callback(child.end)
    drafts: DraftFile[Any] = child.fetch()
    drafts.pages = child.pages()
    return drafts


class _Child:
    """The process that reads, and the pipe from it."""

    def __init__(self, survey: Survey, reading: Reading) -> None:
        self._path = survey.path
        spawn = get_context("spawn")  # a fork would share the connection to the database
        self._pipe, theirs = spawn.Pipe(duplex=False)
        self._process = spawn.Process(target=_serve, args=(theirs, survey, reading), daemon=True)
        resource_tracker.ensure_running()  # it would let interrupts in again
        with _interrupts_blocked():
            self._process.start()
        theirs.close()

    def pages(self) -> Iterator[Page[Any]]:
        """Every page, in the file's order."""
        while (page := self.fetch()) is not None:
            yield page
        self.end()

    def fetch(self) -> Any:  # noqa: ANN401 - first a file, then pages, then None
        """What the child sends next."""
        try:
            message = pickle.loads(self._pipe.recv_bytes())  # noqa: S301 - from our own child
        except (EOFError, OSError):
            message = _Fault(ReadingEnded, {"path": str(self._path)})
        if isinstance(message, _Fault):
            raise message.kind(**message.params)
        if isinstance(message, Exception):
            raise message
        return message

    def end(self) -> None:
        """End the child, if it has not ended by itself, and wait for that.

        A thread that waits for its next page is told that there is none.
        """
        self._process.terminate()
        self._process.join()
        self._pipe.close()


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """What is started here never hears of Ctrl-C: its parent does, and ends it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, survey: Survey, reading: Reading) -> None:
    """Read the file and send what it holds: the child's whole life."""
    gc.disable()  # pages hold no cycles
    ready: Queue[bytes | None] = Queue(_AHEAD)
    sender = Thread(target=_send_all, args=(pipe, ready))
    sender.start()
    try:
        for message in _messages(survey, reading):
            ready.put(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
    finally:
        ready.put(None)
        sender.join()


def _messages(survey: Survey, reading: Reading) -> Iterator[Any]:
    try:
        with TableFile(survey) as table:
            drafts = reading(table)
            pages, drafts.pages = drafts.pages, iter(())
            yield drafts
            yield from pages
            yield None
    except CreditError as error:
        yield _Fault(type(error), error.params)
    except Exception as error:  # noqa: BLE001 - a bug, which the parent tells
        bug = RuntimeError(type(error).__name__)
        bug.add_note("".join(format_tb(error.__traceback__)))
        yield bug


def _send_all(pipe: Connection, ready: "Queue[bytes | None]") -> None:
    try:
        while (message := ready.get()) is not None:
            pipe.send_bytes(message)
    except OSError:
        os._exit(0)  # nobody fetches any more
