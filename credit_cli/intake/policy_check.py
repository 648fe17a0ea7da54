"""What shapes cannot say: names that lead nowhere, orders that do not rise, terms that clash."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from credit_cli.intake.policy_build import merged
from credit_cli.intake.policy_names import Found, Path, known_name, said_once
from credit_cli.intake.policy_shapes import (
    Dated,
    ItemShape,
    ModeShape,
    PackShape,
    ScaleShape,
)
from credit_cli.intake.policy_tables import table_faults
from credit_cli.rules.values import Severity

# What any portrait has, and the words that combine conditions.
_TAKEN = ("kind", "evaluation", "tier", "item", "all", "any", "not")


def faults_of(shape: PackShape) -> Found:
    """Every fault of a pack of the right shape."""
    yield from _bases(shape)
    yield from _pointers(shape)
    yield from _dates(shape)
    yield from _periods(shape)
    for code, scale in shape.scale.items():
        yield from _scale(("scale", code), scale)
    yield from _mappings(shape)
    yield from _facts(shape)
    yield from table_faults(shape)
    for mode, terms in shape.mode.items():
        yield from _terms(("mode", mode), terms)
    for code, item in shape.item.items():
        yield from _item(("item", code), item, shape)


def _bases(shape: PackShape) -> Found:
    for path, entry in _grounded(shape):
        if entry.basis is not None:  # an item's mode may leave it to the mode in general
            yield from known_name((*path, "basis"), entry.basis, shape.basis)


def _grounded(shape: PackShape) -> Iterator[tuple[Path, Any]]:
    """Every value that carries a basis, with its key path."""
    for table in ("source", "scale", "record", "fact", "mode", "item", "programme"):
        for code, entry in getattr(shape, table).items():
            yield (table, code), entry
    for table in ("mapping", "period"):
        yield from (((table, n), entry) for n, entry in enumerate(getattr(shape, table)))
    for table in ("severity", "tier", "route"):
        held = getattr(shape, table)
        yield (table,), held
        yield from (((table, "row", n), row) for n, row in enumerate(held.row))
    for code, item in shape.item.items():
        yield from ((("item", code, "mode", mode), terms) for mode, terms in item.mode.items())
        yield from ((("item", code, "material", n), one) for n, one in enumerate(item.material))


def _pointers(shape: PackShape) -> Found:
    graded = _graded(shape)
    scores = shape.scale.keys() - graded.keys()
    yield from known_name(("tier_scale",), shape.tier_scale, graded)
    yield from known_name(("personal_score",), shape.personal_score, scores)
    yield from known_name(("breach_type",), shape.breach_type, shape.record)
    breach = shape.record.get(shape.breach_type)
    if breach and (not breach.counts or breach.severity is None):
        yield ("record", shape.breach_type), "breach_must_weigh", {}
    if sorted(shape.route_rank[:-1]) != sorted(shape.mode) or shape.route_rank[-1:] != ["ordinary"]:
        yield ("route_rank",), "route_rank_incomplete", {"known": ", ".join(shape.mode)}


def _dates(shape: PackShape) -> Found:
    for path, entry in _grounded(shape):
        if isinstance(entry, Dated) and entry.starts and entry.ends and entry.ends < entry.starts:
            yield (*path, "until"), "ends_before_start", {}


def _periods(shape: PackShape) -> Found:
    """Two periods of a severity on one day would leave open which of them is in force."""
    ordered = sorted(enumerate(shape.period), key=lambda one: one[1].starts or date.min)
    for severity in Severity:
        own = [(n, period) for n, period in ordered if period.severity is severity]
        for (_, before), (n, after) in pairwise(own):
            if not (before.ends and after.starts and before.ends < after.starts):
                yield ("period", n), "periods_overlap", {"severity": severity.value}


def _scale(path: Path, scale: ScaleShape) -> Found:
    if (scale.kind == "grades") != bool(scale.grades):
        yield (*path, "grades"), "grades_needed", {}
    yield from said_once((*path, "grades"), scale.grades)
    for grade in scale.titles:
        yield from known_name((*path, "titles", grade), grade, scale.grades)
    yield from said_once((*path, "bands"), [band.code for band in scale.bands])
    lows = [band.low for band in scale.bands]
    stated = [low for low in lows if low is not None]
    if None in lows[1:] or stated != sorted(set(stated)):
        yield (*path, "bands"), "bands_must_rise", {}


def _mappings(shape: PackShape) -> Found:
    graded = _graded(shape)
    for n, mapping in enumerate(shape.mapping):
        yield from known_name(("mapping", n, "scale"), mapping.scale, graded)
        for grade, tier in mapping.grades.items():
            for scale, one in ((mapping.scale, grade), (shape.tier_scale, tier)):
                # An unknown scale is a fault of its own, and one is enough.
                if graded.get(scale):
                    yield from known_name(("mapping", n, "grades", grade), one, graded[scale])


def _graded(shape: PackShape) -> dict[str, tuple[str, ...]]:
    return {code: scale.grades for code, scale in shape.scale.items() if scale.kind == "grades"}


def _facts(shape: PackShape) -> Found:
    taken = (*_TAKEN, *(f"{part}.{code}" for code in shape.scale for part in ("score", "grade")))
    for name, fact in shape.fact.items():
        if name in taken:
            yield ("fact", name), "said_twice_id", {"name": name}
        for code in fact.where.type:
            yield from known_name(("fact", name, "where", "type"), code, shape.record)


def _item(path: Path, item: ItemShape, shape: PackShape) -> Found:
    yield from said_once((*path, "material"), [material.code for material in item.material])
    for mode, own in item.mode.items():
        general = shape.mode.get(mode)
        if general is None:
            yield (*path, "mode", mode), "mode_undefined", {"name": mode}
        elif not list(_terms((), general)):
            yield from _terms((*path, "mode", mode), merged(general, own))


def _terms(path: Path, terms: ModeShape) -> Found:
    if terms.limit is not None and terms.cut is not None:
        yield path, "limit_or_cut", {}
    if terms.cut is not None and None in (terms.rounding, terms.minimum):
        yield path, "cut_needs_rounding", {}
