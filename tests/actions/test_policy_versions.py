"""A policy version is proposed, approved by somebody else, in force from a day on, put back."""

import hashlib
import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credit_cli.actions.policies import current_policy
from credit_cli.actions.policy_activations import activate, roll_back
from credit_cli.actions.policy_history import current, history
from credit_cli.actions.policy_versions import Draft, approve, propose, withdraw
from credit_cli.errors import CreditError
from credit_cli.folders import shipped_policy
from credit_cli.intake.policy import pack_from, read_pack
from credit_cli.rules.policy_versions import Approval, in_force
from credit_cli.store.audits import list_entries
from credit_cli.store.policies import get_policy, list_steps
from credit_cli.store.work import Work
from tests.pool import TERMS, Pool, change, changed_pack, contents, desk

TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)
SECOND = Approval.SECOND_PERSON
Json = dict[str, Any]


@cache
def draft(name: str, starts: str = "2024-01-01") -> Draft:
    """The shipped pack by another name."""
    read = read_pack(shipped_policy())
    tables = json.loads(read.content)
    tables["pack"] |= {"name": name, "from": starts}
    content = json.dumps(tables, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    return Draft(read._replace(pack=pack_from(content), content=content, sha256=sha256), 3)


class Office(NamedTuple):
    """A store that is no sandbox, where several officials work on days of their own."""

    url: str

    def do(self, action: Callable[..., Any], *given: Any, by: str = "li", on: date = TODAY) -> Any:  # noqa: ANN401 - an action's own arguments and view
        """One action by one official on one day."""
        with (
            desk(self.url, replace(TERMS, actor=by, as_of=on)) as at,
            at.open(writing=True) as work,
        ):
            return action(work, *given)

    def refusal(self, action: Callable[..., Any], *given: Any, **terms: Any) -> tuple[str, int]:  # noqa: ANN401 - as above
        """The code and exit code of what must be refused."""
        with pytest.raises(CreditError) as told:
            self.do(action, *given, **terms)
        return told.value.code, told.value.exit_code

    def proposed(self, name: str, starts: str = "2024-01-01") -> str:
        """The label of what li has proposed."""
        return str(self.do(propose, draft(name, starts), "")["policy_version"])

    def approved(self, name: str, starts: str = "2024-01-01") -> str:
        """The label of what li has proposed and wang approved."""
        label = self.proposed(name, starts)
        self.do(approve, label, SECOND, by="wang")
        return label

    def activated(self, name: str, starts: str = "2024-01-01", on: date = TODAY) -> str:
        """The label of what is approved and activated on a day."""
        label = self.approved(name, starts)
        self.do(activate, label, None, on=on)
        return label

    def name_on(self, day: date) -> str:
        """The name of the pack that decides on a day."""
        return str(self.do(current_policy, on=day).version.partition("@")[0])


@pytest.fixture
def office(store_url: str) -> Office:
    change(store_url, "UPDATE store_mark SET sandbox = false")
    return Office(store_url)


def test_nobody_approves_their_own_proposal(office: Office) -> None:
    label = office.proposed("new")
    assert office.refusal(approve, label, SECOND) == ("second_person_needed", 6)
    done = office.do(approve, label, SECOND, by="wang")
    assert (done["state"], done["approval"]) == ("approved", "second_person")


def test_a_single_operator_may_approve_where_that_is_recorded(office: Office) -> None:
    label = office.proposed("new")
    assert office.do(approve, label, Approval.RECORDED)["approval"] == "recorded"
    entry = office.do(last_entry)
    assert (entry["approval"], entry["own_proposal"]) == ("recorded", True)


def last_entry(work: Work) -> Json:
    """What the last entry of the audit says."""
    return list_entries(work.session)[-1].params


def test_an_approval_is_bound_to_the_content(office: Office) -> None:
    label = office.proposed("new")
    change(office.url, "UPDATE policy_version SET content = '{}' WHERE name = 'new'")
    assert office.refusal(approve, label, SECOND, by="wang") == ("policy_altered", 13)


def test_what_this_program_cannot_read_is_not_put_in_force(office: Office) -> None:
    label = office.approved("new")
    sha256 = hashlib.sha256(b"{}").hexdigest()
    change(
        office.url,
        f"UPDATE policy_version SET content = '{{}}', sha256 = '{sha256}' WHERE name = 'new'",  # noqa: S608 - ours
    )
    label = f"{label.partition('+')[0]}+{sha256[:12]}"
    assert office.refusal(activate, label, None) == ("policy_outdated", 13)


def test_the_same_content_again_is_no_second_proposal(office: Office) -> None:
    office.proposed("new")
    before = contents(office.url)
    again = office.do(propose, draft("new"), "other words", by="wang")
    assert (again["changed"], contents(office.url)) == (False, before)


def test_of_two_approvals_at_once_one_is_told_that_it_came_second(office: Office) -> None:
    label = office.proposed("new")

    def run(by: str) -> str:
        try:
            return str(office.do(approve, label, SECOND, by=by)["state"])
        except CreditError as refused:
            return f"{refused.code} {refused.exit_code}"

    with ThreadPoolExecutor(4) as officials:
        ended = sorted(officials.map(run, ("wang", "chen", "wu", "fu")))
    assert ended == ["approved", *["policy_approved 7"] * 3]


def test_what_is_not_approved_is_not_put_in_force(office: Office) -> None:
    label = office.proposed("new")
    assert office.refusal(activate, label, None) == ("policy_not_approved", 6)
    office.do(withdraw, label)
    assert office.refusal(activate, label, None) == ("policy_withdrawn", 7)


def test_a_version_that_starts_later_never_changes_the_past(office: Office) -> None:
    label = office.approved("new", "2026-01-01")
    assert office.do(activate, label, None)["from"] == TODAY
    assert office.name_on(date(2026, 11, 21)) == "hainan"
    assert office.name_on(TODAY) == "new"


def test_a_version_begins_on_its_own_day_if_that_is_to_come(office: Office) -> None:
    office.activated("new", "2027-01-01")
    assert [office.name_on(date(2026, 12, 31)), office.name_on(date(2027, 1, 1))] == [
        "hainan",
        "new",
    ]


def test_the_first_day_may_be_later_but_not_gone_by(office: Office) -> None:
    label, coming = office.approved("new"), office.approved("coming", "2027-01-01")
    past = date(2026, 11, 21)
    assert office.refusal(activate, label, past) == ("policy_changes_the_past", 6)
    assert office.refusal(activate, coming, date(2026, 12, 31)) == ("policy_begins_later", 6)
    assert office.do(activate, label, TOMORROW)["from"] == TOMORROW
    assert [office.name_on(TODAY), office.name_on(TOMORROW)] == ["hainan", "new"]


def test_an_urgent_version_does_not_silence_the_one_that_is_scheduled(office: Office) -> None:
    office.activated("coming", "2027-01-01")
    office.activated("urgent")
    assert office.name_on(date(2026, 12, 31)) == "urgent"
    assert office.name_on(date(2027, 1, 1)) == "coming"


def test_activating_twice_changes_nothing(office: Office) -> None:
    label = office.activated("new")
    before = contents(office.url)
    assert not office.do(activate, label, None, on=TOMORROW)["changed"]
    assert contents(office.url) == before


def test_a_rollback_leaves_the_past_as_it_was(office: Office) -> None:
    label = office.activated("new")
    done = office.do(roll_back, None, on=TOMORROW)
    assert (done["changed"], done["from"]) == (True, TOMORROW)
    assert done["policy_version"].startswith("hainan@2024-01-01+")
    days = (date(2026, 11, 21), TODAY, TOMORROW)
    assert [office.name_on(day) for day in days] == ["hainan", "new", "hainan"]
    assert office.do(last_entry)["policy_version"] == done["policy_version"]
    # What was put away does not come back by pressing the key once more.
    assert office.refusal(roll_back, None, on=TOMORROW) == ("rollback_unclear", 6)
    assert office.do(roll_back, label, on=TOMORROW)["changed"]
    assert office.name_on(TOMORROW) == "new"


def test_only_what_was_in_force_once_is_put_back(office: Office) -> None:
    assert office.refusal(roll_back, None) == ("policy_nothing_before", 6)
    for label in (office.approved("new"), office.activated("coming", "2027-01-01")):
        assert office.refusal(roll_back, label) == ("policy_never_active", 6)
    assert not office.do(roll_back, "1")["changed"]


def test_a_scheduled_version_can_be_withdrawn_and_one_that_began_cannot(office: Office) -> None:
    label = office.activated("coming", "2027-01-01")
    assert office.do(withdraw, label)["state"] == "withdrawn"
    assert office.name_on(date(2027, 1, 1)) == "hainan"
    assert office.refusal(withdraw, label) == ("policy_withdrawn", 7)
    begun = office.activated("new")
    assert office.refusal(withdraw, begun) == ("policy_has_begun", 6)


def test_what_was_in_force_keeps_its_approval_when_its_return_is_withdrawn(office: Office) -> None:
    office.activated("new")
    office.do(activate, "1", date(2027, 1, 1))
    assert office.do(withdraw, "1")["state"] == "approved"
    assert office.name_on(date(2027, 1, 1)) == "new"


def test_a_withdrawn_proposal_may_be_proposed_anew_and_waits_for_approval_again(
    office: Office,
) -> None:
    label = office.approved("new")
    office.do(withdraw, label)
    assert office.refusal(approve, label, SECOND) == ("policy_withdrawn", 7)
    again = office.do(propose, draft("new"), "after all", by="wang")
    assert (again["state"], again["changed"]) == ("proposed", True)
    assert office.refusal(approve, label, SECOND, by="wang") == ("second_person_needed", 6)
    assert office.refusal(activate, label, None) == ("policy_not_approved", 6)


def test_a_version_is_named_by_number_label_or_the_beginning_of_its_hash(office: Office) -> None:
    label = office.proposed("new")
    sha256 = draft("new").read.sha256
    for reference in ("2", label, sha256, sha256[:8]):
        assert office.refusal(approve, reference, SECOND) == ("second_person_needed", 6)
    for unknown in ("3", label[:-1] + "x", sha256[:7], "f" * 64):
        assert office.refusal(approve, unknown, SECOND) == ("policy_version_not_found", 5)


def test_the_history_tells_who_did_what_to_every_version(office: Office) -> None:
    office.activated("new")
    office.activated("coming", "2027-01-01")
    office.proposed("idea")
    office.do(roll_back, None)
    rows = office.do(history)
    assert [(row["number"], row["state"], row["kind"]) for row in rows] == [
        (1, "superseded", "activate"),
        (2, "superseded", "activate"),
        (3, "scheduled", "activate"),
        (1, "active", "rollback"),
        (4, "proposed", None),
    ]
    new = rows[1]
    assert (new["proposed_by"], new["approved_by"], new["activated_by"]) == ("li", "wang", "li")
    assert (new["from"], new["situations"], new["approval"]) == (TODAY, 3, SECOND)
    shown = office.do(current)
    assert (shown["number"], shown["from"]) == (1, TODAY)
    assert shown["next_version"].startswith("coming@2027-01-01+")
    assert shown["next_from"] == date(2027, 1, 1)


STARTS = {"one": "2024-01-01", "two": "2026-11-24", "three": "2026-11-27"}
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["ready", "activate", "roll back", "withdraw"]),
        st.sampled_from(sorted(STARTS)),
        st.integers(0, 2),
        st.none() | st.integers(-1, 3),
    ),
    min_size=4,
    max_size=12,
)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deeds=DEEDS)
def test_whatever_officials_do_no_day_gone_by_gets_another_policy(
    deeds: list[tuple[str, str, int, int | None]], sqlite_template: Path, tmp_path: Path
) -> None:
    office = Office(f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'many.db')}")
    today, past = TODAY, list[str]()
    for deed, name, days, start in deeds:
        past += governing(office, today, days)
        today += timedelta(days=days)
        done = attempt(office, deed, name, today, start)
        if done is not None and "from" in done:
            assert done["from"] >= today or not done["changed"]
            assert governing(office, done["from"], 1) == [done["policy_version"]]
        assert governing(office, TODAY, len(past)) == past


def attempt(office: Office, deed: str, name: str, today: date, start: int | None) -> Json | None:
    """Do it; None where it is refused."""
    made = draft(name, STARTS[name])
    label = f"{name}@{STARTS[name]}+{made.read.sha256[:12]}"
    wanted = None if start is None else today + timedelta(days=start)
    try:
        match deed:
            case "ready":
                office.do(propose, made, "", on=today)
                return dict(office.do(approve, label, SECOND, by="wang", on=today))
            case "activate":
                return dict(office.do(activate, label, wanted, on=today))
            case "withdraw":
                return dict(office.do(withdraw, label, on=today))
            case _:
                return dict(office.do(roll_back, None if start is None else label, on=today))
    except CreditError:
        return None


def governing(office: Office, first: date, days: int) -> list[str]:
    """The version on each of so many days; the rule and the query say the same."""
    found = []
    with desk(office.url) as at, at.open(writing=False) as work:
        steps = list_steps(work.session)
        for day in (first + timedelta(days=n) for n in range(days)):
            version, step = get_policy(work.session, day), in_force(steps, day)
            assert step is not None
            assert step.version == version.id
            found.append(version.label)
    return found


def test_without_a_second_person_no_file_is_put_in_force(pool: Pool) -> None:
    change(pool.url, "UPDATE store_mark SET sandbox = false")
    pack = str(changed_pack(pool.folder / "p", "benefits.toml", "38880000", "38880001"))
    ran = pool.run("policy", "activate", pack)
    assert (ran.exit_code, ran.error["code"]) == (6, "policy_needs_proposal")
    assert pool.run("init", "--policy", pack).exit_code == 6
    assert not pool.run("init", "--policy", str(shipped_policy())).json["changed"]
    told = pool.run("policy", "propose", pack, "--note", "预算追加", CREDIT_OPERATOR="li").json
    version = told["policy_version"]
    own = pool.run("policy", "approve", version, CREDIT_OPERATOR="li")
    assert (own.exit_code, own.error["code"]) == (6, "second_person_needed")
    assert pool.run("policy", "approve", version, CREDIT_OPERATOR="wang").exit_code == 0
    assert pool.run("policy", "activate", version, CREDIT_OPERATOR="li").json["changed"]
    assert pool.run("policy", "show").json["note"] == "预算追加"


def test_where_approval_is_only_recorded_a_file_is_put_in_force_at_once(pool: Pool) -> None:
    change(pool.url, "UPDATE store_mark SET sandbox = false")
    pack = str(changed_pack(pool.folder / "p", "benefits.toml", "38880000", "38880001"))
    told = pool.run("policy", "activate", pack, CREDIT_APPROVAL="recorded").json
    assert pool.run("policy", "history").json[-1]["policy_version"] == told["policy_version"]
    ran = pool.run("policy", "activate", pack, CREDIT_APPROVAL="nobody")
    assert (ran.exit_code, ran.error["code"]) == (13, "setting_invalid")


SITUATION = """
[[test]]
title = "没有记录"
as_of = 2026-11-22
kind = "organisation"
expect = {{ tier = "{tier}" }}
"""


def with_situation(folder: Path, tier: str) -> str:
    """A pack that says of itself which tier an organisation without records has."""
    pack = changed_pack(folder, "benefits.toml", "38880000", "38880001")
    (pack / "tests").mkdir()
    (pack / "tests" / "tier.toml").write_text(SITUATION.format(tier=tier), encoding="utf-8")
    return str(pack)


@pytest.mark.parametrize("verb", ["propose", "activate"])
def test_a_pack_that_does_not_do_what_its_situations_say_is_refused(
    sqlite_pool: Pool, verb: str
) -> None:
    before = contents(sqlite_pool.url)
    ran = sqlite_pool.run("policy", verb, with_situation(sqlite_pool.folder / "p", "good"))
    assert (ran.exit_code, ran.error["code"]) == (13, "policy_fails_situations")
    assert (ran.error["params"]["failed"], ran.error["params"]["passed"]) == (1, 0)
    assert contents(sqlite_pool.url) == before


def test_a_proposal_keeps_how_many_situations_it_has_passed(sqlite_pool: Pool) -> None:
    pack = with_situation(sqlite_pool.folder / "p", "ordinary")
    assert sqlite_pool.done("policy", "propose", pack)["situations"] == 1
    assert sqlite_pool.done("policy", "history")[-1]["situations"] == 1


def test_a_note_is_one_line_of_plain_text(pool: Pool) -> None:
    ran = pool.run("policy", "propose", str(shipped_policy()), "--note", "一\n二")
    assert (ran.exit_code, ran.error["code"]) == (2, "malformed_value")
    ran = pool.run("policy", "propose", str(shipped_policy()), "--note", "x" * 401)
    assert ran.exit_code == 2


def test_a_sandbox_rolls_back_and_withdraws_by_command(pool: Pool) -> None:
    pack = str(changed_pack(pool.folder / "p", "benefits.toml", "38880000", "38880001"))
    pool.done("policy", "activate", pack)
    assert pool.done("policy", "rollback")["policy_version"].startswith("hainan@")
    pool.done("policy", "activate", "2", "--from", "2027-01-01")
    assert pool.done("policy", "withdraw", "2")["state"] == "approved"


def test_a_rule_on_its_own_cannot_be_in_force_unless_it_extends_a_province(
    sqlite_pool: Pool, tmp_path: Path
) -> None:
    rule = tmp_path / "rule.toml"
    alone = (Path(__file__).parents[1] / "policies" / "103_code.toml").read_text("utf-8")
    rule.write_text(alone, encoding="utf-8")
    refused = sqlite_pool.run("policy", "propose", str(rule))
    assert (refused.exit_code, refused.error["code"]) == (13, "policy_incomplete")
    rule.write_text(alone.replace("[pack]", '[pack]\nextends = "hainan"', 1), encoding="utf-8")
    assert sqlite_pool.run("policy", "propose", str(rule)).exit_code == 0
