"""The worker as a process: it does what is due, says that it lives, and stops without haste."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from desk.jobs.models import Heartbeat, Job
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read
from desk.notify.models import Letter
from desk.schedules import SCHEDULES
from tests import make
from tests.conftest import DATA_KEY
from tests.notify.sinks import Gateway, scripted_smtp

ROOT = Path(__file__).parents[2]


def environment(url: str, **more: str) -> dict[str, str]:
    """Name the settings of the tests as a process of its own reads them."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("DESK_")},
        "DESK_DEMO": "1",
        "DESK_DATABASE_URL": url,
        "DESK_STORAGE_URL": "file:/nonexistent/desk-files",
        "DESK_DATA_KEYS": DATA_KEY,
        "DESK_SECRET_KEY": "test-secret-key-test-secret-key-test",
        "DESK_INDEX_KEY": "test-index-key-test-index-key-test-x",
        "PYTHONPATH": str(ROOT),
        **more,
    }


Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(app: Flask, database_url: str, tmp_path: Path) -> Iterator[Start]:
    """Start workers of the test's database; what still runs in the end is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(*arguments: str, **settings: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "desk", "worker", *arguments]
        log = tmp_path / f"worker{len(started)}.log"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment(database_url, **settings), stderr=errors
            )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


def owe(n: int) -> None:
    region = make.region()
    hall = make.hall(region.id)
    for _ in range(n):
        make.case(region.id, hall.id, utc_now())
    db.session.remove()


def wait_for(happened: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)


def posted() -> int:
    end_read()
    rows = db.session.scalars(select(Letter).where(Letter.posted_at.isnot(None))).all()
    end_read()
    return len(rows)


def test_once_does_all_that_is_due_and_ends(start: Start, tmp_path: Path) -> None:
    owe(30)
    process = start("--once")
    assert process.wait(30) == 0
    assert posted() == 60
    done = {job.name for job in db.session.scalars(select(Job)) if job.done_at}
    assert done == {schedule.name for schedule in SCHEDULES if schedule.period}
    lines = [json.loads(line) for line in (tmp_path / "worker0.log").read_text().splitlines()]
    assert {line["event"] for line in lines} == {"ledger seal", "letter", "letter sent"}
    assert {line["level"] for line in lines} == {"info"}
    said = (tmp_path / "worker0.log").read_text()
    for canary in (make.PERSON.phone, make.PERSON.email, make.PERSON.name, "过户"):
        assert str(canary) not in said


def test_told_to_stop_it_ends_its_letter_and_leaves_no_lease(start: Start) -> None:
    owe(60)
    sms = Gateway()
    choose = sms.choose

    def slowly() -> int:
        time.sleep(0.1)
        return choose()

    sms.choose = slowly
    process = start(DESK_SMS_URL=sms.url)
    wait_for(lambda: len(sms.received) >= 3)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    sms.close()
    end_read()
    letters = db.session.scalars(select(Letter)).all()
    assert [letter.leased_until for letter in letters if letter.leased_until] == []
    posted_now = {str(row.id) for row in letters if row.posted_at and row.channel == "sms"}
    assert {key for key, _body in sms.received} == posted_now
    assert 3 <= len(posted_now) < 60


def test_a_mail_server_that_hangs_holds_up_neither_messages_nor_schedules(start: Start) -> None:
    owe(3)
    with scripted_smtp({"greeting": "220-wait"}) as smtp:
        sms = Gateway()
        process = start(DESK_SMTP_URL=smtp, DESK_SMS_URL=sms.url)
        begun = time.monotonic()
        wait_for(lambda: len(sms.received) == 3 and _ticked())
        assert time.monotonic() - begun < 8
        process.kill()
        sms.close()


def _ticked() -> bool:
    end_read()
    done = [job.name for job in db.session.scalars(select(Job)) if job.done_at]
    end_read()
    return "tick" in done


def _beaten() -> bool:
    end_read()
    found = db.session.scalar(select(Heartbeat.at)) is not None
    end_read()
    return found


def test_it_says_that_it_lives_and_survives_a_database_that_does_not(
    app: Flask, start: Start, tmp_path: Path
) -> None:
    process = start()
    wait_for(_beaten)
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE letters RENAME TO hidden"))
    wait_for(lambda: (tmp_path / "worker0.log").read_text().count('"event": "worker"') > 1)
    assert process.poll() is None
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE hidden RENAME TO letters"))
    owe(1)
    wait_for(lambda: posted() == 2)
    beat = db.session.scalar(select(Heartbeat.at))
    assert beat is not None
    assert utc_now() - beat < timedelta(seconds=30)
