"""The closed word lists of the trade; their values are what scripts and the store see."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class SubjectKind(StrEnum):
    """信用主体: who can have credit."""

    PERSON = "person"
    ORGANISATION = "organisation"
    INDIVIDUAL_BUSINESS = "individual_business"


class Severity(StrEnum):
    """轻微, 一般, 严重: decides publicity, repair and the tier."""

    MINOR = "minor"
    ORDINARY = "ordinary"
    SERIOUS = "serious"


class RecordState(StrEnum):
    """What the authority says of its decision today (当前状态)."""

    CURRENT = "current"
    REVOKED = "revoked"
    DISPUTED = "disputed"
    OTHER = "other"


class BatchState(StrEnum):
    """Only a finished batch (归集批次) is seen by any read."""

    RUNNING = "running"
    FINISHED = "finished"
    WITHDRAWN = "withdrawn"


class RowState(StrEnum):
    """What became of a questioned row (疑问数据): came back corrected, dealt with, or left."""

    OPEN = "open"
    FIXED = "fixed"
    HANDLED = "handled"
    IGNORED = "ignored"


class CaseState(StrEnum):
    """Whether a case (办件) is being dealt with, or how it ended: `closed` if no more is known."""

    PROCESSING = "processing"
    GRANTED = "granted"
    REFUSED = "refused"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class ReviewOutcome(StrEnum):
    """What a post-approval review (批后复核) found."""

    KEPT = "kept"
    BREACHED = "breached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One step of a decision: a code whose words stand in the locale, and what fills them."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)
