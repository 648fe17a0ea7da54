"""Put a policy version in force from a day on, or put an earlier one back."""

from datetime import date
from pathlib import Path

from credit_cli.actions.policy_versions import (
    Draft,
    add_proposal,
    asked_approval,
    check_content,
    mark_approved,
)
from credit_cli.actions.wording import View
from credit_cli.errors import (
    PolicyBeginsLater,
    PolicyChangesThePast,
    PolicyNeedsProposal,
    PolicyNeverActive,
    PolicyNotApproved,
    PolicyNothingBefore,
    PolicyWithdrawn,
    RollbackUnclear,
)
from credit_cli.rules.policy_versions import (
    ActivationKind,
    Approval,
    Standing,
    Step,
    earliest_day,
    in_force,
    step_before,
)
from credit_cli.store.numbers import lock_numbers, take_numbers
from credit_cli.store.policies import find_content, get_version, list_steps, list_versions
from credit_cli.store.work import Work
from credit_cli.tables.policies import PolicyActivation, PolicyVersion


def activate(work: Work, reference: str, wanted: date | None) -> View:
    """Put an approved version in force from its first day, or a later one that is `wanted`.

    PolicyNotApproved, PolicyWithdrawn, PolicyChangesThePast, PolicyBeginsLater.
    """
    # What somebody else activates at this moment must be seen.
    lock_numbers(work.session, "policy")
    version = get_version(work.session, reference)
    if version.state is Standing.WITHDRAWN:
        raise PolicyWithdrawn(policy_version=version.label)
    if version.state is not Standing.APPROVED:
        raise PolicyNotApproved(policy_version=version.label)
    steps = list_steps(work.session)
    day = _first_day(work, steps, version.from_on, wanted)
    held = in_force(steps, day)
    if held is not None and held.version == version.id:
        return _view(version, held.from_on, changed=False)
    return _put_in_force(work, version, day, ActivationKind.ACTIVATE)


def activate_draft(
    work: Work, path: Path, draft: Draft, *, wanted: date | None = None, approval: Approval
) -> View:
    """Propose, approve and activate a pack at once, where no second person is asked for.

    That is so for the very first version of any store. A pack that is in force
    already is no change. PolicyNeedsProposal, and what `activate` refuses.
    """
    lock_numbers(work.session, "policy")
    steps = list_steps(work.session)
    version = find_content(work.session, draft.read.sha256)
    held = in_force(steps, _first_day(work, steps, draft.read.pack.starts, wanted))
    if held is None or version is None or held.version != version.id:
        if steps and asked_approval(work, approval) is Approval.SECOND_PERSON:
            raise PolicyNeedsProposal(path=str(path))
        version = _approved(work, version, draft)
    return activate(work, str(version.id), wanted)


def _approved(work: Work, version: PolicyVersion | None, draft: Draft) -> PolicyVersion:
    """The version of a pack, proposed and approved now as far as it was not before."""
    if version is None or version.state is Standing.WITHDRAWN:
        version = add_proposal(work, version, draft, "")
    if version.state is Standing.PROPOSED:
        mark_approved(work, version, Approval.RECORDED)
    return version


def roll_back(work: Work, reference: str | None) -> View:
    """Put an earlier version in force again, from the business day on; the past stays as it was.

    Its content was approved once, so nobody approves it again.
    PolicyNothingBefore, RollbackUnclear, PolicyNeverActive.
    """
    lock_numbers(work.session, "policy")
    today, steps = work.terms.as_of, list_steps(work.session)
    now = in_force(steps, today)
    if reference is None:
        version = _one_before(work, steps)
    else:
        version = get_version(work.session, reference)
        if not any(one.version == version.id and one.from_on <= today for one in steps):
            raise PolicyNeverActive(policy_version=version.label)
    if now is not None and now.version == version.id:
        return _view(version, now.from_on, changed=False)
    return _put_in_force(work, version, today, ActivationKind.ROLLBACK)


def _one_before(work: Work, steps: list[Step]) -> PolicyVersion:
    """The version before the one in force.

    Not where that was put back itself: the one before it is the very one that somebody put away.
    """
    today = work.terms.as_of
    labels = {one.id: one for one in list_versions(work.session)}
    now, before = in_force(steps, today), step_before(steps, today)
    label = labels[now.version].label if now else None
    if now is not None and now.kind is ActivationKind.ROLLBACK:
        raise RollbackUnclear(policy_version=label)
    if before is None:
        raise PolicyNothingBefore(policy_version=label)
    return labels[before.version]


def _first_day(work: Work, steps: list[Step], starts: date, wanted: date | None) -> date:
    earliest = earliest_day(steps, starts, work.terms.as_of)
    if wanted is None or wanted >= earliest:
        return wanted or earliest
    past = bool(steps) and wanted < work.terms.as_of
    raise (PolicyChangesThePast if past else PolicyBeginsLater)(wanted=wanted, earliest=earliest)


def _put_in_force(work: Work, version: PolicyVersion, day: date, kind: ActivationKind) -> View:
    check_content(version)
    activation = PolicyActivation(
        id=take_numbers(work.session, "policy_activation"),
        version_id=version.id,
        kind=kind,
        from_on=day,
        activated_at=work.terms.now,
        activated_by=work.terms.actor,
    )
    work.session.add(activation)
    work.session.flush()
    told = {"policy_version": version.label, "sha256": version.sha256, "from": day.isoformat()}
    work.audit(f"policy.{kind.value}", **told)
    return _view(version, day, changed=True)


def _view(version: PolicyVersion, day: date, *, changed: bool) -> View:
    return {
        "number": version.id,
        "policy_version": version.label,
        "from": day,
        "changed": changed,
    }
