"""Holding every case against what its chain says: where it stands, and since when."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, collate, or_, select

from desk.audit.chain import Fault
from desk.audit.models import LedgerLine
from desk.casework.models import Case
from desk.kernel.db import db, dialect_name, without_time_limit

AT_ONCE = 2000


class Stands(NamedTuple):
    """A case as its row has it."""

    key: tuple[int, str]
    status: str
    filed_at: datetime
    ended_at: datetime | None


class Told(NamedTuple):
    """A case as its chain tells it: the first line, and the last one that moved it."""

    key: tuple[int, str]
    first_at: datetime | None
    seq: int
    at: datetime | None
    status: str | None


def replay_faults() -> Iterator[Fault]:
    """Give each case that is not as its chain tells, and each case or chain without the other.

    Compared are the status with the last one told, the filing with the first line, and the end
    with the line that ended it: a date set back in the table of cases alone is found too. Both
    sides are read in one order, so that neither has to be held in memory.
    """
    chains, case = _chains(), next(cases := _cases(), None)
    for told in chains:
        while case and case.key < told.key:
            yield Fault(*case.key, 0, "there is no chain of this case")
            case = next(cases, None)
        if case is None or case.key != told.key:
            yield Fault(*told.key, told.seq, "there is no such case")
            continue
        wrong = _fault_of(case, told)
        if wrong:
            yield Fault(*told.key, told.seq, wrong)
        case = next(cases, None)
    while case:
        yield Fault(*case.key, 0, "there is no chain of this case")
        case = next(cases, None)


def _fault_of(case: Stands, told: Told) -> str | None:
    if case.status != told.status:
        return "the case stands elsewhere than its chain says"
    if case.filed_at != told.first_at or case.ended_at not in {None, told.at}:
        return "the case is dated otherwise than its chain"
    return None


def _cases() -> Iterator[Stands]:
    rows = db.session.execute(
        select(Case.region_id, Case.id, Case.status, Case.filed_at, Case.ended_at)
        .order_by(Case.region_id, Case.id)
        .execution_options(yield_per=AT_ONCE)
    )
    for region_id, case_id, status, filed_at, ended_at in rows:
        yield Stands((region_id, f"c/{case_id.hex}"), status.value, filed_at, ended_at)


def _chains() -> Iterator[Told]:
    without_time_limit()
    rows = db.session.execute(
        select(
            LedgerLine.region_id,
            LedgerLine.stream,
            LedgerLine.seq,
            LedgerLine.at,
            LedgerLine.to_status,
        )
        .where(
            LedgerLine.stream.like("c/%"),
            or_(LedgerLine.to_status.is_not(None), LedgerLine.seq == 1),
        )
        .order_by(LedgerLine.region_id, _by_bytes(), LedgerLine.seq)
        .execution_options(yield_per=AT_ONCE)
    )
    told: Told | None = None
    for region_id, stream, seq, at, status in rows:
        if told is None or told.key != (region_id, stream):
            if told:
                yield told
            told = Told((region_id, stream), at if seq == 1 else None, seq, None, None)
        if status is not None:
            told = told._replace(seq=seq, at=at, status=status)
    if told:
        yield told


def _by_bytes() -> ColumnElement[str]:
    """Order chains as their names compare here, whatever the database takes for the alphabet."""
    if dialect_name() == "postgresql":
        return collate(LedgerLine.stream, "C")
    return LedgerLine.stream.expression
