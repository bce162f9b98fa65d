"""What a detector sees of a rating, what it says, and from where on it says so."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Self


class Rule(StrEnum):
    """Why a rating is held. The first nine are about ratings, the next two about places.

    The last is no detector's: what staff wrote down for somebody is held from the first moment.
    """

    TOO_FAST = "too_fast"
    BACK_DATED = "back_dated"
    MANY_DEVICE = "many_device"
    MANY_PHONE = "many_phone"
    MANY_ADDRESS = "many_address"
    BURST = "burst"
    LONG_RUN = "long_run"
    SAME_TEXT = "same_text"
    MISFIT = "misfit"
    KIOSK_GAP = "kiosk_gap"
    UNSENT = "unsent"
    STAFF_ENTERED = "staff_entered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One rating as detectors see it; nothing of it names anybody.

    `served_at` is when the service was given, None while nobody knows. `closes_at` is when the hall
    shuts on the local day of the rating, None on a day it does not open; `is_open` whether it was
    open at that moment, half an hour of grace on each side. `fits_window` is False for a kiosk of
    another window than the occasion's, `was_invited` False for a link nobody drew.
    """

    key: Hashable
    window: int
    level: int
    channel: str
    given_at: datetime
    received_at: datetime
    served_at: datetime | None = None
    device: bytes | None = None
    phone: bytes | None = None
    address: bytes | None = None
    text: str | None = None
    closes_at: datetime | None = None
    is_open: bool = True
    fits_window: bool = True
    was_invited: bool = True

    @property
    def order(self) -> tuple[datetime, str]:
        """Give what ratings are laid out by, the same however they come."""
        return (self.given_at, str(self.key))


@dataclass(frozen=True, slots=True, order=True)
class Flag:
    """A rating that a rule holds; `n` is what was counted: how many, how far, how long."""

    key: Any
    rule: Rule
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From where on a detector speaks; a region may choose others (setting `rating_flags`).

    `…_s` are seconds, `…_min` minutes, `…_days` days; a number of ratings is flagged when it is
    larger than its limit. `run_chance` is how unlikely a run must be, `run_better` by which share
    of the others' rest a window may honestly be better than they are (security.md C37).
    """

    fast_s: int = 20
    fast_at_window_s: int = 3
    ahead_s: int = 120
    late_s: int = 300
    late_days: int = 7
    before_service_s: int = 300
    per_device_day: int = 4
    per_phone_day: int = 6
    per_address_day: int = 12
    per_minute: int = 5
    closing_min: int = 20
    closing_least: int = 6
    closing_times: float = 3.0
    run_least: int = 30
    run_chance: float = 1e-5
    run_better: float = 0.5
    run_others: int = 300
    text_shortest: int = 10
    text_equal: int = 4
    text_days: int = 7
    gap_min: int = 10
    sent_least: float = 0.9
    sent_of: int = 20

    @classmethod
    def of(cls, chosen: object) -> Self:
        """Read a region's choice; what is no number of the right kind is left as it is shipped."""
        if not isinstance(chosen, Mapping):
            return cls()
        taken: dict[str, Any] = {}
        for field in fields(cls):
            value = chosen.get(field.name)
            if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
                taken[field.name] = int(value) if isinstance(field.default, int) else float(value)
        return cls(**taken)
