"""The columns of a record that have no field of their own, as canonical JSON."""

from collections.abc import Sequence
from itertools import repeat
from json.encoder import encode_basestring as json_text

from credit_cli.intake.blocks import Block

# What a draft holds in fields of its own; every other column goes into `fields`.
_OWN = frozenset(
    {
        *("name", "kind", "uscc", "certificate_number", "document_number", "amount_fen"),
        *("authority_code", "authority", "decided_on", "valid_from", "valid_until"),
        "stamp",  # when the sender's system touched the row, which says nothing of the record
    }
)
_APART = "\x7f"  # a control character that JSON leaves as it is and no value holds


def json_fields(block: Block) -> list[str]:
    """The other columns of every row, by code; blanks are left out."""
    columns = sorted(c.code for c in block.layout.columns if c.feeds not in _OWN)
    filled = [code for code in columns if any(block.values.get(code, ()))]
    pairs = [_pairs(code, block.values[code]) for code in filled]
    rows = map("".join, zip(*pairs, strict=True)) if pairs else repeat("", len(block.lines))
    return [f"{{{row[1:]}}}" for row in rows]


def _pairs(code: str, values: Sequence[str]) -> list[str]:
    """`,"code":"value"` for every value, "" for a blank."""
    start = f',"{code}":"'
    distinct = list(set(values))
    escaped = json_text(_APART.join(distinct))[1:-1].split(_APART)
    pairs = [f'{start}{text}"' if text else "" for text in escaped]
    if len(distinct) == 1:
        return pairs * len(values)
    pair = dict(zip(distinct, pairs, strict=True))
    return [pair[value] for value in values]
