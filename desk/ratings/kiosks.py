"""Questions about kiosks: where they stand, when they were heard of, what was missed."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.kernel.db import db
from desk.kernel.paging import Page, Place, beside, page_by_code
from desk.organisation.models import Hall, Window
from desk.ratings.kiosk_rules import SILENCE
from desk.ratings.models import Kiosk, KioskGap

PAGE = 30
GAPS_OF = timedelta(days=7)
GAPS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class KioskRow:
    """A kiosk with its window and hall, and its newest gaps of the last seven days."""

    kiosk: Kiosk
    window: Window
    hall: Hall
    gaps: Sequence[KioskGap]

    def state(self, now: datetime) -> str:
        """Say how it stands: `off`, `unpaired`, `silent` or `heard`."""
        if self.kiosk.revoked_at is not None:
            return "off"
        if self.kiosk.key_salt is None or self.kiosk.seen_at is None:
            return "unpaired"
        return "silent" if now - self.kiosk.seen_at > SILENCE else "heard"


def kiosks_page(actor: Actor, place: Place, *, now: datetime) -> Page[KioskRow]:
    """List the kiosks of the regions somebody looks after, in the order of their addresses."""
    regions = sorted(actor.regions_for(Permission.KIOSKS_MANAGE))
    statement = (
        select(Kiosk, Window, Hall)
        .join(Window, Window.id == Kiosk.window_id)
        .join(Hall, Hall.id == Window.hall_id)
        .where(Kiosk.region_id.in_(regions), Kiosk.made_by.is_not(None))
    )
    found = db.session.execute(beside(statement, place, Kiosk.code).limit(PAGE + 1)).all()
    gaps = _gaps(regions, [kiosk.id for kiosk, _window, _hall in found], now - GAPS_OF)
    rows = [KioskRow(kiosk, window, hall, gaps[kiosk.id]) for kiosk, window, hall in found]
    return page_by_code(rows, place, PAGE, lambda row: row.kiosk.code)


def _gaps(
    regions: Collection[int], ids: Collection[UUID], since: datetime
) -> dict[UUID, list[KioskGap]]:
    found: dict[UUID, list[KioskGap]] = defaultdict(list)
    rows = db.session.scalars(
        select(KioskGap)
        .where(
            KioskGap.region_id.in_(regions), KioskGap.kiosk_id.in_(ids), KioskGap.until_at > since
        )
        .order_by(KioskGap.from_at.desc())
    )
    for gap in rows:
        if len(found[gap.kiosk_id]) < GAPS_SHOWN:
            found[gap.kiosk_id].append(gap)
    return found


def windows_to_serve(
    actor: Actor, permission: Permission, today: object
) -> list[tuple[Window, Hall]]:
    """List the windows in use that lie in somebody's reach, by hall and number."""
    rows = db.session.execute(
        select(Window, Hall)
        .join(Hall, Hall.id == Window.hall_id)
        .where(
            Hall.region_id.in_(sorted(actor.regions_for(permission))),
            (Window.active_to.is_(None)) | (Window.active_to >= today),
        )
        .order_by(Hall.id, Window.code)
    ).all()
    seats = actor.seats_for(permission)
    return [
        (window, hall)
        for window, hall in rows
        if any(seat.reaches(hall.region_id, hall.id, window.department_id) for seat in seats)
    ]


def kiosks_at(region_id: int, window_id: int) -> int:
    """Count the kiosks that are paired and stand at a window."""
    found = db.session.scalars(
        select(Kiosk.id).where(
            Kiosk.region_id == region_id,
            Kiosk.window_id == window_id,
            Kiosk.revoked_at.is_(None),
            Kiosk.key_salt.is_not(None),
            Kiosk.made_by.is_not(None),
        )
    )
    return len(found.all())
