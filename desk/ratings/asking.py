"""The desk asks by itself: whoever left a number at the hall's system gets their link."""

from datetime import datetime

import structlog

from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Conflict
from desk.ratings.actions.by_message import send_link, to_invite

log = structlog.get_logger()


def ask_by_message(now: datetime) -> None:
    """Owe the messages of new occasions, each in a transaction of its own; safe to do twice."""
    found = to_invite(now=now)
    end_read()
    for region_id, key in found:
        try:
            with transaction():
                send_link(region_id, key, now=now)
        except Conflict:
            log.info("not asked by message", occasion=str(key))
