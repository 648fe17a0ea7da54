"""One scenario as a pack writes it, read without files, and what comes of a case in it."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from credit_cli.intake.policy_basis import inherit
from credit_cli.intake.policy_build import scenarios, vocabulary
from credit_cli.intake.policy_shapes import PackShape
from credit_cli.intake.policy_toml import canonical
from credit_cli.rules.conditions import Facts, FactType
from credit_cli.rules.derived import completed
from credit_cli.rules.durations import parse_duration
from credit_cli.rules.follow_ups import Task
from credit_cli.rules.measures import Measure
from credit_cli.rules.scenario_decisions import decide_scenario, tasks_after
from credit_cli.rules.scenarios import Outcome, Scenario

DAY = date(2026, 3, 10)  # a Tuesday
HEAD = """
pack = { name = "scene", title = "场景", from = 2020-01-01, basis = "rule" }
basis.rule = { title = "虚构办法", clause = "第一条", mark = "I" }
fact.score.type = "number"
fact.grade = { type = "grade", values = ["D", "C", "B", "A"] }
fact.other = { type = "grade", values = ["D", "C", "B", "A"] }
fact.bad.type = "flag"
fact.income.type = "money"
measure.rating = { title = "评级", kind = "grade", values = ["D", "C", "B", "A"] }
measure.hours = { title = "时长", kind = "number" }
"""


class Scene(NamedTuple):
    """The facts, measures and scenarios of a small pack."""

    types: Mapping[str, FactType]
    measures: Mapping[str, Measure]
    scenarios: Mapping[str, Scenario]

    @property
    def scenario(self) -> Scenario:
        """The first one."""
        return next(iter(self.scenarios.values()))

    def facts(self, given: Facts) -> dict[str, Any]:
        """The facts on DAY unless another is said, with all that is worked out of them."""
        return completed({"as_of": DAY, "promised": parse_duration("10wd"), **given}, self.types)

    def decide(self, code: str | None = None, **given: Any) -> Outcome:  # noqa: ANN401 - facts
        """What comes of a case in a scenario, the first if none is named."""
        chosen = self.scenarios[code] if code else self.scenario
        return decide_scenario(chosen, self.facts(given), self.measures)

    def tasks(self, **given: Any) -> dict[str, Task]:  # noqa: ANN401 - facts
        """The tasks that follow in the first scenario, by id."""
        outcome = self.decide(**given)
        return {one.id: one for one in tasks_after(self.scenario, outcome, self.facts(given))}


@cache
def scene(body: str) -> Scene:
    """The scene of a pack's tables; it must have no fault."""
    tables = tomllib.loads(HEAD + body)
    inherit(tables, "rule")
    shape = PackShape.model_validate_json(canonical(tables))
    reading = vocabulary(shape)
    found = scenarios(shape, reading)
    assert reading.faults == []
    return Scene(reading.types, reading.measures, found)


def table(
    *rows: str, hit: str = "first", own: str = "", more: str = "", otherwise: str = "{}"
) -> Scene:
    """A scenario of rows `ID | WHEN | GRANT`, keys of its `own` and `more` tables."""
    told = [row.split("|") for row in rows]
    written = "".join(
        f'[[scenario.x.row]]\nid = "{name.strip()}"\nwhen = {{{when}}}\ngrant = {{{grant}}}\n'
        for name, when, grant in told
    )
    return scene(
        f'[scenario.x]\ntitle = "场景"\nhit = "{hit}"\n{own}\n{written}{more}\n'
        f"[scenario.x.else]\ngrant = {otherwise}\n"
    )
