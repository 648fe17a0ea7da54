"""How columns are spelt: named constraints, enums stored by value."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Enum
from sqlmodel import SQLModel

# Every constraint has a name, so that SQLite's batch migrations keep it.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = SQLModel.metadata


def enum_type(values: type[StrEnum], name: str) -> Any:  # noqa: ANN401 - SQLModel's sa_type
    """VARCHAR + CHECK `name`, stored by value: a new word needs a migration, a typo fails."""
    return Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )
