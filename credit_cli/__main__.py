"""The way in: `--version` at once, everything else through the program."""

import sys


def main() -> None:
    """Run `credit`."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from credit_cli import __version__  # noqa: PLC0415 - nothing else is loaded for this

        sys.stdout.write(f"credit {__version__}\n")
        return
    try:
        from credit_cli.app import program  # noqa: PLC0415 - as above

        program()
    except KeyboardInterrupt:  # while the program itself was being loaded
        sys.exit(130)


if __name__ == "__main__":
    main()
