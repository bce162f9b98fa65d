"""Senders against real servers: what arrives, and what each way of failing is called."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from desk.kernel.clock import utc_now
from desk.notify import senders
from desk.notify.models import Channel
from desk.notify.senders import (
    ConsoleSender,
    Envelope,
    SmsGatewaySender,
    SmtpSender,
    from_settings,
)
from desk.notify.troubles import NotSent
from tests.conftest import make_settings
from tests.notify.sinks import RESET, Gateway, Sink, gateway, scripted_smtp, smtp_server
from tests.ports import free_port

LETTER = Envelope(
    id="019abcde-0000-7000-8000-000000000001",
    to="person@example.org",
    subject="您反映的XZ-261123-482915-8已受理",
    body="您反映的XZ-261123-482915-8已受理。 https://desk.example/complaints/X\n",
    template="accepted",
    written_at=datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
)
FROM = "Service desk <desk@desk.example>"


def trouble_of(sender: SmtpSender | SmsGatewaySender, letter: Envelope = LETTER) -> tuple[str, str]:
    with pytest.raises(NotSent) as failure:
        sender.send(letter)
    assert "person" not in str(failure.value)
    assert failure.value.__cause__ is None
    return failure.value.trouble.value, failure.value.detail


def test_a_mail_arrives_whole_and_is_the_same_when_it_is_sent_again() -> None:
    sink = Sink()
    with smtp_server(sink) as url:
        sender = SmtpSender(url, FROM)
        sender.send(LETTER)
        sender.send(LETTER)
    first, second = sink.messages
    assert (first["From"], first["To"], first["Subject"]) == (FROM, LETTER.to, LETTER.subject)
    assert first["Message-ID"] == f"<{LETTER.id}@desk.example>"
    assert first["Date"] == "Mon, 23 Nov 2026 02:00:00 +0000"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first.get_content() == LETTER.body
    assert first.as_bytes() == second.as_bytes()


def test_a_domain_in_another_script_is_written_as_mail_servers_read_it() -> None:
    sink = Sink()
    with smtp_server(sink) as url:
        SmtpSender(url, FROM).send(_to("person@例子.中国"))
    assert sink.messages[0]["To"] == "person@xn--fsqu00a.xn--fiqs8s"


def _to(address: str) -> Envelope:
    return Envelope(LETTER.id, address, "s", "b", "accepted", LETTER.written_at)


@pytest.mark.parametrize(
    "address", ["person@example.org\r\nBcc: x@example.org", "person@" + "x" * 64 + ".org"]
)
def test_an_address_that_is_none_never_becomes_a_header(address: str) -> None:
    sink = Sink()
    with smtp_server(sink) as url:
        assert trouble_of(SmtpSender(url, FROM), _to(address))[0] == "refused"
    assert sink.messages == []


@pytest.mark.parametrize(
    ("replies", "trouble", "detail"),
    [
        ({"greeting": "554 go away"}, "down", "554"),
        ({"greeting": ""}, "down", None),
        ({"greeting": "220 hello", "mail": "421 closing"}, "down", "421"),
        ({"greeting": "220 hello", "mail": "530 sign in"}, "down", "530"),
        ({"greeting": "220 hello", "rcpt": "550 unknown"}, "refused", "550"),
        ({"greeting": "220 hello", "rcpt": "451 later"}, "refused", "451"),
        ({"greeting": "220 hello", "rcpt": "421 closing"}, "down", "421"),
        ({"greeting": "220 hello", "rcpt": ""}, "down", None),
        ({"greeting": "220 hello", "data": "354 go on", "text": "554 spam"}, "refused", "554"),
        ({"greeting": "220 hello", "data": "354 go on", "text": ""}, "unsure", "_BrokenOff"),
    ],
)
def test_each_failure_of_a_mail_server_has_its_name(
    replies: dict[str, str], trouble: str, detail: str | None
) -> None:
    with scripted_smtp(replies) as url:
        found = trouble_of(SmtpSender(url, FROM))
    assert found[0] == trouble
    assert detail in {None, found[1]}


def test_a_line_that_breaks_after_the_last_word_has_sent_the_mail() -> None:
    with scripted_smtp({"greeting": "220 hello", "data": "354 go on", "quit": ""}) as url:
        SmtpSender(url, FROM).send(LETTER)


def test_nobody_there_is_down() -> None:
    nobody = free_port()
    assert trouble_of(SmtpSender(f"smtp://127.0.0.1:{nobody}", FROM))[0] == "down"
    assert trouble_of(SmsGatewaySender(f"http://127.0.0.1:{nobody}/"))[0] == "down"


def test_a_server_that_never_answers_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "TOTAL_SECONDS", 0.3)
    with scripted_smtp({"greeting": "220-and\r\n220-so\r\n220-on"}) as url:
        assert trouble_of(SmtpSender(url, FROM))[0] == "down"


def certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = utc_now()
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


def test_encryption_is_checked_before_anything_is_said(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    there = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    there.load_cert_chain(cert, key)
    here = ssl.create_default_context(cafile=str(cert))
    sink = Sink()
    with smtp_server(sink, tls_context=there, require_starttls=True) as url:
        assert trouble_of(SmtpSender(f"{url}?starttls=1", FROM))[0] == "down"
        assert sink.messages == []
        SmtpSender(f"{url}?starttls=1", FROM, here).send(LETTER)
    assert len(sink.messages) == 1


def test_a_message_carries_an_id_that_stays() -> None:
    with gateway() as sms:
        SmsGatewaySender(sms.url).send(LETTER)
    body = {"id": LETTER.id, "to": LETTER.to, "text": LETTER.body.strip()}
    assert sms.received == [(LETTER.id, body)]


@pytest.mark.parametrize(
    ("answer", "trouble", "detail"),
    [
        (500, "down", "500"),
        (503, "down", "503"),
        (429, "down", "429"),
        (400, "refused", "400"),
        (302, "refused", "302"),
        (RESET, "unsure", "ConnectionError"),
    ],
)
def test_each_answer_of_a_gateway_has_its_name(answer: int, trouble: str, detail: str) -> None:
    with gateway(answer) as sms:
        assert trouble_of(SmsGatewaySender(sms.url)) == (trouble, detail)
    assert len(sms.received) == 1


def test_the_surroundings_cannot_send_messages_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Gateway()
    monkeypatch.setenv("HTTP_PROXY", other.url)
    monkeypatch.setenv("NO_PROXY", "")
    with gateway() as sms:
        SmsGatewaySender(sms.url).send(LETTER)
    other.close()
    assert (len(sms.received), other.received) == (1, [])


def test_the_demo_says_what_would_go_but_not_to_whom(capsys: pytest.CaptureFixture[str]) -> None:
    from desk.kernel.logs import configure

    configure()
    ConsoleSender().send(LETTER)
    said = capsys.readouterr().err
    assert "accepted" in said
    assert "XZ-261123-482915-8" in said
    assert "person" not in said


def test_settings_choose_the_senders() -> None:
    chosen = from_settings(make_settings("sqlite://", smtp_url="smtp://a:b%40c@mail:587"))
    mail = chosen[Channel.MAIL]
    assert isinstance(mail, SmtpSender)
    assert (mail.host, mail.port, mail.user, mail.password) == ("mail", 587, "a", "b@c")
    assert isinstance(chosen[Channel.SMS], ConsoleSender)
