"""Taking in what people tapped at a kiosk: each once, also long after it was tapped."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from desk.kernel.db import db
from desk.organisation.models import Hall, Window
from desk.ratings.actions.keeping import RatingData, Way, keep
from desk.ratings.kiosk_rules import Tap, worth_of
from desk.ratings.models import Kiosk, Rating, RatingChannel, ServiceEvent
from desk.ratings.occasions import event_at, is_rated, occasion_by_ticket, spot_of
from desk.ratings.tickets import ticket_mark


def take_taps(kiosk: Kiosk, taps: Sequence[Tap], *, sent_at: datetime, now: datetime) -> list[int]:
    """Keep taps in the order of their numbers, and give the numbers that are kept now.

    One that was taken before changes nothing. One whose occasion is unknown, of another window, or
    rated already, and one whose time is worth nothing, is kept and not scored: it uses up no
    occasion, so that nobody silences ratings with a clock. The caller holds the kiosk's row.
    """
    known = _known(kiosk, [tap.seq for tap in taps])
    window = db.session.get_one(Window, kiosk.window_id)
    hall = db.session.get_one(Hall, window.hall_id)
    before: datetime | None = None
    for tap in taps:
        if tap.seq not in known:
            _take(kiosk, tap, window, hall, sent_at=sent_at, before=before, now=now)
        before = tap.at
    kiosk.last_seq = max([kiosk.last_seq, *(tap.seq for tap in taps)])
    db.session.flush()
    return [tap.seq for tap in taps]


def _take(
    kiosk: Kiosk,
    tap: Tap,
    window: Window,
    hall: Hall,
    *,
    sent_at: datetime,
    before: datetime | None,
    now: datetime,
) -> None:
    event = _event_of(kiosk, tap)
    worth = worth_of(
        tap,
        sent_at=sent_at,
        received_at=now,
        before=before,
        occurred_at=event.occurred_at if event else None,
    )
    counts = event is not None and worth.timely and not is_rated(event)
    of = event if event is not None and counts else spot_of(window, hall)
    way = Way(
        channel=RatingChannel.KIOSK,
        given_at=worth.given_at,
        ticket_h=ticket_mark(tap.ticket) if tap.ticket and worth.timely else None,
        kiosk=(kiosk.id, tap.seq),
    )
    keep(of, RatingData(tap.level), way, now=now)


def _event_of(kiosk: Kiosk, tap: Tap) -> ServiceEvent | None:
    """Find the occasion a tap is of: the one shown, or that of the ticket somebody typed."""
    if tap.event_id is not None:
        return event_at(kiosk.region_id, kiosk.window_id, tap.event_id)
    if tap.ticket:
        return occasion_by_ticket(kiosk.region_id, kiosk.window_id, tap.ticket, at=tap.at)
    return None


def _known(kiosk: Kiosk, seqs: Sequence[int]) -> set[int]:
    rows = db.session.scalars(
        select(Rating.kiosk_seq).where(
            Rating.region_id == kiosk.region_id,
            Rating.kiosk_id == kiosk.id,
            Rating.kiosk_seq.in_(seqs),
        )
    )
    return {seq for seq in rows if seq is not None}
