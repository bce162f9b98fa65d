"""An item for everybody: what it promises, what was measured, and what it promised before."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from desk.catalogue.models import Item, ItemVersion
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.tally.actions import Leaf, add
from desk.worktime.calendar import local_day
from desk.worktime.periods import Month
from tests import make


class Measured:
    """A department with items, and what was added up of them in a month that is over."""

    def __init__(self) -> None:
        self.region = make.region()
        make.hall(self.region.id)
        self.department = make.department(self.region.id)
        self.today = local_day(utc_now(), self.region.time_zone)
        self.month = Month(self.today.replace(day=1)).before().before()
        self.item = self.another("不动产转移登记")

    def another(self, name: str) -> Item:
        return make.item(self.region.id, self.department.id, name)

    def add(self, item: Item, **counts: int) -> None:
        with transaction():
            add(
                (
                    Leaf(
                        self.region.id,
                        measure.replace("_", "."),
                        self.month.first,
                        self.department.id,
                        item_id=item.id,
                    ),
                    n,
                )
                for measure, n in counts.items()
            )


@pytest.fixture
def place(app: Flask) -> Measured:
    return Measured()


def body(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_what_was_measured_stands_beside_the_promise(place: Measured, client: FlaskClient) -> None:
    other, third = place.another("抵押登记"), place.another("注销登记")
    place.add(place.item, rating_level_5=90, rating_level_1=10, visits_sum=30, visits_said=12)
    place.add(other, rating_level_5=50, rating_level_2=9)
    place.add(third, rating_level_5=4)
    client.set_cookie("lang", "en")
    page = body(client, f"/items/{place.item.code}")
    assert "90%" in page
    assert "of 100 ratings or more" in page
    assert "2.5" in page
    few = body(client, f"/items/{third.code}")
    assert "of 4 ratings" not in few
    assert f"/complaints/new?item={place.item.code}" in page


def test_each_version_can_be_looked_at_as_it_held(place: Measured, client: FlaskClient) -> None:
    with transaction():
        first = db.session.query(ItemVersion).filter_by(item_id=place.item.id).one()
        first.valid_to = place.today - timedelta(days=10)
        values = {c.key: getattr(first, c.key) for c in ItemVersion.__table__.columns}
        for n, start in ((2, place.today - timedelta(days=9)), (3, date(2099, 1, 1))):
            changes = {"id": None, "version": n, "valid_from": start, "promised_n": 5 - n}
            end = date(2098, 12, 31) if n == 2 else None
            db.session.add(ItemVersion(**{**values, **changes, "valid_to": end}))
    end_read()
    client.set_cookie("lang", "en")
    path = f"/items/{place.item.code}"
    assert "What it promised when" in body(client, path)
    assert "This held from" in body(client, f"{path}?version=1")
    assert "This will hold from" in body(client, f"{path}?version=3")
    for odd in ("4", "x", "%00", "١", "1" * 40):
        assert client.get(f"{path}?version={odd}").status_code == 404, odd
