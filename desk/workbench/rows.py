"""Rows of a list of cases as they are shown: every word chosen, nothing left to a template."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from desk.access.actors import Actor
from desk.access.permissions import Permission, permissions_of
from desk.casework.disclosure import may_know, title_for
from desk.casework.labels import SHAPE, STAFF_STATUS, STAFF_TURN
from desk.casework.queries.lists import QueueRow
from desk.casework.together import Standing, Together, open_to
from desk.casework.words import IdentityMode, Status
from desk.organisation.queries import Timetable
from desk.workbench.due import Due, due_of
from desk.workbench.flags import FLAGS, flags_of
from desk.workbench.listing import TURN, Listing

NOTHING = "—"
AT_DEPARTMENT = frozenset({Status.DISPATCHED, Status.HANDLING})
LOOKS = {
    "over": ("is-over", "over"),
    "today": ("is-soon", "soon"),
    "soon": ("is-soon", "soon"),
    "still": ("is-still", "pause"),
}
"""State of a deadline -> its style and its shape."""


@dataclass(frozen=True, slots=True)
class ShownDue:
    """A deadline in words, with its day, its shape and how much of its bar is filled."""

    words: str
    at: datetime | None
    style: str
    shape: str
    share: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class Flag:
    """A seal: its character, what it means, whether it is urgent."""

    sign: str
    meaning: str
    hot: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What a list says of a case to one person. The digits of the number stand apart, in bold."""

    row: QueueRow
    address: str
    head: str
    digits: str
    tail: str
    title: str
    who: str
    item: str
    state: str
    shape: str
    turn: str
    is_mine: bool
    due: ShownDue
    flags: list[Flag]
    may: tuple[Together, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What every row may say, in one language."""

    english: bool
    status: Mapping[Status, str]
    turn: Mapping[Status, str]
    flags: Mapping[str, Flag]
    anonymous: str
    confidential: str
    hidden: str
    me: str


@cache
def words_in(language: str) -> Words:
    """Choose the words of the language that is spoken now; they are the same for every page."""
    return Words(
        english=language == "en",
        status={status: str(word) for status, word in STAFF_STATUS.items()},
        turn={status: str(word) for status, word in STAFF_TURN.items()},
        flags={key: Flag(sign, str(name), hot) for key, (sign, name, hot) in FLAGS.items()},
        anonymous=str(_("anonymous")),
        confidential=str(_("confidential")),
        hidden=str(_("not shown")),
        me=str(_("me")),
    )


class Writer:
    """Writes the rows of one page for one person, each deadline once."""

    def __init__(
        self, actor: Actor, now: datetime, table: Timetable, listing: Listing | None = None
    ) -> None:
        self.actor, self.now, self.table = actor, now, table
        self.seats = actor.seats_for(Permission.CASE_READ)
        self.address = url_for("workbench.case", number="0")[:-1]
        self.ending = f"?{urlencode({'list': listing.text})}" if listing not in (None, TURN) else ""
        self.words = words_in(str(get_locale()))
        self.dues: dict[datetime, ShownDue] = {}
        self.allowed: dict[tuple[int, int, int | None], frozenset[Permission]] = {}

    def rows(self, rows: Iterable[QueueRow]) -> list[Shown]:
        """Write rows in their order."""
        return [self.row(row) for row in rows]

    def row(self, row: QueueRow) -> Shown:
        """Write one row, with no more of the complainant than this person may know."""
        reach = (row.region_id, row.hall_id, row.department_id)
        here = [seat for seat in self.seats if seat.reaches(*reach)]
        knows = may_know(row.kind, row.identity_mode, here)
        short, day, digits, check = row.number.split("-")
        return Shown(
            row,
            self.address + row.number + self.ending,
            f"{short}-{day}-",
            digits,
            f"-{check}",
            title_for(row.title, row.brief, knows=knows) or NOTHING,
            self._who(row, knows=knows),
            row.item_name or (knows and row.item_words) or NOTHING,
            self.words.status[row.status],
            SHAPE[row.status],
            self._turn(row),
            row.handler_id is not None and row.handler_id == self.actor.user_id,
            self._due(row.next_due_at),
            [self.words.flags[key] for key in flags_of(row, knows=knows)],
            self._may(row, reach),
        )

    def _may(self, row: QueueRow, reach: tuple[int, int, int | None]) -> tuple[Together, ...]:
        """Say what may be done to it in one go with others, by the seats that reach it."""
        if reach not in self.allowed:
            here = (seat for seat in self.actor.seats if seat.reaches(*reach))
            self.allowed[reach] = frozenset[Permission]().union(
                *(permissions_of(seat.role) for seat in here)
            )
        standing = Standing(
            row.kind,
            row.status,
            row.identity_mode,
            row.department_id is not None,
            row.handler_id is not None,
        )
        return open_to(standing, self.allowed[reach])

    def _who(self, row: QueueRow, *, knows: bool) -> str:
        if row.identity_mode is IdentityMode.ANONYMOUS:
            return self.words.anonymous
        if row.identity_mode is IdentityMode.CONFIDENTIAL:
            return self.words.confidential
        return (row.name_masked or NOTHING) if knows else self.words.hidden

    def _turn(self, row: QueueRow) -> str:
        if row.handler_id is not None and row.handler_id == self.actor.user_id:
            return self.words.me
        department = row.department_en if self.words.english else row.department_zh
        if row.status in AT_DEPARTMENT and department:
            return f"{department} · {row.handler}" if row.handler else department
        return self.words.turn[row.status]

    def _due(self, at: datetime) -> ShownDue:
        if at not in self.dues:
            due = due_of(at, self.now, self.table)
            style, shape = LOOKS.get(due.state, ("", ""))
            self.dues[at] = ShownDue(
                self._left(due), due.at, style, shape, due.share, self._is_provisional(due.at)
            )
        return self.dues[at]

    def _is_provisional(self, at: datetime | None) -> bool:
        return at is not None and self.table.calendar.is_provisional(self.table.local_day(at))

    def _left(self, due: Due) -> str:
        if due.state == "still" or due.at is None:
            return str(_("no clock runs"))
        if due.state == "today":
            local = due.at.astimezone(ZoneInfo(self.table.zone))
            return str(_("today %(time)s", time=f"{local:%H:%M}"))
        if due.state == "over":
            late = ngettext("%(num)s working day late", "%(num)s working days late", due.days)
            return str(late)
        return str(ngettext("%(num)s working day left", "%(num)s working days left", due.days))
