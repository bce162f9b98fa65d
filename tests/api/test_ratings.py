"""Ratings given elsewhere come in once, each to its own occasion, and defaults count in nothing."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from desk.audit.models import LedgerLine
from desk.audit.queries import faults
from desk.casework.models import Case
from desk.casework.words import Kind
from desk.insight import rebuilding
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.ratings.actions.elsewhere import digest_of
from desk.ratings.models import EarlyRating, Rating, RatingChannel
from desk.ratings.settling import settle_early
from desk.tally.models import Tally
from tests.api.systems import RATINGS, Town, let_in, tell, town


@pytest.fixture
def place(app: Flask) -> Town:
    return town()


@pytest.fixture
def token(place: Town) -> dict[str, str]:
    return let_in(place)


def ratings() -> list[Rating]:
    end_read()
    return list(db.session.scalars(select(Rating).order_by(Rating.id)))


def counted() -> dict[str, int]:
    """Give the sums of the day, ratings only."""
    end_read()
    rows = db.session.execute(select(Tally.measure, Tally.n).where(Tally.grain == "d"))
    return {measure: n for measure, n in rows if measure.startswith("rating") and n}


def sums_hold() -> bool:
    end_read()
    return rebuilding.differences() == [] and faults() == []


def test_ratings_come_to_their_occasions_once(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    tell(client, [place.event(n) for n in range(30)], token)
    lines = [
        place.rating(n, 5, tags=["510"], channel="sms", comment="  好  ") for n in range(28)
    ] + [
        place.rating(28, 1, tags=["110"], comment="跑了三趟"),
        place.rating(28, 5),
        place.rating(29, 6),
        place.rating(29, 5, tags=["110"]),
        place.rating(29, 5, given_at="2026-01-01T00:00:00Z"),
    ]
    answer = tell(client, lines, token, RATINGS)
    assert answer.status_code == 207
    results = [line["result"] for line in answer.json["results"]]
    assert results[:30].count("created") == 29
    assert sorted(results[28:30]) == ["created", "known"]
    assert [(e["line"], e["field"]) for e in answer.json["errors"]] == [
        (31, "level"), (32, "tags"), (33, "given_at"),
    ]  # fmt: skip
    again = tell(client, lines, token, RATINGS)
    assert (again.json["created"], again.json["known"], again.json["rejected"]) == (0, 30, 3)
    kept = ratings()
    assert len(kept) == 29
    first = next(rating for rating in kept if rating.project_no == "P0")
    assert (first.source_system, first.channel, first.comment, first.tags) == (
        "hall-a", RatingChannel.SMS, "好", ["510"],
    )  # fmt: skip
    assert (first.department_id, first.scored, first.effective) == (
        place.department_id, True, True,
    )  # fmt: skip
    assert sums_hold()


def test_a_bad_one_opens_its_case_and_a_default_counts_in_nothing(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    tell(client, [place.event(n) for n in range(3)], token)
    one = client.post(RATINGS, json=place.rating(0, 2, comment="慢"), headers=token)
    silent = client.post(RATINGS, json=place.rating(1, 5, is_default=True), headers=token)
    after = client.post(RATINGS, json=place.rating(1, 4), headers=token)
    assert [answer.status_code for answer in (one, silent, after)] == [201, 201, 201]
    case = db.session.scalars(select(Case)).one()
    assert (case.kind, case.story) == (Kind.RECTIFICATION, "慢")
    assert [(r.round, r.level, r.scored, r.case_id) for r in ratings()] == [
        (1, 2, True, case.id), (0, 5, False, None), (1, 4, True, None),
    ]  # fmt: skip
    assert counted() == {"rating.level.2": 1, "rating.level.4": 1}
    assert sums_hold()


def test_one_before_its_occasion_waits_for_it(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    where = {"hall": place.hall, "department": place.department}
    lines = [place.rating(n, level, **where) for n, level in enumerate((5, 1, 4))]
    nowhere = client.post(RATINGS, json=place.rating(9, 5), headers=token)
    first, again = (tell(client, lines, token, RATINGS) for _ in range(2))
    assert (nowhere.status_code, nowhere.json["errors"][0]["field"]) == (422, "project_no")
    assert (first.json["waiting"], again.json["known"]) == (3, 3)
    assert ratings() == []
    tell(client, [place.event(0), place.event(1)], token)
    for _ in range(2):
        settle_early(utc_now())
        end_read()
    assert sorted((r.project_no, r.level, r.scored) for r in ratings()) == [
        ("P0", 5, True), ("P1", 1, True),
    ]  # fmt: skip
    assert db.session.scalars(select(Case)).one().kind is Kind.RECTIFICATION
    assert counted() == {"rating.level.5": 1, "rating.level.1": 1}
    assert sums_hold()


def test_a_push_of_five_stars_without_services_never_scores(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    where = {"hall": place.hall, "department": place.department}
    tell(client, [place.rating(n, 5, **where) for n in range(40)], token, RATINGS)
    settle_early(utc_now())
    assert (ratings(), counted()) == ([], {})
    settle_early(utc_now() + timedelta(days=8))
    assert {(r.level, r.scored, r.service_event_id) for r in ratings()} == {(5, False, None)}
    assert counted() == {"rating.unscored.5": 40}
    again = tell(client, [place.rating(0, 5, **where)], token, RATINGS)
    assert again.json["known"] == 1
    late = tell(client, [place.event(0)], token)
    settle_early(utc_now() + timedelta(days=9))
    assert (late.json["created"], counted()) == (1, {"rating.unscored.5": 40})
    assert sums_hold()


def test_a_system_rates_no_occasion_of_another(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    tell(client, [place.event(1)], token)
    other = let_in(place, "hall-b")
    for line in (place.rating(1, 5), place.rating(1, 5, source_system="hall-a")):
        assert client.post(RATINGS, json=line, headers=other).status_code == 422
    assert ratings() == []


def test_no_rating_of_a_phone_of_staff_is_scored(
    client: FlaskClient, place: Town, token: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import date

    from desk.organisation.models import Setting
    from desk.organisation.queries import forget_kept
    from desk.ratings.staff_ways import PHONES, phone_mark

    with transaction():
        db.session.add(
            Setting(region_id=place.region_id, key=PHONES, active_from=date(2020, 1, 1),
                    value=[phone_mark("13800138000")], set_by="a")
        )  # fmt: skip
    forget_kept()
    tell(client, [place.event(1, phone="13800138000"), place.event(2)], token)
    tell(client, [place.rating(1, 5), place.rating(2, 5)], token, RATINGS)
    assert [(r.project_no, r.scored) for r in ratings()] == [("P1", False), ("P2", True)]


def test_a_chunk_is_one_line_of_the_ledger_with_the_hash_of_its_rows(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    tell(client, [place.event(n) for n in range(25)], token)
    tell(client, [place.rating(n, 3 + n % 3) for n in range(25)], token, RATINGS)
    line = db.session.scalars(select(LedgerLine).where(LedgerLine.what == "ratings_told")).one()
    assert line.body is not None
    assert (line.body["n"], line.body["sha256"]) == (25, digest_of(ratings()))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM early_ratings",
        "UPDATE early_ratings SET level = 5",
        "UPDATE ratings SET project_no = 'P9'",
        "UPDATE ratings SET batch_key = NULL",
        "UPDATE ratings SET scored = (1 = 1)",
    ],
)
def test_the_database_refuses_to_change_what_was_told(
    client: FlaskClient, place: Town, token: dict[str, str], statement: str
) -> None:
    where = {"hall": place.hall, "department": place.department}
    tell(client, [place.event(1)], token)
    tell(client, [place.rating(1, 5, is_default=True), place.rating(2, 1, **where)], token, RATINGS)
    db.session.remove()
    with db.engine.connect() as connection, pytest.raises(Exception, match=r"append-only|never"):
        connection.execute(text(statement))


def test_an_early_one_is_settled_once(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    where = {"hall": place.hall, "department": place.department}
    tell(client, [place.rating(1, 5, **where)], token, RATINGS)
    tell(client, [place.event(1)], token)
    direct = tell(client, [place.rating(1, 2, **where)], token, RATINGS)
    settle_early(utc_now())
    end_read()
    early = db.session.scalars(select(EarlyRating)).one()
    assert direct.json["created"] == 1
    assert early.settled_at is not None
    assert early.rating_id is None
    assert [r.level for r in ratings()] == [2]
