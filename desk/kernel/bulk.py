"""Adding many rows at once, leaving those alone that are there already."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam

from desk.kernel.db import db, dialect_name

FEW = 20
"""Below this a stage costs more than it saves."""

LONGEST_SECONDS = 60
"""How long the rows of one stage may take: more than a page may, on a machine full of work."""

ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
CAST: dict[type, Any] = {
    type(None): lambda _: "\\N",
    str: lambda text: text.translate(ESCAPED),
    int: str,
    bool: lambda yes: "t" if yes else "f",
    UUID: lambda key: key.hex,
    datetime: datetime.isoformat,
    date: date.isoformat,
    bytes: lambda raw: f"\\\\x{raw.hex()}",
    list: lambda found: json.dumps(found, ensure_ascii=False).translate(ESCAPED),
}


def insert_new(
    table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], *, order: Sequence[str]
) -> set[UUID]:
    """Add the rows that break no unique key and give their ids; of two alike the first stays.

    Rows go in by `order`, so that two writers of the same rows wait for each other and never each
    for the other. The caller holds the transaction.
    """
    if not rows:
        return set()
    if dialect_name() == "postgresql" and len(rows) > FEW:
        return _through_stage(table, columns, rows, order)
    return _one_by_one(table, columns, rows, order)


def _through_stage(
    table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], order: Sequence[str]
) -> set[UUID]:
    stage, names = f"stage_{table.name}", ", ".join(columns)
    connection = db.session.connection()
    connection.exec_driver_sql(f"SET LOCAL statement_timeout = {LONGEST_SECONDS * 1000}")
    connection.exec_driver_sql(
        f"CREATE TEMP TABLE {stage} ON COMMIT DROP AS "  # noqa: S608 - names of our own tables
        f"SELECT {names} FROM {table.name} WITH NO DATA"
    )
    driver = cast("Any", connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(f"COPY {stage} ({names}) FROM STDIN") as copy:
        for block in _blocks(rows):
            copy.write(block)
    found = connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {stage} "  # noqa: S608
        f"ORDER BY {', '.join(order)} ON CONFLICT DO NOTHING RETURNING id"
    )
    made = {key for (key,) in found.all()}
    connection.exec_driver_sql(f"DROP TABLE {stage}")
    return made


def _blocks(rows: Sequence[tuple[Any, ...]], size: int = 500) -> Iterator[str]:
    for first in range(0, len(rows), size):
        yield "".join(
            "\t".join([CAST[type(value)](value) for value in row]) + "\n"
            for row in rows[first : first + size]
        )


def _one_by_one(
    table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], order: Sequence[str]
) -> set[UUID]:
    if dialect_name() == "postgresql":
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415
    else:
        from sqlalchemy.dialects.sqlite import (  # type: ignore[assignment] # noqa: PLC0415
            insert,
        )
    statement = (
        insert(table)
        .values({name: bindparam(name) for name in columns})
        .on_conflict_do_nothing()
        .returning(table.c.id)
    )
    positions = [columns.index(name) for name in order]
    connection = db.session.connection()
    made: set[UUID] = set()
    for row in sorted(rows, key=lambda row: [row[n] for n in positions]):
        found = connection.execute(statement, dict(zip(columns, row, strict=True))).first()
        if found is not None:
            made.add(found[0])
    return made
