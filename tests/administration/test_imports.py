"""Tables: tried first, every row with its word, taken as a whole or not at all."""

import io
import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from desk.access.permissions import Role
from desk.accounts.models import Membership, User
from desk.approvals.models import Approval
from desk.casework.models import CaseClock
from desk.casework.words import Status, Step
from desk.catalogue.models import Item, ItemVersion
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read
from desk.organisation.models import CalendarDay, Department, SlaRule, Window
from desk.organisation.queries import forget_kept
from tests import make
from tests.administration.office import Office, whole
from tests.casework.test_life import Desk
from tests.people import signed_in

PATH = "/admin/imports/"
ITEM = "code,name,department,legal,promised\n"


def faulty(page: str) -> tuple[int, ...]:
    """List the lines a report calls at fault."""
    rows = re.findall(r"第\s*(\d+)\s*行</td>.*?govuk-tag--(\w+)", page, re.DOTALL)
    return tuple(int(line) for line, tag in rows if tag == "red")


def count(model: type) -> int:
    end_read()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_tables_are_tried_then_taken_and_a_second_time_changes_nothing(office: Office) -> None:
    hall, home = office.hall.code, office.department.code
    tomorrow = office.region.local_day(utc_now()) + timedelta(days=1)
    tables = {
        "departments": ("code,name_zh,part_of\nX1,甲局,\nX2,乙局,X1\n", 2, Department),
        "windows": (f"hall;window;department\n{hall};A1;X1\n{hall};A2;{home}\n", 2, Window),
        "people": (
            ("login,name,role,hall,department,reason\n"
            f"li.si,李四,clerk,{hall},,新窗口\nwang.wu,王五,handler,,X2,新局\n"), 2, Approval),
        "items": (f"{ITEM}I-1,社保卡补换,甲局,20,5\nI-2,公章刻制,丙局,3,0\n", 2, Item),
        "limits": (f"step,complexity,limit,unit,from\nreply,general,4,working_day,{tomorrow}\n",
                   1, SlaRule),
        "calendar": ("date,kind\n2029-01-01,holiday\n2029-01-06,workday_makeup\n",
                     365, CalendarDay),
    }  # fmt: skip
    for name, (text, rows, model) in tables.items():
        before = count(model)
        page = office.post(PATH + name, text=text, do="try")
        assert page.status_code == 200, name
        assert count(model) == before, name
        office.do(PATH + name, text=text, do="take")
        assert count(model) == before + rows, name
        lines = len(office.lines())
        office.do(PATH + name, text=text, do="take")
        assert (count(model), len(office.lines())) == (before + rows, lines), name
    child = db.session.scalars(select(Department).where(Department.code == "X2")).one()
    assert db.session.get_one(Department, child.parent_id).name_zh == "甲局"
    assert db.session.scalars(select(Department).where(Department.name_zh == "丙局")).one()
    assert not db.session.scalars(
        select(Membership).join(User, User.id == Membership.user_id).where(User.login == "li.si")
    ).all()
    text = tables["items"][0].replace("20,5", "20,4").replace("公章刻制", "公章")
    office.do(PATH + "items", text=text, do="take")
    assert count(ItemVersion) == 4
    assert whole()


def test_one_row_at_fault_and_nothing_is_changed(office: Office) -> None:
    known, hall = office.department.code, office.hall.code
    bad = {
        "departments": (
            (f"code,name_zh,part_of\nX1,好局,\n{known},,\nX 2,乙,\nX3,{'长' * 121},\nX4,丁,NONE\n"
            "X5,a\u202eb,\n"), (3, 4, 5, 6, 7)),
        "windows": (f"hall,window,last_day\n{hall},A1,\nH99,A1,\n{hall},A2,1.1.2030\n", (3, 4)),
        "people": (
            (f"login,name,role,hall,reason\na.b,甲,clerk,{hall},新\nc.d,乙,clerk,,新\n"
            f"e.f,丙,boss,{hall},新\ng.h,丁,complainant,{hall},新\ni.j,戊,clerk,{hall},\n"),
            (3, 4, 5, 6)),
        "items": (f"{ITEM}I-1,甲事,甲局,20,5\nI-1,甲事,甲局,20,5\nI-3,乙,甲局,5,20\n", (3, 4)),
        "limits": (
            ("step,limit,unit,from\nreply,4,working_day,\nnone,4,working_day,\n"
            "reply,0,working_day,\nreply,٣,working_day,\nreply,4,week,\n"
            f"sign,{10**30},working_day,\nsign,2,working_day,2020-01-01\n"), (3, 4, 5, 6, 7, 8)),
        "calendar": ("date,kind\n2029-01-01,holiday\n2029-02-30,holiday\n2029-03-01,fun\n", (3, 4)),
    }  # fmt: skip
    for name, (text, lines) in bad.items():
        before = [count(model) for model in (Department, Window, User, Item, SlaRule, CalendarDay)]
        for do in ("try", "take"):
            page = office.refused(PATH + name, text=text, do=do)
            assert faulty(page) == lines, (name, do)
        after = [count(model) for model in (Department, Window, User, Item, SlaRule, CalendarDay)]
        assert before == after, name
    for text in (
        "",
        "   ",
        "code\nX",
        "\0",
        "code,name_zh\n",
        'code,name_zh\n"x,y',
        "x" * 80_001,
    ):
        office.refused(PATH + "departments", text=text, do="take")
    assert not office.lines("department_added")
    assert whole()


def test_a_file_is_read_and_who_may_not_does_not(office: Office, app: Flask) -> None:
    table = "code,name_zh\nX9,住房局\n"
    browser = office.browser("admin")
    for raw, status in (
        (table.encode("utf-16"), 422),
        (b"\x89PNG\r\n\x1a\n\0\0", 422),
        (b"x" * 330_000, 422),
        (table.encode("gb18030"), 303),
        (b"\xef\xbb\xbf" + table.replace("\n", "\r\n").encode(), 303),
    ):
        end_read()
        sent = {"file": (io.BytesIO(raw), "a.csv"), "text": "", "do": "take"}
        assert browser.post(PATH + "departments", data=sent).status_code == status, raw[:20]
    end_read()
    assert db.session.scalars(select(Department.name_zh).where(Department.code == "X9")).one() == (
        "住房局"
    )
    office.get(PATH + "nothing", status=404)
    office.get(f"{PATH}people?region=110000", status=404)
    clerk = make.actor(Role.CLERK, office.region.id, hall_id=office.hall.id)
    stranger = signed_in(app.test_client(), clerk, office.region.id)
    assert stranger.get(PATH + "people").status_code == 403
    assert stranger.post(PATH + "people", data={"text": table}).status_code == 403


def test_a_calendar_says_before_what_becomes_of_open_cases(app: Flask) -> None:
    desk = Desk(app)
    desk.to(Status.HANDLING)
    admin = signed_in(app.test_client(), desk.people["admin"], desk.region.id)
    end_read()
    due = db.session.scalars(
        select(CaseClock.due_at).where(CaseClock.step == Step.REPLY, CaseClock.stopped_at.is_(None))
    ).one()
    forget_kept()
    table = f"date,kind\n{due.date()},holiday\n"
    page = admin.post(PATH + "calendar", data={"text": table, "do": "try"}).get_data(as_text=True)
    assert "没有" not in page.split('class="dk-facts dk-facts--wide"')[1][:400]
    assert "<dd>1</dd>" in page.replace(" ", "")
    end_read()
    assert db.session.scalars(select(CaseClock.due_at).where(CaseClock.due_at == due)).all()
