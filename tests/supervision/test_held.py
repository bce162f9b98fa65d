"""The pages of held ratings: two people decide through the doors, and what bad input gets."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from desk.access.permissions import Role
from desk.approvals.models import Approval
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read
from desk.ratings import nightly
from desk.ratings.models import Rating
from tests import make
from tests.people import signed_in
from tests.ratings import given as people
from tests.workbench.pages import statements

PATH = "/supervision/ratings/held"
PROPOSED = {"do": "propose", "stands": "yes", "why": "监控录像里是本人"}
AGREED = {"do": "answer", "agree": "yes", "reason": "同意，看过录像"}


class Pages:
    """Three hasty ratings, held, and a browser for each of two supervisors."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        now = utc_now()
        self.hall = people.hall()
        self.ratings = [self.hasty(n) for n in range(3)]
        nightly.flag_recent(now)
        self.one, self.two = (
            signed_in(client, make.actor(Role.SUPERVISOR, self.hall.region_id), self.hall.region_id)
            for _ in range(2)
        )

    def hasty(self, n: int) -> Rating:
        given = utc_now() - timedelta(minutes=10 + n)
        return people.rating(
            self.hall, 5, now=given, served=given - timedelta(seconds=3), comment=f"真快{n}"
        )

    def keys(self) -> list[str]:
        return [str(rating.id) for rating in self.ratings]

    def effective(self) -> list[bool]:
        end_read()
        db.session.expire_all()
        return [
            db.session.get_one(Rating, (rating.region_id, rating.id)).effective
            for rating in self.ratings
        ]


@pytest.fixture
def desk(app: Flask, client: FlaskClient) -> Pages:
    return Pages(app, client)


def asked() -> int:
    end_read()
    return db.session.scalar(select(func.count()).select_from(Approval)) or 0


def test_two_people_decide_on_several_at_once(desk: Pages) -> None:
    page = desk.one.get(PATH).get_data(as_text=True)
    assert page.count('name="rating"') == 3
    assert "真快1" in page
    sent = desk.one.post(PATH, data={**PROPOSED, "rating": desk.keys()[:2]})
    assert (sent.status_code, sent.location, asked()) == (303, PATH, 2)
    assert desk.one.get(PATH).get_data(as_text=True).count('name="rating"') == 1
    waiting = desk.two.get(PATH).get_data(as_text=True)
    assert waiting.count('name="rating"') == 3
    assert PROPOSED["why"] in waiting
    assert desk.effective() == [False] * 3
    assert desk.two.post(PATH, data={**AGREED, "rating": desk.keys()}).status_code == 303
    assert desk.effective() == [True, True, False]


def test_one_by_one_the_second_person_may_disagree(desk: Pages) -> None:
    own = f"{PATH}/{desk.keys()[0]}"
    assert desk.one.post(own, data=PROPOSED).status_code == 303
    assert "agree" not in desk.one.get(own).get_data(as_text=True).partition("<main")[2]
    assert desk.one.post(own, data=AGREED).status_code == 403
    answer = desk.two.post(own, data={**AGREED, "agree": "no"})
    assert (answer.status_code, desk.effective()[0]) == (303, False)
    page = desk.two.get(own).get_data(as_text=True)
    assert AGREED["reason"] in page
    assert 'name="stands"' in page


@pytest.mark.parametrize(
    "change",
    [
        {"stands": ""}, {"stands": "maybe"}, {"stands": ["yes", "no"]}, {"why": ""},
        {"why": "x"}, {"why": "a\0b"}, {"why": "字" * 1001},
        {"rating": []}, {"rating": ["nothing", "٣", "0" * 400]}, {"do": "answer"},
    ],
)  # fmt: skip
def test_bad_input_changes_nothing(desk: Pages, change: dict[str, object]) -> None:
    fields = {**PROPOSED, "rating": desk.keys()[:1], **change}
    answer = desk.one.post(PATH, data=fields)
    assert answer.status_code in {303, 400, 422}
    assert asked() == 0
    assert desk.effective() == [False] * 3
    if answer.status_code == 422:
        assert 'class="govuk-error-summary"' in answer.get_data(as_text=True)


def test_a_rating_of_somebody_else_is_left_as_it_is(desk: Pages) -> None:
    foreign = "00000000-0000-7000-8000-000000000007"
    data = {**PROPOSED, "rating": [foreign, desk.keys()[0]]}
    assert desk.one.post(PATH, data=data).status_code == 303
    assert asked() == 1
    assert desk.one.get(f"{PATH}/{foreign}").status_code == 404
    assert desk.one.get(f"{PATH}?rule=nothing").status_code == 404
    assert desk.one.get(f"{PATH}?at=nothing").status_code == 422


def test_only_supervisors_come_in(desk: Pages, client: FlaskClient) -> None:
    for role in (Role.CLERK, Role.LEAD, Role.ADMIN, Role.INTEGRITY):
        actor = make.actor(
            role,
            desk.hall.region_id,
            hall_id=desk.hall.hall_id if role is Role.CLERK else 0,
            department_id=desk.hall.department_id if role is Role.LEAD else 0,
        )
        assert signed_in(client, actor, desk.hall.region_id).get(PATH).status_code == 403


def test_a_long_list_costs_what_a_short_one_does(desk: Pages) -> None:
    desk.one.get(PATH)
    with statements() as few:
        desk.one.get(PATH)
    for n in range(3, 20):
        desk.hasty(n)
    nightly.flag_recent(utc_now())
    desk.one.get(PATH)
    with statements() as many:
        page = desk.one.get(PATH).get_data(as_text=True)
    assert page.count('name="rating"') == 20
    assert len(many) == len(few)
