"""What goes to stderr: notices and errors, in words."""

import sys
from collections.abc import Mapping
from typing import Any

from credit_cli.output.formats import Format
from credit_cli.output.harmless import carries_all, put, visible
from credit_cli.output.objects import one_line
from credit_cli.output.wording import spoken
from credit_cli.text import find, say


def notice(code: str, /, *, quiet: bool = False, **params: Any) -> None:  # noqa: ANN401 - any
    """Say `notice.<code>` to the person at the terminal, unless told to be quiet."""
    if not quiet:
        put(sys.stderr, say(f"notice.{code}", **spoken(params)) + "\n")


def report_error(
    code: str,
    exit_code: int,
    params: Mapping[str, Any],
    *,
    format: Format,  # noqa: A002 - the word that commands use
) -> None:
    """Say `error.<code>` and its hint; for JSON formats as one object on one line.

    An error without words is told by its code: telling must not fail.
    """
    message = _words(f"error.{code}", params) or visible(code)
    hint = _words(f"error.{code}.hint", params)
    if format in (Format.JSON, Format.JSONL):
        told = {"code": code, "exit": int(exit_code), "message": message, "hint": hint}
        told["params"] = dict(params)
        put(sys.stderr, one_line(told, ascii_only=not carries_all(sys.stderr)) + "\n")
    else:
        put(sys.stderr, "".join(f"{line}\n" for line in (message, hint) if line))


def _words(code: str, params: Mapping[str, Any]) -> str:
    return (find(code) or "").format(**spoken(params))
