"""Who is next in line: by role, then the heads, then the supervisors; never nobody."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from desk.access.permissions import Role
from desk.accounts.models import Absence, Membership, User
from desk.casework.line import NOBODY, Line, Rank, Sitting, Waiting, in_line, turn_of
from desk.casework.models import CaseNamed, NamedBasis
from desk.casework.queries.context import last_reply
from desk.casework.queries.line import leader_of, line_at, next_in_line, sittings_at
from desk.casework.queries.lists import queue
from desk.casework.queries.tabs import Tab
from desk.casework.words import FINAL, Complexity, Kind, Outcome, Status
from desk.casework.workflow import Move
from desk.kernel.db import db, end_read, transaction
from desk.organisation.models import Region, RegionLevel
from desk.organisation.queries import forget_kept, home_timetable
from tests import make
from tests.casework.test_life import Desk

CLERK, HANDLER, LEAD = Role.CLERK, Role.HANDLER, Role.LEAD
HALL = {"hall_id": 1}
UNIT = {"department_id": 1}
STAFF = (
    Sitting(1, CLERK, **HALL),
    Sitting(2, CLERK, **HALL, is_head=True),
    Sitting(3, HANDLER, **UNIT),
    Sitting(4, LEAD, **UNIT),
    Sitting(5, LEAD, **UNIT, is_head=True),
    Sitting(6, Role.SUPERVISOR),
    Sitting(7, Role.SUPERVISOR, 1),
    Sitting(8, Role.SUPERVISOR, 2),
    Sitting(9, Role.ADMIN),
    Sitting(10, HANDLER, **UNIT, is_head=True),
)


@pytest.mark.parametrize(
    ("waiting", "kept_out", "line"),
    [
        (Waiting.WINDOW, (), Line(Rank.ROLE, (1, 2))),
        (Waiting.WINDOW, (1,), Line(Rank.ROLE, (2,))),
        (Waiting.WINDOW, (1, 2), Line(Rank.SUPERVISOR, (6,))),
        (Waiting.WINDOW, (1, 2, 6), Line(Rank.ABOVE, (7,))),
        (Waiting.DEPARTMENT, (), Line(Rank.ROLE, (3, 4, 5, 10))),
        (Waiting.DEPARTMENT, (3, 4, 5, 10), Line(Rank.SUPERVISOR, (6,))),
        (Waiting.LEAD, (4, 5), Line(Rank.HEAD, (10,))),
        (Waiting.LEAD, (4, 5, 10), Line(Rank.SUPERVISOR, (6,))),
        (Waiting.SUPERVISOR, (), Line(Rank.SUPERVISOR, (6,))),
        (Waiting.SUPERVISOR, (6,), Line(Rank.ABOVE, (7,))),
        (Waiting.SUPERVISOR, (6, 7), Line(Rank.ABOVE, (8,))),
        (Waiting.LEADER, (), Line(Rank.HEAD, (5, 10))),
        (Waiting.LEADER, (5, 10), Line(Rank.HEAD, (2,))),
        (Waiting.LEADER, (2, 5, 10), Line(Rank.HEAD, (4,))),
        (Waiting.LEADER, (2, 4, 5, 10), Line(Rank.SUPERVISOR, (6,))),
        (Waiting.LEADER, (2, 4, 5, 6, 7, 8, 10), NOBODY),
        (Waiting.WINDOW, (1, 2, 6, 7, 8), Line(Rank.ADMIN, (9,))),
    ],
)
def test_the_line_goes_up_step_by_step(
    waiting: Waiting, kept_out: tuple[int, ...], line: Line
) -> None:
    assert in_line(waiting, STAFF, kept_out) == line


sittings = st.builds(
    Sitting,
    user_id=st.integers(1, 12),
    role=st.sampled_from([CLERK, HANDLER, LEAD, Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR]),
    height=st.integers(0, 3),
    hall_id=st.integers(0, 1),
    department_id=st.integers(0, 1),
    is_head=st.booleans(),
    is_away=st.booleans(),
)
crowds = st.lists(sittings, max_size=12)
few = st.frozensets(st.integers(1, 12), max_size=11)


@given(st.sampled_from(Waiting), crowds, few)
def test_it_is_never_empty_while_a_supervisor_or_an_administrator_is_free(
    waiting: Waiting, crowd: list[Sitting], kept_out: frozenset[int]
) -> None:
    line = in_line(waiting, crowd, kept_out)
    last = {Role.SUPERVISOR} if waiting is Waiting.LEADER else {Role.SUPERVISOR, Role.ADMIN}
    free = {s.user_id for s in crowd if s.role in last} - kept_out
    assert bool(line.user_ids) == (line.rank is not None)
    assert not free or line.user_ids
    assert not set(line.user_ids) & kept_out


@given(st.sampled_from(Waiting), crowds, few)
def test_whoever_is_away_is_asked_only_when_nobody_else_is_left(
    waiting: Waiting, crowd: list[Sitting], kept_out: frozenset[int]
) -> None:
    here = [s for s in crowd if not s.is_away]
    alone = in_line(waiting, here, kept_out)
    assert in_line(waiting, crowd, kept_out) == alone or alone == NOBODY


@given(st.sampled_from(Waiting), crowds, few, st.integers(1, 12))
def test_keeping_one_more_out_never_brings_the_line_nearer(
    waiting: Waiting, crowd: list[Sitting], kept_out: frozenset[int], one: int
) -> None:
    order = [Rank.ROLE, Rank.HEAD, Rank.SUPERVISOR, Rank.ABOVE, Rank.ADMIN, None]
    present = [s for s in crowd if not s.is_away]
    before = in_line(waiting, present, kept_out).rank
    after = in_line(waiting, present, {*kept_out, one}).rank
    assert order.index(after) >= order.index(before)


@given(
    st.sampled_from(Kind),
    st.sampled_from(Status),
    st.one_of(st.none(), st.sampled_from(Outcome)),
)
def test_every_open_case_is_somebodys_turn(
    kind: Kind, status: Status, outcome: Outcome | None
) -> None:
    waiting = turn_of(kind, status, outcome)
    assert (waiting is None) == (status in FINAL)
    assert waiting is None or in_line(waiting, [Sitting(1, Role.ADMIN)]).user_ids == (1,)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def test_seats_are_asked_as_they_stand_on_the_day(desk: Desk) -> None:
    case, day, people = desk.case, make.MONDAY.date(), desk.people
    ids = {who: people[who].user_id for who in ("clerk", "clerk2", "supervisor")}
    assert line_at(case, Waiting.WINDOW, day=day).user_ids == (ids["clerk"], ids["clerk2"])
    with transaction():
        db.session.add(
            CaseNamed(
                region_id=case.region_id,
                case_id=case.id,
                user_id=ids["clerk"],
                basis=NamedBasis.NAMED,
                added_at=make.MONDAY,
            )
        )
        db.session.get_one(User, ids["clerk2"]).disabled_at = make.MONDAY
    case = desk.case
    assert line_at(case, Waiting.WINDOW, day=day) == Line(Rank.SUPERVISOR, (ids["supervisor"],))
    admin = Line(Rank.ADMIN, (people["admin"].user_id,))
    assert line_at(case, Waiting.WINDOW, day=day, kept_out=[ids["supervisor"]]) == admin


def test_the_line_reaches_the_regions_above_the_nearest_first(desk: Desk) -> None:
    with transaction():
        city = Region(code="42", level=RegionLevel.CITY, name_zh="市", name_en="City", path="42/")
        db.session.add(city)
        db.session.flush()
        county = db.session.get_one(Region, desk.region.id)
        county.parent_id, county.path = city.id, f"42/{county.path}"
    forget_kept()
    above = make.user(Role.SUPERVISOR, city.id)
    day = make.MONDAY.date()
    mine = desk.people["supervisor"].user_id
    assert line_at(desk.case, Waiting.SUPERVISOR, day=day) == Line(Rank.SUPERVISOR, (mine,))
    assert line_at(desk.case, Waiting.SUPERVISOR, day=day, kept_out=[mine]) == Line(
        Rank.ABOVE, (above.id,)
    )


def test_the_head_of_the_department_leads_then_that_of_the_hall(desk: Desk) -> None:
    day = make.MONDAY.date()
    desk.to(Status.DISPATCHED)
    assert leader_of(desk.case, day=day) == desk.people["lead"].user_id
    with transaction():
        seats = db.session.query(Membership)
        seats.filter_by(user_id=desk.people["clerk2"].user_id).one().is_head = True
    assert leader_of(desk.case, day=day) == desk.people["clerk2"].user_id
    with transaction():
        seats.filter_by(user_id=desk.people["handler"].user_id).one().is_head = True
    assert leader_of(desk.case, day=day) == desk.people["handler"].user_id
    assert {s.role for s in sittings_at(desk.case, day)} >= {Role.CLERK, Role.SUPERVISOR}


STANDS = (
    Status.SUBMITTED, Status.ACCEPTED, Status.DISPATCHED, Status.HANDLING, Status.REPLY_REVIEW,
    Status.REPLIED,
)  # fmt: skip
GONE = (
    (), ("clerk", "clerk2"), ("handler",), ("handler", "lead"), ("lead",), ("clerk",),
    ("clerk", "clerk2", "handler", "lead"),
)  # fmt: skip


@pytest.mark.parametrize("how", ["disabled", "named", "away"])
def test_whoever_is_left_finds_the_case_among_what_is_theirs(app: Flask, how: str) -> None:
    desk = Desk(app)
    supervisor, day = desk.people["supervisor"], make.MONDAY.date()
    for status in STANDS:
        if status is not Status.SUBMITTED:
            step_to(desk, status)
        for gone in GONE:
            with keeping_away(desk, gone, how):
                case = desk.case
                line = next_in_line(case, last_reply(case), day=day)
                assert line is not None
                assert line.user_ids, (status, gone)
                assert not {desk.people[who].user_id for who in gone} & set(line.user_ids)
                table = home_timetable(desk.now)
                rows = queue(supervisor, Tab.TURN, now=desk.now, table=table).rows
                theirs = line.rank is Rank.SUPERVISOR
                assert [row.number for row in rows] == ([desk.number] if theirs else []), (
                    status,
                    gone,
                )


def step_to(desk: Desk, status: Status) -> None:
    """Take the one step that leads to a status from the one before it."""
    one = {
        Status.ACCEPTED: lambda: desk.go(
            Move.ACCEPT, "clerk", complexity=Complexity.GENERAL, item_id=desk.item.id
        ),
        Status.DISPATCHED: lambda: desk.go(
            Move.DISPATCH, "clerk", department_id=desk.department.id, brief="请核对"
        ),
        Status.HANDLING: lambda: desk.go(Move.SIGN, "handler"),
        Status.REPLY_REVIEW: lambda: desk.reply(Outcome.DONE),
        Status.REPLIED: lambda: desk.approve(Outcome.DONE),
    }
    one[status]()


@contextmanager
def keeping_away(desk: Desk, who: tuple[str, ...], how: str) -> Iterator[None]:
    """Let some people be gone, or be named in the case, for a while."""
    ids = [desk.people[one].user_id for one in who]
    with transaction():
        for key in ids:
            if how == "disabled":
                db.session.get_one(User, key).disabled_at = make.MONDAY
            elif how == "away":
                day = make.MONDAY.date()
                db.session.add(Absence(user_id=key, from_on=day, until_on=day))
            else:
                db.session.add(
                    CaseNamed(
                        region_id=desk.region.id,
                        case_id=desk.id,
                        user_id=key,
                        basis=NamedBasis.NAMED,
                        added_at=make.MONDAY,
                    )
                )
    end_read()
    yield
    with transaction():
        for key in ids:
            db.session.get_one(User, key).disabled_at = None
        db.session.query(CaseNamed).delete()
        db.session.query(Absence).delete()
    end_read()
