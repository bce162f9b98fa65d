"""How a letter leaves the house: mail by SMTP, SMS by a gateway, or a line on the console."""

import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import requests
import structlog

from desk.notify.models import Channel
from desk.settings import Settings

CONNECT_SECONDS, TOTAL_SECONDS = 3, 10
LONGEST_SMS = 500

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Envelope:
    """A letter ready to go: where, what, and an id that stays the same when it is sent again."""

    id: str
    to: str
    subject: str
    body: str


class NotSent(Exception):
    """It did not leave; the message names the kind of failure, never the address."""


class Sender(Protocol):
    def send(self, envelope: Envelope) -> None:
        """Send, or raise NotSent."""


class SmtpSender:
    """Sends by a mail server."""

    def __init__(self, url: str, mail_from: str) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "localhost", parts.port or 25
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.starttls = parse_qs(parts.query).get("starttls") == ["1"]
        self.mail_from = mail_from

    def send(self, envelope: Envelope) -> None:
        message = EmailMessage()
        message["From"], message["To"] = self.mail_from, envelope.to
        message["Subject"] = envelope.subject
        message["Message-ID"] = f"<{envelope.id}@{self.mail_from.partition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(envelope.body)
        try:
            with smtplib.SMTP(self.host, self.port, timeout=TOTAL_SECONDS) as server:
                if self.starttls:
                    server.starttls()
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise NotSent(type(error).__name__) from error


class SmsGatewaySender:
    """Sends through a gateway that takes JSON `{id, to, text}` and answers 2xx."""

    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, envelope: Envelope) -> None:
        try:
            answer = requests.post(
                self.url,
                json={
                    "id": envelope.id,
                    "to": envelope.to,
                    "text": envelope.body[:LONGEST_SMS],
                },
                headers={"Idempotency-Key": envelope.id},
                timeout=(CONNECT_SECONDS, TOTAL_SECONDS),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise NotSent(type(error).__name__) from error
        if not 200 <= answer.status_code < 300:
            raise NotSent(f"gateway answered {answer.status_code}")


class ConsoleSender:
    """Says that a letter would go; for the demo, where nobody is written to."""

    def send(self, envelope: Envelope) -> None:
        log.info("letter", id=envelope.id, subject=envelope.subject)


def from_settings(settings: Settings) -> Mapping[Channel, Sender]:
    """Choose the senders the settings name; the console where they name none."""
    mail: Sender = (
        SmtpSender(settings.smtp_url, settings.mail_from) if settings.smtp_url else ConsoleSender()
    )
    sms: Sender = SmsGatewaySender(settings.sms_url) if settings.sms_url else ConsoleSender()
    return {Channel.MAIL: mail, Channel.SMS: sms}
