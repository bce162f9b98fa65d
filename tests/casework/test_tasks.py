"""What other departments owe a case: who is asked, who answers, and that the reply waits for all."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from desk.access.permissions import Role
from desk.accounts.models import User
from desk.audit.models import Visibility
from desk.audit.queries import faults, lines_of
from desk.casework.actions.asking_tasks import answer_task, ask_task, drop_task
from desk.casework.actions.move import stream_of
from desk.casework.actions.naming import name_staff
from desk.casework.models import Case, CaseClock, CaseTask
from desk.casework.queries.context import context_of
from desk.casework.queries.replay import replay_faults
from desk.casework.queries.scope import case_of
from desk.casework.queries.story import case_page
from desk.casework.queries.tasks import answered_page, open_page, task_of, task_row
from desk.casework.situation import TaskData
from desk.casework.words import ContactKind, Outcome, Responsibility, Status, Step, TaskState
from desk.casework.workflow import Move
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from desk.notify.models import Letter
from desk.notify.notices import Notice
from tests import make
from tests.casework.test_life import Desk

PARTS = dict.fromkeys(("facts", "basis", "action", "next_step", "contact"), "…")
SECRET = "11月20日去窗口"


class Shared(Desk):
    """The same desk, with two departments more that can be asked for their part."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.tax = make.department(self.region.id, "税务局")
        self.housing = make.department(self.region.id, "住房局")
        for name, department in (("tax", self.tax), ("housing", self.housing)):
            of = {"department_id": department.id}
            self.people[name] = make.actor(Role.HANDLER, self.region.id, **of)
            self.people[f"{name}_lead"] = make.actor(Role.LEAD, self.region.id, **of)

    def share(self, *departments: int) -> None:
        """Pass the case on and ask these departments for their part."""
        self.to(Status.ACCEPTED)
        self.go(
            Move.DISPATCH,
            "clerk",
            department_id=self.department.id,
            brief="请核对收件要求",
            tasks=tuple(TaskData(department, "请说明契税是否已缴") for department in departments),
        )

    def tasks(self) -> list[CaseTask]:
        end_read()
        return list(db.session.scalars(select(CaseTask).order_by(CaseTask.asked_at, CaseTask.id)))

    def answer(self, who: str, task: CaseTask, answer: str = "已缴，税单附后") -> CaseTask:
        self.now += timedelta(minutes=5)
        key = task.id
        with transaction():
            return answer_task(key, answer, by=self.people[who], now=self.now)

    def ask(self, who: str, department_id: int, brief: str = "请一并核对") -> Case:
        self.now += timedelta(minutes=5)
        version = self.case.version
        with transaction():
            return ask_task(
                self.number,
                TaskData(department_id, brief),
                version=version,
                by=self.people[who],
                now=self.now,
            )

    def drop(self, who: str, key: UUID, reason: str = "反映人自己补来了") -> Case:
        self.now += timedelta(minutes=5)
        version = self.case.version
        with transaction():
            return drop_task(
                self.number, key, reason, version=version, by=self.people[who], now=self.now
            )

    def submit(self) -> Case:
        return self.go(
            Move.SUBMIT_REPLY, "handler", outcome=Outcome.DONE, evidence="证号1", **PARTS
        )

    def told(self, kind: Notice) -> list[Letter]:
        end_read()
        return list(db.session.scalars(select(Letter).where(Letter.template == kind.value)))

    def lines(self, *visible: Visibility) -> list[str]:
        end_read()
        found = lines_of(self.region.id, stream_of(self.case), visibility=visible)
        return [line.what for line in found]


@pytest.fixture
def desk(app: Flask) -> Shared:
    return Shared(app)


def test_the_reply_waits_until_every_department_has_given_its_part(desk: Shared) -> None:
    desk.share(desk.tax.id, desk.housing.id)
    desk.go(Move.SIGN, "handler")
    desk.call("handler", ContactKind.FIRST)
    tax, housing = sorted(desk.tasks(), key=lambda task: task.department_id)
    with pytest.raises(Conflict):
        desk.submit()
    desk.answer("tax", tax)
    with pytest.raises(Conflict) as blocked:
        desk.submit()
    assert "1" in blocked.value.message
    desk.answer("housing_lead", housing)
    assert desk.submit().status is Status.REPLY_REVIEW
    assert desk.lines(Visibility.PUBLIC).count("ask_task") == 2
    assert desk.lines(Visibility.PUBLIC).count("answer_task") == 2
    assert faults() == []
    assert list(replay_faults()) == []


def test_an_answer_makes_a_new_version_and_stands_in_the_story(desk: Shared) -> None:
    desk.share(desk.tax.id)
    before = desk.case.version
    (task,) = desk.tasks()
    desk.answer("tax", task, " 已缴清 ")
    assert desk.case.version == before + 1
    (task,) = desk.tasks()
    assert (task.state, task.answer) == (TaskState.ANSWERED, "已缴清")
    page = case_page(desk.people["handler"], desk.number, now=desk.now)
    told = [(entry.text, entry.public, entry.who) for entry in page.told if entry.task]
    assert told == [
        ("请说明契税是否已缴", False, desk.people["clerk"].name),
        ("已缴清", False, desk.people["tax"].name),
    ]
    assert len(page.tasks) == 1


def test_whoever_is_asked_reads_the_brief_and_nothing_else(desk: Shared) -> None:
    desk.share(desk.tax.id)
    (task,) = desk.tasks()
    tax = desk.people["tax"]
    row = task_row(tax, task.id)
    assert (row.task.brief, row.number) == ("请说明契税是否已缴", desk.number)
    assert row.answering is not None
    assert row.answering.id == desk.department.id
    with pytest.raises(NotFound):
        case_of(tax, desk.number)
    fields = {value for value in vars(type(row)) if not value.startswith("_")}
    assert "story" not in fields
    assert [found.task.id for found in open_page(tax, None).rows] == [task.id]
    assert open_page(desk.people["housing"], None).rows == []
    assert [found.task.id for found in open_page(desk.people["supervisor"], None).rows] == [task.id]
    for stranger in ("housing", "housing_lead", "clerk", "handler", "admin"):
        with pytest.raises(NotFound):
            task_row(desk.people[stranger], task.id)
        with pytest.raises(NotFound), transaction():
            answer_task(task.id, "…", by=desk.people[stranger], now=desk.now)
    with pytest.raises(NotAllowed):
        desk.answer("supervisor", task)


def test_nothing_is_answered_twice_or_without_words(desk: Shared) -> None:
    desk.share(desk.tax.id)
    (task,) = desk.tasks()
    with pytest.raises(Invalid):
        desk.answer("tax", task, "  ")
    desk.answer("tax", task)
    with pytest.raises(Conflict):
        desk.answer("tax_lead", task, "再答一次")
    assert desk.tasks()[0].answer == "已缴，税单附后"
    assert open_page(desk.people["tax"], None).rows == []
    assert [row.task.id for row in answered_page(desk.people["tax"], None).rows] == [task.id]


def test_it_is_due_by_its_limit_and_never_after_the_promise(desk: Shared) -> None:
    desk.share(desk.tax.id)
    (task,) = desk.tasks()
    promise = db.session.scalars(select(CaseClock).where(CaseClock.step == Step.REPLY)).one()
    assert task.due_at - task.asked_at < timedelta(days=2)
    desk.now = promise.due_at - timedelta(hours=1)
    desk.ask("lead", desk.housing.id)
    later = next(task for task in desk.tasks() if task.department_id == desk.housing.id)
    assert later.due_at == promise.due_at


def test_who_is_named_must_be_somebody_who_can_be_asked(desk: Shared) -> None:
    desk.to(Status.ACCEPTED)
    far = make.region("YZ", "110000", limits=False)
    foreign = make.department(far.id)
    for tasks, fields in (
        ((TaskData(None, "缺部门"),), ["task_1_department"]),
        ((TaskData(desk.tax.id, " "),), ["task_1_brief"]),
        ((TaskData(desk.department.id, "自己"),), ["task_1_department"]),
        ((TaskData(desk.tax.id, "一"), TaskData(desk.tax.id, "二")), ["task_2_department"]),
        (
            (TaskData(None, ""), TaskData(None, "x"), TaskData(desk.tax.id, "")),
            ["task_2_department", "task_3_brief"],
        ),
        ((TaskData(foreign.id, "外地"),), ["task_1_department"]),
        ((TaskData(10**9, "没有"),), ["task_1_department"]),
    ):
        with pytest.raises(Invalid) as refused:
            desk.go(
                Move.DISPATCH,
                "clerk",
                department_id=desk.department.id,
                brief="请核对",
                tasks=tasks,
            )
        assert [refused.value.field, *(o.field for o in refused.value.others)] == fields
    assert desk.case.status is Status.ACCEPTED
    assert desk.tasks() == []


def test_more_are_asked_later_and_one_is_not_needed_any_more(desk: Shared) -> None:
    with pytest.raises(Conflict):
        desk.ask("clerk", desk.tax.id)
    desk.to(Status.HANDLING)
    with pytest.raises(NotAllowed):
        desk.ask("handler", desk.tax.id)
    with pytest.raises(Invalid) as refused:
        desk.ask("lead", desk.department.id)
    assert refused.value.field == "department"
    desk.ask("lead", desk.tax.id)
    with pytest.raises(Conflict):
        desk.ask("clerk", desk.tax.id)
    (task,) = desk.tasks()
    with pytest.raises(Invalid):
        desk.drop("clerk", task.id, " ")
    with pytest.raises(Invalid):
        desk.drop("clerk", UUID(int=7))
    desk.drop("clerk", task.id)
    with pytest.raises(Conflict):
        desk.answer("tax", task)
    assert desk.tasks()[0].state is TaskState.DROPPED
    desk.call("handler", ContactKind.FIRST)
    assert desk.submit().status is Status.REPLY_REVIEW
    with pytest.raises(Conflict):
        desk.ask("supervisor", desk.tax.id)


def test_it_lives_through_a_return_and_ends_with_the_case(desk: Shared) -> None:
    from desk.casework.actions import asking

    desk.share(desk.tax.id, desk.housing.id)
    version = desk.case.version
    with transaction():
        asking.ask_return(
            desk.number, "不是本局", None, version=version, by=desk.people["handler"], now=desk.now
        )
    desk.go(Move.RETURN_UPHELD, "clerk", text="确非该局事项")
    assert {task.state for task in desk.tasks()} == {TaskState.OPEN}
    desk.go(Move.DISPATCH, "clerk", department_id=desk.tax.id, brief="请核对")
    states = {task.department_id: task.state for task in desk.tasks()}
    assert states == {desk.tax.id: TaskState.DROPPED, desk.housing.id: TaskState.OPEN}
    desk.go(Move.WITHDRAW, "complainant", text="不办了")
    assert {task.state for task in desk.tasks()} == {TaskState.DROPPED}
    assert open_page(desk.people["housing"], None).rows == []


def test_solving_it_at_the_window_drops_what_others_owe(desk: Shared) -> None:
    from desk.casework.actions import asking

    desk.share(desk.tax.id)
    version = desk.case.version
    with transaction():
        asking.ask_return(
            desk.number, "不是本局", None, version=version, by=desk.people["handler"], now=desk.now
        )
    desk.go(Move.RETURN_UPHELD, "clerk", text="窗口能办")
    desk.go(
        Move.SOLVE_ON_SPOT,
        "clerk",
        outcome=Outcome.DONE,
        evidence="证号1",
        root_cause="R02",
        responsibility=Responsibility.STAFF,
        **PARTS,
    )
    assert [task.state for task in desk.tasks()] == [TaskState.DROPPED]


def test_whoever_the_case_names_finds_no_task_of_it(desk: Shared) -> None:
    desk.share(desk.tax.id)
    (task,) = desk.tasks()
    login = db.session.get_one(User, desk.people["tax"].user_id).login
    version = desk.case.version
    with transaction():
        name_staff(desk.number, login, version=version, by=desk.people["supervisor"], now=desk.now)
    assert open_page(desk.people["tax"], None).rows == []
    for find in (task_row, task_of):
        with pytest.raises(NotFound):
            find(desk.people["tax"], task.id)
    with pytest.raises(NotFound):
        desk.answer("tax", task)
    desk.answer("tax_lead", task)


def test_whoever_is_asked_is_told_and_so_is_whoever_waits(desk: Shared) -> None:
    desk.share(desk.tax.id)
    (task,) = desk.tasks()
    told = desk.told(Notice.TASK)
    assert {letter.user_id for letter in told} == {
        desk.people["tax"].user_id,
        desk.people["tax_lead"].user_id,
    }
    assert told[0].context == {"number": desk.number, "path": f"/desk/tasks/{task.id}"}
    desk.go(Move.SIGN, "handler")
    desk.answer("tax", task)
    answered = [letter.user_id for letter in desk.told(Notice.TASK_ANSWERED)]
    assert answered == [desk.people["handler"].user_id]


def test_a_redone_case_may_ask_the_same_department_again(desk: Shared) -> None:
    desk.share(desk.tax.id)
    desk.go(Move.SIGN, "handler")
    desk.answer("tax", desk.tasks()[0])
    desk.call("handler", ContactKind.FIRST)
    desk.submit()
    desk.approve(Outcome.DONE)
    desk.go(Move.REDO, "complainant", text="还是不行")
    desk.ask("lead", desk.tax.id)
    assert [(task.round, task.state) for task in desk.tasks()] == [
        (0, TaskState.ANSWERED),
        (1, TaskState.OPEN),
    ]
    context = context_of(desk.case, desk.people["handler"], now=desk.now)
    assert context.situation.open_tasks == 1


@pytest.mark.parametrize(
    "change",
    [
        "state = 'answered'",
        "state = 'dropped'",
        "answer = 'x'",
        "state = 'answered', answer = 'x', ended_at = asked_at",
        "state = 'lost'",
    ],
)
def test_the_database_refuses_what_cannot_be(desk: Shared, change: str) -> None:
    desk.share(desk.tax.id)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text(f"UPDATE case_tasks SET {change}"))
