"""What the rated see of their ratings: in batches, late, and nothing that tells who rated."""

from datetime import UTC, date, datetime, timedelta
from html import unescape
from itertools import pairwise

import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from desk.access.permissions import Role
from desk.accounts.models import Membership, User
from desk.accounts.queries import actor_of
from desk.casework.models import Case
from desk.casework.words import PartyKind
from desk.kernel.db import db, end_read, transaction
from desk.kernel.ids import uuid7
from desk.ratings.actions.keeping import RatingData, Way, keep
from desk.ratings.batches import SMALLEST, Batch, batches
from desk.ratings.models import EventSource, Rating, RatingChannel, ServiceEvent
from desk.workbench.rated_words import blacked_out
from tests import make
from tests.people import signed_in
from tests.ratings.rated import Rated, rated

DAY = date(2026, 11, 24)
DAYS = st.lists(
    st.tuples(st.integers(0, 20).map(lambda n: DAY + timedelta(days=n)), st.integers(0, 7)),
    unique_by=lambda pair: pair[0],
)


@given(DAYS, st.integers(0, 25))
def test_no_batch_is_small_and_none_ever_changes(days: list[tuple[date, int]], until: int) -> None:
    today = DAY + timedelta(days=until)
    found = batches(days, today)
    assert all(batch.n >= SMALLEST and batch.last <= today for batch in found)
    assert all(one.last < other.first for one, other in pairwise(found))
    later = batches(days, today + timedelta(days=5))
    assert later[: len(found)] == found
    in_time = sum(n for day, n in days if day <= today)
    assert 0 <= in_time - sum(batch.n for batch in found) < SMALLEST


def test_few_wait_for_the_next_day() -> None:
    days = [(DAY, 3), (DAY + timedelta(days=1), 2), (DAY + timedelta(days=2), 4)]
    assert batches(days, DAY) == []
    assert batches(days, DAY + timedelta(days=9)) == [Batch(DAY, DAY + timedelta(days=1), 5)]


def test_what_may_tell_who_it_was_is_blacked_out() -> None:
    text = "我是王先生，电话１３８ ００１３ ８０００，住朝阳路12号，来了三次。"
    shown = blacked_out(text)
    assert "来了三次" in shown
    for trace in ("８０００", "138", "朝阳路12号"):
        assert trace not in shown


AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
TRACES = ("P-88123", "13800138000", "麤㸚", "10:00")


def give(desk: Rated, n: int, at: datetime, clerk_id: int, window_id: int) -> None:
    """Serve and be rated `n` times; the last one badly, in words that tell who it was."""
    with transaction():
        for i in range(n):
            key = uuid7(at)
            event = ServiceEvent(
                region_id=desk.region.id, id=key, source_system="hall",
                project_no=f"P-88123-{at:%d}-{i}", service_no="1", source=EventSource.API,
                department_id=desk.department.id, hall_id=desk.hall.id, window_id=window_id,
                clerk_id=clerk_id, party_kind=PartyKind.INDIVIDUAL, occurred_at=at,
                on_day=at.date(), item_id=desk.item.id,
            )  # fmt: skip
            db.session.add(event)
            db.session.flush()
            last = i == n - 1
            said = RatingData(1 if last else 5, (), "电话13800138000，排队太久" if last else None)
            keep(event, said, Way(channel=RatingChannel.LINK), now=at + timedelta(minutes=i))


def page(desk: Rated, who: str, at: datetime, path: str) -> str:
    with time_machine.travel(at, tick=False):
        browser = signed_in(desk.app.test_client(), desk.people[who], desk.region.id)
        answer = browser.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return unescape(answer.get_data(as_text=True))


def test_a_clerk_and_a_unit_see_batches_from_the_next_working_day(app: Flask) -> None:
    desk = Rated(app)
    window = make.window(desk.hall.id, desk.department.id)
    clerk_id = desk.people["clerk"].user_id or 0
    give(desk, 3, AT, clerk_id, window.id)
    tomorrow, after = AT + timedelta(days=1), AT + timedelta(days=2)
    assert "排队太久" not in page(desk, "clerk", AT, "/desk/ratings")
    give(desk, 2, tomorrow, clerk_id, window.id)
    same_day = page(desk, "clerk", tomorrow, "/desk/ratings")
    assert "本月还没有可见的评价" in same_day
    shown = page(desk, "clerk", after, "/desk/ratings")
    assert "11月24日" in shown
    key = f"{desk.department.id}-{window.id}-2026-11-26"
    for who, path in (("clerk", "/desk/ratings"), ("lead", "/desk/ratings/unit")):
        batch = page(desk, who, after, f"{path}?batch={key}")
        assert "排队太久" in batch
        for trace in TRACES:
            assert trace not in batch, (who, trace)
    for who, path in (("clerk2", "/desk/ratings"), ("lead2", "/desk/ratings/unit")):
        assert "排队太久" not in page(desk, who, after, path)
    with time_machine.travel(after, tick=False):
        browser = signed_in(app.test_client(), desk.people["clerk2"], desk.region.id)
        assert browser.get(f"/desk/ratings?batch={key}").status_code == 404


def test_supervisors_see_all_of_it_and_open_a_case_of_one_that_opened_none(app: Flask) -> None:
    desk = rated(app)
    desk.to_the_unit()
    desk.appeal()
    with transaction():
        old = db.session.scalars(select(Rating)).one()
        key = uuid7(desk.now)
        event = ServiceEvent(
            region_id=desk.region.id, id=key, source_system="hall", project_no="P-9",
            service_no="1", source=EventSource.API, department_id=desk.department.id,
            hall_id=desk.hall.id, party_kind=PartyKind.INDIVIDUAL,
            occurred_at=desk.now - timedelta(days=40), on_day=desk.now.date(),
        )  # fmt: skip
        db.session.add(event)
        db.session.flush()
        made = keep(event, RatingData(2), Way(channel=RatingChannel.WEB), now=desk.now).id
        behind = old.id
    queue = page(desk, "supervisor", desk.now, "/supervision/ratings/queue?list=desk")
    assert desk.number in queue
    assert "证据" not in queue
    for name in ("bad", "aside", "second", "open"):
        page(desk, "supervisor", desk.now, f"/supervision/ratings/queue?list={name}")
    assert "三次都没说清" in page(desk, "supervisor", desk.now, f"/supervision/ratings/{behind}")
    assert "P-9" in page(desk, "supervisor", desk.now, f"/supervision/ratings/{made}")
    with time_machine.travel(desk.now, tick=False):
        browser = signed_in(app.test_client(), desk.people["supervisor"], desk.region.id)
        assert browser.post(f"/supervision/ratings/{made}/case").status_code == 303
        assert browser.post(f"/supervision/ratings/{made}/case").status_code == 409
        rated_one = signed_in(app.test_client(), desk.people["clerk"], desk.region.id)
        assert rated_one.get(f"/supervision/ratings/{behind}").status_code == 403
    end_read()
    assert len(db.session.scalars(select(Case).where(Case.kind == "rectification")).all()) == 2


def test_nobody_sees_what_was_said_of_their_own_department(app: Flask) -> None:
    desk = rated(app)
    user_id = desk.people["supervisor"].user_id
    with transaction():
        key = db.session.scalars(select(Rating.id)).one()
        db.session.add(
            Membership(
                user_id=user_id, role=Role.LEAD, region_id=desk.region.id, hall_id=0,
                department_id=desk.department.id, from_on=date(2020, 1, 1),
                granted_by="setup", confirmed_by="setup-2",
            )
        )  # fmt: skip
    user = db.session.get_one(User, user_id)
    desk.people["supervisor"] = actor_of(user, make.MONDAY.date())
    end_read()
    with time_machine.travel(desk.now, tick=False):
        browser = signed_in(app.test_client(), desk.people["supervisor"], desk.region.id)
        assert browser.get(f"/supervision/ratings/{key}").status_code == 404
