"""Furnish a new store with a policy."""

from dataclasses import replace
from pathlib import Path

from credit_cli.actions.policies import activate
from credit_cli.actions.wording import View
from credit_cli.folders import shipped_policy
from credit_cli.store.policies import list_policies
from credit_cli.store.work import Work
from credit_cli.tables import SCHEMA


def furnish(work: Work, folder: Path | None, *, migrated: bool) -> View:
    """Activate the pack in `folder`, or the shipped one where a store has none.

    What nobody asked for is done by `system`.
    """
    done = migrated
    if folder is not None or not list_policies(work.session):
        if folder is None:
            work.terms = replace(work.terms, actor="system")
        done = activate(work, folder or shipped_policy())["changed"] or done
    newest = list_policies(work.session)[-1]
    return {"schema": SCHEMA, "policy_version": newest.label, "changed": done}
