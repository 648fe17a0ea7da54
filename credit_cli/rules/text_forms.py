"""One spelling for texts that look alike: full-width letters, invisible characters, brackets.

Whoever keeps a normalised text keeps the raw one beside it.
"""

import re
from unicodedata import normalize

# Soft hyphen, grapheme joiner, zero-width and direction marks, invisible operators, BOM.
_JOINER = "\u034f"
_INVISIBLE = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
# The comma of `Co., Ltd.` parts no names.
_BETWEEN_NAMES = re.compile(r"[;；、，\n]|(?<!\.),")
_OPENING, _CLOSING = "〔【〖〘[{", "〕】〗〙]}"


def normalise(text: str) -> str:
    """`text` in NFKC without invisible characters and without blanks at its ends.

    Idempotent. ASCII text, the common case, loses its outer blanks only.
    """
    if text.isascii():
        return text.strip()
    # Invisible characters go first: one between a letter and its accent would hide the pair.
    # All but one of them are no printable ones, which is found out several times as fast.
    if not text.isprintable() or _JOINER in text:
        text = _INVISIBLE.sub("", text)
    return normalize("NFKC", text).strip()


def key_form(text: str) -> str:
    """The form under which document numbers and names are compared: a key, never shown.

    Normalised, every kind of bracket as `( )`, no blanks at all, upper case. Idempotent.
    """
    # What NFKC need not change it passes over quickly.
    text = text.replace("（", "(").replace("）", ")")
    joined = "".join(normalise(text).split()).upper()
    key = _with_round_brackets(joined)
    # Joining and raising letters can bring accents and letters together anew.
    return key if key.isascii() else normalize("NFKC", key)


def listed_names(text: str) -> list[str]:
    """The names that one cell lists, as they stand."""
    return [name for name in map(str.strip, _BETWEEN_NAMES.split(text)) if name]


def _with_round_brackets(text: str) -> str:
    # A page of texts comes here as one: replacing is several times as fast as a regex.
    for opening, closing in zip(_OPENING, _CLOSING, strict=True):
        text = text.replace(opening, "(").replace(closing, ")")
    return text
