"""`credit config`: the settings in effect."""

from typing import Annotated

import typer

from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.session import request, show, store_name
from credit_cli.settings import NAMES
from credit_cli.text import language, say

app = group("config")

Origin = Annotated[bool, typer.Option("--origin", help=say("help.option.origin"))]


@app.command("show", cls=Leaf, help=say("help.config.show"))
def show_settings(ctx: typer.Context, origin: Origin = False) -> None:
    """Each setting's value, and with `--origin` where it came from."""
    asked = request(ctx)
    effective = {
        "db": store_name(ctx),
        "lang": language(),
        "output": asked.format.value,
        "operator": asked.settings.operator,
        "now": asked.settings.get("now"),
        "home": str(asked.settings.home),
        "approval": asked.settings.approval,
    }
    rows = [
        {"setting": name, "value": effective[name]}
        | ({"origin": asked.origin(name)} if origin else {})
        for name in NAMES
    ]
    show(ctx, rows)
