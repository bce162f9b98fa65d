"""How a letter leaves the house: mail by SMTP, SMS by a gateway, or a line on the console."""

import contextlib
import smtplib
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import requests
import structlog
from urllib3.exceptions import NewConnectionError

from desk.notify.models import Channel
from desk.notify.troubles import NotSent, Trouble
from desk.settings import Settings

CONNECT_SECONDS, TOTAL_SECONDS = 3, 10
SMTP_PORT = 25
TOO_MANY = 429
CLOSING = "421"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Envelope:
    """A letter ready to go: where, what, and an id that stays the same when it is sent again."""

    id: str
    to: str = field(repr=False)
    subject: str
    body: str
    template: str
    written_at: datetime


class Sender(Protocol):
    def send(self, envelope: Envelope) -> None:
        """Send within about 10 seconds, or raise NotSent."""


class SmtpSender:
    """Sends by a mail server: `smtp://user:password@host:port?starttls=1`."""

    def __init__(self, url: str, mail_from: str, tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "localhost", parts.port or SMTP_PORT
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        wanted = parse_qs(parts.query).get("starttls") == ["1"]
        self.tls = (tls or ssl.create_default_context()) if wanted else None
        self.mail_from = mail_from
        self.domain = parseaddr(mail_from)[1].rpartition("@")[2]

    def send(self, envelope: Envelope) -> None:
        stage = Trouble.DOWN
        try:
            message = self._message(envelope)
            with contextlib.closing(_Server(self.host, self.port, self.domain)) as server:
                self._enter(server)
                stage = Trouble.REFUSED
                server.send_message(message)
                with contextlib.suppress(OSError, smtplib.SMTPException):
                    server.quit()
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise NotSent(_trouble(error, stage), _code(error)) from None

    def _enter(self, server: "_Server") -> None:
        if self.tls is not None:
            server.starttls(context=self.tls)
        if self.user:
            server.login(self.user, self.password)
        server.ehlo_or_helo_if_needed()

    def _message(self, envelope: Envelope) -> EmailMessage:
        """Write the mail by the header API; raises ValueError for an address with a line break."""
        name, _, domain = envelope.to.rpartition("@")
        message = EmailMessage()
        message["From"] = self.mail_from
        message["To"] = f"{name}@{domain.encode('idna').decode()}"
        message["Subject"] = envelope.subject
        message["Date"] = format_datetime(envelope.written_at)
        message["Message-ID"] = f"<{envelope.id}@{self.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(envelope.body, cte="7bit" if envelope.body.isascii() else "base64")
        return message


class _BrokenOff(smtplib.SMTPException):
    """The connection broke while the text was on its way."""


class _Server(smtplib.SMTP):
    """A connection that lives for ten seconds at most, however slowly the other side answers."""

    def __init__(self, host: str, port: int, own_name: str) -> None:
        self.until = time.monotonic() + TOTAL_SECONDS
        super().__init__(host, port, local_hostname=own_name, timeout=TOTAL_SECONDS)

    def data(self, msg: Any) -> tuple[int, bytes]:
        try:
            return super().data(msg)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            raise _BrokenOff from error

    def send(self, s: Any) -> None:
        self._hurry()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        self._hurry()
        return super().getreply()

    def _hurry(self) -> None:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if self.sock is not None:
            self.sock.settimeout(left)


def _trouble(error: Exception, stage: Trouble) -> Trouble:
    """Tell a letter that was refused from a server that is away or sends everybody away."""
    if isinstance(error, _BrokenOff):
        return Trouble.UNSURE
    if isinstance(error, ValueError) and not isinstance(error, OSError):
        return Trouble.REFUSED
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
        return Trouble.DOWN if _code(error) == CLOSING else stage
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return stage
    return Trouble.DOWN


def _code(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return str(next(iter(error.recipients.values()))[0])
    if isinstance(error, smtplib.SMTPResponseException):
        return str(error.smtp_code)
    return type(error).__name__


class SmsGatewaySender:
    """Sends through a gateway that takes JSON `{id, to, text}` and answers 2xx."""

    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, envelope: Envelope) -> None:
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(
                    self.url,
                    json={"id": envelope.id, "to": envelope.to, "text": envelope.body.strip()},
                    headers={"Idempotency-Key": envelope.id},
                    timeout=(CONNECT_SECONDS, TOTAL_SECONDS - CONNECT_SECONDS),
                    allow_redirects=False,
                    stream=True,
                )
                answer.close()
        except requests.RequestException as error:
            trouble = Trouble.DOWN if _never_connected(error) else Trouble.UNSURE
            raise NotSent(trouble, type(error).__name__) from None
        status = answer.status_code
        if not 200 <= status < 300:
            everybody = status >= 500 or status == TOO_MANY
            raise NotSent(Trouble.DOWN if everybody else Trouble.REFUSED, str(status))


def _never_connected(error: requests.RequestException) -> bool:
    """Tell whether nothing at all was handed over, so that it cannot arrive twice."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, NewConnectionError)


class ConsoleSender:
    """Says that a letter would go; for the demo, where nobody is written to."""

    def send(self, envelope: Envelope) -> None:
        log.info("letter", id=envelope.id, template=envelope.template, subject=envelope.subject)


def from_settings(settings: Settings) -> Mapping[Channel, Sender]:
    """Choose the senders the settings name; the console where they name none."""
    mail: Sender = (
        SmtpSender(settings.smtp_url, settings.mail_from) if settings.smtp_url else ConsoleSender()
    )
    sms: Sender = SmsGatewaySender(settings.sms_url) if settings.sms_url else ConsoleSender()
    return {Channel.MAIL: mail, Channel.SMS: sms}
