"""One TOML file to raw values: as text in NFC, numbers exact; or what is wrong with it."""

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
_DEEPEST = 100  # tables within tables; who writes more wants to overwhelm the reader


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
        params = dict(self.params)
        if "expected" in params:
            params["expected"] = find(f"policy.expected_{params['expected']}") or params["expected"]
        what = say(f"policy.{self.code}", **params)
        if self.since:
            what = say("policy.since", what=what, day=self.since)
        template = "policy.line_at" if self.line else "policy.line"
        return say(template, file=self.file, line=self.line, key=self.key, what=what)

    def place(self) -> dict[str, Any]:
        """The fault for a script: its file, line, key path, code and first day."""
        return {
            "file": self.file,
            "line": self.line,
            "key": self.key,
            "code": self.code,
            "since": self.since and self.since.isoformat(),
        }


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
        return PackFault(file, key, "syntax", {"fault": what})
    return raw


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


def canonical(tables: Raw) -> str:
    """The pack as canonical JSON: what its SHA-256 is taken of, and what the store keeps."""
    return json.dumps(
        tables, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )
