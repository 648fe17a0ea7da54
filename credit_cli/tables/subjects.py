"""Subjects and the codes they bear (信用主体, 证照号码)."""

from typing import ClassVar

from sqlmodel import Field, SQLModel

from credit_cli.rules.identifiers import Scheme
from credit_cli.rules.values import SubjectKind
from credit_cli.tables.columns import enum_type


class Subject(SQLModel, table=True):
    """An organisation, an individual business or a person; `code` is its first code.

    `first_name` is how the first row called it; `name`, what it is called now, is
    read with it, as `store/names.py` decides.
    """

    id: int = Field(primary_key=True)
    kind: SubjectKind = Field(sa_type=enum_type(SubjectKind, "kind"))
    first_name: str = Field(max_length=200, sa_column_kwargs={"name": "name"})
    name: ClassVar[str]
    code: str = Field(max_length=40)
    batch_id: int


class Identifier(SQLModel, table=True):
    """A look-up from a code to its subject, keyed by its own value."""

    __table_args__ = {"sqlite_with_rowid": False}

    value: str = Field(primary_key=True, max_length=40)
    scheme: Scheme = Field(sa_type=enum_type(Scheme, "scheme"))
    subject_id: int = Field(index=True)
