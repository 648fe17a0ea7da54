"""Start a new scenario from one that there is: a file that checks green and passes its tests."""

import json
import tempfile
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from credit_cli.actions.help_topics import examples
from credit_cli.actions.policy_tests import run_tests
from credit_cli.errors import PolicyInvalid, PolicyPartNotFound
from credit_cli.intake.pack_starts import start_text
from credit_cli.intake.policy import read_pack
from credit_cli.intake.policy_toml import Raw, parse_toml
from credit_cli.text import say


class Like(NamedTuple):
    """A scenario to start from: the pack's tables, and the situations beside it."""

    tables: Raw
    tests: list[Raw]


def like_in_pack(path: Path, code: str) -> Like | None:
    """The scenario of a pack's files, None if they have no such; PolicyInvalid."""
    read = read_pack(path)
    if code not in read.pack.scenarios:
        return None
    alone = read.own_scenarios == [code]
    tests = [one.raw for one in read.tests if one.raw.get("scenario", alone and code) == code]
    return Like(json.loads(read.content), tests)


def like_in_content(content: str, code: str) -> Like | None:
    """The scenario of a pack that the store keeps, where no situations are."""
    tables = json.loads(content)
    return Like(tables, []) if code in tables.get("scenario", {}) else None


def like_in_examples(code: str) -> Like:
    """The scenario of a worked example; PolicyPartNotFound."""
    for path in examples():
        if found := like_in_pack(path, code):
            return found
    raise unknown(code, ())


def unknown(code: str, known: tuple[str, ...]) -> PolicyPartNotFound:
    """No scenario of that code, neither among the `known` nor in the examples."""
    every = [*known, *_example_scenarios()]
    return PolicyPartNotFound(
        part=code[:80], known=get_close_matches(code, every, cutoff=0.4) or every
    )


def _example_scenarios() -> Iterator[str]:
    for path in examples():
        raw = parse_toml(path)
        yield from raw.get("scenario", {}) if isinstance(raw, dict) else ()


def write_start(like: Like, named: str, code: str, target: Path, day: date) -> dict[str, Any]:
    """Write the file; of the situations those that hold here too, else one that is made."""
    with tempfile.TemporaryDirectory() as folder:
        tried = Path(folder) / f"{code}.toml"
        tests = _holding(like, named, code, tried) or _made(like, named, code, tried, day)
    text = start_text(like.tables, named, code, tests)
    target.write_text(text, encoding="utf-8")
    return {"situations": len(tests)}


def _holding(like: Like, named: str, code: str, tried: Path) -> list[Raw]:
    held = []
    for test in like.tests:
        tried.write_text(start_text(like.tables, named, code, [test]), encoding="utf-8")
        try:
            failed = run_tests(tried).failed
        except PolicyInvalid as fault:
            # A situation that asks for what only the whole pack has; the rest must be sound.
            if any(not one["key"].startswith("test") for one in fault.params["places"]):
                raise
            continue
        held += [] if failed else [test]
    return held


def _made(like: Like, named: str, code: str, tried: Path, day: date) -> list[Raw]:
    """A situation of which nothing is known, with the status that it really has."""
    test: Raw = {"title": say("policy_start.nothing_known"), "as_of": day, "facts": {}}
    test["expect"] = {"status": "granted"}
    tried.write_text(start_text(like.tables, named, code, [test]), encoding="utf-8")
    for one in run_tests(tried).tested:
        for difference in one.differences:
            test["expect"] = {"status": difference["got"]}
    return [test]
