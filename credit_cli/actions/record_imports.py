"""Read a file of credit records under the policy in force."""

from credit_cli.actions.imports import RECORDS, Incoming, source_policy
from credit_cli.intake.apart import read_drafts
from credit_cli.intake.readings import RecordReading
from credit_cli.intake.tables import TableFile
from credit_cli.rules.durations import Unit
from credit_cli.rules.records import CALENDAR
from credit_cli.store.work import Work


def read(work: Work, file: TableFile, source: str) -> Incoming:
    """The drafts of a file; the heading row is read at once, the rest as it is asked for."""
    pack = source_policy(work, source).pack
    day = work.terms.as_of
    limits = [one.reporting for one in pack.record_types.values() if one.reporting]
    working_days = max((one.n for one in limits if one.unit is Unit.WORKING_DAY), default=0)
    late_before = CALENDAR.before(day, working_days)
    reading = RecordReading(as_of=day, late_before=late_before, pack=pack)
    return Incoming(RECORDS, source, file, read_drafts(file, reading))
