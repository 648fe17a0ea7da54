"""Furnish a new store with a policy."""

from dataclasses import replace
from pathlib import Path

from credit_cli.actions.policy_activations import activate_draft
from credit_cli.actions.policy_versions import Draft, read_draft
from credit_cli.actions.wording import View
from credit_cli.folders import shipped_policy
from credit_cli.intake.policy import read_pack
from credit_cli.rules.policy_versions import Approval
from credit_cli.store.policies import list_steps, list_versions
from credit_cli.store.work import Work
from credit_cli.tables import SCHEMA


def furnish(work: Work, folder: Path | None, *, migrated: bool, approval: Approval) -> View:
    """Activate the pack in `folder`, or the shipped one where a store has none.

    What nobody asked for is done by `system`; the shipped pack's situations were
    run before it was shipped. PolicyInvalid, PolicyNeedsProposal.
    """
    done = migrated
    if folder is not None or not list_steps(work.session):
        if folder is None:
            work.terms = replace(work.terms, actor="system")
        path = folder or shipped_policy()
        draft = read_draft(path) if folder else Draft(read_pack(path), 0)
        done = activate_draft(work, path, draft, approval=approval)["changed"] or done
    labels = {one.id: one.label for one in list_versions(work.session)}
    newest = labels[list_steps(work.session)[-1].version]
    return {"schema": SCHEMA, "policy_version": newest, "changed": done}
