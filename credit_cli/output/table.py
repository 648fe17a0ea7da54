"""Tables and blocks for a person's eyes. Loads rich: import it only to draw."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from rich.box import Box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from credit_cli.output.harmless import visible
from credit_cli.output.shapes import Data, Object, headings, is_objects, leaves, members
from credit_cli.output.wording import Cell, cell, title, worded
from credit_cli.text import say

_GAP = 2
_NARROWEST = 40
_UNBOUNDED = 1_000_000
_TOKEN, _WIDE_TOKEN = 20, 8
# ASCII: fonts for Chinese draw the lines of rich's own boxes twice as wide as rich counts them.
_UNDERLINED = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
_NOTHING = Cell("-")

Row = Sequence[Cell]


def table_text(data: Data, *, heading: str | None, width: int | None, colour: bool) -> str:
    """`data` as a table (list) or as a block of keys and values with tables below (object).

    `width` is in columns of the terminal; None is as wide as needed. Nothing is
    cut: too long is folded, too many columns become a block for each row.
    """
    room = _UNBOUNDED if width is None else max(width, _NARROWEST)
    console = Console(
        file=io.StringIO(),
        width=room,
        height=25,
        force_terminal=colour,
        color_system="auto" if colour else None,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
    with console.capture() as drawn:
        _draw(console, data, heading)
    return "".join(f"{line.rstrip(' ')}\n" for line in drawn.get().splitlines())


def _draw(console: Console, data: Data, heading: str | None, within: str = "") -> None:
    if heading:
        console.print(Text(visible(heading), style="bold"), end="\n\n")
    if not data:
        console.print(Text(say("value.none")))
    elif isinstance(data, dict):
        _draw_object(console, data)
    else:
        _draw_rows(console, data, within)


def _draw_object(console: Console, data: Object) -> None:
    found = list(leaves(worded(data), members))
    lines = [(path, each) for path, each in found if not is_objects(each)]
    lists = [(path, each) for path, each in found if is_objects(each)]
    if lines:
        _draw_block(console, lines)
    for number, (path, each) in enumerate(lists):
        if lines or number:
            console.print()
        _draw(console, [row for row in each if isinstance(row, dict)], title(path), path)


def _draw_rows(console: Console, data: Sequence[Object], within: str) -> None:
    shown = [worded(row) for row in data]
    paths = headings(shown)
    rows = [[_cell(path, found.get(path)) for path in paths] for found in map(_by_path, shown)]
    heads = [Cell(title(path, within)) for path in paths]
    columns = list(zip(heads, *rows, strict=True))
    widths = _fitted(
        [_natural(column) for column in columns], [_floor(c) for c in columns], console
    )
    if widths:
        _draw_table(console, heads, rows, widths)
        return
    for number, row in enumerate(rows):
        if number:
            console.print()
        _draw_block(console, list(zip(paths, row, strict=True)), within)


def _draw_table(console: Console, heads: Row, rows: Sequence[Row], widths: Sequence[int]) -> None:
    table = Table(box=_UNDERLINED, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for index, (head, width) in enumerate(zip(heads, widths, strict=True)):
        number = all(row[index].number or row[index] is _NOTHING for row in rows)
        table.add_column(
            _text(head), width=width, justify="right" if number else "left", header_style="bold"
        )
    for row in rows:
        table.add_row(*(_text(each) for each in row))
    console.print(table)


def _draw_block(console: Console, pairs: Sequence[tuple[str, Any]], within: str = "") -> None:
    rows = [(Cell(title(path, within), tone="dim"), _cell(path, each)) for path, each in pairs]
    columns = list(zip(*rows, strict=True))
    widths = _fitted([_natural(column) for column in columns], [_WIDE_TOKEN] * 2, console)
    table = Table.grid(padding=(0, _GAP, 0, 0))
    for width in widths:
        table.add_column(width=width)
    for row in rows:
        table.add_row(*(_text(each) for each in row))
    console.print(table)


def _by_path(row: Object) -> Object:
    return dict(leaves(row, members))


def _cell(path: str, value: Any) -> Cell:  # noqa: ANN401 - a Cell, None or a list of objects
    if value is None:
        return _NOTHING
    return value if isinstance(value, Cell) else cell(path, value)


def _text(each: Cell) -> Text:
    return Text(each.text, style=each.tone, overflow="fold")


def _natural(column: Iterable[Cell]) -> int:
    return max(1, *(cell_len(line) for each in column for line in each.text.split("\n")))


def _floor(column: Iterable[Cell]) -> int:
    """The least width at which words and codes of common length stay whole."""
    words = [word for each in column for word in each.text.split()]
    return max((_least(word) for word in words), default=1)


def _least(word: str) -> int:
    return min(cell_len(word), _TOKEN if word.isascii() else _WIDE_TOKEN)


def _fitted(natural: Sequence[int], floors: Sequence[int], console: Console) -> list[int]:
    """Widths that fit the console, taken from the widest first; none if they cannot."""
    widths = list(natural)
    excess = sum(widths) + _GAP * (len(widths) - 1) - console.width
    for _ in range(excess):
        over = [index for index, width in enumerate(widths) if width > floors[index]]
        if not over:
            return []
        widths[max(over, key=widths.__getitem__)] -= 1
    return widths
