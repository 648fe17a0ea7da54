"""Arguments and options that several commands share, as annotated types."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from credit_cli.errors import MalformedValue
from credit_cli.rules.deliveries import MostRejects
from credit_cli.text import say

_LARGEST = 2**31 - 1  # as the store keeps numbers
_LONGEST_PURPOSE = 80  # characters, as the lookup log keeps them


def _day(option: str) -> object:
    def parse(text: str | date) -> date:
        try:
            return text if isinstance(text, date) else date.fromisoformat(text)
        except ValueError:
            raise MalformedValue(option=option, expected="YYYY-MM-DD") from None

    return parse


def number(text: str | int) -> int:
    """An internal number, which is never repeated: somebody may have typed a resident id."""
    if str(text).isascii() and str(text).isdecimal() and 0 < int(text) <= _LARGEST:
        return int(text)
    raise MalformedValue(option="ID", expected=f"1-{_LARGEST}")


def _purpose(text: str) -> str:
    if len(text) > _LONGEST_PURPOSE or not text.isprintable():
        raise MalformedValue(option="--purpose", expected=f"CODE (1-{_LONGEST_PURPOSE})")
    return text


def _most_rejects(text: str | MostRejects) -> MostRejects:
    if isinstance(text, MostRejects):
        return text
    plain = text.removesuffix("%")
    if plain.isascii() and plain.isdecimal() and len(plain) < len(str(_LARGEST)):
        return MostRejects(int(plain), percent=plain != text)
    raise MalformedValue(option="--max-rejects", expected="N, N%")


AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of", parser=_day("--as-of"), metavar="YYYY-MM-DD", help=say("help.option.as_of")
    ),
]
DueBefore = Annotated[
    date | None,
    typer.Option(
        "--due-before",
        parser=_day("--due-before"),
        metavar="YYYY-MM-DD",
        help=say("help.option.due_before"),
    ),
]
Accept = Annotated[bool, typer.Option("--accept", help=say("help.option.accept"))]
Since = Annotated[
    date | None,
    typer.Option(
        "--since", parser=_day("--since"), metavar="YYYY-MM-DD", help=say("help.option.since")
    ),
]
FromDay = Annotated[
    date | None,
    typer.Option(
        "--from", parser=_day("--from"), metavar="YYYY-MM-DD", help=say("help.option.from")
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=say("help.option.dry_run"))]
Explain = Annotated[bool, typer.Option("--explain", help=say("help.option.explain"))]
FailIfEmpty = Annotated[
    bool, typer.Option("--fail-if-empty", help=say("help.option.fail_if_empty"))
]
Purpose = Annotated[
    str,
    typer.Option(
        "--purpose",
        parser=_purpose,
        metavar="CODE",
        show_default=False,
        help=say("help.option.purpose"),
    ),
]
SubjectArgument = Annotated[str, typer.Argument(metavar="ID", help=say("help.argument.subject"))]
SubjectOption = Annotated[
    str, typer.Option("--subject", metavar="ID", help=say("help.option.subject"))
]
Missing = Annotated[
    list[str] | None,
    typer.Option(
        "--missing", metavar="MATERIAL", show_default=False, help=say("help.option.missing")
    ),
]
File = Annotated[Path, typer.Argument(metavar="FILE", help=say("help.argument.file"))]
SourceOption = Annotated[
    str, typer.Option("--source", metavar="CODE", help=say("help.option.source"))
]
Encoding = Annotated[
    str | None, typer.Option("--encoding", metavar="NAME", help=say("help.option.encoding"))
]
Sheet = Annotated[
    str | None, typer.Option("--sheet", metavar="NAME", help=say("help.option.sheet"))
]
Mapping = Annotated[
    Path | None, typer.Option("--mapping", metavar="FILE", help=say("help.option.mapping"))
]
Rejects = Annotated[
    Path | None, typer.Option("--rejects", metavar="FILE", help=say("help.option.rejects"))
]
MaxRejects = Annotated[
    MostRejects | None,
    typer.Option(
        "--max-rejects",
        parser=_most_rejects,
        metavar="N|N%",
        show_default=False,
        help=say("help.option.max_rejects"),
    ),
]
