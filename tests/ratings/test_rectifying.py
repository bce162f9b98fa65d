"""A bad rating is put right: in the hall first, by somebody else, checked, and rated once more."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from desk.access.permissions import Role
from desk.accounts.models import Membership, User
from desk.accounts.queries import actor_of
from desk.approvals.events import ApprovalDecided
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalKind, ApprovalState
from desk.audit.queries import faults
from desk.casework.actions import unfounded
from desk.casework.identity import PartyData, unseal
from desk.casework.models import Case, Party
from desk.casework.queries.lists import queue
from desk.casework.queries.replay import replay_faults
from desk.casework.queries.tabs import Tab
from desk.casework.words import ContactKind, Kind, PartyKind, Result, Solved, Status, Step, Verdict
from desk.casework.workflow import Move
from desk.insight.rebuilding import differences
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from desk.kernel.ids import uuid7
from desk.notify.models import Letter
from desk.notify.notices import Notice
from desk.organisation.queries import home_timetable
from desk.ratings.actions.alarming import alarm_of_malice
from desk.ratings.actions.flagging import hold
from desk.ratings.actions.keeping import RatingData, Way, keep
from desk.ratings.actions.reviewing import answer, propose
from desk.ratings.applicants import sealed_phone
from desk.ratings.detectors.seen import Flag, Rule
from desk.ratings.models import EventSource, Rating, RatingChannel, RatingToken, ServiceEvent
from desk.ratings.watched import Malicious
from tests import make
from tests.ratings.rated import FINDING, Rated, rated


@pytest.fixture
def desk(app: Flask) -> Rated:
    return rated(app)


def all_holds() -> None:
    """The ledger, what it tells of the cases, and the sums."""
    end_read()
    assert faults() == []
    assert list(replay_faults()) == []
    assert differences() == []


def second_links() -> int:
    end_read()
    found = select(func.count()).select_from(RatingToken).where(RatingToken.round == 2)
    return db.session.scalar(found) or 0


def test_it_waits_in_the_hall_and_whoever_was_rated_does_not_find_it(desk: Rated) -> None:
    assert (desk.case.kind, desk.case.status) == (Kind.RECTIFICATION, Status.ACCEPTED)

    def verifying(who: str) -> list[str]:
        end_read()
        table = home_timetable(desk.now)
        page = queue(desk.people[who], Tab.RATINGS, now=desk.now, table=table)
        return [row.number for row in page.rows]

    assert verifying("clerk2") == [desk.number]
    assert verifying("handler") == []  # whose reply it was
    assert verifying("lead") == []


def test_a_true_one_goes_to_the_unit_the_next_day_and_comes_back_put_right(desk: Rated) -> None:
    with pytest.raises(Conflict, match="联系评价人"):
        desk.find(Verdict.TRUE)
    desk.verify()
    assert desk.clock(Step.RATING_CONTACT).met
    desk.find(Verdict.TRUE)
    with pytest.raises(Conflict, match="下一个工作日"):
        desk.go(
            Move.DISPATCH_RECTIFICATION, "clerk2", department_id=desk.department.id, brief="请改进"
        )
    desk.now += timedelta(days=1)
    desk.go(Move.DISPATCH_RECTIFICATION, "clerk2", department_id=desk.department.id, brief="请改进")
    desk.people["handler"] = desk.people["lead"]
    with pytest.raises(Conflict, match="由窗口联系"):
        desk.call("lead", ContactKind.FIRST)
    desk.put_right()
    assert desk.case.status is Status.REPLIED
    assert "rectified" in desk.letters()
    assert second_links() == 1
    assert desk.clock(Step.RATING_RECTIFY).met
    all_holds()


def test_a_good_second_rating_closes_it_and_a_bad_one_opens_it_again(desk: Rated) -> None:
    desk.people["handler"] = desk.people["lead"]
    desk.to_the_unit()
    desk.put_right()
    second = desk.rate_again(2, "还是没人说明白")
    assert (desk.case.status, desk.case.round) == (Status.HANDLING, 1)
    end_read()
    assert db.session.merge(second).case_id == desk.id
    desk.put_right()
    assert second_links() == 1, "the second round is there once"
    assert "replied" in desk.letters()
    assert db.session.scalar(select(func.count()).select_from(Case)) == 2
    all_holds()


@pytest.mark.parametrize(("level", "result"), [(5, Result.SOLVED), (3, Result.PART)])
def test_what_a_good_second_rating_says(desk: Rated, level: int, result: Result) -> None:
    desk.people["handler"] = desk.people["lead"]
    desk.to_the_unit()
    desk.put_right()
    desk.rate_again(level)
    assert (desk.case.status, desk.case.result) == (Status.CLOSED, result)
    all_holds()


def test_a_bad_second_rating_opens_a_closed_one_again(desk: Rated) -> None:
    desk.people["handler"] = desk.people["lead"]
    desk.to_the_unit()
    desk.put_right()
    desk.go(
        Move.CLOSE_SOLVED, "clerk3", in_time=True, solved=Solved.YES,
        result_score=5, attitude_score=5,
    )  # fmt: skip
    desk.rate_again(1)
    assert (desk.case.status, desk.case.round) == (Status.HANDLING, 1)
    all_holds()


def test_it_is_unfounded_only_when_two_supervisors_say_so(desk: Rated) -> None:
    with pytest.raises(Conflict, match="联系评价人"):
        desk.go(Move.FIND_UNFOUNDED, "clerk2", verdict=Verdict.UNTRUE, **FINDING)
    desk.verify()
    with pytest.raises(Invalid):
        desk.go(Move.FIND_UNFOUNDED, "clerk2", verdict=Verdict.TRUE, **FINDING)
    with pytest.raises(Invalid, match="附上"):
        desk.go(Move.FIND_UNFOUNDED, "clerk2", verdict=Verdict.MALICIOUS, **FINDING)
    desk.go(Move.FIND_UNFOUNDED, "clerk2", verdict=Verdict.UNTRUE, **FINDING)
    assert desk.request(ApprovalKind.UNFOUNDED).needed == 2
    assert desk.rating().effective
    with pytest.raises(Conflict, match="两位督查"):
        desk.go(Move.APPROVE_REPLY, "supervisor")
    desk.act(unfounded.agree, "supervisor", "同意")
    with pytest.raises(Conflict, match="他人"):
        desk.go(Move.APPROVE_REPLY, "supervisor")
    with pytest.raises(NotAllowed):
        desk.act(unfounded.agree, "clerk2", "同意")
    desk.go(Move.APPROVE_REPLY, "supervisor2")
    assert (desk.case.status, desk.case.verdict) == (Status.REPLIED, Verdict.UNTRUE)
    assert not desk.rating().effective
    assert desk.standings() == [(False, "verdict")]
    desk.rate_again(1)
    assert (desk.case.status, desk.case.verdict) == (Status.ACCEPTED, None)
    desk.find(Verdict.TRUE)
    assert desk.rating().effective
    assert desk.standings() == [(False, "verdict"), (True, "verdict")]
    all_holds()


def test_a_finding_that_is_sent_back_leaves_everything_as_it_was(desk: Rated) -> None:
    desk.verify()
    desk.go(Move.FIND_UNFOUNDED, "clerk2", verdict=Verdict.MISTAKE, **FINDING)
    desk.go(Move.SEND_BACK, "supervisor", text="没有证据")
    assert (desk.case.status, desk.case.verdict) == (Status.ACCEPTED, None)
    assert desk.request(ApprovalKind.UNFOUNDED).state is ApprovalState.REFUSED
    assert desk.standings() == []
    all_holds()


def test_the_unit_appeals_and_two_supervisors_uphold_it(desk: Rated) -> None:
    desk.to_the_unit()
    desk.appeal()
    desk.go(Move.SIGN, "lead")
    assert desk.request(ApprovalKind.RATING_APPEAL).state is ApprovalState.PENDING
    with pytest.raises(Conflict, match="一次"):
        desk.appeal()
    desk.decide("supervisor")
    assert desk.case.status is Status.HANDLING
    with pytest.raises(NotAllowed, match="他人"):
        desk.decide("supervisor")
    desk.decide("supervisor2")
    case = desk.case
    assert (case.status, case.verdict, case.result) == (
        Status.CLOSED, Verdict.UNTRUE, Result.UNCONFIRMED,
    )  # fmt: skip
    assert not desk.rating().effective
    assert desk.standings() == [(False, "appeal")]
    assert desk.letters()[-1] == "appeal_upheld"
    with pytest.raises(Conflict, match="只有督查"):
        desk.go(Move.REOPEN, "clerk2", text="评价人不同意")
    desk.go(Move.REOPEN, "supervisor3", text="新的证据")
    assert (desk.case.status, desk.case.verdict) == (Status.HANDLING, Verdict.TRUE)
    assert desk.standings() == [(False, "appeal"), (True, "verdict")]
    all_holds()


def test_a_refused_appeal_changes_nothing(desk: Rated) -> None:
    desk.to_the_unit()
    before = desk.case.status
    desk.appeal()
    desk.decide("supervisor")
    with pytest.raises(Invalid):
        desk.decide("supervisor2", grant=False, reason=" ")
    desk.decide("supervisor2", grant=False)
    assert desk.request(ApprovalKind.RATING_APPEAL).state is ApprovalState.REFUSED
    assert (desk.case.status, desk.rating().effective, desk.standings()) == (before, True, [])
    all_holds()


def test_who_may_not_appeal_or_decide(desk: Rated) -> None:
    desk.to_the_unit()
    with pytest.raises(NotFound):
        desk.appeal(who="handler")  # rated
    with pytest.raises(NotFound):
        desk.appeal(who="lead2")  # another unit
    with pytest.raises(NotAllowed):
        desk.appeal(who="clerk2")
    desk.appeal()
    with transaction():
        user_id = desk.people["supervisor"].user_id
        db.session.add(
            Membership(
                user_id=user_id, role=Role.LEAD, region_id=desk.region.id, hall_id=0,
                department_id=desk.department.id, from_on=make.MONDAY.date().replace(year=2020),
                granted_by="setup", confirmed_by="setup-2",
            )
        )  # fmt: skip
    end_read()
    user = db.session.get_one(User, user_id)
    desk.people["supervisor"] = actor_of(user, make.MONDAY.date())
    with pytest.raises(NotAllowed, match="属于被评单位"):
        desk.decide("supervisor")


def test_the_time_to_appeal_is_three_working_days_from_the_brief(desk: Rated) -> None:
    desk.to_the_unit()
    desk.now += timedelta(days=3)
    with pytest.raises(Conflict, match="申诉期已过"):
        desk.now += timedelta(hours=12)
        desk.appeal()


def test_malicious_needs_proof_and_somebody_one_level_up(desk: Rated) -> None:
    desk.to_the_unit()
    with pytest.raises(Invalid, match="附上"):
        desk.appeal(Verdict.MALICIOUS)


def test_policies_of_complaints_are_impossible_for_a_rating(desk: Rated) -> None:
    for move, who in (
        (Move.WITHDRAW, "clerk2"), (Move.MERGE, "clerk2"), (Move.DIVERT, "clerk2"),
        (Move.ASK_SUPPLEMENT, "clerk2"), (Move.SOLVE_ON_SPOT, "clerk2"),
    ):  # fmt: skip
        with pytest.raises(Conflict):
            desk.go(move, who, text="…")


def test_whoever_the_hall_knows_can_be_called_about_it(app: Flask) -> None:
    desk = Rated(app)
    window = make.window(desk.hall.id, desk.department.id)
    event_id = uuid7(desk.now)
    with transaction():
        event = ServiceEvent(
            region_id=desk.region.id, id=event_id, source_system="hall", project_no="P1",
            service_no="1", source=EventSource.API, department_id=desk.department.id,
            hall_id=desk.hall.id, window_id=window.id, clerk_id=desk.people["clerk"].user_id,
            party_kind=PartyKind.INDIVIDUAL, occurred_at=desk.now, on_day=desk.now.date(),
            phone_e=sealed_phone(event_id, "13800138000"),
        )  # fmt: skip
        db.session.add(event)
        db.session.flush()
        rating = keep(event, RatingData(1), Way(channel=RatingChannel.LINK), now=desk.now)
        case = db.session.get_one(Case, (desk.region.id, rating.case_id))
        desk.number, desk.id = case.number, case.id
    assert unseal(db.session.get_one(Party, (desk.region.id, desk.case.party_id))) == PartyData(
        phone="13800138000"
    )
    assert desk.letters() == ["received", "rectification_opened"]
    with pytest.raises(NotFound):
        desk.verify("clerk")
    desk.verify("clerk2")
    desk.find(Verdict.PART)
    assert faults() == []


def at_a_window(desk: Rated, clerk: str | None, *, others: str | None = None) -> Rating:
    """Let somebody rate a service at a window badly, by whoever served or nobody knows who."""
    window = make.window(desk.hall.id, desk.department.id)
    number = f"P{window.id}"
    rows = [(number, clerk), *([(f"{number}-0", others)] if others else [])]
    with transaction():
        events = [
            ServiceEvent(
                region_id=desk.region.id, id=uuid7(desk.now), source_system="hall",
                project_no=number, service_no="1", source=EventSource.API,
                department_id=desk.department.id, hall_id=desk.hall.id, window_id=window.id,
                clerk_id=desk.people[who].user_id if who else None,
                party_kind=PartyKind.INDIVIDUAL, occurred_at=desk.now, on_day=desk.now.date(),
            )
            for number, who in rows
        ]  # fmt: skip
        db.session.add_all(events)
        db.session.flush()
        rating = keep(events[0], RatingData(1), Way(channel=RatingChannel.LINK), now=desk.now)
        case = db.session.get_one(Case, (desk.region.id, rating.case_id))
        desk.number, desk.id = case.number, case.id
    end_read()
    return rating


def test_who_served_at_the_window_that_day_is_kept_away_where_nobody_says_who_it_was(
    app: Flask,
) -> None:
    desk = Rated(app)
    at_a_window(desk, None, others="clerk")
    with pytest.raises(NotFound):
        desk.verify("clerk")
    desk.verify("clerk2")
    desk.find(Verdict.TRUE)


def test_where_nobody_knows_who_served_the_finding_is_a_supervisors(app: Flask) -> None:
    desk = Rated(app)
    at_a_window(desk, None)
    desk.verify("clerk2")
    with pytest.raises(NotAllowed, match="督查"):
        desk.find(Verdict.TRUE)
    desk.find(Verdict.TRUE, "supervisor")
    assert desk.case.verdict is Verdict.TRUE


def test_the_unit_hears_of_a_held_rating_only_once_two_let_it_count(app: Flask) -> None:
    desk = Rated(app)
    rating = at_a_window(desk, "clerk")
    desk.verify()
    desk.find(Verdict.TRUE)
    with transaction():
        hold(desk.region.id, Flag(rating.id, Rule.MANY_ADDRESS, 20), now=desk.now)
    desk.now += timedelta(days=1)
    to_unit = {"department_id": desk.department.id, "brief": "请改进。"}
    with pytest.raises(Conflict, match="两名督查"):
        desk.go(Move.DISPATCH_RECTIFICATION, "clerk2", **to_unit)
    with transaction():
        propose(
            rating.id, effective=True, reason="核实过了", by=desk.people["supervisor"],
            now=desk.now,
        )  # fmt: skip
    with transaction():
        answer(
            rating.id, agree=True, reason="看过录像", by=desk.people["supervisor2"], now=desk.now
        )
    desk.go(Move.DISPATCH_RECTIFICATION, "clerk2", **to_unit)
    assert desk.case.status is Status.DISPATCHED
    assert faults() == []


@pytest.mark.parametrize(("n", "bad", "alarms"), [(0, 0, False), (1, 20, False), (2, 39, True)])
def test_more_than_one_malicious_in_twenty_is_alarming(n: int, bad: int, alarms: bool) -> None:
    assert Malicious(n, bad).is_alarming is alarms


def test_supervisors_are_alarmed_when_more_than_one_in_twenty_is_called_malicious(
    app: Flask,
) -> None:
    desk = Rated(app)
    for _ in range(20):
        at_a_window(desk, "clerk")
    keys = db.session.scalars(select(Case.id).where(Case.kind == Kind.RECTIFICATION)).all()

    def called(key: UUID) -> int:
        """Let two supervisors call one more malicious, and count those who were alarmed."""
        approval = Approval(
            region_id=desk.region.id, kind=ApprovalKind.RATING_APPEAL,
            state=ApprovalState.GRANTED, payload={"verdict": Verdict.MALICIOUS.value},
        )  # fmt: skip
        with transaction():
            alarm_of_malice(ApprovalDecided(approval, desk.now))
            db.session.execute(
                update(Case)
                .where(Case.id == key)
                .values(verdict=Verdict.MALICIOUS, replied_at=desk.now)
            )
        told = select(func.count()).where(Letter.template == Notice.RATING_ALARM.value)
        return db.session.scalar(told) or 0

    assert [called(key) for key in keys[:3]] == [0, 3, 3]
