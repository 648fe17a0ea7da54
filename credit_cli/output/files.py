"""A file of ours on stdout, for `-` in the place of a file's name."""

import shutil
import sys
from pathlib import Path

from credit_cli.output.harmless import escaped, put

_PIECE = 1 << 16


def pour(path: Path) -> None:
    """Write the file to stdout: into a pipe as it is, on a terminal harmless and without BOM.

    A workbook is only ever asked for where there is no terminal.
    """
    if path.suffix == ".xlsx":
        with path.open("rb") as book:
            shutil.copyfileobj(book, sys.stdout.buffer)
        return
    on_terminal = sys.stdout.isatty()
    with path.open(encoding="utf-8", newline="") as file:
        while piece := file.read(_PIECE):
            put(sys.stdout, _harmless(piece) if on_terminal else piece)


def _harmless(piece: str) -> str:
    return escaped(piece.removeprefix("\ufeff"), keep="\r\n\t")
