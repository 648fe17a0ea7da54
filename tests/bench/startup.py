"""How long the program takes to start, against `python -c pass`: run by hand.

`python -m tests.bench.startup [ROUNDS]` prints medians and ratios. Bytecode is
compiled first and PYTHONDONTWRITEBYTECODE is taken away: with it every start
compiles again and the figures say nothing about an installed program.
"""

import compileall
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

import credit_cli

BARE = ("-c", "pass")
HELPS = ["--version", "--help", "record --help", "record import --help"]
COMMANDS = {line: ("-m", "credit_cli", *line.split()) for line in HELPS}


def seconds(arguments: tuple[str, ...], env: dict[str, str]) -> float:
    """Wall time of one `python arguments...`."""
    start = perf_counter()
    subprocess.run([sys.executable, *arguments], env=env, stdout=subprocess.DEVNULL, check=True)
    return perf_counter() - start


def main(rounds: int) -> None:
    """Time every command once a round, in turn, so that a busy spell hits all alike."""
    package = Path(credit_cli.__file__).parent
    compileall.compile_dir(package, quiet=1)
    dropped = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
    env = {name: value for name, value in os.environ.items() if name not in dropped}
    env["PYTHONPATH"] = str(package.parent)
    timed = {"python -c pass": BARE} | {f"credit {line}": COMMANDS[line] for line in HELPS}
    for arguments in timed.values():
        seconds(arguments, env)  # compiles what the libraries left uncompiled
    turns = [{name: seconds(timed[name], env) for name in timed} for _ in range(rounds)]
    middles = {name: median(turn[name] for turn in turns) for name in timed}
    bare = middles["python -c pass"]
    for name, middle in middles.items():
        print(f"{name:28} {middle * 1000:7.1f} ms {middle / bare:6.2f} x")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 21)
