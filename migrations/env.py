"""Alembic's entrance. Migrations run against the same settings as the product, or a connection handed in."""

from alembic import context

import bot.tables  # noqa: F401
from core.db import Base, connect
from core.settings import Settings


def run(connection: object) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


if (held := context.config.attributes.get("connection")) is not None:
    run(held)
else:
    with connect(Settings.load().database).connect() as connection:
        run(connection)
