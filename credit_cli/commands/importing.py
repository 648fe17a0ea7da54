"""What the import commands share: the file, the rejects file beside it, the notices."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from credit_cli.commands.leaf import Leaf
from credit_cli.commands.options import (
    Accept,
    AsOf,
    DryRun,
    Encoding,
    File,
    Mapping,
    MaxRejects,
    Rejects,
    Sheet,
    SourceOption,
)
from credit_cli.commands.session import checked, desk, progress, request, say_dry, show
from credit_cli.errors import DiskFault, Exit, Unreadable
from credit_cli.output import Format, notice
from credit_cli.rules.deliveries import Conditions
from credit_cli.text import say

if TYPE_CHECKING:
    from credit_cli.actions.chunks import Incoming, Reject
    from credit_cli.actions.mapped_imports import Read

_REJECTS = ".rejects.csv"
_LONGEST_NAME = 255  # bytes, on every file system in use


def add_import(app: typer.Typer, noun: str, load: "Callable[[], Read]") -> None:
    """Give a noun the command `import`; `load` fetches its reader, which help does without."""

    @app.command("import", cls=Leaf, help=say(f"help.{noun}.import"))
    def import_(
        ctx: typer.Context,
        file: File,
        source: SourceOption,
        encoding: Encoding = None,
        sheet: Sheet = None,
        mapping: Mapping = None,
        rejects: Rejects = None,
        max_rejects: MaxRejects = None,
        accept: Accept = False,
        as_of: AsOf = None,
        dry_run: DryRun = False,
    ) -> None:
        """Good rows in, bad rows into a rejects file."""
        from credit_cli.actions.mapped_imports import mapped  # noqa: PLC0415 - sqlalchemy

        read, conditions = mapped(load(), noun, mapping), Conditions(max_rejects, accept)
        import_from(ctx, read, file, source, encoding, sheet, rejects, as_of, dry_run, conditions)


def import_from(
    ctx: typer.Context,
    read: "Read",
    file: Path,
    source: str,
    encoding: str | None,
    sheet: str | None,
    rejects: Path | None,
    as_of: date | None,
    dry_run: bool,
    conditions: Conditions,
) -> None:
    """Import `file` as `read` reads it; exit 3 when any row was rejected."""
    from credit_cli.actions.imports import blank_view, import_file  # noqa: PLC0415 - sqlalchemy
    from credit_cli.intake.tables import open_table  # noqa: PLC0415

    checked(ctx, blank_view())
    target = rejects or (None if dry_run else rejects_of(file))
    with (
        desk(ctx, as_of=as_of, dry_run=dry_run) as opened,
        local_file(file) as path,
        open_table(path, encoding, sheet) as table,
    ):
        with opened.open(writing=False) as work:
            incoming = read(work, table, source)
        with progress(ctx) as report, _keeping(target, incoming) as (reject, keep):
            reported = incoming._replace(report=report, whole=keep)
            view = import_file(opened, reported, reject, conditions)
    _tell(ctx, view, target)
    if not dry_run and view["rejected"] + view["unlinked"]:
        _settle_known(ctx, view["batch"], as_of)
    say_dry(ctx, dry_run=dry_run)
    if view["rejected"]:
        raise typer.Exit(Exit.PARTLY)


def _settle_known(ctx: typer.Context, batch: int, as_of: date | None) -> None:
    """Do with questioned rows what was decided of the like of them: nobody is asked twice."""
    from credit_cli.actions.known_rows import settle_known  # noqa: PLC0415 - loads sqlalchemy

    with desk(ctx, as_of=as_of) as opened:
        done = settle_known(opened, batch)
    if any(done.values()):
        notice("rows_known", quiet=request(ctx).quiet, **done)


@contextmanager
def local_file(file: Path) -> Iterator[Path]:
    """The file itself, or stdin spooled to a file of its own."""
    if str(file) != "-":
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="credit-") as folder:
        path = Path(folder) / "stdin"
        try:
            with path.open("wb") as spool:
                shutil.copyfileobj(sys.stdin.buffer, spool)
        except OSError as error:
            raise DiskFault(path=folder) from error
        try:
            yield path
        except Unreadable as error:
            error.params["path"] = "stdin"  # the spooled file is nothing to look for
            raise


@contextmanager
def _keeping(
    target: Path | None, incoming: "Incoming"
) -> Iterator[tuple["Reject", Callable[[], None]]]:
    """Where questioned rows go, nowhere on a dry run that was not told where; how they are kept.

    They are to be kept before the batch is finished: nobody writes them when it was.
    """
    from credit_cli.intake.rejects import RejectsFile  # noqa: PLC0415 - help loads no intake

    if target is None:
        yield lambda _rows: None, lambda: None
        return
    with RejectsFile(target, incoming.drafts.headings, incoming.drafts.columns) as kept:
        yield kept.add, kept.keep


def rejects_of(file: Path) -> Path:
    """Where the rejected rows of a file go unless somebody says otherwise."""
    if str(file) == "-":
        return Path(f"stdin{_REJECTS}")
    name = file.name
    while len(os.fsencode(name)) > _LONGEST_NAME - len(_REJECTS):
        name = name[:-1]
    return file.parent / f"{name}{_REJECTS}"


def _tell(ctx: typer.Context, view: dict[str, Any], target: Path | None) -> None:
    asked = request(ctx)
    quiet = asked.quiet
    again, answered = view.pop("again"), view.pop("answered", 0)
    for_eyes = asked.format is Format.TABLE and not asked.fields
    show(ctx, view | {"issues": issues_in_words(view["issues"])} if for_eyes else view)
    if answered:
        notice("rows_answered", quiet=quiet, count=answered)
    if again:
        notice("imported_before", quiet=quiet, batch=view["batch"])
    elif target and (count := view["rejected"] + view["unlinked"]):
        notice("rejects_written", quiet=quiet, count=count, path=str(target))


def issues_in_words(issues: dict[str, int]) -> list[dict[str, Any]]:
    """Issues for a person: how many of each, and what to do."""
    return [
        {"count": count, "code": code, "message": say(f"issue.{code}")}
        for code, count in issues.items()
    ]
