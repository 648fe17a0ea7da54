"""The only room that prints."""

from credit_cli.output.files import pour
from credit_cli.output.formats import Format, default_format, emit
from credit_cli.output.harmless import visible
from credit_cli.output.messages import notice, report_error

__all__ = ["Format", "default_format", "emit", "notice", "pour", "report_error", "visible"]
