"""A department's own layout (栏目对照), described once in TOML as a layout we know.

layout = "penalty_2018"
amount_unit = "元"           # of its amounts, if not the layout's own
notes = ["制表说明"]          # first words of its note rows

[columns]                    # its heading -> our column; "" passes a column over
"处罚文书编号" = "CF_WSH"

[constants]                  # columns that its files lack
CF_CFJGDM = "..."

[codes.CF_CFLB]              # its codes -> our words
"01" = "警告"

[days]                       # the order of its days: ymd, dmy, mdy
CF_JDRQ = "dmy"
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, StrictStr, ValidationError

from credit_cli.errors import MappingInvalid
from credit_cli.intake.layouts import Check, Layout, heading_key, layouts_of, load_layouts
from credit_cli.intake.policy_misshapen import misshapen
from credit_cli.intake.policy_names import Fault, Found, known_name
from credit_cli.intake.policy_shapes import Shape
from credit_cli.intake.policy_toml import PackFault, Raw, canonical, parse_toml

_UNITS_FEN = {"元": 100, "万元": 1_000_000}


class MappingShape(Shape):
    """What the file may hold; columns are named by code, by a heading we know or the sender's."""

    layout: StrictStr
    amount_unit: Literal["元", "万元"] | None = None
    notes: tuple[StrictStr, ...] = ()
    columns: dict[str, StrictStr] = Field(default_factory=dict)
    constants: dict[str, StrictStr] = Field(default_factory=dict)
    codes: dict[str, dict[str, StrictStr]] = Field(default_factory=dict)
    days: dict[str, Literal["ymd", "dmy", "mdy"]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderMapping:
    """A mapping without faults: the layout as this sender writes it, the file's name and table."""

    layout: Layout
    name: str
    table: Raw

    def identity(self, file_sha256: str) -> str:
        """What tells a file read with this mapping from the same file read with another."""
        return sha256(f"{file_sha256}{canonical(self.table)}".encode()).hexdigest()


def read_mapping(path: Path, noun: str) -> SenderMapping:
    """The mapping in a file, for `credit NOUN import`; MappingInvalid names every fault."""
    table = parse_toml(path)
    faults = [table] if isinstance(table, PackFault) else _faults(path.name, table, noun)
    if faults or isinstance(table, PackFault):
        lines = [fault.words() for fault in faults]
        raise MappingInvalid(path=str(path), count=len(lines), faults=lines)
    return SenderMapping(layout=mapped_layout(table), name=path.name, table=table)


def mapped_layout(table: Raw) -> Layout:
    """The layout as a mapping without faults makes it."""
    shape = MappingShape.model_validate(table)
    layout = _with_headings(_layouts()[shape.layout], shape)
    codes = {_code(layout, name): words for name, words in shape.codes.items()}
    days = {_code(layout, name): order for name, order in shape.days.items()}
    unit = shape.amount_unit or layout.amount_unit
    return replace(
        layout,
        columns=tuple(
            replace(each, codes=codes.get(each.code, {}), order=days.get(each.code, each.order))
            for each in layout.columns
        ),
        constants={_code(layout, name): value for name, value in shape.constants.items()},
        notes=layout.notes + shape.notes,
        amount_unit=unit,
        amount_unit_fen=_UNITS_FEN[unit],
    )


def _with_headings(layout: Layout, shape: MappingShape) -> Layout:
    """The layout with the sender's headings, as far as they lead to a column."""
    columns = {name: layout.by_heading.get(heading_key(name)) for name in shape.columns.values()}
    mapped = {
        heading: column.code if column else ""
        for heading, name in shape.columns.items()
        if (column := columns[name]) or not name
    }
    passed = {heading_key(heading) for heading, code in mapped.items() if not code}
    return replace(layout, mapped=mapped, ignored=layout.ignored | passed)


def _layouts() -> dict[str, Layout]:
    return {each.code: each for each in load_layouts()}


def _code(layout: Layout, name: str) -> str:
    return layout.by_heading[heading_key(name)].code


def _faults(file: str, table: Raw, noun: str) -> list[PackFault]:
    try:
        found: Iterable[Fault] = list(_wrong_names(MappingShape.model_validate(table), noun))
    except ValidationError as error:
        found = misshapen(error, MappingShape)
    return [PackFault(file, ".".join(map(str, path)), code, params) for path, code, params in found]


def _wrong_names(shape: MappingShape, noun: str) -> Found:
    """Names that lead nowhere: layout, columns, words of code lists."""
    layout = _layouts().get(shape.layout)
    if layout is None:
        yield from known_name(("layout",), shape.layout, [each.code for each in layouts_of(noun)])
        return
    if noun not in layout.nouns:
        where = {"layout": layout.code, "noun": layout.nouns[0]}
        yield ("layout",), "layout_elsewhere", where
    for heading, name in shape.columns.items():
        if name:
            yield from _known_column(("columns", heading), layout, name)
    layout = _with_headings(layout, shape)
    for table in ("constants", "codes", "days"):
        for name in getattr(shape, table):
            yield from _known_column((table, name), layout, name, days=table == "days")
    for name, words in shape.codes.items():
        yield from _known_words(layout, name, words)


def _known_column(path: tuple[str, ...], layout: Layout, name: str, *, days: bool = False) -> Found:
    column = layout.by_heading.get(heading_key(name))
    if column is None or (days and column.check is not Check.DAY):
        columns = [c for c in layout.columns if c.check is Check.DAY or not days]
        # A name is compared with the names of its own kind.
        yield from known_name(path, name, [c.code if name.isascii() else c.name for c in columns])


def _known_words(layout: Layout, name: str, words: dict[str, Any]) -> Found:
    column = layout.by_heading.get(heading_key(name))
    if column is None or column.check is not Check.CHOICE:
        return
    known = layout.lists[column.list]
    for code, word in words.items():
        if not known.knows(word):
            yield from known_name(("codes", name, code), word, known.meanings)
