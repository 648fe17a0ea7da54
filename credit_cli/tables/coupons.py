"""Programmes' budgets and the coupons (优惠券) issued from them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from credit_cli.tables.columns import enum_type


class CouponState(StrEnum):
    """The life of a coupon."""

    ISSUED = "issued"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    REVOKED = "revoked"


class ProgrammeBudget(SQLModel, table=True):
    """What a programme has given away; the database itself refuses to overspend."""

    __tablename__ = "programme_budget"
    __table_args__ = (CheckConstraint("spent_fen BETWEEN 0 AND budget_fen", "within_budget"),)

    programme: str = Field(primary_key=True, max_length=80)
    budget_fen: int = Field(sa_type=BigInteger)
    spent_fen: int = Field(sa_type=BigInteger)


class Coupon(SQLModel, table=True):
    """The `claim_no`th coupon of a programme for a subject: one row per claim, ever."""

    __table_args__ = (
        UniqueConstraint("subject_id", "code"),
        ForeignKeyConstraint(["subject_id"], ["subject.id"]),
    )

    subject_id: int = Field(primary_key=True)
    programme: str = Field(primary_key=True, max_length=80)
    claim_no: int = Field(primary_key=True)
    code: str = Field(max_length=40)
    value_fen: int = Field(sa_type=BigInteger)
    issued_on: date
    issued_at: datetime
    valid_until: date
    provisional: bool
    state: CouponState = Field(sa_type=enum_type(CouponState, "state"))


class CouponCode(SQLModel, table=True):
    """A look-up from a coupon's code to its owner, keyed by its own value."""

    __tablename__ = "coupon_code"
    __table_args__ = ({"sqlite_with_rowid": False},)

    code: str = Field(primary_key=True, max_length=40)
    subject_id: int
