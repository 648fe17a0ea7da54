"""The words of FEEL: names of the model, literals and signs."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from credit_cli.rules.conditions import Kind

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")
    |(?P<date>(?:date\s*\(\s*|@\s*)"(?P<day>[^"]*)"(?(day)\s*\)?))
    |(?P<number>(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?!\w))
    |(?P<sign>\.\.|\*\*|<=|>=|!=|[-+*/(),<>=\[\]])
    |(?P<name>[^\W\d][\w']*(?:\s*\.\s*[^\W\d][\w']*)*)
    |(?P<other>\S))""",
    re.VERBOSE,
)
_TOO_DEEP = re.compile(r"(?:\([^()]*){30}|(?:-\s*){4}")
_LARGEST, _PLACES = 18, 9  # digits that the policy language writes


class FeelFault(ValueError):
    """What cannot be taken over: `code` (of `dmn.fault_`) and `seen`."""

    def __init__(self, code: str, seen: str) -> None:
        super().__init__(code)
        self.code, self.seen = code, seen


class Known(NamedTuple):
    """What a name of the model stands for: a fact and its kind (None: not known yet)."""

    fact: str
    kind: Kind | None


Names = Mapping[str, Known]


class Token(NamedTuple):
    """A word and its form: known, text, date, number, sign, name, other or end."""

    form: str
    text: str


def tokens_of(text: str, names: Names) -> list[Token]:
    """Names of the model first, the longest first: they may hold spaces and signs."""
    if _TOO_DEEP.search(text):
        raise FeelFault("feel_syntax", text[:80])
    own = sorted((one for one in names if one), key=len, reverse=True)
    spelled = "|".join(r"\s+".join(map(re.escape, one.split())) for one in own)
    known = re.compile(rf"\s*({spelled})(?![\w])(?!\s*\()") if own else None
    found, at, text = [], 0, text.rstrip()
    while at < len(text):
        if known and (match := known.match(text, at)):
            found.append(Token("known", " ".join(match[1].split())))
        elif match := _TOKEN.match(text, at):
            form = match.lastgroup if match.lastgroup != "day" else "date"
            found.append(Token(form or "other", match[match.lastgroup or 0]))
            if match["date"]:
                found[-1] = Token("date", match["day"])
        else:
            break
        at = match.end()
    return [*found, Token("end", "")]


def number_of(text: str) -> Decimal:
    """A number with no more digits than the policy language writes; FeelFault."""
    value = Decimal(text if not text.endswith(".") else f"{text}0")
    if abs(value) >= 10**_LARGEST or value != round(value, _PLACES):
        raise FeelFault("feel_number", text[:80])
    return value


def text_of(written: str) -> str:
    """A text without its quotation marks; FeelFault for none."""
    try:
        text = json.loads(written.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t"))
    except ValueError:
        text = ""
    if not text or not isinstance(text, str) or "\x7f" in text:
        raise FeelFault("feel_text", written[:80])
    return text


def plain_number(value: Decimal) -> str:
    """A number with its digits and nothing else."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
