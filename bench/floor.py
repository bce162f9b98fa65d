"""The floor: the same work with hand-written SQL and one template a page, and nothing else.

It stands on the same tables, reads the rows that the desk's page shows and writes the rows that
the desk's step leaves for good: sums and a chained line are among them; drafts, presences and keys
against sending twice are not. It checks no permission, keeps no session, encrypts nothing and
speaks one language: whatever the desk costs above it is what the desk adds.
"""

import hashlib
import os
import secrets
import threading
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
from flask import Flask, redirect, render_template, request
from jinja2 import DictLoader
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from werkzeug.wrappers import Response

from bench import floor_pages as pages
from desk.insight import dashboard as overview
from desk.insight.indicators import measures_of
from desk.kernel import grams
from desk.kernel.clock import utc_now

app = Flask(__name__)
_kept: dict[int, psycopg.Connection[Any]] = {}
app.jinja_loader = DictLoader(
    {
        "list.html": pages.LIST,
        "case.html": pages.CASE,
        "form.html": pages.FORM,
        "sums.html": pages.SUMS,
        "done.html": pages.DONE,
    }
)


def connection() -> psycopg.Connection[Any]:
    """Give this thread's connection, opened once."""
    key = threading.get_ident()
    if key not in _kept:
        dsn = os.environ["FLOOR_DSN"]
        _kept[key] = psycopg.connect(dsn, row_factory=dict_row, autocommit=True)
    return _kept[key]


def fetch(query: str, *values: object) -> list[dict[str, Any]]:
    return connection().execute(query, values).fetchall()


_patterns: dict[str, dict[str, Any]] = {}


def like(query: str) -> dict[str, Any]:
    """Give a row to fill the columns of a new one from that say nothing; read once."""
    if query not in _patterns:
        _patterns[query] = fetch(query)[0]
    return _patterns[query]


QUEUE = """SELECT c.number, c.title, c.status, c.next_due_at, p.name_masked, v.name_zh AS item,
d.name_zh AS department, u.name AS handler
FROM cases c LEFT JOIN departments d ON d.id = c.department_id
LEFT JOIN users u ON u.id = c.handler_id
LEFT JOIN parties p ON p.region_id = c.region_id AND p.id = c.party_id
LEFT JOIN item_versions v ON v.id = c.item_version_id
WHERE c.region_id = %s AND c.hall_id = %s AND c.open {more}
ORDER BY c.next_due_at, c.id LIMIT 26"""


@app.get("/queue")
def queue() -> str:
    where = (int(os.environ["FLOOR_REGION"]), int(os.environ["FLOOR_HALL"]))
    if "at" not in request.args:
        return render_template("list.html", rows=fetch(QUEUE.format(more=""), *where))
    more = "AND (c.next_due_at, c.id) > (%s, %s)"
    rows = fetch(QUEUE.format(more=more), *where, request.args["at"], request.args["id"])
    return render_template("list.html", rows=rows)


@app.get("/counts")
def counts() -> dict[str, int]:
    """Count what stands in the tabs of a hall's queue, each up to a hundred."""
    here = "region_id = %(region)s AND hall_id = %(hall)s AND open"
    some = ", ".join(
        f"(SELECT count(*) FROM (SELECT 1 FROM cases WHERE {here} AND {rule} LIMIT 100) a) AS {tab}"
        for tab, rule in pages.TABS.items()
    )
    values = {
        "region": int(os.environ["FLOOR_REGION"]), "hall": int(os.environ["FLOOR_HALL"]),
        "now": utc_now(), "tomorrow": utc_now() + timedelta(days=1),
    }  # fmt: skip
    return connection().execute(f"SELECT {some}", values).fetchone()


@app.get("/case/<number>")
def case(number: str) -> str:
    row = fetch(pages.FACTS, int(os.environ["FLOOR_REGION"]), number)[0]
    parts = {
        name: fetch(
            f"SELECT {who} AS user_id, t.* FROM {table} t WHERE region_id = %s AND case_id = %s",
            *_key(row),
        )
        for name, table, who in (
            ("messages", "case_messages", "user_id"), ("clocks", "case_clocks", "NULL"),
            ("replies", "replies", "author_id"), ("contacts", "contacts", "by_user_id"),
        )
    }  # fmt: skip
    lines = fetch(
        "SELECT * FROM ledger WHERE region_id = %s AND stream = %s"
        " AND visibility IN ('public', 'team')",
        row["region_id"],
        f"c/{row['id'].hex}",
    )
    told = [*parts["messages"], *parts["contacts"], *lines]
    told += [{**reply, "at": reply["submitted_at"]} for reply in parts["replies"]]
    people = list({entry["user_id"] for entry in told if entry["user_id"]})
    names = fetch("SELECT id, name FROM users WHERE id = ANY(%s)", people)
    return render_template(
        "case.html",
        c=row,
        told=sorted(told, key=lambda entry: entry["at"]),
        clocks=parts["clocks"],
        names={one["id"]: one["name"] for one in names},
    )


def _key(row: dict[str, Any]) -> tuple[int, object]:
    return row["region_id"], row["id"]


@app.get("/search")
def search() -> str:
    words = request.args["q"]
    rows = fetch(
        "SELECT c.number, c.title, c.status, c.next_due_at, NULL AS name_masked, NULL AS item"
        ", NULL AS department, NULL AS handler FROM search_grams g"
        " JOIN search_docs d ON d.doc_no = g.doc_no JOIN cases c ON"
        " c.region_id = d.region_id AND c.id = d.case_id WHERE g.grams @@ %s::tsquery"
        " AND d.text LIKE %s LIMIT 1001",
        grams.query(words, dialect="postgresql"),
        f"%{words}%",
    )
    return render_template("list.html", rows=rows[:50])


@app.get("/dashboard")
def dashboard() -> str:
    """Add up what the overview shows: this month and the last, a year, reasons, items, units."""
    region, today = int(os.environ["FLOOR_REGION"]), utc_now().date()
    month, before = today.replace(day=1), (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    shown = [*measures_of(overview.indicators()), *overview.FLOW]
    rated = [name for name in shown if name.startswith("rating.")] + list(overview.LEVELS)
    year = [*overview.FLOW, *_measures(overview.TRENDS)]

    def summed(
        measures: Iterable[str], grain: str, first: date, last: date, by: str = ""
    ) -> list[dict[str, Any]]:
        query = pages.SUMMED.format(by=by)
        return fetch(query, region, list(measures), grain, first, last)

    reasons = [f"reason.{row['code']}" for row in fetch(pages.REASONS)]
    opened = [f"open.{status}" for status in overview.LOAD]
    tables = [
        summed(shown, "t", month, today), summed(shown, "t", before, before),
        summed(rated, "d", month, today), summed(rated, "d", before, month - timedelta(days=1)),
        summed(opened, "t", overview.BEGINNING, today),
        summed(year, "t", month - timedelta(days=335), today, ", on_date"),
        summed(["reply.owed"], "u", overview.BEGINNING, today - timedelta(days=1)),
        summed(["reply.owed"], "u", today, today + timedelta(days=5)),
        summed(reasons, "t", month, today, ", department_id"),
        summed(reasons, "t", before, before, ", department_id"),
        summed(_measures(overview.UNITS), "t", month, today, ", department_id"),
        summed(["filed"], "i", month - timedelta(days=183), today, ", item_id, on_date"),
        fetch("SELECT id, name_zh FROM departments"),
        fetch(
            "SELECT DISTINCT v.item_id, v.name_zh FROM item_versions v JOIN tallies t ON"
            " t.item_id = v.item_id WHERE t.region_id = %s AND t.measure = 'filed'"
            " AND t.grain = 'i' AND t.on_date >= %s",
            region,
            month,
        ),
    ]  # fmt: skip
    return render_template("sums.html", tables=tables)


def _measures(keys: Iterable[str]) -> list[str]:
    return list(measures_of([overview.BY_KEY[key] for key in keys]))


@app.route("/file", methods=["GET", "POST"])
def file() -> str | Response:
    """Insert party, case, clock, grams, letter, sums and line, like the desk does."""
    if request.method == "GET":
        return render_template("form.html", fields=("title", "story", "name", "phone"))
    now, new = utc_now(), uuid4()
    number = f"XZ-{now:%y%m%d}-{secrets.randbelow(10**10)}-0"
    party = {**like("SELECT * FROM parties WHERE phone_e IS NOT NULL LIMIT 1"), "id": uuid4()}
    row = {
        **like("SELECT * FROM cases WHERE status = 'submitted' LIMIT 1"), "id": new,
        "party_id": party["id"], "number": number, "title": request.form["title"], "filed_at": now,
        "story": request.form["story"], "needs": Jsonb([]), "next_due_at": now + timedelta(days=1),
    }  # fmt: skip
    with connection().transaction():
        _insert("parties", party)
        _insert("cases", row)
        _insert("case_clocks", _clock(row, "accept", now, row["next_due_at"]))
        grams = " ".join(a + b for a, b in zip(row["story"], row["story"][1:], strict=False))
        doc = secrets.randbits(50)
        connection().execute(
            "INSERT INTO search_docs (region_id, case_id, doc_no, text) VALUES (%s, %s, %s, %s)",
            (row["region_id"], new, doc, row["story"]),
        )
        connection().execute(
            "INSERT INTO search_grams (doc_no, grams) VALUES (%s, array_to_tsvector(%s))",
            (doc, sorted(set(grams.split()))),
        )
        _follow(row, now, "submit", "case.filed")
    return redirect(f"/receipt/{number}", 303)


@app.get("/receipt/<number>")
def receipt(number: str) -> str:
    due = fetch(
        "SELECT next_due_at FROM cases WHERE region_id = %s AND number = %s",
        int(os.environ["FLOOR_REGION"]),
        number,
    )
    return render_template("done.html", number=number, due=due[0]["next_due_at"])


@app.route("/case/<number>/ask", methods=["GET", "POST"])
def ask(number: str) -> str | Response:
    """Change the status with a public text: case, clocks, message, letter and line at once."""
    if request.method == "GET":
        return case(number) + render_template("form.html", fields=("text",))
    now = utc_now()
    with connection().transaction():
        row = fetch(
            "SELECT * FROM cases WHERE region_id = %s AND number = %s FOR UPDATE",
            int(os.environ["FLOOR_REGION"]),
            number,
        )[0]
        connection().execute(
            "UPDATE cases SET status = 'supplement', version = version + 1, next_due_at = %s"
            " WHERE region_id = %s AND id = %s",
            (now + timedelta(days=10), *_key(row)),
        )
        connection().execute(
            "UPDATE case_clocks SET paused_at = %s, alarm_at = NULL WHERE region_id = %s"
            " AND case_id = %s AND stopped_at IS NULL",
            (now, *_key(row)),
        )
        _insert("case_clocks", _clock(row, "supplement", now, now + timedelta(days=10)))
        said = fetch(
            "SELECT coalesce(max(seq), 0) + 1 AS seq FROM case_messages WHERE region_id = %s"
            " AND case_id = %s",
            *_key(row),
        )
        _insert(
            "case_messages",
            {
                "region_id": row["region_id"], "case_id": row["id"], "seq": said[0]["seq"],
                "at": now, "visibility": "public", "kind": "supplement_notice",
                "author_kind": "staff", "body": request.form["text"],
            },
        )  # fmt: skip
        _follow(row, now, "ask_supplement")
    return redirect(f"/case/{number}", 303)


def _clock(row: dict[str, Any], step: str, now: datetime, due: datetime) -> dict[str, Any]:
    return {
        "region_id": row["region_id"], "case_id": row["id"], "step": step, "n": 1, "round": 0,
        "started_at": now, "limit_n": 1, "unit": "working_day", "due_at": due,
        "first_due_at": due, "provisional": False, "paused_s": 0, "department_id": 0,
    }  # fmt: skip


@app.route("/rate/<token>", methods=["GET", "POST"])
def rate(token: str) -> str | Response:
    """Find the event by its token, keep the level, count it, write its line, use the token up."""
    key = (int(os.environ["FLOOR_REGION"]), hashlib.sha256(token.encode()).digest())
    event = fetch(pages.OCCASION, *key)[0]
    if request.method == "GET":
        said = f"{event['item']} {event['counter']} {event['occurred_at']}"
        return render_template("form.html", fields=("level", "tags", "comment")) + said
    now = utc_now()
    pattern = like("SELECT * FROM ratings WHERE case_id IS NULL LIMIT 1")
    with connection().transaction():
        connection().execute(
            "UPDATE rating_tokens SET used_at = %s WHERE region_id = %s AND token_h = %s",
            (now, *key),
        )
        _insert(
            "ratings",
            {**pattern, "id": uuid4(), "level": int(request.form["level"]), "given_at": now,
             "tags": Jsonb([]), "service_event_id": event["id"],
             **{k: v for k, v in (("service_no", token),) if k in pattern}},
        )  # fmt: skip
        _count(event, "rating.level.4", now)
        _line(event["region_id"], f"r/floor/{event['window_id']}/{now.date()}", now, "rate")
    return redirect("/thanks", 303)


@app.get("/thanks")
def thanks() -> str:
    return render_template("done.html", number="", due="")


def _follow(row: dict[str, Any], now: datetime, what: str, measure: str = "") -> None:
    if row["party_id"] is not None:
        _insert(
            "letters",
            {
                "region_id": row["region_id"], "id": uuid4(), "dedupe_key": f"{row['id']}/{what}",
                "template": "received", "lang": "zh_Hans", "channel": "sms",
                "party_id": row["party_id"], "context": Jsonb({"number": row["number"]}),
                "written_at": now, "not_before": now + timedelta(days=400), "attempts": 0,
            },
        )  # fmt: skip
    if measure:
        _count(row, measure, now)
    _line(row["region_id"], f"c/{row['id'].hex}", now, what)


def _count(row: dict[str, Any], measure: str, now: datetime) -> None:
    """Add one to the sums of the day and of the month."""
    for grain, on, item in (
        ("d", now.date(), 0), ("m", now.date().replace(day=1), row["item_id"] or 0),
    ):  # fmt: skip
        connection().execute(
            "INSERT INTO tallies (region_id, measure, grain, on_date, department_id, hall_id,"
            " window_id, item_id, channel, party_kind, n, total) VALUES (%s, %s, %s, %s, %s, %s,"
            " %s, %s, %s, %s, 1, 0) ON CONFLICT ON CONSTRAINT pk_tallies"
            " DO UPDATE SET n = tallies.n + 1",
            (row["region_id"], measure, grain, on, row["department_id"] or 0, row["hall_id"],
             row["window_id"] or 0, item, "floor", row["party_kind"]),
        )  # fmt: skip


def _line(region_id: int, stream: str, now: datetime, what: str) -> None:
    """Append a line to a chain: take its number, hash the line before it, write the new head."""
    head = fetch(
        "INSERT INTO ledger_streams (region_id, stream, seq, head, sealed_seq)"
        " VALUES (%s, %s, 1, %s, 0) ON CONFLICT (region_id, stream)"
        " DO UPDATE SET seq = ledger_streams.seq + 1 RETURNING seq, head",
        region_id, stream, bytes(32),
    )[0]  # fmt: skip
    digest = hashlib.sha256(head["head"] + f"{stream}{head['seq']}{now}{what}".encode()).digest()
    _insert(
        "ledger",
        {
            "region_id": region_id, "stream": stream, "seq": head["seq"], "at": now,
            "actor_kind": "staff", "what": what, "visibility": "public", "body": Jsonb({}),
            "body_hash": digest, "prev": head["head"], "hash": digest,
        },
    )  # fmt: skip
    connection().execute(
        "UPDATE ledger_streams SET head = %s WHERE region_id = %s AND stream = %s",
        (digest, region_id, stream),
    )


def _insert(table: str, row: dict[str, Any]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join(["%s"] * len(row))
    connection().execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))
