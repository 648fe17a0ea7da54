"""JSON and JSON Lines: for scripts, the same in every language."""

import json
from typing import Any

from credit_cli.output.harmless import escaped
from credit_cli.output.shapes import Data, plain


def one_line(value: Any, *, ascii_only: bool = False) -> str:  # noqa: ANN401 - any value shown
    """`value` as JSON on one line."""
    return _harmless(json.dumps(value, ensure_ascii=ascii_only, default=plain))


def json_text(data: Data, *, ascii_only: bool) -> str:
    """All of `data` as one JSON value, indented by two."""
    return _harmless(json.dumps(data, ensure_ascii=ascii_only, default=plain, indent=2)) + "\n"


def jsonl_text(data: Data, *, ascii_only: bool) -> str:
    """One line for each object."""
    rows = data if isinstance(data, list) else [data]
    return "".join(one_line(row, ascii_only=ascii_only) + "\n" for row in rows)


def _harmless(text: str) -> str:
    """Harmful characters stand inside strings only, where JSON has its own escapes for them."""
    return escaped(text, keep="\n", escape=lambda char: json.dumps(char)[1:-1])
