"""Functions of the facts built as `ast` nodes, for what is asked of millions.

No text of a policy ever becomes source: the nodes come from the closed
vocabulary of conditions, and what a policy writes goes in as a constant or as
an object bound to a name of ours.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from credit_cli.rules.conditions import Facts

FACTS, GET = "facts", "get"
NOTHING = ast.Constant(None)


@dataclass(slots=True)
class Body:
    """A function's body as it grows: its statements, its variables, what its names mean."""

    statements: list[ast.stmt] = field(default_factory=list)
    variables: dict[tuple[str, Any], str] = field(default_factory=dict)
    bound: dict[str, Any] = field(default_factory=lambda: {"__builtins__": {}})

    def __post_init__(self) -> None:
        self.assign(GET, ast.Attribute(name(FACTS), GET, ast.Load()))

    def assign(self, variable: str, value: ast.expr) -> None:
        """Give a variable its value."""
        self.statements.append(ast.Assign([ast.Name(variable, ast.Store())], value))

    def branch(self, test: ast.expr, then: ast.stmt) -> None:
        """Do this if the test is met."""
        self.statements.append(ast.If(test, [then], []))

    def constant(self, value: Any) -> ast.expr:  # noqa: ANN401 - whatever a test is compared with
        """A plain constant stands in the code; all else is an object."""
        plain = type(value) in {str, int, bool}
        return ast.Constant(value) if plain else self.object(value)

    def object(self, value: Any) -> ast.expr:  # noqa: ANN401 - any object
        """An object under a name of ours."""
        place = f"o{len(self.bound)}"
        self.bound[place] = value
        return name(place)

    def call(self, function: Callable[..., Any], *arguments: ast.expr) -> ast.expr:
        """A call of one of our functions."""
        return ast.Call(self.named(function), [*arguments], [])

    def named(self, thing: Any) -> ast.expr:  # noqa: ANN401 - a function or a class of ours
        """One of our functions or classes under its own name."""
        self.bound[thing.__name__] = thing
        return name(thing.__name__)

    def variable(self, sort: str, key: Any, value: Callable[[], ast.expr]) -> ast.expr:  # noqa: ANN401
        """The variable of that sort, given its value where it is first asked for."""
        if (sort, key) not in self.variables:
            worked_out = value()
            place = f"{sort}{len(self.variables)}"
            self.assign(place, worked_out)
            self.variables[sort, key] = place
        return name(self.variables[sort, key])

    def function(self, result: ast.expr) -> Callable[[Facts], Any]:
        """The function: the only place of the project where built code becomes code."""
        signature = ast.arguments([], [ast.arg(FACTS)], None, [], [], None, [])
        statements = [*self.statements, ast.Return(result)]
        definition = ast.FunctionDef("decide", signature, statements, [])
        module = ast.fix_missing_locations(ast.Module([definition], []))
        # Built above from nodes and constants alone, without builtins: no text of a policy,
        # nor a name or attribute that it chose, is in it.
        exec(compile(module, "<policy>", "exec"), self.bound)  # noqa: S102
        function: Callable[[Facts], Any] = self.bound["decide"]
        return function


def joined(parts: list[ast.expr], *, every: bool) -> ast.expr:
    """All of the parts, or any of them."""
    if len(parts) == 1:
        return parts[0]
    return ast.BoolOp(ast.And() if every else ast.Or(), parts) if parts else ast.Constant(every)


def compare(left: ast.expr, sign: ast.cmpop, right: ast.expr) -> ast.expr:
    """One comparison."""
    return ast.Compare(left, [sign], [right])


def class_of(value: ast.expr) -> ast.expr:
    """What a value is, without a call."""
    return ast.Attribute(value, "__class__", ast.Load())


def name(of: str) -> ast.expr:
    """A name that is read."""
    return ast.Name(of, ast.Load())
