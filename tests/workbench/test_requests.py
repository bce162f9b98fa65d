"""What needs a second person, through the doors: asked on one page, decided on another."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from desk.access.permissions import Role
from desk.accounts.models import User
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalKind, ApprovalState
from desk.casework.models import Case
from desk.casework.words import Status
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.organisation.models import Code, Department
from desk.organisation.queries import forget_kept
from desk.schedules import tick
from tests import make
from tests.casework.test_life import Desk
from tests.workbench.pages import ANSWERS, APPROVAL, BRIEF, CALL, REPLY, Pages, another


@pytest.fixture
def pages(app: Flask) -> Pages:
    return Pages(Desk(app))


def to_the_department(pages: Pages) -> None:
    pages.do("clerk", "accept", complexity="general", item="listed", item_words=pages.item)
    dispatch(pages)


def dispatch(pages: Pages) -> None:
    pages.do("clerk", "dispatch", department=str(pages.desk.department.id), brief=BRIEF)
    pages.do("handler", "sign")


def waiting() -> list[Approval]:
    end_read()
    return list(db.session.scalars(select(Approval).where(Approval.state == ApprovalState.PENDING)))


def test_a_bounced_case_ends_with_a_binding_decision(pages: Pages) -> None:
    to_the_department(pages)
    assert "申请退回" in pages.get("handler")
    pages.do("handler", "requests/ask_return", text="登记由另一科室办。", department="")
    assert "承办部门申请退回" in pages.get("clerk")
    assert "登记由另一科室办。" in pages.get("clerk")
    queue = pages.browser("clerk").get("/desk/queue?tab=decisions").get_data(as_text=True)
    assert f"/desk/cases/{pages.desk.number}" in queue
    pages.do("clerk", "return_upheld", text="同意，改派。")
    assert pages.desk.case.status is Status.ACCEPTED
    dispatch(pages)
    pages.do("handler", "requests/ask_return", text="还是不归我们。", department="")
    assert pages.post("clerk", "return_upheld", text="再退。").status_code == 409
    other = make.department(pages.desk.region.id)
    pages.do("supervisor", "arbitrate", department=str(other.id), text="由登记中心承办。")
    case = pages.desk.case
    assert (case.status, case.department_id) == (Status.DISPATCHED, other.id)
    assert case.final_assignment
    assert waiting() == []
    decided_in, why = pages.desk.number, "由登记中心承办。"

    another(pages.desk)
    pages.do("clerk", "accept", complexity="general", item="listed", item_words=pages.item)
    form = pages.get("clerk", "?do=dispatch")
    ruled = form[form.index('id="ruled"') :]
    assert other.name_zh in ruled
    assert decided_in in ruled
    assert why in ruled
    assert f'<option value="{other.id}" selected' in form
    pages.do("clerk", "dispatch", department=str(other.id), brief=BRIEF)

    hall = make.hall(pages.desk.region.id)
    pages.desk.people["neighbour"] = make.actor(Role.CLERK, pages.desk.region.id, hall_id=hall.id)
    pages.desk.hall = hall
    another(pages.desk)
    pages.do("neighbour", "accept", complexity="general", item="listed", item_words=pages.item)
    form = pages.get("neighbour", "?do=dispatch")
    assert other.name_zh in form[form.index('id="ruled"') :]
    assert decided_in not in form
    assert why not in form
    successor = make.department(pages.desk.region.id)
    with transaction():
        closed = db.session.get_one(Department, other.id)
        closed.active_to, closed.succeeded_by_id = date(2020, 1, 1), successor.id
    forget_kept()
    assert f'<option value="{successor.id}" selected' in pages.get("neighbour", "?do=dispatch")
    with transaction():
        db.session.get_one(Department, other.id).succeeded_by_id = None
    forget_kept()
    assert 'id="ruled"' not in pages.get("neighbour", "?do=dispatch")


def test_more_time_is_supported_by_the_lead_and_granted_by_a_supervisor(pages: Pages) -> None:
    to_the_department(pages)
    promised = pages.desk.case.promised_on
    pages.do("handler", "requests/ask_extension", days="2", text="要去外地调档。")
    assert pages.desk.case.promised_on == promised
    assert pages.post("handler", "requests/decide_extension", grant="yes").status_code == 403
    pages.do("lead", "requests/decide_extension", grant="yes", text="情况属实。")
    assert pages.desk.case.promised_on == promised
    pages.do("supervisor", "requests/decide_extension", grant="yes", text="同意。")
    assert pages.desk.case.promised_on > promised
    assert pages.post("handler", "requests/ask_extension", days="1", text="再延").status_code == 409


def test_more_time_refused_leaves_the_date(pages: Pages) -> None:
    to_the_department(pages)
    promised = pages.desk.case.promised_on
    pages.do("lead", "requests/ask_extension", days="2", text="人手不够。")
    assert pages.post("supervisor", "requests/decide_extension", grant="no").status_code == 422
    pages.do("supervisor", "requests/decide_extension", grant="no", text="不属延期情形。")
    assert pages.desk.case.promised_on == promised
    assert waiting() == []


def test_the_time_stands_still_and_runs_again(pages: Pages) -> None:
    to_the_department(pages)
    pages.do("handler", "requests/ask_pause", why="inspection", days="3", text="等检测报告。")
    pages.do("lead", "requests/decide_pause", grant="yes", text="")
    assert "恢复计时" in pages.get("handler")
    pages.do("handler", "requests/resume")
    assert "恢复计时" in pages.get("handler")


def test_nobody_refuses_a_complaint_alone(pages: Pages) -> None:
    with transaction():
        db.session.add(
            Code(
                list="diversions", code="X02", zh="已有复议决定", en="Decided on review", position=1,
                attrs={"keeps_service_part": False}, active_from=date(2020, 1, 1),
            )
        )  # fmt: skip
    forget_kept()
    assert "已有复议决定" in pages.get("clerk", "?do=propose_divert")
    words = {"text": "属于法院受理范围。", "basis": "相关法律规定", "where": "区人民法院"}
    pages.do("clerk", "requests/propose_divert", code="X02", **words)
    assert pages.desk.case.status is Status.SUBMITTED
    assert pages.post("clerk", "divert").status_code == 409
    pages.do("clerk2", "requests/refuse_divert", text="办理环节的问题属于本窗口。")
    pages.do("clerk", "requests/propose_divert", code="X02", **words)
    pages.do("clerk2", "divert")
    assert pages.desk.case.status is Status.DIVERTED
    pages.do("supervisor", "overturn", text="窗口应当受理。")
    assert pages.desk.case.status is Status.SUBMITTED


HUGE = "九" * 5001
BAD = (
    ("ask_return", {"text": ""}),
    ("ask_return", {"text": HUGE}),
    ("ask_return", {"text": "理由", "department": "999999"}),
    ("ask_return", {"text": "理由", "department": "١٢٣"}),
    ("ask_extension", {"days": "", "text": "理由"}),
    ("ask_extension", {"days": "0", "text": "理由"}),
    ("ask_extension", {"days": "16", "text": "理由"}),
    ("ask_extension", {"days": "1" + "0" * 30, "text": "理由"}),
    ("ask_extension", {"days": "١٢", "text": "理由"}),
    ("ask_extension", {"days": "2", "text": "\0"}),
    ("ask_pause", {"why": "holiday", "days": "2", "text": "理由"}),
    ("ask_pause", {"why": "inspection", "days": "61", "text": "理由"}),
    ("ask_return", {"text": "理由", "version": "x"}),
    ("resume", {}),
    ("decide_pause", {"grant": "maybe"}),
)


@pytest.mark.parametrize(("name", "fields"), BAD)
def test_bad_input_is_answered_and_changes_nothing(
    pages: Pages, name: str, fields: dict[str, str]
) -> None:
    to_the_department(pages)
    version = pages.desk.case.version
    answer = pages.post("handler", f"requests/{name}", **fields)
    assert answer.status_code in {403, 409, 422}, answer.status_code
    page = answer.get_data(as_text=True)
    assert "govuk-error-summary" in page or "dk-clash" in page
    if fields.get("text", "").strip("\0") and fields["text"] != HUGE:
        assert fields["text"] in page
    assert pages.desk.case.version == version
    assert waiting() == []


def test_a_name_that_is_no_request_is_not_found(pages: Pages) -> None:
    assert pages.post("handler", "requests/close").status_code == 404


def test_a_department_without_staff_leaves_its_work_to_the_supervisor(pages: Pages) -> None:
    pages.do("clerk", "accept", complexity="general", item="listed", item_words=pages.item)
    pages.do("clerk", "dispatch", department=str(pages.desk.department.id), brief=BRIEF)
    assert pages.post("supervisor", "sign").status_code == 403
    assert pages.post("supervisor", "acts/contact", **CALL).status_code == 403
    assert "无人可办" not in pages.get("supervisor")
    with transaction():
        for who in ("handler", "lead"):
            db.session.get_one(User, pages.desk.people[who].user_id).disabled_at = utc_now()
    queue = pages.browser("supervisor").get("/desk/queue").get_data(as_text=True)
    assert f"/desk/cases/{pages.desk.number}" in queue
    page = pages.get("supervisor")
    assert f"无人可办，由{pages.desk.people['supervisor'].name}接手" in page
    pages.do("supervisor", "sign")
    pages.do("supervisor", "acts/contact", **CALL)
    pages.do("supervisor", "acts/message", text="材料齐了，正在办。")
    pages.do("supervisor", "submit_reply", **REPLY)
    assert pages.post("supervisor", "approve_reply", **APPROVAL).status_code == 409
    assert pages.post("supervisor", "acts/contact", **CALL).status_code in {403, 409}
    page = pages.get("supervisor")
    assert f"由{pages.desk.people['admin'].name}接手" in page
    pages.desk.people["second"] = make.actor(Role.SUPERVISOR, pages.desk.region.id)
    pages.do("second", "approve_reply", **APPROVAL)
    pages.do("clerk2", "close_solved", **ANSWERS)
    assert pages.desk.case.status is Status.CLOSED


def test_each_request_waits_with_its_owner_and_no_silence_grants_it(pages: Pages) -> None:
    with transaction():
        db.session.add(
            Code(
                list="diversions", code="X02", zh="已有复议决定", en="Decided on review", position=1,
                attrs={"keeps_service_part": False}, active_from=date(2020, 1, 1),
            )
        )  # fmt: skip
    forget_kept()
    elsewhere = {"text": "另有决定。", "basis": "复议法", "where": "区复议机构"}
    asked = {
        "propose_divert": ("clerk", "clerk2", {"code": "X02", **elsewhere}),
        "ask_return": ("handler", "clerk", {"text": "不归我们。", "department": ""}),
        "ask_extension": ("handler", "lead", {"days": "1", "text": "等档案。"}),
        "ask_pause": ("handler", "lead", {"why": "inspection", "days": "2", "text": "等勘验。"}),
    }
    stood = {}
    for n, (name, (who, decides, fields)) in enumerate(asked.items()):
        if n:
            another(pages.desk)
            to_the_department(pages)
        pages.do(who, f"requests/{name}", **fields)
        assert decisions_of(pages, who).count(pages.url) == 0, name
        assert pages.url in decisions_of(pages, decides), name
        page = pages.get(decides)
        assert pages.desk.people[who].name in page
        assert "前决定，在此之前一切照旧" in page
        stood[pages.desk.number] = pages.desk.case.status
    for days in (4, 40):
        tick(utc_now() + timedelta(days=days))
    end_read()
    kinds = {approval.kind: approval for approval in db.session.scalars(select(Approval))}
    assert kinds.pop(ApprovalKind.EXTENSION).state is ApprovalState.REFUSED
    assert set(kinds) == {ApprovalKind.DIVERT, ApprovalKind.RETURN, ApprovalKind.PAUSE}
    for approval in kinds.values():
        assert (approval.state, approval.decider_role) == (ApprovalState.PENDING, Role.SUPERVISOR)
    found = {case.number: case.status for case in db.session.scalars(select(Case))}
    assert found == stood
    shown = decisions_of(pages, "supervisor")
    assert [f"/desk/cases/{number}" in shown for number in stood] == [True, True, False, True]


def decisions_of(pages: Pages, who: str) -> str:
    return pages.browser(who).get("/desk/queue?tab=decisions").get_data(as_text=True)
