"""Signing somebody in for a test, without the slow hash."""

from flask.testing import FlaskClient

from desk.access.actors import Actor
from desk.accounts.actions import open_session
from desk.accounts.models import User
from desk.kernel.clock import utc_now
from desk.kernel.db import db, transaction


def signed_in(client: FlaskClient, actor: Actor, region_id: int) -> FlaskClient:
    """Give a browser in which this person is signed in."""
    browser = client.application.test_client()
    with transaction():
        user = db.session.get_one(User, actor.user_id)
        token = open_session(user, actor, agent="test", region_id=region_id, now=utc_now())
    browser.set_cookie("desk", token)
    return browser
