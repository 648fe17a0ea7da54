"""`-` in the place of a file's name: the file is made aside and then goes to stdout."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from credit_cli.errors import MalformedValue
from credit_cli.output import pour

_FORMS = (".csv", ".xlsx")


@contextmanager
def poured(target: Path, form: str = ".csv") -> Iterator[Path]:
    """The file itself, or one of our own in a `form` that goes to stdout if there is one."""
    if str(target) != "-":
        yield target
        return
    with tempfile.TemporaryDirectory(prefix="credit-") as folder:
        path = Path(folder) / f"stdout{form}"
        yield path
        if path.exists():
            pour(path)


def sheet_path(option: str) -> Callable[[str | Path], Path]:
    """A parser of names of files that are written as csv or as a workbook, or `-`."""

    def parse(text: str | Path) -> Path:
        path = Path(text)
        if str(path) != "-" and path.suffix.lower() not in _FORMS:
            raise MalformedValue(option=option, expected="*.csv, *.xlsx, -")
        return path

    return parse
