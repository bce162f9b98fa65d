"""A kiosk: paired once, heard under its own signature, each tap kept once and none lost."""

import json
import re
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from desk.access.actors import SYSTEM
from desk.access.permissions import Role
from desk.audit.queries import faults
from desk.insight import rebuilding
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.throttle import Throttle
from desk.organisation.models import Hall, Window
from desk.ratings.actions import kiosks
from desk.ratings.kiosk_rules import SKEW, Tap, request_text, sign, worth_of
from desk.ratings.models import Kiosk, KioskGap
from tests import make
from tests.people import signed_in
from tests.ratings.hall import Place, furnish, occasion, ratings
from tests.ratings.tablet import Tablet
from tests.worktime.official import at


@pytest.fixture
def place(app: Flask) -> Place:
    return furnish()


def made(place: Place, window: int | None = None) -> tuple[str, str]:
    """Make a kiosk; give its address and its one-time code."""
    by = make.actor(Role.SUPERVISOR, place.region)
    with transaction():
        row, hall = (
            db.session.get_one(Window, window or place.window),
            db.session.get_one(Hall, place.hall),
        )
        kiosk, code = kiosks.make_kiosk(row, hall, by=by, now=utc_now())
        address = kiosk.code
    db.session.remove()
    return address, code


def paired(app: Flask, place: Place, window: int | None = None) -> Tablet:
    address, code = made(place, window)
    tablet = Tablet(app, address)
    assert tablet.pair(code).status_code == 200
    return tablet


def scores() -> list[tuple[int, bool]]:
    return [(rating.level, rating.scored) for rating in ratings()]


def test_a_code_pairs_once_and_cuts_off_what_was_paired_before(app: Flask, place: Place) -> None:
    address, code = made(place)
    first, second = Tablet(app, address), Tablet(app, address)
    assert first.pair("0000-0000").status_code == 410
    assert first.pair(f" {code[:4].lower()}-{code[4:]} ").status_code == 200
    assert second.pair(code).status_code == 410
    with transaction():
        again = kiosks.offer_pairing(kiosks.locked(address), by=SYSTEM, now=utc_now())
    assert first.say("beat", {}).status_code == 200
    assert second.pair(again).status_code == 200
    assert (first.say("beat", {}).status_code, second.say("beat", {}).status_code) == (410, 200)
    assert second.seq > first.seq + 1000


def test_a_code_is_good_for_a_quarter_of_an_hour_and_guessing_stops(
    app: Flask, place: Place
) -> None:
    address, code = made(place)
    with time_machine.travel(utc_now() + timedelta(minutes=16)):
        assert Tablet(app, address).pair(code).status_code == 410
    app.extensions["throttle"] = Throttle()
    codes = [Tablet(app, address).pair(f"0000-000{n}").status_code for n in range(6)]
    assert codes == [410] * 5 + [429]


def test_all_levels_are_kept_of_the_occasion_asked_about_by_ticket_and_of_none(
    app: Flask, place: Place
) -> None:
    tablet = paired(app, place)
    taps, events = [], []
    for level in range(1, 6):
        events += [occasion(place, f"K{level}"), occasion(place, f"T{level}")]
        taps += [
            tablet.tap(level, event=events[-2]),
            tablet.tap(level, ticket=f"T{level}"),
            tablet.tap(level),
        ]
    answer = tablet.sync(*taps)
    assert answer.get_json() == {"kept": [tap["seq"] for tap in taps], "refused": []}
    assert scores() == [(n, scored) for n in range(1, 6) for scored in (True, True, False)]
    assert [r.service_event_id for r in ratings() if r.scored] == events
    assert rebuilding.differences() == []
    assert faults() == []


def test_what_is_sent_twice_is_kept_once(app: Flask, place: Place) -> None:
    tablet = paired(app, place)
    taps = [tablet.tap(n) for n in range(1, 6)]
    first = tablet.sync(*taps[:3])
    again = tablet.sync(*taps, taps[0])
    assert first.get_json()["kept"] == [tap["seq"] for tap in taps[:3]]
    assert again.get_json() == {"kept": [tap["seq"] for tap in taps], "refused": []}
    assert [level for level, _scored in scores()] == [1, 2, 3, 4, 5]


def test_what_nobody_signed_is_refused_and_named(app: Flask, place: Place) -> None:
    tablet, other = paired(app, place), paired(app, place, place.other)
    event = occasion(place, "K1")
    honest = tablet.tap(1, event=event)
    forged = [
        honest | {"level": 5},
        honest | {"seq": 7},
        honest | {"at": honest["at"] - 60_000},
        tablet.tap(5) | {"sig": "0" * 64},
        tablet.tap(5) | {"sig": "é"},
        tablet.tap(5) | {"sig": None},
        tablet.tap(5) | {"level": True},
        tablet.tap(5) | {"level": 6},
        tablet.tap(5) | {"ticket": "a\nb"},
        tablet.tap(5) | {"event": "nothing"},
        other.tap(5),
    ]
    for tap in forged:
        assert tablet.sync(tap).get_json()["kept"] == [], tap
    assert ratings() == []
    assert tablet.sync(honest).get_json()["kept"] == [honest["seq"]]
    assert tablet.sync(tablet.tap(5), to=other.code).status_code == 410
    assert tablet.sync(tablet.tap(5), signature="0" * 64).status_code == 410
    assert scores() == [(1, True)]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"n":1}', b'{"n":true,"sent_at":1,"taps":[]}', b'{"sent_at":1e99}',
     b'{"n":1,"sent_at":1,"taps":[1]}', b'{"n":1,"sent_at":99999999999999999,"taps":[]}',
     b"\xff\xfe", b"[" * 5000],
)  # fmt: skip
def test_what_no_kiosk_sends_is_refused(app: Flask, place: Place, body: bytes) -> None:
    tablet = paired(app, place)
    path = f"/kiosk/{tablet.code}/sync"
    signature = sign(tablet.key, request_text("POST", path, body))
    answer = tablet.sync(body=body, signature=signature)
    assert answer.status_code in {400, 422}
    assert ratings() == []


def test_a_changed_clock_silences_nobody_and_scores_nothing(app: Flask, place: Place) -> None:
    tablet, event = paired(app, place), occasion(place, "K1")
    for off in (
        timedelta(days=-400),
        timedelta(hours=-1),
        timedelta(hours=1),
        timedelta(days=9000),
    ):
        tablet.clock = off
        tablet.sync(tablet.tap(1, event=event))
    tablet.clock = timedelta()
    tablet.sync(tablet.tap(1, event=event, at=utc_now() - timedelta(hours=2)))
    tablet.sync(tablet.tap(1, at=utc_now() - timedelta(days=8)))
    assert scores() == [(1, False)] * 6
    assert {rating.service_event_id for rating in ratings()} == {None}
    assert tablet.sync(tablet.tap(1, event=event)).status_code == 200
    assert scores()[-1] == (1, True)


def test_another_windows_occasion_and_one_that_was_rated_are_kept_unscored(
    app: Flask, place: Place
) -> None:
    tablet = paired(app, place)
    foreign, own = occasion(place, "F1", window=place.other), occasion(place, "O1")
    tablet.sync(
        tablet.tap(5, event=foreign), tablet.tap(4, ticket="F1"), tablet.tap(2, event=own),
        tablet.tap(5, event=own),
    )  # fmt: skip
    assert scores() == [(5, False), (4, False), (2, True), (5, False)]


def test_a_kiosk_signed_off_takes_nothing(app: Flask, place: Place) -> None:
    tablet = paired(app, place)
    browser = signed_in(app.test_client(), make.actor(Role.ADMIN, place.region), place.region)
    page = browser.get("/supervision/kiosks").get_data(as_text=True)
    assert tablet.code in page
    assert ">正常</td>" in page
    path = re.search(r"/supervision/kiosks/[\w-]+/sign-off", page)
    assert path is not None
    assert browser.post(path.group()).status_code == 303
    assert tablet.sync(tablet.tap(5)).status_code == 410
    assert ratings() == []


def test_staff_in_the_same_browser_stop_it(app: Flask, place: Place) -> None:
    tablet = paired(app, place)
    actor = make.actor(Role.CLERK, place.region, hall_id=place.hall)
    tablet.browser = signed_in(app.test_client(), actor, place.region)
    assert tablet.sync(tablet.tap(5)).status_code == 403
    assert tablet.browser.get(f"/kiosk/{tablet.code}").status_code == 403


def test_silence_in_opening_hours_is_a_gap_and_the_night_is_none(app: Flask, place: Place) -> None:
    with time_machine.travel(at("2026-11-23 10:00"), tick=False):
        tablet = paired(app, place)
    for time in ("2026-11-23 10:02", "2026-11-23 10:30", "2026-11-23 17:29", "2026-11-24 09:05"):
        with time_machine.travel(at(time), tick=False):
            app.extensions["throttle"] = Throttle()
            assert tablet.say("beat", {}).status_code == 200
    end_read()
    gaps = [(gap.from_at, gap.until_at) for gap in db.session.scalars(select(KioskGap))]
    assert gaps == [
        (at("2026-11-23 10:02"), at("2026-11-23 10:30")),
        (at("2026-11-23 10:30"), at("2026-11-23 17:29")),
    ]


def test_a_beat_played_again_is_no_sign_of_life(app: Flask, place: Place) -> None:
    tablet = paired(app, place)
    body = json.dumps({"n": 1, "sent_at": tablet.now()}).encode()
    with time_machine.travel(utc_now() + timedelta(minutes=2), tick=False):
        assert tablet.say("beat", {}).status_code == 200
        end_read()
        seen = db.session.scalars(select(Kiosk.seen_at)).one()
    with time_machine.travel(utc_now() + timedelta(hours=2), tick=False):
        path = f"/kiosk/{tablet.code}/beat"
        again = sign(tablet.key, request_text("POST", path, body))
        tablet.say("beat", {}, body=body, signature=again)
    end_read()
    assert db.session.scalars(select(Kiosk.seen_at)).one() == seen


def test_the_counter_asks_and_the_kiosk_shows_it_until_it_is_rated(
    app: Flask, place: Place
) -> None:
    tablet = paired(app, place)
    actor = make.actor(Role.CLERK, place.region, hall_id=place.hall)
    clerk = signed_in(app.test_client(), actor, place.region)
    page = f"/desk/invite?window={place.window}"
    sent = {"number": "a037", "item": str(place.item), "how": "kiosk"}
    assert clerk.get(page).status_code == 200
    assert clerk.post(page, data=sent).status_code == 303
    asked = tablet.say("beat", {}).get_json()["occasion"]
    assert (asked["number"], asked["zh"]) == ("A037", "不动产转移登记")
    tablet.sync(tablet.tap(2, event=UUID(asked["event"])))
    assert tablet.say("beat", {}).get_json()["occasion"] is None
    (rating,) = ratings()
    assert (rating.scored, rating.clerk_id, rating.level) == (True, actor.user_id, 2)
    assert faults() == []


def test_a_slip_opens_the_page_and_lies_beside_the_list(app: Flask, place: Place) -> None:
    event = occasion(place, "A1")
    actor = make.actor(Role.CLERK, place.region, hall_id=place.hall)
    clerk = signed_in(app.test_client(), actor, place.region)
    way = f"/desk/invite/{place.window}/{event}"
    assert clerk.post(f"{way}/kiosk").status_code == 303
    listed = clerk.get(f"/desk/invite?window={place.window}").get_data(as_text=True)
    assert "没有评价器" in listed
    assert clerk.post(f"{way}/slip").location == "/desk/invite/slip"
    slip = clerk.get("/desk/invite/slip").get_data(as_text=True)
    token = re.search(r"XZ-[\w-]{20,}", slip)
    assert token is not None
    assert clerk.get("/desk/invite/slip.svg").mimetype == "image/svg+xml"
    assert app.test_client().post(f"/rate/{token.group()}", data={"level": "1"}).status_code == 303
    assert clerk.get("/desk/invite/slip").status_code == 404
    stranger = make.actor(
        Role.HANDLER, place.region, department_id=make.department(place.region).id
    )
    other = signed_in(app.test_client(), stranger, place.region)
    assert other.get("/desk/invite").status_code == 403


@pytest.mark.parametrize("code", ["XZ-K000000", "x" * 300, "办", "%00"])
def test_an_address_of_no_kiosk_opens_nothing(client: FlaskClient, place: Place, code: str) -> None:
    assert client.get(f"/kiosk/{code}").status_code == 404
    assert client.post(f"/kiosk/{code}/pair", json={"code": "x"}).status_code == 404


def test_every_level_weighs_the_same_on_the_way(app: Flask, place: Place) -> None:
    tablet = paired(app, place)
    weights = set()
    for level in range(1, 6):
        tap = tablet.tap(level)
        answer = tablet.sync(tap)
        weights.add((len(json.dumps(tap)), answer.status_code, len(answer.get_data())))
    assert len(weights) == 1
    page = tablet.browser.get(f"/kiosk/{tablet.code}").get_data(as_text=True)
    plates = re.findall(r"<button type=\"button\" data-level.*?</button>", page)
    shapes = {re.sub(r'>[^<]*<|data-(level|zh|en)="[^"]*"', "", plate) for plate in plates}
    assert (len(plates), len(shapes)) == (5, 1)


NOW = at("2026-11-23 10:00")
seconds = st.integers(-700_000, 700_000).map(lambda s: timedelta(seconds=s))


@given(seconds, seconds, st.none() | seconds, st.none() | seconds)
def test_what_a_tap_is_worth(
    tapped: timedelta, off: timedelta, before: timedelta | None, occurred: timedelta | None
) -> None:
    """A tap counts as given when its clock says so, or when it came; never later, never early."""
    tap = Tap(1, 1, NOW + tapped, None, "")
    worth = worth_of(
        tap,
        sent_at=NOW + off,
        received_at=NOW,
        before=NOW + before if before is not None else None,
        occurred_at=NOW + occurred if occurred is not None else None,
    )
    assert worth.given_at <= NOW
    if worth.timely:
        assert abs(off) <= SKEW
        assert NOW - worth.given_at <= timedelta(days=7)
        assert worth.given_at == min(tap.at, NOW)
        assert occurred is None or tap.at >= NOW + occurred - SKEW
    else:
        assert worth.given_at == NOW or NOW - worth.given_at > timedelta(days=7)
