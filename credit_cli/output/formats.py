"""Which format, and data written in it."""

import os
import shutil
import sys
from enum import StrEnum
from typing import TextIO

from credit_cli.output.delimited import csv_text, tsv_text
from credit_cli.output.harmless import carries_all, put
from credit_cli.output.objects import json_text, jsonl_text
from credit_cli.output.shapes import Data, pick
from credit_cli.output.wording import marked


class Format(StrEnum):
    """The values of `--output`."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"


def default_format(stdout_is_terminal: bool) -> Format:
    """A table for a person at a terminal, lines for a script."""
    return Format.TABLE if stdout_is_terminal else Format.TSV


def emit(
    data: Data,
    *,
    format: Format,  # noqa: A002 - the word that commands use
    fields: tuple[str, ...] = (),
    title: str | None = None,
    stream: TextIO | None = None,
) -> None:
    """Write one object or a list of objects to `stream` (stdout); `title` heads a table only.

    Values may be str, int, bool, None, days, aware times, enums, and objects
    and lists of them. MalformedValue for a field that nothing has.
    """
    stream = stream or sys.stdout
    if format is Format.TABLE:
        put(stream, _table(pick(marked(data, keep_flag=bool(fields)), fields), title, stream))
    else:
        put(stream, _for_scripts(pick(data, fields), format, fields, stream))


def page(text: str) -> None:
    """A text of ours as it is."""
    put(sys.stdout, text)


def gap() -> None:
    """An empty line between two tables for a person."""
    put(sys.stdout, "\n")


def _for_scripts(data: Data, form: Format, fields: tuple[str, ...], stream: TextIO) -> str:
    match form:
        case Format.JSON:
            return json_text(data, ascii_only=not carries_all(stream))
        case Format.JSONL:
            return jsonl_text(data, ascii_only=not carries_all(stream))
        case Format.CSV:
            return csv_text(data, fields)
        case _:
            return tsv_text(data, fields)


def _table(data: Data, title: str | None, stream: TextIO) -> str:
    """A pipe has no width: there the table is as wide as it needs to be."""
    from credit_cli.output.table import table_text  # noqa: PLC0415 - rich is slow to load

    on_terminal = stream.isatty()
    width = shutil.get_terminal_size().columns if on_terminal else None
    colour = on_terminal and not os.environ.get("NO_COLOR")
    return table_text(data, heading=title, width=width, colour=colour)
