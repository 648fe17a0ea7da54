"""Help at every level, in the language spoken and in no other."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest

from credit_cli.app import NOUNS, Root
from credit_cli.commands.leaf import COMMON
from credit_cli.text import LANGUAGES, area_words
from tests.program import Ran, spawn

# What typer and click would say by themselves.
ENGLISH = re.compile(
    r"\b(usage|options?|arguments?|args|commands?|show this message|exit|default|required"
    r"|integer|text|path|boolean|choice|range|error|missing|deprecated|env var)\b",
    re.IGNORECASE,
)
HAN = re.compile(r"[\u4e00-\u9fff]")


def leaves() -> Iterator[tuple[str, ...]]:
    """Every command by its words."""
    for noun in NOUNS:
        found = Root(name="credit").get_command(None, noun)
        verbs = getattr(found, "commands", None)
        yield from ((noun, verb) for verb in verbs) if verbs else [(noun,)]


LEAVES = list(leaves())
PATHS = [(), *((noun,) for noun in NOUNS if (noun,) not in LEAVES), *LEAVES]


@cache
def helps(language: str) -> dict[tuple[str, ...], Ran]:
    """The help of every level, each from a process of its own."""

    def ask(path: tuple[str, ...]) -> Ran:
        return spawn("-m", "credit_cli", *path, "--help", env={"CREDIT_LANG": language})

    with ThreadPoolExecutor(4) as askers:
        return dict(zip(PATHS, askers.map(ask, PATHS), strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS, ids=lambda path: " ".join(path) or "credit")
def test_help_says_what_a_command_does(path: tuple[str, ...], language: str) -> None:
    ran = helps(language)[path]
    words = area_words("help", language)
    assert (ran.exit_code, ran.stderr) == (0, "")
    flat = "".join(ran.stdout.split())
    assert "".join(words[".".join(path) or "credit"].split()) in flat
    assert ran.stdout.startswith(f"{words['usage']}{' '.join(('credit', *path))} ")
    if path in LEAVES:
        assert all(f"--{name}" in ran.stdout for name in COMMON)
    else:
        below = [one[len(path)] for one in PATHS if one[:-1] == path and one]
        assert all(re.search(rf"^  {word} ", ran.stdout, re.MULTILINE) for word in below)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: " ".join(path) or "credit")
def test_chinese_help_has_no_english_words(path: tuple[str, ...]) -> None:
    said = helps("zh_CN")[path].stdout
    # Words that are typed as they stand: options, their values, commands, names in quotes.
    plain = re.sub(
        r"--?[a-z-]+( [A-Z|,/-]+)?|credit [a-z ]+|^  [a-z]+ |CREDIT_\w+",
        "",
        said,
        flags=re.MULTILINE,
    )
    assert not ENGLISH.findall(plain)
    assert HAN.search(plain)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: " ".join(path) or "credit")
def test_english_help_is_english(path: tuple[str, ...]) -> None:
    said = helps("en")[path].stdout.replace("双公示", "")
    assert not HAN.search(said)


def test_chinese_help_leaves_out_nothing() -> None:
    english, chinese = helps("en"), helps("zh_CN")
    for path in PATHS:
        options = [
            re.findall(r"^  (-[^ ]+)", one[path].stdout, re.MULTILINE) for one in (english, chinese)
        ]
        assert options[0] == options[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", [(), ("record",)], ids=["root", "group"])
def test_a_command_without_its_rest_shows_help(path: tuple[str, ...], language: str) -> None:
    ran = spawn("-m", "credit_cli", *path, env={"CREDIT_LANG": language})
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr == helps(language)[path].stdout


def test_the_version_is_told_at_once() -> None:
    told = [spawn("-m", "credit_cli", option) for option in ("--version", "-V")]
    assert [ran.exit_code for ran in told] == [0, 0]
    assert re.fullmatch(r"credit \d+\.\d+\.\d+\n", told[0].stdout)
    assert told[0] == told[1]
