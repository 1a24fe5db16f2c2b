"""Boots of the database: which commits a crash of the server may have taken."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # What is unlogged is empty after a crash: that is how one is known. SQLite asks the operating system instead.
    unlogged = ["UNLOGGED"] if op.get_context().dialect.name == "postgresql" else []
    op.create_table(
        "boot",
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_boot")),
        prefixes=unlogged,
    )
