"""`credit init`: make the store ready to work with."""

from pathlib import Path
from typing import Annotated

import typer

from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.session import make_store, request, show, store_name, work
from credit_cli.rules.policy_versions import Approval
from credit_cli.text import say

app = group("init")

PolicyFolder = Annotated[
    Path | None, typer.Option("--policy", metavar="FOLDER", help=say("help.option.policy"))
]
Sandbox = Annotated[bool, typer.Option("--sandbox", help=say("help.option.sandbox"))]


@app.command("init", cls=Leaf, help=say("help.init"))
def init(ctx: typer.Context, policy: PolicyFolder = None, sandbox: Sandbox = False) -> None:
    """Create or upgrade the store and activate a policy pack where there is none."""
    from credit_cli.actions import stores  # noqa: PLC0415 - help loads no database

    approval = Approval(request(ctx).settings.approval)
    migrated = make_store(ctx, sandbox=sandbox)
    with work(ctx, writing=True) as opened:
        view = stores.furnish(opened, policy, migrated=migrated, approval=approval)
    show(ctx, {"store": store_name(ctx), **view})
