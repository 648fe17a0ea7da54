"""Activate a policy pack; find the one in force."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from credit_cli.actions.wording import View
from credit_cli.intake.policy import ReadPack, pack_from, read_pack
from credit_cli.rules.packs import Pack
from credit_cli.store.numbers import lock_numbers, take_numbers
from credit_cli.store.policies import get_policy, list_policies
from credit_cli.store.work import Work
from credit_cli.tables.stores import PolicyVersion


class Policy(NamedTuple):
    """The pack in force and its version's label."""

    pack: Pack
    version: str


def current_policy(work: Work) -> Policy:
    """The policy in force on the business day; PolicyMissing."""
    version = get_policy(work.session, work.terms.as_of)
    return Policy(_pack(version.content), version.label)


@lru_cache(maxsize=4)
def _pack(content: str) -> Pack:
    """Built once for the many subjects that one command may be given."""
    return pack_from(content)


def check(folder: Path) -> View:
    """What a faultless pack holds; PolicyInvalid names every fault."""
    read = read_pack(folder)
    pack = read.pack
    counts = {"items": len(pack.items), "programmes": len(pack.programmes)}
    return {"name": pack.name, "from": pack.starts, "sha256": read.sha256, **counts}


def activate(work: Work, folder: Path) -> View:
    """Make a pack the newest version; the one that is the newest already is left alone."""
    read = read_pack(folder)
    # What somebody else activates at this moment must be seen.
    lock_numbers(work.session, "policy")
    held = list_policies(work.session)
    changed = not held or held[-1].sha256 != read.sha256
    version = _add(work, read) if changed else held[-1]
    return {"policy_version": version.label, "changed": changed}


def _add(work: Work, read: ReadPack) -> PolicyVersion:
    version = PolicyVersion(
        id=take_numbers(work.session, "policy"),
        name=read.pack.name,
        from_on=read.pack.starts,
        sha256=read.sha256,
        content=read.content,
        activated_at=work.terms.now,
        activated_by=work.terms.actor,
    )
    work.session.add(version)
    work.session.flush()
    work.audit("policy.activate", policy_version=version.label)
    return version
