"""`credit help`: topics that are longer than the help of a command."""

from typing import Annotated

import typer

from credit_cli.commands.leaf import Leaf
from credit_cli.commands.session import request, show
from credit_cli.output import Format, page
from credit_cli.text import say

app = typer.Typer(rich_markup_mode=None, add_completion=False)
Topic = Annotated[
    str | None,
    typer.Argument(metavar="[TOPIC]", show_default=False, help=say("help.argument.topic")),
]


@app.command("help", cls=Leaf, help=say("help.help"))
def show_help(ctx: typer.Context, topic: Topic = None) -> None:
    """The topics, or the text of one."""
    from credit_cli.actions import help_topics  # noqa: PLC0415 - help of others needs none of it

    if topic is None:
        show(ctx, help_topics.topics())
        return
    view = help_topics.topic_view(topic)
    if request(ctx).format in (Format.JSON, Format.JSONL):
        show(ctx, view)
    else:
        page(view["text"])
