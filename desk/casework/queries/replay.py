"""Holding the status of every case against what its chain says."""

from collections.abc import Sequence

from sqlalchemy import String, and_, cast, func, literal, or_, select

from desk.audit.models import LedgerLine
from desk.audit.queries import Fault
from desk.casework.models import Case
from desk.kernel.db import db


def status_faults() -> Sequence[Fault]:
    """List each case whose status is not the last one its chain tells, and each without a chain."""
    key = func.lower(func.replace(cast(Case.id, String), "-", ""))
    stream = literal("c/").concat(key)
    moved = (
        select(
            LedgerLine.region_id,
            LedgerLine.stream,
            func.max(LedgerLine.seq).label("seq"),
        )
        .where(LedgerLine.to_status.is_not(None), LedgerLine.stream.like("c/%"))
        .group_by(LedgerLine.region_id, LedgerLine.stream)
        .subquery()
    )
    told = (
        select(moved.c.region_id, moved.c.stream, moved.c.seq, LedgerLine.to_status)
        .join(
            LedgerLine,
            and_(
                LedgerLine.region_id == moved.c.region_id,
                LedgerLine.stream == moved.c.stream,
                LedgerLine.seq == moved.c.seq,
            ),
        )
        .subquery()
    )
    rows = db.session.execute(
        select(Case.region_id, stream, told.c.seq, told.c.to_status)
        .outerjoin(told, and_(told.c.region_id == Case.region_id, told.c.stream == stream))
        .where(or_(told.c.to_status.is_(None), told.c.to_status != cast(Case.status, String)))
        .order_by(Case.region_id, Case.id)
    ).all()
    return [
        Fault(region_id, of, seq or 0, "the case stands elsewhere than its chain says")
        for region_id, of, seq, _status in rows
    ]
