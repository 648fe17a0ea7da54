"""The layouts of files (数据标准): columns, headings, code lists; one TOML file per edition.

A further edition is a further file in the folder and no line of code.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from credit_cli.rules.text_forms import key_form

FOLDER = Path(__file__).parent / "layouts"
_COMMON = "common.toml"
# A number before a heading, what must be filled in, marks.
_DECORATION = re.compile(
    r"^\(?[0-9]{1,2}[.、)]|\((?:非?必[填须]项?|选填项?|条件必填)\)|[*★☆·_\-—:：、,，.。'\"“”‘’`]"
)


class Check(StrEnum):
    """How the cells of a column are read."""

    TEXT = "text"
    CODE = "code"
    SUBJECT_CODE = "subject_code"
    USCC = "uscc"
    CHOICE = "choice"
    DAY = "day"
    AMOUNT = "amount"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """The words of a code list and what they mean.

    `others` may open a word of the sender's own (其他-…); with `many` a cell
    may hold several words.
    """

    values: Mapping[str, tuple[str, ...]]
    others: tuple[str, ...] = ()
    many: bool = False
    meanings: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        meanings = {key_form(word): to for to, words in self.values.items() for word in words}
        object.__setattr__(self, "meanings", meanings)

    def meaning(self, text: str) -> str | None:
        """What one word means, or None if the list does not know it."""
        return self.meanings.get(text) or self.meanings.get(key_form(text))

    def knows(self, text: str) -> bool:
        """Whether every word of the cell is of the list."""
        words = re.split(r"[;；、,，/\s]+", text) if self.many else [text]
        return all(self.meaning(word) or word.startswith(self.others) for word in words if word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its code and official name, and what its cells must be.

    `feeds` names the draft's field. `free` text is read by the public, so it
    must not hold personal numbers. `doubtful`: a faulty code only warns. A
    sender's own `codes` stand for words; `order` is that of its days.
    """

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    feeds: str = ""
    required: bool = False
    longest: int = 0
    check: Check = Check.TEXT
    list: str = ""
    free: bool = False
    doubtful: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)
    order: str = "ymd"

    @property
    def headings(self) -> tuple[str, ...]:
        """Every spelling by which a heading may name the column."""
        return (self.code, self.name, *self.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Two days of which the later must not come first; `issue` warns."""

    earlier: str
    later: str
    issue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One edition of one kind of file. Amounts are in `amount_unit_fen` fen.

    `credit NOUN import` of one of its `nouns` reads it, the first being the most fitting.
    What a row is follows from `record_type`, or from the column that feeds it;
    of both, the first says which document it is, the second what has become of it.
    A sender's own layout has `mapped` headings, "" for what is passed over, and
    `constants` for columns that its files lack.
    """

    code: str
    edition: str
    columns: tuple[Column, ...]
    lists: Mapping[str, CodeList]
    nouns: tuple[str, ...]
    record_type: str = ""
    amount_unit: str = "元"
    amount_unit_fen: int = 100
    orders: tuple[Order, ...] = ()
    blanks: frozenset[str] = frozenset()
    no_end: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    heading_words: tuple[str, ...] = ()
    requirements: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    mapped: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    by_heading: Mapping[str, Column] = field(init=False)
    feeding: Mapping[str, tuple[str, ...]] = field(init=False)  # columns' codes by draft's field

    def __post_init__(self) -> None:
        known = {heading_key(text): c for c in self.columns for text in c.headings}
        own = {heading_key(text): code for text, code in self.mapped.items()}
        known |= {key: c for key, code in own.items() for c in self.columns if c.code == code}
        known = {key: c for key, c in known.items() if own.get(key) != ""}
        object.__setattr__(self, "by_heading", known)
        fields = {c.feeds for c in self.columns}
        feeding = {name: tuple(c.code for c in self.columns if c.feeds == name) for name in fields}
        object.__setattr__(self, "feeding", feeding)


def heading_key(text: str) -> str:
    """The form under which headings are compared: no numbers before, blanks, marks or case."""
    return _DECORATION.sub("", key_form(text))


@cache
def load_layouts(folder: Path = FOLDER) -> tuple[Layout, ...]:
    """Every layout of the folder, by file name."""
    common = _toml(folder / _COMMON)
    paths = sorted(path for path in folder.glob("*.toml") if path.name != _COMMON)
    return tuple(_layout(common, _toml(path)) for path in paths)


def layouts_of(noun: str) -> list[Layout]:
    """What `credit NOUN import` reads."""
    return [each for each in load_layouts() if noun in each.nouns]


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _layout(common: dict[str, Any], own: dict[str, Any]) -> Layout:
    table = {**common, **own, "lists": {**common["lists"], **own.get("lists", {})}}
    shared = table.pop("shared")
    columns = [shared[each] if isinstance(each, str) else [each] for each in table["columns"]]
    return Layout(
        **{
            **table,
            "columns": tuple(map(_column, chain.from_iterable(columns))),
            "lists": {name: _code_list(each) for name, each in table["lists"].items()},
            "orders": tuple(Order(**each) for each in table.get("orders", ())),
            "nouns": tuple(table["nouns"]),
            "notes": tuple(table["notes"]),
            "totals": tuple(table["totals"]),
            "heading_words": tuple(table["heading_words"]),
            "ignored": frozenset(map(heading_key, table["ignored"])),
            **{key: frozenset(table[key]) for key in ("blanks", "no_end", "requirements")},
        }
    )


def _column(table: dict[str, Any]) -> Column:
    aliases = tuple(table.get("aliases", ()))
    return Column(**{**table, "aliases": aliases, "check": Check(table.get("check", Check.TEXT))})


def _code_list(table: dict[str, Any]) -> CodeList:
    values = {meaning: tuple(words) for meaning, words in table["values"].items()}
    return CodeList(**{**table, "values": values, "others": tuple(table.get("others", ()))})
