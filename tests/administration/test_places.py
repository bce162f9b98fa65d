"""Regions, halls, windows and departments as administrators set them up."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from desk.access.permissions import Role
from desk.audit.queries import lines_of
from desk.casework.actions.succession import cases_to_hand_over, hand_over
from desk.casework.models import CaseClock
from desk.casework.words import Status
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, Invalid
from desk.organisation.actions.departments import successor_of
from desk.organisation.hours import hours_text, read_hours
from desk.organisation.models import Department, Hall, Region, Window
from desk.organisation.queries import forget_kept, timetable_of
from tests import make
from tests.administration.office import HOSTILE, LONG, NUL, Office, whole
from tests.casework.test_life import Desk
from tests.people import signed_in

WEEK = {f"hours_{day}": "" for day in range(7)}
HALL = {
    **WEEK,
    "name_zh": "区政务服务大厅",
    "name_en": "District service hall",
    "phone": "0710-5550100 转 2",
    "address": "临湖路1号",
    "hours_0": "09:00-12:00, 13:30-17:30",
    "hours_5": "9：30—11:30",
}


def at(model: type, key: int) -> object:
    end_read()
    return db.session.get_one(model, key)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("09:00-12:00,13:30-17:30", [["09:00", "12:00"], ["13:30", "17:30"]]),
        ("9:00至12:00；１３：３０－１７：３０", [["09:00", "12:00"], ["13:30", "17:30"]]),
        ("08:00 – 18:00", [["08:00", "18:00"]]),
        ("", []),
        (" , ", []),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, read: list[list[str]]) -> None:
    assert read_hours(text) == read
    assert read_hours(hours_text(read)) == read


@pytest.mark.parametrize(
    "text",
    ["9-5", "09:00", "12:00-09:00", "09:00-12:00,11:00-13:00", "25:00-26:00", "09:00-09:00",
     "09:00-12:00-13:00", "٠٩:٠٠-١٢:٠٠", "09:60-10:00", ",".join(f"{h:02d}:00-{h:02d}:30" for h in range(8))],
)  # fmt: skip
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_hours(text)


def test_a_hall_is_opened_changed_and_shut(office: Office) -> None:
    where = office.do("/admin/halls/new", code="H9", region="420600", **HALL)
    hall = db.session.scalars(select(Hall).where(Hall.code == "H9")).one()
    assert where == f"/admin/halls/{hall.id}"
    assert hall.hours == {
        "0": [["09:00", "12:00"], ["13:30", "17:30"]],
        "5": [["09:30", "11:30"]],
    }
    page = office.get(where)
    assert "9:30-11:30" in page
    office.do(where, version=hall.version, **{**HALL, "hours_5": "", "phone": "0710-1"})
    changed = at(Hall, hall.id)
    assert (changed.version, changed.phone, set(changed.hours)) == (2, "0710-1", {"0"})
    last = date(2027, 1, 31)
    office.do(where, version=2, **HALL, **day("active_to", last))
    assert at(Hall, hall.id).active_to == last
    said = [(line.what, line.body) for line in office.lines()]
    assert said[0][0] == "hall_opened"
    assert said[1][1]["changed"]["phone"] == "text"
    assert said[2][1]["changed"]["active_to"] == [None, "2027-01-31"]
    assert "0710" not in str(said)
    assert whole()


def day(name: str, on: date) -> dict[str, str]:
    return {
        f"{name}-year": str(on.year),
        f"{name}-month": str(on.month),
        f"{name}-day": str(on.day),
    }


def test_what_cannot_be_a_hall_is_said_and_kept(office: Office) -> None:
    path, version = f"/admin/halls/{office.hall.id}", office.hall.version
    bad = {
        "name_zh": (*HOSTILE, "", "  ", "一行\n两行"),
        "name_en": HOSTILE,
        "phone": (LONG, NUL, "1" * 33),
        "address": (LONG, NUL),
        "hours_0": ("9-5", "x", NUL, "25:00-26:00"),
        "active_to-year": ("0", "١٢٣", str(10**30), "2027"),
    }
    for field, values in bad.items():
        for value in values:
            page = office.refused(path, version=version, **{**HALL, field: value})
            assert "govuk-error-summary" in page
            assert "临湖路1号" in page or field == "address"
    page = office.refused(path, version=version, **{**HALL, "hours_0": "", "hours_5": ""})
    assert "至少" in page
    assert at(Hall, office.hall.id).version == version


def test_a_hall_changed_meanwhile_shows_both_texts(office: Office) -> None:
    path, seen = f"/admin/halls/{office.hall.id}", office.hall.version
    office.do(path, "admin2", version=seen, **{**HALL, "phone": "0710-222"})
    page = office.refused(path, 409, version=seen, **{**HALL, "phone": "0710-333"})
    assert "0710-222" in page
    assert "0710-333" in page
    assert f'value="{seen + 1}"' in page
    for version in ("", "x", "-1", str(10**30), "١"):
        office.refused(path, 409, version=version, **HALL)


def test_codes_are_not_given_twice(office: Office) -> None:
    office.do("/admin/halls/new", code="H9", region="420600", **HALL)
    assert "已被使用" in office.refused("/admin/halls/new", code="H9", region="420600", **HALL)
    for code in ("", "a b", "H/9", NUL, "１", "x" * 33):
        office.refused("/admin/halls/new", code=code, region="420600", **HALL)
    for region in ("", "000000", "999999", NUL):
        office.refused("/admin/halls/new", code="H10", region=region, **HALL)


def test_a_window_gets_a_poster_and_a_new_one(office: Office, app: Flask) -> None:
    base = f"/admin/halls/{office.hall.id}/windows/new"
    office.do(base, code="01", zone="企业开办区", department=office.department.id)
    window = db.session.scalars(select(Window)).one()
    assert window.qr_code.startswith("XZ")
    old = window.qr_code
    path = f"/admin/windows/{window.id}"
    assert old in office.get(f"{path}/poster")
    assert "<svg" in office.get(f"{path}/poster.svg")
    assert "window=" in office.get(path)
    public = app.test_client()
    assert public.get(f"/complaints/new?window={old}").status_code in {200, 302, 303}
    office.do(f"{path}/renew", version=1)
    assert at(Window, window.id).qr_code != old
    office.refused(f"{path}/renew", 409, version=1)
    office.refused(base, code="01", zone="")
    office.refused(base, code="02", department=str(10**30))
    office.do(path, version=2, zone="综合窗口区", department="")
    assert at(Window, window.id).department_id is None
    assert [line.what for line in office.lines()] == [
        "window_opened", "window_poster_renewed", "window_changed",
    ]  # fmt: skip


def test_a_township_is_added_below_its_county(office: Office) -> None:
    path = "/admin/regions/420600/new"
    office.do(path, code="420600001", name_zh="临湖街道", name_en="Linhu Subdistrict")
    made = db.session.scalars(select(Region).where(Region.code == "420600001")).one()
    assert made.path == f"{office.region.path}420600001/"
    forget_kept()
    office.browsers.clear()
    end_read()
    again = signed_in(office.app.test_client(), office.people["admin"], office.region.id)
    assert "临湖街道" in again.get("/admin/regions").get_data(as_text=True)
    for code in ("420600001", "420601001", "4206", "42060000x", "420600001001", "٤٢٠٦٠٠٠٠١", NUL):
        office.refused(path, code=code, name_zh="又一个")
    office.do("/admin/regions/420600", name_zh="临湖区", name_en="", short_code="", version=1)
    assert "无" not in at(Region, office.region.id).name_zh
    assert at(Region, office.region.id).name_en == "临湖区"
    office.refused("/admin/regions/420600", 409, name_zh="临湖区", short_code="YY", version=2)


def test_departments_form_no_circles(office: Office) -> None:
    office.do("/admin/departments/new", code="D90", region="420600", name_zh="甲局")
    office.do("/admin/departments/new", code="D91", region="420600", name_zh="乙局")
    first, second = (
        db.session.scalars(select(Department).where(Department.code == code)).one().id
        for code in ("D90", "D91")
    )
    office.do(f"/admin/departments/{first}", version=1, name_zh="甲局", parent=second)
    for field in ("parent", "successor"):
        other = {"parent": second} if field == "successor" else {}
        if field == "successor":
            office.do(f"/admin/departments/{first}", version=2, name_zh="甲局", successor=second)
        page = office.refused(
            f"/admin/departments/{second}", version=1, name_zh="乙局", **{field: first}
        )
        assert "绕成一圈" in page, other
        office.refused(f"/admin/departments/{second}", version=1, name_zh="乙局", **{field: second})
    for value in ("0", "-1", str(10**30), "١", NUL, "999999"):
        office.refused(f"/admin/departments/{second}", version=1, name_zh="乙局", parent=value)


def test_other_regions_are_out_of_reach(office: Office) -> None:
    far = make.region("YZ", "110000", limits=False)
    hall, department = make.hall(far.id), make.department(far.id)
    window = make.window(hall.id)
    for path in (
        f"/admin/halls/{hall.id}",
        f"/admin/halls/{hall.id}/windows/new",
        f"/admin/windows/{window.id}",
        f"/admin/windows/{window.id}/poster",
        f"/admin/windows/{window.id}/poster.svg",
        f"/admin/departments/{department.id}",
        "/admin/regions/110000",
        "/admin/regions/110000/new",
        "/admin/halls/999999",
        f"/admin/halls/{10**30}",
        "/admin/halls/١",
        "/admin/windows/x",
        "/admin/departments/-1",
        "/admin/regions/%00",
    ):
        office.get(path, status=404)
    for path in ("/admin/halls", "/admin/departments", "/admin/regions"):
        page = office.get(path)
        assert f'/halls/{hall.id}"' not in page
        assert f'/departments/{department.id}"' not in page
        assert "110000" not in page


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in {Role.ADMIN, Role.COMPLAINANT, Role.SYSTEM}]
)
def test_only_administrators_come_in(office: Office, role: Role) -> None:
    somebody = make.actor(
        role, office.region.id, hall_id=office.hall.id, department_id=office.department.id
    )
    browser = signed_in(office.app.test_client(), somebody, office.region.id)
    for path in (
        "/admin/",
        "/admin/halls",
        "/admin/halls/new",
        "/admin/departments",
        "/admin/regions",
    ):
        assert browser.get(path).status_code == 403


def test_lists_page_by_key(office: Office) -> None:
    with transaction():
        db.session.add_all(
            Department(
                region_id=office.region.id, code=f"P{n:03d}", name_zh=f"部门{n}", name_en="x"
            )
            for n in range(120)
        )
    seen: list[str] = []
    path = "/admin/departments"
    while path:
        page = office.get(path)
        seen += [part.split("<")[0] for part in page.split('data-label="代码">')[1:]]
        ahead = page.split('rel="next"')[0].rsplit('href="', 1)[-1] if 'rel="next"' in page else ""
        path = ahead.split('"')[0].replace("&amp;", "&")
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) == 121
    assert "P007" in office.get("/admin/departments?q=部门7")
    assert "没有" in office.get("/admin/departments?q=无此部门")
    for cursor in ("x" * 121, "a%0B", "a%1F"):
        office.get(f"/admin/departments?after={cursor}", status=422)
        office.get(f"/admin/departments?before={cursor}", status=422)


def test_a_department_with_open_cases_stays_until_they_are_handed_over(app: Flask) -> None:
    desk = Desk(app)
    desk.to(Status.HANDLING)
    heir = make.department(desk.region.id, "新部门")
    admin = signed_in(app.test_client(), desk.people["admin"], desk.region.id)
    path = f"/admin/departments/{desk.department.id}"
    fields = {"version": desk.department.version, "name_zh": "登记中心"}
    end = day("active_to", utc_now().date() - timedelta(days=1))
    refused = admin.post(path, data={**fields, **end})
    assert refused.status_code == 409
    assert "1" in refused.get_data(as_text=True)
    nobody = admin.post(f"{path}/hand-over", follow_redirects=True).get_data(as_text=True)
    assert "请先指定" in nobody
    assert "已移交" not in nobody
    assert admin.post(path, data={**fields, "successor": heir.id}).status_code == 303
    department = at(Department, desk.department.id)
    assert cases_to_hand_over(department) == [desk.number]
    case = desk.case
    promised, version = case.promised_on, case.version
    assert "1" in admin.get(path).get_data(as_text=True)
    assert admin.post(f"{path}/hand-over").status_code == 303
    case = desk.case
    assert (case.department_id, case.handler_id, case.status) == (heir.id, None, Status.HANDLING)
    assert (case.promised_on, case.version) == (promised, version + 1)
    clocks = db.session.scalars(select(CaseClock).where(CaseClock.stopped_at.is_(None))).all()
    assert {clock.department_id for clock in clocks} <= {0, heir.id}
    line = lines_of(case.region_id, f"c/{case.id.hex}")[-1]
    assert (line.what, line.body["department"], line.body["from"]) == (
        "hand_over", heir.id, desk.department.id,
    )  # fmt: skip
    again = admin.post(path, data={**fields, **end, "version": "2", "successor": heir.id})
    assert again.status_code == 303
    assert at(Department, desk.department.id).active_to is not None
    assert whole()


def test_a_case_is_not_handed_to_nobody(app: Flask) -> None:
    desk = Desk(app)
    with transaction(), pytest.raises(Conflict):
        hand_over(desk.number, desk.department.id, asked_by=None, now=desk.now)
    desk.to(Status.DISPATCHED)
    with transaction(), pytest.raises(Conflict):
        hand_over(desk.number, desk.department.id, asked_by=None, now=desk.now)


def test_the_last_of_a_chain_of_successors_takes_over(app: Flask) -> None:
    region = make.region()
    first, second, third = (make.department(region.id, name) for name in "甲乙丙")
    today = make.MONDAY.date()
    with transaction():
        for one, next_ in ((first, second), (second, third)):
            db.session.get_one(Department, one.id).succeeded_by_id = next_.id
    assert successor_of(at(Department, first.id), today).id == third.id
    assert successor_of(at(Department, third.id), today) is None
    with transaction():
        db.session.get_one(Department, third.id).active_to = today - timedelta(days=1)
    assert successor_of(at(Department, first.id), today) is None


def test_a_hall_with_open_cases_stays_open(app: Flask) -> None:
    desk = Desk(app)
    admin = signed_in(app.test_client(), desk.people["admin"], desk.region.id)
    end = day("active_to", utc_now().date())
    data = {**HALL, "version": desk.hall.version, **end}
    assert admin.post(f"/admin/halls/{desk.hall.id}", data=data).status_code == 409
    desk.to(Status.CLOSED)
    assert admin.post(f"/admin/halls/{desk.hall.id}", data=data).status_code == 303


def test_new_hours_count_at_once(office: Office) -> None:
    path = f"/admin/halls/{office.hall.id}"
    office.do(path, version=office.hall.version, **HALL)
    hall, region = at(Hall, office.hall.id), at(Region, office.region.id)
    assert set(timetable_of(hall, region, make.MONDAY).hours.by_weekday) == {0, 5}


def test_a_department_is_told_to_share_its_cases_out_and_stays_so(office: Office) -> None:
    path, key = f"/admin/departments/{office.department.id}", office.department.id
    said = {"name_zh": "不动产登记中心", "name_en": "Registry"}
    assert at(Department, key).by_load is False
    office.do(path, version=1, **said, by_load="y")
    assert at(Department, key).by_load is True
    assert 'name="by_load"' in (page := office.get(path))
    assert "checked" in page
    shown = office.refused(path, 409, version=1, **said)
    assert "已勾选" in shown or "勾选" in shown, "what stands there now, beside what was sent"
    assert at(Department, key).by_load is True
    office.do(path, version=2, **said)
    assert at(Department, key).by_load is False
    assert whole()
