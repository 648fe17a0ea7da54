"""How the pages of a policy are put before a person, or handed to a script."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from credit_cli.commands.session import request, show
from credit_cli.output import Format, gap

if TYPE_CHECKING:
    from credit_cli.actions.policy_pages import Book


def is_path(text: str) -> bool:
    """Whether this names a pack's files and no thing of a policy."""
    return text.endswith(".toml") or "/" in text or Path(text).exists()


def show_book(ctx: typer.Context, book: "Book", what: str | None) -> None:
    """Show one thing of a policy, or all of a pack's own."""
    from credit_cli.actions.policy_shows import find_page, whole  # noqa: PLC0415 - a database

    page = find_page(book, what) if what else whole(book)
    if request(ctx).format is Format.TABLE:
        _show_readable(ctx, page)
    else:
        show(ctx, page)


def _show_readable(ctx: typer.Context, page: dict[str, Any], above: str = "") -> None:
    """A page laid out for a person, then those that stand below it."""
    from credit_cli.actions.policy_shows import readable  # noqa: PLC0415 - as above

    heading = f"{above}{page.get('title') or page['code']}"
    if above:
        gap()
    show(ctx, readable(page), title=heading)
    for one in (*page.get("pages", ()), *page.get("also", ())):
        _show_readable(ctx, one, f"{heading} > ")
