"""Figures of ratings and of the catalogue equal a recount of the raw rows, now and as known before."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from desk.access.actors import SYSTEM
from desk.casework.models import Case
from desk.casework.words import PartyKind
from desk.catalogue.models import Item, ItemVersion
from desk.insight import dashboard, rebuilding
from desk.insight.indicators import BY_KEY
from desk.insight.offered import items_behind, sums_of_items
from desk.insight.scope import Scope
from desk.insight.summing import by_unit, figures_of, sums_of
from desk.kernel.db import db, end_read, transaction
from desk.kernel.ids import uuid7
from desk.organisation.models import Code
from desk.organisation.queries import forget_kept
from desk.ratings.actions.elsewhere import RatingRow, write_ratings
from desk.ratings.actions.events import EventData, take_events
from desk.ratings.actions.inviting import _event_of_case
from desk.ratings.actions.joining import join
from desk.ratings.actions.keeping import RatingData, Way, keep
from desk.ratings.actions.standing import decide
from desk.ratings.models import Rating, RatingChannel, ServiceEvent, StandingCause
from desk.ratings.occasions import Spot
from desk.ratings.queries import page_of_events, ratings_where
from desk.tally.actions import Leaf, add
from desk.tally.models import Tally
from tests import make
from tests.insight import raw_ratings

OF_RATINGS = ("E2", "E3", "E4", "E5", "E5b", "E6", "E13")
OF_CATALOGUE = ("E1", "K1", "K2", "K3", "K4", "K5", "K6", "K7")
TAGS = ("101", "102", "103", "104", "201", "202", "501")
CHANNELS = (RatingChannel.WEB, RatingChannel.KIOSK, RatingChannel.PHONE)
TODAY = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class Place:
    """Two departments, two items and a closed case, by key."""

    region: int
    hall: int
    departments: tuple[int, int]
    items: tuple[int, int]
    case: UUID


def furnish() -> Place:
    region = make.region()
    hall = make.hall(region.id)
    departments = make.department(region.id).id, make.department(region.id).id
    items = tuple(make.item(region.id, unit).id for unit in departments)
    case = make.case(region.id, hall.id, make.MONDAY - timedelta(days=60)).case.id
    with transaction():
        db.session.add_all(
            Code(list="rating_tags", code=code, zh=code, en=code, attrs={}, position=n)
            for n, code in enumerate(TAGS)
        )
    forget_kept()
    found = Place(region.id, hall.id, departments, (items[0], items[1]), case)
    db.session.remove()
    return found


@dataclass(frozen=True, slots=True)
class Served:
    """An occasion, what was said of it by which way, and what was decided on that afterwards."""

    department: int
    item: int | None
    party: PartyKind
    ago: int
    kind: str
    level: int
    tags: tuple[str, ...]
    channel: RatingChannel
    late: int
    way: str


WAYS = (
    "own",
    "own",
    "own",
    "told",
    "default",
    "unscored",
    "held",
    "second",
    "open",
    "joined",
    "none",
)
SERVED = st.builds(
    Served,
    department=st.integers(0, 1),
    item=st.sampled_from((0, 1, None)),
    party=st.sampled_from(PartyKind),
    ago=st.integers(0, 70),
    kind=st.sampled_from(("hall", "hall", "hall", "hall", "test", "case")),
    level=st.sampled_from((1, 2, 1, 2, 3, 4, 5)),
    tags=st.lists(st.integers(0, 4), max_size=4).map(tuple),
    channel=st.sampled_from(CHANNELS),
    late=st.integers(0, 40),
    way=st.sampled_from(WAYS),
)


def serve(place: Place, one: Served, n: int, now: datetime) -> ServiceEvent:
    """Make the occasion as a system tells it, or as the closing of a case."""
    if one.kind == "case":
        case = db.session.get_one(Case, (place.region, place.case))
        case.round += 1
        return _event_of_case(case, now)
    data = EventData(
        "hall", f"P{n}", "1", place.departments[one.department], place.hall,
        now - timedelta(days=one.ago), one.party,
        item_id=None if one.item is None else place.items[one.item], is_test=one.kind == "test",
    )  # fmt: skip
    (made,) = take_events(place.region, [data], now=now)
    return db.session.get_one(ServiceEvent, (place.region, made))


def said(one: Served) -> RatingData:
    known = [tag for tag in TAGS if tag[0] == str(one.level)]
    return RatingData(one.level, tuple(known[n % len(known)] for n in one.tags if known))


def rate(place: Place, one: Served, event: ServiceEvent, now: datetime) -> None:
    """Let a rating come its way; `late` is how many days it took to come."""
    given_at = max(event.occurred_at, now - timedelta(days=one.late))
    if one.way == "none":
        return
    if one.way == "told" and one.kind == "hall" and one.level > 2:
        write_ratings(place.region, [told(one, event, given_at, now)],
                      [given_at.astimezone(raw_ratings.CHINA).date()], chain="t", now=now)  # fmt: skip
        return
    if one.way == "joined" and one.kind != "hall":
        return
    spot = Spot(place.region, place.hall, event.department_id, None)
    way = Way(
        channel=one.channel,
        given_at=given_at,
        round={"default": 0, "second": 2}.get(one.way, 1),
        scored=one.way not in {"default", "unscored"},
        held="too_fast" if one.way == "held" else None,
    )
    at_window = one.way in {"open", "joined"}
    kept = keep(spot if at_window else event, said(one), way, now=now)
    if one.way == "joined":
        WAITING.append((kept.id, event.id))


WAITING: list[tuple[UUID, UUID]] = []
"""Ratings of the open tier with the occasions they turn out to be of."""


def told(one: Served, event: ServiceEvent, given_at: datetime, now: datetime) -> RatingRow:
    return RatingRow(
        uuid7(now), event.id, event.source_system, event.project_no, event.service_no, 1, one.level,
        list(said(one).tags), None, one.channel.value, "anonymous", True, False, given_at, now,
        now.date(), event.department_id, event.hall_id, None, None, event.item_id,
        event.party_kind.value,
    )  # fmt: skip


def decide_on(rating: Rating, effective: bool, n: int, now: datetime) -> None:
    """Let people, or a detector, say whether it counts; each time in other words."""
    cause = StandingCause.REVIEW if effective else StandingCause.DETECTOR
    rule, approval = (None, UUID(int=n)) if effective else (f"rule{n}", None)
    decide(
        rating, effective=effective, cause=cause, rule=rule, approval_id=approval,
        n=None if effective else 1, by=SYSTEM, now=now,
    )  # fmt: skip


def scopes(place: Place) -> Iterator[Scope]:
    """Give whole and part months and a quarter, narrowed every way."""
    november = Scope((place.region,), date(2026, 11, 1), TODAY, TODAY)
    part = replace(november, first=date(2026, 11, 3), last=date(2026, 11, 19))
    unit, item = place.departments[0], place.items[0]
    yield from (november, part, replace(november, first=date(2026, 9, 1)), november.earlier())
    yield from (replace(one, department_id=unit) for one in (november, part))
    yield from (replace(one, item_id=item) for one in (november, part, november.earlier()))
    yield replace(november, item_id=item, department_id=unit)
    yield replace(part, channel="web", party_kind="business")
    yield replace(november, channel="phone", item_id=item)


def within(scope: Scope, row: raw_ratings.Row) -> bool:
    asked = {
        "department_id": scope.department_id, "item_id": scope.item_id, "channel": scope.channel,
        "party_kind": scope.party_kind,
    }  # fmt: skip
    return scope.first <= row.day <= scope.last and all(
        value is None or getattr(row, name) == value for name, value in asked.items()
    )


Found = Mapping[str, Fraction | None]


def found_in(scope: Scope) -> dict[str, Fraction | None]:
    """Give the desk's own figures of ratings."""
    indicators = [BY_KEY[key] for key in OF_RATINGS]
    return {key: one.exact for key, one in figures_of(scope, indicators, reader=SYSTEM).items()}


def as_recounted(scope: Scope, rows: list[raw_ratings.Row]) -> Found:
    """Hold the figures of a scope, and of its departments, against the rows."""
    mine = [row for row in rows if within(scope, row)]
    found = found_in(scope)
    assert found == raw_ratings.values(mine), scope
    indicators = [BY_KEY[key] for key in OF_RATINGS[:-1]]
    for unit, figures in by_unit(scope, indicators, "department_id", reader=SYSTEM).items():
        theirs = raw_ratings.values([row for row in mine if row.department_id == unit])
        assert {key: one.exact for key, one in figures.items()} == {
            key: theirs[key] for key in figures
        }
    return found


@dataclass(slots=True)
class Desk:
    """What happened so far at a place, a second apart."""

    place: Place
    seconds: int = 0
    differed: int = 0
    seen: set[tuple[str, str]] = field(default_factory=set)

    def moment(self) -> datetime:
        self.seconds += 1
        return make.MONDAY + timedelta(seconds=self.seconds)

    def live(self, some: list[Served]) -> None:
        for one in some:
            now = self.moment()
            self.seen.add((one.kind, one.way))
            with transaction():
                rate(self.place, one, serve(self.place, one, self.seconds, now), now)

    def join(self) -> None:
        while WAITING:
            end_read()
            now = self.moment()
            with transaction():
                assert join(self.place.region, *WAITING.pop(), now=now)

    def decide(self, words: list[bool]) -> None:
        end_read()
        newest = select(Rating.id).where(Rating.level < 4).order_by(Rating.id.desc()).limit(12)
        for key, effective in zip(db.session.scalars(newest).all()[::3], words, strict=False):
            end_read()
            now = self.moment()
            with transaction():
                rating = db.session.get_one(Rating, (self.place.region, key))
                decide_on(rating, effective, self.seconds, now)


def as_listed(scope: Scope) -> None:
    """The list behind each number of ratings and occasions has exactly as many rows."""
    measures = [*(f"rating.level.{n}" for n in range(1, 6)), *(f"rating.tag.{tag}" for tag in TAGS)]
    sums = sums_of(scope, [*measures, "event"], reader=SYSTEM)
    first, end = (
        datetime.combine(day, time(), raw_ratings.CHINA)
        for day in (scope.first, scope.last + timedelta(days=1))
    )
    for measure in measures:
        what, _dot, word = measure.removeprefix("rating.").partition(".")
        statement = ratings_where(
            scope.region_ids, first=first, last=end, known=scope.known_at, narrowed=scope.to_item,
            level=int(word) if what == "level" else None, tag=word if what == "tag" else None,
        )  # fmt: skip
        rows = db.session.scalars(statement).all()
        assert len({row.id for row in rows}) == len(rows) == sums[(measure,)], (scope, measure)
    rows, key = [], None
    while True:
        some, key = page_of_events(
            scope.region_ids, first=scope.first, last=scope.last, known=scope.known_at,
            narrowed=scope.to_item, after=key, size=3,
        )  # fmt: skip
        rows += [row.id for row in some]
        if key is None:
            break
    assert len(set(rows)) == len(rows) == sums[("event",)], scope


def test_figures_of_ratings_are_a_recount_of_the_rows_now_and_as_known_before(app: Flask) -> None:
    desk = Desk(furnish())
    WAITING.clear()

    @settings(max_examples=5)
    @given(
        st.lists(SERVED, min_size=6, max_size=9),
        st.lists(SERVED, min_size=2, max_size=4),
        st.lists(st.booleans(), min_size=8, max_size=8),
    )
    def walk(before: list[Served], after: list[Served], words: list[bool]) -> None:
        desk.live(before)
        desk.decide(words[4:])
        known = desk.moment()
        rows = raw_ratings.rows()
        stored = [as_recounted(scope, rows) for scope in scopes(desk.place)]
        desk.live(after)
        desk.join()
        desk.decide(words[:4])
        rows, then = raw_ratings.rows(), raw_ratings.rows(known)
        for scope, was in zip(scopes(desk.place), stored, strict=True):
            desk.differed += as_recounted(scope, rows) != was
            assert as_recounted(replace(scope, known_at=known), then) == was
        of_november, narrowed = (list(scopes(desk.place))[n] for n in (0, 7))
        for scope in (of_november, narrowed, replace(of_november, known_at=known)):
            as_listed(scope)
        assert rebuilding.differences() == []

    walk()
    assert desk.differed > 10
    assert {way for _kind, way in desk.seen} == set(WAYS)


LIMIT = st.tuples(st.integers(0, 40), st.sampled_from(("working_day", "calendar_day")))
OFFERED = st.fixed_dictionaries(
    {
        "level": st.sampled_from(("county", "county", "city")),
        "legal": st.none() | LIMIT,
        "promised": st.none() | LIMIT,
        "visits": st.none() | st.integers(0, 3),
        "online": st.booleans(),
        "instant": st.booleans(),
        "ratable": st.booleans(),
        "ended": st.sampled_from((None, date(2026, 11, 1), TODAY, date(2027, 1, 1))),
        "begun": st.sampled_from((date(2020, 1, 1), TODAY, date(2026, 12, 24))),
        "over": st.sampled_from((None, date(2026, 11, 22), TODAY)),
    }
)


def offer(region: int, department: int, n: int, said: Mapping[str, Any]) -> None:
    legal, promised = (said[name] or (None, None) for name in ("legal", "promised"))
    item = Item(
        region_id=region, code=f"K{n}", department_id=department, active_to=said["ended"]
    )  # fmt: skip
    db.session.add(item)
    db.session.flush()
    db.session.add(
        ItemVersion(
            item_id=item.id, version=1, valid_from=said["begun"], valid_to=said["over"],
            name_zh=f"事项{n}", level=said["level"], legal_n=legal[0], legal_unit=legal[1],
            promised_n=promised[0], promised_unit=promised[1], visits=said["visits"],
            online=said["online"], instant=said["instant"], ratable=said["ratable"], reach=[],
            materials=[], guide={},
        )
    )  # fmt: skip


def listed(scope: Scope, measure: str) -> Fraction:
    """Add up what stands beside each item of a list, page by page."""
    total, seen, after = Fraction(0), set[int](), None
    while True:
        rows, after = items_behind(scope, measure, after=after, size=2)
        total += sum((row.weight for row in rows), Fraction(0))
        assert not seen & {row.id for row in rows}
        seen |= {row.id for row in rows}
        if after is None:
            return total


def test_figures_of_the_catalogue_are_a_recount_of_the_items(app: Flask) -> None:
    region = make.region().id
    departments = make.department(region).id, make.department(region).id
    db.session.remove()
    made = itertools.count()
    of_all = [BY_KEY[key] for key in OF_CATALOGUE]

    @settings(max_examples=12)
    @given(st.lists(OFFERED, max_size=4))
    def load(some: list[Mapping[str, Any]]) -> None:
        end_read()
        with transaction():
            for said in some:
                n = next(made)
                offer(region, departments[n % 2], n, said)
        end_read()
        whole = Scope((region,), date(2026, 11, 1), TODAY, TODAY)
        for scope in (whole, replace(whole, department_id=departments[0])):
            found = figures_of(scope, of_all, reader=SYSTEM)
            said = raw_ratings.of_catalogue(
                TODAY, lambda row, of=scope.department_id: of in {None, row.department_id}
            )
            assert {key: one.exact for key, one in found.items()} == said
            sums = sums_of_items(scope)
            assert {measure: listed(scope, measure) for measure in sums} == dict(sums)

    load()


COUNTS = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted)
MADE_OF = {
    "W11": ("reply.met", "reply.done"),
    "W6": ("contact.met", "contact.done"),
    "W7": ("follow.yes", "follow.no"),
    "W8": ("follow.satisfied", "follow.scored"),
}
YEARS = st.lists(st.fixed_dictionaries(dict.fromkeys(MADE_OF, COUNTS)), min_size=2, max_size=2)


def by_hand(units: list[list[Mapping[str, list[int]]]]) -> list[float | None]:
    """Work the progress index out once more: 100 + Σ weight × change ÷ spread, clipped to two."""
    weights = {"W11": 2, "W6": 2, "W7": 3, "W8": 3}

    def share(key: str, pair: list[int]) -> Fraction | None:
        part, whole = pair if key != "W7" else (pair[0], sum(pair))
        return Fraction(part, whole) if whole >= 10 else None

    points: list[dict[str, float]] = [{} for _unit in units]
    for key in weights:
        shares = [[share(key, year[key]) for year in unit] for unit in units]
        moved = [now - then for now, then in shares if now is not None and then is not None]
        mean = sum(moved, Fraction(0)) / len(moved) if moved else Fraction(0)
        square = sum((one - mean) ** 2 for one in moved) / len(moved) if moved else 0
        for n, (now, then) in enumerate(shares):
            if now is None or then is None:
                continue
            z = float(now - then) / float(square) ** 0.5 if square else 0.0
            points[n][key] = 2.0 if now >= Fraction(98, 100) else max(-2.0, min(2.0, z))
    return [
        100 + sum(weights[key] * z for key, z in mine.items()) if len(mine) == 4 else None
        for mine in points
    ]


def test_the_progress_index_is_a_recount_of_two_years(app: Flask) -> None:
    region = make.region().id
    departments = [make.department(region).id for _n in range(4)]
    db.session.remove()
    reached = [0]

    @settings(max_examples=15)
    @given(st.lists(YEARS, min_size=1, max_size=4))
    def hold(units: list[list[Mapping[str, list[int]]]]) -> None:
        end_read()
        with transaction():
            db.session.execute(delete(Tally))
            add(
                [
                    (Leaf(region, name, date(year, 11, 9), department_id=department), n)
                    for department, unit in zip(departments, units, strict=False)
                    for year, counts in zip((2026, 2025), unit, strict=True)
                    for key, pair in counts.items()
                    for name, n in zip(MADE_OF[key], pair, strict=True)
                ],
                alone=True,
            )
        end_read()
        scope = Scope((region,), date(2026, 11, 1), TODAY, TODAY)
        rows = {row.department_id: row.progress for row in dashboard.units_of(scope, SYSTEM)}
        for department, index in zip(departments, by_hand(units), strict=False):
            found = rows.get(department)
            assert found == (None if index is None else pytest.approx(index))
            reached[0] += index is not None

    hold()
    assert reached[0]
