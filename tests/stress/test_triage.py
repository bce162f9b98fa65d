"""Twenty people at the same cases at the same time, each from the top of the same lists.

A few seconds here; `make stress` gives them a minute and 500 cases.
"""

import os
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from desk.access.actors import Actor
from desk.access.permissions import Role
from desk.audit.models import LedgerLine
from desk.audit.queries import faults
from desk.casework.models import Case
from desk.casework.queries.lists import queue
from desk.casework.queries.tabs import COUNT_CAP, Tab, counts
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read
from desk.organisation.queries import home_timetable
from tests import make
from tests.casework.test_life import Desk
from tests.people import signed_in

SECONDS = float(os.environ.get("DESK_STRESS_SECONDS", "3"))
CASES = int(os.environ.get("DESK_STRESS_CASES", "40"))
CLERKS, HANDLERS = 12, 8
CHANCES, LOOKS = 6, 0.2
"""Out of how many cases at the top of a list somebody picks: few, so that they meet; and how often
they look at its page first."""
TABS = ("turn", "all", "unassigned")
ROW = re.compile(r'name="case" value="([^":]+):(\d+)" data-may="([^"]*)"')
PATHS = {"accept": "", "dispatch": "", "sign": "", "take": "acts/", "note": "acts/"}
LINES = {"add_note": "note"}
WON, TOLD = 303, frozenset({403, 404, 409, 422})
Answer = tuple[str, str, int, int]


@dataclass
class Crowd:
    """Who works, until when, and what each was answered: (case, step, person, status)."""

    department: str
    until: float
    answers: list[Answer] = field(default_factory=list)
    reads: Counter[int] = field(default_factory=Counter)
    broken: list[BaseException] = field(default_factory=list)

    def work(self, browser: FlaskClient, user_id: int, seed: int) -> None:
        """Look at a list, open one of the first cases, do the next thing to it; again and again."""
        draw = Random(seed)
        try:
            while time.monotonic() < self.until or len(self.answers) < CASES:
                self._one(browser, user_id, draw)
        except BaseException as error:  # noqa: BLE001 - told to whoever waits
            self.broken.append(error)

    def _one(self, browser: FlaskClient, user_id: int, draw: Random) -> None:
        listed = browser.get(f"/desk/queue?tab={draw.choice(TABS)}")
        self.reads[listed.status_code] += 1
        rows = ROW.findall(listed.text)[:CHANCES]
        if not rows:
            return
        number, version, may = draw.choice(rows)
        step = draw.choice([one for one in may.split() if one in PATHS] or ["sign"])
        if draw.random() < LOOKS:
            self.reads[browser.get(f"/desk/cases/{number}").status_code] += 1
        answer = browser.post(
            f"/desk/cases/{number}/{PATHS[step]}{step}",
            data={"version": version, **self._fields(step, draw)},
        )
        self.answers.append((number, step, user_id, answer.status_code))

    def _fields(self, step: str, draw: Random) -> dict[str, str]:
        if step == "accept":
            return {"complexity": draw.choice(("simple", "general")), "item": "none"}
        if step == "dispatch":
            return {"department": self.department, "brief": "请核对收件要求，一次说清。"}
        return {"text": f"备注 {draw.random()}"} if step == "note" else {}


def test_nothing_is_lost_doubled_or_broken_when_twenty_triage_at_once(app: Flask) -> None:
    desk = Desk(app)
    for _ in range(CASES - 1):
        make.case(desk.region.id, desk.hall.id)
    where, of = {"hall_id": desk.hall.id}, {"department_id": desk.department.id}
    people = [make.actor(Role.CLERK, desk.region.id, **where) for _ in range(CLERKS)]
    people += [make.actor(Role.HANDLER, desk.region.id, **of) for _ in range(HANDLERS)]
    browsers = [signed_in(desk.app.test_client(), one, desk.region.id) for one in people]
    end_read()
    department = str(desk.department.id)
    db.session.remove()
    crowd = Crowd(department, time.monotonic() + SECONDS)
    threads = [
        threading.Thread(target=crowd.work, args=(browser, actor.user_id, n))
        for n, (browser, actor) in enumerate(zip(browsers, people, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert crowd.broken == []
    assert set(crowd.reads) <= {200, 404}, crowd.reads
    statuses = Counter(status for _number, _step, _who, status in crowd.answers)
    assert set(statuses) <= {WON} | TOLD, statuses
    assert statuses[WON] > CASES / 6, statuses
    everything_told_happened_once(crowd)
    for actor in people[:: CLERKS - 1]:
        numbers_are_true(actor)


def everything_told_happened_once(crowd: Crowd) -> None:
    """Hold every answer against the cases and the ledger: each that was taken is there, once."""
    end_read()
    won = [answer for answer in crowd.answers if answer[3] == WON]
    told = Counter((number, step) for number, step, _who, _status in won)
    cases = {case.number: case for case in db.session.scalars(select(Case))}
    kept: Counter[tuple[str, str]] = Counter()
    streams = {f"c/{case.id.hex}": number for number, case in cases.items()}
    for line in db.session.scalars(select(LedgerLine)):
        what = LINES.get(line.what, line.what)
        if line.stream in streams and what in PATHS:
            kept[streams[line.stream], what] += 1
    assert kept == told
    for (number, what), n in told.items():
        assert n == 1 or what in {"note", "take"}, (number, what, n)
    changes = Counter(number for number, *_rest in won)
    for number, case in cases.items():
        assert case.version == 1 + changes[number], number
        hands = {who for n, step, who, _s in won if n == number and step in {"sign", "take"}}
        assert hands <= {case.handler_id}, number
    assert faults() == []


def numbers_are_true(actor: Actor) -> None:
    """Hold the numbers of somebody's tabs against the lists, walked to their end."""
    now = utc_now()
    table = home_timetable(now)
    numbers = counts(actor, now=now, table=table)
    for tab in Tab:
        page = queue(actor, tab, now=now, table=table, size=COUNT_CAP)
        assert numbers[tab] == len(page.rows), (actor.name, tab)
