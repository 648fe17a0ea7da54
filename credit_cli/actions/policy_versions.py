"""What becomes of a policy version before it is in force: proposed, approved, withdrawn."""

import json
from pathlib import Path
from typing import NamedTuple

from credit_cli.actions.policies import stored_pack
from credit_cli.actions.policy_tests import run_situations
from credit_cli.actions.wording import View
from credit_cli.errors import (
    PolicyAltered,
    PolicyApproved,
    PolicyFailsSituations,
    PolicyHasBegun,
    PolicyIncomplete,
    PolicyOutdated,
    PolicyWithdrawn,
    SecondPersonNeeded,
)
from credit_cli.intake.policy import ReadPack, pack_epochs, read_pack
from credit_cli.intake.policy_toml import digest
from credit_cli.rules.policy_versions import Approval, Standing
from credit_cli.store.numbers import lock_numbers, take_numbers
from credit_cli.store.policies import find_content, get_version, in_sandbox, list_activations
from credit_cli.store.work import Work
from credit_cli.tables.policies import PolicyVersion


class Draft(NamedTuple):
    """A faultless pack and how many situations it has passed."""

    read: ReadPack
    situations: int


def read_draft(path: Path) -> Draft:
    """A pack that holds, PolicyInvalid, and does what its situations say, PolicyFailsSituations.

    A rule on its own, PolicyIncomplete, must extend a province's pack to be proposed.
    """
    read = read_pack(path)
    if not read.pack.is_whole:
        raise PolicyIncomplete(path=str(path))
    report = run_situations(path, read)
    if report.failed:
        failed, passed = report.failed, report.passed
        raise PolicyFailsSituations(path=str(path), failed=failed, passed=passed)
    return Draft(read, report.passed)


def propose(work: Work, draft: Draft, note: str) -> View:
    """Keep a pack as a proposal; a content that waits or was approved already is no change."""
    lock_numbers(work.session, "policy")
    held = find_content(work.session, draft.read.sha256)
    if held is not None and held.state is not Standing.WITHDRAWN:
        return _view(held, changed=False)
    return _view(add_proposal(work, held, draft, note), changed=True)


def add_proposal(work: Work, held: PolicyVersion | None, draft: Draft, note: str) -> PolicyVersion:
    """Save a proposal, in place of the withdrawn one of the same content."""
    version = PolicyVersion(
        id=held.id if held else take_numbers(work.session, "policy"),
        name=draft.read.pack.name,
        from_on=draft.read.pack.starts,
        sha256=draft.read.sha256,
        content=draft.read.content,
        state=Standing.PROPOSED,
        situations=draft.situations,
        note=note,
        proposed_at=work.terms.now,
        proposed_by=work.terms.actor,
    )
    version = work.session.merge(version)
    work.session.flush()
    work.audit("policy.propose", policy_version=version.label, sha256=version.sha256, note=note)
    return version


def approve(work: Work, reference: str, wanted: Approval) -> View:
    """Approve a proposal, the content that its SHA-256 names and no other.

    PolicyApproved, PolicyWithdrawn, SecondPersonNeeded, PolicyAltered, PolicyOutdated.
    """
    lock_numbers(work.session, "policy")
    version = get_version(work.session, reference)
    if version.state is not Standing.PROPOSED:
        known = {Standing.APPROVED: PolicyApproved, Standing.WITHDRAWN: PolicyWithdrawn}
        raise known[version.state](policy_version=version.label)
    asked = asked_approval(work, wanted)
    if asked is Approval.SECOND_PERSON and version.proposed_by == work.terms.actor:
        raise SecondPersonNeeded(policy_version=version.label)
    mark_approved(work, version, asked)
    return _view(version, changed=True) | {"approval": asked}


def asked_approval(work: Work, wanted: Approval) -> Approval:
    """What an approval asks for in this store; in a sandbox it is only recorded."""
    return Approval.RECORDED if in_sandbox(work.session) else wanted


def mark_approved(work: Work, version: PolicyVersion, asked: Approval) -> None:
    """Save who approved, and whether that had to be a second person."""
    check_content(version)
    version.state, version.approval = Standing.APPROVED, asked
    version.approved_at, version.approved_by = work.terms.now, work.terms.actor
    work.session.flush()
    told = {"policy_version": version.label, "sha256": version.sha256, "approval": asked.value}
    same = version.proposed_by == work.terms.actor
    work.audit("policy.approve", **told, own_proposal=same)


def withdraw(work: Work, reference: str) -> View:
    """Take back a proposal, approved or not, and what is scheduled of it.

    PolicyWithdrawn; PolicyHasBegun where it is or was in force.
    """
    lock_numbers(work.session, "policy")
    version = get_version(work.session, reference)
    if version.state is Standing.WITHDRAWN:
        raise PolicyWithdrawn(policy_version=version.label)
    of_it = [one for one in list_activations(work.session) if one.version_id == version.id]
    live = [one for one in of_it if one.withdrawn_at is None]
    coming = [one for one in live if one.from_on > work.terms.as_of]
    if live and not coming:
        raise PolicyHasBegun(policy_version=version.label)
    for one in coming:
        one.withdrawn_at = work.terms.now
    if live == coming:
        version.state = Standing.WITHDRAWN
    work.session.flush()
    days = [one.from_on.isoformat() for one in coming]
    work.audit("policy.withdraw", policy_version=version.label, scheduled=days)
    return _view(version, changed=True)


def check_content(version: PolicyVersion) -> None:
    """The stored content is the one proposed, and this program can still read it."""
    if digest(json.loads(version.content)) != version.sha256:
        raise PolicyAltered(policy_version=version.label)
    try:
        days = pack_epochs(version.content)
    except (ValueError, LookupError):
        raise PolicyOutdated(policy_version=version.label) from None
    for day in days:
        stored_pack(version, day)


def _view(version: PolicyVersion, *, changed: bool) -> View:
    return {
        "number": version.id,
        "policy_version": version.label,
        "state": version.state,
        "sha256": version.sha256,
        "situations": version.situations,
        "changed": changed,
    }
