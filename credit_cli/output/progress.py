"""How far a long command is, for a person who waits at a terminal; for a log what it took."""

import sys
from collections.abc import Callable
from types import TracebackType
from typing import Self

from credit_cli.text import say

# Milliseconds: nothing is shown of what is over at once, and nothing too often to be read.
_PATIENCE, _PAUSE = 500, 200
_LONG = 10_000  # milliseconds after which a log is told
_CLEAR = "\r\x1b[K"


class Progress:
    """One line on stderr that is written anew and taken away at the end; only on a terminal.

    Elsewhere, in cron, one line at the end of what took long and ended well.

    Calling it says how many rows are read and what share of the file that is,
    0 if nobody knows. `ticks` gives milliseconds.
    """

    def __init__(self, ticks: Callable[[], int], *, quiet: bool) -> None:
        self._ticks = ticks
        self._wanted = not quiet and sys.stderr.isatty()
        self._logged = not quiet and not self._wanted
        self._rows = 0
        self._began = self._told = ticks()

    def __call__(self, rows: int, share: float) -> None:
        """Tell it, if it is time to."""
        self._rows = rows
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
        spent = self._ticks() - self._began
        if self._logged and error is None and spent > _LONG:
            rate, took = _rate(self._rows, spent), _clock(spent // 1_000)
            self._write(say("notice.took", rows=f"{self._rows:,}", rate=rate, took=took) + "\n")

    def _write(self, line: str) -> None:
        sys.stderr.write(line)
        sys.stderr.flush()


def _words(rows: int, share: float, spent: int) -> str:
    left = _clock(round(spent * (1 - share) / share / 1_000)) if share else "-"
    return say("notice.progress", rows=f"{rows:,}", rate=_rate(rows, spent), left=left)


def _rate(rows: int, spent: int) -> str:
    return f"{rows * 1_000 // spent:,}"


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"
