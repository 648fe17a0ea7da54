"""How much of a person a screen or a file may show by default.

The common form of a masked id, with region and birth year, still fits only a
few thousand people, so only the last four characters stay.
"""

from credit_cli.rules.values import SubjectKind

_SHOWN = 4


def mask_id(value: str) -> str:
    """Stars for all but the last four characters; for all of them when fewer than eight."""
    shown = _SHOWN if len(value) >= 2 * _SHOWN else 0
    hidden = len(value) - shown
    return "*" * hidden + value[hidden:]


mask_phone = mask_id  # the same rule, another word of the trade


def mask_name(value: str) -> str:
    """The first character and one star, so that the length does not speak either."""
    return f"{value[0]}*" if value else ""


def masked_subject_name(kind: SubjectKind, name: str) -> str:
    """The name as anybody may see it: only persons are masked."""
    return mask_name(name) if kind is SubjectKind.PERSON else name


def masked_code(kind: SubjectKind, code: str) -> str:
    """The code as anybody may see it: a 统一社会信用代码 is public, a person's number is not."""
    return mask_id(code) if kind is SubjectKind.PERSON else code
