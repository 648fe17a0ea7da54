"""What a command does around its action: find the store, read the clock, open work, render."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import typer

from credit_cli import clock
from credit_cli.commands.leaf import META
from credit_cli.errors import (
    ClockRefused,
    Conflict,
    CreditError,
    MalformedValue,
    Refused,
    SettingInvalid,
)
from credit_cli.output import Format, Progress, default_format, emit, notice, report_error
from credit_cli.output.shapes import pick
from credit_cli.settings import Setting, Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from credit_cli.store.work import Desk, Terms, Work


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for besides the command's own options."""

    settings: Settings
    flags: frozenset[str]
    db: str
    format: Format
    fields: tuple[str, ...]
    quiet: bool
    command: str

    def origin(self, name: str) -> str:
        """Where a setting's value comes from: its flag, or what the settings say."""
        return f"--{name}" if name in self.flags else self.settings.held[name].origin


def request(ctx: typer.Context) -> Request:
    """The common options of this call, over the settings."""
    settings: Settings = ctx.find_root().obj.settings
    given = {name.removeprefix(META): value for name, value in ctx.meta.items()}
    fields = str(given.get("fields") or "")
    return Request(
        settings=settings,
        flags=frozenset(name for name, value in given.items() if value),
        db=given.get("db") or settings.store,
        format=wanted_format(given.get("output"), settings.held["output"]),
        fields=tuple(one.strip() for one in fields.split(",") if one.strip()),
        quiet=bool(given.get("quiet")),
        command=ctx.command_path.partition(" ")[2],
    )


def wanted_format(flag: str | None, setting: Setting) -> Format:
    """The format by its name; without one a table on a terminal and tsv elsewhere."""
    name, known = flag or setting.value, ", ".join(Format)
    if name is None:
        return default_format(sys.stdout.isatty())
    if name in list(Format):
        return Format(name)
    if flag:
        raise MalformedValue(option="--output", expected=known)
    raise SettingInvalid(setting="output", origin=setting.origin, expected=known)


@contextmanager
def desk(
    ctx: typer.Context, *, as_of: date | None = None, dry_run: bool = False
) -> "Iterator[Desk]":
    """A connection to the store, its schema checked, with the terms of this call."""
    from credit_cli.store.engine import connect, store_url  # noqa: PLC0415 - loads sqlalchemy
    from credit_cli.store.schema import check_schema  # noqa: PLC0415
    from credit_cli.store.work import Desk  # noqa: PLC0415

    asked = request(ctx)
    url = store_url(asked.db)
    with connect(url) as connection:
        check_schema(connection, url)
        moment = _clock(asked, connection)
        terms = _terms(asked, moment, as_of, dry_run=dry_run)
        yield Desk(connection=connection, terms=terms, ticks=clock.ticks, pause=clock.pause)


@contextmanager
def work(
    ctx: typer.Context, *, writing: bool, as_of: date | None = None, dry_run: bool = False
) -> "Iterator[Work]":
    """One unit of work; an attempt that a rule refuses is recorded in a second one."""
    with desk(ctx, as_of=as_of, dry_run=dry_run) as opened:
        about: list[int] = []
        with recorded(opened, about, writing=writing), opened.open(writing=writing) as work:
            work.about = about
            yield work


@contextmanager
def recorded(opened: "Desk", about: list[int], *, writing: bool = True) -> "Iterator[None]":
    """An attempt to change the store that a rule refuses is recorded in a unit of work of its own.

    `about` are the subjects it was about, as far as they were found.
    """
    try:
        yield
    except (Refused, Conflict) as refusal:
        if writing and not opened.terms.dry_run:
            with opened.open(writing=True) as second:
                second.audit(
                    "refused", command=opened.terms.command, code=refusal.code, subjects=about
                )
        raise


def _terms(
    asked: Request, moment: Callable[[], datetime], as_of: date | None, *, dry_run: bool
) -> "Terms":
    from credit_cli.store.work import Terms  # noqa: PLC0415 - loads sqlalchemy

    now = moment()
    return Terms(
        as_of=as_of or clock.business_day(now),
        now=now,
        moment=moment,
        actor=asked.settings.operator,
        command=asked.command,
        dry_run=dry_run,
    )


def _clock(asked: Request, connection: "Connection") -> Callable[[], datetime]:
    """What tells the time; a fixed one is for sandboxes, elsewhere passed over and said so."""
    from credit_cli.store.schema import is_sandbox  # noqa: PLC0415 - loads sqlalchemy

    fixed = asked.settings.get("now")
    if fixed is None:
        return clock.now
    if not is_sandbox(connection):
        notice("clock_passed_over", quiet=asked.quiet)
        return clock.now
    moment = fixed_clock(fixed)
    return lambda: moment


def fixed_clock(text: str) -> datetime:
    """CREDIT_NOW as a time: ISO 8601, in Hainan unless it names its zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ClockRefused from None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.BEIJING)


def today() -> date:
    """The business day where there is no store."""
    return clock.business_day(clock.now())


def checked(ctx: typer.Context, view: dict[str, Any]) -> dict[str, Any]:
    """The view of something about to be saved; MalformedValue if it lacks a field asked for."""
    pick(view, request(ctx).fields)
    return view


def show(ctx: typer.Context, data: Any, *, title: str | None = None) -> None:  # noqa: ANN401
    """Render what an action gave, after its commit."""
    asked = request(ctx)
    emit(data, format=asked.format, fields=asked.fields, title=title)


def show_lines(ctx: typer.Context, rows: list[dict[str, Any]]) -> None:
    """Render what came of subjects on stdin: JSON means one object a line."""
    asked = request(ctx)
    lines = Format.JSONL if asked.format is Format.JSON else asked.format
    emit(rows, format=lines, fields=asked.fields)


def progress(ctx: typer.Context) -> Progress:
    """What tells a person at a terminal how far a long command is."""
    return Progress(clock.ticks, quiet=request(ctx).quiet)


def say_dry(ctx: typer.Context, *, dry_run: bool) -> None:
    """Tell a person that nothing was saved."""
    if dry_run:
        notice("dry_run", quiet=request(ctx).quiet)


def report_line(ctx: typer.Context, fault: CreditError, line: int) -> None:
    """Tell which line of stdin failed and why, without what stood in it."""
    asked = request(ctx)
    params = fault.params | {"line": line}
    notice("line_failed", quiet=asked.format in (Format.JSON, Format.JSONL), line=line)
    report_error(fault.code, fault.exit_code, params, format=asked.format)


def make_store(ctx: typer.Context, *, sandbox: bool) -> bool:
    """Create or upgrade the store; whether there was anything to do."""
    from credit_cli.store.engine import store_url  # noqa: PLC0415 - loads sqlalchemy
    from credit_cli.store.schema import migrate  # noqa: PLC0415

    return migrate(store_url(request(ctx).db), clock.now(), sandbox=sandbox)


def store_name(ctx: typer.Context) -> str:
    """The store's URL as it may be printed."""
    from credit_cli.store.engine import shown, store_url  # noqa: PLC0415 - loads sqlalchemy

    return shown(store_url(request(ctx).db))
