"""Chunks of a file, staged one after the other while another one is merged.

A database server stages the next chunk over a second connection meanwhile.
SQLite cannot: its connections drop their pages of the pool whenever another one
has written.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import cycle, pairwise
from typing import Any

from credit_cli.actions.chunks import Chunk, Incoming, next_chunk
from credit_cli.rules.drafts import Page
from credit_cli.store import staging
from credit_cli.store.work import Desk

Staged = Iterator[tuple[Desk, Chunk]]


@contextmanager
def staged_chunks(
    desk: Desk, incoming: Incoming, pages: Iterator[Page[Any]], rows: Callable[[], int]
) -> Iterator[Staged]:
    """The chunks in the file's order, each with the desk that holds its stage.

    `rows` tells how many the next one takes; nothing is staged any more when the block ends.
    """
    with _desks(desk, incoming) as desks, ThreadPoolExecutor(1) as helper:

        def begin(at: Desk) -> Callable[[], Chunk]:
            stage = partial(_stage, at, incoming, pages, rows)
            return helper.submit(stage).result if len(desks) > 1 else stage

        try:
            yield _in_turn(desks, begin)
        except BaseException:
            incoming.file.closing.close()  # nobody waits for what is still being read
            raise


@contextmanager
def _desks(desk: Desk, incoming: Incoming) -> Iterator[Sequence[Desk]]:
    """The desk, and for a large file in a database server one beside it."""
    if not (incoming.file.survey.large and staging.goes_on_beside(desk.connection)):
        yield (desk,)
        return
    with desk.beside() as other:
        staging.create_stage(other.connection, incoming.kind.stage, in_memory=True)
        yield desk, other


def _in_turn(desks: Sequence[Desk], begin: Callable[[Desk], Callable[[], Chunk]]) -> Staged:
    coming = begin(desks[0])
    for at, following in pairwise(cycle(desks)):
        if not (chunk := coming()).pages:
            return
        coming = begin(following)
        yield at, chunk


def _stage(
    desk: Desk, incoming: Incoming, pages: Iterator[Page[Any]], rows: Callable[[], int]
) -> Chunk:
    staging.clear_stage(desk.connection)  # of the chunk before, which is merged
    return next_chunk(desk, incoming, pages, rows())
