"""A person at a terminal sees how far a long command is; a script never does."""

import io
import sys
from contextlib import suppress

import pytest

from credit_cli.output import Progress


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


class Ticks:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


def shown(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, *, quiet: bool = False) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    ticks = Ticks()
    with Progress(ticks, quiet=quiet) as progress:
        for ticks.now, rows, share in [(500, 500, 0.1), (1000, 9000, 0.25), (1199, 9500, 0.3)]:
            progress(rows, share)
    return stream.getvalue()


@pytest.mark.parametrize("spent", [10_000, 10_001])
def test_a_log_is_told_in_one_line_what_took_more_than_ten_seconds(
    monkeypatch: pytest.MonkeyPatch, spent: int
) -> None:
    stream, ticks = io.StringIO(), Ticks()
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress(ticks, quiet=False) as progress:
        progress(9_000, 0.5)
        progress(20_000, 1.0)
        ticks.now = spent
    told = "20,000 rows read in 0:10, 1,999 a second.\n" if spent > 10_000 else ""
    assert stream.getvalue() == told


def test_what_fails_or_is_to_be_quiet_tells_a_log_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream, ticks = io.StringIO(), Ticks()
    monkeypatch.setattr(sys, "stderr", stream)
    with suppress(ZeroDivisionError), Progress(ticks, quiet=False):
        ticks.now = 60_000
        raise ZeroDivisionError
    with Progress(ticks, quiet=True):
        ticks.now = 120_000
    assert not stream.getvalue()


def test_rows_speed_and_time_left_are_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    told = shown(monkeypatch, Terminal())
    assert told == "\r\x1b[K9,000 rows read, 9,000 a second, 0:03 left\r\x1b[K"


@pytest.mark.parametrize(("stream", "quiet"), [(io.StringIO(), False), (Terminal(), True)])
def test_scripts_and_the_quiet_see_nothing(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, *, quiet: bool
) -> None:
    assert shown(monkeypatch, stream, quiet=quiet) == ""


def test_what_is_over_at_once_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress(lambda: 0, quiet=False) as progress:
        progress(500, 1.0)
    assert stream.getvalue() == ""


def test_time_left_is_unknown_where_the_share_is(monkeypatch: pytest.MonkeyPatch) -> None:
    stream, ticks = Terminal(), Ticks()
    monkeypatch.setattr(sys, "stderr", stream)
    progress = Progress(ticks, quiet=False)
    ticks.now = 2000
    progress(8000, 0.0)
    assert stream.getvalue().endswith("4,000 a second, - left")
