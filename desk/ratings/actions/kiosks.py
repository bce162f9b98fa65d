"""Setting up kiosks: made at a window, paired by a one-time code, asked about, signed off."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.access.actors import SYSTEM, Actor
from desk.audit.actions import record
from desk.casework.place import place_of
from desk.kernel.crypto import token_hash
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Gone, NotFound
from desk.kernel.ids import uuid7
from desk.kernel.vault import hashes
from desk.organisation.models import Hall, Region, Window
from desk.ratings.kiosk_rules import SILENCE
from desk.ratings.models import Kiosk, KioskGap, ServiceEvent
from desk.ratings.occasions import is_rated
from desk.worktime.deadline import elapsed

CODE_LIVES = timedelta(minutes=15)
HEARD = timedelta(seconds=60)
"""How often it is written down that a kiosk was heard of."""
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: nothing that is read wrongly from a screen."""
PAIR_LENGTH = 8
SALT_BYTES = 16
LARGEST_KEY = 2**31 - 1
RANGE = 1_000_000
"""Each pairing numbers its taps from another million on, so that two tablets never share one."""


@dataclass(frozen=True, slots=True)
class Paired:
    """What a kiosk is told once: the key it signs with, and the number it goes on from."""

    key: bytes
    last_seq: int


def make_kiosk(window: Window, hall: Hall, *, by: Actor, now: datetime) -> tuple[Kiosk, str]:
    """Make a kiosk at a window, and the one-time code that pairs a tablet with it."""
    region = db.session.get_one(Region, hall.region_id)
    kiosk = Kiosk(
        region_id=region.id,
        id=uuid7(now),
        window_id=window.id,
        code=f"{region.short_code}-K{_letters(6)}",
        made_by=by.user_id,
        made_at=now,
        last_n=0,
        last_seq=0,
    )
    db.session.add(kiosk)
    db.session.flush()
    _note(kiosk, "kiosk_made", by, now)
    return kiosk, _offer(kiosk, now)


def offer_pairing(kiosk: Kiosk, *, by: Actor, now: datetime) -> str:
    """Give another one-time code, for another tablet or the same after a mishap; good for 15 min.

    The tablet that is paired stays so until the code is used. Raises Conflict for a kiosk that was
    signed off.
    """
    if kiosk.revoked_at is not None:
        raise Conflict(_l("This kiosk was signed off. Make a new one for the window."))
    _note(kiosk, "kiosk_offered", by, now)
    return _offer(kiosk, now)


def _offer(kiosk: Kiosk, now: datetime) -> str:
    code = _letters(PAIR_LENGTH)
    kiosk.pair_h, kiosk.pair_until = token_hash(f"{kiosk.id.hex}/{code}"), now + CODE_LIVES
    db.session.flush()
    return code


def _letters(n: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(n))


def pair(address: str, code: str, *, now: datetime) -> Paired:
    """Pair a tablet: use up the one-time code, and cut off whatever was paired before.

    Raises NotFound for an unknown kiosk, Gone for a code that is wrong, used or over: both in the
    same words.
    """
    kiosk = locked(address)
    wanted = token_hash(f"{kiosk.id.hex}/{tidy_code(code)}")
    given = kiosk.pair_h if kiosk.pair_until is not None and kiosk.pair_until > now else None
    if kiosk.revoked_at is not None or not secrets.compare_digest(given or b"", wanted):
        raise Gone(_l("This code is wrong or over. Ask for a new one at the supervisor's."))
    kiosk.pair_h = kiosk.pair_until = None
    kiosk.key_salt, kiosk.paired_at, kiosk.seen_at = secrets.token_bytes(SALT_BYTES), now, now
    kiosk.last_n, kiosk.last_seq = 0, (kiosk.last_seq // RANGE + 1) * RANGE
    db.session.flush()
    _note(kiosk, "kiosk_paired", SYSTEM, now)
    return Paired(key_of(kiosk), kiosk.last_seq)


def tidy_code(code: str) -> str:
    """Read a code as it was typed: small letters, blanks, dashes, O for 0, I and L for 1."""
    plain = code.upper().replace(" ", "").replace("-", "")
    return plain.translate(str.maketrans("OIL", "011"))


def key_of(kiosk: Kiosk) -> bytes:
    """Make the key a kiosk signs with; it is kept nowhere, and the database alone cannot make it.

    Raises Gone for a kiosk that is not paired or was signed off.
    """
    if kiosk.key_salt is None or kiosk.revoked_at is not None:
        raise Gone(_l("This kiosk is not paired. Staff pair it with a one-time code."))
    return hashes().token_key("kiosk", kiosk.id.bytes + kiosk.key_salt)


def locked(address: str) -> Kiosk:
    """Load a kiosk by its address, locked; raises NotFound for none."""
    kiosk = db.session.scalar(
        select(Kiosk)
        .where(Kiosk.code == address)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if kiosk is None:
        raise NotFound(_l("There is no such kiosk."))
    return kiosk


def sign_off(kiosk: Kiosk, *, by: Actor, now: datetime) -> None:
    """Take a kiosk out of use for good; what it kept and did not send is refused from now on."""
    if kiosk.revoked_at is not None:
        return
    kiosk.revoked_at, kiosk.pair_h, kiosk.pair_until = now, None, None
    kiosk.event_id = kiosk.asked_at = None
    db.session.flush()
    _note(kiosk, "kiosk_signed_off", by, now)


def hear(kiosk: Kiosk, n: int, *, now: datetime) -> None:
    """Write down that a kiosk was heard of, and the gap before if there was one.

    A request that was written down before, played again, is no sign of life.
    """
    if n <= kiosk.last_n or kiosk.seen_at is None:
        return
    if now - kiosk.seen_at > SILENCE and _missed(kiosk, now) > SILENCE:
        db.session.add(
            KioskGap(
                region_id=kiosk.region_id,
                kiosk_id=kiosk.id,
                from_at=kiosk.seen_at,
                until_at=now,
            )
        )
    kiosk.last_n, kiosk.seen_at = n, now
    db.session.flush()


def is_news(kiosk: Kiosk, *, now: datetime) -> bool:
    """Tell whether it is time to write down that a kiosk was heard of."""
    return kiosk.seen_at is None or now - kiosk.seen_at >= HEARD


def _missed(kiosk: Kiosk, now: datetime) -> timedelta:
    """Give how much of the hall's opening hours a kiosk was silent."""
    window = db.session.get_one(Window, kiosk.window_id)
    table = place_of(kiosk.region_id, window.hall_id, now).timetable
    return elapsed(kiosk.seen_at or now, now, table.calendar, table.hours, table.zone)


def ask_at_window(event: ServiceEvent, *, by: Actor, now: datetime) -> int:
    """Show an occasion at the kiosks of its window; give how many there are.

    Raises Conflict for an occasion that was rated, or where no kiosk stands.
    """
    if event.window_id is None or is_rated(event):
        raise Conflict(_l("This occasion has been rated already. Each can be rated once."))
    kiosks = db.session.scalars(
        select(Kiosk)
        .where(
            Kiosk.region_id == event.region_id,
            Kiosk.window_id == event.window_id,
            Kiosk.revoked_at.is_(None),
            Kiosk.key_salt.is_not(None),
            Kiosk.made_by.is_not(None),
        )
        .order_by(Kiosk.id)
        .with_for_update()
    ).all()
    if not kiosks:
        raise Conflict(_l("No kiosk stands at this window. Give the customer a slip instead."))
    for kiosk in kiosks:
        kiosk.event_id, kiosk.asked_at = event.id, now
    note_invitation(event, "kiosk", by=by, now=now)
    return len(kiosks)


def note_invitation(event: ServiceEvent, how: str, *, by: Actor, now: datetime) -> None:
    """Write down that somebody was asked to rate an occasion, and by whom."""
    if event.invited_at is None:
        event.invited_at = now
    db.session.flush()
    record(
        f"r/w{event.window_id or 0}/{event.on_day.isoformat()}",
        "rating_asked",
        region_id=event.region_id,
        by=by,
        now=now,
        body={"event": event.id.hex, "how": how},
    )


def kiosk_in_reach(region_ids: frozenset[int], kiosk_id: UUID) -> Kiosk:
    """Load a kiosk of one of these regions, locked; raises NotFound beyond them."""
    kiosk = db.session.scalar(
        select(Kiosk)
        .where(Kiosk.region_id.in_(sorted(region_ids)), Kiosk.id == kiosk_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if kiosk is None:
        raise NotFound(_l("There is no such kiosk."))
    return kiosk


def window_in_reach(region_ids: frozenset[int], window_id: int) -> tuple[Window, Hall]:
    """Load a window of one of these regions with its hall; raises NotFound beyond them."""
    row = (
        window_id <= LARGEST_KEY
        and db.session.execute(
            select(Window, Hall)
            .join(Hall, Hall.id == Window.hall_id)
            .where(Window.id == window_id, Hall.region_id.in_(sorted(region_ids)))
        ).first()
    )
    if not row:
        raise NotFound(_l("There is no such window, or it is not yours."))
    return row[0], row[1]


def _note(kiosk: Kiosk, what: str, by: Actor, now: datetime) -> None:
    record(
        f"s/{now:%Y-%m-%d}",
        what,
        region_id=kiosk.region_id,
        by=by,
        now=now,
        body={"kiosk": kiosk.id.hex, "window": kiosk.window_id},
    )
