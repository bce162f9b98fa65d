"""kill -9 of web and worker at any moment loses no acknowledged case and no owed letter."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from desk.casework.models import Case
from desk.intake.models import RequestKey
from desk.kernel.db import db
from desk.notify.models import Letter
from tests import make
from tests.conftest import DATA_KEY, running_app
from tests.notify.test_delivery import Gateway, Sink
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
KILLS = 20
CLIENTS = 4

pytestmark = pytest.mark.slow


@dataclass
class Processes:
    """Web and worker as processes of their own, started again whenever they are killed."""

    port: int
    environment: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        commands = {
            "web": ["-m", "waitress", f"--listen=127.0.0.1:{self.port}", "--call",
                    "tests.crash.site:make_app"],
            "worker": ["-m", "flask", "--app", "wsgi", "desk", "worker"],
        }  # fmt: skip
        self.running[name] = subprocess.Popen(
            [sys.executable, *commands[name]], cwd=ROOT, env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def kill(self, name: str) -> None:
        self.running[name].send_signal(signal.SIGKILL)
        self.running[name].wait()

    def stop(self) -> None:
        for process in self.running.values():
            process.kill()
            process.wait()


@dataclass
class Filers:
    """Clients that file again and again and repeat a request that got no answer."""

    url: str
    acknowledged: set[str] = field(default_factory=set)
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.stopping.is_set():
            key = uuid.uuid4().hex
            while not self.stopping.is_set():
                try:
                    request = urllib.request.Request(
                        self.url, data=key.encode(), headers={"Content-Type": "text/plain"}
                    )
                    with urllib.request.urlopen(request, timeout=5) as answer:
                        if answer.status == 200:
                            self.acknowledged.add(key)
                            break
                except (urllib.error.URLError, OSError):
                    self.stopping.wait(0.05)


def storm(url: str, *, early: bool, smtp: str, sms: str) -> set[str]:
    """File while web and worker are killed; give the keys that were acknowledged."""
    port = free_port()
    environment = {
        **os.environ,
        "DESK_DEMO": "1", "DESK_DATABASE_URL": url, "DESK_DATA_KEYS": DATA_KEY,
        "DESK_SECRET_KEY": "test-secret-key-test-secret-key-test",
        "DESK_INDEX_KEY": "test-index-key-test-index-key-test-x",
        "DESK_SMTP_URL": smtp, "DESK_SMS_URL": sms, "PYTHONPATH": str(ROOT),
        "EARLY": "1" if early else "",
    }  # fmt: skip
    processes = Processes(port, environment)
    filers = Filers(f"http://127.0.0.1:{port}/crash-test")
    threads = [threading.Thread(target=filers.run, daemon=True) for _ in range(CLIENTS)]
    chance = random.Random(7)
    try:
        processes.start("web")
        processes.start("worker")
        for thread in threads:
            thread.start()
        for n in range(6 if early else KILLS):
            wait_for_more(filers, chance.randint(2, 9))
            name = "web" if early or n % 2 == 0 else "worker"
            processes.kill(name)
            processes.start(name)
        wait_for_more(filers, 5)
        filers.stopping.set()
        for thread in threads:
            thread.join()
    finally:
        filers.stopping.set()
        processes.stop()
    return set(filers.acknowledged)


def wait_for_more(filers: Filers, more: int) -> None:
    """Wait until so many more filings were acknowledged, so that each kill falls into work."""
    wanted, until = len(filers.acknowledged) + more, time.monotonic() + 30
    while len(filers.acknowledged) < wanted and time.monotonic() < until:
        filers.stopping.wait(0.02)
    assert len(filers.acknowledged) >= wanted, "the desk did not come back"


def furnish(url: str) -> None:
    with running_app(url):
        region = make.region()
        make.hall(region.id)


def stored(url: str) -> tuple[set[str], int, int]:
    """Give the keys in the database, the cases, and the letters that lack."""
    with running_app(url):
        keys = set(db.session.scalars(select(RequestKey.key)))
        cases = db.session.scalar(select(func.count()).select_from(Case)) or 0
        letters = db.session.scalar(select(func.count()).select_from(Letter)) or 0
    return keys, cases, cases - letters


def deliver_the_rest(url: str, smtp: str, sms: str) -> int:
    """Let a last worker post what is left; give how many are still owed."""
    with running_app(url, smtp_url=smtp, sms_url=sms) as app:
        from datetime import timedelta

        from desk.casework.queries.addresses import address_of
        from desk.kernel.clock import utc_now
        from desk.notify.delivery import post_due

        while post_due(
            app.extensions["senders"],
            address_of,
            base_url="",
            clock=lambda: utc_now() + timedelta(minutes=5),
        ):
            continue
        owed = select(func.count()).select_from(Letter).where(Letter.posted_at.is_(None))
        return db.session.scalar(owed) or 0


def test_nothing_acknowledged_is_lost(database_url: str) -> None:
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    gateway = Gateway([])
    smtp = f"smtp://127.0.0.1:{controller.port}"
    try:
        furnish(database_url)
        acknowledged = storm(database_url, early=False, smtp=smtp, sms=gateway.url)
        keys, cases, lacking = stored(database_url)
        assert len(acknowledged) >= KILLS * 2
        assert acknowledged - keys == set()
        assert cases == len(keys)
        assert lacking == 0
        assert deliver_the_rest(database_url, smtp, gateway.url) == 0
        sent = [key for key, _body in gateway.received]
        assert len(set(sent)) == cases
    finally:
        gateway.close()
        controller.stop()


def test_the_control_that_answers_too_early_loses_some(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "early.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{path}"
    furnish(url)
    gateway = Gateway([])
    acknowledged = storm(url, early=True, smtp="", sms=gateway.url)
    gateway.close()
    keys, _cases, _lacking = stored(url)
    assert acknowledged - keys
