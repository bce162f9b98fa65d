"""One mail in the morning that counts what somebody has not read: numbers, and nothing else."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from desk.accounts.queries import people
from desk.casework.queries.notices import unread_by_kind
from desk.kernel.db import db
from desk.kernel.ids import uuid7
from desk.notify.actions import write_once
from desk.notify.models import Channel, Letter
from desk.notify.notices import Way
from desk.notify.queries import choices_by
from desk.organisation.queries import Timetable, home_region
from desk.worktime.calendar import spans

LOOKS_BACK = timedelta(days=14)
DIGEST = "digest"


def morning(table: Timetable, *, now: datetime) -> date | None:
    """Name the day whose digest may go out now: a working day, from opening until closing."""
    day = table.local_day(now)
    worked = spans(day, table.calendar, table.hours, table.zone)
    return day if worked and worked[0][0] <= now < worked[-1][1] else None


def waiting_readers(*, now: datetime) -> Sequence[int]:
    """List who has something unread of the last two weeks."""
    found = db.session.scalars(
        select(Letter.user_id)
        .where(
            Letter.channel == Channel.IN_APP,
            Letter.read_at.is_(None),
            Letter.written_at > now - LOOKS_BACK,
            Letter.user_id.isnot(None),
        )
        .distinct()
        .order_by(Letter.user_id)
    )
    return [user_id for user_id in found if user_id is not None]


def digest(user_id: int, day: date, *, now: datetime) -> bool:
    """Owe somebody the mail of a day, once; False where there is nothing to count in it.

    Counted is what came since their last such mail, of the kinds they chose it for and of cases
    they may still see. The caller holds the transaction.
    """
    found = people([user_id], day)
    if not found or found[0][0].email_e is None:
        return False
    user, actor = found[0]
    kinds = [kind for kind, way in choices_by(user_id).items() if way is Way.DIGEST]
    last = db.session.scalar(
        select(func.max(Letter.written_at)).where(
            Letter.user_id == user_id, Letter.template == DIGEST
        )
    )
    since = max(last or now - LOOKS_BACK, now - LOOKS_BACK)
    counts = unread_by_kind(actor, kinds, since=since) if kinds else {}
    if not counts:
        return False
    write_once(
        [
            {
                "region_id": home_region().id,
                "id": uuid7(now),
                "dedupe_key": f"{DIGEST}/{user_id}/{day.isoformat()}",
                "template": DIGEST,
                "lang": user.lang,
                "channel": Channel.MAIL,
                "user_id": user_id,
                "context": {"path": "/desk/news", "counts": counts},
                "written_at": now,
                "not_before": now,
                "attempts": 0,
            }
        ]
    )
    return True
