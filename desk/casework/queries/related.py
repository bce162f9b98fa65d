"""What else has to do with a case: links, the same party, the same matter, how it ended before.

Each list is within the scope of whoever asks; whoever a case names finds it in none of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.casework.likeness import percent, shares
from desk.casework.models import Case, CaseLink, Reply, SearchDoc
from desk.casework.queries.lists import QueueRow, rows_by_key
from desk.casework.queries.scope import within
from desk.casework.queries.search import searchable
from desk.casework.words import IdentityMode, Kind, LinkKind, Outcome, Review
from desk.kernel.db import db
from desk.organisation.models import Department

Key = tuple[int, UUID]
A_YEAR = timedelta(days=365)
RECENT = timedelta(days=90)
HISTORY = 10
COMPARED = 150
SUGGESTED = 5
ALIKE_FROM = 30
PRECEDENTS = 10


@dataclass(frozen=True, slots=True)
class Linked:
    """A link as either of the two cases shows it."""

    kind: LinkKind
    note: str
    row: QueueRow


@dataclass(frozen=True, slots=True)
class Similar:
    """A case that may be about the same: how alike in per cent, and whether of the same party."""

    row: QueueRow
    alike: int
    same_party: bool


@dataclass(frozen=True, slots=True)
class Precedent:
    """How a case of the same matter was answered, or a supervisor's word on whose it is."""

    number: str
    at: datetime
    outcome: Outcome
    basis: str
    action: str
    department_zh: str | None
    department_en: str | None
    binding: bool


def links_of(actor: Actor, case: Case) -> list[Linked]:
    """List what is linked with a case, from either side, as far as this person may see it."""
    here = (CaseLink.region_id == case.region_id, Case.region_id == case.region_id)
    to_it = and_(CaseLink.to_number == case.number, Case.id == CaseLink.case_id)
    from_it = and_(CaseLink.case_id == case.id, Case.number == CaseLink.to_number)
    found = db.session.execute(
        select(CaseLink.kind, CaseLink.note, Case.region_id, Case.id)
        .join(Case, or_(to_it, from_it))
        .where(
            *here,
            or_(CaseLink.case_id == case.id, CaseLink.to_number == case.number),
            within(actor, Permission.CASE_READ),
        )
        .order_by(CaseLink.linked_at.desc())
    ).all()
    rows = _by_key([(region, key) for _kind, _note, region, key in found])
    return [Linked(kind, note, rows[region, key]) for kind, note, region, key in found]


def history_of(actor: Actor, case: Case, *, now: datetime) -> list[QueueRow]:
    """List what the same party brought to the same hall within a year, the newest first.

    Confidential cases and those of bad ratings are left out as if they were not there; so is
    everything for a case whose complainant nobody can recognise again.
    """
    found = db.session.execute(
        select(Case.region_id, Case.id)
        .where(
            Case.region_id == case.region_id,
            _recognised(case),
            Case.id != case.id,
            Case.filed_at > now - A_YEAR,
            within(actor, Permission.CASE_READ),
        )
        .order_by(Case.filed_at.desc(), Case.id.desc())
        .limit(HISTORY)
    ).all()
    rows = _by_key([(region, key) for region, key in found])
    return [rows[region, key] for region, key in found]


def similar_to(actor: Actor, case: Case) -> list[Similar]:
    """Suggest at most five cases that may be about the same: of the same party first, then by text.

    Compared are the newest 150 of the same item filed within 90 days of it, or of the same hall
    where the item is not known. Words this person may not search are compared with none.
    """
    own = db.session.scalar(_texts(SearchDoc.text, actor, case, Case.id == case.id))
    if own is None:
        return []
    about = Case.item_id == case.item_id if case.item_id else Case.hall_id == case.hall_id
    near = Case.filed_at.between(case.filed_at - RECENT, case.filed_at + RECENT)
    found = db.session.execute(
        _texts(SearchDoc.text, actor, case, about, near, Case.id != case.id)
        .add_columns(Case.region_id, Case.id, _recognised(case))
        .order_by(Case.filed_at.desc(), Case.id.desc())
        .limit(COMPARED)
    ).all()
    alike = [percent(share) for share in shares(own, [row[0] for row in found])]
    ranked = sorted(
        (
            (bool(same), share, (region, key))
            for (_text, region, key, same), share in zip(found, alike, strict=True)
        ),
        reverse=True,
    )
    chosen = [one for one in ranked if one[0] or one[1] >= ALIKE_FROM][:SUGGESTED]
    rows = _by_key([key for _same, _share, key in chosen])
    return [Similar(rows[key], share, same) for same, share, key in chosen]


def _recognised(case: Case) -> ColumnElement[bool]:
    """Give the condition under which a case may be said to be of the same party."""
    if case.repeat_key is None:
        return false()
    return and_(
        Case.repeat_key == case.repeat_key,
        Case.hall_id == case.hall_id,
        Case.kind == Kind.COMPLAINT,
        Case.identity_mode == IdentityMode.REAL,
    )


def _texts(
    column: InstrumentedAttribute[str], actor: Actor, case: Case, *which: ColumnElement[bool]
) -> Select[Any]:
    """Select what cases of the region are found by, as far as this person may search it."""
    return (
        select(column)
        .join(Case, and_(Case.region_id == SearchDoc.region_id, Case.id == SearchDoc.case_id))
        .where(Case.region_id == case.region_id, searchable(actor), *which)
    )


def precedents(actor: Actor, case: Case, among: Sequence[Key] | None = None) -> list[Precedent]:
    """List how cases of the same item were answered, the newest first, at most ten.

    With `among`, the keys a search found, of any item. A case whose department a supervisor chose
    for good is marked as binding.
    """
    about: ColumnElement[bool] = Case.item_id == (case.item_id or 0)
    if among is not None:
        about = Case.id.in_([key for _region, key in among])
    found: Sequence[Any] = db.session.execute(
        select(
            Case.number,
            Reply.submitted_at,
            Reply.outcome,
            Reply.basis,
            Reply.action,
            Department.name_zh,
            Department.name_en,
            Case.final_assignment,
        )
        .join(Case, and_(Case.region_id == Reply.region_id, Case.id == Reply.case_id))
        .outerjoin(Department, Department.id == Case.department_id)
        .where(
            Case.region_id == case.region_id,
            Case.kind == Kind.COMPLAINT,
            Case.id != case.id,
            about,
            Reply.review.in_([Review.APPROVED, Review.ON_SPOT]),
            Reply.round == Case.round,
            within(actor, Permission.CASE_READ),
        )
        .order_by(Case.final_assignment.desc(), Reply.submitted_at.desc())
        .limit(PRECEDENTS)
    ).all()
    return [Precedent(*row) for row in found]


def _by_key(keys: Sequence[Key]) -> dict[Key, QueueRow]:
    return {(row.region_id, row.id): row for row in rows_by_key(list(dict.fromkeys(keys)))}
