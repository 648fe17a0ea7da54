"""What shapes cannot say: names that lead nowhere, orders that do not rise, terms that clash."""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from credit_cli.intake.pack_reading import Reading
from credit_cli.intake.policy_build import merged
from credit_cli.intake.policy_circles import circles
from credit_cli.intake.policy_events import event_faults
from credit_cli.intake.policy_names import Found, Path, known_name, leads_to, said_once
from credit_cli.intake.policy_shapes import (
    Dated,
    HeaderShape,
    ItemShape,
    ModeShape,
    PackShape,
    ScaleShape,
)
from credit_cli.intake.policy_tables import table_faults
from credit_cli.intake.source_build import expectation_faults
from credit_cli.rules.identifiers import check_uscc
from credit_cli.rules.measures import MeasureKind
from credit_cli.rules.values import Severity

# What a province's pack must have, each of which leans on the others.
_CORE = ("tier_scale", "personal_score", "breach_type", "severity", "tier", "route")
_REGION = re.compile("[0-9]{2,12}")
_TAKEN = ("all", "any", "not", "as_of")  # the words that combine conditions, and today


def faults_of(shape: PackShape, reading: Reading, lost: Collection[str] = ()) -> Found:
    """Every fault of a pack of the right shape; `lost`: names that were left out of it.

    What only leads to something that could not be read is not told again. The
    scenarios are then in the `reading`.
    """
    found = list(_faults(shape, reading))
    return (one for one in found if not leads_to(one, {*lost, *reading.lost}))


def _faults(shape: PackShape, reading: Reading) -> Found:
    grounded = [(path, one) for path, one in _shapes(shape, ()) if hasattr(one, "basis") and path]
    yield from _bases(grounded, shape)
    yield from _pointers(shape)
    yield from _dates(grounded)
    yield from _periods(shape)
    yield from expectation_faults(shape)
    yield from _authorities(shape)
    for code, scale in shape.scale.items():
        yield from _scale(("scale", code), scale)
    yield from _mappings(shape)
    yield from _facts(shape)
    yield from table_faults(shape, reading)
    yield from circles(shape)
    yield from event_faults(shape)
    yield from _scenarios(shape)
    for mode, terms in shape.mode.items():
        yield from _terms(("mode", mode), terms)
    for code, item in shape.item.items():
        yield from _item(("item", code), item, shape)
    yield from _never(shape)
    yield from _measures(shape)


def _bases(grounded: list[tuple[Path, Any]], shape: PackShape) -> Found:
    if shape.pack.basis is not None:
        yield from known_name(("pack", "basis"), shape.pack.basis, shape.basis)
    for path, entry in grounded:
        if entry.basis is not None:  # what says nothing of its own has the ground of what holds it
            yield from known_name((*path, "basis"), entry.basis, shape.basis)


_HOLDERS = (BaseModel, dict, list, tuple)


def _shapes(value: Any, path: Path) -> Iterator[tuple[Path, BaseModel]]:  # noqa: ANN401
    if isinstance(value, BaseModel):
        yield path, value
        held: Iterable[Any] = vars(value).items()
    else:
        held = value.items() if isinstance(value, dict) else enumerate(value)
    fields = type(value).model_fields if isinstance(value, BaseModel) else {}
    for key, one in held:  # most are leaves: a large pack has a hundred thousand
        if one and isinstance(one, _HOLDERS) and not isinstance(one, HeaderShape):
            yield from _shapes(one, (*path, (key in fields and fields[key].alias) or key))


def _pointers(shape: PackShape) -> Found:
    if not shape.is_core:
        return
    missing = [key for key in _CORE if getattr(shape, key) is None]
    yield from (((key,), "missing_key", {}) for key in missing)
    graded = _graded(shape)
    scores = shape.scale.keys() - graded.keys()
    named = {"tier_scale": graded, "personal_score": scores, "breach_type": shape.record}
    for key, known in named.items():
        if key not in missing:
            yield from known_name((key,), getattr(shape, key), known)
    breach = shape.record.get(shape.breach_type or "")
    if breach and (not breach.counts or breach.severity is None):
        yield ("record", shape.breach_type or ""), "breach_must_weigh", {}
    if sorted(shape.route_rank[:-1]) != sorted(shape.mode) or shape.route_rank[-1:] != ["ordinary"]:
        yield ("route_rank",), "route_rank_incomplete", {"known": ", ".join(shape.mode)}


def _dates(grounded: list[tuple[Path, Any]]) -> Found:
    for path, entry in grounded:
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


def _authorities(shape: PackShape) -> Found:
    """Social credit codes as they are written, so that none can stand twice; regions by digits."""
    for code, authority in shape.authority.items():
        path: Path = ("authority", code)
        checked = check_uscc(code)
        if checked.fault or checked.value != code:
            yield path, "wrong_value", {"seen": code, "expected": "authority"}
        if authority.region:
            yield from _region((*path, "region"), authority.region)


def _region(path: Path, region: str) -> Found:
    if not _REGION.fullmatch(region):
        yield path, "wrong_value", {"seen": region, "expected": "region"}


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
        if mapping.to is not None:
            yield from known_name(("mapping", n, "to"), mapping.to, graded)
        for grade, tier in mapping.grades.items():
            to = mapping.to or shape.tier_scale or ""
            for scale, one in ((mapping.scale, grade), (to, tier)):
                # An unknown scale is a fault of its own, and one is enough.
                if graded.get(scale):
                    yield from known_name(("mapping", n, "grades", grade), one, graded[scale])


def _graded(shape: PackShape) -> dict[str, tuple[str, ...]]:
    return {code: scale.grades for code, scale in shape.scale.items() if scale.kind == "grades"}


def _facts(shape: PackShape) -> Found:
    """A pack may not give its own meaning to a fact that its core decides."""
    taken = {*_TAKEN, *(f"{part}.{code}" for code in shape.scale for part in ("score", "grade"))}
    taken |= {"kind", "evaluation", "tier", "item"} if shape.is_core else set()
    for name in shape.fact:
        if name in taken:
            yield ("fact", name), "said_twice_id", {"name": name}


def _item(path: Path, item: ItemShape, shape: PackShape) -> Found:
    yield from said_once((*path, "material"), [one.code for one in item.material], "code")
    for mode, own in item.mode.items():
        general = shape.mode.get(mode)
        if general is None:
            yield (*path, "mode", mode), "mode_undefined", {"name": mode}
        elif not list(_terms((), general)):
            yield from _terms((*path, "mode", mode), merged(general, own))


def _scenarios(shape: PackShape) -> Found:
    """Facts that a scenario decides; regions, which are coded by digits."""
    for name, fact in shape.fact.items():
        if fact.scenario is not None:
            yield from known_name(("fact", name, "scenario"), fact.scenario, shape.scenario)
    for code, scenario in shape.scenario.items():
        for key in ("regions", "except_regions"):
            for n, region in enumerate(getattr(scenario.scope, key)):
                yield from _region(("scenario", code, "scope", key, n), region)


def _measures(shape: PackShape) -> Found:
    """What is granted as a grade needs the grades, from worst to best."""
    graded = _graded(shape)
    for code, one in shape.measure.items():
        path: Path = ("measure", code)
        if one.scale is not None:
            yield from known_name((*path, "scale"), one.scale, graded)
        if one.kind is MeasureKind.GRADE and not one.values and one.scale is None:
            yield (*path, "values"), "grade_needs_values", {}


def _never(shape: PackShape) -> Found:
    """No item and no scenario may open a mode to what is never decided in it."""
    for mode, never in shape.never.items():
        for n, code in enumerate(never.items):
            yield from known_name(("never", mode, "items", n), code, shape.item)
        barred = {
            code
            for code, item in shape.item.items()
            if code in never.items or set(never.attributes) & set(item.attributes)
        }
        for code in sorted(barred):
            if mode in shape.item[code].mode:
                yield ("item", code, "mode", mode), "item_never", {"item": code, "mode": mode}
        for code, scenario in shape.scenario.items():
            for n, row in enumerate(scenario.row):
                named = barred & set(scenario.scope.items)
                if named and mode in row.grant.get("modes", ()):
                    path = ("scenario", code, "row", n, "grant", "modes")
                    yield path, "item_never", {"item": ", ".join(sorted(named)), "mode": mode}


def _terms(path: Path, terms: ModeShape) -> Found:
    if terms.limit is not None and terms.cut is not None:
        yield path, "limit_or_cut", {}
    if terms.cut is not None and None in (terms.rounding, terms.minimum):
        yield path, "cut_needs_rounding", {}
