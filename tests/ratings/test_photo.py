"""A photo with a rating: optional, checked like any other file, and for supervisors only."""

import io
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from desk.access.permissions import Role
from desk.audit.models import LedgerLine
from desk.files.models import StoredFile
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.storage.store import StoreError
from desk.ratings.actions.links import new_link
from desk.ratings.forgetting import forget_marks
from desk.ratings.models import RatingChannel, RatingPhoto
from tests import make
from tests.files.corpus import picture
from tests.files.give import check
from tests.people import signed_in
from tests.ratings.hall import Place, furnish, occasion, ratings

PHOTO = "photo.jpg"


@pytest.fixture
def place(app: Flask) -> Place:
    return furnish()


def link(place: Place, number: str) -> str:
    event = occasion(place, number)
    with transaction():
        return new_link(place.region, event, RatingChannel.LINK, now=utc_now())


def give(app: Flask, token: str, level: int, *files: tuple[bytes, str]) -> int:
    """Rate by a link with some files; give what the desk answered."""
    sent = {"level": str(level), "files": [(io.BytesIO(raw), name) for raw, name in files]}
    answer = app.test_client().post(f"/rate/{token}", data=sent, content_type="multipart/form-data")
    return answer.status_code


def photos() -> int:
    end_read()
    return db.session.scalar(select(func.count()).select_from(RatingPhoto)) or 0


def test_a_photo_is_optional_and_the_link_is_used_once_with_it(app: Flask, place: Place) -> None:
    for level in range(1, 6):
        assert give(app, link(place, f"N{level}"), level) == 303
        assert give(app, token := link(place, f"P{level}"), level, (picture(), PHOTO)) == 303
        assert give(app, token, level, (picture(), PHOTO)) == 410
    assert [one.level for one in ratings()] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert photos() == 5
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 5


def test_what_is_no_photo_or_more_than_one_is_refused_and_the_rating_waits(
    app: Flask, place: Place
) -> None:
    token = link(place, "P1")
    for files in (
        [(b"MZ\0", "x.exe")], [(b"%PDF-1.4", "x.pdf")], [(b"<svg/>", "x.svg")], [(b"", PHOTO)],
        [(b"\xff\xd8\xff", PHOTO)], [(picture(), PHOTO)] * 2, [(picture(), "x.png")],
    ):  # fmt: skip
        assert give(app, token, 1, *files) == 422, files[0][1]
    assert (ratings(), photos()) == ([], 0)
    assert give(app, token, 1, (picture(), PHOTO)) == 303


def test_only_supervisors_of_the_place_see_it_and_only_the_safe_copy(
    app: Flask, place: Place
) -> None:
    give(app, link(place, "P1"), 1, (picture(), PHOTO))
    (rating,) = ratings()
    page, photo = f"/supervision/ratings/{rating.id}", f"/supervision/ratings/{rating.id}/photo"
    actor = make.actor(Role.SUPERVISOR, place.region)
    supervisor = signed_in(app.test_client(), actor, place.region)
    assert supervisor.get(photo).status_code == 409
    check(app, now=utc_now())
    assert photo in supervisor.get(page).get_data(as_text=True)
    given = supervisor.get(photo)
    assert (given.status_code, given.mimetype) == (200, "image/jpeg")
    assert "sandbox" in given.headers["Content-Security-Policy"]
    end_read()
    lines = db.session.scalars(
        select(LedgerLine.body).where(LedgerLine.what == "rating_photo_opened")
    ).all()
    assert [line["rating"] for line in lines if line] == [rating.id.hex]
    for role, seat, code in (
        (Role.CLERK, {"hall_id": place.hall}, 403),
        (Role.HANDLER, {"department_id": place.department}, 403),
        (Role.LEAD, {"department_id": place.department}, 403),
        (Role.SUPERVISOR, {"department_id": place.department}, 404),
        (Role.ADMIN, {}, 403),
    ):
        other = signed_in(app.test_client(), make.actor(role, place.region, **seat), place.region)
        assert other.get(photo).status_code == code, role
    assert app.test_client().get(photo).status_code == 302


def test_nobody_puts_another_photo_beside_a_rating(app: Flask, place: Place) -> None:
    give(app, link(place, "P1"), 5, (picture(), PHOTO))
    for statement in ("UPDATE rating_photos SET file_id = rating_id", "DELETE FROM rating_photos"):
        with pytest.raises(Exception, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(statement))


def test_a_kiosk_and_the_poster_of_a_window_take_none(app: Flask, place: Place) -> None:
    for address in (f"/rate/window/{place.code}", "/kiosk/XZ-nothing"):
        assert 'type="file"' not in app.test_client().get(address).get_data(as_text=True)


def test_after_two_years_the_photo_is_removed_and_the_rating_stays(
    app: Flask, place: Place
) -> None:
    give(app, link(place, "P1"), 1, (picture(), PHOTO))
    check(app, now=utc_now())
    forget_marks(utc_now() + timedelta(days=700))
    end_read()
    assert db.session.scalars(select(StoredFile.disposed_at)).all() == [None]
    for _ in range(2):
        forget_marks(utc_now() + timedelta(days=735))
    end_read()
    file = db.session.scalars(select(StoredFile)).one()
    assert file.disposed_at is not None
    with pytest.raises(StoreError):
        app.extensions["store"].open(file.storage_key)
    assert (len(ratings()), photos()) == (1, 1)
