"""One spelling for texts that look alike: full-width letters, invisible characters, brackets.

Whoever keeps a normalised text keeps the raw one beside it.
"""

import re
from unicodedata import normalize

# Soft hyphen, grapheme joiner, zero-width and direction marks, invisible operators, BOM.
_INVISIBLE = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_OPENING = re.compile(r"[\[{〔【〖〘]")
_CLOSING = re.compile(r"[\]}〕】〗〙]")


def normalise(text: str) -> str:
    """`text` in NFKC without invisible characters and without blanks at its ends.

    Idempotent. ASCII text, the common case, loses its outer blanks only.
    """
    if text.isascii():
        return text.strip()
    # Invisible characters go first: one between a letter and its accent would hide the pair.
    return normalize("NFKC", _INVISIBLE.sub("", text)).strip()


def key_form(text: str) -> str:
    """The form under which document numbers and names are compared: a key, never shown.

    Normalised, every kind of bracket as `( )`, no blanks at all, upper case. Idempotent.
    """
    joined = "".join(normalise(text).split()).upper()
    key = _CLOSING.sub(")", _OPENING.sub("(", joined))
    # Joining and raising letters can bring accents and letters together anew.
    return key if key.isascii() else normalize("NFKC", key)
