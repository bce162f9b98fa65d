"""Posting what is owed: lease, send with no transaction open, mark last."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from desk.kernel.db import end_read
from desk.notify import outbox
from desk.notify.models import Channel
from desk.notify.outbox import Taken
from desk.notify.sealing import unseal
from desk.notify.senders import TOTAL_SECONDS, Envelope, Sender
from desk.notify.texts import text_of
from desk.notify.troubles import OF_THE_WHOLE_WAY, NotSent, Trouble

LONGEST_SENDING = timedelta(seconds=TOTAL_SECONDS + 5)
SHUT_AFTER = 2

Resolve = Callable[[Taken, datetime], str]
"""Gives the address a letter goes to, read at the moment of sending; raises NotSent for none."""

log = structlog.get_logger()


def post_due(
    senders: Mapping[Channel, Sender],
    resolve: Resolve,
    *,
    base_url: str,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Post what is due now, by the ways given, and return how many were tried.

    No letter is begun that may not be done within its lease, so two living workers never send the
    same one. After two failures in a row of a whole way, its other letters wait half a minute.
    """
    waiting = outbox.claim(senders, now=clock())
    tried, shut = 0, dict.fromkeys(senders, 0)
    done: set[Channel] = set()
    while waiting:
        letter, *rest = waiting
        if stopping() or clock() > letter.leased_until - LONGEST_SENDING:
            outbox.give_back(waiting)
            break
        tried += 1
        failure = _post(letter, senders[letter.channel], resolve, base_url, clock)
        if failure is None:
            done.add(letter.channel)
        whole_way = failure is not None and failure.trouble in OF_THE_WHOLE_WAY
        shut[letter.channel] = shut[letter.channel] + 1 if whole_way else 0
        if shut[letter.channel] >= SHUT_AFTER:
            same = [other for other in rest if other.channel is letter.channel]
            outbox.give_back(same, not_before=clock() + outbox.PAUSE)
            rest = [other for other in rest if other.channel is not letter.channel]
        waiting = rest
    for channel in done:
        outbox.hasten(channel, now=clock())
    return tried


def _post(
    letter: Taken, sender: Sender, resolve: Resolve, base_url: str, clock: Callable[[], datetime]
) -> NotSent | None:
    """Post one letter and note what became of it; whatever goes wrong stays this letter's own."""
    about = {"id": str(letter.id), "template": letter.template, "channel": letter.channel.value}
    try:
        sender.send(_envelope(letter, resolve, base_url, now=clock()))
    except NotSent as failure:
        outbox.failed(letter, failure, now=clock())
        log.warning("letter not sent", **about, why=str(failure))
        return failure
    except Exception as error:
        end_read()
        fault = NotSent(Trouble.FAULT, type(error).__name__)
        outbox.failed(letter, fault, now=clock())
        log.exception("letter at fault", **about)
        return fault
    outbox.posted(letter, now=clock())
    log.info("letter sent", **about)
    return None


def _envelope(letter: Taken, resolve: Resolve, base_url: str, *, now: datetime) -> Envelope:
    try:
        address = resolve(letter, now)
    finally:
        end_read()
    secret = unseal(letter.id, letter.secret_e) if letter.secret_e is not None else None
    subject, body = text_of(
        letter.template,
        letter.lang,
        letter.context,
        secret=secret,
        base_url=base_url,
        channel=letter.channel,
    )
    return Envelope(str(letter.id), address, subject, body, letter.template, letter.written_at)
