"""Texts of a record as anybody may see them: no number of a person, nor a person's name."""

import re
from collections.abc import Collection

from credit_cli.rules.masking import mask_id, mask_name, mask_phone
from credit_cli.rules.text_forms import normalise

# By their shape, for a damaged number is still somebody's: 18 digits, or 15 of before 1999.
_BORN = r"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}"
_RESIDENT = re.compile(
    rf"(?<![0-9A-Za-z])[1-9][0-9]{{5}}(?:(?:18|19|20){_BORN}[0-9Xx]|{_BORN})(?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")


# One letter for one, so that the rest of the text keeps its punctuation.
_NARROW = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789Xx")


def redacted(text: str, *, names: Collection[str] = (), public: Collection[str] = ()) -> str:
    """The text with resident ids, mobile numbers and `names` masked; `public` numbers stay.

    Unchanged unless there is something to mask.
    """
    narrow = text.translate(_NARROW)
    masked = _masked(narrow, names, public)
    plain = normalise(masked)
    if _masked(plain, names, public) != plain:  # invisible characters stood between
        return _masked(normalise(text), names, public)
    return text if masked == narrow else masked


def _masked(text: str, names: Collection[str], public: Collection[str]) -> str:
    def mask(found: re.Match[str]) -> str:
        return found[0] if found[0] in public else mask_id(found[0])

    masked = _MOBILE.sub(lambda found: mask_phone(found[0]), _RESIDENT.sub(mask, text))
    for name in (each for each in names if each[1:]):
        masked = masked.replace(name, mask_name(name))
    return masked
