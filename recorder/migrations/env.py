"""What Alembic runs: the steps that are missing, on the connection that `recorder.migrations.upgrade` gives it."""

from alembic import context

from recorder import tables

context.configure(connection=context.config.attributes["connection"], target_metadata=tables.metadata)
context.run_migrations()
