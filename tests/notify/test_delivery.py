"""Letters: owed once, posted by real protocols, tried again, and never two by two workers."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select

from desk.casework.queries.addresses import address_of
from desk.jobs import actions as jobs
from desk.jobs.models import Job
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.notify.delivery import claim, post_due
from desk.notify.models import Channel, Letter
from desk.notify.senders import Envelope, NotSent, SmsGatewaySender, SmtpSender
from desk.schedules import SCHEDULES, run_due
from tests import make
from tests.ports import free_port

BASE = "https://desk.example"


class Sink:
    """An SMTP server's memory."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802
        parsed = BytesParser(policy=default).parsebytes(envelope.content)  # type: ignore[attr-defined]
        self.messages.append(parsed)
        return "250 kept"


@pytest.fixture
def smtp() -> Iterator[tuple[Sink, str]]:
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield sink, f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


class Gateway:
    """An SMS gateway that answers as it is told."""

    def __init__(self, statuses: list[int]) -> None:
        self.received: list[tuple[str, bytes]] = []
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.received.append((self.headers["Idempotency-Key"], body))
                self.send_response(statuses.pop(0) if statuses else 200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/sms"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def owe_two(app: Flask) -> str:
    """File a case: one mail and one message are owed."""
    region = make.region()
    hall = make.hall(region.id)
    number = make.case(region.id, hall.id, utc_now()).number
    db.session.remove()
    return number


def letters() -> list[Letter]:
    end_read()
    return list(db.session.scalars(select(Letter).order_by(Letter.channel)))


def test_mail_and_message_arrive_and_carry_nothing_but_the_number(
    app: Flask, smtp: tuple[Sink, str]
) -> None:
    number = owe_two(app)
    sink, url = smtp
    gateway = Gateway([])
    senders = {Channel.MAIL: SmtpSender(url, "desk@desk.example"),
               Channel.SMS: SmsGatewaySender(gateway.url)}  # fmt: skip
    assert post_due(senders, address_of, base_url=BASE, clock=utc_now) == 2
    assert post_due(senders, address_of, base_url=BASE, clock=utc_now) == 0
    gateway.close()
    mail = sink.messages[0]
    assert mail["To"] == "person@example.org"
    assert number in mail["Subject"]
    body = mail.get_content()
    assert f"{BASE}/complaints/{number}" in body
    assert "过户" not in body + mail["Subject"]
    assert len(gateway.received) == 1
    assert all(letter.posted_at and not letter.leased_until for letter in letters())


def test_a_failing_gateway_is_tried_again_with_the_same_key(app: Flask) -> None:
    owe_two(app)
    gateway = Gateway([500, 503])
    senders = {Channel.MAIL: Silent(), Channel.SMS: SmsGatewaySender(gateway.url)}
    now = utc_now()
    for minutes in (0, 5, 10, 20):
        moment = now + timedelta(minutes=minutes)
        post_due(senders, address_of, base_url=BASE, clock=lambda moment=moment: moment)
    gateway.close()
    keys = [key for key, _body in gateway.received]
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert all(letter.posted_at for letter in letters())


class Silent:
    def send(self, envelope: Envelope) -> None:
        """Take it and say nothing."""


class Broken:
    def send(self, envelope: Envelope) -> None:
        raise NotSent("down")


def test_after_two_days_a_letter_is_dead_and_seen(app: Flask) -> None:
    owe_two(app)
    senders = {Channel.MAIL: Broken(), Channel.SMS: Broken()}
    now = utc_now()
    for hours in range(0, 60, 6):
        moment = now + timedelta(hours=hours)
        post_due(senders, address_of, base_url=BASE, clock=lambda moment=moment: moment)
    assert all(letter.dead_at and letter.last_error == "down" for letter in letters())
    shown = app.test_cli_runner().invoke(args=["desk", "letters"]).output
    assert shown.count("dead since") == 2
    assert "person@example.org" not in shown


def test_a_leased_letter_is_nobody_elses_until_the_lease_ends(app: Flask) -> None:
    owe_two(app)
    now = utc_now()
    assert len(claim(now=now)) == 2
    assert claim(now=now + timedelta(seconds=29)) == []
    assert len(claim(now=now + timedelta(seconds=31))) == 2


def test_two_workers_post_each_letter_once(app: Flask) -> None:
    region = make.region()
    hall = make.hall(region.id)
    for _ in range(20):
        make.case(region.id, hall.id, utc_now())
    db.session.remove()
    sent: list[str] = []

    class Counting:
        def send(self, envelope: Envelope) -> None:
            sent.append(envelope.id)

    def work() -> None:
        with app.app_context():
            senders = {Channel.MAIL: Counting(), Channel.SMS: Counting()}
            while post_due(senders, address_of, base_url=BASE, clock=utc_now):
                continue
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(sent) == len(set(sent)) == 40


def test_an_erased_party_gets_no_letter(app: Flask) -> None:
    owe_two(app)
    from sqlalchemy import text

    with transaction():
        db.session.execute(
            text("UPDATE parties SET dek_e = NULL, erased_at = filed.at FROM "
                 "(SELECT min(filed_at) AS at FROM cases) AS filed")
        )  # fmt: skip
    post_due(
        {Channel.MAIL: Broken(), Channel.SMS: Broken()}, address_of, base_url=BASE, clock=utc_now
    )
    assert {letter.last_error for letter in letters()} == {"no address"}


def test_schedules_run_once_among_three_workers(app: Flask) -> None:
    now = utc_now()
    ran: list[int] = []
    gate = threading.Barrier(3)

    def work() -> None:
        with app.app_context():
            gate.wait()
            ran.append(run_due(now))
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(ran) == len(SCHEDULES)


def test_poisoned_work_is_parked_and_blocks_nobody(app: Flask) -> None:
    now = utc_now()
    with transaction():
        jobs.enqueue("poison", "1", run_at=now, now=now)
    for n in range(20):
        moment = now + timedelta(hours=n)
        with transaction():
            claimed = [job.id for job in jobs.claim(["poison"], now=moment)]
        for job_id in claimed:
            with transaction():
                jobs.fail(job_id, "boom", now=moment)
    end_read()
    job = db.session.scalars(select(Job)).one()
    assert (job.attempts, job.done_at, job.error) == (12, None, "boom")
