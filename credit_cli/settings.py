"""The settings, read once: environment, then the user's file, the system's file, defaults.

A command's own flags come before all of these. Each setting remembers where
it came from, for `credit config show`.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from credit_cli.errors import SettingInvalid

NAMES = ("db", "lang", "output", "operator", "now", "home", "approval")
APPROVALS = ("second_person", "recorded")
_LONGEST_OPERATOR = 80  # characters, as the audit keeps them
# What stands in for a setting that neither its own variable nor a file gives.
_COMMON_VARIABLES = {"lang": ("LC_ALL", "LC_MESSAGES", "LANG"), "operator": ("USER",)}
SYSTEM_FILE = Path("/etc/credit/config.toml")


class Setting(NamedTuple):
    """A value (None: the default) and where it came from."""

    value: str | None
    origin: str


class Settings(NamedTuple):
    """All settings by name, and the environment they were read from."""

    held: Mapping[str, Setting]
    environ: Mapping[str, str]

    def get(self, name: str) -> str | None:
        """The value of a setting; None stands for its default."""
        return self.held[name].value

    @property
    def language(self) -> str:
        """The language to speak: Chinese if the setting says so, else English."""
        return "zh_CN" if (self.get("lang") or "").lower().startswith("zh") else "en"

    @property
    def operator(self) -> str:
        """Who acts: the setting, else the account's number; SettingInvalid."""
        name = self.get("operator") or f"uid-{os.getuid()}"
        if len(name) > _LONGEST_OPERATOR or not name.isprintable():
            origin, expected = self.held["operator"].origin, f"1-{_LONGEST_OPERATOR}"
            raise SettingInvalid(setting="operator", origin=origin, expected=expected)
        return name

    @property
    def home(self) -> Path:
        """The folder of the default store and of the demo's sandbox."""
        given = self.get("home")
        return Path(given).expanduser() if given else _data_folder(self.environ)

    @property
    def approval(self) -> str:
        """Who may approve a policy: `second_person` unless set otherwise; SettingInvalid."""
        name = self.get("approval") or APPROVALS[0]
        if name not in APPROVALS:
            origin, expected = self.held["approval"].origin, ", ".join(APPROVALS)
            raise SettingInvalid(setting="approval", origin=origin, expected=expected)
        return name

    @property
    def store(self) -> str:
        """The store's URL or path."""
        return self.get("db") or str(self.home / "credit.db")


def load(environ: Mapping[str, str]) -> Settings:
    """Read every setting; SettingInvalid for a config file that is wrong."""
    files = [(str(path), _read(path)) for path in _files(environ)]
    held = {name: _find(name, environ, files) for name in NAMES}
    return Settings(held, environ)


def _find(
    name: str, environ: Mapping[str, str], files: list[tuple[str, Mapping[str, Any]]]
) -> Setting:
    own, *common = f"CREDIT_{name.upper()}", *_COMMON_VARIABLES.get(name, ())
    places = [
        (own, environ.get(own)),
        *((origin, held.get(name)) for origin, held in files),
        *((variable, environ.get(variable)) for variable in common),
    ]
    found = (Setting(str(value), origin) for origin, value in places if value not in {None, ""})
    return next(found, Setting(None, "default"))


def _files(environ: Mapping[str, str]) -> list[Path]:
    named = [Path(environ["CREDIT_CONFIG"])] if environ.get("CREDIT_CONFIG") else []
    folder = environ.get("XDG_CONFIG_HOME") or str(Path(environ.get("HOME", "/")) / ".config")
    usual = (Path(folder) / "credit/config.toml", SYSTEM_FILE)
    return named + [path for path in usual if path.is_file()]


def _read(path: Path) -> Mapping[str, Any]:
    import tomllib  # noqa: PLC0415 - only where there is a file

    try:
        held = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise SettingInvalid(setting="config", origin=str(path), expected=str(fault)) from None
    for name in held:
        if name not in NAMES or name == "now":
            known = ", ".join(one for one in NAMES if one != "now")
            raise SettingInvalid(setting=name, origin=str(path), expected=known)
    return held


def _data_folder(environ: Mapping[str, str]) -> Path:
    if "XDG_DATA_HOME" in environ or "HOME" in environ:
        base = environ.get("XDG_DATA_HOME") or str(Path(environ["HOME"]) / ".local/share")
        return Path(base) / "credit"
    import platformdirs  # noqa: PLC0415 - only on systems without HOME

    return platformdirs.user_data_path("credit", appauthor=False)
