"""Who says what in a summary, and what checking it found."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for name in ("passages", "findings"):
        op.add_column("summaries", sa.Column(name, sa.Text(), server_default="[]", nullable=False))
