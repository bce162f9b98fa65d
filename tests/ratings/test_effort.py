"""A bad rating costs exactly what a good one costs: requests, taps, fields and bytes."""

import re
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from desk.kernel.clock import utc_now
from desk.kernel.db import transaction
from desk.kernel.throttle import Throttle
from desk.ratings.actions.links import new_link
from desk.ratings.models import RatingChannel
from tests.ratings.hall import Place, furnish, occasion, ratings
from tests.ui.pages import Reader

LEVELS = ("1", "2", "3", "4", "5")


@pytest.fixture
def place(app: Flask) -> Place:
    return furnish()


def addresses(app: Flask, place: Place, level: str) -> list[str]:
    """Give the ways to rate on a page, each with an occasion of its own."""
    event = occasion(place, f"E{level}")
    with transaction():
        token = new_link(place.region, event, RatingChannel.LINK, now=utc_now())
    return [f"/rate/{token}", f"/rate/window/{place.code}"]


def weight(answer: TestResponse) -> tuple[object, ...]:
    """Say what an answer costs whoever waits for it, without what differs each time."""
    names = sorted(name for name, _value in answer.headers)
    return answer.status_code, answer.location, names, len(answer.get_data())


def test_the_five_paths_weigh_the_same_to_the_byte(app: Flask, place: Place) -> None:
    costs: dict[int, set[object]] = {0: set(), 1: set()}
    for level in LEVELS:
        app.extensions["throttle"] = Throttle()
        for way, address in enumerate(addresses(app, place, level)):
            phone = app.test_client()
            opened = phone.get(address)
            page = Reader(opened.get_data(as_text=True))
            fields = sorted(
                attributes["name"]
                for tag, attributes in page.elements
                if tag in {"input", "textarea"} and attributes.get("type") != "hidden"
            )
            sent = urlencode({"level": level, "comment": ""})
            given = phone.post(address, data={"level": level, "comment": ""})
            thanked = phone.get(given.location)
            costs[way].add(
                repr((len(opened.get_data()), fields, len(sent), weight(given), weight(thanked)))
            )
    assert [len(cost) for cost in costs.values()] == [1, 1]
    assert [rating.level for rating in ratings()] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_no_level_is_chosen_and_none_is_drawn_otherwise(app: Flask, place: Place) -> None:
    for address in addresses(app, place, "1"):
        page = app.test_client().get(address).get_data(as_text=True)
        plates = re.findall(r'<div class="desk-scale__item">(.*?)</div>', page)
        shapes = set()
        for plate in plates:
            words = re.sub(r">[^<]+</label>", "></label>", plate)
            shapes.add(re.sub(r'(value="\d"|level(-\d)?")', "", words))
        assert (len(plates), len(shapes)) == (5, 1)
        assert "checked" not in page
        assert not re.search(r"推荐|五星|请给.{0,4}好评|recommend|five stars", page)
