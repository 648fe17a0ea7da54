"""What the stories prove of the commands: their JSON, on both databases, and whom they hide."""

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

import pytest

from credit_cli import text
from credit_cli.actions.demo import Stage, play
from credit_cli.app import run
from credit_cli.folders import packaged
from credit_cli.intake.stories import Words, load_stories
from credit_cli.intake.tables import open_table
from credit_cli.rules.identifiers import check_resident_id, check_uscc
from tests import postgres
from tests.program import Ran

STORIES = load_stories()
LAST_DAY = date(2026, 12, 31)
COUPON = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")
Json = Any  # what json.loads gives
Seen = dict[tuple[str, Json], str]
NUMBERED = ("id", "batch", "case", "review", "record")
SUBJECT = {"id", "kind", "name", "code"}
DECIDED = {
    *("routes", "route", "promised", "decide_within", "decide_by", "provisional"),
    *("deferred", "review", "reasons"),
}
IMPORTED = {
    *("batch", "read", "added", "changed", "same", "rejected", "unlinked", "skipped", "issues"),
}
# What scripts rely on, by command; more may be there.
CONTRACT = {
    "profile show": {
        *("subject", "tier", "score", "band", "records", "commitments", "coupons", "reviews"),
        *("as_of", "policy_version"),
    },
    "route simulate": DECIDED | {"policy_version", "as_of"},
    "case open": DECIDED | {"case", "subject", "policy_version", "as_of"},
    "coupon issue": {"code", "programme", "subject", "value_fen", "valid_until", "provisional"},
    "review list": {
        *("id", "case", "subject", "item", "department", "due_on", "provisional"),
        *("days_left", "state"),
    },
    "review complete": {"review", "case", "subject", "outcome", "tier_before", "tier_after"},
    "record import": IMPORTED,
    "evaluation import": IMPORTED,
}
INSIDE = {
    "subject": SUBJECT,
    "records": {"id", "type", "severity", "decided_on", "counts", "reason"},
    "deferred": {"material", "due_on", "provisional"},
    "reasons": {"code", "message"},
    "reason": {"code", "message"},
    "promised": {"n", "unit"},
    "decide_within": {"n", "unit"},
}


class Heard(NamedTuple):
    """A command of a story, and what it left behind."""

    story: str
    argv: tuple[str, ...]
    ran: Ran

    @property
    def command(self) -> str:
        return " ".join(self.argv[:2])

    @property
    def data(self) -> Json:
        """The result, or the error."""
        return self.ran.json if self.ran.stdout else self.ran.error

    @property
    def results(self) -> list[dict[str, Any]]:
        """The objects the contract speaks of: none for an error, one for each of several items."""
        if not self.ran.stdout:
            return []
        whole = self.data if isinstance(self.data, list) else [self.data]
        return [item | one for one in whole for item in one.get("items", [{}])]


def listen(url: str) -> list[Heard]:
    """Every command of every story, in one store."""
    heard = []

    def listening(argv: Sequence[str], environ: Mapping[str, str], stdin: str | None) -> Ran:
        ran = Ran(*run(argv, environ, stdin))
        heard.append(Heard(story.code, tuple(argv), ran))
        return ran

    for story in STORIES:
        stage = Stage(listening, {"CREDIT_DB": url, "CREDIT_LANG": "en"})
        for played in play(stage, story, {}):
            assert not played.differences, (story.code, played)
    text.use("en")
    return heard


@pytest.fixture(scope="module")
def on_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Heard]:
    path = tmp_path_factory.mktemp("stories") / "credit.db"
    shutil.copyfile(sqlite_template, path)
    return listen(f"sqlite:///{path}")


@pytest.fixture(scope="module")
def on_postgres(postgres_server: str, postgres_template: str) -> Iterator[list[Heard]]:
    with postgres.database(
        postgres_server, f"credit_stories_{os.getpid()}", postgres_template
    ) as url:
        yield listen(url)


def cells() -> Iterator[tuple[Path, list[str]]]:
    """Every row of every data file of the stories."""
    for path in sorted(packaged("fixtures").glob("stories/*/*")):
        if path.suffix in (".csv", ".xlsx"):
            with open_table(path) as table:
                yield from ((path, row) for _, row in table.rows())


def is_person(cell: str) -> bool:
    return check_resident_id(cell, LAST_DAY).fault is None


def objects(value: Json, key: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object inside, with the key it stands under."""
    if isinstance(value, list):
        for each in value:
            yield from objects(each, key)
    elif isinstance(value, dict):
        yield key, value
        for inner, each in value.items():
            yield from objects(each, inner)


def by_appearance(value: Json, seen: Seen, key: str = "") -> Json:
    """`value` with ids and coupon codes replaced by their order of appearance."""
    match value:
        case dict():
            return {inner: by_appearance(each, seen, inner) for inner, each in value.items()}
        case list():
            return [by_appearance(each, seen, key) for each in value]
        case str() if COUPON.fullmatch(value):
            return seen.setdefault(("coupon", value), f"coupon {len(seen)}")
        case int() | str() if key in NUMBERED:
            return seen.setdefault((key, value), f"{key} {len(seen)}")
    return value


def told(heard: list[Heard]) -> list[Json]:
    seen: Seen = {}
    return [
        (one.story, one.command, one.ran.exit_code, by_appearance(one.data, seen)) for one in heard
    ]


def test_the_stories_give_the_same_json_on_both_databases(
    on_sqlite: list[Heard], on_postgres: list[Heard]
) -> None:
    assert told(on_sqlite) == told(on_postgres)


def test_the_stories_play_the_whole_main_job(on_sqlite: list[Heard]) -> None:
    assert {one.command for one in on_sqlite} == set(CONTRACT)


@pytest.mark.parametrize("command", CONTRACT)
def test_results_hold_the_keys_that_scripts_rely_on(on_sqlite: list[Heard], command: str) -> None:
    results = [result for one in on_sqlite if one.command == command for result in one.results]
    assert results
    for result in results:
        assert result.keys() >= CONTRACT[command]
        for key, inside in objects(result):
            assert inside.keys() >= INSIDE.get(key, set()), key


def test_every_reckoned_day_says_whether_it_is_provisional(on_sqlite: list[Heard]) -> None:
    days = [
        inside
        for one in on_sqlite
        for _, inside in objects(one.data)
        if inside.keys() & {"decide_by", "due_on"}
    ]
    assert days
    assert all(isinstance(inside["provisional"], bool) for inside in days)
    assert any(inside["provisional"] for inside in days)


def test_every_row_read_has_one_outcome(on_sqlite: list[Heard]) -> None:
    imports = [one.data for one in on_sqlite if one.command.endswith("import")]
    outcomes = ("added", "changed", "same", "rejected", "unlinked")
    assert [one["read"] for one in imports] == [
        sum(one[outcome] for outcome in outcomes) for one in imports
    ]


def test_errors_hold_the_keys_that_scripts_rely_on(on_sqlite: list[Heard]) -> None:
    errors = [one for one in on_sqlite if not one.ran.stdout]
    assert {one.ran.exit_code for one in errors} == {6, 7}
    for one in errors:
        assert one.data.keys() == {"code", "exit", "message", "hint", "params"}
        assert one.data["exit"] == one.ran.exit_code


def test_the_policy_is_named_by_its_content(on_sqlite: list[Heard]) -> None:
    versions = {r["policy_version"] for one in on_sqlite for r in one.results if "tier" in r}
    assert len(versions) == 1
    assert re.fullmatch(r"hainan@[0-9]{4}-[0-9]{2}-[0-9]{2}\+[0-9a-f]{12}", versions.pop())


def test_no_person_is_ever_shown(on_sqlite: list[Heard]) -> None:
    people = [(row[at], row[at + 1]) for _, row in cells() for at in range(3) if is_person(row[at])]
    assert len(people) == 6
    for one in on_sqlite:
        shown = "\n".join([*one.argv, one.ran.stdout, one.ran.stderr])
        for number, name in people:
            assert number not in shown
            assert name not in shown
            assert number[:14] not in shown
    masked = [json.dumps(one.data, ensure_ascii=False) for one in on_sqlite]
    assert any("王*" in one and "**************0015" in one for one in masked)


def test_nobody_in_the_stories_can_exist() -> None:
    codes = [check_uscc(cell).value for _, row in cells() for cell in row if is_code(cell)]
    people = [cell for _, row in cells() for cell in row if is_person(cell)]
    assert codes
    assert {code[2:8] for code in codes} == {"999999"}
    assert {number[:6] for number in people} == {"999999"}


def is_code(cell: str) -> bool:
    return check_uscc(cell).fault is None and not is_person(cell)


def test_the_files_come_in_every_form_we_read() -> None:
    forms = set()
    for path in {path for path, _ in cells()}:
        with open_table(path) as table:
            forms.add(table.encoding or table.format)
    assert forms == {"utf-8", "utf-8-sig", "gb18030", "xlsx"}


def test_every_story_says_the_same_in_both_languages() -> None:
    for story in STORIES:
        shape = story.shape
        for words in (shape.title, shape.before, shape.now, *(step.say for step in shape.step)):
            assert gaps(words.en) == gaps(words.zh_CN), words
            assert is_chinese(words), words


def gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def is_chinese(words: Words) -> bool:
    """Chinese in the one and none in the other; a saved value alone is both."""
    bare = words.zh_CN.startswith("{") and words.zh_CN.endswith("}")
    return not has_han(words.en) and (bare or has_han(words.zh_CN))


def has_han(sentence: str) -> bool:
    return re.search(r"[\u4e00-\u9fff]", sentence) is not None
