"""How the pages of a policy are put before a person, or handed to a script."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from credit_cli.commands.leaf import Leaf
from credit_cli.commands.options import AsOf
from credit_cli.commands.policy_options import (
    After,
    Before,
    LikeOption,
    NewScenario,
    PackOption,
    StartTo,
)
from credit_cli.commands.pouring import poured
from credit_cli.commands.session import request, show, today, work
from credit_cli.errors import FileTaken, MalformedValue, PolicyMissing, StoreUnfit
from credit_cli.output import Format, gap
from credit_cli.text import say

if TYPE_CHECKING:
    from datetime import date

    from credit_cli.actions.policy_books import Book
    from credit_cli.actions.policy_starts import Like

_CODE = re.compile(r"[a-z][a-z0-9_]{0,79}")


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
    """A page laid out for a person, then those that stand below it and are not told anyway."""
    from credit_cli.actions.policy_shows import readable  # noqa: PLC0415 - as above

    heading = f"{above}{page.get('title') or page['code']}"
    if above:
        gap()
    show(ctx, readable(page), title=heading)
    own = page.get("pages", [])
    told = [(one["what"], one["code"]) for one in own]
    for one in own:
        also = [each for each in one.get("also", ()) if (each["what"], each["code"]) not in told]
        _show_readable(ctx, {**one, "also": also}, f"{heading} > ")
    for one in page.get("also", ()):
        _show_readable(ctx, one, f"{heading} > ")


def diff(ctx: typer.Context, before: Before, after: After, as_of: AsOf = None) -> None:
    """What differs between two versions or packs, in the words of the trade."""
    from credit_cli.actions.policy_diffs import compare  # noqa: PLC0415 - loads a database

    rows = compare(*(_book(ctx, one, as_of) for one in (before, after)))
    asked = request(ctx)
    if asked.format is Format.TABLE and not asked.fields:
        rows = [{"n": n, "change_words": one["message"]} for n, one in enumerate(rows, 1)]
    show(ctx, rows)


def _book(ctx: typer.Context, one: str, as_of: "date | None") -> "Book":
    from credit_cli.actions import policy_books  # noqa: PLC0415 - as above

    if is_path(one):
        return policy_books.open_book(Path(one), as_of or today())
    with work(ctx, writing=False, as_of=as_of) as opened:
        return policy_books.book_of_version(opened, one)


def new(
    ctx: typer.Context,
    scenario: NewScenario,
    like: LikeOption,
    to: StartTo = Path("-"),
    pack: PackOption = None,
    as_of: AsOf = None,
) -> None:
    """A file to start a new scenario from, like one that there is."""
    from credit_cli.actions.policy_starts import write_start  # noqa: PLC0415 - as above

    if not _CODE.fullmatch(scenario):
        raise MalformedValue(option="SCENARIO", expected="a-z, 0-9, _ (1-80)")
    if to.exists():
        raise FileTaken(path=str(to))
    found = _like(ctx, like, pack, as_of)
    with poured(to) as path:
        view = write_start(found, like, scenario, path, as_of or today())
    if str(to) != "-":
        show(ctx, {"scenario": scenario, "like": like, "file": str(to), **view})


def _like(ctx: typer.Context, code: str, pack: Path | None, as_of: "date | None") -> "Like":
    """The scenario of the pack named, else of the one in force, else of the worked examples."""
    from credit_cli.actions import policy_books, policy_starts  # noqa: PLC0415 - as above

    if pack is not None:
        found = policy_starts.like_in_pack(pack, code)
        if found is None:
            known = policy_books.open_book(pack, as_of or today()).pack.scenarios
            raise policy_starts.unknown(code, tuple(known))
        return found
    try:
        with work(ctx, writing=False, as_of=as_of) as opened:
            book = policy_books.book_in_force(opened)
    except (StoreUnfit, PolicyMissing):
        return policy_starts.like_in_examples(code)
    held = policy_starts.like_in_content(book.content, code)
    return held or policy_starts.like_in_examples(code)


def register_pages(app: typer.Typer) -> None:
    """Add these commands to `credit policy`."""
    app.command("diff", cls=Leaf, help=say("help.policy.diff"))(diff)
    app.command("new", cls=Leaf, help=say("help.policy.new"))(new)
