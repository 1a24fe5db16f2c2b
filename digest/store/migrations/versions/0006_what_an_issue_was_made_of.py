"""What an issue was made of, so that it can be shown in another theme. Empty for those frozen before."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("issues", sa.Column("content", sa.Text(), nullable=False, server_default="[]"))
