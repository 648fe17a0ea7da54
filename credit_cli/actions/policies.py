"""Check a policy pack; find the one in force."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from credit_cli.actions.wording import View
from credit_cli.errors import PolicyOutdated
from credit_cli.intake.policy import pack_epochs, pack_from, read_pack
from credit_cli.intake.policy_dates import epoch_of
from credit_cli.intake.policy_hygiene import hygiene_notices
from credit_cli.intake.policy_raw import open_values
from credit_cli.rules.packs import Pack
from credit_cli.store.policies import get_policy
from credit_cli.store.work import Work
from credit_cli.tables.policies import PolicyVersion


class Policy(NamedTuple):
    """The pack in force and its version's label."""

    pack: Pack
    version: str


def current_policy(work: Work) -> Policy:
    """The policy in force on the business day; PolicyMissing, PolicyOutdated."""
    version = get_policy(work.session, work.terms.as_of)
    return Policy(stored_pack(version, work.terms.as_of), version.label)


def stored_pack(version: PolicyVersion, day: date) -> Pack:
    """The pack of a version as it is on a day; PolicyOutdated if this program cannot read it."""
    try:
        return _pack(version.content, epoch_of(_epochs(version.content), day))
    except (ValueError, LookupError):
        raise PolicyOutdated(policy_version=version.label) from None


@lru_cache(maxsize=4)
def _epochs(content: str) -> tuple[date, ...]:
    return pack_epochs(content)


@lru_cache(maxsize=4)
def _pack(content: str, epoch: date) -> Pack:
    """Built once for the many subjects, and the days of an epoch, that one command may be given."""
    return pack_from(content, epoch)


def check(path: Path) -> View:
    """What a faultless pack holds, and what it leaves open; PolicyInvalid names every fault.

    `notices` are gaps between bands that may be meant so.
    """
    read = read_pack(path)
    pack = read.pack
    return {
        "name": pack.name,
        "from": pack.starts,
        "sha256": read.sha256,
        "items": len(pack.items),
        "programmes": len(pack.programmes),
        "scenarios": len(pack.scenarios),
        "alerts": len(pack.alerts),
        "situation_tests": len(read.tests),
        "left_open": [
            {"place": read.raw.fault(path, "", {}).where(), "why": why}
            for path, why in open_values(read.raw.tables)
        ],
        "conflicts_accepted": [
            {"finding": one["finding"], "key": one["key"], "reading": one["reading"]}
            for one in read.raw.tables.get("accept", [])
        ],
        "notices": [
            read.raw.fault(*notice).words() for notice in hygiene_notices(pack, pack.starts)
        ],
    }
