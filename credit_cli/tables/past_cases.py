"""Cases that departments have dealt with elsewhere (历史办件), with their versions."""

from datetime import date

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from credit_cli.rules.values import CaseState
from credit_cli.tables.columns import enum_type


class PastCase(SQLModel, table=True):
    """One version of what a department's file says of one case of one applicant.

    `case_key` is a hash of the department and its number of the case. `route` is
    empty where the file does not say, `region` is a division's code if it is known.
    """

    __tablename__ = "past_case"
    __table_args__ = {"sqlite_with_rowid": False}

    subject_id: int = Field(primary_key=True)
    case_key: int = Field(primary_key=True, sa_type=BigInteger)
    version: int = Field(primary_key=True)
    content_hash: int = Field(sa_type=BigInteger)
    batch_id: int
    ended_batch_id: int | None = None
    line: int
    case_number: str = Field(max_length=128)
    item: str = Field(max_length=80)
    route: str | None = Field(default=None, max_length=40)
    state: CaseState = Field(sa_type=enum_type(CaseState, "state"))
    opened_on: date
    decided_on: date | None = None
    department: str = Field(max_length=200)
    region: str = Field(max_length=40)
