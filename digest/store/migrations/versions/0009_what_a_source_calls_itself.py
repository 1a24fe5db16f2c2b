"""What a source calls itself, for those that the configuration gives no name."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("sources", sa.Column("title", sa.Text(), nullable=False, server_default=""))
