"""Filling the pots of a period and drawing from them, once for each period."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from desk.access.actors import SYSTEM
from desk.audit.actions import record
from desk.audit.models import LedgerLine
from desk.casework.ladder import Level
from desk.casework.models import Case, Reply
from desk.casework.words import REFUSALS, Outcome, Result, Review, Status
from desk.casework.workflow import ROWS, Move
from desk.kernel.db import db
from desk.kernel.ids import uuid7
from desk.organisation.models import Hall, Region
from desk.organisation.queries import timetable_of
from desk.supervision.drawing import SHARES, CampaignKind, Stratum, draw, written
from desk.supervision.models import Campaign, Card, SampleTask
from desk.worktime.deadline import WORKING_DAY, due, due_day

WEEK = timedelta(days=7)
LOOKED_BACK = (30, 90)
"""After how many days a closing is visited again."""
DAYS_TO_LOOK = 10
CLOSINGS = tuple(sorted(row.move.value for row in ROWS if row.target is Status.CLOSED))
REFUSED_TO_ACCEPT = (Move.DIVERT.value, Move.LAPSE_SUPPLEMENT.value)
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Period:
    """What is drawn of which days; `name` tells it from every other of its kind."""

    kind: CampaignKind
    name: str
    first: date
    last: date


def periods(today: date) -> list[Period]:
    """List what is to be drawn today: of the week that is over, and of those long before it."""
    monday = today - timedelta(days=today.weekday()) - WEEK
    found = [
        Period(kind, _week(monday), monday, monday + WEEK - timedelta(days=1))
        for kind in (CampaignKind.AUDIT, CampaignKind.WITHDRAWN, CampaignKind.DIVERSION)
    ]
    for days in LOOKED_BACK:
        back = monday - timedelta(days=days)
        first = back - timedelta(days=back.weekday())
        last = first + WEEK - timedelta(days=1)
        found.append(Period(CampaignKind.LOOK_BACK, f"{_week(first)}+{days}", first, last))
    return found


def _week(monday: date) -> str:
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02d}"


def undrawn(now: datetime) -> list[tuple[int, Period]]:
    """List the regions and periods of which nothing was drawn yet."""
    halls = select(Hall.region_id).distinct()
    regions = db.session.scalars(select(Region).where(Region.id.in_(halls)).order_by(Region.id))
    found = []
    for region in regions.all():
        today = now.astimezone(ZoneInfo(region.time_zone)).date()
        drawn = select(Campaign.kind, Campaign.name).where(Campaign.region_id == region.id)
        known = {(row[0], row[1]) for row in db.session.execute(drawn)}
        found += [(region.id, p) for p in periods(today) if (p.kind, p.name) not in known]
    return found


def draw_sample(
    region_id: int, period: Period, *, now: datetime, seed: str | None = None
) -> Campaign:
    """Fill the pots of a period and draw from them; the caller holds the transaction.

    The seed is made here, once the period is over and nothing can be put into a pot any more. The
    ledger gets the seed and how many there were, and each sampled case a task.
    """
    region = db.session.get_one(Region, region_id)
    pots = _pots(region, period)
    campaign = Campaign(
        region_id=region_id,
        id=uuid7(now),
        kind=period.kind,
        name=period.name,
        seed=seed or secrets.token_hex(16),
        from_on=period.first,
        to_on=period.last,
        drawn_at=now,
        n=sum(map(len, pots.values())),
        shares={stratum.value: str(SHARES[stratum]) for stratum in pots},
        pots=written(pots),
    )
    db.session.add(campaign)
    db.session.flush()
    sample = draw(campaign.seed, pots, SHARES)
    due_on = _due_on(region, now)
    db.session.add_all(
        SampleTask(
            region_id=region_id,
            id=uuid7(now),
            campaign_id=campaign.id,
            case_id=case_id,
            stratum=stratum,
            drawn_at=now,
            due_on=due_on,
        )
        for case_id, stratum in sorted(sample.items())
    )
    db.session.flush()
    _record(campaign, len(sample), now=now)
    return campaign


def _record(campaign: Campaign, drawn: int, *, now: datetime) -> None:
    record(
        f"s/{campaign.region_id}/{now.date().isoformat()}",
        "draw_sample",
        region_id=campaign.region_id,
        by=SYSTEM,
        now=now,
        body={
            "campaign": campaign.id.hex,
            "kind": campaign.kind.value,
            "name": campaign.name,
            "seed": campaign.seed,
            "n": campaign.n,
            "drawn": drawn,
        },
    )


def _due_on(region: Region, now: datetime) -> date:
    hall = db.session.scalars(
        select(Hall).where(Hall.region_id == region.id).order_by(Hall.id).limit(1)
    ).one()
    table = timetable_of(hall, region, now)
    deadline = due(now, DAYS_TO_LOOK, WORKING_DAY, table.calendar, table.hours, table.zone)
    return due_day(deadline.due_at, table.zone)


def _pots(region: Region, period: Period) -> dict[Stratum, list[UUID]]:
    zone = ZoneInfo(region.time_zone)
    since = datetime.combine(period.first, time(), zone).astimezone(UTC)
    until = datetime.combine(period.last + timedelta(days=1), time(), zone).astimezone(UTC)
    moves = {
        CampaignKind.WITHDRAWN: (Move.WITHDRAW.value,),
        CampaignKind.DIVERSION: REFUSED_TO_ACCEPT,
    }.get(period.kind, CLOSINGS)
    streams = db.session.scalars(
        select(LedgerLine.stream)
        .where(
            LedgerLine.region_id == region.id,
            LedgerLine.what.in_(moves),
            LedgerLine.at >= since,
            LedgerLine.at < until,
        )
        .distinct()
    ).all()
    found: dict[Stratum, list[UUID]] = {}
    for chunk in _chunks(sorted(UUID(stream.partition("/")[2]) for stream in streams)):
        for key, stratum in _strata(region.id, chunk, period.kind, until).items():
            found.setdefault(stratum, []).append(key)
    return found


def _chunks(keys: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [keys[at : at + AT_ONCE] for at in range(0, len(keys), AT_ONCE)]


def _strata(
    region_id: int, keys: Sequence[UUID], kind: CampaignKind, until: datetime
) -> dict[UUID, Stratum]:
    """Say into which pot each case goes; test cases go into none."""
    cases = db.session.scalars(
        select(Case).where(Case.region_id == region_id, Case.id.in_(keys), ~Case.is_test)
    ).all()
    if kind is CampaignKind.WITHDRAWN:
        return {case.id: Stratum.WITHDRAWN for case in cases}
    if kind is CampaignKind.DIVERSION:
        return {case.id: Stratum.DIVERTED for case in cases}
    if kind is CampaignKind.LOOK_BACK:
        red = _with_red_card(region_id, keys)
        return {c.id: _later(c, red) for c in cases if c.closed_at and c.closed_at < until}
    on_spot = _on_spot(region_id, keys)
    return {case.id: _closed(case, on_spot) for case in cases}


def _closed(case: Case, on_spot: set[UUID]) -> Stratum:
    if case.outcome in REFUSALS:
        return Stratum.REFUSED
    if case.id in on_spot:
        return Stratum.ON_SPOT
    return Stratum.LAPSED if case.result is Result.UNCONFIRMED else Stratum.OTHER


def _later(case: Case, red: set[UUID]) -> Stratum:
    if case.id in red:
        return Stratum.RED
    return Stratum.LEGACY if case.outcome is Outcome.LEGACY else Stratum.LATER


def _on_spot(region_id: int, keys: Sequence[UUID]) -> set[UUID]:
    return set(
        db.session.scalars(
            select(Reply.case_id).where(
                Reply.region_id == region_id,
                Reply.case_id.in_(keys),
                Reply.review == Review.ON_SPOT,
            )
        )
    )


def _with_red_card(region_id: int, keys: Sequence[UUID]) -> set[UUID]:
    return set(
        db.session.scalars(
            select(Card.case_id).where(
                Card.region_id == region_id,
                Card.case_id.in_(keys),
                Card.level == Level.RED,
                Card.revoked_at.is_(None),
            )
        )
    )
