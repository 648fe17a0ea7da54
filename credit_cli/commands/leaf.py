"""What every command shares: its common options, and help in the language spoken."""

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from credit_cli.errors import UnknownCommand
from credit_cli.output import Format
from credit_cli.text import say

# Kept under these names in `Context.meta`, where the session finds them.
META = "credit_cli."
COMMON: dict[str, dict[str, Any]] = {
    "db": {"metavar": "URL|PATH"},
    "output": {"metavar": "|".join(Format)},
    "fields": {"metavar": "A,B"},
    "quiet": {"is_flag": True},
    "debug": {"is_flag": True},
}


def _remember(ctx: typer.Context, param: typer.CallbackParam, value: Any) -> Any:  # noqa: ANN401
    ctx.meta[META + str(param.name)] = value
    return value


def common_options() -> list[TyperOption]:
    """The options that every leaf has, because a group's own would only work before its name."""
    return [
        TyperOption(
            param_decls=[f"--{name}"],
            help=say(f"help.option.{name}"),
            expose_value=False,
            callback=_remember,
            **shape,
        )
        for name, shape in COMMON.items()
    ]


class _Worded:
    """Help whose own words are in the language spoken; typer's are in English."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - typer's own types
        """The usage line."""
        pieces = " ".join(self.collect_usage_pieces(ctx))  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, pieces, prefix=say("help.usage"))

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - as above
        """Arguments, then options; then the commands of a group."""
        sections: dict[str, list[tuple[str, str]]] = {"arguments": [], "options": []}
        for param in self.get_params(ctx):  # type: ignore[attr-defined]
            record = param.get_help_record(ctx)
            if record is not None:
                kind = "arguments" if param.param_type_name == "argument" else "options"
                sections[kind].append((record[0], _help_words(param, record[1])))
        for name, rows in sections.items():
            if rows:
                with formatter.section(say(f"help.{name}")):
                    formatter.write_dl(rows)
        if isinstance(self, TyperGroup):
            self.format_commands(ctx, formatter)


def _help_words(param: Any, words: str) -> str:  # noqa: ANN401 - typer's own type
    if param.name == "help":
        return say("help.option.help")
    return words.replace("[required]", say("help.required"))


class Leaf(_Worded, TyperCommand):
    """One command, with the common options behind its own."""

    def __init__(self, name: str | None, **given: Any) -> None:  # noqa: ANN401 - typer's own
        given["params"] = [*(given.get("params") or []), *common_options()]
        given["options_metavar"] = say("help.options_metavar")
        super().__init__(name, **given)


class Group(_Worded, TyperGroup):
    """A group of commands."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - typer's own
        given["options_metavar"] = None
        given["subcommand_metavar"] = say("help.subcommand_metavar")
        given["no_args_is_help"] = True
        super().__init__(**given)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - as above
        """The commands with their short help, none of them loaded."""
        path = ctx.command_path.split()[1:]
        names = self.list_commands(ctx)
        rows = [(name, say(".".join([f"help.{'.'.join([*path, name])}"]))) for name in names]
        with formatter.section(say("help.commands")):
            formatter.write_dl([(name, words.partition("\n")[0]) for name, words in rows])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - as above
        """The command named first; UnknownCommand with those that are."""
        known = self.list_commands(ctx)
        if not args[0].startswith("-") and args[0] not in known:
            raise UnknownCommand(command=f"{ctx.command_path} {echoed(args[0])}", known=known)
        return super().resolve_command(ctx, args)


def echoed(word: str) -> str:
    """A mistyped word as it may be repeated: what is no plain word may name a person."""
    plain = word.replace("-", "").replace("_", "")
    return word[:40] if plain.isascii() and plain.isalpha() else "…"


def group(noun: str) -> typer.Typer:
    """The empty group of a noun; its module fills it with leaves."""
    words = say(f"help.{noun}")
    return typer.Typer(cls=Group, help=words, rich_markup_mode=None, add_completion=False)
