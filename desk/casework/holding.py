"""Who held a case, and for how long: time is charged to whoever could have moved it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from desk.casework.words import FINAL, PauseReason, Status
from desk.worktime.calendar import Hours, WorkCalendar
from desk.worktime.deadline import elapsed


class Holder(StrEnum):
    """Whose time it is."""

    WINDOW = "window"
    DEPARTMENT = "department"
    REVIEW = "review"
    COMPLAINANT = "complainant"
    WAITING = "waiting"
    AFTERWARDS = "afterwards"


HOLDERS = {
    Status.SUBMITTED: Holder.WINDOW,
    Status.SUPPLEMENT: Holder.COMPLAINANT,
    Status.ACCEPTED: Holder.WINDOW,
    Status.DISPATCHED: Holder.DEPARTMENT,
    Status.HANDLING: Holder.DEPARTMENT,
    Status.REPLY_REVIEW: Holder.REVIEW,
    Status.REPLIED: Holder.AFTERWARDS,
}


HANDED_OVER = "hand_over"
STANDING = frozenset({Holder.COMPLAINANT, Holder.WAITING})


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a case's chain, as far as it says who holds the case."""

    at: datetime
    what: str
    to_status: Status | None
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stay:
    """A time without a break in one hand; `department_id` is 0 where no department is meant."""

    holder: Holder
    department_id: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """All the time in one hand: `net` is working time of the hall, `gross` time on the wall."""

    holder: Holder
    department_id: int
    net: timedelta
    gross: timedelta


def stays(lines: Iterable[Told], now: datetime) -> list[Stay]:
    """Tell from its chain who held a case when, up to now or to its end."""
    found: list[Stay] = []
    here: tuple[Holder, int] | None = None
    since, department, status = now, 0, None
    for line in lines:
        if line.to_status is not None:
            status = line.to_status
        if line.to_status is not None or line.what == HANDED_OVER:
            department = line.body.get("department") or 0
        next_ = _holder(line, status, department, here)
        if next_ != here:
            at = _at(line)
            if here is not None:
                found.append(Stay(*here, since, at))
            here, since = next_, at
    if here is not None:
        found.append(Stay(*here, since, now))
    return [stay for stay in found if stay.last > stay.first]


def held(found: Sequence[Stay], calendar: WorkCalendar, hours: Hours, zone: str) -> list[Held]:
    """Add up the time in each hand, in the order in which each first had the case."""
    sums: dict[tuple[Holder, int], tuple[timedelta, timedelta]] = {}
    for stay in found:
        net, gross = sums.get((stay.holder, stay.department_id), (timedelta(), timedelta()))
        sums[stay.holder, stay.department_id] = (
            net + elapsed(stay.first, stay.last, calendar, hours, zone),
            gross + (stay.last - stay.first),
        )
    return [Held(holder, department, *both) for (holder, department), both in sums.items()]


def holder_at(found: Sequence[Stay], at: datetime) -> Stay | None:
    """Find the stay an instant falls into; the end of one belongs to it."""
    return next((stay for stay in found if stay.first < at <= stay.last), None)


def _at(line: Told) -> datetime:
    """Tell when a line came true: a pause that was over ended then, however late it was noticed."""
    until = line.body.get("until") if line.what == "resume" else None
    return datetime.fromisoformat(until) if until else line.at


def _holder(
    line: Told, status: Status | None, department: int, here: tuple[Holder, int] | None
) -> tuple[Holder, int] | None:
    if status is None or status in FINAL:
        return None
    if line.what == "pause":
        mine = line.body.get("why") == PauseReason.COMPLAINANT.value
        return (Holder.COMPLAINANT if mine else Holder.WAITING), 0
    if line.to_status is None and line.what not in {"resume", HANDED_OVER}:
        return here
    if line.what == HANDED_OVER and here and here[0] in STANDING:
        return here
    holder = HOLDERS[status]
    in_department = holder in {Holder.DEPARTMENT, Holder.REVIEW}
    return holder, department if in_department else 0
