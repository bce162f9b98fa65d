"""Staff and seats: one administrator asks, a second one gives, and nobody is locked out."""

import re
import threading
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from desk.access.permissions import Role
from desk.accounts.models import Membership, User, UserSession
from desk.accounts.passwords import check_new
from desk.accounts.queries import actor_of
from desk.accounts.seats import go_together
from desk.accounts.staffing import disable
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalState
from desk.audit.queries import lines_of
from desk.casework.words import Status
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, Invalid
from desk.notify.models import Letter
from desk.organisation.queries import forget_kept
from desk.schedules import run_due
from tests import make
from tests.administration.office import HOSTILE, LONG, NUL, Office, whole
from tests.casework.test_life import Desk
from tests.people import signed_in

PASSWORD = "塞翁失马 安知非福 correct horse"


def wanted(office: Office, **changes: object) -> dict[str, object]:
    return {
        "login": "new.clerk",
        "name": "新来的",
        "lang": "zh_Hans",
        "role": "clerk",
        "region": office.region.id,
        "hall": office.hall.id,
        "department": "",
        "reason": "十二月起在一号窗口",
        **changes,
    }


def requests() -> list[Approval]:
    end_read()
    return list(db.session.scalars(select(Approval).order_by(Approval.asked_at)))


def key_of(request: Approval) -> str:
    return f"{request.region_id}-{request.id}"


def user_named(login: str) -> User:
    end_read()
    return db.session.scalars(select(User).where(User.login == login)).one()


def sign_in(client: FlaskClient, login: str, password: str) -> int:
    answer = client.post("/account/sign-in", data={"login": login, "password": password})
    return answer.status_code


def link_in(page: str) -> str:
    found = re.search(r"/account/link/[\w-]+", page)
    assert found
    return found.group(0)


def test_one_asks_another_confirms_and_the_clerk_signs_in(office: Office, app: Flask) -> None:
    where = office.do("/admin/people/new", **wanted(office))
    user = user_named("new.clerk")
    assert where == f"/admin/people/{user.id}"
    (request,) = requests()
    assert not db.session.scalars(select(Membership).where(Membership.user_id == user.id)).all()

    mine = office.refused(
        "/admin/confirmations", 409, chosen=key_of(request), ballot="grant", reason=""
    )
    assert "您提出的" in mine or "别人" in mine
    assert office.post(f"{where}/link").status_code == 403

    page = office.get("/admin/confirmations", "admin2")
    assert "十二月起在一号窗口" in page
    onwards = office.do("/admin/confirmations", "admin2", chosen=key_of(request), ballot="grant")
    assert onwards == where
    (seat,) = db.session.scalars(select(Membership).where(Membership.user_id == user.id)).all()
    names = [office.people[who].user_id for who in ("admin", "admin2")]
    logins = [db.session.get_one(User, one).login for one in names]
    assert (seat.role, seat.hall_id) == (Role.CLERK, office.hall.id)
    assert [seat.granted_by, seat.confirmed_by] == logins

    assert office.post(f"{where}/link").status_code == 403
    first = link_in(office.post(f"{where}/link", "admin2").get_data(as_text=True))
    answer = office.post(f"{where}/link", "admin2")
    assert answer.headers["Cache-Control"] == "no-store"
    link = link_in(answer.get_data(as_text=True))
    browser = app.test_client()
    assert browser.get(first).status_code == 410
    assert browser.get(link).status_code == 200
    for bad in ("", "short", "new.clerk new.clerk", "x" * 129, "password1234"):
        assert browser.post(link, data={"password": bad}).status_code == 422, bad
    assert sign_in(browser, "new.clerk", "!") == 422
    assert browser.post(link, data={"password": PASSWORD}).status_code == 303
    assert sign_in(browser, "new.clerk", PASSWORD) == 303
    assert browser.get("/desk/queue").status_code == 200
    assert browser.get(link).status_code == 410
    assert browser.get("/account/link/x").status_code == 410
    assert office.post(f"{where}/link", "admin2").status_code == 403

    lines = lines_of(office.region.id, f"u/{user.id}")
    assert [line.what for line in lines] == [
        "made_known", "access_asked", "access_granted", "link_made", "link_made", "password_set",
        "signed_in",
    ]  # fmt: skip
    assert not [
        text for line in lines for text in ("新来的", "new.clerk", "一号") if text in str(line.body)
    ]
    assert whole()


def test_a_password_that_cannot_be_kept_is_refused() -> None:
    with pytest.raises(Invalid):
        check_new("a\ud800" * 8, login="x")


def test_a_link_runs_out(office: Office, app: Flask) -> None:
    where = office.do("/admin/people/new", **wanted(office))
    office.do("/admin/confirmations", "admin2", chosen=key_of(requests()[0]), ballot="grant")
    link = link_in(office.post(f"{where}/link", "admin2").get_data(as_text=True))
    with time_machine.travel(utc_now() + timedelta(hours=73), tick=False):
        assert app.test_client().get(link).status_code == 410


def test_a_refusal_needs_a_reason_and_gives_nothing(office: Office) -> None:
    office.do("/admin/people/new", **wanted(office))
    key = key_of(requests()[0])
    page = office.refused("/admin/confirmations", who="admin2", chosen=key, ballot="refuse")
    assert "checked" in page
    for reason in HOSTILE:
        office.refused(
            "/admin/confirmations",
            who="admin2",
            chosen=key,
            ballot="refuse",
            reason=reason + "长" * 501,
        )
    office.do("/admin/confirmations", "admin2", chosen=key, ballot="refuse", reason="没有这个人")
    assert requests()[0].state is ApprovalState.REFUSED
    office.refused("/admin/confirmations", 409, "admin2", chosen=key, ballot="grant")
    for chosen in ("", "x", NUL, f"{10**30}-x", "1-", key + "x", "9-" + key.split("-", 1)[1]):
        answer = office.post("/admin/confirmations", "admin2", chosen=chosen, ballot="grant")
        assert answer.status_code in {409, 422}, chosen
    office.refused("/admin/confirmations", who="admin2", chosen=key, ballot="perhaps")


def test_what_one_asked_for_can_be_taken_back(office: Office) -> None:
    where = office.do("/admin/people/new", **wanted(office))
    key = key_of(requests()[0])
    seat = {k: v for k, v in wanted(office).items() if k not in {"login", "name", "lang"}}
    office.refused(f"{where}/seats/new", 409, **seat)
    assert office.post(f"/admin/confirmations/{key}/withdraw", "admin2").status_code == 403
    office.do(f"/admin/confirmations/{key}/withdraw")
    office.refused(f"/admin/confirmations/{key}/withdraw", 409)
    assert office.post("/admin/confirmations/x/withdraw").status_code == 404
    office.do(f"{where}/seats/new", **seat)
    assert [request.state for request in requests()] == [ApprovalState.VOID, ApprovalState.PENDING]


def test_what_cannot_be_a_seat_is_said(office: Office) -> None:
    far = make.region("YZ", "110000", limits=False)
    far_hall = make.hall(far.id)
    bad = (
        {"login": ""}, {"login": "a b"}, {"login": "中文"}, {"login": NUL}, {"login": "x" * 65},
        {"name": ""}, {"name": LONG}, {"name": NUL}, {"lang": "fr"}, {"role": ""},
        {"role": "system"}, {"role": "complainant"}, {"region": far.id},
        {"region": str(10**30)}, {"hall": ""}, {"hall": far_hall.id}, {"hall": "١"},
        {"department": office.department.id}, {"role": "handler"}, {"role": "supervisor"},
        {"role": "lead", "hall": ""}, {"reason": ""}, {"reason": LONG},
        {"role": "auditor", "hall": "", "is_head": "yes"},
    )  # fmt: skip
    for change in bad:
        office.refused("/admin/people/new", **wanted(office, **change))
    assert db.session.scalar(select(User).where(User.login == "new.clerk")) is None
    office.do("/admin/people/new", **wanted(office))
    assert "已" in office.refused("/admin/people/new", **wanted(office, login="NEW.Clerk"))


@pytest.mark.parametrize("alone", [Role.ADMIN, Role.AUDITOR])
def test_administrators_and_auditors_hold_nothing_else(office: Office, alone: Role) -> None:
    others = set(Role) - {alone, Role.SYSTEM, Role.COMPLAINANT}
    assert not any(go_together([alone, other]) for other in others)
    assert go_together([Role.CLERK, Role.HANDLER, Role.SUPERVISOR])
    somebody = make.user(alone, office.region.id)
    seat = {"role": "clerk", "region": office.region.id, "hall": office.hall.id, "reason": "x"}
    office.refused(f"/admin/people/{somebody.id}/seats/new", **seat)
    clerk = make.user(Role.CLERK, office.region.id, hall_id=office.hall.id)
    seat = {"role": alone.value, "region": office.region.id, "reason": "x"}
    office.refused(f"/admin/people/{clerk.id}/seats/new", **seat)


def test_nobody_confirms_what_is_for_themselves(office: Office) -> None:
    township = make.region("TS", "420600001", limits=False)
    with transaction():
        row = db.session.get_one(type(township), township.id)
        row.path = f"{office.region.path}420600001/"
    office.browsers.clear()
    forget_kept()
    admin2 = office.people["admin2"].user_id
    office.do(
        f"/admin/people/{admin2}/seats/new", role="admin", region=township.id, reason="也管街道"
    )
    key = key_of(requests()[0])
    page = office.refused("/admin/confirmations", 409, "admin2", chosen=key, ballot="grant")
    assert "您自己" in page
    office.do("/admin/confirmations", "admin3", chosen=key, ballot="grant")
    assert len(actor_of(db.session.get_one(User, admin2), utc_now().date()).seats) == 2


def test_nobody_takes_their_own_access_away(office: Office) -> None:
    me = office.people["admin"].user_id
    seat = db.session.scalars(select(Membership).where(Membership.user_id == me)).one()
    for path in (f"/admin/people/{me}/disable", f"/admin/people/{me}/seats/{seat.id}/end"):
        assert office.post(path, version=1).status_code == 403
    assert "离岗" not in office.get(f"/admin/people/{me}")


def test_the_last_administrator_stays_when_two_remove_each_other(office: Office) -> None:
    third = office.people["admin3"].user_id
    office.do(f"/admin/people/{third}/disable", version=1)
    pair = [office.people["admin"], office.people["admin2"]]
    ends: list[str] = []
    start = threading.Barrier(2)

    def remove(by: int) -> None:
        with office.app.app_context():
            start.wait()
            try:
                with transaction():
                    other = pair[1 - by].user_id or 0
                    disable(other, version=1, by=pair[by], now=utc_now())
                ends.append("done")
            except Conflict:
                ends.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=remove, args=(n,)) for n in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(ends) == ["done", "refused"]
    end_read()
    left = db.session.scalars(select(User).where(User.disabled_at.is_(None))).all()
    assert len(left) == 1


def test_whoever_leaves_is_out_at_once_and_their_cases_go_back(app: Flask) -> None:
    desk = Desk(app)
    desk.to(Status.HANDLING)
    with time_machine.travel(desk.now, tick=False):
        leave(desk)


def leave(desk: Desk) -> None:
    """Let the handler leave while nothing falls due, so that only their leaving acts."""
    app = desk.app
    handler = desk.people["handler"]
    theirs = signed_in(app.test_client(), handler, desk.region.id)
    assert theirs.get("/desk/queue").status_code == 200
    admin = signed_in(app.test_client(), desk.people["admin"], desk.region.id)
    case = desk.case
    assert case.handler_id == handler.user_id
    path = f"/admin/people/{handler.user_id}"
    assert admin.post(f"{path}/disable", data={"version": "7"}).status_code == 409
    assert admin.post(f"{path}/disable", data={"version": "1"}).status_code == 303
    assert theirs.get("/desk/queue").status_code == 302
    end_read()
    sessions = db.session.scalars(
        select(UserSession).where(UserSession.user_id == handler.user_id)
    ).all()
    assert all(session.revoked_at is not None for session in sessions)
    promised = desk.case.promised_on
    run_due(utc_now())
    case = desk.case
    assert (case.handler_id, case.department_id) == (None, desk.department.id)
    assert (case.status, case.promised_on) == (Status.HANDLING, promised)
    lines = lines_of(case.region_id, f"c/{case.id.hex}")
    assert [line.what for line in lines].count("release") == 1
    told = db.session.scalars(select(Letter.user_id).where(Letter.subject_id == case.id)).all()
    assert desk.people["lead"].user_id in told
    version = case.version
    run_due(utc_now() + timedelta(hours=2))
    assert desk.case.version == version
    page = admin.get(path).get_data(as_text=True)
    assert "离岗" in page
    assert whole()


def test_a_seat_ends_at_once_and_may_be_given_again(office: Office) -> None:
    clerk = make.actor(Role.CLERK, office.region.id, hall_id=office.hall.id)
    browser = signed_in(office.app.test_client(), clerk, office.region.id)
    assert browser.get("/desk/queue").status_code == 200
    path = f"/admin/people/{clerk.user_id}"
    seat = db.session.scalars(select(Membership).where(Membership.user_id == clerk.user_id)).one()
    office.do(f"{path}/seats/{seat.id}/end", version=1)
    assert browser.get("/desk/queue").status_code == 403
    assert office.post(f"{path}/seats/{seat.id}/end", version=1).status_code == 409
    for other in ("0", "x", str(10**30), "١"):
        assert office.post(f"{path}/seats/{other}/end", version=2).status_code == 404
    for _again in range(2):
        office.do(
            f"{path}/seats/new",
            role="clerk",
            region=office.region.id,
            hall=office.hall.id,
            reason="x",
        )
        office.do("/admin/confirmations", "admin2", chosen=key_of(requests()[-1]), ballot="grant")
        assert browser.get("/desk/queue").status_code == 200
        seat = db.session.scalars(
            select(Membership)
            .where(Membership.user_id == clerk.user_id)
            .order_by(Membership.id.desc())
        ).first()
        version = db.session.get_one(User, clerk.user_id).version
        office.do(f"{path}/seats/{seat.id}/end", version=version)


def test_people_of_other_regions_are_out_of_reach(office: Office) -> None:
    far = make.region("YZ", "110000", limits=False)
    stranger = make.user(Role.SUPERVISOR, far.id, login="stranger")
    for path in ("", "/seats/new"):
        office.get(f"/admin/people/{stranger.id}{path}", status=404)
    for path in ("/disable", "/ask-link", "/seats/1/end"):
        assert (
            office.post(f"/admin/people/{stranger.id}{path}", version=1, reason="x").status_code
            == 404
        )
    assert "stranger" not in office.get("/admin/people?show=all")
    for wrong in ("0", "x", str(10**30), "١", "%00"):
        office.get(f"/admin/people/{wrong}", status=404)


def test_nobody_gets_a_way_in_to_a_seat_beyond_their_reach(office: Office) -> None:
    beyond = make.region("AB", code="420700")
    clerk = make.user(Role.CLERK, office.region.id, hall_id=office.hall.id)
    where = f"/admin/people/{clerk.id}"

    def seat_beyond() -> int:
        with transaction():
            seat = Membership(
                user_id=clerk.id, role=Role.SUPERVISOR, region_id=beyond.id, hall_id=0,
                department_id=0, is_head=False, from_on=utc_now().date(), granted_by="setup",
                confirmed_by="setup-2",
            )  # fmt: skip
            db.session.add(seat)
            db.session.flush()
            return int(seat.id)

    def end_beyond(seat_id: int) -> None:
        with transaction():
            seat = db.session.get_one(Membership, seat_id)
            seat.to_on = utc_now().date() - timedelta(days=1)

    seat_id = seat_beyond()
    office.refused(f"{where}/ask-link", 403, reason="忘了密码")
    assert requests() == []
    end_beyond(seat_id)
    office.do(f"{where}/ask-link", reason="忘了密码")
    (request,) = requests()
    with transaction():
        db.session.get_one(Membership, seat_id).to_on = None
    granted = {"chosen": key_of(request), "ballot": "grant"}
    office.refused("/admin/confirmations", 409, "admin2", **granted)
    end_beyond(seat_id)
    office.do("/admin/confirmations", "admin2", **granted)
    with transaction():
        db.session.get_one(Membership, seat_id).to_on = None
    assert office.post(f"{where}/link", "admin2").status_code == 403
    end_beyond(seat_id)
    assert office.post(f"{where}/link", "admin2").status_code == 200
    assert whole()


def test_a_forgotten_password_takes_two_as_well(office: Office) -> None:
    clerk = make.user(Role.CLERK, office.region.id, hall_id=office.hall.id)
    path = f"/admin/people/{clerk.id}"
    with transaction():
        db.session.get_one(User, clerk.id).password_hash = "$kept"
    for reason in ("", LONG, NUL):
        office.refused(f"{path}/ask-link", reason=reason)
    office.do(f"{path}/ask-link", reason="本人到场说忘记了")
    office.do("/admin/confirmations", "admin2", chosen=key_of(requests()[0]), ballot="grant")
    link = link_in(office.post(f"{path}/link", "admin2").get_data(as_text=True))
    assert db.session.get_one(User, clerk.id).password_hash == "$kept"
    office.do(f"{path}/disable", "admin3", version=2)
    assert office.app.test_client().get(link).status_code == 410


def test_a_name_changed_meanwhile_shows_both(office: Office) -> None:
    clerk = make.user(Role.CLERK, office.region.id, hall_id=office.hall.id)
    path = f"/admin/people/{clerk.id}"
    office.do(path, "admin2", version=1, name="欧阳·甲", lang="en")
    page = office.refused(path, 409, version=1, name="欧阳·乙", lang="zh_Hans")
    assert "欧阳·甲" in page
    assert "欧阳·乙" in page
    for name in ("", LONG, NUL):
        office.refused(path, version=2, name=name, lang="en")
