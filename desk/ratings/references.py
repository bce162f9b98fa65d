"""Turning the codes that other systems know into rows of ours, a chunk at a time."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import ARRAY, Text, bindparam, func, select, true, tuple_

from desk.accounts.models import Membership, User
from desk.casework.words import PartyKind
from desk.catalogue.models import Item, ItemVersion
from desk.kernel.db import db, dialect_name
from desk.kernel.errors import Invalid
from desk.organisation.models import Department, Hall, Region, Window
from desk.ratings.models import ServiceEvent

EARLIEST_YEAR = 2000
AHEAD = timedelta(minutes=5)
"""How far another system's clock may be ahead of ours."""

NO_SUCH = {
    "hall": _l("There is no hall with this code."),
    "department": _l("There is no department with this code."),
    "window": _l("This hall has no window with this code."),
    "item": _l("There is no item with this code."),
    "clerk": _l("Nobody who works in this region has this login."),
}
NEEDS_DEPARTMENT = _l("Name the department, or an item or window that has one.")

Versions = list[tuple[date, date | None, int]]


class References:
    """What the codes of a region stand for; asks only for codes it has not met yet."""

    def __init__(self, region: Region) -> None:
        self.region_id = region.id
        self.zone = ZoneInfo(region.time_zone)
        self._ids: dict[str, dict[str, int]] = {name: {} for name in NO_SUCH if name != "window"}
        self._windows: dict[tuple[int, str], tuple[int, int | None]] = {}
        self._departments: dict[int, int] = {}
        self._versions: dict[int, Versions] = {}
        self._asked: set[tuple[str, str]] = set()

    def learn(self, told: Iterable[dict[str, Any]]) -> None:
        """Look up every code of a chunk that is new, one question for each kind."""
        wanted: dict[str, set[str]] = {name: set() for name in NO_SUCH}
        for line in told:
            for name, codes in wanted.items():
                if name in line:
                    codes.add(line[name])
        for name, codes in wanted.items():
            new = sorted(code for code in codes if (name, code) not in self._asked)
            self._asked |= {(name, code) for code in new}
            if new:
                getattr(self, f"_learn_{name}")(new)

    def hall(self, told: dict[str, Any]) -> int:
        """Give the hall of a line; raises Invalid, as the others do, for a code nobody knows."""
        return self._id(told, "hall")

    def window(self, told: dict[str, Any], hall_id: int) -> tuple[int, int | None]:
        """Give a window of a hall, and its department where it has one."""
        found = self._windows.get((hall_id, told["window"]))
        if found is None:
            raise Invalid(NO_SUCH["window"], field="window")
        return found

    def item(self, told: dict[str, Any], on: date) -> tuple[int, int | None, int]:
        """Give an item, the version of it that held on a day, and its department."""
        item_id = self._id(told, "item")
        version = next(
            (
                key
                for first, last, key in self._versions.get(item_id, ())
                if first <= on and (last is None or on <= last)
            ),
            None,
        )
        return item_id, version, self._departments[item_id]

    def clerk(self, told: dict[str, Any]) -> int:
        """Give whoever served, by login."""
        return self._id(told, "clerk")

    def department(self, told: dict[str, Any], *others: int | None) -> int:
        """Give the department a line names, or else the first of what hangs on its other codes."""
        if "department" in told:
            return self._id(told, "department")
        found = next((other for other in others if other), None)
        if found is None:
            raise Invalid(NEEDS_DEPARTMENT, field="department")
        return found

    def instant(self, told: dict[str, Any], field: str, now: datetime) -> datetime:
        """Give the time a line names; without a zone it is that of the region."""
        at: datetime = told[field]
        if at.year < EARLIEST_YEAR:
            raise Invalid(_l("This lies before the year 2000."), field=field)
        if at.tzinfo is None:
            at = at.replace(tzinfo=self.zone)
        if at > now + AHEAD:
            raise Invalid(_l("This lies in the future."), field=field)
        return at

    def day(self, at: datetime) -> date:
        """Tell which day it is in the region."""
        return at.astimezone(self.zone).date()

    def _id(self, told: dict[str, Any], name: str) -> int:
        found = self._ids[name].get(told[name])
        if found is None:
            raise Invalid(NO_SUCH[name], field=name)
        return found

    def _learn_hall(self, codes: list[str]) -> None:
        self._learn(
            "hall",
            select(Hall.code, Hall.id).where(
                Hall.region_id == self.region_id, Hall.code.in_(codes)
            ),
        )

    def _learn_department(self, codes: list[str]) -> None:
        self._learn(
            "department",
            select(Department.code, Department.id).where(
                Department.region_id == self.region_id, Department.code.in_(codes)
            ),
        )

    def _learn_window(self, codes: list[str]) -> None:
        rows = db.session.execute(
            select(Window.hall_id, Window.code, Window.id, Window.department_id)
            .join(Hall, Hall.id == Window.hall_id)
            .where(Hall.region_id == self.region_id, Window.code.in_(codes))
        )
        for hall_id, code, window_id, department_id in rows:
            self._windows[hall_id, code] = window_id, department_id

    def _learn_item(self, codes: list[str]) -> None:
        rows = db.session.execute(
            select(Item.code, Item.id, Item.department_id).where(
                Item.region_id == self.region_id, Item.code.in_(codes)
            )
        ).all()
        for code, item_id, department_id in rows:
            self._ids["item"][code] = item_id
            self._departments[item_id] = department_id
        versions = db.session.execute(
            select(
                ItemVersion.item_id, ItemVersion.valid_from, ItemVersion.valid_to, ItemVersion.id
            )
            .where(ItemVersion.item_id.in_([row[1] for row in rows]))
            .order_by(ItemVersion.version.desc())
        )
        for item_id, first, last, key in versions:
            self._versions.setdefault(item_id, []).append((first, last, key))

    def _learn_clerk(self, logins: list[str]) -> None:
        self._learn(
            "clerk",
            select(User.login, User.id)
            .join(Membership, Membership.user_id == User.id)
            .where(Membership.region_id == self.region_id, User.login.in_(logins)),
        )

    def _learn(self, name: str, query: Any) -> None:
        self._ids[name].update((str(code), int(key)) for code, key in db.session.execute(query))


Numbers = tuple[str, str, str]
"""A system, its reference number and its occasion number."""


class EventFacts(NamedTuple):
    """What a rating takes over from its occasion."""

    source_system: str
    project_no: str
    service_no: str
    id: UUID
    department_id: int
    hall_id: int
    window_id: int | None
    clerk_id: int | None
    item_id: int | None
    party_kind: PartyKind
    occurred_at: datetime
    is_test: bool
    applicant_h: bytes | None


def events_by_numbers(region_id: int, numbers: Collection[Numbers]) -> dict[Numbers, EventFacts]:
    """Find the occasions with these numbers, those there are, in one question."""
    if not numbers:
        return {}
    columns = [getattr(ServiceEvent, name) for name in EventFacts._fields]
    query = select(*columns).where(ServiceEvent.region_id == region_id)
    if dialect_name() == "postgresql":
        lists = (
            bindparam(None, list(each), type_=ARRAY(Text)) for each in zip(*numbers, strict=True)
        )
        wanted = func.unnest(*lists).table_valued("a", "b", "c", name="wanted").render_derived()
        same = (column == key for column, key in zip(columns, wanted.c, strict=False))
        # The limit keeps it a look into the index for each: a join would read every occasion.
        each = query.where(*same).limit(1).lateral("one")
        query = select(*each.c).select_from(wanted.join(each, true()))
    else:
        query = query.where(tuple_(*columns[:3]).in_(sorted(numbers)))
    found = (EventFacts(*row) for row in db.session.execute(query))
    return {facts[:3]: facts for facts in found}
