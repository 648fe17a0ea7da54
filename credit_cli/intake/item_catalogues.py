"""A department's catalogue of service items (政务服务事项目录) as raw tables of a policy pack.

A catalogue says nothing of what only a policy may set, such as the terms of a
mode; that stays as the pack has it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from credit_cli.intake.blocks import Block
from credit_cli.intake.layouts import CodeList, Layout, layouts_of
from credit_cli.intake.pages import Columns, DraftFile, Drafting, open_drafts
from credit_cli.intake.policy_cells import ITEM_CODE
from credit_cli.intake.tables import TableFile
from credit_cli.rules.durations import Duration, parse_duration
from credit_cli.rules.text_forms import normalise

_LIMIT = re.compile(r"([0-9]{1,4})(\D*?)内?")
_APART = re.compile(r"[;；]|(?:^|(?<=\s))[0-9]{1,2}[.、．)）]\s*")
_MODES_APART = re.compile(r"[;；、,，/\s]+")
_MATERIALS = ("material", "main_materials", "secondary_materials")


class Listed(NamedTuple):
    """A material as a catalogue lists it."""

    title: str
    main: bool


class ItemRow(NamedTuple):
    """What one row says of an item; limits as a pack spells them, "" where it says nothing.

    `modes` and `materials` are None where the file has no such columns.
    """

    line: int
    item: str
    title: str
    title_en: str
    department: str
    promised: str
    legal: str
    modes: tuple[str, ...] | None
    materials: tuple[Listed, ...] | None

    @property
    def said(self) -> tuple[str, ...]:
        """What all rows of one item must agree on."""
        return self[2:7]


def read_catalogue(
    table: TableFile, as_of: date, layouts: Sequence[Layout] | None = None
) -> DraftFile[ItemRow]:
    """The rows of a catalogue, page by page. Raises one of the Unreadable errors."""
    known = layouts or layouts_of("item")
    return open_drafts(table, known, as_of, Drafting(_Reader().columns, ItemRow._make))


def joined(rows: Sequence[ItemRow]) -> Iterator[ItemRow]:
    """One row for each item, in the order of the file, with the materials of all its rows."""
    by_code: dict[str, list[ItemRow]] = {}
    for row in rows:
        by_code.setdefault(row.item, []).append(row)
    for first, *more in by_code.values():
        listed = [first.materials, *(row.materials for row in more)]
        materials = None if None in listed else [one for each in listed for one in each or ()]
        once = None if materials is None else tuple(dict.fromkeys(materials))
        yield first._replace(materials=once)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Remembers what was said of each item first."""

    first: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def columns(self, block: Block) -> Columns:
        """The sound rows, by column; what is wrong goes to the findings."""
        limits = [_limits(block, name) for name in ("promised", "legal")]
        rows = list(zip(*_texts(block), *limits, _modes(block), _materials(block), strict=True))
        for row, made in enumerate(map(ItemRow._make, rows)):
            if row not in block.findings.rejected:
                self._question(block, row, made)
        kept = [one for row, one in enumerate(rows) if row not in block.findings.questioned]
        return list(zip(*kept, strict=True)) if kept else ()

    def _question(self, block: Block, row: int, made: ItemRow) -> None:
        if not re.fullmatch(ITEM_CODE, made.item):
            block.findings.reject(row, "bad_item_code", block.code_of("item"), made.item)
        elif _is_longer(made.promised, made.legal):
            block.findings.reject(row, "promised_too_long", block.code_of("promised"))
        elif self.first.setdefault(made.item, made.said) != made.said:
            block.findings.reject(row, "item_differs", block.code_of("item"), made.item)


def _texts(block: Block) -> list[Sequence[Any]]:
    plain = ("item", "title", "title_en", "department")
    return [block.lines, *(block.feeding(name) for name in plain)]


def _limits(block: Block, name: str) -> list[str]:
    """Limits as a pack spells them; what cannot be read rejects its row."""
    lists = block.layout.lists
    texts, units = block.feeding(name), block.feeding(f"{name}_unit")
    pairs = list(zip(texts, units, strict=True))
    known = {pair: _limit(*pair, lists["unit"], lists["at_once"]) for pair in set(pairs)}
    for row, (text, _) in enumerate(pairs):
        if text and not known[pairs[row]]:
            block.findings.reject(row, "bad_limit", block.code_of(name), text)
    return [known[pair] for pair in pairs]


def _limit(text: str, unit: str, units: CodeList, at_once: CodeList) -> str:
    plain = "".join(normalise(text).split())
    if said := at_once.meaning(plain):
        return said
    match = _LIMIT.fullmatch(plain)
    if match is None:
        return ""
    suffix = units.meaning(match[2] or unit) if match[2] or unit else "wd"
    return f"{int(match[1])}{suffix}" if suffix else ""


def _is_longer(promised: str, legal: str) -> bool:
    """Whether a promise exceeds the law; limits of different units have no order."""
    own, most = (_duration(text) for text in (promised, legal))
    return own is not None and most is not None and own.unit is most.unit and own.n > most.n


def _duration(text: str) -> Duration | None:
    return parse_duration(text) if text else None


def _modes(block: Block) -> list[tuple[str, ...] | None]:
    """The modes that every row opens; the ordinary one is open anyway."""
    cells, known = block.feeding("modes"), block.layout.lists["mode"]
    found: list[tuple[str, ...] | None] = []
    for row, cell in enumerate(cells):
        words = [word for word in _MODES_APART.split(cell) if word]
        meanings = [known.meaning(word) for word in words]
        if None in meanings:
            block.findings.reject(row, "unknown_route", block.code_of("modes"), cell)
        modes = dict.fromkeys(mode for mode in meanings if mode and mode != "ordinary")
        found.append(tuple(modes) if cell else None)
    return found


def _materials(block: Block) -> list[tuple[Listed, ...] | None]:
    """What every row lists; where nothing says otherwise a material may not follow later."""
    codes = [code for name in _MATERIALS for code in block.layout.feeding[name]]
    if block.values.keys().isdisjoint(codes):
        return [None] * len(block.lines)
    classes = block.layout.lists["material_class"]
    columns = (block.feeding(name) for name in (*_MATERIALS, "material_class"))
    found: list[tuple[Listed, ...] | None] = []
    for row, (single, main, secondary, word) in enumerate(zip(*columns, strict=True)):
        meaning = classes.meaning(word) if word else "main"
        if meaning is None:
            code = block.code_of("material_class")
            block.findings.reject(row, "unknown_material_class", code, word)
        own = [(title, meaning == "main") for title in _titles(single)]
        own += [(title, True) for title in _titles(main)]
        own += [(title, False) for title in _titles(secondary)]
        found.append(tuple(dict.fromkeys(Listed(*one) for one in own)))
    return found


def _titles(cell: str) -> list[str]:
    return [title for part in _APART.split(cell) if (title := part.strip())]
