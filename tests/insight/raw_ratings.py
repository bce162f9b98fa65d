"""E1 to E6, E13, K1 to K7 once more from the rows by plain SQL: nothing of the desk's counting is used."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from desk.kernel.db import db, end_read

CHINA = ZoneInfo("Asia/Shanghai")
ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)

OCCASIONS = """SELECT e.batch_key, e.on_day, e.department_id, coalesce(e.item_id, 0), e.source,
    e.party_kind FROM service_events e WHERE e.source <> 'case' AND NOT e.is_test"""
TOLD = "SELECT l.at, l.body FROM ledger l WHERE l.what = 'events_told'"
RATINGS = """SELECT r.given_at, r.received_at, r.department_id, coalesce(r.item_id, 0), r.channel,
    r.party_kind, r.level, r.tags, r.id
    FROM ratings r JOIN service_events e ON e.region_id = r.region_id AND e.id = r.service_event_id
    WHERE e.source <> 'case' AND r.round = 1 AND r.scored AND NOT r.is_test"""
JOINED = "SELECT l.at, l.body FROM ledger l WHERE l.what = 'rating_joined'"
WORDS = "SELECT s.rating_id, s.seq, s.at, s.effective FROM rating_standings s ORDER BY s.seq"
ITEMS = """SELECT v.ratable, v.level, v.legal_n, v.legal_unit, v.promised_n, v.promised_unit,
    v.visits, v.online, v.instant, i.department_id, i.id
    FROM items i JOIN item_versions v ON v.item_id = i.id
    WHERE v.valid_from <= :on AND (v.valid_to IS NULL OR v.valid_to >= :on)
    AND (i.active_to IS NULL OR i.active_to >= :on)"""
IN_WEEK = {"working_day": 7, "calendar_day": 5}
"""Sevenths of a working day."""


@dataclass(frozen=True, slots=True)
class Row:
    """An occasion (level 0), or a rating as it stood: by what it may be narrowed, and what it says."""

    day: date
    department_id: int
    item_id: int
    channel: str
    party_kind: str
    level: int = 0
    tags: tuple[str, ...] = ()


def rows(known: datetime = ALWAYS) -> list[Row]:
    """Read occasions and the ratings that count, as they were known at an instant.

    An occasion is known since the line of its chunk, a rating since it was received, or joined.
    """
    end_read()
    told = {_json(body)["batch"]: _at(at) for at, body in _said(TOLD)}
    found = [
        Row(_date(day), *narrow)
        for batch, day, *narrow in _said(OCCASIONS)
        if told[_hex(batch)] <= known
    ]
    open_then = {_json(body)["rating"] for at, body in _said(JOINED) if _at(at) > known}
    counts: dict[str, bool] = {}
    for key, _seq, at, effective in _said(WORDS):
        if _at(at) <= known:
            counts[_hex(key)] = bool(effective)
    for given_at, received_at, *narrow, level, tags, key in _said(RATINGS):
        if _hex(key) not in open_then and _at(received_at) <= known and counts.get(_hex(key), True):
            day = _at(given_at).astimezone(CHINA).date()
            found.append(Row(day, *narrow, level, tuple(sorted(set(_json(tags))))))
    end_read()
    return found


def _said(statement: str, **values: Any) -> Sequence[Any]:
    return db.session.execute(text(statement), values).all()


def _at(value: Any) -> datetime:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _date(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _hex(value: Any) -> str:
    return str(value).replace("-", "")


def values(said: Sequence[Row]) -> dict[str, Fraction | None]:
    """Work the figures of ratings out of rows, by hand."""
    events = sum(row.level == 0 for row in said)
    levels = [row.level for row in said if row.level]
    words = Counter(tag for row in said if row.level in {1, 2} for tag in row.tags)

    def share(n: int, of: int) -> Fraction | None:
        return Fraction(n, of) if of else None

    bad = sum(level in {1, 2} for level in levels)
    return {
        "E2": share(len(levels), events),
        "E3": share(sum(level >= 3 for level in levels), len(levels)),
        "E4": share(sum(level >= 4 for level in levels), len(levels)),
        "E5": share(bad, len(levels)),
        "E5b": share(10_000 * bad, events),
        "E6": share(2 * sum(levels), len(levels)),
        "E13": share(sum(sorted(words.values())[-3:]), words.total()),
    }


def of_catalogue(on: date, keep: Callable[[Any], bool]) -> Mapping[str, Fraction | None]:
    """Work the figures of the catalogue out of the items offered on a day, by hand."""
    end_read()
    items = [row for row in _said(ITEMS, on=on) if keep(row)]
    end_read()
    both = [
        (row.legal_n * IN_WEEK[row.legal_unit], row.promised_n * IN_WEEK[row.promised_unit])
        for row in items
        if row.level == "county" and row.legal_n is not None and row.promised_n is not None
    ]
    stated = [row.visits for row in items if row.visits is not None]

    def share(n: int, of: int) -> Fraction | None:
        return Fraction(n, of) if of else None

    return {
        "E1": share(sum(bool(row.ratable) for row in items), len(items)),
        "K1": share(sum(a - b for a, b in both), sum(a for a, _b in both)),
        "K2": share(sum(bool(row.instant) for row in items), len(items)),
        "K3": share(sum(n <= 1 for n in stated), len(stated)),
        "K4": share(sum(n == 0 for n in stated), len(stated)),
        "K5": share(sum(stated), len(stated)),
        "K6": share(sum(bool(row.online) for row in items), len(items)),
        "K7": None,
    }
