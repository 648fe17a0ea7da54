"""A flag is heard before a variable, a named file, the user's, the system's, the default."""

from collections.abc import Callable
from pathlib import Path

import pytest

from credit_cli import settings
from tests.program import Credit, Ran

Shown = dict[str, tuple[str, str]]
Show = Callable[..., Shown]


@pytest.fixture
def system_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's system keeps its settings."""
    path = tmp_path / "etc" / "config.toml"
    monkeypatch.setattr(settings, "SYSTEM_FILE", path)
    return path


def write(path: Path, **values: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f'{key} = "{value}"\n' for key, value in values.items()), "utf-8")
    return path


def user_file(home: Path) -> Path:
    return home / ".config" / "credit" / "config.toml"


@pytest.fixture
def show(credit: Credit, system_file: Path) -> Show:
    """The settings as `config show --origin` tells them: value and origin by name."""
    assert not system_file.exists()

    def told(*argv: str, **env: str) -> Shown:
        ran = credit("config", "show", "--origin", "--output", "json", *argv, env=env)
        assert ran.exit_code == 0, ran.stderr
        return {row["setting"]: (row["value"], row["origin"]) for row in ran.json}

    return told


def test_each_place_gives_way_to_the_one_before(
    show: Show, tmp_path: Path, system_file: Path
) -> None:
    places = {"CREDIT_DB": "", "CREDIT_HOME": str(tmp_path)}
    assert show(**places)["db"] == (f"sqlite:///{tmp_path}/credit.db", "default")
    write(system_file, db="/system.db")
    assert show(**places)["db"] == ("sqlite:////system.db", str(system_file))
    user = write(user_file(tmp_path), db="/user.db")
    assert show(**places)["db"] == ("sqlite:////user.db", str(user))
    named = write(tmp_path / "named.toml", db="/named.db")
    places["CREDIT_CONFIG"] = str(named)
    assert show(**places)["db"] == ("sqlite:////named.db", str(named))
    places["CREDIT_DB"] = "/variable.db"
    assert show(**places)["db"] == ("sqlite:////variable.db", "CREDIT_DB")
    assert show("--db", "/flag.db", **places)["db"] == ("sqlite:////flag.db", "--db")


def test_a_file_gives_way_key_by_key(show: Show, tmp_path: Path) -> None:
    user = write(user_file(tmp_path), db="/user.db", operator="clerk")
    named = write(tmp_path / "named.toml", db="/named.db")
    told = show(CREDIT_CONFIG=str(named))
    assert told["db"] == ("sqlite:////named.db", str(named))
    assert told["operator"] == ("clerk", str(user))


def test_the_folder_of_settings_may_be_elsewhere(show: Show, tmp_path: Path) -> None:
    path = write(tmp_path / "xdg" / "credit" / "config.toml", operator="clerk")
    assert show(XDG_CONFIG_HOME=str(tmp_path / "xdg"))["operator"] == ("clerk", str(path))


def test_the_format_is_told_with_its_origin(credit: Credit, show: Show, tmp_path: Path) -> None:
    assert show()["output"] == ("json", "--output")
    ran = credit("config", "show", "--origin")
    assert {"setting": "output", "value": "json", "origin": "CREDIT_OUTPUT"} in ran.json
    path = write(user_file(tmp_path), output="jsonl")
    ran = credit("config", "show", "--origin", env={"CREDIT_OUTPUT": ""})
    assert {"setting": "output", "value": "jsonl", "origin": str(path)} in ran.lines
    path.unlink()
    ran = credit("config", "show", "--origin", env={"CREDIT_OUTPUT": ""})
    assert "output\ttsv\tdefault\n" in ran.stdout


def test_without_origin_only_values_are_told(credit: Credit) -> None:
    assert all(row.keys() == {"setting", "value"} for row in credit("config", "show").json)


@pytest.mark.parametrize(
    ("env", "language", "origin"),
    [
        ({}, "en", "default"),
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN", "LANG"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB"}, "en", "LC_MESSAGES"),
        ({"LC_MESSAGES": "en_GB", "LC_ALL": "zh_SG"}, "zh_CN", "LC_ALL"),
        ({"LC_ALL": "zh_CN", "CREDIT_LANG": "en"}, "en", "CREDIT_LANG"),
        ({"CREDIT_LANG": "ZH"}, "zh_CN", "CREDIT_LANG"),
        ({"LANG": "fr_FR"}, "en", "LANG"),
    ],
)
def test_the_language_is_the_settings_or_else_the_locales(
    show: Show, env: dict[str, str], language: str, origin: str
) -> None:
    assert show(**({"CREDIT_LANG": ""} | env))["lang"] == (language, origin)


def test_a_file_speaks_louder_than_the_locale(show: Show, tmp_path: Path) -> None:
    path = write(user_file(tmp_path), lang="zh_CN", operator="clerk")
    told = show(CREDIT_LANG="", LANG="en_GB", USER="root")
    assert told["lang"] == ("zh_CN", str(path))
    assert told["operator"] == ("clerk", str(path))


def test_the_operator_is_the_account_unless_named(show: Show) -> None:
    assert show()["operator"][1] == "default"
    assert show()["operator"][0].startswith("uid-")
    assert show(USER="wang")["operator"] == ("wang", "USER")
    assert show(USER="wang", CREDIT_OPERATOR="li")["operator"] == ("li", "CREDIT_OPERATOR")


def test_the_store_lies_in_the_folder_of_the_user(show: Show, tmp_path: Path) -> None:
    at_home = show(CREDIT_HOME="")
    assert at_home["home"] == (f"{tmp_path}/.local/share/credit", "default")
    assert at_home["db"] == (f"sqlite:///{tmp_path}/.local/share/credit/credit.db", "default")
    elsewhere = show(CREDIT_HOME="", XDG_DATA_HOME="/data")
    assert elsewhere["home"] == ("/data/credit", "default")
    assert show(CREDIT_HOME="~/credit")["home"][0] == str(Path("~/credit").expanduser())


def test_a_machine_without_homes_has_a_folder_too() -> None:
    assert settings.load({}).home.name == "credit"


def test_a_password_is_not_shown(show: Show) -> None:
    told = show("--db", "postgresql://wang:hunter2@db.example/credit")
    assert told["db"] == ("postgresql://wang:***@db.example/credit", "--db")


def test_the_clock_is_told_with_the_settings(credit: Credit) -> None:
    ran = credit("config", "show", "--origin", now="2026-11-22T09:00")
    row = {"setting": "now", "value": "2026-11-22T09:00", "origin": "CREDIT_NOW"}
    assert row in ran.json


def test_errors_are_told_in_the_format_of_the_settings(credit: Credit, tmp_path: Path) -> None:
    def fail(*argv: str, output: str = "") -> Ran:
        return credit("review", "list", *argv, env={"CREDIT_OUTPUT": output})

    assert not fail().stderr.startswith("{")
    write(user_file(tmp_path), output="json")
    assert fail().error["code"] == "store_missing"
    assert not fail(output="table").stderr.startswith("{")
    assert fail("--output", "jsonl", output="table").error["code"] == "store_missing"
    assert fail("--output=json", output="table").error["code"] == "store_missing"


def test_common_options_stand_on_every_command(credit: Credit, sqlite_url: str) -> None:
    ran = credit("item", "list", "--db", sqlite_url, "--output", "csv", "--fields", "item, title")
    assert ran.stdout.splitlines()[0].lstrip("\ufeff") == "item,title"
