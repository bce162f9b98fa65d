"""Limits by step, hall, complexity, party and date; what they do to open cases is said before."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from desk.access.permissions import Role
from desk.administration import labels
from desk.audit.queries import lines_of
from desk.casework.actions.succession import cases_to_hand_over
from desk.casework.models import CaseClock, CaseTask
from desk.casework.queries.replay import replay_faults
from desk.casework.words import Status, Step
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.notify.models import Letter
from desk.organisation.models import Department, SlaRule
from desk.schedules import run_due
from tests import make
from tests.administration.office import LONG, NUL, Office, whole
from tests.administration.test_places import HALL, day
from tests.casework.test_life import Desk
from tests.casework.test_tasks import Shared
from tests.people import signed_in

PATH = "/admin/limits/new"
RULES = Path(__file__).parents[2] / "desk/organisation/data/sla.csv"


def limit(on: date, **changes: object) -> dict[str, object]:
    return {
        "step": "reply",
        "hall": "0",
        "complexity": "general",
        "party": "individual",
        "n": "2",
        "unit": "working_day",
        "do": "set",
        **day("active_from", on),
        **changes,
    }


def rules(office: Office, step: str = "reply") -> list[SlaRule]:
    end_read()
    return list(
        db.session.scalars(
            select(SlaRule).where(SlaRule.step == step).order_by(SlaRule.active_from, SlaRule.id)
        )
    )


def test_a_limit_is_set_taken_back_and_ended(office: Office) -> None:
    today = office.region.local_day(utc_now())
    later = today + timedelta(days=10)
    office.do(PATH, **limit(later, hall=office.hall.id))
    made = [rule for rule in rules(office) if rule.hall_id == office.hall.id]
    assert [(rule.limit_n, rule.active_from, rule.active_to) for rule in made] == [(2, later, None)]
    page = office.get("/admin/limits")
    assert "2个工作日" in page
    office.do(f"/admin/limits/{made[0].id}/take-back")
    assert not [rule for rule in rules(office) if rule.hall_id]
    office.do(PATH, **limit(today, hall=office.hall.id))
    (rule,) = [rule for rule in rules(office) if rule.hall_id]
    answer = office.post(f"/admin/limits/{rule.id}/take-back")
    assert answer.status_code == 409
    assert "已经生效" in answer.get_data(as_text=True)
    office.do(f"/admin/limits/{rule.id}/end", **day("last_on", later))
    assert [rule.active_to for rule in rules(office) if rule.hall_id] == [later]
    assert [line.what for line in office.lines()] == [
        "limit_set", "limit_taken_back", "limit_set", "limit_ended",
    ]  # fmt: skip
    assert whole()


def test_another_limit_ends_the_one_before(office: Office) -> None:
    later = office.region.local_day(utc_now()) + timedelta(days=3)
    office.do(PATH, **limit(later))
    office.refused(PATH, 409, **limit(later))
    office.refused(PATH, 409, **limit(later - timedelta(days=1)))
    before = [r for r in rules(office) if (r.complexity, r.party) == ("general", "individual")]
    assert [(rule.limit_n, rule.active_to) for rule in before] == [
        (3, later - timedelta(days=1)),
        (2, None),
    ]
    like = office.get(f"{PATH}?like={before[0].id}")
    assert 'value="general" selected' in like


def test_what_cannot_be_a_limit_is_said_and_kept(office: Office) -> None:
    today = office.region.local_day(utc_now())
    bad = (
        {"step": ""}, {"step": "none"}, {"step": NUL}, {"hall": "9999"}, {"hall": "x"},
        {"complexity": "odd"}, {"party": ""}, {"n": ""}, {"n": "0"}, {"n": "-1"}, {"n": "3.5"},
        {"n": str(10**30)}, {"n": "٣"}, {"n": LONG}, {"unit": "week"}, {"active_from-year": ""},
        {"active_from-year": "١٢٣"}, {"active_from-month": "13"}, day("active_from", date(2020, 1, 1)),
    )  # fmt: skip
    for change in bad:
        for do in ("check", "set"):
            expected = 422 if do == "set" or change != bad[-1] else 200
            answer = office.post(PATH, **limit(today, **{**change, "do": do}))
            assert answer.status_code == expected, change
    for wrong in ("0", "x", str(10**30), "١"):
        assert office.post(f"/admin/limits/{wrong}/take-back").status_code == 404
        office.get(f"/admin/limits/{wrong}/end", status=404)
    general = rules(office, "sign")[0]
    assert (
        office.post(f"/admin/limits/{general.id}/end", **day("last_on", today)).status_code == 409
    )
    office.get("/admin/limits?region=110000", status=404)
    office.get(f"{PATH}?region=999999", status=404)


def test_the_consequences_are_told_and_then_happen(app: Flask) -> None:
    desk = Desk(app)
    now = utc_now()
    desk.now = now
    desk.to(Status.HANDLING)
    admin = signed_in(app.test_client(), desk.people["admin"], desk.region.id)
    today = desk.region.local_day(now)
    data = limit(today, n="30", complexity=desk.case.complexity.value, party="any")
    data["party"] = "individual"
    before = desk.case.promised_on
    told = admin.post(PATH, data={**data, "do": "check"}).get_data(as_text=True)
    assert "<dd>1</dd>" in told.replace(" ", "")
    assert desk.case.promised_on == before
    assert admin.post(PATH, data=data).status_code == 303
    run_due(utc_now())
    assert desk.case.promised_on > before
    assert "corrected" in db.session.scalars(select(Letter.template)).all()


def test_other_hours_move_the_dates_of_open_cases(app: Flask) -> None:
    desk = Desk(app)
    desk.to(Status.HANDLING)
    admin = signed_in(app.test_client(), desk.people["admin"], desk.region.id)
    fields = {**HALL, **{f"hours_{n}": "09:00-12:00, 13:30-16:00" for n in range(5)}}
    fields |= {"hours_5": "", "version": desk.hall.version}
    was = due(desk)
    assert admin.post(f"/admin/halls/{desk.hall.id}", data=fields).status_code == 303
    run_due(utc_now())
    assert due(desk) == was.replace(hour=8, minute=0)


def due(desk: Desk) -> object:
    end_read()
    return db.session.scalars(
        select(CaseClock.due_at).where(CaseClock.step == Step.REPLY, CaseClock.stopped_at.is_(None))
    ).one()


def test_what_a_department_owes_goes_to_its_successor_too(app: Flask) -> None:
    desk = Shared(app)
    desk.share(desk.tax.id, desk.housing.id)
    admin = signed_in(app.test_client(), desk.people["admin"], desk.region.id)
    heir = make.department(desk.region.id, "税务二局")
    lead = make.actor(Role.LEAD, desk.region.id, department_id=heir.id)
    with transaction():
        db.session.get_one(Department, desk.tax.id).succeeded_by_id = heir.id
        db.session.get_one(Department, desk.housing.id).succeeded_by_id = desk.department.id
    for department in (desk.tax, desk.housing):
        path = f"/admin/departments/{department.id}"
        end_read()
        assert cases_to_hand_over(db.session.get_one(Department, department.id)) == [desk.number]
        assert admin.post(f"{path}/hand-over").status_code == 303
    end_read()
    states = {task.department_id: task.state.value for task in db.session.scalars(select(CaseTask))}
    assert states == {heir.id: "open", desk.housing.id: "dropped"}
    case = desk.case
    assert case.department_id == desk.department.id
    lines = lines_of(case.region_id, f"c/{case.id.hex}")
    assert "hand_over_part" in {line.what for line in lines}
    told = db.session.scalars(select(Letter.user_id).where(Letter.user_id.isnot(None))).all()
    assert lead.user_id in told
    assert list(replay_faults()) == []


@pytest.mark.parametrize("path", ["/admin/limits", "/admin/limits/new"])
def test_only_administrators_set_limits(office: Office, path: str) -> None:
    somebody = make.actor(Role.SUPERVISOR, office.region.id)
    browser = signed_in(office.app.test_client(), somebody, office.region.id)
    assert browser.get(path).status_code == 403


def test_every_limit_the_desk_comes_with_has_a_name() -> None:
    with RULES.open(encoding="utf-8") as rows:
        steps = {row["step"] for row in csv.DictReader(rows)}
    assert steps - set(labels.STEPS) == set()
