"""Samples and what was found in them: whose they are to see, their lists, and one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, func, select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.audit.models import LedgerLine
from desk.casework.models import Case
from desk.casework.queries.scope import within
from desk.casework.words import Status
from desk.kernel.db import db, is_writing
from desk.kernel.errors import NotFound
from desk.kernel.paging import Cursor, Page, after, page_of
from desk.supervision.drawing import CampaignKind, Stratum, draw, read
from desk.supervision.models import Campaign, Finding, SampleTask

PAGE = 30
CAMPAIGNS_SHOWN = 12
LOOKING = ("audit", "reveal", "print_case")
"""What of a chain is only looking; everything else is having had a part in the case."""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """What a list shows of a sampled case; `number` leads to it only where `reachable` says so."""

    id: UUID
    number: str
    title: str
    status: Status
    kind: CampaignKind
    stratum: Stratum
    due_on: date
    drawn_at: datetime
    done_at: datetime | None
    finding: Finding | None
    reachable: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A draw, and how far those who look have got; a case somebody may not see is left out."""

    campaign: Campaign
    drawn: int
    done: int
    taken_up: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of sampled cases is narrowed to; None is everything."""

    kind: CampaignKind | None = None
    done: bool | None = False
    finding: Finding | None = None
    campaign: UUID | None = None


def tasks_within(actor: Actor) -> ColumnElement[bool]:
    """Give the condition for the sampled cases somebody may see; its row is joined to the case."""
    return within(actor, Permission.QUALITY_SEE)


def tasks(
    actor: Actor, wanted: Wanted, cursor: Cursor | None, *, size: int = PAGE
) -> Page[TaskRow]:
    """List sampled cases, those drawn first at the top; what was done, the newest first."""
    statement = _rows(actor).where(*_narrow(wanted))
    rows: Sequence[Any] = db.session.execute(
        after(
            statement,
            cursor,
            SampleTask.drawn_at,
            SampleTask.id,
            newest_first=wanted.done is not False,
        ).limit(size + 1)
    ).all()
    mine = _had_a_part(actor, rows)
    shown = [_row(row, mine=row.case_id in mine) for row in rows]
    return page_of(shown, cursor, size, lambda row: (row.drawn_at, row.id))


def _row(row: Any, *, mine: bool) -> TaskRow:
    return TaskRow(
        id=row.id,
        number=row.number,
        title=row.title,
        status=row.status,
        kind=row.kind,
        stratum=row.stratum,
        due_on=row.due_on,
        drawn_at=row.drawn_at,
        done_at=row.done_at,
        finding=row.finding,
        reachable=bool(row.reachable),
        mine=mine,
    )


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            SampleTask.id,
            Case.number,
            Case.title,
            Case.status,
            Campaign.kind,
            SampleTask.stratum,
            SampleTask.due_on,
            SampleTask.drawn_at,
            SampleTask.done_at,
            SampleTask.finding,
            within(actor, Permission.CASE_READ).label("reachable"),
            Case.id.label("case_id"),
        )
        .join(Case, and_(Case.region_id == SampleTask.region_id, Case.id == SampleTask.case_id))
        .join(
            Campaign,
            and_(Campaign.region_id == SampleTask.region_id, Campaign.id == SampleTask.campaign_id),
        )
        .where(tasks_within(actor))
    )


def _narrow(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        found.append(Campaign.kind == wanted.kind)
    if wanted.campaign is not None:
        found.append(SampleTask.campaign_id == wanted.campaign)
    if wanted.finding is not None:
        found.append(SampleTask.finding == wanted.finding)
    elif wanted.done is not None:
        undone = SampleTask.done_at.is_(None)
        found.append(~undone if wanted.done else undone)
    return found


def _had_a_part(actor: Actor, rows: Sequence[Any]) -> set[UUID]:
    """Say in which of these cases somebody, or whom they stand in for, had a part."""
    streams = {f"c/{row.case_id.hex}": row.case_id for row in rows}
    if not streams:
        return set()
    found = db.session.scalars(
        select(LedgerLine.stream).where(LedgerLine.stream.in_(list(streams)), _part_of(actor))
    )
    return {streams[stream] for stream in found}


def _part_of(actor: Actor) -> ColumnElement[bool]:
    return and_(
        LedgerLine.user_id.in_(sorted({actor.user_id or 0, *actor.stands_for})),
        LedgerLine.what.notin_(LOOKING),
    )


def handled_by(case: Case, actor: Actor) -> bool:
    """Tell whether somebody, or whom they stand in for, had a part in a case."""
    found = db.session.scalar(
        select(LedgerLine.seq)
        .where(
            LedgerLine.region_id == case.region_id,
            LedgerLine.stream == case.stream,
            _part_of(actor),
        )
        .limit(1)
    )
    return found is not None


def task_of(actor: Actor, key: UUID) -> tuple[SampleTask, Case]:
    """Find a sampled case, locked when a transaction is open.

    Raises NotFound in the same words for one that is absent and one out of reach.
    """
    statement: Select[*tuple[Any, ...]] = (
        select(SampleTask, Case)
        .join(Case, and_(Case.region_id == SampleTask.region_id, Case.id == SampleTask.case_id))
        .where(SampleTask.id == key, tasks_within(actor))
    )
    if is_writing():
        statement = statement.with_for_update(of=(SampleTask, Case)).execution_options(
            populate_existing=True
        )
    found = db.session.execute(statement).first()
    if found is None:
        raise NotFound(_l("There is no such sample, or it is not yours to see."))
    return found[0], found[1]


def campaign_of(task: SampleTask) -> Campaign:
    """Give the draw a sampled case comes from."""
    return db.session.get_one(Campaign, (task.region_id, task.campaign_id))


def campaigns(actor: Actor) -> list[CampaignRow]:
    """List the newest draws of the regions somebody watches, and how far those who look got."""
    regions = sorted(actor.regions_for(Permission.QUALITY_SEE))
    newest = db.session.scalars(
        select(Campaign)
        .where(Campaign.region_id.in_(regions), Campaign.n > 0)
        .order_by(Campaign.drawn_at.desc(), Campaign.to_on.desc(), Campaign.id)
        .limit(CAMPAIGNS_SHOWN)
    ).all()
    counts = _counts(actor, [one.id for one in newest])
    return [CampaignRow(one, *counts.get(one.id, (0, 0, 0))) for one in newest]


def campaign(actor: Actor, key: UUID) -> CampaignRow:
    """Find one draw; raises NotFound in the same words for one absent and one out of reach."""
    regions = sorted(actor.regions_for(Permission.QUALITY_SEE))
    one = db.session.scalar(
        select(Campaign).where(Campaign.id == key, Campaign.region_id.in_(regions))
    )
    if one is None:
        raise NotFound(_l("There is no such sample, or it is not yours to see."))
    return CampaignRow(one, *_counts(actor, [one.id]).get(one.id, (0, 0, 0)))


def _counts(actor: Actor, keys: Sequence[UUID]) -> Mapping[UUID, tuple[int, int, int]]:
    taken_up = SampleTask.finding.in_([Finding.OVERTURNED, Finding.REBOUND])
    rows = db.session.execute(
        select(
            SampleTask.campaign_id,
            func.count(),
            func.count(SampleTask.done_at),
            func.count().filter(taken_up),
        )
        .join(Case, and_(Case.region_id == SampleTask.region_id, Case.id == SampleTask.case_id))
        .where(SampleTask.campaign_id.in_(keys), tasks_within(actor))
        .group_by(SampleTask.campaign_id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def drawn_again(one: Campaign) -> bool:
    """Draw once more from the pots and the seed that were kept; tell whether it is the same."""
    shares = {Stratum(name): Fraction(share) for name, share in one.shares.items()}
    kept = db.session.execute(
        select(SampleTask.case_id, SampleTask.stratum).where(
            SampleTask.region_id == one.region_id, SampleTask.campaign_id == one.id
        )
    )
    return draw(one.seed, read(one.pots), shares) == {row[0]: row[1] for row in kept}
