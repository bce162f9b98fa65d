"""A database of any size: the demo district, its cases and ratings copied again and again."""

from datetime import UTC, datetime
from itertools import count
from random import Random

import psycopg
from psycopg import sql

from desk.casework.numbers import check_digit
from desk.kernel.ids import uuid7
from desk.ratings.scoring import measure_of

BASE_CASES = 2000
RATINGS_PER_CASE = 10
DAYS_BEFORE = 28
"""Copies of an occasion lie on the days before it, so that days without any fill up."""
EVENT_DAYS = {"occurred_at": "interval '1 day'", "on_day": "1"}
RATING_DAYS = {
    "given_at": "interval '1 day'", "received_at": "interval '1 day'", "visible_on": "1",
}  # fmt: skip
SEED = 7


def enlarge(dsn: str, size: int, *, ledger: bool = True) -> None:
    """Copy cases with all that hangs on them until there are `size`, ratings until ten times that.

    Copies get their own ids and numbers; their ledger lines are copied as they are, so chains of
    copies do not verify; pages that read no line can do without them. The
    planner's statistics are fresh afterwards.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        _copy_cases(connection, size, ("ledger_streams", "ledger") if ledger else ())
        _copy_ratings(connection, size * RATINGS_PER_CASE)
        _add_up_facts(connection)
        _add_up_ratings(connection)
        connection.execute("VACUUM ANALYZE")


def _copy_cases(connection: psycopg.Connection, size: int, chained: tuple[str, ...]) -> None:
    found = connection.execute(
        "SELECT id, filed_at, number FROM cases ORDER BY filed_at"
    ).fetchall()
    wanted = size - len(found)
    if wanted <= 0:
        return
    connection.execute(
        "CREATE TEMP TABLE copies (old uuid, new uuid, number text, doc_no bigint, stream text,"
        " old_stream text)"
    )
    (last_doc,) = connection.execute("SELECT max(doc_no) FROM search_docs").fetchone() or (0,)
    taken = {number for _id, _at, number in found}
    rng, docs = Random(SEED), count(last_doc + 1)
    with connection.cursor().copy(
        "COPY copies (old, new, number, doc_no, stream, old_stream) FROM STDIN"
    ) as copy:
        for n in range(wanted):
            old, filed_at, number = found[n % len(found)]
            new = uuid7(filed_at.astimezone(UTC))
            fresh = _number(number, taken, rng)
            copy.write_row((old, new, fresh, next(docs), f"c/{new.hex}", f"c/{old.hex}"))
    connection.execute("CREATE INDEX ON copies (old)")
    connection.execute("CREATE INDEX ON copies (old_stream)")
    for table, key in (
        ("cases", "id"), ("case_clocks", "case_id"), ("case_messages", "case_id"),
        ("replies", "case_id"), ("contacts", "case_id"), ("search_docs", "case_id"),
        ("facts", "subject_id"),
    ):  # fmt: skip
        swaps = {key: "new", "number": "copies.number", "doc_no": "copies.doc_no"}
        _copy_table(connection, table, swaps, f"copies.old = t.{key}")
    connection.execute(
        "INSERT INTO search_grams (doc_no, grams) SELECT copies.doc_no, g.grams FROM copies"
        " JOIN search_docs d ON d.case_id = copies.old JOIN search_grams g ON g.doc_no = d.doc_no"
    )
    for table in chained:
        _copy_table(connection, table, {"stream": "copies.stream"}, "copies.old_stream = t.stream")


GRAINS = {
    "d": ("on_date", "department_id", "hall_id", "0", "channel", "party_kind"),
    "m": ("date_trunc('month', on_date)", "department_id", "hall_id", "item_id", "channel",
          "party_kind"),
    "u": ("on_date", "department_id", "0", "0", "''", "''"),
    "t": ("date_trunc('month', on_date)", "department_id", "0", "0", "''", "''"),
    "i": ("date_trunc('month', on_date)", "0", "0", "item_id", "''", "''"),
}  # fmt: skip


def _add_up_facts(connection: psycopg.Connection) -> None:
    """Make the sums of cases again from the facts, in every grain."""
    connection.execute("DELETE FROM tallies WHERE measure IN (SELECT measure FROM facts)")
    for grain, (day, department, hall, item, channel, party) in GRAINS.items():
        connection.execute(
            "INSERT INTO tallies (region_id, measure, grain, on_date, department_id, hall_id,"
            " window_id, item_id, channel, party_kind, n, total) SELECT region_id, measure,"
            f" '{grain}', {day}, {department}, {hall}, 0, {item}, {channel}, {party},"
            " sum(weight), 0 FROM facts WHERE known_until IS NULL"
            " GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"
        )


def _number(number: str, taken: set[str], rng: Random) -> str:
    short, on, *_rest = number.split("-")
    while True:
        drawn = f"{rng.randrange(10**8):08d}"
        fresh = f"{short}-{on}-{drawn}-{check_digit(on + drawn)}"
        if fresh not in taken:
            taken.add(fresh)
            return fresh


def _copy_table(
    connection: psycopg.Connection, table: str, swaps: dict[str, str], condition: str
) -> None:
    columns = [
        name
        for (name,) in connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND table_schema = 'public' AND is_generated = 'NEVER' ORDER BY ordinal_position",
            (table,),
        )
    ]
    taken = sql.SQL(", ").join(
        sql.SQL(swaps[name]) if name in swaps else sql.SQL("t.{}").format(sql.Identifier(name))
        for name in columns
    )
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} t JOIN copies ON ").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            taken,
            sql.Identifier(table),
        )
        + sql.SQL(condition)
    )


def _copy_ratings(connection: psycopg.Connection, wanted: int) -> None:
    """Copy hall ratings with their events to the days before; those with a case stay single."""
    (have,) = connection.execute("SELECT count(*) FROM ratings").fetchone() or (0,)
    found = connection.execute(
        "SELECT id, service_event_id, given_at FROM ratings WHERE case_id IS NULL"
    ).fetchall()
    connection.execute("DROP TABLE IF EXISTS copies")
    connection.execute(
        "CREATE TEMP TABLE copies (old uuid, new uuid, old_event uuid, event uuid, service_no text,"
        " days int)"
    )
    with connection.cursor().copy(
        "COPY copies (old, new, old_event, event, service_no, days) FROM STDIN"
    ) as copy:
        for n in range(max(0, wanted - have)):
            old, event, given_at = found[n % len(found)]
            at = given_at.astimezone(UTC)
            days = 1 + n // len(found) % DAYS_BEFORE
            copy.write_row((old, uuid7(at), event, uuid7(at), f"copy-{have + n}", days))
    connection.execute("CREATE INDEX ON copies (old_event)")
    connection.execute("CREATE INDEX ON copies (old)")
    _copy_table(
        connection,
        "service_events",
        {"id": "copies.event", "service_no": "copies.service_no"} | _days_before(EVENT_DAYS),
        "copies.old_event = t.id",
    )
    swaps = {"id": "copies.new", "service_event_id": "copies.event"} | _days_before(RATING_DAYS)
    if _has_column(connection, "ratings", "service_no"):
        swaps["service_no"] = "copies.service_no"
    _copy_table(connection, "ratings", swaps, "copies.old = t.id")


COUNTED = {"round_": 1, "scored": True, "effective": True, "is_test": False, "of_case": False}


def _days_before(columns: dict[str, str]) -> dict[str, str]:
    return {name: f"t.{name} - copies.days * {one}" for name, one in columns.items()}


def _add_up_ratings(connection: psycopg.Connection) -> None:
    """Make the sums of hall services and of what was said of them again, in both grains."""
    level = " ".join(f"WHEN {n} THEN '{measure_of(n, **COUNTED)}'" for n in range(1, 6))
    connection.execute(
        "CREATE TEMP TABLE leaves AS SELECT region_id, 'event' AS measure, on_day, department_id,"
        " hall_id, coalesce(window_id, 0) AS window_id, coalesce(item_id, 0) AS item_id,"
        " source AS channel, party_kind, count(*) AS n FROM service_events"
        " WHERE NOT is_test AND source <> 'case' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9"
        f" UNION ALL SELECT r.region_id, CASE level {level} END,"
        " (r.given_at AT TIME ZONE 'Asia/Shanghai')::date, r.department_id, r.hall_id,"
        " coalesce(r.window_id, 0), coalesce(r.item_id, 0), r.channel, r.party_kind, count(*)"
        " FROM ratings r JOIN service_events e ON e.region_id = r.region_id"
        " AND e.id = r.service_event_id WHERE r.round = 1 AND r.scored AND r.effective"
        " AND NOT r.is_test AND e.source <> 'case' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9"
    )
    connection.execute("DELETE FROM tallies WHERE measure IN (SELECT measure FROM leaves)")
    for grain, day, item in (("d", "on_day", "0"), ("m", "date_trunc('month', on_day)", "item_id")):
        connection.execute(
            "INSERT INTO tallies (region_id, measure, grain, on_date, department_id, hall_id,"
            f" window_id, item_id, channel, party_kind, n, total) SELECT region_id, measure,"
            f" '{grain}', {day}, department_id, hall_id, window_id, {item}, channel, party_kind,"
            " sum(n), 0 FROM leaves GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"
        )
    connection.execute("DROP TABLE leaves")


def _has_column(connection: psycopg.Connection, table: str, name: str) -> bool:
    return bool(
        connection.execute(
            "SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
            (table, name),
        ).fetchone()
    )


NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
