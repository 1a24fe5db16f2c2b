"""Numbered migrations, run by Alembic; a test holds that their sum equals the schema."""
