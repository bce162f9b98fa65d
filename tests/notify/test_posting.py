"""Letters: owed once, posted by real protocols, tried again, and never one by two workers."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text, update

from desk.casework.models import Party
from desk.casework.queries.addresses import address_of
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.ids import uuid7
from desk.notify import outbox
from desk.notify.actions import retry, write
from desk.notify.delivery import post_due
from desk.notify.models import Channel, Letter
from desk.notify.senders import Envelope, Sender, SmsGatewaySender, SmtpSender
from desk.notify.troubles import NotSent, Trouble
from tests import make
from tests.notify.sinks import RESET, Broken, Gateway, Silent, Sink, gateway, smtp_server
from tests.ports import free_port

BASE = "https://desk.example"
BOTH = (Channel.MAIL, Channel.SMS)


def owe(n: int = 1) -> str:
    """File cases of somebody with a phone and a mailbox: two letters each are owed."""
    region = make.region()
    hall = make.hall(region.id)
    number = [make.case(region.id, hall.id, utc_now()).number for _ in range(n)][-1]
    db.session.remove()
    return number


def post(mail: Sender, sms: Sender, at: datetime | None = None) -> int:
    senders = {Channel.MAIL: mail, Channel.SMS: sms}
    return post_due(senders, address_of, base_url=BASE, clock=(lambda: at) if at else utc_now)


def letters(channel: Channel | None = None) -> list[Letter]:
    end_read()
    statement = select(Letter).order_by(Letter.channel)
    rows = list(db.session.scalars(statement))
    end_read()
    return [row for row in rows if channel in {None, row.channel}]


def the(channel: Channel) -> Letter:
    (letter,) = letters(channel)
    return letter


def test_mail_and_message_arrive_and_carry_nothing_but_the_number(app: Flask) -> None:
    number = owe()
    sink = Sink()
    with smtp_server(sink) as url, gateway() as sms:
        assert post(SmtpSender(url, "desk@desk.example"), SmsGatewaySender(sms.url)) == 2
        assert post(Broken(), Broken()) == 0
    mail = sink.messages[0]
    assert (mail["To"], number in mail["Subject"]) == (make.PERSON.email, True)
    address = f"{BASE}/complaints/{number}"
    message = sms.received[0][1]["text"]
    assert message.endswith(address)
    assert mail.get_content().startswith(message)
    for said in (message, mail.get_content(), str(mail["Subject"])):
        assert "过户" not in said
        assert "欧阳" not in said
    assert all(letter.posted_at and not letter.leased_until for letter in letters())


def test_no_transaction_is_open_while_a_letter_is_sent(app: Flask, database_url: str) -> None:
    owe()
    held: list[object] = []

    class Looking:
        def send(self, envelope: Envelope) -> None:
            held.append(db.session().in_transaction())
            other = create_engine(database_url)
            with other.begin() as connection:
                connection.execute(text("UPDATE letters SET provider_ref = 'seen'"))
                if other.dialect.name == "postgresql":
                    idle = (
                        "SELECT count(*) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND state LIKE 'idle in%'"
                    )
                    held.append(connection.scalar(text(idle)))
            other.dispose()

    post(Looking(), Looking())
    assert held
    assert not any(held)
    assert {letter.provider_ref for letter in letters()} == {"seen"}


def test_a_failing_letter_waits_longer_each_time_with_the_same_id(app: Flask) -> None:
    owe()
    refusing, now = Broken(Trouble.REFUSED), utc_now()
    post(Silent(), refusing, now)
    waits = []
    for _ in range(7):
        before = now
        now = the(Channel.SMS).not_before
        waits.append((now - before).total_seconds())
        assert post(Silent(), refusing, now - timedelta(seconds=1)) == 0
        assert post(Silent(), refusing, now) == 1
    for wait, meant in zip(waits, (30, 120, 300, 900, 1800, 1800, 1800), strict=True):
        assert meant * 0.9 <= wait <= meant * 1.1
    assert len(refusing.tried) == 8
    assert len(set(refusing.tried)) == 1


def test_a_gateway_that_stumbles_gets_every_message_through(app: Flask) -> None:
    owe(8)
    now = utc_now()
    stumbles = [500, 200, RESET, RESET, 200, 503, 500, RESET, 200, 429]
    with gateway(*stumbles) as sms:
        sender = SmsGatewaySender(sms.url)
        for minutes in range(12):
            post(Silent(), sender, now + timedelta(minutes=minutes))
    assert {key for key, _body in sms.received} == {str(row.id) for row in letters(Channel.SMS)}
    assert sorted(sms.delivered) == sorted(set(sms.delivered))
    assert all(letter.posted_at for letter in letters())


def test_an_outage_of_ten_minutes_is_made_up_within_five(app: Flask) -> None:
    """One letter alone: nothing else comes that could show that the server is back."""
    owe()
    start, sink, port = utc_now(), Sink(), free_port()
    sender = SmtpSender(f"smtp://127.0.0.1:{port}", "desk@desk.example")

    def run(seconds: int, until: int) -> int:
        while seconds < until and the(Channel.MAIL).posted_at is None:
            post(sender, Silent(), start + timedelta(seconds=seconds))
            seconds += 10
        return seconds

    run(0, 600)
    assert the(Channel.MAIL).attempts <= 8
    with smtp_server(sink, port=port):
        back = run(600, 1200)
    assert back <= 600 + 5 * 60
    assert len(sink.messages) == 1


def test_what_waits_is_hastened_when_the_way_is_open_again(app: Flask) -> None:
    owe(30)
    start = utc_now()
    broken, silent = Broken(), Silent()
    for minutes in range(0, 60, 2):
        post(broken, Silent(), start + timedelta(minutes=minutes))
    for seconds in range(3600, 3900, 10):
        post(silent, Silent(), start + timedelta(seconds=seconds))
    assert len(silent.sent) == len(set(silent.sent)) == 30
    assert all(letter.posted_at for letter in letters())


def test_a_refused_letter_is_not_hastened_by_others(app: Flask) -> None:
    owe()
    now = utc_now()
    for _ in range(5):
        post(Broken(Trouble.REFUSED), Silent(), now)
        now = the(Channel.MAIL).not_before
    waits_until = the(Channel.MAIL).not_before
    outbox.hasten(Channel.MAIL, now=now - timedelta(minutes=10))
    assert the(Channel.MAIL).not_before == waits_until


def test_a_way_that_is_shut_is_left_alone_for_a_while(app: Flask) -> None:
    """Two tries, not twenty; the rest keep their tries and their turn."""
    owe(12)
    shut, open_, now = Broken(), Silent(), utc_now()
    post(shut, open_, now)
    assert len(shut.tried) == 2
    assert sorted({letter.attempts for letter in letters(Channel.MAIL)}) == [0, 1]
    post(shut, open_, now + timedelta(seconds=1))
    assert len(open_.sent) == 12


def test_after_two_days_a_letter_is_dead_until_somebody_tries_it_again(app: Flask) -> None:
    owe()
    start = utc_now()
    for hours in range(0, 60, 6):
        post(Broken(Trouble.REFUSED), Silent(), start + timedelta(hours=hours))
    letter = the(Channel.MAIL)
    assert letter.dead_at == start + timedelta(hours=48)
    assert letter.last_error == "refused: no line"
    key, written, later = letter.id, letter.written_at, start + timedelta(days=5)
    with transaction():
        assert retry(letter.region_id, key, now=later)
    with transaction():
        assert not retry(letter.region_id, key, now=later)
    for hours in range(0, 47, 6):
        post(Broken(Trouble.REFUSED), Silent(), later + timedelta(hours=hours))
    assert the(Channel.MAIL).dead_at is None
    silent = Silent()
    post(silent, Silent(), later + timedelta(hours=47))
    assert silent.sent == [str(key)]
    assert the(Channel.MAIL).written_at == written


def test_a_leased_letter_is_nobody_elses_until_the_lease_ends(app: Flask) -> None:
    owe()
    now = utc_now()
    assert len(outbox.claim(BOTH, now=now)) == 2
    assert outbox.claim(BOTH, now=now + timedelta(seconds=29)) == []
    again = outbox.claim(BOTH, now=now + timedelta(seconds=31))
    assert len(again) == 2
    assert {letter.attempts for letter in letters()} == {2}


def test_a_worker_that_wakes_too_late_changes_nothing_of_another(app: Flask) -> None:
    owe()
    now = utc_now()
    slow = outbox.claim([Channel.MAIL], now=now)[0]
    quick = outbox.claim([Channel.MAIL], now=now + timedelta(seconds=31))[0]
    outbox.failed(slow, NotSent(Trouble.DOWN), now=now + timedelta(days=3))
    outbox.give_back([slow])
    assert (the(Channel.MAIL).leased_until, the(Channel.MAIL).dead_at) == (quick.leased_until, None)
    outbox.posted(quick, now=now)
    outbox.failed(slow, NotSent(Trouble.DOWN), now=now + timedelta(days=3))
    assert (the(Channel.MAIL).posted_at, the(Channel.MAIL).dead_at) == (now, None)


def together(app: Flask, workers: int, work: Callable[[], None]) -> None:
    """Run the same work in several threads, each with a session of its own."""

    def run() -> None:
        with app.app_context():
            work()
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_three_workers_post_each_letter_once(app: Flask) -> None:
    owe(30)
    silent = Silent()

    def work() -> None:
        while post(silent, silent):
            continue

    together(app, 3, work)
    assert len(silent.sent) == len(set(silent.sent)) == 60


def test_a_slow_server_makes_no_letter_go_twice(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty letters at 0.2 s each outlast a lease of 1 s; nobody begins what may not end in it."""
    monkeypatch.setattr(outbox, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr("desk.notify.delivery.LONGEST_SENDING", timedelta(seconds=0.5))
    owe(10)
    sent: list[str] = []

    class Slow:
        def send(self, envelope: Envelope) -> None:
            time.sleep(0.2)
            sent.append(envelope.id)

    def work() -> None:
        idle = 0
        while idle < 30:
            if post(Slow(), Slow()):
                idle = 0
            else:
                idle += 1
                time.sleep(0.05)

    together(app, 2, work)
    assert len(sent) == len(set(sent)) == 20
    assert all(letter.posted_at for letter in letters())
    assert {letter.attempts for letter in letters()} == {1}


def test_told_to_stop_a_worker_ends_its_letter_and_gives_back_the_rest(app: Flask) -> None:
    owe(3)
    silent = Silent()
    senders = {Channel.MAIL: silent, Channel.SMS: silent}
    tried = post_due(
        senders,
        address_of,
        base_url=BASE,
        clock=utc_now,
        stopping=lambda: len(silent.sent) >= 2,
    )
    assert tried == 2
    assert [row.leased_until for row in letters()] == [None] * 6
    assert sorted(row.attempts for row in letters()) == [0, 0, 0, 0, 1, 1]


def test_a_letter_that_cannot_be_written_holds_up_no_other(app: Flask) -> None:
    owe(2)
    with transaction():
        first = db.session.scalars(select(Letter).order_by(Letter.not_before, Letter.id)).first()
        assert first is not None
        first.context = {"path": "/x"}
        broken = first.id
    silent = Silent()
    assert post(silent, silent) == 4
    assert len(silent.sent) == 3
    (fault,) = [row for row in letters() if row.id == broken]
    assert (fault.last_error, fault.leased_until, fault.posted_at) == (
        "fault: KeyError",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("lost", "why"),
    [({"dek_e": None, "erased_at": make.MONDAY}, "erased"), ({"email_e": None}, "no_address")],
)
def test_whom_no_letter_can_reach_gets_none(app: Flask, lost: dict[str, object], why: str) -> None:
    owe()
    with transaction():
        db.session.execute(update(Party).values(**lost))
    silent = Silent()
    post(silent, Silent())
    letter = the(Channel.MAIL)
    assert (letter.last_error, letter.dead_at is None, silent.sent) == (why, False, [])
    with transaction():
        assert retry(letter.region_id, letter.id, now=utc_now()) is (why != "erased")


def owe_link(now: datetime) -> None:
    region = make.region()
    with transaction():
        write(
            "rate",
            region_id=region.id,
            party_id=uuid7(now),
            channel=Channel.SMS,
            lang="en",
            dedupe_key="1",
            context={"number": "XZ-1", "path": "/rate"},
            now=now,
            secret="XZ-one-time",
        )


def test_a_link_is_sealed_until_it_is_posted_and_then_forgotten(app: Flask) -> None:
    now = utc_now()
    owe_link(now)
    assert b"one-time" not in bytes(the(Channel.SMS).secret_e or b"")
    texts: list[str] = []

    class Keeping:
        def send(self, envelope: Envelope) -> None:
            texts.append(envelope.body)

    senders = {Channel.SMS: Keeping()}
    post_due(senders, lambda *_: "13800138000", base_url=BASE, clock=utc_now)
    assert f"{BASE}/rate/XZ-one-time" in texts[0]
    assert the(Channel.SMS).secret_e is None


def test_a_dead_letter_keeps_its_link_for_whoever_tries_again(app: Flask) -> None:
    now = utc_now()
    owe_link(now)
    senders = {Channel.SMS: Broken()}
    for hours in (0, 49):
        moment = now + timedelta(hours=hours)
        post_due(senders, lambda *_: "1", base_url=BASE, clock=lambda moment=moment: moment)
    assert the(Channel.SMS).dead_at is not None
    assert the(Channel.SMS).secret_e is not None


def test_a_link_that_does_not_open_is_never_sent_empty(app: Flask) -> None:
    now = utc_now()
    owe_link(now)
    with transaction():
        letter = db.session.scalars(select(Letter)).one()
        letter.secret_e = bytes(letter.secret_e or b"")[:-1] + b"\0"
    silent = Silent()
    post_due({Channel.SMS: silent}, lambda *_: "1", base_url=BASE, clock=utc_now)
    assert (silent.sent, the(Channel.SMS).last_error) == ([], "fault: Undecipherable")


def test_a_gateway_off_for_ten_minutes_delays_no_mail(app: Flask) -> None:
    owe(5)
    sink = Sink()
    with smtp_server(sink) as url:
        sms = Gateway(*[503] * 50)
        post(SmtpSender(url, "desk@desk.example"), SmsGatewaySender(sms.url))
        sms.close()
    assert len(sink.messages) == 5
    assert len(sms.received) == 2
