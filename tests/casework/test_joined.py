"""Cases joined to one another: who is told what, whom it keeps away, and how they part again."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from desk.access.actors import Actor, complainant_of
from desk.access.permissions import Role
from desk.accounts.models import User
from desk.audit.models import Visibility
from desk.audit.queries import faults, lines_of
from desk.casework.actions import acts, naming
from desk.casework.actions.asking_joined import JoinedAnswer, ask_joined, confirm_joined
from desk.casework.actions.move import move
from desk.casework.models import Case, CaseClock
from desk.casework.queries.context import context_of
from desk.casework.queries.joined import followed, joined_page
from desk.casework.queries.replay import replay_faults
from desk.casework.queries.scope import case_of
from desk.casework.situation import StepData
from desk.casework.words import (
    Complexity,
    ContactKind,
    IdentityMode,
    Outcome,
    Result,
    Solved,
    Status,
    Step,
)
from desk.casework.workflow import Move
from desk.insight.rebuilding import differences
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotFound
from desk.notify.models import Letter
from tests import make
from tests.casework.test_life import Desk

PARTS = dict.fromkeys(("facts", "basis", "action", "next_step", "contact"), "只给原件反映人的话")


class Family(Desk):
    """The same desk, with two more complaints about the same matter."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.children = [self.another() for _ in range(2)]

    def another(self, **changes: object) -> Case:
        receipt = make.case(self.region.id, self.hall.id, **changes)
        end_read()
        return db.session.get_one(Case, (self.region.id, receipt.case.id))

    def step(self, number: str, name: Move, by: str | Actor, **given: object) -> Case:
        self.now += timedelta(minutes=10)
        with transaction():
            actor = self.people[by] if isinstance(by, str) else by
            case = case_of(self.people["clerk"], number)
            data = StepData(case.version, **given)  # type: ignore[arg-type]
            return move(number, name, data, by=actor, now=self.now)

    def join(self, *children: Case) -> None:
        for child in children or tuple(self.children):
            self.step(child.number, Move.MERGE, "clerk", parent=self.number, text="同一件事")

    def child(self, n: int = 0) -> Case:
        end_read()
        return db.session.get_one(Case, (self.region.id, self.children[n].id))

    def theirs(self, n: int = 0) -> Actor:
        return complainant_of(self.region.id, self.children[n].id)

    def to_replied(self) -> None:
        self.to(Status.HANDLING)
        self.call("handler", ContactKind.FIRST)
        given = {"outcome": Outcome.DONE, "evidence": "证号1", **PARTS}
        with pytest.raises(Invalid) as refused:
            self.go(Move.SUBMIT_REPLY, "handler", **given)
        assert refused.value.field == "to_all"
        self.go(Move.SUBMIT_REPLY, "handler", to_all="窗口已换用新清单。", **given)
        self.approve(Outcome.DONE)

    def letters(self, child: Case) -> list[str]:
        end_read()
        found = db.session.scalars(
            select(Letter.template)
            .where(Letter.party_id == child.party_id)
            .order_by(Letter.written_at, Letter.id)
        )
        return list(dict.fromkeys(found))


@pytest.fixture
def family(app: Flask) -> Family:
    return Family(app)


def test_three_are_joined_answered_and_one_is_taken_out_again(family: Family) -> None:
    family.join()
    child = family.child()
    assert (child.status, child.open, child.parent_id) == (Status.MERGED, False, family.id)
    end_read()
    clocks = db.session.scalars(select(CaseClock).where(CaseClock.case_id == child.id)).all()
    assert [(c.step, c.stopped_at is not None, c.paused_s) for c in clocks] == [
        (Step.ACCEPT, True, 0)
    ]
    family.to_replied()
    seen = followed(family.case)
    assert [message.body for message in seen.messages] == ["窗口已换用新清单。"]
    assert [line.what for line in seen.lines] == ["accept", "dispatch", "sign", "approve_reply"]
    assert family.letters(child) == ["received", "merged", "joined_news", "joined_replied"]
    with pytest.raises(Conflict):
        family.go(Move.CLOSE_SOLVED, "clerk2", in_time=True, solved=Solved.YES, result_score=5,
                  attitude_score=5)  # fmt: skip
    family.step(child.number, Move.UNMERGE, family.theirs(), text="我的证还没拿到")
    child = family.child()
    assert (child.status, child.parent_id, child.department_id) == (Status.SUBMITTED, None, None)
    end_read()
    clock = db.session.get_one(CaseClock, (family.region.id, child.id, Step.ACCEPT, 2))
    assert clock.stopped_at is None
    assert child.next_due_at == clock.due_at
    whats = [line.what for line in lines_of(family.region.id, family.case.stream)]
    assert (whats.count("join"), whats.count("part")) == (2, 1)
    assert "unmerged" in family.letters(child)
    assert list(faults()) == []
    assert list(replay_faults()) == []
    assert differences() == []


def test_each_complainant_of_a_joined_case_is_asked_once(family: Family) -> None:
    anonymous = family.another(identity_mode=IdentityMode.ANONYMOUS, party=None)
    family.join(*family.children, anonymous)
    with pytest.raises(Conflict):
        _ask(family, 0, "clerk2", solved=Solved.YES)
    family.to_replied()
    assert context_of(family.case, family.people["clerk"], now=family.now).situation.to_ask == 2
    _ask(family, 0, "clerk2", solved=Solved.PART)
    assert family.child(0).result is Result.PART
    for again in ("clerk", "clerk2"):
        with pytest.raises(Conflict):
            _ask(family, 0, again, solved=Solved.YES)
    with pytest.raises(Invalid):
        _ask(family, 1, "clerk2")
    with transaction():
        version = family.child(1).version
        number = family.children[1].number
        confirm_joined(number, Solved.YES, version=version, by=family.theirs(1), now=family.now)
    family.go(Move.CLOSE_SOLVED, "clerk2", in_time=True, solved=Solved.YES, result_score=5,
              attitude_score=5)  # fmt: skip
    assert family.case.status is Status.CLOSED
    assert family.letters(family.child(0))[-1] == "joined_closed"
    family.now += timedelta(days=29)
    family.step(family.children[0].number, Move.UNMERGE, family.theirs(0), text="又不行了")
    family.now += timedelta(days=2)
    with pytest.raises(Conflict):
        family.step(family.children[1].number, Move.UNMERGE, family.theirs(1), text="我也是")
    family.step(family.children[1].number, Move.UNMERGE, "supervisor", text="情况不同")


def test_three_calls_without_an_answer_are_enough(family: Family) -> None:
    family.join(family.children[0])
    family.to_replied()
    for _ in range(3):
        _ask(family, 0, "clerk2", reached=False)
    assert context_of(family.case, family.people["clerk"], now=family.now).situation.to_ask == 0


def _ask(
    family: Family, n: int, who: str, *, reached: bool = True, solved: Solved | None = None
) -> None:
    family.now += timedelta(minutes=10)
    child = family.child(n)
    answer = JoinedAnswer(reached, solved)
    with transaction():
        ask_joined(
            child.number, answer, version=child.version, by=family.people[who], now=family.now
        )


@pytest.mark.parametrize("way", ["withdrawn", "diverted"])
def test_nobody_leaves_the_desk_with_somebody_else(family: Family, way: str) -> None:
    family.join()
    if way == "withdrawn":
        family.go(Move.WITHDRAW, "complainant", text="我的办好了")
    else:
        family.go(Move.ASK_SUPPLEMENT, "clerk", text="请补凭证")
        family.now += timedelta(days=30)
        family.go(Move.LAPSE_SUPPLEMENT, "system")
    for n in range(2):
        assert (family.child(n).status, family.child(n).parent_id) == (Status.SUBMITTED, None)
        assert family.letters(family.child(n))[-1] == "unmerged"


def test_what_cannot_be_joined(family: Family) -> None:
    first, second = family.children
    elsewhere = make.hall(family.region.id)
    far = make.case(family.region.id, elsewhere.id).number
    for wrong in (first.number, far, "", "XZ-261120-000000-0", "０" * 400, "x\x00y"):
        with pytest.raises(Invalid) as refused:
            family.step(first.number, Move.MERGE, "clerk", parent=wrong, text="…")
        assert refused.value.field == "parent"
    with pytest.raises(Invalid):
        family.step(first.number, Move.MERGE, "clerk", parent=family.number, text=" ")
    family.join(first)
    with pytest.raises(Invalid):
        family.step(second.number, Move.MERGE, "clerk", parent=first.number, text="…")
    with pytest.raises(Conflict):
        family.step(family.number, Move.MERGE, "clerk", parent=second.number, text="…")
    family.go(Move.WITHDRAW, "complainant", text="…")
    with pytest.raises(Invalid):
        family.step(second.number, Move.MERGE, "clerk", parent=family.number, text="…")


def test_whoever_a_joined_case_names_is_kept_away_from_the_other(family: Family) -> None:
    first, second = family.children
    handler = family.people["handler"]
    login = make.user(Role.HANDLER, family.region.id, department_id=family.department.id).login
    with transaction():
        naming.name_staff(
            first.number, login, version=first.version, by=family.people["clerk"], now=family.now
        )
    family.join(first)
    family.to(Status.HANDLING)
    family.step(
        second.number, Move.ACCEPT, "clerk", complexity=Complexity.GENERAL, item_not_listed=True
    )
    family.join(second)
    assert case_of(handler, family.number).handler_id == handler.user_id
    end_read()
    with transaction():
        child = family.child(1)
        named = db.session.get_one(User, handler.user_id).login
        naming.name_staff(
            child.number, named, version=child.version, by=family.people["clerk"], now=family.now
        )
    with pytest.raises(NotFound):
        case_of(handler, family.number)
    assert family.case.handler_id is None
    assert joined_page(handler, family.case, None).rows == []


def test_messages_go_to_one_or_to_all(family: Family) -> None:
    family.join(family.children[0])
    for to_all in (False, True):
        family.now += timedelta(minutes=1)
        with transaction():
            acts.add_message(
                family.number, f"给{to_all}", version=None, by=family.people["clerk"],
                now=family.now, to_all=to_all,
            )  # fmt: skip
    assert [message.body for message in followed(family.case).messages] == ["给True"]
    assert family.letters(family.child()).count("message") == 1
    with transaction():
        acts.add_message(
            family.children[0].number, "我也补一句", version=None, by=family.theirs(),
            now=family.now, to_all=True,
        )  # fmt: skip
    lines = lines_of(family.region.id, family.case.stream, visibility=[Visibility.TEAM])
    assert [line.what for line in lines][-1] == "joined_message"
    assert [message.body for message in followed(family.case).messages] == ["给True"]
    family.go(Move.WITHDRAW, "complainant", text="…")


def test_two_clerks_who_join_two_cases_to_each_other(app: Flask) -> None:
    family = Family(app)
    first, second = (child.number for child in family.children)
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def join(child: str, parent: str) -> None:
        with app.app_context():
            ready.wait()
            try:
                with transaction():
                    data = StepData(1, parent=parent, text="…")
                    move(child, Move.MERGE, data, by=family.people["clerk"], now=family.now)
                outcomes.append("joined")
            except (Conflict, Invalid):
                outcomes.append("told")
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=join, args=pair) for pair in ((first, second), (second, first))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["joined", "told"]
