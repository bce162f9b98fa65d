"""What detectors flag is held until two people have decided, and counts in nothing meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from desk.access.actors import Actor
from desk.access.permissions import Role
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalState
from desk.audit.queries import faults
from desk.insight import rebuilding
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from desk.notify.models import Letter
from desk.organisation.models import Setting
from desk.organisation.queries import forget_kept
from desk.ratings import flagged, nightly
from desk.ratings.actions.links import new_link
from desk.ratings.actions.reviewing import answer, is_held, propose
from desk.ratings.actions.standing import decide, standings_of
from desk.ratings.detectors.seen import Rule
from desk.ratings.models import Rating, RatingChannel, RatingStanding, StandingCause
from desk.tally.models import Tally
from tests import make
from tests.ratings import given as people
from tests.ratings.hall import furnish, occasion

NOW = make.MONDAY + timedelta(hours=3)
TEXT = "窗口人员服务周到细致，一次就办好了。"


class Desk:
    """A hall with two supervisors, and somebody who rates a second after being served."""

    def __init__(self) -> None:
        self.hall = people.hall()
        self.one = make.actor(Role.SUPERVISOR, self.hall.region_id)
        self.two = make.actor(Role.SUPERVISOR, self.hall.region_id)
        self.hasty = people.rating(
            self.hall, 5, now=NOW - timedelta(hours=1), served=NOW - timedelta(hours=1, seconds=4)
        )
        self.calm = people.rating(self.hall, 5, now=NOW - timedelta(minutes=50))
        nightly.flag_recent(NOW)

    def now(self, rating: Rating) -> Rating:
        db.session.expire_all()
        end_read()
        return db.session.get_one(Rating, (rating.region_id, rating.id))

    def propose(self, who: Actor, *, effective: bool, rating: Rating | None = None) -> None:
        with transaction():
            propose(
                (rating or self.hasty).id, effective=effective, reason="核实过了", by=who, now=NOW
            )

    def answer(self, who: Actor, *, agree: bool) -> bool:
        with transaction():
            return answer(self.hasty.id, agree=agree, reason="看过录像", by=who, now=NOW)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def counted() -> int:
    end_read()
    statement = select(func.sum(Tally.n)).where(
        Tally.measure == "rating.level.5", Tally.grain == "d"
    )
    return int(db.session.scalar(statement) or 0)


def test_what_cannot_be_ones_own_is_held_once_and_what_can_is_not(desk: Desk) -> None:
    assert (desk.now(desk.hasty).effective, desk.now(desk.calm).effective) == (False, True)
    assert counted() == 1
    said = [(s.cause, s.rule, s.n) for s in standings_of(desk.now(desk.hasty))]
    assert said == [(StandingCause.DETECTOR, Rule.TOO_FAST, 4)]
    for _ in range(2):
        nightly.flag_recent(NOW + timedelta(minutes=15))
        nightly.flag_month(NOW + timedelta(minutes=15))
    assert db.session.scalar(select(func.count()).select_from(RatingStanding)) == 1
    assert rebuilding.differences() == []
    assert faults() == []


def test_supervisors_are_told_once_a_day(desk: Desk) -> None:
    people.rating(desk.hall, 5, now=NOW, served=NOW - timedelta(seconds=2))
    nightly.flag_recent(NOW + timedelta(minutes=1))
    end_read()
    told = db.session.scalars(select(Letter.user_id).order_by(Letter.user_id)).all()
    assert told == [desk.one.user_id, desk.two.user_id]


@pytest.mark.parametrize("effective", [True, False])
def test_two_people_decide_and_the_detector_keeps_to_it(desk: Desk, effective: bool) -> None:
    desk.propose(desk.one, effective=effective)
    assert not desk.now(desk.hasty).effective
    assert desk.answer(desk.two, agree=True)
    assert desk.now(desk.hasty).effective is effective
    assert counted() == 1 + effective
    nightly.flag_recent(NOW + timedelta(minutes=15))
    assert desk.now(desk.hasty).effective is effective
    assert not is_held(desk.now(desk.hasty))
    assert rebuilding.differences() == []


def test_one_person_alone_decides_nothing(desk: Desk) -> None:
    desk.propose(desk.one, effective=True)
    with pytest.raises(NotAllowed):
        desk.answer(desk.one, agree=True)
    with pytest.raises(Conflict):
        desk.propose(desk.two, effective=True)
    assert not desk.now(desk.hasty).effective


def test_silence_decides_nothing(desk: Desk) -> None:
    desk.propose(desk.one, effective=True)
    nightly.flag_recent(NOW + timedelta(days=40))
    assert not desk.now(desk.hasty).effective
    assert flagged.waiting_for_second(desk.two)


def test_not_agreed_it_stays_held_and_may_be_proposed_again(desk: Desk) -> None:
    desk.propose(desk.one, effective=True)
    assert not desk.answer(desk.two, agree=False)
    assert not desk.now(desk.hasty).effective
    desk.propose(desk.two, effective=False)
    assert desk.answer(desk.one, agree=True)


@pytest.mark.parametrize("reason", ["", "  ", "嗯"])
def test_nobody_decides_without_a_reason(desk: Desk, reason: str) -> None:
    with pytest.raises(Invalid), transaction():
        propose(desk.hasty.id, effective=True, reason=reason, by=desk.one, now=NOW)


def test_what_is_not_held_is_not_theirs_to_decide(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.propose(desk.one, effective=False, rating=desk.calm)
    desk.propose(desk.one, effective=True)
    desk.answer(desk.two, agree=True)
    with pytest.raises(Conflict):
        desk.propose(desk.one, effective=False)


@pytest.mark.parametrize("why", ["other region", "own department", "rated", "lead"])
def test_whoever_is_rated_finds_it_nowhere(desk: Desk, why: str) -> None:
    place = desk.hall
    region = make.region("YZ", "000001").id if why == "other region" else place.region_id
    role = Role.LEAD if why == "lead" else Role.SUPERVISOR
    department = place.department_id if why in {"own department", "lead"} else 0
    actor = make.actor(role, region, department_id=department)
    key = desk.hasty.id
    if why == "rated":
        rated = people.rating(
            place, 5, now=NOW, served=NOW - timedelta(seconds=3), clerk_id=actor.user_id
        )
        nightly.flag_recent(NOW + timedelta(minutes=1))
        key = rated.id
        assert len(flagged.page_of_held(actor, None).rows) == 1
    else:
        assert flagged.page_of_held(actor, None).rows == []
        assert flagged.counts_by_rule(actor) == {}
    with pytest.raises(NotFound):
        flagged.held_one(actor, key)
    with pytest.raises((NotFound, NotAllowed)), transaction():
        propose(key, effective=True, reason="都是真的", by=actor, now=NOW)


def test_an_upheld_appeal_ends_the_question(desk: Desk) -> None:
    desk.propose(desk.one, effective=True)
    with transaction():
        rating = db.session.get_one(Rating, (desk.hasty.region_id, desk.hasty.id))
        decide(
            rating,
            effective=False,
            cause=StandingCause.VERDICT,
            rule="untrue",
            by=desk.one,
            now=NOW,
        )
    with pytest.raises(Conflict):
        desk.answer(desk.two, agree=True)
    end_read()
    assert db.session.scalars(select(Approval.state)).all() == [ApprovalState.VOID]
    people.rating(desk.hall, 5, now=NOW)
    nightly.flag_recent(NOW + timedelta(minutes=1))
    assert [s.cause for s in standings_of(desk.now(desk.hasty))][-1] is StandingCause.VERDICT


def test_equal_texts_of_a_month_are_held_by_night(desk: Desk) -> None:
    for n in range(5):
        people.rating(desk.hall, 5, now=NOW - timedelta(days=n, minutes=n), comment=TEXT)
    nightly.flag_recent(NOW)
    assert flagged.counts_by_rule(desk.one) == {"too_fast": 1}
    nightly.flag_month(NOW)
    assert flagged.counts_by_rule(desk.one) == {"too_fast": 1, "same_text": 5}
    assert len(flagged.page_of_held(desk.one, None, rule=Rule.SAME_TEXT).rows) == 5
    assert rebuilding.differences() == []


def test_a_region_chooses_its_own_limits(desk: Desk) -> None:
    choose(desk.hall.region_id, {"fast_s": 2})
    rating = people.rating(desk.hall, 5, now=NOW, served=NOW - timedelta(seconds=3))
    nightly.flag_recent(NOW + timedelta(minutes=1))
    assert desk.now(rating).effective


def test_days_without_a_worker_are_looked_at_afterwards(desk: Desk) -> None:
    later = NOW + timedelta(days=9)
    rating = people.rating(
        desk.hall, 4, now=NOW + timedelta(hours=1), served=NOW + timedelta(minutes=59, seconds=50)
    )
    nightly.flag_recent(later)
    assert not desk.now(rating).effective


def choose(region_id: int, value: Any) -> None:
    with transaction():
        db.session.add(
            Setting(
                region_id=region_id, key="rating_flags", active_from=make.MONDAY.date(),
                value=value, set_by="test",
            )
        )  # fmt: skip
    forget_kept()


def test_a_script_behind_one_address_is_held_though_each_browser_is_new(app: Flask) -> None:
    place = furnish()
    for n in range(9):
        event = occasion(place, f"L{n}", window=place.window if n % 2 else place.other)
        with transaction():
            token = new_link(place.region, event, RatingChannel.LINK, now=utc_now())
        address = "203.0.113.7" if n < 6 else f"203.0.113.{n + 8}"
        browser, about = app.test_client(), {"environ_overrides": {"REMOTE_ADDR": address}}
        browser.get(f"/rate/{token}", **about)  # type: ignore[arg-type]
        browser.post(f"/rate/{token}", data={"level": "5"}, **about)  # type: ignore[arg-type]
    end_read()
    given = db.session.scalars(select(Rating).order_by(Rating.id)).all()
    marks = [one.address_h for one in given]
    assert (len(given), len(set(marks)), marks.count(marks[0])) == (9, 4, 6)
    keys = [one.id for one in given]
    nightly.flag_recent(utc_now() + timedelta(minutes=1))
    end_read()
    held = select(RatingStanding.rating_id).where(RatingStanding.rule == Rule.MANY_ADDRESS)
    assert set(db.session.scalars(held)) == set(keys[:6])
