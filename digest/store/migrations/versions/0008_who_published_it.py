"""Who published an article that a source gathered from others."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("articles", sa.Column("publisher", sa.String(length=100), nullable=False, server_default=""))
