"""One TOML file to raw values: as text in NFC, numbers exact; or what is wrong with it."""

import hashlib
import json
import re
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import normalize

from credit_cli.text import find, say

Raw = dict[str, Any]
_WIDEST = 60  # characters of a wrong value that are told
_DEEPEST = 100  # tables within tables; who writes more wants to overwhelm the reader
_WIDE_SIGN = re.compile("[\u201c\u201d\u2018\u2019\uff1d\uff0c\uff3b\uff3d\uff5b\uff5d]")


_KINDS = {("formula_kind", "seen"), ("formula_kinds", "kinds"), ("sum_needs_number", "name")}
# How what tomllib says begins, and what an official is told instead.
_SAID = {
    "Invalid value": "value",
    "Expected newline": "after",
    "Expected '=' after": "equals",
    "Unterminated string": "quote",
    "Illegal character '\\n'": "quote",
    "Cannot overwrite": "twice",
    "Cannot declare": "twice",
    "Cannot redefine": "twice",
    "Duplicate inline": "twice",
    "Unclosed": "bracket",
    "Expected ']'": "bracket",
    "Invalid initial character for a key": "key",
    "Invalid statement": "key",
}


class PackFault(NamedTuple):
    """One fault: the file's name, the key path or line in it, and what is wrong (`policy.CODE`).

    `line` is where the value or what holds it stands; `since` the day from
    which on the fault shows, if not from the pack's first.
    """

    file: str
    key: str
    code: str
    params: dict[str, Any]
    line: int | None = None
    since: date | None = None

    def words(self) -> str:
        """The fault as one line for a person."""
        held = self.params
        params = {key: _worded(self.code, key, one, held) for key, one in held.items()}
        what = say(f"policy.{self.code}", **params)
        if self.since:
            what = say("policy.since", what=what, day=self.since)
        template = "policy.line_at" if self.line else "policy.line"
        return say(template, file=self.file, line=self.line, key=self.key, what=what)

    def where(self) -> str:
        """File, line and key in one text."""
        line = f":{self.line}" if self.line else ""
        return f"{self.file}{line} {self.key}"

    def place(self) -> dict[str, Any]:
        """The fault for a script: its file, line, key path, code and first day."""
        return {
            "file": self.file,
            "line": self.line,
            "key": self.key,
            "code": self.code,
            "since": self.since and self.since.isoformat(),
        }


def _worded(code: str, key: str, value: Any, params: dict[str, Any]) -> Any:  # noqa: ANN401
    """What is expected, a kind of value or a fault of the TOML reader in words."""
    if key == "expected":
        return (find(f"policy.expected_{value}") or str(value)).format(**params)
    if (code, key) in _KINDS:
        return ", ".join(find(f"policy.kind_{one}") or one for one in str(value).split(", "))
    if key == "fault":
        hint = next((hint for said, hint in _SAID.items() if str(value).startswith(said)), "")
        return find(f"policy.toml_{hint}") or value
    return shown(value)[:_WIDEST] if key in ("seen", "name") else value


def shown(value: Any) -> str:  # noqa: ANN401 - TOML
    """A value as it is written in TOML; a text without its quotes."""
    match value:
        case bool():
            return str(value).lower()
        case list():
            return f"[{', '.join(map(_quoted, value))}]"
        case dict():
            parts = (f"{key} = {_quoted(one)}" for key, one in value.items())
            return f"{{ {', '.join(parts)} }}"
    return str(value)


def _quoted(value: Any) -> str:  # noqa: ANN401 - TOML
    return f'"{value}"' if isinstance(value, str) else shown(value)


def parse_toml(path: Path, name: str = "") -> Raw | PackFault:
    """What a TOML file holds, or what is wrong with it as a whole; `name`: how it is called."""
    content = b""
    file = name or path.name
    try:
        content = path.read_bytes()
        raw: Raw = normal(tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal))
    except OSError as fault:
        return PackFault(file, "-", "unreadable", {"fault": fault.strerror})
    except UnicodeDecodeError as fault:
        return PackFault(file, _line_of(content[: fault.start]), "not_utf8", {})
    except (ValueError, RecursionError) as fault:  # tomllib lets through more than its own error
        what, _, place = str(fault).partition(" (at ")
        key = _place(place, content) if place else "-"
        wide = _wide_signs(content, re.match("line ([0-9]+)", place))
        code = "syntax_wide" if wide else "syntax"
        return PackFault(file, key, code, {"fault": what, "seen": wide})
    return raw


def _wide_signs(content: bytes, line: re.Match[str] | None) -> str:
    """Chinese quotes and signs outside text in the faulty line: what officials' keyboards give."""
    text = content.decode("utf-8-sig").split("\n")[int(line[1]) - 1] if line else ""
    return " ".join(_WIDE_SIGN.findall(re.sub('"[^"]*"', "", text)))


def _place(said: str, content: bytes) -> str:
    """Where tomllib found a fault: `line 3, column 1)` or `end of document)`."""
    line = re.match("line ([0-9]+)", said)
    return say("policy.at_line", line=line[1]) if line else _line_of(content)


def _line_of(content: bytes) -> str:
    """The line in which `content` ends."""
    return say("policy.at_line", line=content.count(b"\n") + 1)


def normal(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - TOML, whose shapes are checked later
    """The value with every key and text in NFC; ValueError for two keys that are one in NFC."""
    if depth > _DEEPEST:
        raise RecursionError("nested too deeply")
    if isinstance(value, str):
        return normalize("NFC", value)
    if isinstance(value, list):
        return [normal(one, depth + 1) for one in value]
    if not isinstance(value, dict):
        return value
    held = {normalize("NFC", key): normal(one, depth + 1) for key, one in value.items()}
    if len(held) < len(value):
        raise ValueError(f"one key twice in {', '.join(sorted(value))}")
    return held


def as_written(tables: Raw) -> str:
    """The pack as JSON, its keys in the order written: what the store keeps."""
    return json.dumps(tables, ensure_ascii=False, separators=(",", ":"), default=str)


def canonical(tables: Raw) -> str:
    """The pack as canonical JSON, its keys sorted: what its SHA-256 is taken of."""
    return json.dumps(
        tables, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )


def digest(tables: Raw) -> str:
    """The SHA-256 of a pack; the order of its keys and the layout of its files do not matter."""
    return hashlib.sha256(canonical(tables).encode()).hexdigest()
