import json
from collections.abc import Iterator

import pytest

from credit_cli import text
from credit_cli.errors import Exit
from credit_cli.output import Format, notice, report_error


@pytest.fixture
def chinese() -> Iterator[None]:
    text.use("zh_CN")
    yield
    text.use("en")


def test_a_notice_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    notice("dry_run")
    assert capsys.readouterr() == ("", "Dry run: nothing was saved.\n")


@pytest.mark.usefixtures("chinese")
def test_a_notice_speaks_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    notice("dry_run")
    assert capsys.readouterr().err == "试运行：未保存任何更改。\n"


def test_quiet_leaves_notices_out(capsys: pytest.CaptureFixture[str]) -> None:
    notice("dry_run", quiet=True)
    assert capsys.readouterr() == ("", "")


PARAMS = {"option": "--fields", "expected": "id, \x1b[31mname\udc80"}


@pytest.mark.parametrize("form", [Format.TABLE, Format.CSV, Format.TSV])
def test_an_error_is_told_in_words_with_what_to_do_next(
    form: Format, capsys: pytest.CaptureFixture[str]
) -> None:
    report_error("malformed_value", Exit.USAGE, PARAMS, format=form)
    told = capsys.readouterr()
    message, hint = told.err.splitlines()
    assert "--fields" in message + hint
    assert r"id, \x1b[31mname\udc80" in message + hint
    assert not told.out


@pytest.mark.parametrize("form", [Format.JSON, Format.JSONL])
@pytest.mark.usefixtures("chinese")
def test_an_error_is_one_json_object_for_scripts(
    form: Format, capsys: pytest.CaptureFixture[str]
) -> None:
    report_error("malformed_value", Exit.USAGE, PARAMS, format=form)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.isprintable()
    told = json.loads(line)
    assert list(told) == ["code", "exit", "message", "hint", "params"]
    assert (told["code"], told["exit"], told["params"]) == ("malformed_value", 2, PARAMS)
    assert told["message"]
    assert told["hint"]


def test_an_error_without_words_is_told_by_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    report_error("unheard_of", Exit.BUG, {}, format=Format.TABLE)
    assert capsys.readouterr().err == "unheard_of\n"
