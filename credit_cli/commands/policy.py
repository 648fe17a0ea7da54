"""`credit policy`: the rules as data."""

from pathlib import Path

import typer

from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.options import AsOf, DryRun, FromDay
from credit_cli.commands.policy_options import (
    Coverage,
    Earlier,
    Folder,
    Note,
    Pack,
    PackOption,
    Part,
    Version,
    VersionOrPack,
)
from credit_cli.commands.policy_pages import is_path, register_pages, show_book
from credit_cli.commands.policy_tables import register
from credit_cli.commands.session import checked, request, say_dry, show, today, work
from credit_cli.errors import Exit
from credit_cli.rules.policy_versions import Approval
from credit_cli.text import say

app = group("policy")


@app.command("check", cls=Leaf, help=say("help.policy.check"))
def check(ctx: typer.Context, folder: Folder) -> None:
    """Find every fault of a pack at once; needs no store."""
    from credit_cli.actions import policies  # noqa: PLC0415 - help loads no database

    show(ctx, policies.check(folder))


@app.command("test", cls=Leaf, help=say("help.policy.test"))
def situations(ctx: typer.Context, pack: Pack, coverage: Coverage = False) -> None:
    """Play the situations beside a pack; needs no store."""
    from credit_cli.actions import policy_tests  # noqa: PLC0415 - help loads no database

    report = policy_tests.run_tests(pack)
    show(ctx, policy_tests.report_view(report, coverage=coverage))
    if report.failed:
        raise typer.Exit(Exit.FINDINGS)


@app.command("propose", cls=Leaf, help=say("help.policy.propose"))
def propose(ctx: typer.Context, pack: Pack, note: Note = "", dry_run: DryRun = False) -> None:
    """Keep a pack that is faultless and does what its situations say for somebody to approve."""
    from credit_cli.actions import policy_versions  # noqa: PLC0415 - help loads no database

    draft = policy_versions.read_draft(pack)
    with work(ctx, writing=True, dry_run=dry_run) as opened:
        view = checked(ctx, policy_versions.propose(opened, draft, note))
    show(ctx, view)
    say_dry(ctx, dry_run=dry_run)


@app.command("approve", cls=Leaf, help=say("help.policy.approve"))
def approve(ctx: typer.Context, version: Version, dry_run: DryRun = False) -> None:
    """Approve what somebody else has proposed."""
    from credit_cli.actions import policy_versions  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=True, dry_run=dry_run) as opened:
        view = checked(ctx, policy_versions.approve(opened, version, _approval(ctx)))
    show(ctx, view)
    say_dry(ctx, dry_run=dry_run)


@app.command("activate", cls=Leaf, help=say("help.policy.activate"))
def activate(
    ctx: typer.Context,
    version: VersionOrPack,
    from_day: FromDay = None,
    dry_run: DryRun = False,
) -> None:
    """Put an approved version in force; a pack itself where approval is only recorded."""
    from credit_cli.actions import policy_activations, policy_versions  # noqa: PLC0415 - as above
    from credit_cli.store.policies import is_reference  # noqa: PLC0415

    path, is_version = Path(version), is_reference(version)
    draft = None if is_version else policy_versions.read_draft(path)
    with work(ctx, writing=True, dry_run=dry_run) as opened:
        if draft is None:
            view = policy_activations.activate(opened, version, from_day)
        else:
            view = policy_activations.activate_draft(
                opened, path, draft, wanted=from_day, approval=_approval(ctx)
            )
        checked(ctx, view)
    show(ctx, view)
    say_dry(ctx, dry_run=dry_run)


@app.command("rollback", cls=Leaf, help=say("help.policy.rollback"))
def rollback(ctx: typer.Context, version: Earlier = None, dry_run: DryRun = False) -> None:
    """Put an earlier version in force again from today on."""
    from credit_cli.actions import policy_activations  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=True, dry_run=dry_run) as opened:
        view = checked(ctx, policy_activations.roll_back(opened, version))
    show(ctx, view)
    say_dry(ctx, dry_run=dry_run)


@app.command("withdraw", cls=Leaf, help=say("help.policy.withdraw"))
def withdraw(ctx: typer.Context, version: Version, dry_run: DryRun = False) -> None:
    """Take back what is not in force yet."""
    from credit_cli.actions import policy_versions  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=True, dry_run=dry_run) as opened:
        view = checked(ctx, policy_versions.withdraw(opened, version))
    show(ctx, view)
    say_dry(ctx, dry_run=dry_run)


@app.command("show", cls=Leaf, help=say("help.policy.show"))
def show_policy(
    ctx: typer.Context, what: Part = None, pack: PackOption = None, as_of: AsOf = None
) -> None:
    """The version in force, in short; or all about one thing of it, or of a pack's files."""
    from credit_cli.actions import policy_books, policy_history  # noqa: PLC0415 - as above

    if what is not None and pack is None and is_path(what):
        pack, what = Path(what), None
    if pack is not None:
        show_book(ctx, policy_books.open_book(pack, as_of or today()), what)
        return
    with work(ctx, writing=False, as_of=as_of) as opened:
        book = policy_books.book_in_force(opened) if what else None
        view = {} if book else policy_history.current(opened)
    if book:
        show_book(ctx, book, what)
    else:
        show(ctx, view)


@app.command("history", cls=Leaf, help=say("help.policy.history"))
def history(ctx: typer.Context) -> None:
    """Every version, with who proposed, approved and activated it, and when."""
    from credit_cli.actions import policy_history  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=False) as opened:
        rows = policy_history.history(opened)
    show(ctx, rows)


register_pages(app)
register(app)


def _approval(ctx: typer.Context) -> Approval:
    """What the settings ask of an approval."""
    return Approval(request(ctx).settings.approval)
