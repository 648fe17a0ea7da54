"""A mapping file proposed from a sample: likely columns, orders of days, words on no list."""

import json
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import NamedTuple

from credit_cli.errors import FileEmpty
from credit_cli.intake.cells import read_cell
from credit_cli.intake.days import order_of
from credit_cli.intake.headings import SEARCHED
from credit_cli.intake.layouts import Check, Column, Layout, heading_key
from credit_cli.intake.tables import TableFile
from credit_cli.rules.text_forms import normalise
from credit_cli.text import say

_SAMPLE = 500  # rows
_ALIKE = 0.6  # how much a heading must resemble a known one
_FEWEST = 3  # headings
_LONGEST, _MOST_WORDS = 30, 20  # characters of a heading or code, and words that may be codes
_LONG_NUMBER = re.compile(r"[0-9]{5}")


class _Guess(NamedTuple):
    """A heading row with the column that each heading seems to be, and the rows below it."""

    layout: Layout
    headings: Sequence[str]
    columns: Sequence[Column | None]
    rows: Sequence[Sequence[str]]

    def cells(self, column: Column) -> list[str]:
        """The different cells of a column, legible, in their order."""
        place = self.columns.index(column)
        read = (read_cell(row[place], fold=True).text for row in self.rows if place < len(row))
        return list(dict.fromkeys(filter(None, read)))


def propose_mapping(table: TableFile, layouts: Sequence[Layout]) -> str:
    """The text of a mapping file; FileEmpty if no row of the first sheets looks like headings."""
    guess = max(_guesses(table, layouts), key=_likeness, default=None)
    if guess is None:
        raise FileEmpty(path=str(table.path))
    parts = (
        _head(guess, table.path.name),
        _columns(guess),
        _constants(guess),
        _days(guess),
        *_codes(guess),
    )
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _head(guess: _Guess, file: str) -> list[str]:
    # A line break in a file's name would end the comment.
    name = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in file)
    told = (say("mapping.check", file=name), say("mapping.use", noun=guess.layout.nouns[0]))
    lines = [*(f"# {words}" for words in told), f'layout = "{guess.layout.code}"']
    pairs = zip(guess.headings, guess.columns, strict=True)
    amounts = [heading for heading, column in pairs if column and column.check is Check.AMOUNT]
    if any("元" in heading and "万" not in heading for heading in amounts):
        lines.append('amount_unit = "元"')
    return lines


def _likeness(guess: _Guess) -> int:
    known = guess.layout.by_heading
    exact = sum(1 for heading in guess.headings if heading_key(heading) in known)
    return exact + sum(1 for column in guess.columns if column)


def _guesses(table: TableFile, layouts: Sequence[Layout]) -> Iterator[_Guess]:
    for sheet in table.sheets:
        rows = [cells for _, cells in islice(table.rows(sheet), SEARCHED + _SAMPLE)]
        found = list(_guesses_in(rows, layouts))
        yield from found
        if found and not table.survey.is_workbook:
            return  # the cells of a text are parted in one way


def _guesses_in(rows: Sequence[Sequence[str]], layouts: Sequence[Layout]) -> Iterator[_Guess]:
    for place, cells in enumerate(rows[:SEARCHED]):
        headings = [read_cell(cell, fold=False).text for cell in cells]
        for layout in layouts:
            if _may_be_headings(layout, headings):
                yield _Guess(layout, headings, _likely(layout, headings), rows[place + 1 :])


def _may_be_headings(layout: Layout, cells: Sequence[str]) -> bool:
    """Whether a row is no data: different short texts without long numbers, some of them known."""
    texts = [normalise(cell) for cell in cells if cell]
    if len(set(texts)) < max(_FEWEST, len(texts)) or _LONG_NUMBER.search("|".join(texts)):
        return False
    known = sum(
        1
        for text in texts
        if heading_key(text) in layout.by_heading
        or any(word in text.lower() for word in layout.heading_words)
    )
    return known * 3 >= len(texts) and max(map(len, texts)) <= _LONGEST


def _likely(layout: Layout, headings: Sequence[str]) -> list[Column | None]:
    """The column that each heading names or resembles; each column once."""
    keys = [heading_key(normalise(heading)) for heading in headings]
    found = [layout.by_heading.get(key) for key in keys]
    for place, key in enumerate(keys):
        taken = {column.code for column in found if column}
        left = [name for name, column in layout.by_heading.items() if column.code not in taken]
        near = get_close_matches(key, left, n=1, cutoff=_ALIKE)
        if found[place] is None and near and key not in layout.ignored:
            found[place] = layout.by_heading[near[0]]
    return found


def _columns(guess: _Guess) -> list[str]:
    pairs = [pair for pair in zip(guess.headings, guess.columns, strict=True) if pair[0]]
    lines = [
        f'{_quoted(heading)} = "{column.code}"  # {column.name}'
        if column
        else f'{_quoted(heading)} = ""'
        for heading, column in dict(pairs).items()
    ]
    return ["[columns]", *lines]


def _constants(guess: _Guess) -> list[str]:
    missing = [c for c in guess.layout.columns if c.required and c not in guess.columns]
    lines = [f'# {column.code} = ""  # {column.name}' for column in missing]
    return [f"# {say('mapping.missing')}", "[constants]", *lines] if lines else []


def _days(guess: _Guess) -> list[str]:
    lines = []
    for column in filter(None, guess.columns):
        order = order_of(guess.cells(column)) if column.check is Check.DAY else "ymd"
        if order is None:
            lines += [f"# {say('mapping.order')}", f'# {column.code} = "dmy"']
        elif order != "ymd":
            lines.append(f'{column.code} = "{order}"')
    return ["[days]", *lines] if lines else []


def _codes(guess: _Guess) -> Iterator[list[str]]:
    for column in filter(None, guess.columns):
        if column.check is Check.CHOICE:
            known = guess.layout.lists[column.list]
            words = [one for one in guess.cells(column) if not known.knows(one)]
            lines = [f'# {_quoted(one)} = ""' for one in words if len(one) <= _LONGEST]
            if lines:
                heading = [f"# {say('mapping.words')}", f"[codes.{column.code}]"]
                yield [*heading, *lines[:_MOST_WORDS]]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
