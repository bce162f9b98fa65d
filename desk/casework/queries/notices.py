"""What somebody was told: only of cases they may still see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.casework.disclosure import LONGEST_TITLE, may_know, title_for
from desk.casework.models import Case
from desk.casework.queries.scope import within
from desk.kernel.db import db
from desk.kernel.errors import NotFound
from desk.kernel.paging import Cursor, Page, after, page_of
from desk.notify.models import Channel, Letter
from desk.notify.notices import Notice

PAGE = 30
COUNT_CAP = 100


class Show(StrEnum):
    """Which notices are listed: all, those not read, of these only what complainants wrote."""

    ALL = "all"
    UNREAD = "unread"
    MESSAGES = "messages"


SHOWN: Mapping[Show, tuple[ColumnElement[bool], ...]] = {
    Show.ALL: (),
    Show.UNREAD: (Letter.read_at.is_(None),),
    Show.MESSAGES: (Letter.read_at.is_(None), Letter.template == Notice.MESSAGE),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One notice: what of, when, where it leads, and as much of the case as the person may know."""

    id: UUID
    kind: Notice
    at: datetime
    read_at: datetime | None
    path: str
    number: str
    title: str


def notices_of(
    actor: Actor, cursor: Cursor | None, *, show: Show = Show.ALL, size: int = PAGE
) -> Page[Told]:
    """List what this person was told, the newest first."""
    statement = after(
        _of(actor)
        .add_columns(
            Letter.region_id,
            Case.number,
            Case.title,
            func.substr(Case.brief, 1, LONGEST_TITLE),
            Case.kind,
            Case.identity_mode,
            Case.hall_id,
            Case.department_id,
        )
        .where(*SHOWN[show]),
        cursor,
        Letter.written_at,
        Letter.id,
        newest_first=True,
    ).limit(size + 1)
    rows = db.session.execute(statement).all()
    return page_of([_told(row, actor) for row in rows], cursor, size, lambda t: (t.at, t.id))


def unread_count(actor: Actor, show: Show = Show.UNREAD) -> int:
    """Count what this person was told and has not read, up to a hundred."""
    some = _of(actor).where(*SHOWN[show]).limit(COUNT_CAP).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def unread_by_kind(actor: Actor, kinds: Sequence[Notice], *, since: datetime) -> dict[str, int]:
    """Count per kind what this person was told since then and has not read."""
    some = (
        _of(actor)
        .where(
            Letter.read_at.is_(None), Letter.written_at > since, Letter.template.in_(list(kinds))
        )
        .limit(COUNT_CAP)
        .subquery()
    )
    rows = db.session.execute(select(some.c.template, func.count()).group_by(some.c.template))
    return {row[0]: row[1] for row in rows}


def path_of(actor: Actor, letter_id: UUID) -> str:
    """Say where a notice leads; raises NotFound for one that is not this person's to see."""
    row = db.session.execute(_of(actor).where(Letter.id == letter_id)).first()
    if row is None:
        raise NotFound("")
    return str(row.context["path"])


def _of(actor: Actor) -> Select[Any]:
    return (
        select(Letter.id, Letter.template, Letter.written_at, Letter.read_at, Letter.context)
        .outerjoin(Case, and_(Case.region_id == Letter.region_id, Case.id == Letter.subject_id))
        .where(
            Letter.user_id == actor.user_id,
            Letter.channel == Channel.IN_APP,
            _theirs(actor),
        )
    )


def _theirs(actor: Actor) -> ColumnElement[bool]:
    """Leave out what is about a case this person may not see, or not any more."""
    return or_(Letter.subject_id.is_(None), within(actor, Permission.CASE_READ))


def _told(row: Any, actor: Actor) -> Told:
    (key, template, at, read_at, context, region, number, title, brief, kind, mode, hall, of) = row
    knows = kind is not None and may_know(
        kind,
        mode,
        [s for s in actor.seats_for(Permission.CASE_READ) if s.reaches(region, hall, of)],
    )
    shown = title_for(title, brief, knows=knows) if number else ""
    return Told(key, Notice(template), at, read_at, context["path"], number or "", shown)
