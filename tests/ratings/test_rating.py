"""One occasion, one rating, by those who were served and nobody else."""

import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from desk.access.permissions import Role
from desk.accounts import actions as accounts
from desk.accounts.models import User
from desk.audit.queries import faults
from desk.casework.models import Case
from desk.casework.words import Kind, PartyKind
from desk.insight import rebuilding
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Gone
from desk.organisation.models import Code
from desk.ratings import queries
from desk.ratings.actions.events import EventData, take_events
from desk.ratings.actions.giving import RatingData, give
from desk.ratings.actions.links import new_link
from desk.ratings.models import Rating, RatingChannel, ServiceEvent
from desk.ratings.scoring import opens_case
from tests import make


@pytest.fixture
def links(app: Flask) -> list[str]:
    """Six occasions, each with a link."""
    region = make.region()
    hall, department = make.hall(region.id), make.department(region.id)
    item = make.item(region.id, department.id)
    with transaction():
        db.session.add_all(
            Code(list="rating_tags", code=code, zh=zh, en=zh, attrs={}, position=n)
            for n, (code, zh) in enumerate((("510", "一次办结"), ("110", "超过时限")))
        )
    now = utc_now()
    events = [
        EventData(
            "hall", f"P{n}", "1", department.id, hall.id, now - timedelta(hours=1),
            PartyKind.INDIVIDUAL, item_id=item.id,
        )
        for n in range(6)
    ]  # fmt: skip
    with transaction():
        made = take_events(region.id, events, now=now)
        tokens = [new_link(region.id, event, RatingChannel.LINK, now=now) for event in made]
    db.session.remove()
    return tokens


def ratings() -> list[Rating]:
    end_read()
    return list(db.session.scalars(select(Rating)))


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_every_level_takes_the_same_way(client: FlaskClient, links: list[str], level: int) -> None:
    before = client.get(f"/rate/{links[0]}")
    answer = client.post(f"/rate/{links[0]}", data={"level": str(level)})
    assert (before.status_code, answer.status_code) == (200, 303)
    assert answer.location == "/rate/thanks"
    assert [rating.level for rating in ratings()] == [level]


def test_the_five_levels_look_alike_and_none_is_chosen(
    client: FlaskClient, links: list[str]
) -> None:
    page = client.get(f"/rate/{links[0]}").get_data(as_text=True)
    scale = page.split('class="desk-scale"')[1].split("</fieldset>")[0]
    plates = scale.split('class="desk-scale__item"')[1:]
    shapes = set()
    for n, plate in enumerate(plates):
        label = plate.split("</label>")[0].rpartition(">")[2]
        bare = plate.split("</label>")[0].replace(label, "")
        shapes.add(bare.replace(f'value="{5 - n}"', "").replace(f"level-{n}", "level"))
    assert len(plates) == 5
    assert len(shapes) == 1
    assert "checked" not in scale


def test_a_link_works_once_and_opening_it_twice_is_fine(
    client: FlaskClient, links: list[str]
) -> None:
    assert [client.get(f"/rate/{links[0]}").status_code for _ in range(2)] == [200, 200]
    client.post(f"/rate/{links[0]}", data={"level": "4"})
    again = client.post(f"/rate/{links[0]}", data={"level": "1"})
    assert (again.status_code, client.get(f"/rate/{links[0]}").status_code) == (410, 410)
    assert [rating.level for rating in ratings()] == [4]


def test_two_at_once_make_one_rating(app: Flask, links: list[str]) -> None:
    gate, outcomes = threading.Barrier(6), []

    def rate(level: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    opened = queries.opened_by(links[0])
                    assert opened is not None
                    give(opened.token, opened.event, RatingData(level), now=utc_now())
                outcomes.append("given")
            except Gone:
                outcomes.append("gone")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=rate, args=(n % 3 + 3,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["given"] + ["gone"] * 5
    assert len(ratings()) == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"level": "0"},
        {"level": "6"},
        {"level": "-1"},
        {"level": "4.5"},
        {"level": '"5"'},
        {"level": "٥"},
        {"level": str(10**30)},
        {"level": "5", "tags": "110"},
        {"level": "5", "tags": "999"},
        {"level": "5", "comment": "x" * 1001},
        {"level": "5", "comment": "a\0b"},
    ],
)
def test_bad_ratings_are_refused_and_the_link_stays_good(
    client: FlaskClient, links: list[str], data: dict[str, str]
) -> None:
    assert client.post(f"/rate/{links[0]}", data=data).status_code == 422
    assert ratings() == []
    assert client.post(f"/rate/{links[0]}", data={"level": "5", "tags": "510"}).status_code == 303


@pytest.mark.parametrize("token", ["XZ-nothing", "x" * 500, "ZZ-" + "a" * 22, "%00", "办"])
def test_a_link_that_never_was_opens_nothing(
    client: FlaskClient, links: list[str], token: str
) -> None:
    assert client.get(f"/rate/{token}").status_code == 404


def test_a_link_ends_after_thirty_days(client: FlaskClient, links: list[str]) -> None:
    with transaction():
        db.session.execute(text("UPDATE rating_tokens SET expires_at = '2020-01-01 00:00:00'"))
    assert client.get(f"/rate/{links[0]}").status_code == 410


def test_staff_cannot_rate(client: FlaskClient, links: list[str]) -> None:
    region_id = db.session.scalars(select(ServiceEvent.region_id)).first() or 0
    user = make.user(Role.SUPERVISOR, region_id)
    with transaction():
        person = db.session.get_one(User, user.id)
        from desk.accounts.queries import actor_of

        actor = actor_of(person, utc_now().date())
        token = accounts.open_session(person, actor, agent="", region_id=region_id, now=utc_now())
    client.set_cookie("desk", token)
    assert client.post(f"/rate/{links[0]}", data={"level": "5"}).status_code == 403
    assert ratings() == []


def test_a_bad_one_opens_a_case_and_a_good_one_does_not(
    client: FlaskClient, links: list[str]
) -> None:
    client.post(f"/rate/{links[0]}", data={"level": "3"})
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0
    client.post(f"/rate/{links[1]}", data={"level": "1", "comment": "跑了三趟"})
    end_read()
    case = db.session.scalars(select(Case)).one()
    assert (case.kind, case.channel, case.story) == (Kind.RECTIFICATION, "rating", "跑了三趟")
    assert [r.case_id for r in ratings() if r.level == 1] == [case.id]
    assert faults() == []


def test_what_is_bad_opens_a_case_only_when_it_should() -> None:
    now = utc_now()
    good = {"round_": 1, "scored": True, "is_test": False, "occurred_at": now, "now": now}
    assert opens_case(1, **good)
    assert opens_case(2, **good)
    assert not opens_case(3, **good)
    for change in (
        {"round_": 2},
        {"scored": False},
        {"is_test": True},
        {"occurred_at": now - timedelta(days=31)},
    ):
        assert not opens_case(1, **{**good, **change})


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ratings",
        "UPDATE ratings SET level = 5",
        "UPDATE ratings SET comment = 'x'",
        "UPDATE ratings SET given_at = '2020-01-01 00:00:00'",
    ],
)
def test_the_database_refuses_to_change_a_rating(
    client: FlaskClient, links: list[str], statement: str
) -> None:
    client.post(f"/rate/{links[0]}", data={"level": "1"})
    db.session.remove()
    with db.engine.connect() as connection, pytest.raises(Exception, match=r"append-only|never"):
        connection.execute(text(statement))


def test_sums_are_what_the_facts_say_and_damage_is_found(
    client: FlaskClient, links: list[str]
) -> None:
    for link, level in zip(links, (5, 5, 4, 3, 2, 1), strict=True):
        client.post(f"/rate/{link}", data={"level": str(level)})
    db.session.remove()
    assert rebuilding.differences() == []
    with transaction():
        db.session.execute(text("UPDATE tallies SET n = n + 1 WHERE measure = 'rating.level.5'"))
    assert len(rebuilding.differences()) == 2
    with transaction():
        rebuilding.replace()
    assert rebuilding.differences() == []


def test_events_are_imported_once_and_bad_lines_named(app: Flask, tmp_path: Path) -> None:
    region = make.region()
    hall, department = make.hall(region.id), make.department(region.id)
    good = {
        "source_system": "hall", "project_no": "P1", "service_no": "1", "party_kind": "business",
        "department": department.code, "hall": hall.code, "occurred_at": "2026-11-20T10:42:00",
    }  # fmt: skip
    lines = [good, {**good, "project_no": "P2", "hall": "nowhere"}, {**good, "occurred_at": "soon"}]
    file = tmp_path / "events.ndjson"
    file.write_text("\n".join([*map(json.dumps, lines), "{not json"]))
    run = app.test_cli_runner()
    first = run.invoke(args=["desk", "import-events", str(file)])
    second = run.invoke(args=["desk", "import-events", str(file)])
    assert "line 2: hall: There is no hall with this code." in first.output
    assert first.output.strip().endswith("1 new, 0 known, 3 bad.")
    assert second.output.strip().endswith("0 new, 1 known, 3 bad.")
    assert isinstance(run, CliRunner)
