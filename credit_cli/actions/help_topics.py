"""The topics of `credit help`: texts that travel with the program, and lists made from it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from credit_cli.actions.fact_words import fact_view, list_view, values_words
from credit_cli.actions.policy_books import Book, book_of
from credit_cli.actions.scenario_words import measure_view
from credit_cli.actions.wording import View
from credit_cli.errors import HelpTopicNotFound
from credit_cli.folders import example_policies
from credit_cli.text import language, say, topic

# A pack that says nothing, so that only what every pack can name is left.
_EMPTY = '{"basis":{},"pack":{"from":"2025-01-01","name":"empty"}}'
_EXAMPLES = "{{examples}}"


def topics() -> list[View]:
    """Every topic: `{topic, title}`."""
    return [{"topic": name, "title": say(f"help.topic.{name}")} for name in _TEXTS]


def topic_view(name: str) -> View:
    """A topic with its text; HelpTopicNotFound."""
    if name not in _TEXTS:
        near = get_close_matches(name, _TEXTS, n=1, cutoff=0.4)
        raise HelpTopicNotFound(topic=name[:80], known=near or list(_TEXTS))
    return {"topic": name, "title": say(f"help.topic.{name}"), "text": _TEXTS[name]()}


def examples() -> list[Path]:
    """The files of the worked examples, in their order."""
    return sorted(example_policies().glob("*.toml"))


def _language_text() -> str:
    shown = (f"```toml\n{one.read_text(encoding='utf-8').strip()}\n```" for one in examples())
    return topic("scenario-language", language()).replace(_EXAMPLES, "\n\n".join(shown))


def _facts_text() -> str:
    return "\n".join((*_facts(), "", *_lists(), "", *_measures())) + "\n"


@cache
def _book() -> Book:
    return book_of(_EMPTY, "", date(2025, 1, 1))


def _facts() -> Iterator[str]:
    book = _book()
    yield f"# {say('help.facts.given')}"
    yield ""
    yield say("help.facts.missing")
    yield ""
    for name, kind in book.pack.types.items():
        if kind.fields is None:
            view = fact_view(name, book.names, {})
            yield _line(
                name, view["title"], view["kind"], values_words(view["values"], graded=False)
            )
    for name in ("promised", "legal"):
        yield _line(name, book.names.title(name), "duration", None)


def _line(name: str, title: str, kind: str, values: str | None) -> str:
    said = say(f"policy_words.kind.{kind}")
    about = say("policy_words.comma").join(part for part in (said, values) if part)
    return f"- {name}  {say('policy_words.size', measure=title, value=about)}"


def _lists() -> Iterator[str]:
    book = _book()
    yield f"# {say('help.facts.lists')}"
    yield ""
    yield say("help.facts.unsaid")
    for name, kind in book.pack.types.items():
        if kind.fields is not None:
            view = list_view(name, book.names)
            yield ""
            by = say("policy_words.list.by", by=view["by"]) if view["by"] else ""
            yield f"## {name}  {view['title']}"
            yield from [by] if by else []
            for field in view["fields"]:
                values = values_words(field["values"], graded=field["kind"] == "grade")
                yield _line(field["field"], field["title"], field["kind"], values)


def _measures() -> Iterator[str]:
    book = _book()
    yield f"# {say('help.facts.measures')}"
    yield ""
    for measure in book.pack.measures.values():
        view = measure_view(measure, book.names)
        values = values_words(view["values"], graded=view["kind"] == "grade")
        words = say("policy_words.semicolon").join(part for part in (view["words"], values) if part)
        yield f"- {measure.code}  {say('policy_words.size', measure=view['title'], value=words)}"


_TEXTS: Mapping[str, Callable[[], str]] = {
    "scenario-language": _language_text,
    "facts": _facts_text,
}
