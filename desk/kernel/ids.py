"""Ids that sort by time: UUID version 7 of RFC 9562."""

import secrets
import threading
from datetime import datetime
from uuid import UUID

MILLISECOND_BITS = 48
COUNTER_BITS = 12
RANDOM_BITS = 62

_lock = threading.Lock()
_last: list[int] = [0]


def uuid7(now: datetime) -> UUID:
    """Make an id that sorts after every earlier one of this process, even within a millisecond."""
    stamp = int(now.timestamp() * 1000) << COUNTER_BITS
    with _lock:
        fresh = stamp | secrets.randbits(COUNTER_BITS - 1)
        same_instant = _last[0] >> COUNTER_BITS == stamp >> COUNTER_BITS
        _last[0] = _last[0] + 1 if same_instant else fresh
        value = _last[0]
    milliseconds, counter = value >> COUNTER_BITS, value & ((1 << COUNTER_BITS) - 1)
    number = (milliseconds & ((1 << MILLISECOND_BITS) - 1)) << 80
    number |= 0x7 << 76 | counter << 64
    number |= 0b10 << RANDOM_BITS | secrets.randbits(RANDOM_BITS)
    return UUID(int=number)
