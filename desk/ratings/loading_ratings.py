"""Taking ratings that were given elsewhere, also those that come before their occasion."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from desk.casework.words import IdentityMode
from desk.kernel.db import db, transaction
from desk.kernel.errors import Invalid
from desk.kernel.ids import uuid7
from desk.organisation.codes import codes_ever
from desk.organisation.models import Hall, Region
from desk.organisation.queries import timetable_of
from desk.ratings.actions.elsewhere import (
    EarlyRow,
    RatingRow,
    TellingDay,
    check_tags,
    rating_row,
    round_of,
    settle,
    write_early,
    write_ratings,
)
from desk.ratings.actions.keeping import RatingData, Way, keep, next_working_day
from desk.ratings.fates import Fate, Outcome, Wrong
from desk.ratings.loading import Teller, Told, wrong_of
from desk.ratings.models import RatingChannel, ServiceEvent
from desk.ratings.occasions import Spot, is_rated
from desk.ratings.references import EventFacts, Numbers, events_by_numbers
from desk.ratings.scoring import opens_case
from desk.ratings.staff_ways import staff_phones

NO_EVENT = _l("This service is not known yet. Tell it first, or name its hall and department.")


@dataclass(slots=True)
class _Chunk:
    """A chunk of lines, sorted by what is to be done with each."""

    fates: list[Fate | None]
    rows: dict[int, RatingRow] = field(default_factory=dict)
    days: dict[int, date] = field(default_factory=dict)
    early: dict[int, EarlyRow] = field(default_factory=dict)
    bad: dict[int, RatingRow] = field(default_factory=dict)


def load_ratings(teller: Teller, lines: Sequence[Told | Wrong], *, now: datetime) -> list[Fate]:
    """Write the ratings of a chunk and say of each line what became of it.

    A bad one opens its case: each in a transaction of its own, behind the others.
    """
    with transaction():
        chunk = _sort(teller, lines, now)
        _write(teller, chunk, now)
    for n, row in chunk.bad.items():
        chunk.fates[n] = _fate(keep_bad(teller.region.id, row, now))
    return [fate if fate is not None else Fate(Outcome.KNOWN) for fate in chunk.fates]


def _sort(teller: Teller, lines: Sequence[Told | Wrong], now: datetime) -> _Chunk:
    """Decide what each line becomes; nothing is written yet."""
    chunk = _Chunk(
        [Fate(Outcome.REJECTED, wrong=x) if isinstance(x, Wrong) else None for x in lines]
    )
    told = {n: line for n, line in enumerate(lines) if not isinstance(line, Wrong)}
    teller.known.learn(told.values())
    numbers: dict[int, Numbers] = {}
    for n, line in told.items():
        try:
            numbers[n] = (teller.system_of(line), line["project_no"], line["service_no"])
        except Invalid as error:
            chunk.fates[n] = Fate(Outcome.REJECTED, wrong=wrong_of(error))
    events = events_by_numbers(teller.region.id, set(numbers.values()))
    day = telling_day(teller.region, now)
    for n, key in numbers.items():
        try:
            _place(teller, chunk, n, told[n], key, events.get(key), day, now)
        except Invalid as error:
            chunk.fates[n] = Fate(Outcome.REJECTED, wrong=wrong_of(error))
    return chunk


def _place(
    teller: Teller,
    chunk: _Chunk,
    n: int,
    line: Told,
    key: Numbers,
    event: EventFacts | None,
    day: TellingDay,
    now: datetime,
) -> None:
    given_at = teller.known.instant(line, "given_at", now)
    if event is None:
        chunk.early[n] = _early_row(teller, line, key, given_at, day, now)
        return
    received_at = line.get("received_at", now)
    row = rating_row(line, event, given_at, day, received_at=received_at, now=now)
    if is_bad(row, event, now):
        chunk.bad[n] = row
    else:
        chunk.rows[n], chunk.days[n] = row, teller.known.day(given_at)


def _early_row(
    teller: Teller, line: Told, key: Numbers, given_at: datetime, day: TellingDay, now: datetime
) -> EarlyRow:
    if "hall" not in line or "department" not in line:
        raise Invalid(NO_EVENT, field="project_no")
    check_tags(line, day)
    return EarlyRow(
        uuid7(now),
        *key,
        round_of(line),
        line["level"],
        line.get("tags", []),
        line.get("comment") or None,
        line.get("channel", "api"),
        line.get("identity", "confidential"),
        given_at,
        now,
        teller.known.department(line),
        teller.known.hall(line),
    )


def _write(teller: Teller, chunk: _Chunk, now: datetime) -> None:
    region_id = teller.region.id
    made = write_ratings(
        region_id,
        list(chunk.rows.values()),
        list(chunk.days.values()),
        chain=teller.chain,
        now=now,
    )
    for n, row in chunk.rows.items():
        chunk.fates[n] = _fate(row.id if row.id in made else None)
    waiting = write_early(region_id, list(chunk.early.values()))
    for n, early in chunk.early.items():
        known = early.id not in waiting
        chunk.fates[n] = Fate(Outcome.KNOWN) if known else Fate(Outcome.WAITING, early.id)


def _fate(made: UUID | None) -> Fate:
    return Fate(Outcome.CREATED, made) if made else Fate(Outcome.KNOWN)


def is_bad(row: RatingRow, event: EventFacts, now: datetime) -> bool:
    """Tell whether a rating opens a case, and so is kept singly."""
    return opens_case(
        row.level,
        round_=row.round,
        scored=row.scored,
        is_test=row.is_test,
        occurred_at=event.occurred_at,
        now=now,
    )


def keep_bad(
    region_id: int, row: RatingRow, now: datetime, early_id: UUID | None = None
) -> UUID | None:
    """Write a bad rating with the case it becomes; None when its occasion has been rated."""
    try:
        with transaction():
            event = db.session.get_one(ServiceEvent, (region_id, row.service_event_id))
            made = None if is_rated(event, row.round) else _keep(event, row, now)
            if early_id is not None:
                settle(region_id, early_id, made, now=now)
            return made
    except IntegrityError:
        return None


def _keep(of: ServiceEvent | Spot, row: RatingRow, now: datetime) -> UUID:
    way = Way(
        channel=RatingChannel(row.channel),
        round=row.round,
        scored=row.scored,
        given_at=row.given_at,
        told=row[2:5],
        identity=IdentityMode(row.identity_mode),
    )
    return keep(of, RatingData(row.level, tuple(row.tags), row.comment), way, now=now).id


def telling_day(region: Region, now: datetime) -> TellingDay:
    """Load what holds for every rating told now."""
    today = region.local_day(now)
    tags: dict[int, set[str]] = {}
    for entry in codes_ever("rating_tags", today):
        if entry.code[:1].isdecimal():
            tags.setdefault(int(entry.code[0]), set()).add(entry.code)
    hall = db.session.scalars(
        select(Hall).where(Hall.region_id == region.id).order_by(Hall.id).limit(1)
    ).first()
    if hall is None:
        raise Invalid(_l("There is no hall with this code."), field="hall")
    is_workday = timetable_of(hall, region, now).calendar.is_workday
    return TellingDay(
        {level: frozenset(codes) for level, codes in tags.items()},
        next_working_day(today, is_workday),
        staff_phones(region, today),
    )
