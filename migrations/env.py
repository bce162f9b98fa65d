from alembic import context
from sqlalchemy import create_engine, pool

import desk.app  # noqa: F401 - every model must be known
from desk.kernel.db import Base

url = context.config.attributes.get("url") or context.config.get_main_option("sqlalchemy.url")
engine = create_engine(url, poolclass=pool.NullPool)
NOT_OURS = ("search_grams",)


def include(_object: object, name: str | None, kind: str, *_: object) -> bool:
    """Leave alone what a dialect's own DDL made."""
    return not (kind == "table" and name and name.startswith(NOT_OURS))


with engine.connect() as connection:
    if engine.dialect.name == "sqlite":
        # A table is changed there by making it anew, which its children must not notice.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        include_object=include,
        render_as_batch=engine.dialect.name == "sqlite",
        user_module_prefix="sa.",
    )
    with context.begin_transaction():
        context.run_migrations()
        if engine.dialect.name == "sqlite":
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if orphans:
                raise RuntimeError(f"rows without what they refer to: {orphans[:5]}")
    connection.commit()
