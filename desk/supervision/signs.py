"""Signs of something wrong: replies alike, asked twice, claimed and not confirmed, silent."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, select, tuple_
from sqlalchemy.orm import aliased

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.accounts.models import User
from desk.audit.models import LedgerLine
from desk.casework.likeness import percent
from desk.casework.models import Case, Reply
from desk.casework.queries.scope import within
from desk.casework.reply_check import ALIKE
from desk.casework.words import Outcome, Result, Status
from desk.casework.workflow import Move
from desk.kernel.db import db
from desk.kernel.paging import Cursor, Page, after, page_of

PAGE = 30
MOST = 300
SILENT_DAYS = 5
CLAIMED = (Outcome.DONE, Outcome.PART)
WORKED_ON = (Status.ACCEPTED, Status.DISPATCHED, Status.HANDLING, Status.REPLY_REVIEW)


@dataclass(frozen=True, slots=True)
class SignRow:
    """What a list shows: the case, when it happened, whose it was, how much or how often."""

    id: UUID
    number: str
    title: str
    department_id: int
    at: datetime
    n: int = 0
    who: str = ""


@dataclass(slots=True)
class Claim:
    """What a department said was done, and what the complainants said."""

    department_id: int
    results: Counter[Result]

    @property
    def n(self) -> int:
        return sum(self.results.values())

    @property
    def answered(self) -> int:
        return self.n - self.results[Result.UNCONFIRMED]

    @property
    def confirmed(self) -> float | None:
        """Give the share that was confirmed, partly for half; None where nobody answered."""
        sure = self.results[Result.SOLVED] + self.results[Result.PART] / 2
        return sure / self.answered if self.answered else None


def _seen(actor: Actor) -> ColumnElement[bool]:
    return and_(within(actor, Permission.QUALITY_SEE), ~Case.is_test)


def alike(
    actor: Actor, since: datetime, until: datetime, cursor: Cursor | None, *, size: int = PAGE
) -> Page[SignRow]:
    """List the replies of a month that repeat an earlier one by four fifths, the newest first."""
    statement = (
        select(
            Case.id, Case.number, Case.title, Case.department_id, Reply.submitted_at,
            Reply.likeness, User.name,
        )
        .join(Reply, and_(Reply.region_id == Case.region_id, Reply.case_id == Case.id))
        .join(User, User.id == Reply.author_id)
        .where(
            _seen(actor),
            Reply.likeness >= percent(ALIKE),
            Reply.submitted_at >= since,
            Reply.submitted_at < until,
        )
    )  # fmt: skip
    rows: Sequence[Any] = db.session.execute(
        after(statement, cursor, Reply.submitted_at, Case.id, newest_first=True).limit(size + 1)
    ).all()
    shown = [SignRow(r[0], r[1], r[2], r[3] or 0, r[4], r[5], r[6]) for r in rows]
    return page_of(shown, cursor, size, lambda row: (row.at, row.id))


def asked_twice(actor: Actor, since: datetime, until: datetime) -> list[SignRow]:
    """List the cases whose complainant was asked again in a month, at most 300, the newest first.

    One notice is to name everything that is missing (reason R02); `n` is which notice it was.
    """
    what = Move.ASK_SUPPLEMENT.value
    earlier = aliased(LedgerLine)
    before = (
        select(func.count())
        .where(
            earlier.region_id == LedgerLine.region_id,
            earlier.stream == LedgerLine.stream,
            earlier.seq < LedgerLine.seq,
            earlier.what == what,
        )
        .scalar_subquery()
    )
    lines = db.session.execute(
        select(LedgerLine.region_id, LedgerLine.stream, LedgerLine.at, before.label("before"))
        .where(
            LedgerLine.region_id.in_(sorted(actor.regions_for(Permission.QUALITY_SEE))),
            LedgerLine.what == what,
            LedgerLine.at >= since,
            LedgerLine.at < until,
            before > 0,
        )
        .order_by(LedgerLine.at.desc(), LedgerLine.stream)
        .limit(MOST)
    ).all()
    keys = [(line.region_id, UUID(line.stream.partition("/")[2])) for line in lines]
    cases = _cases(actor, keys)
    return [
        SignRow(case.id, case.number, case.title, case.department_id or 0, line.at, line.before + 1)
        for key, line in zip(keys, lines, strict=True)
        if (case := cases.get(key[1])) is not None
    ]


def _cases(actor: Actor, keys: Sequence[tuple[int, UUID]]) -> Mapping[UUID, Case]:
    if not keys:
        return {}
    rows = db.session.scalars(
        select(Case).where(tuple_(Case.region_id, Case.id).in_(sorted(set(keys))), _seen(actor))
    )
    return {case.id: case for case in rows}


def claims(actor: Actor, since: datetime, until: datetime) -> list[Claim]:
    """Add up by department what was closed as done in a month, beside what complainants said."""
    found: dict[int, Claim] = {}
    rows = db.session.execute(
        select(Case.department_id, Case.result, func.count())
        .where(*_claimed(actor, since, until))
        .group_by(Case.department_id, Case.result)
    )
    for department_id, result, n in rows:
        key = department_id or 0
        found.setdefault(key, Claim(key, Counter())).results[result or Result.UNCONFIRMED] += n
    return sorted(found.values(), key=lambda one: (one.confirmed is None, one.confirmed, -one.n))


def _claimed(actor: Actor, since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    return [
        _seen(actor),
        Case.status == Status.CLOSED,
        Case.outcome.in_(CLAIMED),
        Case.closed_at >= since,
        Case.closed_at < until,
    ]


def claimed_cases(
    actor: Actor,
    since: datetime,
    until: datetime,
    department_id: int,
    result: Result | None,
    cursor: Cursor | None,
    *,
    size: int = PAGE,
) -> Page[SignRow]:
    """List the cases behind a number of `claims`, the newest closing first."""
    asked = _claimed(actor, since, until)
    asked.append(func.coalesce(Case.department_id, 0) == department_id)
    if result is not None:
        asked.append(Case.result == result)
    statement = select(
        Case.id, Case.number, Case.title, Case.department_id, Case.closed_at.label("at")
    ).where(*asked)
    rows: Sequence[Any] = db.session.execute(
        after(statement, cursor, Case.closed_at, Case.id, newest_first=True).limit(size + 1)  # type: ignore[arg-type]
    ).all()
    shown = [SignRow(r[0], r[1], r[2], r[3] or 0, r[4]) for r in rows]
    return page_of(shown, cursor, size, lambda row: (row.at, row.id))


def silent(
    actor: Actor, since: datetime, cursor: Cursor | None, *, size: int = PAGE
) -> Page[SignRow]:
    """List the open cases of which the ledger says nothing since an instant, by what is due next.

    What waits for the complainant, or for a call, is not silent but waiting.
    """
    stream = literal("c/") + func.replace(cast(Case.id, String), "-", "")
    spoken = exists().where(
        LedgerLine.region_id == Case.region_id,
        LedgerLine.stream == stream,
        LedgerLine.at >= since,
        LedgerLine.what.notlike("card_%"),
    )
    statement = select(
        Case.id, Case.number, Case.title, Case.department_id, Case.next_due_at, User.name
    ).outerjoin(User, User.id == Case.handler_id).where(
        _seen(actor), Case.open, Case.status.in_(WORKED_ON), Case.filed_at < since, ~spoken
    )  # fmt: skip
    rows: Sequence[Any] = db.session.execute(
        after(statement, cursor, Case.next_due_at, Case.id).limit(size + 1)
    ).all()
    shown = [SignRow(r[0], r[1], r[2], r[3] or 0, r[4], who=r[5] or "") for r in rows]
    return page_of(shown, cursor, size, lambda row: (row.at, row.id))
