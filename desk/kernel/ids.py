"""Ids that sort by time: UUID version 7 of RFC 9562."""

import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
COUNTER_BITS = 74
STEP_BITS = 32
LOW_BITS = 62


@dataclass(slots=True)
class _Counter:
    """The millisecond last seen, and the random number it has counted up to."""

    millisecond: int = -1
    value: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, millisecond: int) -> int:
        """Draw a number; within one millisecond each is larger than the one before."""
        with self.lock:
            if millisecond == self.millisecond:
                self.value += 1 + secrets.randbits(STEP_BITS)
            else:
                self.millisecond = millisecond
                self.value = secrets.randbits(COUNTER_BITS - 1)
            return self.value


_counter = _Counter()


def uuid7(now: datetime) -> UUID:
    """Make an id that sorts by `now`, and after those this process made in the same millisecond.

    Raises ValueError for an instant without a zone or before 1970.
    """
    if now.tzinfo is None:
        raise ValueError("an instant needs its zone")
    millisecond = (now - EPOCH) // MILLISECOND
    if millisecond < 0:
        raise ValueError("an id cannot be older than 1970")
    high, low = divmod(_counter.next(millisecond), 1 << LOW_BITS)
    number = millisecond << 80 | 0x7 << 76 | high << 64 | 0b10 << LOW_BITS | low
    return UUID(int=number)


def floor_of(at: datetime) -> UUID:
    """Give what sorts before every id made from an instant on."""
    return UUID(int=max(0, (at - EPOCH) // MILLISECOND) << 80)


def read_uuid(text: str) -> UUID | None:
    """Read an id from a form or an address; None when it is not one."""
    try:
        return UUID(text)
    except ValueError:
        return None
