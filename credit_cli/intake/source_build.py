"""Reporting units with what is expected of their deliveries, in general and of each."""

from collections.abc import Iterator

from credit_cli.intake.layouts import load_layouts
from credit_cli.intake.policy_names import Found, Path, known_name
from credit_cli.intake.policy_shapes import OwnExpectationsShape, PackShape, SourceShape
from credit_cli.rules.deliveries import Expectations
from credit_cli.rules.packs import Source


def read_expectations(*shapes: OwnExpectationsShape | None) -> Expectations | None:
    """What is expected, a later shape over an earlier one; None if none says anything."""
    said = [shape.model_dump(exclude_unset=True) for shape in shapes if shape]
    if not said:
        return None
    fill = {name: share for one in said for name, share in one.get("fill", {}).items()}
    together = {name: value for one in said for name, value in one.items()}
    return Expectations(**{**together, "fill": fill})


def read_source(code: str, source: SourceShape, general: OwnExpectationsShape | None) -> Source:
    """A unit; what is expected of it in general holds unless its own says otherwise."""
    own = source.expectations
    return Source(
        code=code,
        title=source.title,
        title_en=source.title_en,
        basis=source.basis,
        expectations=read_expectations(general, own),
    )


def expectation_faults(shape: PackShape) -> Found:
    """Columns that no layout has; a least that is more than the most."""
    columns = {name for each in load_layouts() for c in each.columns for name in (c.code, c.feeds)}
    for path, expected in _expectations(shape):
        for name in expected.fill:
            yield from known_name((*path, "fill", name), name, columns - {""})
        together = read_expectations(shape.expectations, expected)
        least, most = (together.at_least, together.at_most) if together else (None, None)
        if least is not None and most is not None and least > most:
            yield (*path, "at_most"), "at_most_below_least", {"least": least}


def _expectations(shape: PackShape) -> Iterator[tuple[Path, OwnExpectationsShape]]:
    if shape.expectations:
        yield ("expectations",), shape.expectations
    for code, source in shape.source.items():
        if source.expectations:
            yield ("source", code, "expectations"), source.expectations
