"""Proving that ratings are what people gave: rows, standings and ledger tell the same story."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select

from desk.approvals.models import Approval, ApprovalVote
from desk.approvals.words import ApprovalState, Ballot
from desk.audit.models import LedgerLine
from desk.kernel.db import db
from desk.ratings.actions.elsewhere import digest_of
from desk.ratings.models import Rating, RatingStanding, StandingCause

RATED, TOLD, JOINED = "rated", "ratings_told", "rating_joined"
LATER = timedelta(days=8)
"""How much later than it was received the line of a rating may be: it waited for its occasion."""

UNSAID = "-"
"""What stands for the occasion in a line from before lines named it."""

Said = tuple[int, int, str | None]
"""What was given: level, round, and the occasion."""

CHUNK_COLUMNS = (
    Rating.id,
    Rating.service_event_id,
    Rating.source_system,
    Rating.project_no,
    Rating.service_no,
    Rating.round,
    Rating.level,
    Rating.tags,
    Rating.channel,
    Rating.scored,
    Rating.given_at,
)
STANDS = {"rating_stands": True, "rating_set_aside": False}
AT_ONCE, ASKED, BATCHES = 2000, 400, 100


class Fault(StrEnum):
    """What can be wrong with a rating."""

    CHANGED = "changed"
    SLIPPED_IN = "slipped_in"
    GONE = "gone"
    CHUNK = "chunk"
    CACHE = "cache"
    NO_LINE = "no_line"
    ALONE = "alone"
    WORD_GONE = "word_gone"


@dataclass(frozen=True, slots=True, order=True)
class RatingFault:
    """A rating, by its id, of which its row, its standings and the ledger do not tell the same."""

    rating: str
    what: Fault


def faults(region_id: int, *, since: datetime, until: datetime) -> Iterator[RatingFault]:
    """Give what does not hold of the ratings a region received between two instants.

    Finds rows that were put in or taken out beside the desk, levels that were changed, ratings set
    aside without a word, words without a line, and decisions that two people did not take.
    """
    yield from _given(region_id, since, until)
    yield from _caches(region_id, since, until)
    yield from _standings(region_id, since, until)


def _given(region_id: int, since: datetime, until: datetime) -> Iterator[RatingFault]:
    """Hold rows against lines: each was given alone, or in a chunk that is as it came."""
    told = _lines(region_id, since - LATER, until + LATER)
    joined = _joined(region_id, since)
    batches: set[UUID] = set()
    for row in _rows(region_id, since, until):
        if row.batch_key is not None:
            batches.add(row.batch_key)
            continue
        said = told.pop(row.id.hex, None)
        if said is None:
            yield RatingFault(row.id.hex, Fault.SLIPPED_IN)
        elif said[:2] != (row.level, row.round) or not _is_of(row, said[2], joined):
            yield RatingFault(row.id.hex, Fault.CHANGED)
    yield from _gone(region_id, told)
    yield from _chunks(region_id, batches)


def _is_of(row: Any, event: str | None, joined: Mapping[str, str]) -> bool:
    """Tell whether a rating is of the occasion it was given for, or was joined to later."""
    now = row.service_event_id.hex if row.service_event_id else None
    return event == UNSAID or now == (event or joined.get(row.id.hex))


def _rows(region_id: int, since: datetime, until: datetime) -> Iterable[Any]:
    return db.session.execute(
        select(Rating.id, Rating.level, Rating.round, Rating.batch_key, Rating.service_event_id)
        .where(
            Rating.region_id == region_id,
            Rating.received_at >= since,
            Rating.received_at < until,
        )
        .execution_options(yield_per=AT_ONCE)
    )


def _lines(region_id: int, since: datetime, until: datetime) -> dict[str, Said]:
    """Read what the ledger says was given: level, round and occasion by the id of the rating."""
    return {
        str(body["rating"]): (body["level"], body["round"], body.get("event", UNSAID))
        for body in _bodies(region_id, RATED, since, until)
    }


def _joined(region_id: int, since: datetime) -> dict[str, str]:
    """Read which occasion a rating was joined to after it was given."""
    return {
        str(body["rating"]): str(body["event"]) for body in _bodies(region_id, JOINED, since, None)
    }


def _bodies(
    region_id: int, what: str, since: datetime, until: datetime | None
) -> Iterator[Mapping[str, Any]]:
    lines = select(LedgerLine.body).where(
        LedgerLine.region_id == region_id, LedgerLine.what == what, LedgerLine.at >= since
    )
    if until is not None:
        lines = lines.where(LedgerLine.at < until)
    yield from (body for body in db.session.scalars(lines) if body)


def _gone(region_id: int, told: Iterable[str]) -> Iterator[RatingFault]:
    """Find what was given and is nowhere; what was received at other times is somewhere."""
    keys = sorted(told)
    for first in range(0, len(keys), ASKED):
        some = keys[first : first + ASKED]
        kept = {
            key.hex
            for key in db.session.scalars(
                select(Rating.id).where(
                    Rating.region_id == region_id, Rating.id.in_([UUID(key) for key in some])
                )
            )
        }
        yield from (RatingFault(key, Fault.GONE) for key in some if key not in kept)


def _chunks(region_id: int, batches: set[UUID]) -> Iterator[RatingFault]:
    """Recompute the hash of every chunk, and hold it against its line."""
    lines = {
        str(body["batch"]): (body["n"], body["sha256"])
        for body in db.session.scalars(
            select(LedgerLine.body).where(
                LedgerLine.region_id == region_id, LedgerLine.what == TOLD
            )
        )
        if body
    }
    wanted = sorted(batches)
    for first in range(0, len(wanted), BATCHES):
        rows = db.session.execute(
            select(Rating.batch_key, *CHUNK_COLUMNS)
            .where(
                Rating.region_id == region_id,
                Rating.batch_key.in_(wanted[first : first + BATCHES]),
            )
            .order_by(Rating.batch_key, Rating.id)
            .execution_options(yield_per=AT_ONCE)
        )
        for batch, group in groupby(rows, key=lambda row: row.batch_key):
            chunk = list(group)
            if lines.get(batch.hex) != (len(chunk), digest_of(chunk)):
                yield RatingFault(chunk[0].id.hex, Fault.CHUNK)


def _caches(region_id: int, since: datetime, until: datetime) -> Iterator[RatingFault]:
    """Find ratings whose cache is not the last word on them."""
    newest = (
        select(func.max(RatingStanding.seq))
        .where(RatingStanding.region_id == Rating.region_id, RatingStanding.rating_id == Rating.id)
        .correlate(Rating)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Rating.id, Rating.effective, RatingStanding.effective)
        .outerjoin(
            RatingStanding,
            and_(
                RatingStanding.region_id == Rating.region_id,
                RatingStanding.rating_id == Rating.id,
                RatingStanding.seq == newest,
            ),
        )
        .where(
            Rating.region_id == region_id,
            Rating.received_at >= since,
            Rating.received_at < until,
            RatingStanding.effective.is_not(None),
            Rating.effective != RatingStanding.effective,
        )
    )
    for rating_id, _cache, _word in rows:
        yield RatingFault(rating_id.hex, Fault.CACHE)


def _standings(region_id: int, since: datetime, until: datetime) -> Iterator[RatingFault]:
    """Find words on ratings that have no line, or that no two people stand behind."""
    told = {
        (str(body["rating"]), int(body["seq"])): (STANDS[what], body["cause"], body["rule"])
        for what, body in db.session.execute(
            select(LedgerLine.what, LedgerLine.body).where(
                LedgerLine.region_id == region_id,
                LedgerLine.what.in_(STANDS),
                LedgerLine.at >= since,
                LedgerLine.at < until,
            )
        )
        if body
    }
    standings = db.session.scalars(
        select(RatingStanding).where(
            RatingStanding.region_id == region_id,
            RatingStanding.at >= since,
            RatingStanding.at < until,
        )
    ).all()
    for one in standings:
        key = one.rating_id.hex
        said = told.pop((key, one.seq), None)
        if said != (one.effective, one.cause.value, one.rule):
            yield RatingFault(key, Fault.NO_LINE)
        if one.cause in {StandingCause.REVIEW, StandingCause.APPEAL} and not _by_two(one):
            yield RatingFault(key, Fault.ALONE)
    for key, _seq in told:
        yield RatingFault(key, Fault.WORD_GONE)


def _by_two(standing: RatingStanding) -> bool:
    """Tell whether a request was granted, and by whoever did not ask."""
    key = (standing.region_id, standing.approval_id)
    approval = db.session.get(Approval, key) if standing.approval_id else None
    if approval is None or approval.state is not ApprovalState.GRANTED:
        return False
    agreed = db.session.scalar(
        select(func.count()).where(
            ApprovalVote.region_id == approval.region_id,
            ApprovalVote.approval_id == approval.id,
            ApprovalVote.verdict == Ballot.GRANT,
            ApprovalVote.user_id != approval.asked_by,
        )
    )
    return (agreed or 0) >= approval.needed
