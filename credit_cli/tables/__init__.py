"""The tables, one file per area, without behaviour; importing this loads them all."""

from credit_cli.tables import (
    audits,
    batches,
    cases,
    coupons,
    links,
    past_cases,
    policies,
    raws,
    records,
    registers,
    relations,
    stores,
    subjects,
)
from credit_cli.tables.columns import metadata

# The newest revision in migrations/versions; a test holds the two together.
SCHEMA = "0005"

__all__ = [
    "SCHEMA",
    "audits",
    "batches",
    "cases",
    "coupons",
    "links",
    "metadata",
    "past_cases",
    "policies",
    "raws",
    "records",
    "registers",
    "relations",
    "stores",
    "subjects",
]
