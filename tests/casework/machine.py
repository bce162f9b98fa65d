"""A desk at which anything may be tried by anybody at any time, and what must hold all the while."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from desk.access.actors import SYSTEM, Actor, complainant_of
from desk.access.permissions import GRANTS, Permission, Role
from desk.accounts.queries import seated
from desk.approvals.models import Approval
from desk.approvals.queries import approvals_of
from desk.approvals.words import ApprovalState
from desk.audit.models import LedgerStream
from desk.audit.queries import faults
from desk.casework.actions import acts, asking_tasks, correcting, rating_appeals, unfounded
from desk.casework.actions.acts import ContactData
from desk.casework.actions.move import move
from desk.casework.actions.opening import open_rectification
from desk.casework.courses import course_of, ladder_of
from desk.casework.ladder import CARDS, Level
from desk.casework.models import Case, CaseClock, CaseTask
from desk.casework.models.case import NOBODY_DUE
from desk.casework.queries.hearings import HEARD
from desk.casework.queries.replay import replay_faults
from desk.casework.situation import StepData, TaskData
from desk.casework.words import (
    FINAL,
    PROMISES,
    UNFOUNDED,
    CaseChannel,
    Complexity,
    ContactChannel,
    ContactKind,
    IdentityMode,
    Kind,
    Outcome,
    PartyKind,
    PauseReason,
    Responsibility,
    Solved,
    Status,
    Verdict,
)
from desk.casework.workflow import BY_MOVE, Move
from desk.insight.rebuilding import differences
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import DeskError
from desk.organisation.models import DayKind, Hall, Region
from desk.organisation.queries import Timetable, timetable_of
from desk.schedules import run_due, tick
from desk.supervision.models import Card, Revocation
from desk.workbench.requesting import REQUESTS
from desk.worktime.course import runs_out
from tests import make
from tests.casework.likely import (
    ANSWERS,
    ASKS,
    CALLED_FIRST,
    DEPARTMENTS,
    LIKELY,
    NEEDS,
    RARE,
    REVIEW,
    TEXTS,
    WAITS,
    WINDOW,
    Dice,
)
from tests.casework.test_second_person import Flow
from tests.casework.test_workflow import ALLOWED

MOST_CASES = 3
FOR_SUPERVISORS = frozenset({"decide_appeal", "agree_unfounded"})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything about a case that something refused must leave as it was."""

    status: Status
    version: int
    lines: int
    clocks: tuple[tuple[Any, ...], ...]
    asked: tuple[tuple[Any, ...], ...]


class World:
    """A district with its people, and the cases of one walk."""

    def __init__(self, app: Flask) -> None:
        self.flow = Flow(app)
        self.people: dict[str, Actor] = {
            **self.flow.people,
            "supervisor2": make.actor(Role.SUPERVISOR, self.flow.region.id),
        }
        self.region, self.hall = self.flow.region.id, self.flow.hall.id
        self.cases: list[tuple[str, UUID]] = []
        self.now = make.MONDAY
        self.published: dict[int, dict[date, DayKind]] = {}
        self.done: Counter[str] = Counter()
        self.tried: Counter[str] = Counter()

    def begin(self, dice: Dice) -> None:
        """Forget the cases of the walk before, which the database keeps, and file two."""
        self.cases = []
        self.now += timedelta(days=1)
        end_read()
        self.file(dice)
        self.file(dice)

    @property
    def table(self) -> Timetable:
        hall, region = db.session.get(Hall, self.hall), db.session.get(Region, self.region)
        assert hall is not None
        assert region is not None
        return timetable_of(hall, region, self.now)

    def actors(self, permission: Permission) -> list[str]:
        """Name everybody whose role may do this somewhere."""
        return [who for who, actor in self.people.items() if actor.roles[0] in GRANTS[permission]]

    def actor(self, who: str, case: tuple[str, UUID]) -> Actor:
        if who == "complainant":
            return complainant_of(self.region, case[1])
        return self.people[who]

    # What may be tried

    def file(self, dice: Dice) -> None:
        """Somebody files, or a bad rating opens a case."""
        mode = dice.of(IdentityMode)
        changes: dict[str, Any] = {
            "identity_mode": mode,
            "party": None if mode is IdentityMode.ANONYMOUS else make.PERSON,
            "party_kind": dice.of(PartyKind),
        }
        if mode is not IdentityMode.ANONYMOUS and dice.seldom():
            changes |= {"channel": CaseChannel.RATING, "party_kind": PartyKind.INDIVIDUAL}
            with transaction():
                receipt = open_rectification(
                    make.filing(self.region, self.hall, **changes), by=SYSTEM, now=self.now
                )
        else:
            receipt = make.case(self.region, self.hall, self.now, **changes)
        self.cases.append((receipt.number, receipt.case.id))
        self.done["file"] += 1

    def step(self, dice: Dice) -> None:
        """Somebody takes a step; one that is not in the table by hand must be refused."""
        case = self._any(dice)
        was = self._snapshot(case)
        row = self._row(case)
        open_here = [name for kind, status, name in ALLOWED if (kind, status) == row]
        asked = {kind for kind, *_ in was.asked}
        usual = [
            name
            for name in open_here
            if name not in RARE
            and not name.startswith("lapse_")
            and NEEDS.get(name, 0) in {0, *asked}
        ] or open_here
        name = dice.of(list(Move)) if dice.seldom() else self._new(dice, usual)
        who = dice.of(self._whom(dice, BY_MOVE[name].permission, case))
        if name in CALLED_FIRST and not dice.seldom():
            self._call_first(case, CALLED_FIRST[name], who)
            was = self._snapshot(case)
        given = self._given(dice, case)
        version = was.version - dice.seldom() * dice.seldom()
        step = StepData(version=version, **given)
        if self._try(
            case, was, lambda: move(case[0], name, step, by=self.actor(who, case), now=self.now)
        ):
            kind, before = row
            after = self._row(case)[1]
            told = {name, Move(f"{name}_0")} if f"{name}_0" in set(Move) else {name}
            assert version == was.version
            assert after in {ALLOWED.get((kind, before, one)) for one in told}, (before, name)
            left = {kind for kind, *_ in self._snapshot(case).asked} - HEARD
            assert not left, "what was asked outlives the step"
            self.done[name] += 1

    def _call_first(self, case: tuple[str, UUID], kind: ContactKind, who: str) -> None:
        """Ring the complainant up, the one who is asked about it in vain, and where a rating is to be verified say that it is true."""
        was, by = self._snapshot(case), self.actor(who, case)
        call = ContactData(kind, ContactChannel.PHONE, kind is not ContactKind.FOLLOW_UP)
        self._try(case, was, lambda: acts.record_contact(
            case[0], call, version=was.version, by=by, now=self.now))  # fmt: skip
        if kind is ContactKind.VERIFY:
            again = self._snapshot(case)
            self._try(case, again, lambda: acts.record_verdict(
                case[0], Verdict.TRUE, "已核实。", version=again.version, by=by, now=self.now
            ))  # fmt: skip

    def ask(self, dice: Dice) -> None:
        """Somebody asks for what needs a second person, or answers."""
        case = self._any(dice)
        was = self._snapshot(case)
        answers = [name for kind, *_ in was.asked for name in ANSWERS.get(kind, ())]
        still = ["resume"] * 3 if any(clock[3] for clock in was.clocks) else []
        name = dice.of(sorted(REQUESTS) + 3 * answers + still)
        who = dice.of(sorted(self.people) if dice.seldom() else ASKS[name])
        given = {
            "text": dice.of(TEXTS), "basis": "条例", "where": "窗口",
            "code": dice.of(["X02", "X04"]),
            "department": dice.of(["", str(self.flow.other.id)]),
            "days": dice.number(1, 4),
            "why": dice.of(PauseReason).value,
            "complexity": dice.of(Complexity).value,
            "grant": dice.of(["yes", "no"]),
            "item": dice.of(["listed", "none"]),
            "item_code": "", "item_words": self.flow.item.code,
            "root_cause": dice.of(["R01", "R02", "R99"]),
            "responsibility": dice.of(Responsibility).value,
        }  # fmt: skip
        by = self.actor(who, case)
        send = REQUESTS[name].send
        if self._try(case, was, lambda: send(case[0], given, was.version, by, self.now)):
            self.done[name] += 1

    def act(self, dice: Dice) -> None:
        """Somebody does something that does not move the case."""
        case = self._any(dice)
        was = self._snapshot(case)
        name = dice.of(sorted(ACTS))
        likely = [*DEPARTMENTS, *WINDOW, "complainant"]
        likely = [*REVIEW] if name in FOR_SUPERVISORS else likely
        who = dice.of(sorted(self.people) if dice.seldom() else likely)
        given = ACTS[name](self, dice, case)
        by, version = self.actor(who, case), was.version
        if self._try(case, was, lambda: given(version, by)):
            self.done[name] += 1

    def wait(self, dice: Dice) -> None:
        """Time goes by, and mostly the desk notices; sometimes the calendar is another."""
        self.now += dice.of(WAITS)
        if dice.seldom():
            return
        tick(self.now)
        for case in self.cases:
            self._check_clocks(case)
            self._check_cards(case)
            self._check_next(case)
        if dice.seldom() and dice.seldom():
            self._publish(self.table.local_day(self.now) + timedelta(days=dice.number(1, 6)))

    def _publish(self, day: date) -> None:
        year = self.published.setdefault(day.year, {})
        year[day] = DayKind.HOLIDAY if day.weekday() < 5 else DayKind.MAKEUP
        end_read()
        with transaction():
            correcting.publish_calendar(
                db.session.get_one(Region, self.region),
                {day.year: dict(year)},
                source="walk",
                by=SYSTEM,
                now=self.now,
            )
        run_due(self.now)
        self.done["publish"] += 1

    # What must hold

    def check_all(self) -> None:
        """Hold the whole database against its ledger and its sums."""
        end_read()
        for case in self.cases:
            self._check_clocks(case)
            self._check_next(case)
        assert faults() == []
        assert list(replay_faults()) == []
        assert differences() == []

    def _check_clocks(self, key: tuple[str, UUID]) -> None:
        case = db.session.get_one(Case, (self.region, key[1]))
        clocks = self._clocks(key)
        running = [clock for clock in clocks if clock.stopped_at is None]
        place = self._place()
        assert case.open == (case.status not in FINAL)
        assert not running or case.open or case.status in FINAL - {Status.CLOSED}
        assert len({clock.step for clock in running}) == len(running)
        assert len([clock for clock in running if clock.step in PROMISES]) <= 1
        for clock in running:
            found = runs_out(course_of(clock), *place)
            assert (clock.due_at, clock.provisional) == (found.due_at, found.provisional)
            assert (clock.paused_at is None) == (course_of(clock).stands_since() is None)
            if clock.step in PROMISES:
                assert case.promised_on == self.table.local_day(clock.due_at)
        for clock in clocks:
            assert clock.stopped_at is None or clock.met is not None
            assert clock.stopped_at is None or clock.alarm_at is None
        due = [clock.due_at for clock in running if clock.paused_at is None]
        assert case.next_due_at == min(due, default=NOBODY_DUE)
        if not case.open:
            assert running == []

    def _check_next(self, key: tuple[str, UUID]) -> None:
        """Somebody is always next: for the case, and for what is asked about it."""
        case = db.session.get_one(Case, (self.region, key[1]))
        here = {"hall_id": case.hall_id, "department_id": case.department_id or 0}
        today = self.table.local_day(self.now)
        kind, status = case.kind, case.status
        roles = {
            role
            for row in ALLOWED
            if row[:2] == (kind, status)
            for role in GRANTS[BY_MOVE[row[2]].permission]
        }
        assert any(seated(role, today, region_id=self.region, **here) for role in sorted(roles))
        for approval in approvals_of(self.region, case.id):
            if approval.state is not ApprovalState.PENDING:
                continue
            able = seated(approval.decider_role, today, region_id=self.region, **here)
            assert set(able) - {approval.asked_by}, approval.kind
            supervises = approval.decider_role is Role.SUPERVISOR
            assert supervises or approval.alarm_at is not None, "silence would last for ever"

    def _check_cards(self, key: tuple[str, UUID]) -> None:
        """No card that fell due is missing, and none is there that did not."""
        end_read()
        case = db.session.get_one(Case, (self.region, key[1]))
        found: dict[tuple[Any, ...], set[Level]] = {}
        for card in db.session.scalars(select(Card).where(Card.case_id == key[1])):
            assert card.fell_due_at <= card.issued_at <= self.now
            if card.level in CARDS and card.revoked_for is not Revocation.CORRECTED:
                found.setdefault((card.step, card.n), set()).add(card.level)
        for clock in self._clocks(key):
            stood = course_of(clock).stands_since()
            until = min(x for x in (stood, clock.stopped_at, self.now) if x is not None)
            owed = {
                rung.level
                for rung in ladder_of(case, clock, self.table)
                if rung.level in CARDS and rung.at <= until
            }
            assert found.pop((clock.step, clock.n), set()) == owed, (clock.step, clock.n, until)
        assert found == {}

    # How it is tried

    def _try(self, case: tuple[str, UUID], was: Snapshot, do: Callable[[], object]) -> bool:
        """Do it in a transaction; what is refused leaves everything as it was."""
        end_read()
        try:
            with transaction():
                do()
        except DeskError:
            assert self._snapshot(case) == was
            return False
        assert self._snapshot(case).version > was.version
        self._check_clocks(case)
        return True

    def anything(self, dice: Dice) -> None:
        """Something is tried, or time goes by."""
        kinds = [self.step] * 6 + [self.act] * 3 + [self.ask] * 3 + [self.wait]
        if len(self.cases) < MOST_CASES:
            kinds.append(self.file)
        dice.of(kinds)(dice)

    def _new(self, dice: Dice, names: list[Move]) -> Move:
        """Draw one of some steps, most likely what was tried least, so that all are tried."""
        rarest = sorted(names, key=lambda name: (self.tried[name], name))
        name = rarest[dice.of(LIKELY) % len(rarest)]
        self.tried[name] += 1
        return name

    def _any(self, dice: Dice) -> tuple[str, UUID]:
        return self.cases[dice.number(0, len(self.cases) - 1)]

    def _whom(self, dice: Dice, permission: Permission, case: tuple[str, UUID]) -> list[str]:
        has_it = db.session.scalar(select(Case.department_id).where(Case.id == case[1]))
        others = {"handler", "lead"} if has_it == self.flow.other.id else {"handler2", "lead2"}
        able = [who for who in self.actors(permission) if who not in others]
        return sorted(self.people) if dice.seldom() or not able else able

    def _given(self, dice: Dice, case: tuple[str, UUID]) -> dict[str, Any]:
        others = [number for number, _id in self.cases if number != case[0]]
        asked = dice.seldom()
        return {
            "text": dice.of(TEXTS),
            "complexity": dice.of(Complexity),
            "item_id": self.flow.item.id,
            "department_id": dice.of([self.flow.department.id, self.flow.other.id]),
            "brief": "请核对收件要求。",
            **dict.fromkeys(("facts", "basis", "action", "next_step", "contact"), "…"),
            "evidence": "证号7731",
            "to_all": "已统一答复。",
            "outcome": dice.of(Outcome),
            "verdict": dice.of(sorted(UNFOUNDED)),
            "root_cause": "R02",
            "responsibility": dice.of(Responsibility),
            "in_time": dice.of((True, False)),
            "solved": dice.of(Solved),
            "result_score": dice.number(1, 5),
            "attitude_score": 4,
            "parent": dice.of(others) if others else None,
            "tasks": (TaskData(self.flow.other.id, "请核对税款。"),) if asked else (),
        }

    def _row(self, case: tuple[str, UUID]) -> tuple[Kind, Status]:
        end_read()
        row = db.session.execute(select(Case.kind, Case.status).where(Case.id == case[1])).one()
        return row[0], row[1]

    def _clocks(self, case: tuple[str, UUID]) -> list[CaseClock]:
        return list(db.session.scalars(select(CaseClock).where(CaseClock.case_id == case[1])))

    def _place(self) -> tuple[Any, Any, str]:
        table = self.table
        return table.calendar, table.hours, table.zone

    def _snapshot(self, case: tuple[str, UUID]) -> Snapshot:
        end_read()
        status, version = db.session.execute(
            select(Case.status, Case.version).where(Case.id == case[1])
        ).one()
        stream = f"c/{case[1].hex}"
        lines = db.session.scalar(select(LedgerStream.seq).where(LedgerStream.stream == stream))
        clocks = db.session.execute(
            select(
                CaseClock.step, CaseClock.n, CaseClock.due_at, CaseClock.paused_at,
                CaseClock.stopped_at, CaseClock.alarm_at,
            )
            .where(CaseClock.case_id == case[1])
            .order_by(CaseClock.step, CaseClock.n)
        ).all()  # fmt: skip
        asked = db.session.execute(
            select(Approval.kind, Approval.decider_role, Approval.asked_by)
            .where(Approval.subject_id == case[1], Approval.state == ApprovalState.PENDING)
            .order_by(Approval.kind)
        ).all()
        return Snapshot(
            status, version, lines or 0, tuple(map(tuple, clocks)), tuple(map(tuple, asked))
        )


Given = Callable[[int, Actor], object]


def _contact(world: World, dice: Dice, case: tuple[str, UUID]) -> Given:
    kind = dice.of(ContactKind)
    call = ContactData(kind, ContactChannel.PHONE, dice.of((True, False)))
    return lambda version, by: acts.record_contact(
        case[0], call, version=version, by=by, now=world.now
    )


def _appeal(world: World, dice: Dice, case: tuple[str, UUID]) -> Given:
    verdict = dice.of(Verdict)
    return lambda version, by: rating_appeals.appeal(
        case[0], verdict, "叫号记录显示当天没有这笔业务。", version=version, by=by, now=world.now
    )


def _decide_appeal(world: World, dice: Dice, case: tuple[str, UUID]) -> Given:
    grant, why = not dice.seldom(), dice.of(TEXTS)
    return lambda version, by: rating_appeals.decide_appeal(
        case[0], grant=grant, reason=why, version=version, by=by, now=world.now
    )


def _agree(world: World, _dice: Dice, case: tuple[str, UUID]) -> Given:
    return lambda version, by: unfounded.agree(
        case[0], "同意。", version=version, by=by, now=world.now
    )


def _verdict(world: World, dice: Dice, case: tuple[str, UUID]) -> Given:
    verdict = dice.of(Verdict)
    return lambda version, by: acts.record_verdict(
        case[0], verdict, "已核实。", version=version, by=by, now=world.now
    )


def _take(world: World, _dice: Dice, case: tuple[str, UUID]) -> Given:
    return lambda version, by: acts.take(case[0], version=version, by=by, now=world.now)


def _assign(world: World, dice: Dice, case: tuple[str, UUID]) -> Given:
    whom = world.people[dice.of(["handler", "handler2", "clerk"])].user_id
    return lambda version, by: acts.assign(
        case[0], whom or 0, version=version, by=by, now=world.now
    )


def _message(world: World, dice: Dice, case: tuple[str, UUID]) -> Given:
    text = dice.of(TEXTS)
    return lambda version, by: acts.add_message(
        case[0], text, version=version, by=by, now=world.now
    )


def _task(world: World, _dice: Dice, case: tuple[str, UUID]) -> Given:
    task = TaskData(world.flow.other.id, "请核对税款。")
    return lambda version, by: asking_tasks.ask_task(
        case[0], task, version=version, by=by, now=world.now
    )


def _answer(world: World, _dice: Dice, case: tuple[str, UUID]) -> Given:
    tasks = select(CaseTask.id).where(CaseTask.case_id == case[1]).order_by(CaseTask.id.desc())

    def do(_version: int, by: Actor) -> object:
        key = db.session.scalar(tasks.limit(1)) or UUID(int=1)
        return asking_tasks.answer_task(key, "已核对。", by=by, now=world.now)

    return do


ACTS: dict[str, Callable[[World, Dice, tuple[str, UUID]], Given]] = {
    "contact": _contact,
    "verdict": _verdict,
    "appeal_rating": _appeal,
    "decide_appeal": _decide_appeal,
    "agree_unfounded": _agree,
    "take": _take,
    "assign": _assign,
    "message": _message,
    "task": _task,
    "answer": _answer,
}
