"""Words by code and language, one JSON file per area under `locale/`.

JSON, because the words for `--help` are read on every start and TOML takes
twenty times as long to read.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh_CN")
_FOLDER = Path(__file__).parent / "locale"
_current = LANGUAGES[0]


def use(language: str) -> None:
    """Speak `language` (one of LANGUAGES) from now on."""
    global _current  # noqa: PLW0603 - one program speaks one language
    _current = language


def language() -> str:
    """The language spoken now."""
    return _current


@cache
def area_words(area: str, language: str) -> dict[str, str]:
    """All words of one area, by code without the area's name."""
    path = _FOLDER / language / f"{area}.json"
    words: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return words


def topic(name: str, language: str) -> str:
    """The text of a help topic, in Markdown."""
    return (_FOLDER / language / "help_topics" / f"{name}.md").read_text(encoding="utf-8")


def find(code: str) -> str | None:
    """The words of `area.rest`, unfilled, or None."""
    area, _, rest = code.partition(".")
    return area_words(area, _current).get(rest)


def say(code: str, /, **params: Any) -> str:  # noqa: ANN401 - words take any value
    """The words of `area.rest` with `{name}` filled in; KeyError if there are none."""
    words = find(code)
    if words is None:
        raise KeyError(code)
    return words.format(**params)
