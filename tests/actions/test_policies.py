"""The policy in force is the newest activated of those begun, and activating twice does nothing."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from credit_cli.actions.policy_activations import activate_draft
from credit_cli.actions.policy_versions import read_draft
from credit_cli.folders import shipped_policy
from credit_cli.rules.policy_versions import Approval
from tests.intake.senders import FARM
from tests.pool import Pool, changed_pack, contents, desk

SHIPPED = str(shipped_policy())


def limit(pool: Pool, day: str) -> int:
    """How many working days the policy in force on a day promises for a signboard."""
    items = pool.done("item", "list", "--as-of", day)
    return int(next(one["promised"]["n"] for one in items if one["item"] == "small_signboard"))


def slower(pool: Pool, *, starts: str) -> Path:
    """A pack in which a signboard takes 6 days."""
    title = 'department = "海口市综合行政执法局"\npromised = '
    folder = changed_pack(pool.folder / "pack", "items.toml", f'{title}"5wd"', f'{title}"6wd"')
    pack = folder / "pack.toml"
    content = pack.read_text(encoding="utf-8")
    pack.write_text(content.replace("from = 2024-01-01", f"from = {starts}"), encoding="utf-8")
    return folder


def test_the_shipped_pack_is_faultless(pool: Pool) -> None:
    told = pool.done("policy", "check", SHIPPED)
    assert told["name"] == "hainan"
    assert told["from"] == "2024-01-01"
    assert told["items"] == len(pool.done("item", "list"))


def test_a_new_store_has_the_shipped_pack_from_the_system_itself(pool: Pool) -> None:
    (version,) = pool.held("SELECT name, sha256, proposed_by FROM policy_version")
    (activation,) = pool.held("SELECT activated_by FROM policy_activation")
    assert {version["proposed_by"], activation["activated_by"]} == {"system"}
    assert version["sha256"] == pool.done("policy", "check", SHIPPED)["sha256"]
    assert pool.done("init")["policy_version"] == f"hainan@2024-01-01+{version['sha256'][:12]}"


def test_the_same_pack_again_changes_nothing(pool: Pool) -> None:
    before = contents(pool.url)
    assert not pool.done("policy", "activate", SHIPPED)["changed"]
    assert not pool.done("init", "--policy", SHIPPED)["changed"]
    assert not pool.done("init")["changed"]
    assert contents(pool.url) == before


def test_a_version_governs_from_its_own_first_day(pool: Pool) -> None:
    told = pool.done("policy", "activate", str(slower(pool, starts="2027-01-01")))
    assert told["changed"]
    assert told["policy_version"].startswith("hainan@2027-01-01+")
    assert [limit(pool, day) for day in ("2026-12-31", "2027-01-01")] == [5, 6]


def test_of_two_versions_of_one_day_the_later_activated_governs(pool: Pool) -> None:
    pool.done("policy", "activate", str(slower(pool, starts="2024-01-01")))
    assert limit(pool, "2026-12-31") == 6
    pool.done("policy", "activate", SHIPPED)
    assert limit(pool, "2026-12-31") == 5


def test_an_activation_is_audited_with_its_operator(pool: Pool) -> None:
    pack = slower(pool, starts="2024-01-01")
    told = pool.run("policy", "activate", str(pack), CREDIT_OPERATOR="li").json
    last = pool.held("SELECT actor, action, params FROM audit_entry ORDER BY seq")[-1]
    assert (last["actor"], last["action"]) == ("li", "policy.activate")
    assert told["policy_version"] in str(last["params"])


def test_a_dry_run_activates_nothing(pool: Pool) -> None:
    before = contents(pool.url)
    pack = slower(pool, starts="2024-01-01")
    assert pool.done("policy", "activate", str(pack), "--dry-run")["changed"]
    assert contents(pool.url) == before


def test_several_activations_at_once_make_one_version(pool: Pool) -> None:
    pack = slower(pool, starts="2024-01-01")
    draft = read_draft(pack)

    def run(_: int) -> bool:
        with desk(pool.url) as at, at.open(writing=True) as work:
            done = activate_draft(work, pack, draft, approval=Approval.SECOND_PERSON)
            return bool(done["changed"])

    with ThreadPoolExecutor(4) as officials:
        assert sorted(officials.map(run, range(4))) == [False, False, False, True]
    assert pool.count("policy_version") == 2


def test_an_answer_names_the_version_it_rests_on(pool: Pool) -> None:
    pool.grade(FARM, "good")
    before = pool.done("profile", "show", FARM)["policy_version"]
    told = pool.done("policy", "activate", str(slower(pool, starts="2024-01-01")))
    assert pool.done("profile", "show", FARM)["policy_version"] == told["policy_version"] != before


def test_reporting_units_are_listed_by_code(pool: Pool) -> None:
    found = [one["source"] for one in pool.done("source", "list")]
    assert found == sorted(found)
    assert "provincial_pool" in found
