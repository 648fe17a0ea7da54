"""Read a file of credit records under the policy in force."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from credit_cli.actions.imports import RECORDS, Incoming, source_policy
from credit_cli.intake.records import read_records
from credit_cli.intake.tables import TableFile
from credit_cli.rules.conditions import results
from credit_cli.rules.durations import Unit
from credit_cli.rules.packs import Pack
from credit_cli.rules.records import CALENDAR
from credit_cli.rules.severity import classifier
from credit_cli.store.work import Work


def read(work: Work, file: TableFile, source: str) -> Incoming:
    """The drafts of a file; the heading row is read at once, the rest as it is asked for."""
    pack = source_policy(work, source).pack
    day = work.terms.as_of
    limits = [one.reporting for one in pack.record_types.values() if one.reporting]
    working_days = max((one.n for one in limits if one.unit is Unit.WORKING_DAY), default=0)
    drafts = read_records(
        file,
        as_of=day,
        late_before=CALENDAR.before(day, working_days),
        classify=_remembering(pack),
    )
    return Incoming(RECORDS, source, file, drafts)


def _remembering(pack: Pack) -> Callable[[Mapping[str, Any]], str | None]:
    """The pack's classifier; a file repeats few combinations of what severity depends on."""
    classify = classifier(pack)
    tested = {one.fact for row in pack.severity.rows for one in results(row.when, {})}
    names = ("type", *sorted(tested - {"type"}))

    @lru_cache(maxsize=10_000)
    def remembered(values: tuple[Any, ...]) -> str | None:
        return classify(dict(zip(names, values, strict=True)))

    def of(facts: Mapping[str, Any]) -> str | None:
        return remembered(tuple(facts.get(name) for name in names))

    return of
