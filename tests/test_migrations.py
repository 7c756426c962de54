from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import bot.tables  # noqa: F401  every room's models
from core.db import Base


def test_the_migrations_and_the_models_agree(engine):
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
