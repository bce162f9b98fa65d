"""What a kiosk says and what it is worth: its signatures, its taps, its clock. Plain values."""

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

KEPT = timedelta(days=7)
"""How late a tap may arrive and still count."""
SKEW = timedelta(minutes=5)
"""How far a kiosk's clock may be off."""
SILENCE = timedelta(minutes=10)
"""From how many minutes of opening hours without a word on there is a gap."""
SIGNATURE = "X-Desk-Kiosk"
MOST_AT_ONCE = 50
MOST_QUEUED = 500
LARGEST_SEQ = 2**31 - 1
LARGEST_N = 2**53 - 1
TICKET = re.compile(r"[0-9A-Z-]{0,20}", re.ASCII)
DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Garbled(ValueError):
    """What came is not what a kiosk sends."""


@dataclass(frozen=True, slots=True)
class Tap:
    """One rating given at a kiosk: its number there, its level, when, and of which occasion."""

    seq: int
    level: int
    at: datetime
    event_id: UUID | None
    ticket: str


@dataclass(frozen=True, slots=True)
class Worth:
    """What the time of a tap is worth: when it counts as given, and whether it may be scored."""

    given_at: datetime
    timely: bool


def request_text(verb: str, path: str, body: bytes) -> bytes:
    """Give what a kiosk signs of a request."""
    return f"{verb} {path}\n".encode() + body


def tap_text(code: str, raw: Mapping[str, Any]) -> bytes:
    """Give what a kiosk signs of a tap, at the moment of the tap."""
    parts = (code, *(raw.get(name) for name in ("seq", "level", "at", "event", "ticket")))
    return "\n".join(str(part) for part in parts).encode("utf-8", "replace")


def sign(key: bytes, text: bytes) -> str:
    """Sign a text as a kiosk does."""
    return hmac.new(key, text, hashlib.sha256).hexdigest()


def is_signed(key: bytes, text: bytes, signature: object) -> bool:
    """Tell whether a signature is that of a text; takes the same time for a wrong one."""
    given = signature if isinstance(signature, str) and DIGEST.fullmatch(signature) else "0" * 64
    return hmac.compare_digest(sign(key, text), given)


def whole(raw: object, least: int, most: int) -> int:
    """Read a whole number; raises Garbled for anything else, also for true and false."""
    if not isinstance(raw, int) or isinstance(raw, bool) or not least <= raw <= most:
        raise Garbled("a number is missing or out of range")
    return raw


def moment(raw: object) -> datetime:
    """Read milliseconds since 1970; raises Garbled for what is no time."""
    return datetime.fromtimestamp(whole(raw, 0, 32_503_680_000_000) / 1000, UTC)


def read_tap(raw: Mapping[str, Any]) -> Tap:
    """Read one tap; raises Garbled for what no kiosk sends."""
    event, ticket = raw.get("event"), raw.get("ticket")
    if not isinstance(event, str) or not isinstance(ticket, str) or not TICKET.fullmatch(ticket):
        raise Garbled("an occasion is not told as a kiosk tells it")
    try:
        event_id = UUID(event) if event else None
    except ValueError as error:
        raise Garbled("an occasion has no such key") from error
    return Tap(
        whole(raw.get("seq"), 1, LARGEST_SEQ),
        whole(raw.get("level"), 1, 5),
        moment(raw.get("at")),
        event_id,
        ticket,
    )


def read_taps(code: str, key: bytes, raw: object) -> tuple[list[Tap], list[int]]:
    """Sort what a kiosk sent into the taps it signed, and the numbers of those that are not.

    Raises Garbled when it is no list of at most 50.
    """
    if not isinstance(raw, list) or len(raw) > MOST_AT_ONCE:
        raise Garbled(f"not a list of at most {MOST_AT_ONCE}")
    taps: dict[int, Tap] = {}
    refused: list[int] = []
    for one in _mappings(raw):
        try:
            tap = read_tap(one)
        except Garbled:
            refused += [seq] if isinstance(seq := one.get("seq"), int) else []
            continue
        if tap.seq not in taps and is_signed(key, tap_text(code, one), one.get("sig")):
            taps[tap.seq] = tap
        else:
            refused.append(tap.seq)
    return [taps[seq] for seq in sorted(taps)], [seq for seq in refused if seq not in taps]


def _mappings(raw: Sequence[object]) -> Iterator[Mapping[str, Any]]:
    for one in raw:
        if not isinstance(one, dict):
            raise Garbled("a tap is no object")
        yield one


def worth_of(
    tap: Tap,
    *,
    sent_at: datetime,
    received_at: datetime,
    before: datetime | None,
    occurred_at: datetime | None,
) -> Worth:
    """Say what the time of a tap is worth.

    `sent_at` is the kiosk's clock when it sent; `before` the tap before it. A clock that is off by
    more than five minutes, runs backwards, or puts a tap before its occasion says nothing: the tap
    then counts as given when it arrived, and is not scored. Neither is one older than seven days.
    """
    clock_right = (
        abs(received_at - sent_at) <= SKEW
        and tap.at <= received_at + SKEW
        and (before is None or tap.at >= before - SKEW)
        and (occurred_at is None or tap.at >= occurred_at - SKEW)
    )
    if not clock_right:
        return Worth(received_at, timely=False)
    given_at = min(tap.at, received_at)
    return Worth(given_at, timely=received_at - given_at <= KEPT)
