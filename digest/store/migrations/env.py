"""How Alembic runs our migrations: on the connection that `digest.store.migrate` opened, in one transaction."""

from alembic import context

from digest.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    user_module_prefix="schema.",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
