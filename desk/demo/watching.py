"""What the demo's units and supervisors did about the cards of the last days."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from desk.accounts.queries import actor_of
from desk.casework.ladder import CARDS
from desk.demo.place import Place
from desk.kernel.db import db
from desk.kernel.errors import Conflict
from desk.supervision.actions.appealing import appeal, decide_appeal
from desk.supervision.models import Card

OBJECTED = (
    "窗口当日系统故障，运维记录2026-118号可查，重启后即已签收。",
    "反映人要求改日联系，通话记录已附于台账。",
    "节前已电话告知办结，仅回复提交晚于时限。",
)
RULED = ("记录属实，撤销。", "未见书面约定，维持。")


def watch(place: Place, now: datetime) -> None:
    """Let units object to three of their newest cards; a supervisor has decided on two."""
    by = actor_of(place.staff["supervisor"], now.date())
    objected = 0
    for card in _newest(place):
        if objected == len(OBJECTED):
            return
        lead = actor_of(place.leads[card.department_id], now.date())
        try:
            appeal(card.id, OBJECTED[objected], by=lead, now=now)
        except Conflict:
            continue
        if objected < len(RULED):
            decide_appeal(card.id, uphold=objected == 0, reason=RULED[objected], by=by, now=now)
        objected += 1


def _newest(place: Place) -> Sequence[Card]:
    return db.session.scalars(
        select(Card)
        .where(
            Card.region_id == place.region.id,
            Card.level.in_(sorted(CARDS)),
            Card.department_id != 0,
        )
        .order_by(Card.issued_at.desc(), Card.id)
        .limit(12)
    ).all()
