"""How far a long command is, for a person who waits at a terminal."""

import sys
from collections.abc import Callable
from types import TracebackType
from typing import Self

from credit_cli.text import say

# Milliseconds: nothing is shown of what is over at once, and nothing too often to be read.
_PATIENCE, _PAUSE = 500, 200
_CLEAR = "\r\x1b[K"


class Progress:
    """One line on stderr that is written anew and taken away at the end; none but on a terminal.

    Calling it says how many rows are read and what share of the file that is,
    0 if nobody knows. `ticks` gives milliseconds.
    """

    def __init__(self, ticks: Callable[[], int], *, quiet: bool) -> None:
        self._ticks = ticks
        self._wanted = not quiet and sys.stderr.isatty()
        self._began = self._told = ticks()

    def __call__(self, rows: int, share: float) -> None:
        """Tell it, if it is time to."""
        if not self._wanted:
            return
        now = self._ticks()
        if now - self._began > _PATIENCE and now - self._told > _PAUSE:
            self._told = now
            self._write(_CLEAR + _words(rows, share, now - self._began))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._told > self._began:
            self._write(_CLEAR)

    def _write(self, line: str) -> None:
        sys.stderr.write(line)
        sys.stderr.flush()


def _words(rows: int, share: float, spent: int) -> str:
    left = round(spent * (1 - share) / share / 1_000) if share else None
    time = "-" if left is None else f"{left // 60}:{left % 60:02}"
    return say("notice.progress", rows=f"{rows:,}", rate=f"{rows * 1_000 // spent:,}", left=time)
