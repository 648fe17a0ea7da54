"""`credit policy import-dmn, export-dmn, import-table, export-table`: rules in other forms."""

from pathlib import Path
from typing import Annotated

import typer

from credit_cli.commands.leaf import Leaf
from credit_cli.commands.options import AsOf, Encoding, File, FromDay
from credit_cli.commands.pouring import poured, sheet_path
from credit_cli.commands.session import checked, show
from credit_cli.errors import FileTaken
from credit_cli.text import say

To = Annotated[
    Path | None,
    typer.Option(
        "--to", "-o", metavar="FILE", show_default=False, help=say("help.option.table_to")
    ),
]

ScenarioCode = Annotated[
    str, typer.Argument(metavar="SCENARIO", help=say("help.argument.scenario_code"))
]
ScenarioOption = Annotated[
    str, typer.Option("--scenario", metavar="CODE", help=say("help.argument.scenario_code"))
]
SheetTo = Annotated[
    Path | None,
    typer.Option(
        "--to",
        "-o",
        parser=sheet_path("--to"),
        metavar="FILE",
        show_default=False,
        help=say("help.option.sheet_to"),
    ),
]
FromPack = Annotated[Path, typer.Option("--pack", metavar="PATH", help=say("help.option.pack"))]


def import_dmn(ctx: typer.Context, file: File, to: To = None, from_day: FromDay = None) -> None:
    """A pack to propose, made of the decision tables of a DMN file; it needs no store."""
    from credit_cli.actions import dmn_imports  # noqa: PLC0415 - help loads no intake
    from credit_cli.intake.outgoing import part_file  # noqa: PLC0415

    model = dmn_imports.read_dmn(file)
    target = _target(file, to, ".toml")
    view = checked(ctx, {"file": str(target), **dmn_imports.view(model), "accepted_findings": []})
    with poured(target) as path, part_file(path) as part:
        told = dmn_imports.write_dmn_pack(model, file.name, part, from_day)
        view["accepted_findings"] = [one.replace(part.name, target.name) for one in told]
    if str(target) != "-":
        show(ctx, view)


def export_dmn(
    ctx: typer.Context,
    scenario: ScenarioCode,
    pack: FromPack,
    to: To = None,
    as_of: AsOf = None,
) -> None:
    """One scenario of a pack as DMN 1.3, as it is on a day or the pack's first."""
    from credit_cli.actions import dmn_exports  # noqa: PLC0415 - help loads no intake
    from credit_cli.intake.outgoing import part_file  # noqa: PLC0415

    text, made = dmn_exports.dmn_text(dmn_exports.read_exported(pack, scenario, as_of), scenario)
    target = _target(Path(scenario), to, ".dmn")
    view = checked(ctx, {"file": str(target), **made})
    with poured(target) as path, part_file(path) as part:
        part.write_text(text, encoding="utf-8")
    if str(target) != "-":
        show(ctx, view)


def export_table(
    ctx: typer.Context,
    scenario: ScenarioCode,
    pack: FromPack,
    to: SheetTo = None,
    as_of: AsOf = None,
) -> None:
    """The rows of a scenario as a sheet, with all their dates or as they are on a day."""
    from credit_cli.actions import rule_tables  # noqa: PLC0415 - help loads no intake
    from credit_cli.intake.outgoing import part_file  # noqa: PLC0415
    from credit_cli.intake.rule_sheets import write_sheet  # noqa: PLC0415

    rows = rule_tables.exported(rule_tables.hold(pack, scenario, as_of))
    target = _target(Path(scenario), to, ".xlsx")
    view = checked(ctx, {"file": str(target), "scenario": scenario, "rows": len(rows) - 2})
    with poured(target) as path, part_file(path) as part:
        write_sheet(part, rows, workbook=target.suffix.lower() == ".xlsx")
    if str(target) != "-":
        show(ctx, view)


def import_table(
    ctx: typer.Context,
    file: File,
    scenario: ScenarioOption,
    pack: FromPack,
    to: To = None,
    encoding: Encoding = None,
) -> None:
    """A pack to propose, in which a scenario has the rows of a sheet; it needs no store."""
    from credit_cli.actions import rule_tables  # noqa: PLC0415 - help loads no intake
    from credit_cli.intake.outgoing import part_file  # noqa: PLC0415
    from credit_cli.intake.tables import open_table  # noqa: PLC0415

    held = rule_tables.hold(pack, scenario)
    with open_table(file, encoding) as table:
        found = rule_tables.read_table(table, held)
    target = _target(file, to, ".toml")
    with poured(target) as path, part_file(path) as part:
        made = rule_tables.write_proposal(file, found, held, target, part)
        view = checked(ctx, {"file": str(target), **made})
    if str(target) != "-":
        show(ctx, view)


def _target(file: Path, to: Path | None, suffix: str) -> Path:
    """Where to write: beside what was read if it is not said; FileTaken."""
    target = to or file.with_suffix(suffix)
    if str(target) != "-" and target.exists():
        raise FileTaken(path=str(target))
    return target


def register(app: typer.Typer) -> None:
    """Add the commands to the group `policy`."""
    app.command("import-dmn", cls=Leaf, help=say("help.policy.import-dmn"))(import_dmn)
    app.command("export-dmn", cls=Leaf, help=say("help.policy.export-dmn"))(export_dmn)
    app.command("export-table", cls=Leaf, help=say("help.policy.export-table"))(export_table)
    app.command("import-table", cls=Leaf, help=say("help.policy.import-table"))(import_table)
