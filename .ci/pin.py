"""Writes .ci/pins.txt: what CI installs, by version and hash, from nobody's address.

`python .ci/pin.py > .ci/pins.txt` takes the newest releases that the ranges in
pyproject.toml allow; `python .ci/pin.py OLD.txt` keeps to the versions of OLD.txt.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = ("x86_64", "aarch64")
# A wheel for an old glibc runs on a newer one; pip takes the first that it finds here.
GLIBCS = [f"manylinux_2_{minor}" for minor in (34, 31, 28, 27, 26, 24, 17)] + ["manylinux2014"]
HEAD = """\
# What CI installs on Linux (x86_64, aarch64; CPython 3.11 to 3.14): versions and the hashes of
# their wheels, no address. Made by: python .ci/pin.py > .ci/pins.txt"""


def wanted() -> list[str]:
    """Everything pyproject.toml asks for, to build, to run and to test."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    asked = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    asked.append("editables")  # hatchling asks for it when it builds `-e .`
    asked += [one for extra in extras.values() for one in extra]
    return [one for one in asked if not one.startswith(project["project"]["name"])]


def resolved(python: str, machine: str, old: list[str]) -> list[dict[str, Any]]:
    """Pip's report for one kind of machine; nothing is installed."""
    platforms = [f"--platform={glibc}_{machine}" for glibc in GLIBCS]
    with tempfile.TemporaryDirectory() as folder:
        constraints, report = Path(folder, "constraints.txt"), Path(folder, "report.json")
        constraints.write_text("\n".join(old), encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run"]
        target = ["--only-binary=:all:", f"--python-version={python}", f"--target={folder}"]
        files = [f"--constraint={constraints}", f"--report={report}"]
        subprocess.run(
            [*pip, "--ignore-installed", *target, *platforms, *files, *wanted()],
            check=True,
            stdout=sys.stderr,
        )
        found: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))["install"]
    return found


def main(old: list[str]) -> None:
    """Print every package once, with the hashes of all machines."""
    hashes: dict[str, set[str]] = defaultdict(set)
    for python in PYTHONS:
        for machine in MACHINES:
            for found in resolved(python, machine, old):
                name = re.sub(r"[-_.]+", "-", found["metadata"]["name"]).lower()
                pinned = f"{name}=={found['metadata']['version']}"
                hashes[pinned].add(found["download_info"]["archive_info"]["hashes"]["sha256"])
    print(HEAD)
    for pinned in sorted(hashes):
        marks = [f"--hash=sha256:{digest}" for digest in sorted(hashes[pinned])]
        print(" \\\n    ".join([pinned, *marks]))


if __name__ == "__main__":
    kept = "\n".join(Path(name).read_text(encoding="utf-8") for name in sys.argv[1:])
    main(re.findall(r"^[\w.-]+==[\w.+-]+", kept, re.MULTILINE))
