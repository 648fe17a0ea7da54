"""A policy pack's TOML files laid together into one table of raw values.

A pack is a folder of files or a single file. It may extend another pack,
whose entries its own replace or join. Situations (`[[test]]`) stand in its
files, in the folder's `tests/` or beside the single file, and are no part of it.
"""

from pathlib import Path as FilePath
from typing import Any

from credit_cli.folders import shipped_policy
from credit_cli.intake.policy_basis import inherit, lift_bases
from credit_cli.intake.policy_names import Path, nearest
from credit_cli.intake.policy_raw import PackTest, Place, RawPack, laid_over
from credit_cli.intake.policy_toml import PackFault, Raw, parse_toml


def lay_together(path: FilePath) -> RawPack:
    """Read every TOML file of the pack at `path`, and of the packs that it extends."""
    return _laid(path, "", (path.resolve(),))


def _laid(path: FilePath, prefix: str, chain: tuple[FilePath, ...]) -> RawPack:
    """`prefix`: the folder, before the names of an extended pack's files; `chain`: who extends."""
    pack = RawPack({}, {}, {}, [], [], {})
    paths = _files(path)
    for one in paths:
        _add(pack, one, prefix + one.name)
    if not paths:
        pack.faults.append(PackFault(path.name, "-", "no_files", {}))
    for one in () if prefix else _test_files(path):
        _add_tests(pack, one, str(one.relative_to(_folder(path))))
    header = pack.tables.get("pack")
    if not isinstance(header, dict):
        return pack
    basis, base = header.get("basis"), header.get("extends")
    inherit(pack.tables, basis if isinstance(basis, str) else None)
    return _extended(pack, base, _folder(path), chain) if isinstance(base, str) else pack


def _files(path: FilePath) -> list[FilePath]:
    return [path] if path.is_file() or path.suffix == ".toml" else sorted(path.glob("*.toml"))


def _test_files(path: FilePath) -> list[FilePath]:
    if path.is_dir():
        return sorted((path / "tests").glob("*.toml"))
    beside = (path.with_suffix(ending) for ending in (".test.toml", ".tests.toml"))
    return [one for one in beside if one.exists()]


def _folder(path: FilePath) -> FilePath:
    return path if path.is_dir() else path.parent


def _read(pack: RawPack, path: FilePath, file: str) -> Raw:
    """What a file holds; nothing, if it cannot be read."""
    raw = parse_toml(path, file)
    pack.files[file] = path
    if isinstance(raw, PackFault):
        pack.faults.append(raw)
        return {}
    tests = raw.get("test")
    if isinstance(tests, list) and all(isinstance(one, dict) for one in tests):
        pack.tests.extend(PackTest(file, n, one) for n, one in enumerate(raw.pop("test")))
    return raw


def _add_tests(pack: RawPack, path: FilePath, file: str) -> None:
    for key in _read(pack, path, file):
        line = pack.line(file, (key,))
        pack.faults.append(PackFault(file, key, "unknown_key", {"near": "test"}, line))


def _add(pack: RawPack, path: FilePath, file: str) -> None:
    raw = _read(pack, path, file)
    for code, table, place in lift_bases(raw):
        bases = pack.tables.setdefault("basis", {})
        if isinstance(bases, dict) and code not in bases:
            bases[code] = table
            pack.places["basis", code] = Place(file, place)
    ground = raw.get("basis")
    inherit(raw, raw.pop("basis") if isinstance(ground, str) else None)
    for key, value in raw.items():
        _add_table(pack, file, key, value)


def _add_table(pack: RawPack, file: str, key: str, value: Any) -> None:  # noqa: ANN401 - TOML
    new = key not in pack.tables
    held = pack.tables.setdefault(key, type(value)() if isinstance(value, (dict, list)) else value)
    pack.places[key,] = Place(file, (key,))
    if isinstance(held, dict) and isinstance(value, dict):
        doubled: list[Path] = [(key, name) for name in value if name in held]
        held.update(value)
        pack.places.update({(key, name): Place(file, (key, name)) for name in value})
    elif isinstance(held, list) and isinstance(value, list):
        doubled = []
        places = ((key, n, Place(file, (key, n))) for n in range(len(value)))
        pack.places.update({(key, len(held) + n): place for key, n, place in places})
        held.extend(value)
    else:
        doubled = [] if new else [(key,)]
    pack.faults.extend(pack.fault(path, "said_twice", {}) for path in doubled)


def _extended(own: RawPack, name: str, folder: FilePath, chain: tuple[FilePath, ...]) -> RawPack:
    """The pack laid over the one that it extends."""
    base = _base(name, folder)
    path: Path = ("pack", "extends")
    if base is None:
        near = nearest(name, _shipped() | {one.name for one in _files(folder)})
        own.faults.append(own.fault(path, "unknown_name", {"name": name, "near": near}))
    elif base.resolve() in chain:
        own.faults.append(own.fault(path, "extends_itself", {"name": name}))
    else:
        under = _laid(base, f"{_folder(base).name}/", (*chain, base.resolve()))
        return laid_over(under, own)
    return own


def _shipped() -> set[str]:
    held = shipped_policy().parent.iterdir()
    return {one.name for one in held if (one / "pack.toml").is_file()}


def _base(name: str, folder: FilePath) -> FilePath | None:
    """A shipped pack by its name, or another by its path from the folder."""
    if name in _shipped():
        return shipped_policy().parent / name
    return folder / name if (folder / name).exists() else None
