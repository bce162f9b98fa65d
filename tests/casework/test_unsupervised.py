"""A case that keeps every supervisor away is not silently buried: the doctor counts it."""

from flask import Flask

from desk.access.permissions import Role
from desk.accounts.models import User
from desk.casework.actions.naming import name_staff
from desk.casework.queries.unsupervised import unsupervised
from desk.doctor import findings
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from tests import make
from tests.casework.test_life import Desk


def test_who_keeps_every_supervisor_away_is_noticed(app: Flask) -> None:
    desk = Desk(app)
    second = make.actor(Role.SUPERVISOR, desk.region.id)
    everybody = [who for who in desk.people.values() if Role.SUPERVISOR in who.roles]

    def well() -> bool:
        end_read()
        return next(one for one in findings(utc_now()) if one.what == "cases").well

    for person in everybody:
        login = db.session.get_one(User, person.user_id).login
        with transaction():
            name_staff(
                desk.number, login, version=desk.case.version, by=desk.people["clerk"], now=desk.now
            )
    assert (unsupervised(make.MONDAY.date()), well()) == (0, True)
    end_read()
    login = db.session.get_one(User, second.user_id).login
    with transaction():
        name_staff(
            desk.number, login, version=desk.case.version, by=desk.people["clerk"], now=desk.now
        )
    assert (unsupervised(make.MONDAY.date()), well()) == (1, False)
    make.actor(Role.SUPERVISOR, desk.region.id)
    assert well()
