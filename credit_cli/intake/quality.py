"""Which dimension of quality each issue belongs to, as data beside this file."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from credit_cli.rules.quality import Dimension

_FILE = Path(__file__).with_name("quality.toml")


@cache
def load_dimensions() -> Mapping[str, Dimension]:
    """The dimension by issue code, or by an outcome's name; what harms nothing has none."""
    groups = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {code: Dimension(name) for name, codes in groups.items() for code in codes}
