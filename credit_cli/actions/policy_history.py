"""What a store knows of its policy: the version in force, and how it came to all of them."""

from credit_cli.actions.policies import current_policy
from credit_cli.actions.wording import View
from credit_cli.rules.policy_versions import Standing, Step, in_force, stage, step_after
from credit_cli.store.policies import get_policy, list_activations, list_steps, list_versions
from credit_cli.store.work import Work
from credit_cli.tables.policies import PolicyActivation, PolicyVersion


def current(work: Work) -> View:
    """The version in force on the business day, what it holds, and what will follow; PolicyMissing.

    `pack_from` is the pack's own first day, `from` the day on which it came into force here.
    """
    version = get_policy(work.session, work.terms.as_of)
    pack = current_policy(work).pack
    steps = list_steps(work.session)
    step = in_force(steps, work.terms.as_of)
    return {
        "policy_version": version.label,
        "number": version.id,
        "name": version.name,
        "from": step.from_on if step else None,
        "pack_from": version.from_on,
        **_next(work, steps),
        "sha256": version.sha256,
        **_decided(version),
        "items": len(pack.items),
        "programmes": len(pack.programmes),
    }


def history(work: Work) -> list[View]:
    """Every activation, oldest first, then the versions that were never put in force."""
    versions = {one.id: one for one in list_versions(work.session)}
    activations = list_activations(work.session)
    steps = list_steps(work.session)
    rows = [_activation(work, steps, versions[one.version_id], one) for one in activations]
    # What was withdrawn before its day and proposed anew waits like any other proposal.
    shown = {one.version for one in steps}
    shown |= {one.version_id for one in activations if _is_withdrawn(versions[one.version_id])}
    return rows + [_waiting(one) for one in versions.values() if one.id not in shown]


def _is_withdrawn(version: PolicyVersion) -> bool:
    return version.state is Standing.WITHDRAWN


def _activation(
    work: Work, steps: list[Step], version: PolicyVersion, activation: PolicyActivation
) -> View:
    return {
        "number": version.id,
        "policy_version": version.label,
        "state": stage(steps, activation.id, work.terms.as_of),
        "kind": activation.kind,
        "from": activation.from_on,
        "activated_at": activation.activated_at,
        "activated_by": activation.activated_by,
        **_decided(version),
    }


def _waiting(version: PolicyVersion) -> View:
    return {
        "number": version.id,
        "policy_version": version.label,
        "state": version.state,
        "kind": None,
        "from": None,
        "activated_at": None,
        "activated_by": None,
        **_decided(version),
    }


def _decided(version: PolicyVersion) -> View:
    return {
        "proposed_at": version.proposed_at,
        "proposed_by": version.proposed_by,
        "approved_at": version.approved_at,
        "approved_by": version.approved_by,
        "approval": version.approval,
        "situations": version.situations,
        "note": version.note,
    }


def _next(work: Work, steps: list[Step]) -> View:
    """Which version is scheduled to follow, and when."""
    following = step_after(steps, work.terms.as_of)
    labels = {one.id: one.label for one in list_versions(work.session)}
    return {
        "next_version": labels[following.version] if following else None,
        "next_from": following.from_on if following else None,
    }
