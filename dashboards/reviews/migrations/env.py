"""What Alembic runs: every migration on the connection that it is given, in one transaction."""

from __future__ import annotations

from alembic import context

from dashboards.reviews.models import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
