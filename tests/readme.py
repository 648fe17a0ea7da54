"""What the README's generated blocks print: tables from the code, output from real runs."""

import shlex
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from credit_cli import settings, text
from credit_cli.app import NOUNS, run
from credit_cli.errors import Exit
from tests.program import ROOT

_MEANINGS = {
    Exit.DONE: "done, or nothing to do",
    Exit.BUG: "a bug in the program; `--debug` shows the traceback",
    Exit.USAGE: "what was typed cannot be understood, a malformed code included",
    Exit.PARTLY: "done in part: any row rejected, any line of stdin failed",
    Exit.FINDINGS: "findings: `--fail-if-overdue`, `--fail-if-empty`, a demo step that differs",
    Exit.NOT_FOUND: "unknown subject, item, source, programme, review or story",
    Exit.REFUSED: "refused by a rule: not eligible, budget spent, a delivery in doubt",
    Exit.CONFLICT: "conflict: done already, second claim, changed meanwhile",
    Exit.UNREADABLE: "an input file that cannot be read as a whole",
    Exit.STORE: "store missing, damaged, or its schema behind or ahead of the program",
    Exit.BUSY: "another program holds the store",
    Exit.UNREACHABLE: "the database server does not answer",
    Exit.CONFIGURATION: "a setting or a policy pack is invalid",
    Exit.DISK: "disk full, or a file that cannot be written",
    Exit.INTERRUPTED: "interrupted (Ctrl-C)",
    Exit.TERMINATED: "terminated",
}
_SETTINGS = {
    "db": "the store: an SQLite file or a `postgresql://` URL; by default `credit.db` in `home`",
    "lang": "`en` or `zh_CN`; by default what the locale says",
    "output": "`table`, `json`, `jsonl`, `csv`, `tsv`; by default a table on a terminal, else tsv",
    "operator": "the name written into the audit; by default the account's",
    "now": "a fixed clock, honoured only by a store made with `credit init --sandbox`",
    "home": "the folder of the default store and the demo; by default the user's data folder",
    "approval": "`second_person`: nobody approves a policy they proposed; or `recorded`",
}


def exit_codes() -> str:
    """The exit codes, from the enum."""
    rows = "".join(f"| {code.value} | {_MEANINGS[code]} |\n" for code in Exit)
    return f"| code | meaning |\n|---|---|\n{rows}"


def settings_table() -> str:
    """The settings, from their names."""
    rows = (
        f"| `{name}` | `CREDIT_{name.upper()}` | {_SETTINGS[name]} |" for name in settings.NAMES
    )
    return "| setting | variable | meaning |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def commands() -> str:
    """Every command with its short help, from the help itself."""
    words = text.area_words("help", "en")
    leaves = [code for code in words if code.split(".")[0] in NOUNS]
    named = [code for code in leaves if not any(one.startswith(f"{code}.") for one in leaves)]
    rows = (f"| `credit {code.replace('.', ' ')}` | {words[code]} |" for code in named)
    return "| command | what it does |\n|---|---|\n" + "\n".join(rows) + "\n"


def tour(*lines: str, lang: str = "en", now: str = "2026-05-11T09:00") -> str:
    """A console session in a fresh sandbox: each line with what it really prints."""
    with _sandbox(lang, now) as environ:
        run(["init", "--sandbox"], environ)
        shown = []
        for line in lines:
            typed, _, source = line.partition(" < ")
            stdin = (ROOT / source).read_text(encoding="utf-8") if source else None
            ran = run(shlex.split(typed)[1:], environ, stdin)
            shown.append(f"$ {line}\n{ran.stdout}{ran.stderr}".rstrip())
    text.use("en")
    return "```console\n" + "\n".join(shown) + "\n```\n"


@contextmanager
def _sandbox(lang: str, now: str) -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        home = str(Path(folder))
        yield {
            "HOME": home,
            "CREDIT_HOME": home,
            "CREDIT_LANG": lang,
            "CREDIT_NOW": now,
            "CREDIT_OUTPUT": "table",
        }
