"""The floor: the same work with hand-written SQL and one template a page, and nothing else.

It stands on the same tables, so that both see the same rows. It checks no permission, keeps no
session and speaks one language: whatever the desk costs above it is what the desk adds.
"""

import hashlib
import os
import secrets
import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
from flask import Flask, redirect, render_template, request
from jinja2 import DictLoader
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from werkzeug.wrappers import Response

from desk.kernel import grams
from desk.kernel.clock import utc_now

app = Flask(__name__)
_kept: dict[int, psycopg.Connection[Any]] = {}

LIST = """<!doctype html><table>{% for r in rows %}
<tr><td><a href="/case/{{ r.number }}">{{ r.number }}</a><td>{{ r.title }}<td>{{ r.status }}
<td>{{ r.next_due_at }}<td>{{ r.name_masked }}<td>{{ r.item }}
{% endfor %}</table>"""
CASE = """<!doctype html><h1>{{ c.number }} {{ c.title }}</h1><p>{{ c.story }}<p>{{ c.wish }}
{% for m in messages %}<div>{{ m.at }} {{ m.author_kind }} {{ m.body }}</div>{% endfor %}
{% for k in clocks %}<div>{{ k.step }} {{ k.due_at }}</div>{% endfor %}
{% for p in replies %}<div>{{ p.facts }} {{ p.basis }} {{ p.action }}</div>{% endfor %}
{% for l in contacts %}<div>{{ l.at }} {{ l.note }}</div>{% endfor %}"""
FORM = """<!doctype html><form method=post>{% for f in fields %}<input name="{{ f }}">{% endfor %}
<button>Send</button></form>"""
SUMS = """<!doctype html><table>{% for r in rows %}<tr><td>{{ r.measure }}<td>{{ r.n }}{% endfor %}
</table>"""
app.jinja_loader = DictLoader(
    {"list.html": LIST, "case.html": CASE, "form.html": FORM, "sums.html": SUMS}
)


def connection() -> psycopg.Connection[Any]:
    """Give this thread's connection, opened once."""
    key = threading.get_ident()
    if key not in _kept:
        _kept[key] = psycopg.connect(os.environ["FLOOR_DSN"], row_factory=dict_row)
    return _kept[key]


def fetch(query: str, *values: object) -> list[dict[str, Any]]:
    with connection().transaction():
        return connection().execute(query, values).fetchall()


QUEUE = """SELECT c.number, c.title, c.status, c.next_due_at, p.name_masked, v.name_zh AS item
FROM cases c LEFT JOIN parties p ON p.region_id = c.region_id AND p.id = c.party_id
LEFT JOIN item_versions v ON v.id = c.item_version_id
WHERE c.region_id = %s AND c.hall_id = %s AND c.open {more}
ORDER BY c.next_due_at, c.id LIMIT 26"""


TABS = {
    "turn": "status IN ('submitted', 'accepted', 'replied')",
    "unassigned": "handler_id IS NULL AND status IN ('dispatched', 'handling')",
    "today": "next_due_at >= %(now)s AND next_due_at < %(tomorrow)s",
    "overdue": "next_due_at < %(now)s",
    "waiting": "status = 'supplement'",
    "follow_up": "status = 'replied'",
    "mine": "handler_id = 1",
    "all": "true",
}


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
        for tab, rule in TABS.items()
    )
    values = {
        "region": int(os.environ["FLOOR_REGION"]), "hall": int(os.environ["FLOOR_HALL"]),
        "now": utc_now(), "tomorrow": utc_now() + timedelta(days=1),
    }  # fmt: skip
    with connection().transaction():
        return connection().execute(f"SELECT {some}", values).fetchone()


@app.get("/case/<number>")
def case(number: str) -> str:
    row = fetch(
        "SELECT c.*, p.name_masked FROM cases c LEFT JOIN parties p ON p.region_id = c.region_id"
        " AND p.id = c.party_id WHERE c.number = %s",
        number,
    )[0]
    parts = {
        name: fetch(f"SELECT * FROM {table} WHERE region_id = %s AND case_id = %s", *_key(row))
        for name, table in (
            ("messages", "case_messages"), ("clocks", "case_clocks"),
            ("replies", "replies"), ("contacts", "contacts"),
        )
    }  # fmt: skip
    return render_template("case.html", c=row, **parts)


def _key(row: dict[str, Any]) -> tuple[int, object]:
    return row["region_id"], row["id"]


@app.get("/search")
def search() -> str:
    words = request.args["q"]
    rows = fetch(
        "SELECT c.number, c.title, c.status, c.next_due_at, NULL AS name_masked, NULL AS item"
        " FROM search_grams g JOIN search_docs d ON d.doc_no = g.doc_no JOIN cases c ON"
        " c.region_id = d.region_id AND c.id = d.case_id WHERE g.grams @@ %s::tsquery"
        " AND d.text LIKE %s LIMIT 1001",
        grams.query(words, dialect="postgresql"),
        f"%{words}%",
    )
    return render_template("list.html", rows=rows[:50])


@app.get("/dashboard")
def dashboard() -> str:
    rows = fetch(
        "SELECT measure, sum(n) AS n FROM tallies WHERE region_id = %s AND grain = 'd'"
        " AND on_date >= %s GROUP BY measure",
        int(os.environ["FLOOR_REGION"]),
        utc_now().date().replace(day=1),
    )
    return render_template("sums.html", rows=rows)


@app.route("/file", methods=["GET", "POST"])
def file() -> str | Response:
    """Insert the case with its clock, line, letter and grams, like the desk does."""
    if request.method == "GET":
        return render_template("form.html", fields=("title", "story", "name", "phone"))
    now, new = utc_now(), uuid4()
    number = f"XZ-{secrets.randbelow(10**14)}"
    like = fetch("SELECT * FROM cases WHERE status = 'submitted' LIMIT 1")[0]
    row = {
        **like, "id": new, "number": number, "title": request.form["title"], "filed_at": now,
        "story": request.form["story"], "needs": Jsonb([]), "next_due_at": now + timedelta(days=1),
    }  # fmt: skip
    with connection().transaction():
        _insert("cases", row)
        _follow(row, now, "submit", 1)
        _insert(
            "case_clocks",
            {
                "region_id": row["region_id"], "case_id": new, "step": "accept", "n": 1,
                "round": 0, "started_at": now, "limit_n": 1, "unit": "working_day",
                "due_at": row["next_due_at"], "first_due_at": row["next_due_at"],
                "provisional": False, "paused_s": 0, "department_id": 0,
            },
        )  # fmt: skip
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
    return redirect(f"/case/{number}", 303)


@app.route("/case/<number>/ask", methods=["GET", "POST"])
def ask(number: str) -> str | Response:
    """Change the status with a public text: case, message, line and letter in one transaction."""
    if request.method == "GET":
        return case(number) + render_template("form.html", fields=("text",))
    now = utc_now()
    with connection().transaction():
        row = (
            connection()
            .execute("SELECT * FROM cases WHERE number = %s FOR UPDATE", (number,))
            .fetchone()
        )
        connection().execute(
            "UPDATE cases SET status = 'supplement', version = version + 1 WHERE number = %s",
            (number,),
        )
        _insert(
            "case_messages",
            {
                "region_id": row["region_id"], "case_id": row["id"], "seq": 50, "at": now,
                "visibility": "public", "kind": "supplement_notice", "author_kind": "staff",
                "body": request.form["text"],
            },
        )  # fmt: skip
        _follow(row, now, "ask_supplement", 2)
    return redirect(f"/case/{number}", 303)


@app.route("/rate/<token>", methods=["GET", "POST"])
def rate(token: str) -> str | Response:
    """Find the event by its token, keep the level, use the token up."""
    held = fetch(
        "SELECT e.* FROM rating_tokens t JOIN service_events e ON e.region_id = t.region_id"
        " AND e.id = t.service_event_id WHERE t.token_h = %s",
        hashlib.sha256(token.encode()).digest(),
    )
    if request.method == "GET":
        return render_template("form.html", fields=("level",)) + str(len(held))
    now = utc_now()
    like = fetch("SELECT * FROM ratings WHERE case_id IS NULL LIMIT 1")[0]
    with connection().transaction():
        _insert(
            "ratings",
            {**like, "id": uuid4(), "level": int(request.form["level"]), "given_at": now,
             "tags": Jsonb([]), "service_event_id": held[0]["id"],
             **{k: v for k, v in (("service_no", token),) if k in like}},
        )  # fmt: skip
        _line(held[0]["region_id"], f"r/floor/{token}", now, "rate", 1)
    return redirect("/queue", 303)


def _follow(row: dict[str, Any], now: datetime, what: str, seq: int) -> None:
    _line(row["region_id"], f"c/{row['id'].hex}", now, what, seq + 40)
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


def _line(region_id: int, stream: str, now: datetime, what: str, seq: int) -> None:
    digest = hashlib.sha256(f"{stream}{seq}{now}{what}".encode()).digest()
    _insert(
        "ledger",
        {
            "region_id": region_id, "stream": stream, "seq": seq, "at": now,
            "actor_kind": "staff", "what": what, "visibility": "public", "body": Jsonb({}),
            "body_hash": digest, "prev": digest, "hash": digest,
        },
    )  # fmt: skip


def _insert(table: str, row: dict[str, Any]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join(["%s"] * len(row))
    connection().execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))
