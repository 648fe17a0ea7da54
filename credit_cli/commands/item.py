"""`credit item`: the service items of the policy in force, and what a catalogue would change."""

from pathlib import Path
from typing import Annotated, Any

import typer

from credit_cli.commands.importing import issues_in_words, local_file, rejects_of
from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.options import AsOf, Encoding, File, FromDay, Mapping, Rejects, Sheet
from credit_cli.commands.pouring import poured
from credit_cli.commands.session import checked, request, show, work
from credit_cli.errors import Exit, FileTaken
from credit_cli.output import Format, notice
from credit_cli.text import say

app = group("item")

Basis = Annotated[str, typer.Option("--basis", metavar="ID", help=say("help.option.basis"))]
Pack = Annotated[
    Path | None,
    typer.Option("--policy", metavar="PACK", help=say("help.option.catalogue_policy")),
]
To = Annotated[
    Path,
    typer.Option(
        "-o", "--to", metavar="FILE", show_default=False, help=say("help.option.catalogue_to")
    ),
]


@app.command("list", cls=Leaf, help=say("help.item.list"))
def list_(ctx: typer.Context, as_of: AsOf = None) -> None:
    """Every item with its limits, modes and materials."""
    from credit_cli.actions import catalogue  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=False, as_of=as_of) as opened:
        found = catalogue.items(opened)
    show(ctx, found)


@app.command("import", cls=Leaf, help=say("help.item.import"))
def import_(
    ctx: typer.Context,
    file: File,
    basis: Basis,
    to: To = Path("items.toml"),
    policy: Pack = None,
    from_day: FromDay = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    mapping: Mapping = None,
    rejects: Rejects = None,
) -> None:
    """A pack to propose, made of a catalogue; it needs no store."""
    from credit_cli.actions import item_proposals  # noqa: PLC0415 - help loads no intake
    from credit_cli.intake.mappings import read_mapping  # noqa: PLC0415
    from credit_cli.intake.rejects import RejectsFile  # noqa: PLC0415
    from credit_cli.intake.tables import open_table  # noqa: PLC0415

    if to.exists():
        raise FileTaken(path=str(to))
    layouts = [read_mapping(mapping, "item").layout] if mapping else None
    held = item_proposals.ground(policy, from_day, basis)
    with local_file(file) as path, open_table(path, encoding, sheet) as table:
        read = item_proposals.read(table, held, layouts)
    view = checked(ctx, read.view)
    target = rejects or rejects_of(file)
    if read.questioned:
        with RejectsFile(target, read.headings, read.columns) as kept:
            kept.add(read.questioned)
    if not read.questioned and view["added"] + view["changed"]:
        with poured(to) as path:
            item_proposals.write(read, held, path)
        view["file"] = str(to)
    _tell(ctx, view, target, poured_out=str(to) == "-")
    if read.questioned:
        raise typer.Exit(Exit.PARTLY)


def _tell(ctx: typer.Context, view: dict[str, Any], rejects: Path, *, poured_out: bool) -> None:
    asked = request(ctx)
    if not (poured_out and view["file"]):
        for_eyes = asked.format is Format.TABLE and not asked.fields
        show(ctx, view | {"issues": issues_in_words(view["issues"])} if for_eyes else view)
    if view["rejected"]:
        notice("rejects_written", quiet=asked.quiet, count=view["rejected"], path=str(rejects))
        notice("catalogue_unwritten", quiet=asked.quiet)
