"""Runs inside the connection and the transaction that the program holds."""

from alembic import context
from sqlalchemy import Connection, MetaData


def run(connection: Connection, metadata: MetaData | None) -> None:
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,
        render_as_batch=sqlite,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"], context.config.attributes.get("metadata"))
