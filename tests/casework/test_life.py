"""A case through its steps, on both databases: what changes, what is recorded, who is refused."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from desk.access.actors import SYSTEM, Actor, complainant_of
from desk.access.permissions import Role
from desk.audit.queries import faults, lines_of
from desk.casework.actions import acts
from desk.casework.actions.acts import ContactData
from desk.casework.actions.move import move, stream_of
from desk.casework.actions.tick import due_alarms, ring
from desk.casework.identity import unseal
from desk.casework.models import Case, CaseClock, Party
from desk.casework.queries.access import opened_by
from desk.casework.queries.lists import queue
from desk.casework.queries.scope import case_of
from desk.casework.queries.tabs import Tab, counts
from desk.casework.situation import StepData
from desk.casework.words import (
    Complexity,
    ContactChannel,
    ContactKind,
    IdentityMode,
    Outcome,
    Responsibility,
    Result,
    Solved,
    Status,
    Step,
)
from desk.casework.workflow import Move
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from desk.notify.models import Letter
from desk.organisation.queries import home_timetable
from tests import make


@dataclass
class Desk:
    """A district with one case and everybody who may touch it."""

    app: Flask
    anonymous: bool = False
    now: datetime = make.MONDAY
    people: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.region = make.region()
        self.hall = make.hall(self.region.id)
        self.department = make.department(self.region.id)
        self.item = make.item(self.region.id, self.department.id)
        where = {"hall_id": self.hall.id}
        of = {"department_id": self.department.id}
        region = self.region.id
        self.people = {
            "clerk": make.actor(Role.CLERK, region, **where),
            "clerk2": make.actor(Role.CLERK, region, **where),
            "handler": make.actor(Role.HANDLER, region, **of),
            "lead": make.actor(Role.LEAD, region, **of),
            "supervisor": make.actor(Role.SUPERVISOR, region),
            "admin": make.actor(Role.ADMIN, region),
        }
        changes = {"identity_mode": IdentityMode.ANONYMOUS, "party": None} if self.anonymous else {}
        self.receipt = make.case(region, self.hall.id, **changes)
        self.number, self.id = self.receipt.number, self.receipt.case.id
        self.people["complainant"] = complainant_of(region, self.id)
        self.people["system"] = SYSTEM

    @property
    def case(self) -> Case:
        end_read()
        return db.session.get_one(Case, (self.region.id, self.id))

    def go(self, name: Move, who: str, **given: object) -> Case:
        self.now += timedelta(minutes=10)
        version = given.pop("version", None) or self.case.version
        with transaction():
            return move(
                self.number,
                name,
                StepData(version=int(str(version)), **given),  # type: ignore[arg-type]
                by=self.people[who],
                now=self.now,
            )

    def call(self, who: str, kind: ContactKind, *, reached: bool = True) -> None:
        self.now += timedelta(minutes=10)
        version = self.case.version
        with transaction():
            acts.record_contact(
                self.number,
                ContactData(kind, ContactChannel.PHONE, reached),
                version=version,
                by=self.people[who],
                now=self.now,
            )

    def to(self, status: Status, outcome: Outcome = Outcome.DONE) -> "Desk":
        """Bring the case to a status by the ordinary way."""
        steps = (
            (Status.ACCEPTED, lambda: self.go(
                Move.ACCEPT, "clerk", complexity=Complexity.GENERAL, item_id=self.item.id)),
            (Status.DISPATCHED, lambda: self.go(
                Move.DISPATCH, "clerk", department_id=self.department.id, brief="请核对收件要求")),
            (Status.HANDLING, lambda: self.go(Move.SIGN, "handler")),
            (Status.REPLY_REVIEW, lambda: self.reply(outcome)),
            (Status.REPLIED, lambda: self.approve(outcome)),
            (Status.CLOSED, lambda: self.go(
                Move.CLOSE_SOLVED, "clerk2", in_time=True, solved=Solved.YES,
                result_score=5, attitude_score=4)),
        )  # fmt: skip
        for reached, step in steps:
            step()
            if reached is status:
                return self
        raise AssertionError(status)

    def reply(self, outcome: Outcome) -> None:
        if not self.anonymous:
            self.call("handler", ContactKind.FIRST)
        parts = dict.fromkeys(("facts", "basis", "action", "next_step", "contact"), "…")
        self.go(Move.SUBMIT_REPLY, "handler", outcome=outcome, evidence="证号1", **parts)

    def approve(self, outcome: Outcome) -> None:
        ordinary = outcome in {Outcome.DONE, Outcome.PART}
        self.go(
            Move.APPROVE_REPLY,
            "lead" if ordinary else "supervisor",
            root_cause="R02",
            responsibility=Responsibility.STAFF,
        )


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def test_the_whole_life_leaves_a_ledger_that_holds(desk: Desk) -> None:
    case = desk.to(Status.CLOSED).case
    assert (case.status, case.result, case.open) == (Status.CLOSED, Result.SOLVED, False)
    lines = lines_of(case.region_id, stream_of(case))
    assert [line.what for line in lines] == [
        "submit", "accept", "dispatch", "sign", "record_contact", "submit_reply",
        "approve_reply", "close_solved",
    ]  # fmt: skip
    moved = [line for line in lines if line.to_status]
    assert [line.from_status for line in moved[1:]] == [line.to_status for line in moved[:-1]]
    assert moved[-1].to_status == case.status
    assert faults() == []


def test_tampering_is_found(desk: Desk) -> None:
    with db.engine.connect() as connection:
        for table in ("ledger",):
            if db.engine.dialect.name == "sqlite":
                connection.execute(text("DROP TRIGGER ledger_no_update"))
            else:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE ledger SET what = 'accept' WHERE seq = 1"))
        connection.commit()
    assert [fault.what for fault in faults()] == ["its hash does not fit"]


def test_nothing_stands_in_the_ledger_that_somebody_wrote(desk: Desk) -> None:
    desk.go(Move.ASK_SUPPLEMENT, "clerk", text="请补身份证明")
    bodies = str([line.body for line in lines_of(desk.region.id, f"c/{desk.id.hex}")])
    assert "身份" not in bodies
    assert "13800138000" not in bodies


def test_the_promise_follows_the_complexity_and_is_told(desk: Desk) -> None:
    case = desk.to(Status.ACCEPTED).case
    assert str(case.promised_on) == "2026-11-26"
    letters = db.session.scalars(select(Letter).where(Letter.template == "accepted")).all()
    assert {letter.channel.value for letter in letters} == {"sms", "mail"}
    assert {letter.context["promised_on"] for letter in letters} == {"2026-11-26"}


def test_asking_for_more_stops_the_clock_and_supplying_starts_it(desk: Desk) -> None:
    accept = select(CaseClock).where(CaseClock.step == Step.ACCEPT)
    before = db.session.scalar(accept).due_at  # type: ignore[union-attr]
    desk.go(Move.ASK_SUPPLEMENT, "clerk", text="缺一份")
    desk.now += timedelta(days=2)
    desk.go(Move.SUPPLY, "complainant", text="补来了")
    clock = db.session.scalar(accept)
    assert clock is not None
    assert clock.due_at - before >= timedelta(days=2)
    assert desk.case.status is Status.SUBMITTED


def test_a_stale_version_changes_nothing(desk: Desk) -> None:
    seen = desk.case.version
    desk.go(Move.ASK_SUPPLEMENT, "clerk", text="缺一份")
    with pytest.raises(Conflict):
        desk.go(Move.WITHDRAW, "clerk", text="不办了", version=seen)
    assert desk.case.status is Status.SUPPLEMENT


def test_of_eight_at_once_one_wins_and_seven_are_told(desk: Desk) -> None:
    version = desk.case.version
    item_id = desk.item.id
    gate = threading.Barrier(8)
    outcomes: list[str] = []

    def accept() -> None:
        with desk.app.app_context():
            gate.wait()
            try:
                with transaction():
                    move(
                        desk.number,
                        Move.ACCEPT,
                        StepData(version=version, complexity=Complexity.SIMPLE, item_id=item_id),
                        by=desk.people["clerk"],
                        now=desk.now,
                    )
                outcomes.append("won")
            except Conflict:
                outcomes.append("told")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=accept) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["told"] * 7 + ["won"]
    assert faults() == []


def test_what_is_missing_is_said_all_at_once(desk: Desk) -> None:
    with pytest.raises(Invalid) as error:
        desk.go(Move.ACCEPT, "clerk")
    assert [error.value.field, *(o.field for o in error.value.others)] == ["complexity", "item"]


def test_strangers_find_nothing_and_roles_without_the_step_are_refused(desk: Desk) -> None:
    other = make.hall(desk.region.id)
    stranger = make.actor(Role.CLERK, desk.region.id, hall_id=other.id)
    for who in (stranger, desk.people["admin"], desk.people["handler"]):
        with pytest.raises(NotFound):
            case_of(who, desk.number)
    with pytest.raises(NotAllowed):
        desk.go(Move.ACCEPT, "supervisor", complexity=Complexity.SIMPLE, item_id=desk.item.id)


def test_a_department_sees_a_case_only_once_it_has_it(desk: Desk) -> None:
    with pytest.raises(NotFound):
        case_of(desk.people["handler"], desk.number)
    desk.to(Status.DISPATCHED)
    assert case_of(desk.people["handler"], desk.number).id == desk.id


def test_nobody_reviews_or_follows_up_their_own_reply(desk: Desk) -> None:
    desk.to(Status.REPLY_REVIEW)
    both = make.user(Role.LEAD, desk.region.id, department_id=desk.department.id)
    del both
    with pytest.raises(NotAllowed):
        desk.go(Move.APPROVE_REPLY, "handler", root_cause="R02", responsibility=Responsibility.UNIT)


def test_cannot_be_done_is_reviewed_by_a_supervisor(desk: Desk) -> None:
    desk.to(Status.REPLY_REVIEW, Outcome.EXPLAINED)
    given = {"root_cause": "R15", "responsibility": Responsibility.POLICY}
    with pytest.raises(Conflict):
        desk.go(Move.APPROVE_REPLY, "lead", **given)
    assert desk.go(Move.APPROVE_REPLY, "supervisor", **given).status is Status.REPLIED


def test_three_failed_calls_on_two_days_close_as_unconfirmed(desk: Desk) -> None:
    desk.to(Status.REPLIED)
    for _ in range(2):
        desk.call("clerk2", ContactKind.FOLLOW_UP, reached=False)
    with pytest.raises(Conflict):
        desk.go(Move.CLOSE_UNCONFIRMED, "clerk2")
    desk.now += timedelta(days=1)
    desk.call("clerk2", ContactKind.FOLLOW_UP, reached=False)
    assert desk.go(Move.CLOSE_UNCONFIRMED, "clerk2").result is Result.UNCONFIRMED


def test_a_disputed_reply_is_done_again_with_a_new_clock(desk: Desk) -> None:
    desk.to(Status.REPLIED)
    case = desk.go(Move.REDO, "complainant", text="证书写错了")
    assert (case.status, case.round, case.outcome) == (Status.HANDLING, 1, None)
    running = select(CaseClock.step).where(CaseClock.stopped_at.is_(None))
    assert db.session.scalars(running).all() == [Step.REWORK]


def test_the_third_round_escalates(desk: Desk) -> None:
    desk.to(Status.REPLIED)
    for _ in range(3):
        desk.go(Move.REDO, "complainant", text="还没办好")
        desk.reply(Outcome.DONE)
        desk.approve(Outcome.DONE)
    assert desk.case.escalated_at is not None


def test_closed_opens_again_for_thirty_days(desk: Desk) -> None:
    desk.to(Status.CLOSED)
    desk.now += timedelta(days=31)
    with pytest.raises(Conflict):
        desk.go(Move.REOPEN, "complainant", text="又不行了")
    desk.now -= timedelta(days=2)
    assert desk.go(Move.REOPEN, "complainant", text="又不行了").status is Status.HANDLING


def test_withdrawn_and_restored_begins_anew(desk: Desk) -> None:
    desk.to(Status.HANDLING)
    desk.go(Move.WITHDRAW, "complainant", text="先不办了")
    case = desk.go(Move.RESTORE, "complainant", text="还是要办")
    assert (case.status, case.department_id, case.promised_on) == (Status.SUBMITTED, None, None)


def test_time_alone_ends_a_supplement_and_an_unanswerable_reply(app: Flask) -> None:
    waiting = Desk(app)
    waiting.go(Move.ASK_SUPPLEMENT, "clerk", text="缺一份")
    later = waiting.now + timedelta(days=30)
    assert due_alarms(now=waiting.now) == []
    for number, *key in due_alarms(now=later):
        with transaction():
            ring(number, tuple(key), now=later)  # type: ignore[arg-type]
    assert waiting.case.status is Status.DIVERTED
    assert due_alarms(now=later) == []


def test_an_anonymous_reply_nobody_answers_is_closed_by_the_desk(app: Flask) -> None:
    quiet = Desk(app, anonymous=True).to(Status.REPLIED)
    waits = db.session.scalars(select(CaseClock.step).where(CaseClock.stopped_at.is_(None))).all()
    assert waits == [Step.CONFIRM]
    later = quiet.now + timedelta(days=30)
    for number, *key in due_alarms(now=later):
        with transaction():
            ring(number, tuple(key), now=later)  # type: ignore[arg-type]
    assert (quiet.case.status, quiet.case.result) == (Status.CLOSED, Result.UNCONFIRMED)


def test_a_reachable_complainant_is_called_not_lapsed(desk: Desk) -> None:
    desk.to(Status.REPLIED)
    later = desk.now + timedelta(days=30)
    for number, *key in due_alarms(now=later):
        with transaction():
            ring(number, tuple(key), now=later)  # type: ignore[arg-type]
    assert desk.case.status is Status.REPLIED
    assert due_alarms(now=later) == []


def test_who_filed_is_readable_only_with_the_keys(desk: Desk) -> None:
    party = db.session.scalars(select(Party)).one()
    assert unseal(party).phone == "13800138000"
    assert party.name_masked == "欧**"
    db.session.remove()
    for table in ("parties", "cases", "ledger", "letters", "search_docs", "request_keys"):
        with db.engine.connect() as connection:
            stored = str(connection.execute(text(f"SELECT * FROM {table}")).all())
        for canary in ("13800138000", "欧阳", "person@example.org", desk.receipt.access_code):
            assert canary not in stored, (table, canary)


def test_number_and_code_open_together_and_not_apart(desk: Desk) -> None:
    code = desk.receipt.access_code
    assert opened_by(desk.number.lower(), code.lower()).id == desk.id  # type: ignore[union-attr]
    wrong = code[:-1] + ("0" if code[-1] != "0" else "2")
    assert opened_by(desk.number, wrong) is None
    assert opened_by("XZ-261123-000000-0", code) is None
    assert opened_by("", "") is None


def test_the_queue_shows_whose_turn_it_is(desk: Desk) -> None:
    def turn(who: str) -> list[str]:
        end_read()
        page = queue(desk.people[who], Tab.TURN, now=desk.now, table=home_timetable(desk.now))
        return [row.number for row in page.rows]

    assert (turn("clerk"), turn("handler"), turn("lead")) == ([desk.number], [], [])
    desk.to(Status.DISPATCHED)
    assert (turn("clerk"), turn("handler")) == ([], [desk.number])


def test_counts_are_capped_and_pages_follow_the_key(desk: Desk) -> None:
    for _ in range(30):
        make.case(desk.region.id, desk.hall.id)
    clerk, now = desk.people["clerk"], desk.now
    assert counts(clerk, now=now, table=home_timetable(now))[Tab.ALL] == 31
    from desk.kernel.paging import read_cursor

    first = queue(clerk, Tab.ALL, now=now, table=home_timetable(now))
    second = queue(
        clerk, Tab.ALL, now=now, table=home_timetable(now), cursor=read_cursor(first.next)
    )
    back = queue(
        clerk, Tab.ALL, now=now, table=home_timetable(now), cursor=read_cursor(second.previous)
    )
    assert [len(first.rows), len(second.rows)] == [25, 6]
    assert {r.number for r in first.rows}.isdisjoint(r.number for r in second.rows)
    assert [r.number for r in back.rows] == [r.number for r in first.rows]
