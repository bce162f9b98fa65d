"""Whatever is sent to whatever form of the desk: refused in words, kept, and nothing changed.

The forms are found as people find them, by following links; a route none of them posts to is
reached by its line in `doors`. Anything that would be taken is undone before the next.
"""

import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, text

from desk.access.actors import complainant_of
from desk.access.doors import declared
from desk.access.permissions import Permission
from desk.casework.words import PartyKind, Status
from desk.casework.workflow import Move
from desk.kernel.db import db, end_read, transaction
from desk.kernel.throttle import Throttle
from desk.organisation.queries import forget_kept
from desk.ratings.actions.events import EventData, take_events
from desk.ratings.actions.links import new_link
from desk.ratings.models import RatingChannel
from desk.web.errors import NEVER_KEPT
from desk.web.requests import MAY_REPEAT
from tests import make
from tests.everywhere import doors
from tests.everywhere.found import CHOICES, OWN, TEXTS, Control, Form, Walk
from tests.everywhere.stage import FRIDAY, MONDAY, Stage
from tests.intake.test_filing import TELL, WHAT, YOU
from tests.workbench.test_counter import GOOD

NUL, HALF = "有\0字", b"\xed\xa0\x80"
LONG, LARGE, EASTERN = "长 " + "x" * 61_000, str(10**30), "١٢٣"
NOBODYS = (doors.NOBODYS_KEY, "999999999")
WRONG_DAYS = ("2026-02-30", "0000-00-00", "1899-01-01")
UNSEEN = frozenset({"website"})
"""Left empty by whoever sees the page: only machines fill it in."""

ALWAYS_DONE = frozenset({"accounts.sign_out"})
"""Signs out from an old page as well."""

TAKES_ANYTHING = frozenset({"web.csp_report"})
"""Takes a report of any shape, and keeps nothing of it."""

FOUND_AT_LEAST, DRAWN = 60, 150

BEGINNINGS = {
    "clerk": "/desk/", "clerk2": "/desk/", "handler": "/desk/", "lead": "/desk/",
    "supervisor": "/desk/", "other": "/desk/tasks", "admin": "/admin/", "admin2": "/admin/",
}  # fmt: skip
ELSEWHERE = ("/complaints/new/what", "/complaints/track", "/ledger", "/rate", "/account/sign-in")


class World:
    """A district with a case in every status, and a browser for everybody who finds a form."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.stage = Stage(app)
        stage, desk = self.stage, self.stage.desk
        desk.people["admin2"] = make.actor(next(iter(desk.people["admin"].roles)), desk.region.id)
        stage.file_the_case()
        whole = desk.number, desk.id
        self.codes: dict[str, tuple[str, str]] = {}
        for status in ("submitted", "supplement", "withdrawn", *STATUSES):
            self._case(status)
        desk.number, desk.id = whole
        self.browsers: dict[str, FlaskClient] = {}
        self.token = self._token()

    def _case(self, status: str) -> None:
        desk = self.stage.desk
        receipt = make.case(desk.region.id, desk.hall.id)
        desk.number, desk.id, desk.now = receipt.number, receipt.case.id, MONDAY
        desk.people["complainant"] = complainant_of(desk.region.id, desk.id)
        if status in STATUSES:
            desk.to(Status(status))
        elif status == "supplement":
            desk.go(Move.ASK_SUPPLEMENT, "clerk", text="缺一份")
        elif status == "withdrawn":
            desk.go(Move.WITHDRAW, "complainant", text="不办了")
        self.codes[status] = receipt.number, receipt.access_code

    def _token(self) -> str:
        desk = self.stage.desk
        event = EventData(
            "hall", "P1", "1", desk.department.id, desk.hall.id, FRIDAY, PartyKind.INDIVIDUAL
        )
        with transaction():
            made = take_events(desk.region.id, [event], now=FRIDAY)
            return new_link(desk.region.id, made[0], RatingChannel.LINK, now=FRIDAY)

    def browser(self, who: str) -> FlaskClient:
        """Give a browser of a member of staff, of a complainant (`case:status`), or of anybody."""
        self.app.extensions["throttle"] = Throttle()
        if who in self.stage.desk.people:
            return self.stage.browser(who)
        if who not in self.browsers:
            self.browsers[who] = self.app.test_client()
            if who.startswith("case:"):
                number, code = self.codes[who.removeprefix("case:")]
                data = {"number": number, "code": code}
                assert self.browsers[who].post("/complaints/track", data=data).status_code == 303
        return self.browsers[who]

    def find_forms(self) -> list[Form]:
        """Follow the links of everybody, and fill in what has several pages."""
        walk = Walk(self.app)
        for who, start in BEGINNINGS.items():
            walk.walk(who, self.browser(who), [start])
        counter = {"hall": str(self.stage.desk.hall.id), **GOOD}
        assert self.browser("clerk").post("/desk/counter", data=counter).status_code == 303
        walk.walk("clerk", self.browser("clerk"), ["/desk/counter/check"])
        walk.walk("anybody", self.browser("anybody"), [*ELSEWHERE, f"/rate/{self.token}"])
        for name, fields in (("what", WHAT), ("tell", TELL), ("you", YOU)):
            answer = self.browser("filing").post(f"/complaints/new/{name}", data=fields)
            assert answer.status_code == 303
        walk.walk(
            "filing",
            self.browser("filing"),
            [f"/complaints/new/{n}" for n in ("tell", "you", "check")],
        )
        for status, (number, _code) in self.codes.items():
            who = f"case:{status}"
            walk.walk(who, self.browser(who), [f"/complaints/{number}"])
        return list(walk.forms.values())


STATUSES = ("accepted", "dispatched", "handling", "reply_review", "replied", "closed")


class Books:
    """What must stay as it was: how many rows each table holds, and how far each chain has come."""

    APART = frozenset({"alembic_version", "user_sessions", "heartbeats"})

    def __init__(self) -> None:
        names = [t for t in inspect(db.engine).get_table_names() if t not in self.APART]
        tables = [f"SELECT '{name}' AS t, count(*) AS n FROM \"{name}\"" for name in names]
        heads = "SELECT 'heads', coalesce(sum(seq), 0) FROM ledger_streams"
        versions = "SELECT 'versions', coalesce(sum(version), 0) FROM cases"
        self.question = text(" UNION ALL ".join([*tables, heads, versions]))
        self.stand = self.read()

    def read(self) -> dict[str, int]:
        end_read()
        found = dict(db.session.execute(self.question).all())
        end_read()
        return {str(name): int(n) for name, n in found.items()}

    def changed(self) -> dict[str, tuple[int, int]]:
        now = self.read()
        return {t: (n, now[t]) for t, n in self.stand.items() if now[t] != n}


class Snapshot:
    """A copy of an SQLite file to go back to."""

    def __init__(self) -> None:
        end_read()
        self.file = Path(str(db.engine.url.database))
        self.copy = self.file.with_suffix(".before")
        with db.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        shutil.copy(self.file, self.copy)

    def restore(self) -> None:
        db.session.remove()
        db.engine.dispose()
        for end in ("-wal", "-shm"):
            self.file.with_name(self.file.name + end).unlink(missing_ok=True)
        shutil.copy(self.copy, self.file)
        forget_kept()


Sent = dict[str, object]


def typed(form: Form) -> Sent:
    """Fill a form in with harmless things, each text another, to find them again."""
    sent: Sent = {}
    for n, control in enumerate(form.controls.values()):
        if control.kind == "button" or control.name in UNSEEN:
            continue
        if control.kind == "hidden" or control.name in OWN:
            sent[control.name] = control.value
        elif control.kind in CHOICES:
            known = [one for one in control.choices if one]
            sent[control.name] = control.value or (known[0] if known else "")
        elif control.kind in TEXTS and not control.is_number:
            sent[control.name] = control.value or f"留住{n}的字"
        elif control.kind != "file":
            sent[control.name] = control.value
    return sent


def bad_for(control: Control) -> Iterator[tuple[str, object, bool]]:
    """Give what is wrong for a field: its name, itself, and whether it must be refused."""
    yield "half a character", HALF, True
    if control.kind in TEXTS or control.kind == "password":
        yield "NUL", NUL, control.kind != "password"
        yield "very long", LONG, True
        yield "nothing", "", False
    if control.is_number:
        yield from (
            ("a large number", LARGE, True),
            ("other digits", EASTERN, True),
            ("below", "-1", True),
        )
    elif control.kind in CHOICES:
        for value in ("unknown", LARGE, EASTERN, NUL, *NOBODYS):
            yield "no choice", value, True
        yield "nothing", "", False
    elif control.kind == "hidden":
        for value in ("unknown", LARGE, EASTERN, NUL, *NOBODYS, ""):
            yield "something else hidden", value, False
    if control.name.endswith(("-year", "-month", "-day")):
        yield "no such day", "32", control.name.endswith("-day")
    if control.name.endswith("_on"):
        yield from (("no such day", day, True) for day in WRONG_DAYS)


Attack = tuple[str, Sent, bool]


def attacks(form: Form) -> list[Attack]:
    """Give what to send to a form: one thing wrong in one field, the others filled in.

    Every field is tried where `DESK_TEST_EVERY_FIELD` is set; else each wrong thing once a form.
    """
    good = typed(form)
    found: dict[str, list[Attack]] = {}
    for control in form.controls.values():
        if control.name in OWN or control.kind == "file":
            continue
        for n, (name, value, must) in enumerate(bad_for(control)):
            attack = f"{name} in {control.name}", {**good, control.name: value}, must
            found.setdefault(f"{name} {n} {must}", []).append(attack)
        if control.name not in MAY_REPEAT:
            twice = [good.get(control.name, ""), "x"]
            attack = f"{control.name} twice", {**good, control.name: twice}, True
            found.setdefault("twice", []).append(attack)
    strange = {**good, "status": "closed", "role": "admin", "region_id": "1"}
    found["nothing"] = [("nothing at all", {}, False)]
    found["strange"] = [("what does not belong here", strange, False)]
    old = (
        "an old page",
        {**good, "csrf_token": "old"},
        bool(form.page) and form.endpoint not in ALWAYS_DONE,
    )
    found["old"] = [old]
    if os.environ.get("DESK_TEST_EVERY_FIELD"):
        return [attack for several in found.values() for attack in several]
    lots = random.Random(" ".join(sorted(form.controls)))
    return [lots.choice(several) for several in found.values()]


Changes = dict[str, tuple[int, int]]
LEDGER = {"ledger", "ledger_streams", "heads"}
WRITES_DOWN_REFUSALS = frozenset({"accounts.sign_in"})
"""Where a refusal itself is a line of the ledger, and nothing else may change."""

SENTENCES = ("govuk-error-summary", 'name="sure"', '"detail"')
"""What a refusal shows: what to put right, or the question whether it is meant so; to systems, the
sentence alone."""


FOR_SCRIPTS = "ratings.kiosk_"
"""Doors that only the kiosk's own script knocks at; it says itself what was refused."""


class Siege:
    """Sends things and collects what went wrong, so that one run names everything."""

    def __init__(self, world: World) -> None:
        self.world, self.books = world, Books()
        self.faults: list[str] = []
        sqlite = db.engine.dialect.name == "sqlite"
        self.snapshot = Snapshot() if sqlite else None

    def send(self, form: Form, name: str, sent: Sent, *, must: bool) -> None:
        body, kind = in_parts(sent) if form.many_parts else (dict(sent), None)
        self.world.app.config["WTF_CSRF_ENABLED"] = "csrf_token" in sent and name == "an old page"
        answer = self.world.browser(form.who).post(form.action, data=body, content_type=kind)
        what = f"{form.who} POST {form.action} ({form.endpoint}): {name}"
        page, status = answer.get_data().decode(errors="replace"), answer.status_code
        changed = self.books.changed()
        if status >= 500:
            self.faults.append(f"{what}: {status}")
        elif status < 400 and (must or "error" in notices(self.world, form)):
            self.faults.append(f"{what}: {status} {answer.headers.get('Location', '')} {changed}")
        elif status >= 400:
            self._refused(what, page, sent, changed, form)
        if changed or status < 400:
            self._back()

    def _refused(self, what: str, page: str, sent: Sent, changed: Changes, form: Form) -> None:
        if set(changed) - (LEDGER if form.endpoint in WRITES_DOWN_REFUSALS else set()):
            self.faults.append(f"{what}: refused, and changed {changed}")
        for_people = not form.endpoint.startswith(FOR_SCRIPTS)
        if for_people and not any(sign in page for sign in SENTENCES):
            self.faults.append(f"{what}: refused without a sentence")
        said = unescape(page)
        lost = [
            value
            for name, value in sent.items()
            if isinstance(value, str) and value.startswith("留住") and value not in said
            if name not in NEVER_KEPT
        ]
        if lost:
            self.faults.append(f"{what}: forgot {lost}")

    def _back(self) -> None:
        if self.snapshot is not None:
            self.snapshot.restore()
        else:
            self.books = Books()


def notices(world: World, form: Form) -> str:
    """Tell of which kind the notices are that a redirect will show: a refusal is none."""
    with world.browser(form.who).session_transaction() as kept:
        return " ".join(str(kind) for kind, _said in kept.pop("_flashes", []))


def in_parts(sent: Sent) -> tuple[bytes, str]:
    """Write a form in parts, with bytes that are no text where they are asked for."""
    body = b""
    for name, values in sent.items():
        for value in values if isinstance(values, list) else [values]:
            raw = value if isinstance(value, bytes) else str(value).encode()
            head = f'--part\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
            body += head.encode() + raw + b"\r\n"
    return body + b"--part--\r\n", "multipart/form-data; boundary=part"


def from_doors(world: World, endpoints: set[str]) -> Iterator[Form]:
    """Make forms for routes that no page of this district offers, as somebody who may use them."""
    for endpoint in sorted(endpoints):
        permission = declared[world.app.view_functions[endpoint]]
        who = next(
            (
                name
                for name in BEGINNINGS
                if isinstance(permission, Permission)
                and world.stage.desk.people[name].may(permission)
            ),
            "anybody",
        )
        named = world.stage.there(who) if who in BEGINNINGS else world.stage.nowhere("clerk")
        named = replace(named, token=world.token) if endpoint.startswith("ratings") else named
        post = doors.POSTS[endpoint]
        for path in post.paths(named)[:2]:
            controls = {
                name: Control(name, "hidden", value)
                for fields in post.fields(named)
                for name, value in fields.items()
            }
            yield Form(path, who, "", endpoint, controls=controls)


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    doors.discover(app)
    made = World(app)
    with time_machine.travel(FRIDAY, tick=False):
        yield made


def test_nothing_bad_is_taken_and_nothing_is_lost_by_it(world: World) -> None:
    """On SQLite everything; on PostgreSQL a draw, of what must be refused there as well."""
    forms = world.find_forms()
    reached = {form.endpoint for form in forms}
    assert len(reached) >= FOUND_AT_LEAST
    forms += from_doors(world, doors.discover(world.app)[1] - reached - TAKES_ANYTHING)
    siege = Siege(world)
    tried = [(form, *attack) for form in forms for attack in attacks(form)]
    if siege.snapshot is None:
        lots = random.Random(5)
        tried = lots.sample([one for one in tried if one[3]], DRAWN)
    for form, name, sent, must in tried:
        siege.send(form, name, sent, must=must)
    assert not siege.faults, "\n".join(siege.faults)
