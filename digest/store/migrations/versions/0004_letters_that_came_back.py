"""Letters that came back and were read."""

import sqlalchemy as sa
from alembic import op

from digest.store import schema

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "letters_read",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", schema.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_letters_read")),
    )
