"""What a department's catalogue would change in the items of a policy pack, as a pack to propose.

Nothing of the store is read or changed: items are rules, and rules change only
by a version that somebody has proposed and somebody has approved.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from credit_cli.actions.wording import View
from credit_cli.errors import PolicyInvalid
from credit_cli.folders import shipped_policy
from credit_cli.intake.item_catalogues import ItemRow, joined, read_catalogue
from credit_cli.intake.layouts import Layout
from credit_cli.intake.outgoing import part_file
from credit_cli.intake.policy import read_pack
from credit_cli.intake.policy_dates import at_day
from credit_cli.intake.policy_files import lay_together
from credit_cli.intake.policy_toml import Raw
from credit_cli.intake.tables import TableFile
from credit_cli.intake.toml_text import toml_table
from credit_cli.rules.drafts import QuestionedRow
from credit_cli.rules.text_forms import key_form

_STATED = ("title", "title_en", "department", "promised", "legal")


class Ground(NamedTuple):
    """What a catalogue is laid over: a pack's folder or file, its raw tables, from a day on."""

    path: Path
    tables: Raw
    now: Raw  # the tables as on that day
    day: date
    basis: str


class Proposal(NamedTuple):
    """The items that are new or changed, as raw tables; what became of all, and of each row."""

    items: Mapping[str, Raw]
    view: View
    note: str
    headings: tuple[str, ...]
    columns: tuple[str, ...]
    questioned: list[QuestionedRow]


def ground(path: Path | None, day: date | None, basis: str) -> Ground:
    """The pack at `path`, or the shipped one, from a day on or its first; PolicyInvalid."""
    path = path or shipped_policy()
    first = read_pack(path).pack.starts
    tables = lay_together(path).tables
    starts = max(day, first) if day else first
    return Ground(path, tables, at_day(tables, starts), starts, basis)


def read(table: TableFile, held: Ground, layouts: Sequence[Layout] | None = None) -> Proposal:
    """What a catalogue adds or changes. Raises one of the Unreadable errors."""
    drafts = read_catalogue(table, held.day, layouts)
    pages = list(drafts)
    rows = [draft for page in pages for draft in page.drafts]
    questioned = [row for page in pages for row in page.questioned]
    issues = sum((page.issues for page in pages), Counter[str]())
    items, said = _compare(held, list(joined(rows)))
    view = {
        "file": None,
        "read": len(rows) + len(questioned),
        "rejected": len(questioned),
        "skipped": sum(page.skipped for page in pages),
        **said,
        "issues": dict(sorted(issues.items())),
    }
    name = "".join(each if each.isprintable() else "?" for each in table.path.name)
    note = f"{name} sha256:{table.sha256}"
    return Proposal(items, view, note, drafts.headings, drafts.columns, questioned)


def _compare(held: Ground, rows: list[ItemRow]) -> tuple[dict[str, Raw], View]:
    """The items that a catalogue adds or changes; those it has no word of stay as they are."""
    items, now = held.tables["item"], held.now["item"]
    found: dict[str, Raw] = {}
    for row in rows:
        own = _over(items.get(row.item, {}), now.get(row.item, {}), row)
        if own != items.get(row.item):
            found[row.item] = own | {"basis": held.basis}
    departments, listed = {row.department for row in rows}, {row.item for row in rows}
    missing = [code for code in now.keys() - listed if now[code]["department"] in departments]
    return found, {
        "items": len(rows),
        "added": sorted(found.keys() - items.keys()),
        "changed": sorted(found.keys() & items.keys()),
        "same": len(rows) - len(found),
        "not_listed": sorted(missing),
    }


def _over(held: Raw, now: Raw, row: ItemRow) -> Raw:
    """An item as the pack has it, dated values too, but for what the catalogue says differently."""
    said = {key: getattr(row, key) for key in _STATED}
    own: Raw = dict(held) | {
        key: text for key, text in said.items() if text not in {"", now.get(key)}
    }
    if row.modes is not None and set(row.modes) != set(now.get("mode", {})):
        terms = held.get("mode", {})
        own["mode"] = {mode: terms.get(mode, {}) for mode in row.modes}
    known = now.get("material", [])
    materials = list(_materials(known, row))
    if row.materials is not None and materials != [_plain(one) for one in known]:
        own["material"] = materials
    return own


def _plain(material: Raw) -> Raw:
    return {key: material[key] for key in ("code", "title", "class")}


def _materials(known: list[Raw], row: ItemRow) -> Iterator[Raw]:
    """What the catalogue lists, under the codes that the pack has for it or else new ones."""
    codes = {key_form(one["title"]): one["code"] for one in known}
    fresh = (f"m{n}" for n in range(1, 1_000_000))
    taken = set(codes.values())
    for one in row.materials or ():
        code = codes.get(key_form(one.title)) or next(code for code in fresh if code not in taken)
        yield {"code": code, "title": one.title, "class": "main" if one.main else "secondary"}


def write(proposal: Proposal, held: Ground, target: Path) -> None:
    """A pack that extends the one it is for, proved to be without faults; PolicyInvalid."""
    with TemporaryDirectory(prefix="credit-") as folder:
        tried = Path(folder) / "items.toml"
        tried.write_text(_text(proposal, held, str(held.path.resolve())), encoding="utf-8")
        try:
            read_pack(tried)
        except PolicyInvalid as fault:
            raise PolicyInvalid(**fault.params | {"path": str(target)}) from None
    with part_file(target) as part:
        part.write_text(_text(proposal, held, _name(held.path, target)), encoding="utf-8")


def _name(path: Path, target: Path) -> str:
    """How a pack beside `target` calls the one it extends."""
    if path == shipped_policy():
        return path.name
    return Path(os.path.relpath(path, target.parent)).as_posix()


def _text(proposal: Proposal, held: Ground, extends: str) -> str:
    header = {**held.tables["pack"], "from": held.day, "extends": extends, "basis": held.basis}
    lines = [f"# {proposal.note}", *toml_table(("pack",), header)]
    for code, item in proposal.items.items():
        lines += ["", *toml_table(("item", code), item)]
    return "\n".join([*lines, ""])
