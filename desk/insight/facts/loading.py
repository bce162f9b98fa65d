"""Loading cases with everything that was written about them, many at once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from desk.approvals.models import Approval
from desk.approvals.words import ApprovalKind
from desk.audit.models import LedgerLine
from desk.casework.models import Case, CaseClock, Contact, Reply
from desk.casework.words import Kind, Status
from desk.insight.facts.drafts import History, Other
from desk.kernel.db import Model, db
from desk.organisation.models import Hall, Region
from desk.organisation.queries import timetable_of
from desk.ratings.models import Rating
from desk.supervision.models import Card

Rows = dict[UUID, list[Any]]
COUNTED = (ApprovalKind.RETURN, ApprovalKind.RATING_APPEAL)


def histories(region_id: int, ids: Sequence[UUID]) -> Iterator[History]:
    """Give the histories of some cases of a region; ids that are no case's are passed over."""
    region = db.session.get_one(Region, region_id)
    cases = db.session.scalars(
        select(Case).where(Case.region_id == region_id, Case.id.in_(ids))
    ).all()
    halls = {
        hall.id: hall
        for hall in db.session.scalars(
            select(Hall).where(Hall.id.in_({case.hall_id for case in cases}))
        )
    }
    lines = _lines(region_id, ids)
    clocks = _of(CaseClock, region_id, ids, CaseClock.started_at, CaseClock.step, CaseClock.n)
    contacts = _of(Contact, region_id, ids, Contact.n)
    replies = _of(Reply, region_id, ids, Reply.n)
    cards = _of(Card, region_id, ids, Card.issued_at, Card.id)
    ratings = _of(Rating, region_id, ids, Rating.round)
    requests = _requests(region_id, ids)
    others = _others(region_id, cases)
    for case in cases:
        yield History(
            case,
            region.time_zone,
            timetable_of(halls[case.hall_id], region, case.filed_at),
            lines[case.id],
            clocks[case.id],
            contacts[case.id],
            replies[case.id],
            cards[case.id],
            requests[case.id],
            ratings[case.id],
            others[case.repeat_key] if case.repeat_key else (),
        )


def _of(model: type[Model], region_id: int, ids: Sequence[UUID], *order: Any) -> Rows:
    of: Any = model
    rows: Rows = defaultdict(list)
    statement = select(model).where(of.region_id == region_id, of.case_id.in_(ids))
    for row in db.session.scalars(statement.order_by(*order)):
        rows[row.case_id].append(row)  # type: ignore[attr-defined]
    return rows


def _lines(region_id: int, ids: Sequence[UUID]) -> Rows:
    rows: Rows = defaultdict(list)
    streams = [f"c/{key.hex}" for key in ids]
    for line in db.session.scalars(
        select(LedgerLine)
        .where(LedgerLine.region_id == region_id, LedgerLine.stream.in_(streams))
        .order_by(LedgerLine.stream, LedgerLine.seq)
    ):
        rows[UUID(line.stream[2:])].append(line)
    return rows


def _requests(region_id: int, ids: Sequence[UUID]) -> Rows:
    rows: Rows = defaultdict(list)
    for asked in db.session.scalars(
        select(Approval)
        .where(
            Approval.region_id == region_id,
            Approval.subject_id.in_(ids),
            Approval.kind.in_(COUNTED),
        )
        .order_by(Approval.asked_at, Approval.id)
    ):
        rows[asked.subject_id].append(asked)
    return rows


def _others(region_id: int, cases: Sequence[Case]) -> dict[bytes, list[Other]]:
    """List the complaints of the same parties: tests and joined ones are nobody's second."""
    found: dict[bytes, list[Other]] = defaultdict(list)
    keys = {case.repeat_key for case in cases if case.repeat_key is not None}
    if not keys:
        return found
    for row in db.session.execute(
        select(Case.repeat_key, Case.id, Case.item_id, Case.filed_at).where(
            Case.region_id == region_id,
            Case.repeat_key.in_(keys),
            Case.kind == Kind.COMPLAINT,
            Case.status != Status.MERGED,
            ~Case.is_test,
        )
    ):
        found[row.repeat_key].append(Other(row.id, row.item_id, row.filed_at))
    return found


def with_same_parties(region_id: int, ids: Sequence[UUID]) -> list[UUID]:
    """Add the other complaints of the same parties: whether they are repeats may have changed."""
    same = select(Case.repeat_key).where(
        Case.region_id == region_id, Case.id.in_(ids), Case.repeat_key.is_not(None)
    )
    found = db.session.scalars(
        select(Case.id).where(
            Case.region_id == region_id,
            Case.repeat_key.is_not(None),
            Case.repeat_key.in_(same),
            Case.kind == Kind.COMPLAINT,
        )
    ).all()
    return sorted({*ids, *found})
