"""The program: lazy command groups, the one error boundary, and a way to run it as a function."""

import io
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, cast

import typer
from typer.main import get_command, get_group

from credit_cli import settings, text
from credit_cli.commands.leaf import Group, echoed
from credit_cli.errors import (
    BadUsage,
    CreditError,
    DiskFault,
    Exit,
    MalformedValue,
    MissingParameter,
    UnknownOption,
)
from credit_cli.output import Format, report_error

# In the order in which a newcomer meets them; `_LEAVES` are commands by themselves.
NOUNS = (
    "init",
    "demo",
    "record",
    "listing",
    "evaluation",
    "subject",
    "profile",
    "route",
    "case",
    "review",
    "coupon",
    "item",
    "batch",
    "source",
    "policy",
    "config",
    "help",
)
_LEAVES = ("init", "help")


class Result(NamedTuple):
    """What a run left behind."""

    exit_code: int
    stdout: str
    stderr: str


class Terminated(BaseException):
    """SIGTERM came: whatever is open is rolled back and removed on the way out."""


class Program(NamedTuple):
    """What commands find in their context: the settings, and a way to run other commands."""

    settings: settings.Settings
    run: "Callable[[Sequence[str], Mapping[str, str]], Result]"


class Root(Group):
    """The nouns, each loaded only when it is used."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - typer's own
        """All nouns, in their order."""
        return list(NOUNS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002 - typer's own
        """A noun's group, or None."""
        if cmd_name not in NOUNS:
            return None
        module = import_module(f"credit_cli.commands.{cmd_name}")
        return (get_command if cmd_name in _LEAVES else get_group)(module.app)


def main(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run one command line; the exit code. Expected errors become words on stderr."""
    form = _format(argv, environ.get("CREDIT_OUTPUT"))
    try:
        held = settings.load(environ)
        form = _format(argv, held.get("output"))
        text.use(held.language)
        return _invoke(argv, Program(held, run))
    except CreditError as error:
        report_error(error.code, error.exit_code, error.params, format=form)
        return error.exit_code
    except typer.TyperException as error:
        return _usage(error, form)
    except (KeyboardInterrupt, Terminated) as stop:
        return Exit.TERMINATED if isinstance(stop, Terminated) else Exit.INTERRUPTED
    except BrokenPipeError:
        raise
    except OSError as error:
        report_error(DiskFault.code, Exit.DISK, {"path": str(error.filename or "")}, format=form)
        return Exit.DISK
    except Exception as error:
        if "--debug" in argv:
            raise
        report_error("bug", Exit.BUG, {"kind": type(error).__name__}, format=form)
        return Exit.BUG


def _invoke(argv: Sequence[str], program: Program) -> int:
    root = Root(name="credit", help=text.say("help.credit"), rich_markup_mode=None)
    try:
        done = root.main(args=list(argv), prog_name="credit", standalone_mode=False, obj=program)
    except SystemExit:  # typer's own answer to a reader that went away
        raise BrokenPipeError from None
    sys.stdout.flush()
    return done if isinstance(done, int) else Exit.DONE


def run(argv: Sequence[str], environ: Mapping[str, str], stdin: str | None = None) -> Result:
    """Run one command line as a function, its output caught."""
    out, err = io.StringIO(), io.StringIO()
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO((stdin or "").encode()), encoding="utf-8")
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = main(argv, environ)
    finally:
        sys.stdin = before
    return Result(int(code), out.getvalue(), err.getvalue())


def _format(argv: Sequence[str], asked: str | None) -> Format:
    """The format errors are told in, known before anything is parsed: the flag's or `asked`."""
    for word, after in zip(argv, [*argv[1:], ""], strict=False):
        if word == "--output":
            asked = after
        elif word.startswith("--output="):
            asked = word.partition("=")[2]
    return Format.JSON if asked in ("json", "jsonl") else Format.TABLE


def _usage(error: typer.TyperException, form: Format) -> int:
    """Typer's own faults in our words, by the name of their class (the classes are private)."""
    name, details = type(error).__name__, cast("Any", error)
    if name == "NoArgsIsHelpError":
        sys.stderr.write(details.ctx.get_help() + "\n")
        return Exit.USAGE
    ours = _ours(name, details)
    report_error(ours.code, ours.exit_code, ours.params, format=form)
    return ours.exit_code


def _ours(name: str, details: Any) -> CreditError:  # noqa: ANN401 - typer's own types
    command = details.ctx.command_path if getattr(details, "ctx", None) else "credit"
    param = getattr(details, "param", None)
    label = _label(param)
    if name == "NoSuchOption":
        known = details.possibilities or _options(details.ctx)
        return UnknownOption(option=echoed(details.option_name), known=sorted(known))
    if name == "MissingParameter":
        return MissingParameter(parameter=label, command=command)
    if name == "BadParameter" and param is not None:
        choices = getattr(param.type, "choices", None)
        expected = ", ".join(map(_choice, choices)) if choices else param.type.name
        return MalformedValue(option=label, expected=expected)
    if name == "BadOptionUsage" and "requires" in details.message:
        return MissingParameter(parameter=details.option_name, command=command)
    if name == "BadOptionUsage":  # a flag was given a value
        return UnknownOption(option=f"{details.option_name}=", known=[details.option_name])
    return BadUsage(command=command)


def _label(param: Any) -> str:  # noqa: ANN401 - typer's own type
    if param is None:
        return ""
    return str(param.opts[0]) if param.param_type_name == "option" else str(param.metavar)


def _choice(one: Any) -> str:  # noqa: ANN401 - an enum's member or its text
    return str(getattr(one, "value", one))


def _options(ctx: Any) -> list[str]:  # noqa: ANN401 - typer's own type
    params = ctx.command.get_params(ctx)
    return [opt for param in params for opt in param.opts if opt.startswith("--")]


def program() -> None:
    """The command `credit`: run, and leave with its exit code."""
    signal.signal(signal.SIGTERM, _terminate)
    if sys.stdin is None:  # it was closed before the start: there is nothing to read
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - as long as we live
    try:
        code = main(sys.argv[1:], os.environ)
    except BrokenPipeError:
        code = Exit.DONE  # whoever read us has seen enough
    try:
        sys.stdout.flush()
    except OSError:
        # Nobody takes what is left, and Python would try once more and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(int(code))


def _terminate(_number: int, _frame: object) -> None:
    raise Terminated
