"""Every word a person sees stands in both languages, with the same gaps to fill."""

import ast
import json
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import pytest

from credit_cli import errors, tables, text
from credit_cli.rules import values
from credit_cli.rules.drafts import Level
from credit_cli.rules.durations import Unit
from credit_cli.rules.identifiers import Scheme
from credit_cli.rules.policy_versions import ActivationKind, Approval, Stage, Standing
from credit_cli.rules.quality import Dimension
from credit_cli.rules.scenarios import Status
from credit_cli.rules.values import (
    BatchState,
    CaseState,
    RecordState,
    ReviewOutcome,
    RowState,
    Severity,
    SubjectKind,
)
from credit_cli.tables.batches import BatchKind, RowOutcome
from credit_cli.tables.cases import CommitmentState
from credit_cli.tables.coupons import CouponState
from credit_cli.tables.relations import Role

PACKAGE = Path(text.__file__).parent
LOCALE = PACKAGE / "locale"
ENGLISH, CHINESE = text.LANGUAGES
# Who utters a code, which argument it is, and the area its words stand in.
UTTERANCES = (
    ("say", 0, "code", ""),
    ("notice", 0, "code", "notice."),
    ("Reason", 0, "code", "reason."),
    ("Issue", 1, "code", "issue."),
    ("note", 1, "code", "issue."),
    ("reject", 1, "code", "issue."),
    ("Read", 1, "notes", "issue."),
    ("Read", 2, "fault", "issue."),
    ("Cell", 1, "notes", "issue."),
    ("Cell", 2, "fault", "issue."),
    ("PackFault", 2, "code", "policy."),
)
# By column, the lists whose words stand in its cells.
SHOWN: dict[str, tuple[type[StrEnum], ...]] = {
    "state": (
        *(BatchState, RecordState, RowState, CaseState, CommitmentState, CouponState),
        *(Standing, Stage),
    ),
    "kind": (SubjectKind, BatchKind, ActivationKind),
    "outcome": (ReviewOutcome, RowOutcome),
    "severity": (Severity,),
    "role": (Role,),
    "dimension": (Dimension,),
    "level": (Level,),
    "status": (Status,),
    "unit": (Unit,),
    "approval": (Approval,),
}
# Actions whose views are shown as they are, and keys that are no column of them.
VIEWS = (
    *("batches", "withdrawals", "links", "imports", "record_exports", "item_proposals"),
    *("records", "provenance", "registers", "relations", "cases", "past_cases", "catalogue"),
    *("routes", "profiles", "reviews", "coupons", "wording"),
)
UNSHOWN = {"again", "answered", "left_open"}
HAN = re.compile(r"[\u4e00-\u9fff]")


class Utterance(NamedTuple):
    """One code found in the source: a pattern, for parts of it may be computed."""

    where: str
    code: re.Pattern[str]
    filled: frozenset[str] | None


def words(language: str) -> dict[str, str]:
    """All words of a language by full code."""
    return {
        f"{path.stem}.{code}": template
        for path in sorted((LOCALE / language).glob("*.json"))
        for code, template in json.loads(path.read_text(encoding="utf-8")).items()
    }


def gaps(template: str) -> set[str]:
    """The names that `template` asks for."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def error_classes(above: type[errors.CreditError]) -> Iterator[type[errors.CreditError]]:
    for error in above.__subclasses__():
        yield from error_classes(error)
        if "code" in vars(error):
            yield error


def utterances() -> Iterator[Utterance]:
    """Every call that utters a code, wherever the source makes one."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call, scope in calls(tree, tree):
            yield from uttered(call, f"{path.relative_to(PACKAGE)}:{call.lineno}", scope)


def calls(node: ast.AST, scope: ast.AST) -> Iterator[tuple[ast.Call, ast.AST]]:
    """Every call with the innermost function around it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child, scope
        yield from calls(child, child if isinstance(child, ast.FunctionDef) else scope)


def uttered(call: ast.Call, where: str, scope: ast.AST) -> Iterator[Utterance]:
    given = {word.arg: word.value for word in call.keywords}
    called = getattr(call.func, "attr", getattr(call.func, "id", ""))
    for name, position, keyword, area in UTTERANCES:
        if name == called:
            code = call.args[position] if len(call.args) > position else given.get(keyword)
            for pattern in patterns(code, scope):
                whole = re.compile(re.escape(area) + pattern)
                yield Utterance(where, whole, fillings(name, given))


def fillings(name: str, given: dict[str | None, ast.expr]) -> frozenset[str] | None:
    """The gaps a call fills; None if the source alone does not tell."""
    match name, given.get("params"):
        case ("say" | "notice", _) if None not in given:
            return frozenset(filter(None, given))
        case "Reason", None:
            return frozenset()
        case "Reason", ast.Dict(keys=keys):
            return frozenset(str(key.value) for key in keys if isinstance(key, ast.Constant))
    return None


def patterns(code: ast.expr | None, scope: ast.AST) -> Iterator[str]:
    """Regular expressions for what `code` may be; none if it comes from elsewhere."""
    match code:
        case ast.Constant(value=str(exact)) if exact:
            yield re.escape(exact)
        case ast.JoinedStr(values=[ast.Constant(), *_]):
            yield "".join(next(patterns(part, scope), ".+") for part in code.values)
        case ast.Tuple(elts=several):
            for one in several:
                yield from patterns(one, scope)
        case ast.IfExp(body=body, orelse=otherwise):
            yield from patterns(body, scope)
            yield from patterns(otherwise, scope)
        case ast.Name(id=name):
            for node in ast.walk(scope):
                match node:
                    case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                        yield from patterns(value, scope)


def test_both_languages_have_the_same_words() -> None:
    assert words(ENGLISH).keys() == words(CHINESE).keys()
    assert words(ENGLISH)


def test_both_languages_leave_the_same_gaps() -> None:
    english, chinese = words(ENGLISH), words(CHINESE)
    assert {code: gaps(english[code]) for code in english} == {
        code: gaps(chinese[code]) for code in chinese
    }


def test_chinese_words_are_chinese() -> None:
    bare = {code: re.sub(r"\{[^}]*\}", "", words(CHINESE)[code]) for code in words(CHINESE)}
    spoken = {code: said for code, said in bare.items() if re.search("[A-Za-z]{2}", said)}
    assert [code for code, said in spoken.items() if not HAN.search(said)] == []


def test_english_words_are_english() -> None:
    foreign = {code: said for code, said in words(ENGLISH).items() if HAN.search(said)}
    assert [code for code, said in foreign.items() if not re.search("[A-Za-z]{3}", said)] == []


@pytest.mark.parametrize(
    "error", list(error_classes(errors.CreditError)), ids=lambda error: error.code
)
def test_error_says_what_happened_and_what_to_do(error: type[errors.CreditError]) -> None:
    told = set(re.findall(r"`(\w+)`", error.__doc__ or ""))
    for code in (f"error.{error.code}", f"error.{error.code}.hint"):
        assert code in words(ENGLISH)
        assert gaps(words(ENGLISH)[code]) <= told, "the docstring names every parameter"


def test_every_code_in_the_source_has_words() -> None:
    known = words(ENGLISH)
    dumb = [
        f"{said.where} {said.code.pattern}"
        for said in utterances()
        if not any(map(said.code.fullmatch, known))
    ]
    assert dumb == []


def test_every_gap_is_filled_where_it_is_said() -> None:
    known = words(ENGLISH)
    open_gaps = [
        f"{said.where} {code} {sorted(left)}"
        for said in utterances()
        if said.filled is not None
        for code in filter(said.code.fullmatch, known)
        if (left := gaps(known[code]) - said.filled)
    ]
    assert open_gaps == []


def test_every_word_of_a_list_can_be_read_in_a_cell() -> None:
    known = words(CHINESE)
    shown = [(key, one) for key, lists in SHOWN.items() for each in lists for one in each]
    assert [one for key, one in shown if f"value.{key}.{one.value}" not in known] == []


def test_every_list_of_the_store_stands_in_some_cell() -> None:
    modules = (values, *(getattr(tables, name) for name in tables.__all__))
    held = {
        each
        for module in modules
        for each in getattr(module, "__dict__", {}).values()
        if isinstance(each, type) and issubclass(each, StrEnum)
    }
    assert held - {StrEnum, Scheme} <= {each for lists in SHOWN.values() for each in lists}


def view_keys(module: str) -> Iterator[str]:
    """The keys of what a module of actions gives to be shown."""
    tree = ast.parse((PACKAGE / f"actions/{module}.py").read_text(encoding="utf-8"))
    for function in ast.walk(tree):
        match function:
            case ast.FunctionDef(returns=ast.expr() as given) if "View" in ast.unparse(given):
                held = (each for each in ast.walk(function) if isinstance(each, ast.Dict))
                keys = (key for each in held for key in each.keys)
                yield from (str(key.value) for key in keys if isinstance(key, ast.Constant))


@pytest.mark.parametrize("module", VIEWS)
def test_every_column_that_is_shown_has_a_title(module: str) -> None:
    titled = {code.removeprefix("column.") for code in words(CHINESE)}
    shown = set(view_keys(module))
    assert shown
    assert shown - titled <= UNSHOWN
