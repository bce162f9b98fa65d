"""A few invented photos and papers for the demo's cases, taken in and checked as real ones are."""

import io
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from desk.access.actors import Actor, complainant_of
from desk.accounts.models import User
from desk.accounts.queries import actor_of
from desk.casework.actions.acts import add_message, add_note
from desk.casework.models import Case
from desk.casework.words import IdentityMode, Kind, Status
from desk.files.arriving import taking_in
from desk.files.checking import check_due
from desk.files.kinds import STAFF_FAMILIES
from desk.kernel.db import db, end_read, transaction
from desk.kernel.storage.store import Store
from desk.kernel.uploads import Upload

PAPER, INK, SEAL = (250, 249, 244), (40, 44, 52), (179, 18, 29)


def attach(store: Store, *, clock: Callable[[], datetime]) -> int:
    """Add attachments to three open cases and let them be checked; tell how many there are."""
    now, added = clock(), 0
    for mode in (IdentityMode.REAL, IdentityMode.CONFIDENTIAL):
        case = _open_case(mode)
        if case is None:
            continue
        number, theirs = case.number, complainant_of(case.region_id, case.id)
        handler = _actor(case.handler_id, now)
        end_read()
        added += _say(store, number, theirs, MINE, [photo("A037"), photo("A052")], now=now)
        if handler is not None:
            added += _say(store, number, handler, OURS, [paper()], now=now)
            added += _note(store, number, handler, [photo("B-11")], now=now)
    check_due(store, None, clock=clock)
    return added


MINE = "补两张当天的取号单，上午和下午各排了一次。"
OURS = "收件清单见附件，请按这一份准备，其他都不用。"
NOTED = "现场核对过窗口张贴的清单，与指南不一致，照片备查。"


def _open_case(mode: IdentityMode) -> Case | None:
    return db.session.scalar(
        select(Case)
        .where(Case.open, Case.kind == Kind.COMPLAINT, Case.status == Status.HANDLING)
        .where(Case.identity_mode == mode, Case.handler_id.is_not(None))
        .order_by(Case.filed_at.desc(), Case.id)
        .limit(1)
    )


def _actor(user_id: int | None, now: datetime) -> Actor | None:
    user = db.session.get(User, user_id) if user_id else None
    return actor_of(user, now.date()) if user else None


def _say(
    store: Store, number: str, by: Actor, text: str, uploads: list[Upload], *, now: datetime
) -> int:
    with taking_in(uploads, STAFF_FAMILIES, store, reserve=0) as files, transaction():
        add_message(number, text, version=None, by=by, now=now, files=files)
    return len(uploads)


def _note(store: Store, number: str, by: Actor, uploads: list[Upload], *, now: datetime) -> int:
    with taking_in(uploads, STAFF_FAMILIES, store, reserve=0) as files, transaction():
        add_note(number, NOTED, version=None, by=by, now=now, files=files)
    return len(uploads)


def photo(printed: str) -> Upload:
    """Draw a slip as a phone would see it: a number, lines of print, a seal."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - no page needs it

    seen = Image.new("RGB", (480, 640), (120, 118, 112))
    draw = ImageDraw.Draw(seen)
    draw.rectangle((60, 50, 420, 590), fill=PAPER)
    draw.text((110, 110), printed, fill=INK, font=ImageFont.load_default(64))
    for line in range(8):
        draw.rectangle((110, 230 + 34 * line, 370 - 23 * (line % 3), 240 + 34 * line), fill=INK)
    draw.ellipse((270, 440, 390, 560), outline=SEAL, width=7)
    written = io.BytesIO()
    seen.save(written, "JPEG", quality=80)
    return _upload(f"取号单 {printed}.jpg", written)


def paper() -> Upload:
    """Make a PDF of one page with two lines."""
    import pikepdf  # noqa: PLC0415 - no page needs it

    written = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(595, 842))
        made.pages[0].Contents = made.make_stream(
            b"0.2 w 72 770 m 523 770 l S 72 700 m 523 700 l S 72 630 m 380 630 l S"
        )
        made.save(written)
    return _upload("收件清单.pdf", written)


def _upload(name: str, written: io.BytesIO) -> Upload:
    size = written.tell()
    written.seek(0)
    return Upload(name, written, size)
