"""Run the situations beside a policy: does it do what its authors say?"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from credit_cli.actions.wording import View, plain
from credit_cli.errors import PolicyInvalid
from credit_cli.intake.policy import ReadPack, read_pack
from credit_cli.intake.policy_misshapen import misshapen
from credit_cli.intake.policy_raw import PackTest
from credit_cli.intake.policy_toml import PackFault
from credit_cli.intake.situations import Reader, SituationShape
from credit_cli.rules.measures import Open
from credit_cli.rules.packs import Pack
from credit_cli.rules.situations import Result, Situation, play


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One situation as it went; `differences` are `{key, expected, got}`."""

    file: str
    number: int
    title: str
    scenario: str | None
    differences: tuple[View, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationReport:
    """How the situations of a pack went, and how often each row of its scenarios decided."""

    name: str
    tested: tuple[Tested, ...]
    hits: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """How many situations did not come out as expected."""
        return sum(bool(one.differences) for one in self.tested)

    @property
    def passed(self) -> int:
        """How many came out as expected."""
        return len(self.tested) - self.failed


def run_tests(path: Path) -> SituationReport:
    """Play every situation of the pack at `path`; PolicyInvalid names faults of pack or tests."""
    return run_situations(path, read_pack(path))


def run_situations(path: Path, read: ReadPack) -> SituationReport:
    """Play the situations of a pack that is read already; PolicyInvalid names their faults."""
    situations = list(_read(path, read))
    hits = Counter(dict.fromkeys(_rules(read), 0))
    tested = []
    for test, situation, pack in situations:
        result = play(situation, pack)
        hits.update(_hit(result))
        tested.append(
            Tested(
                file=test.file,
                number=test.number,
                title=situation.title,
                scenario=situation.scenario,
                differences=tuple(_differences(situation.expect, result.said)),
            )
        )
    return SituationReport(name=read.pack.name, tested=tuple(tested), hits=hits)


def _read(path: Path, read: ReadPack) -> Iterator[tuple[PackTest, Situation, Pack]]:
    faults: list[PackFault] = []
    for test in read.tests:
        try:
            shape = SituationShape.model_validate(test.raw)
        except ValidationError as error:
            found = misshapen(error, SituationShape)
        else:
            pack = read.on(shape.as_of)
            reader = Reader(pack, tuple(read.own_scenarios))
            situation = reader.read(shape)
            found = reader.faults
            if not found:
                yield test, situation, pack
        faults.extend(read.fault_of(test, fault) for fault in found)
    if faults:
        raise PolicyInvalid(
            path=str(path),
            count=len(faults),
            faults=[fault.words() for fault in faults],
            places=[fault.place() for fault in faults],
        )


def _rules(read: ReadPack) -> Iterator[tuple[str, str]]:
    for code in read.own_scenarios:
        scenario = read.pack.scenarios[code]
        yield from ((code, row.id) for row in (*scenario.exclude, *scenario.rows))
        yield code, "else"


def _hit(result: Result) -> Iterator[tuple[str, str]]:
    if result.outcome is not None:
        yield from ((result.outcome.scenario, row) for row in result.outcome.rows)


def _differences(expected: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[View]:
    for key, value in expected.items():
        got = said.get("grant" if key == "has" else key)
        if key == "grant" and got is not None:
            got = {code: one for code, one in got.items() if code in value or not _open(one)}
        yield from _compared(key, value, got, exact=key not in ("has", "facts", "follow", "alerts"))


def _compared(key: str, expected: Any, got: Any, *, exact: bool) -> Iterator[View]:  # noqa: ANN401
    """`exact`: a table holds nothing but what is expected."""
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        names = expected if not exact else dict.fromkeys([*expected, *got])
        for name in names:
            yield from _compared(f"{key}.{name}", expected.get(name), got.get(name), exact=exact)
    elif key == "alerts" and len(expected) == len(got):
        for n, (one, other) in enumerate(zip(expected, got, strict=True)):
            yield from _compared(f"{key}.{n}", one, other, exact=False)
    elif not _same(expected, got):
        yield {"key": key, "expected": plain(expected), "got": plain(got)}


def _same(expected: Any, got: Any) -> bool:  # noqa: ANN401
    if isinstance(expected, tuple) and not isinstance(got, tuple):
        return expected == (got,)
    if isinstance(got, tuple) and not isinstance(expected, (tuple, list)):
        return got == (expected,)
    if isinstance(expected, list) and isinstance(got, (list, tuple)):
        return expected == list(got)
    return bool(expected == got)


def _open(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, Open)


def report_view(report: SituationReport, *, coverage: bool) -> View:
    """The report as plain data; with `coverage` how often each row decided."""
    view: View = {
        "pack": report.name,
        "passed": report.passed,
        "failed": report.failed,
        "tested": [
            {
                "file": one.file,
                "number": one.number + 1,
                "title": one.title,
                "scenario": one.scenario,
                "result": "failed" if one.differences else "passed",
                "differences": list(one.differences),
            }
            for one in report.tested
        ],
    }
    if coverage:
        view["coverage"] = [
            {"scenario": scenario, "row": row, "hits": hits}
            for (scenario, row), hits in report.hits.items()
        ]
    return view
