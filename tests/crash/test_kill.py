"""kill -9 of web and worker at any moment loses no acknowledged case and no owed letter."""

import contextlib
import http.client
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from desk.audit.queries import faults
from desk.casework.models import Case
from desk.casework.queries.addresses import address_of
from desk.intake.models import RequestKey
from desk.kernel.clock import utc_now
from desk.kernel.db import db
from desk.notify.delivery import post_due
from desk.notify.models import Letter
from tests import make
from tests.conftest import running_app
from tests.jobs.test_worker import environment
from tests.notify.sinks import RESET, Gateway, Sink, smtp_server
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
KILLS, KILLS_OF_CONTROL = 30, 6
CLIENTS = 4
SEED = 7

pytestmark = pytest.mark.slow


@dataclass
class Nursery:
    """Bears web and worker as processes of their own, and kills them."""

    environment: dict[str, str]
    alive: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.nursery"],
            cwd=ROOT, env=self.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def bear(self, kind: str, *arguments: str) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(" ".join([kind, *arguments]) + "\n")
        self.process.stdin.flush()
        self.alive[kind] = int(self.process.stdout.readline())

    def kill(self, kind: str) -> None:
        """Kill a process and wait until it is gone."""
        child = self.alive.pop(kind)
        os.kill(child, signal.SIGKILL)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                os.kill(child, 0)
            except ProcessLookupError:
                return
            time.sleep(0.005)
        raise AssertionError("it does not die")

    def close(self) -> None:
        for kind in list(self.alive):
            self.kill(kind)
        self.process.kill()
        self.process.communicate()


@dataclass
class Filers:
    """Clients that file again and again; a request without an answer is repeated with its key."""

    url: str
    acknowledged: set[str] = field(default_factory=set)
    repeated: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.stopping.is_set():
            key = uuid.uuid4().hex
            while not self.stopping.is_set() and not self.file(key):
                self.repeated += 1
                self.stopping.wait(0.02)

    def file(self, key: str) -> bool:
        request = urllib.request.Request(
            self.url, data=key.encode(), headers={"Content-Type": "text/plain"}
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                answer.read()
        except (http.client.HTTPException, OSError):
            return False
        self.acknowledged.add(key)
        return True

    def wait_for(self, more: int) -> None:
        """Wait until so many more were acknowledged, so that each kill falls into work."""
        wanted, until = len(self.acknowledged) + more, time.monotonic() + 30
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < until, "the desk did not come back"
            self.stopping.wait(0.01)


@contextmanager
def filing(url: str) -> Iterator[Filers]:
    filers = Filers(url)
    threads = [threading.Thread(target=filers.run, daemon=True) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield filers
    finally:
        filers.stopping.set()
        for thread in threads:
            thread.join()


def storm(settings: dict[str, str], web: str, kills: int) -> Filers:
    """File while web and worker are killed at random moments; give what was acknowledged."""
    chance, port = random.Random(SEED), str(free_port())
    nursery = Nursery(settings)
    try:
        nursery.bear(web, port)
        nursery.bear("worker")
        with filing(f"http://127.0.0.1:{port}/file") as filers:
            for _ in range(kills):
                filers.wait_for(chance.randint(1, 8))
                time.sleep(chance.random() * 0.05)
                kind = chance.choice([web, "worker"])
                nursery.kill(kind)
                nursery.bear(kind, *([port] if kind == web else []))
            filers.wait_for(5)
    finally:
        nursery.close()
    return filers


def furnish(url: str) -> None:
    with running_app(url):
        make.hall(make.region().id)


def stumbling(chance: random.Random) -> Callable[[], int]:
    return lambda: chance.choice([200] * 8 + [500, RESET])


def deliver_the_rest(url: str, smtp: str, sms: str) -> None:
    """Let a last worker post what is left, as if an hour had passed since the storm."""
    with running_app(url, smtp_url=smtp, sms_url=sms) as app:
        for minutes in range(60, 80):
            shift = timedelta(minutes=minutes)
            while post_due(
                app.extensions["senders"],
                address_of,
                base_url=app.extensions["settings"].base_url,
                clock=lambda shift=shift: utc_now() + shift,  # type: ignore[misc]
            ):
                continue


def check_nothing_is_lost(url: str, acknowledged: set[str]) -> list[Letter]:
    """Hold what is stored against what was promised, and give the letters."""
    with running_app(url):
        stored = {row.key: row.answer["number"] for row in db.session.scalars(select(RequestKey))}
        cases = {case.number: case.party_id for case in db.session.scalars(select(Case))}
        letters = list(db.session.scalars(select(Letter)))
        assert acknowledged - set(stored) == set()
        assert sorted(stored.values()) == sorted(cases)
        owed = Counter((party, way) for party in cases.values() for way in ("mail", "sms"))
        assert Counter((letter.party_id, letter.channel.value) for letter in letters) == owed
        assert faults() == []
        db.session.expunge_all()
        return letters


def check_delivery(letters: list[Letter], sink: Sink, sms: Gateway) -> None:
    """Every letter arrived; one that came twice came with the same id and the same words."""
    assert [letter.id for letter in letters if letter.posted_at is None] == []
    mails = Counter(str(mail["Message-ID"]).strip("<>").split("@")[0] for mail in sink.messages)
    texts = {(str(mail["Message-ID"]), mail.as_bytes()) for mail in sink.messages}
    messages = Counter(sms.delivered)
    for arrived, way in ((mails, "mail"), (messages, "sms")):
        assert set(arrived) == {str(letter.id) for letter in letters if letter.channel == way}
    assert len(texts) == len(mails)
    bodies = {(key, tuple(sorted(body.items()))) for key, body in sms.received}
    assert len(bodies) == len(messages)


def test_nothing_acknowledged_is_lost_and_every_letter_arrives(database_url: str) -> None:
    furnish(database_url)
    sink, sms = Sink(), Gateway()
    sms.choose = stumbling(random.Random(SEED))
    with contextlib.closing(sms), smtp_server(sink) as smtp:
        settings = environment(database_url, DESK_SMTP_URL=smtp, DESK_SMS_URL=sms.url)
        filers = storm(settings, "web", KILLS)
        arrived_in_the_storm = len(sink.messages)
        sms.choose = lambda: 200
        deliver_the_rest(database_url, smtp, sms.url)
    assert len(filers.acknowledged) >= KILLS * 2
    assert filers.repeated > 0
    assert arrived_in_the_storm > 0
    letters = check_nothing_is_lost(database_url, filers.acknowledged)
    check_delivery(letters, sink, sms)


def test_the_control_that_answers_too_early_loses_some(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "early.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{path}"
    furnish(url)
    filers = storm(environment(url), "early", KILLS_OF_CONTROL)
    with pytest.raises(AssertionError):
        check_nothing_is_lost(url, filers.acknowledged)
    with running_app(url):
        kept = set(db.session.scalars(select(RequestKey.key)))
    assert filers.acknowledged - kept
