"""The only room that prints."""

from credit_cli.output.files import pour
from credit_cli.output.formats import Format, default_format, emit, gap, page
from credit_cli.output.harmless import visible
from credit_cli.output.messages import notice, report_error
from credit_cli.output.progress import Progress

__all__ = [
    "Format",
    "Progress",
    "default_format",
    "emit",
    "gap",
    "notice",
    "page",
    "pour",
    "report_error",
    "visible",
]
