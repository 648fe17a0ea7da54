"""Read a file of credit records under the policy in force."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from credit_cli.actions.chunks import Incoming, Kind
from credit_cli.actions.imports import source_policy
from credit_cli.intake.apart import read_drafts
from credit_cli.intake.layouts import Layout, layouts_of
from credit_cli.intake.readings import RecordReading
from credit_cli.intake.tables import TableFile
from credit_cli.rules.durations import Unit
from credit_cli.rules.packs import Pack
from credit_cli.rules.records import CALENDAR
from credit_cli.store import staging
from credit_cli.store.work import Work
from credit_cli.tables.batches import BatchKind


def reading(pack: Pack, day: date, layouts: Sequence[Layout] | None) -> RecordReading:
    """How records are read whose lateness does not matter."""
    return RecordReading(
        as_of=day,
        late_before={},
        record_types=pack.record_types,
        severity=pack.severity,
        authorities=pack.known_authorities,
        layouts=layouts,
    )


RECORDS = Kind(BatchKind.RECORDS, staging.RECORDS, reading)


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
    timely = replace(reading(pack, day, layouts), late_before=late_before)
    return Incoming(RECORDS, source, file, read_drafts(file, timely))


def read_listings(
    work: Work, file: TableFile, source: str, layouts: Sequence[Layout] | None = None
) -> Incoming:
    """As `read`, of a file of list entries alone."""
    return read(work, file, source, layouts or layouts_of("listing"))
