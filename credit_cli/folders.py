"""Where the packaged data lies: in the wheel, or beside the package in a source tree."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def packaged(name: str) -> Path:
    """The folder `migrations` or `fixtures`."""
    inside = _PACKAGE / f"_{name}"
    return inside if inside.is_dir() else _PACKAGE.parent / name


def example_policies() -> Path:
    """The worked examples of the scenario language."""
    return _PACKAGE / "policy" / "examples"


def shipped_policy() -> Path:
    """The policy pack that travels with the program."""
    return _PACKAGE / "policy" / "hainan"
