"""`credit record`: credit records in, and one of them looked at."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from credit_cli.commands.importing import import_from, local_file
from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.options import (
    Accept,
    AsOf,
    DryRun,
    Encoding,
    File,
    Mapping,
    MaxRejects,
    Purpose,
    Rejects,
    Sheet,
    Since,
    SourceOption,
)
from credit_cli.commands.pouring import poured, sheet_path
from credit_cli.commands.session import desk, request, show, work
from credit_cli.errors import MissingParameter
from credit_cli.output import notice
from credit_cli.rules.deliveries import Conditions
from credit_cli.text import say

app = group("record")

RecordId = Annotated[str, typer.Argument(metavar="ID", help=say("help.argument.record"))]
LayoutName = Annotated[str, typer.Argument(metavar="TYPE", help=say("help.argument.layout"))]
Template = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--to",
        parser=sheet_path("--to"),
        metavar="FILE",
        help=say("help.option.template_to"),
    ),
]
OfLayout = Annotated[
    str | None, typer.Option("--layout", metavar="TYPE", help=say("help.option.layout"))
]
MappingTo = Annotated[
    Path,
    typer.Option(
        "-o", "--to", metavar="FILE", show_default=False, help=say("help.option.mapping_to")
    ),
]
Exclusive = Annotated[bool, typer.Option("--exclusive", help=say("help.option.exclusive"))]
RecordType = Annotated[
    str, typer.Option("--type", metavar="TYPE", help=say("help.option.export_type"))
]
Edition = Annotated[
    str, typer.Option("--edition", metavar="YEAR", help=say("help.option.export_edition"))
]
Export = Annotated[
    Path | None,
    typer.Option(
        "-o", "--to", parser=sheet_path("--to"), metavar="FILE", help=say("help.option.export_to")
    ),
]
FromSource = Annotated[
    str | None, typer.Option("--source", metavar="CODE", help=say("help.option.export_source"))
]
Reveal = Annotated[bool, typer.Option("--reveal", help=say("help.option.reveal"))]
Provenance = Annotated[bool, typer.Option("--source", help=say("help.option.provenance"))]


@app.command("import", cls=Leaf, help=say("help.record.import"))
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
    exclusive: Exclusive = False,
    as_of: AsOf = None,
    dry_run: DryRun = False,
) -> None:
    """Import licences and penalties; good rows in, bad rows into a rejects file."""
    from credit_cli.actions.mapped_imports import mapped  # noqa: PLC0415 - help loads no database
    from credit_cli.actions.record_imports import read  # noqa: PLC0415

    own, conditions = mapped(read, "record", mapping), Conditions(max_rejects, accept, exclusive)
    import_from(ctx, own, file, source, encoding, sheet, rejects, as_of, dry_run, conditions)


@app.command("mapping", cls=Leaf, help=say("help.record.mapping"))
def propose(
    file: File, layout: OfLayout = None, encoding: Encoding = None, to: MappingTo = Path("-")
) -> None:
    """A mapping file to be checked by hand; it needs no store."""
    from credit_cli.intake.layouts import load_layouts  # noqa: PLC0415 - help loads no intake
    from credit_cli.intake.mapping_proposals import propose_mapping  # noqa: PLC0415
    from credit_cli.intake.tables import open_table  # noqa: PLC0415
    from credit_cli.intake.templates import find_layout  # noqa: PLC0415

    known = load_layouts() if layout is None else [find_layout(layout)]
    with local_file(file) as own, open_table(own, encoding) as table, poured(to) as path:
        path.write_text(propose_mapping(table, known), encoding="utf-8")


@app.command("show", cls=Leaf, help=say("help.record.show"))
def show_record(
    ctx: typer.Context,
    record: RecordId,
    purpose: Purpose = "",
    source: Provenance = False,
    as_of: AsOf = None,
) -> None:
    """One record with its versions, and where it came from."""
    from credit_cli.actions import records  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=True, as_of=as_of) as opened:
        view = records.show(opened, record, purpose=purpose, source=source)
    show(ctx, view)


@app.command("template", cls=Leaf, help=say("help.record.template"))
def template(ctx: typer.Context, layout: LayoutName, to: Template = None) -> None:
    """An empty file for senders, which may be sent on by `>`; it needs no store."""
    from credit_cli.intake.templates import find_layout, write_template  # noqa: PLC0415 - slow

    found = find_layout(layout)
    sent_on = to is None and not sys.stdout.isatty()
    target = Path("-") if sent_on else to or Path(f"{found.code}.xlsx")
    with poured(target, ".xlsx" if sent_on else ".csv") as path:
        write_template(path, found)
    if str(target) != "-":
        told = {"layout": found.code, "edition": found.edition, "type": found.record_type}
        show(ctx, told | {"file": str(target)})


@app.command("export", cls=Leaf, help=say("help.record.export"))
def export(
    ctx: typer.Context,
    record_type: RecordType,
    edition: Edition,
    to: Export = None,
    source: FromSource = None,
    since: Since = None,
    reveal: Reveal = False,
    purpose: Purpose = "",
) -> None:
    """Visible records as a file; nothing is handed out before that is logged."""
    from credit_cli.actions.record_exports import Asked, export  # noqa: PLC0415 - no database
    from credit_cli.intake.outgoing import rows_out  # noqa: PLC0415 - as above
    from credit_cli.intake.templates import find_edition  # noqa: PLC0415 - as above

    if reveal and not purpose.strip():
        raise MissingParameter(parameter="--purpose")
    layout = find_edition(record_type, edition)
    target = to or Path(f"{layout.code}.csv")
    asked = Asked(layout, source, since, reveal, purpose)
    with desk(ctx) as opened, poured(target) as path, rows_out(path, layout) as write:
        view = export(opened, asked, write)
    if str(target) != "-":
        show(ctx, view | {"file": str(target)})
    quiet = request(ctx).quiet
    if view["persons"] and not reveal:
        notice("export_masked", quiet=quiet, count=view["persons"])
    if view["left_out"]:
        notice("export_left_out", quiet=quiet, count=view["left_out"])
