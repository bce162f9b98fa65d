"""Adding to code lists, wording entries anew, ending them. The caller holds the transaction.

Whatever a case or a rating was told with stays: an entry ends on a day, and is never deleted.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid
from desk.organisation.codes import FIXED, CodeRow, row_of, rows_in
from desk.organisation.models import Code
from desk.organisation.queries import forget_kept, home_region
from desk.organisation.reach import need_home, note

SHAPES = {
    "reasons": re.compile(r"R[0-9]{2,3}", re.ASCII),
    "diversions": re.compile(r"X[0-9]{2,3}", re.ASCII),
    "rating_tags": re.compile(r"[1-5][0-9]{2}", re.ASCII),
    "phrases": re.compile(r"P[0-9]{2,3}", re.ASCII),
}
TAGS_A_LEVEL = 8
SEEN_OTHER = _l("Somebody changed this while you were writing. Look again.")


@dataclass(frozen=True, slots=True)
class Wording:
    """What an entry says: both its names, and what its list asks for besides."""

    zh: str
    en: str
    attrs: Mapping[str, Any]


def add_code(
    list_name: str, code: str, wording: Wording, *, active_from: date, by: Actor, now: datetime
) -> Code:
    """Add an entry that holds from a day on, today at the earliest.

    Raises Invalid for a code of another shape, one that was ever there, or one tag too many for
    its level; NotAllowed for whoever does not look after the desk's own region.
    """
    rows, today = _begin(list_name, active_from, by, now)
    if not SHAPES[list_name].fullmatch(code):
        raise Invalid(_l("Codes of this list look like %(like)s.", like=_like(rows)), field="code")
    if any(row.code == code for row in rows):
        raise Invalid(
            _l("This code is there or was there. A code never comes to mean something else."),
            field="code",
        )
    attrs = dict(wording.attrs)
    if list_name == "rating_tags":
        attrs["level"] = int(code[0])
        _check_room(rows, code[0], active_from)
    last = max((row.newest.position for row in rows), default=-1)
    made = Code(
        list=list_name,
        code=code,
        zh=wording.zh,
        en=wording.en,
        attrs=attrs,
        position=last + 1,
        active_from=active_from,
    )
    db.session.add(made)
    _note("code_added", made, today, by, now)
    return made


def reword_code(
    list_name: str,
    code: str,
    wording: Wording,
    *,
    active_from: date,
    seen: str,
    by: Actor,
    now: datetime,
) -> Code:
    """Word an entry anew from a day on; what was told before keeps the earlier words.

    What the entry does (its level, whether a part of the matter stays here) stays. Raises Invalid
    when nothing is new, Conflict when it ends, when another wording begins on that day or later, or
    when somebody worded it anew meanwhile (`seen` is the mark of what the page showed).
    """
    _rows, today = _begin(list_name, active_from, by, now)
    row = row_of(list_name, code)
    before = row.newest
    if seen != mark_of(row):
        raise Conflict(SEEN_OTHER)
    if before.active_to is not None:
        raise Conflict(_l("This entry ends. Take its ending back first."))
    if before.active_from >= active_from:
        raise Conflict(_l("Another wording begins on that day or later. Choose a later day."))
    attrs = {**before.attrs, **wording.attrs}
    if (before.zh, before.en, before.attrs) == (wording.zh, wording.en, attrs):
        raise Invalid(_l("It says just this already."), field="zh")
    before.active_to = active_from - timedelta(days=1)
    made = Code(
        list=list_name,
        code=code,
        zh=wording.zh,
        en=wording.en,
        attrs=attrs,
        position=before.position,
        active_from=active_from,
    )
    db.session.add(made)
    _note("code_reworded", made, today, by, now)
    return made


def end_code(list_name: str, code: str, *, last_on: date, by: Actor, now: datetime) -> Code:
    """Let an entry end after a day: from then on nobody can choose it.

    Raises Invalid for a day that has passed, Conflict for an entry that ends already, that begins
    or is worded anew after that day, or that the desk itself needs.
    """
    need_home(by, Permission.RULES_MANAGE)
    today = home_region().local_day(now)
    newest = row_of(list_name, code).newest
    if code in FIXED.get(list_name, ()):
        raise Conflict(_l("The desk itself needs this entry. It can be worded anew, but not end."))
    if last_on < today:
        raise Invalid(_l("Choose today or a later day."), field="last_on")
    if newest.active_to is not None:
        raise Conflict(_l("This entry ends already."))
    if newest.active_from > last_on:
        raise Conflict(_l("Something new begins after that day. Take that back first."))
    newest.active_to = last_on
    _note("code_ended", newest, today, by, now)
    return newest


def take_back(list_name: str, code: str, *, by: Actor, now: datetime) -> None:
    """Take back what does not hold yet: an ending, a wording or an entry of a later day.

    Only a row that has never held goes away, so nothing can have been told with it. Raises Conflict
    when all there is holds already.
    """
    need_home(by, Permission.RULES_MANAGE)
    today = home_region().local_day(now)
    row = row_of(list_name, code)
    newest = row.newest
    if newest.active_to is not None and newest.active_to >= today:
        newest.active_to = None
    elif newest.active_from > today:
        if len(row.versions) > 1:
            row.versions[-2].active_to = None
        db.session.delete(newest)
    else:
        raise Conflict(_l("This holds already. Word it anew or let it end from a later day."))
    _note("code_taken_back", newest, today, by, now)


def mark_of(row: CodeRow) -> str:
    """Stand for what was said last of an entry."""
    newest = row.newest
    return f"{newest.active_from.isoformat()}/{newest.active_to or ''}"


def _begin(
    list_name: str, active_from: date, by: Actor, now: datetime
) -> tuple[list[CodeRow], date]:
    need_home(by, Permission.RULES_MANAGE)
    today = home_region().local_day(now)
    if active_from < today:
        raise Invalid(_l("Today at the earliest."), field="active_from")
    return rows_in(list_name), today


def _like(rows: list[CodeRow]) -> str:
    return rows[0].code if rows else "R01"


def _check_room(rows: list[CodeRow], level: str, on: date) -> None:
    """Raise Invalid where a level has its eight tags: a page of ratings has room for no more."""
    held = [
        row
        for row in rows
        if row.code[:1] == level and (row.newest.active_to is None or row.newest.active_to >= on)
    ]
    if len(held) >= TAGS_A_LEVEL:
        raise Invalid(
            _l(
                "This level has %(most)s tags on that day. Let one end first.",
                most=TAGS_A_LEVEL,
            ),
            field="code",
        )


def _note(what: str, row: Code, today: date, by: Actor, now: datetime) -> None:
    body = {
        "list": row.list,
        "code": row.code,
        "from": row.active_from.isoformat(),
        "to": row.active_to.isoformat() if row.active_to else None,
        "today": today.isoformat(),
    }
    note(what, body, region_id=home_region().id, by=by, now=now)
    forget_kept()
