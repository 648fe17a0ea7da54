"""Read a file of credit records under the policy in force."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from credit_cli.actions.chunks import RECORDS, Incoming
from credit_cli.actions.imports import source_policy
from credit_cli.intake.apart import read_drafts
from credit_cli.intake.layouts import Layout, load_layouts
from credit_cli.intake.mappings import SenderMapping, read_mapping
from credit_cli.intake.readings import RecordReading
from credit_cli.intake.tables import TableFile
from credit_cli.rules.durations import Unit
from credit_cli.rules.records import CALENDAR
from credit_cli.store.work import Work

_LISTING = "listing"


def read(
    work: Work, file: TableFile, source: str, layouts: Sequence[Layout] | None = None
) -> Incoming:
    """The drafts of a file; the heading row is read at once, the rest as it is asked for.

    It may be of any layout of records, or of the `layouts` given.
    """
    pack = source_policy(work, source).pack
    day = work.terms.as_of
    late_before = {
        code: CALENDAR.before(day, kind.reporting.n)
        for code, kind in pack.record_types.items()
        if kind.reporting and kind.reporting.unit is Unit.WORKING_DAY
    }
    reading = RecordReading(
        as_of=day,
        late_before=late_before,
        record_types=pack.record_types,
        severity=pack.severity,
        authorities=pack.known_authorities,
        layouts=layouts,
    )
    return Incoming(RECORDS, source, file, read_drafts(file, reading))


def read_listings(work: Work, file: TableFile, source: str) -> Incoming:
    """As `read`, of a file of list entries alone."""
    return read(work, file, source, [each for each in load_layouts() if each.code == _LISTING])


def reader(mapping: Path | None) -> Callable[[Work, TableFile, str], Incoming]:
    """How a file is read: as `read` does, or by what the mapping file says; MappingInvalid."""
    return read if mapping is None else partial(_read_mapped, mapping=read_mapping(mapping))


def _read_mapped(work: Work, file: TableFile, source: str, mapping: SenderMapping) -> Incoming:
    kept = {"name": mapping.name, "table": mapping.table, "file_sha256": file.sha256}
    file.sha256 = mapping.identity(file.sha256)
    return read(work, file, source, [mapping.layout])._replace(mapping=kept)
