"""The program, but that rows are not kept as they were sent: what keeping them costs.

`python -m tests.bench.without_raws record import ...`; tests.bench.imports runs it. The process
that reads a large file runs this module too, and so does without them as well.
"""

from credit_cli.__main__ import main
from credit_cli.intake.row_blocks import RowBlock

RowBlock.pack = lambda _: None  # type: ignore[assignment, method-assign, return-value]

if __name__ == "__main__":
    main()
