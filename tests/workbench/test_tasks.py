"""Tasks of other departments through the doors: asked with the dispatch, answered, not needed."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from desk.access.permissions import Role
from desk.casework.models import CaseTask
from desk.casework.words import Status, TaskState
from desk.kernel.db import db, end_read
from desk.organisation.models import Department
from tests import make
from tests.casework.test_life import Desk
from tests.people import signed_in
from tests.workbench.pages import BRIEF, CALL, REPLY, Pages

PART = "请核对契税是否已缴"
NOWHERE = "/desk/tasks/00000000-0000-0000-0000-000000000007"
HOSTILE = ["", " ", "x" * 5001, "\0"]


class Shared(Pages):
    """A desk with a second department and a browser for its handler."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.other: Department = make.department(desk.region.id, "区税务局")
        desk.people["other"] = make.actor(Role.HANDLER, desk.region.id, department_id=self.other.id)
        self.do("clerk", "accept", complexity="general", item="listed", item_words=self.item)

    def share(self, **fields: str) -> None:
        given = {"task_1_department": str(self.other.id), "task_1_brief": PART, **fields}
        department = str(self.desk.department.id)
        self.do("clerk", "dispatch", department=department, brief=BRIEF, **given)

    def task(self) -> CaseTask:
        end_read()
        return db.session.scalars(select(CaseTask).order_by(CaseTask.asked_at.desc())).first()  # type: ignore[return-value]

    @property
    def task_url(self) -> str:
        return f"/desk/tasks/{self.task().id}"

    def other_browser(self) -> FlaskClient:
        return self.browser("other")


@pytest.fixture
def shared(app: Flask) -> Shared:
    return Shared(Desk(app))


def test_a_department_answers_what_it_is_asked_and_the_reply_goes_on(shared: Shared) -> None:
    assert 'name="task_3_brief"' in shared.get("clerk", "?do=dispatch")
    shared.share()
    listed = shared.other_browser().get("/desk/tasks").get_data(as_text=True)
    assert PART in listed
    page = shared.other_browser().get(shared.task_url).get_data(as_text=True)
    assert PART in page
    for secret in (shared.desk.case.title, "第三次让补", "欧阳", f'href="{shared.url}"', BRIEF):
        assert secret not in page + listed, secret
    shared.do("handler", "sign")
    shared.do("handler", "acts/contact", **CALL)
    assert "还有协办单位没有答复（1个）" in shared.get("handler")
    assert shared.post("handler", "submit_reply", **REPLY).status_code == 409
    answered = shared.other_browser().post(shared.task_url, data={"text": "已缴清"})
    assert (answered.status_code, answered.location) == (303, "/desk/tasks")
    assert PART not in shared.other_browser().get("/desk/tasks").get_data(as_text=True)
    done = shared.other_browser().get("/desk/tasks?show=answered").get_data(as_text=True)
    assert PART in done
    assert "已缴清" in shared.get("handler")
    assert "协办单位已答复" in shared.get("handler", "/print")
    shared.do("handler", "submit_reply", **REPLY)
    assert shared.desk.case.status is Status.REPLY_REVIEW


def test_the_complainant_learns_that_others_help_but_not_what_they_say(shared: Shared) -> None:
    shared.share()
    shared.other_browser().post(shared.task_url, data={"text": "只给主办单位看"})
    citizen = shared.desk.app.test_client()
    receipt = shared.desk.receipt
    citizen.post("/complaints/track", data={"number": receipt.number, "code": receipt.access_code})
    page = citizen.get(f"/complaints/{receipt.number}").get_data(as_text=True)
    assert "已请其他单位协办" in page
    assert "协办单位已答复" in page
    assert "只给主办单位看" not in page
    assert PART not in page


def test_what_is_wrong_with_a_task_stands_beside_it(shared: Shared) -> None:
    department = str(shared.desk.department.id)
    other = str(shared.other.id)
    for given, field in (
        ({"task_1_department": other}, "task_1_brief"),
        ({"task_2_brief": "请核对"}, "task_2_department"),
        ({"task_3_department": department, "task_3_brief": "自己"}, "task_3_department"),
        ({"task_1_department": "٢", "task_1_brief": "x"}, "task_1_department"),
        ({"task_1_department": str(10**30), "task_1_brief": "x"}, "task_1_department"),
    ):
        answer = shared.post("clerk", "dispatch", department=department, brief=BRIEF, **given)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422, given
        assert f'href="#{field}"' in page, given
        assert BRIEF in page
    assert shared.desk.case.status is Status.ACCEPTED
    assert shared.task() is None


def test_one_more_is_asked_later_and_one_is_not_needed(shared: Shared) -> None:
    shared.share()
    third = make.department(shared.desk.region.id, "区住建局")
    page = shared.get("lead", "?do=ask_task")
    assert f'value="{third.id}"' in page
    assert f'<option value="{shared.desk.department.id}"' not in page
    shared.do("lead", "acts/ask-task", department=str(third.id), brief="请看图纸")
    again = shared.post("lead", "acts/ask-task", department=str(third.id), brief="再问")
    assert again.status_code == 409
    assert "再问" in again.get_data(as_text=True)
    assert shared.post("handler", "acts/ask-task", department="1", brief="x").status_code == 403
    key = str(shared.task().id)
    assert key in shared.get("clerk", "?do=drop_task")
    assert shared.post("clerk", "acts/drop-task", task=key).status_code == 422
    assert shared.post("clerk", "acts/drop-task", task="x", text="…").status_code == 422
    shared.do("clerk", "acts/drop-task", task=key, text="图纸已找到")
    assert "图纸已找到" in shared.get("lead")
    assert shared.task().state is TaskState.DROPPED


@pytest.mark.parametrize("text", HOSTILE)
def test_a_bad_answer_is_answered_on_the_page(shared: Shared, text: str) -> None:
    shared.share()
    data = {"text": text}
    answer = shared.other_browser().post(shared.task_url, data=data)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.get_data(as_text=True)
    assert shared.task().state is TaskState.OPEN


def test_an_answer_that_comes_too_late_is_kept_on_the_page(shared: Shared) -> None:
    shared.share()
    shared.do("clerk", "acts/drop-task", task=str(shared.task().id), text="不需要了")
    answer = shared.other_browser().post(shared.task_url, data={"text": "我写了很久"})
    assert answer.status_code == 409
    assert "我写了很久" in answer.get_data(as_text=True)


def test_strangers_find_the_same_as_nothing(shared: Shared) -> None:
    shared.share()
    region = shared.desk.region.id
    third = make.department(region)
    people = {
        "another department": make.actor(Role.HANDLER, region, department_id=third.id),
        "the answering department": shared.desk.people["handler"],
    }
    for name, actor in people.items():
        browser = signed_in(shared.desk.app.test_client(), actor, region)
        for method in ("get", "post"):
            here = browser.open(shared.task_url, method=method, data={"text": "x"})
            nowhere = browser.open(NOWHERE, method=method, data={"text": "x"})
            assert here.status_code == nowhere.status_code == 404, (name, method)
        assert PART not in browser.get("/desk/tasks").get_data(as_text=True)
    assert shared.browser("clerk").get(shared.task_url).status_code == 403
    watching = shared.browser("supervisor").get(shared.task_url)
    assert PART in watching.get_data(as_text=True)
    assert 'name="text"' not in watching.get_data(as_text=True)
    assert shared.browser("supervisor").post(shared.task_url, data={"text": "x"}).status_code == 403


def test_the_list_is_read_page_by_page(shared: Shared) -> None:
    desk = shared.desk
    department = str(desk.department.id)
    shared.share()
    for _ in range(27):
        receipt = make.case(desk.region.id, desk.hall.id)
        desk.number, desk.id = receipt.number, receipt.case.id
        shared.do("clerk", "accept", complexity="simple", item="none")
        shared.do(
            "clerk", "dispatch", department=department, brief=BRIEF,
            task_1_department=str(shared.other.id), task_1_brief=PART,
        )  # fmt: skip
    browser, path, seen = shared.other_browser(), "/desk/tasks", []
    while path:
        page = browser.get(path).get_data(as_text=True)
        seen += re.findall(r'href="/desk/tasks/([0-9a-f-]{36})"', page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        path = found.group(1).replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 28
