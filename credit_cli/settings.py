"""The settings, read once: environment, then the user's file, the system's file, defaults.

A command's own flags come before all of these. Each setting remembers where
it came from, for `credit config show`.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from credit_cli.errors import SettingInvalid

NAMES = ("db", "lang", "output", "operator", "now", "home")
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
        """The language to speak: the setting, else the locale's; English by default."""
        names = ("LC_ALL", "LC_MESSAGES", "LANG")
        locale = next((self.environ[name] for name in names if self.environ.get(name)), "")
        wanted = self.get("lang") or locale
        return "zh_CN" if wanted.lower().startswith("zh") else "en"

    @property
    def operator(self) -> str:
        """Who acts: the setting, else the account's name."""
        return self.get("operator") or self.environ.get("USER") or f"uid-{os.getuid()}"

    @property
    def home(self) -> Path:
        """The folder of the default store and of the demo's sandbox."""
        given = self.get("home")
        return Path(given).expanduser() if given else _data_folder(self.environ)

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
    variable = f"CREDIT_{name.upper()}"
    if environ.get(variable):
        return Setting(environ[variable], variable)
    for origin, held in files:
        if name in held:
            return Setting(str(held[name]), origin)
    return Setting(None, "default")


def _files(environ: Mapping[str, str]) -> list[Path]:
    named = environ.get("CREDIT_CONFIG")
    if named:
        if not Path(named).is_file():
            raise SettingInvalid(setting="config", origin="CREDIT_CONFIG", expected="a file")
        return [Path(named)]
    folder = environ.get("XDG_CONFIG_HOME") or str(Path(environ.get("HOME", "/")) / ".config")
    return [path for path in (Path(folder) / "credit/config.toml", SYSTEM_FILE) if path.is_file()]


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
