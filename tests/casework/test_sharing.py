"""Sharing cases out: whoever has the fewest, and never somebody who is not there or may not."""

from datetime import timedelta

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from desk.access.permissions import Role
from desk.accounts.models import Absence, User
from desk.audit.queries import faults, lines_of
from desk.casework.models import Case, CaseNamed, NamedBasis
from desk.casework.queries.replay import replay_faults
from desk.casework.sharing import NEVER, Load, lightest
from desk.casework.words import Status
from desk.casework.workflow import Move
from desk.kernel.db import db, end_read, transaction
from desk.organisation.models import Department
from tests import make
from tests.casework.test_life import Desk

instants = st.integers(0, 3).map(lambda n: make.MONDAY + timedelta(hours=n))
loads = st.lists(
    st.builds(
        Load,
        user_id=st.integers(1, 9),
        open_cases=st.integers(0, 3),
        given_at=st.none() | instants,
        is_away=st.booleans(),
        is_disabled=st.booleans(),
    ),
    unique_by=lambda load: load.user_id,
)


@given(loads, st.frozensets(st.integers(1, 9)), st.randoms())
def test_nobody_free_has_fewer_or_has_waited_longer(
    crowd: list[Load], kept_out: frozenset[int], order: object
) -> None:
    chosen = lightest(crowd, kept_out)
    free = [
        one
        for one in crowd
        if not one.is_away and not one.is_disabled and one.user_id not in kept_out
    ]
    assert (chosen is None) == (not free)
    if chosen is not None:
        (taken,) = (one for one in free if one.user_id == chosen)
        for other in free:
            assert taken.open_cases <= other.open_cases
            if taken.open_cases == other.open_cases:
                assert (taken.given_at or NEVER) <= (other.given_at or NEVER)
    order.shuffle(crowd)  # type: ignore[attr-defined]
    assert lightest(crowd, kept_out) == chosen, "whatever order they are read in"


@given(st.integers(1, 5), st.integers(0, 30))
def test_given_one_by_one_nobody_has_two_more_than_another(people: int, cases: int) -> None:
    counts, given_at = dict.fromkeys(range(people), 0), dict.fromkeys(range(people), NEVER)
    for n in range(cases):
        chosen = lightest(Load(key, counts[key], given_at[key]) for key in counts)
        assert chosen is not None
        counts[chosen] += 1
        given_at[chosen] = make.MONDAY + timedelta(minutes=n)
    assert max(counts.values()) - min(counts.values()) <= 1


def comes_in(desk: Desk, *named: str) -> int | None:
    """Pass one more case on to the department; give who has it then."""
    desk.receipt = make.case(desk.region.id, desk.hall.id, desk.now)
    desk.number, desk.id = desk.receipt.number, desk.receipt.case.id
    desk.to(Status.ACCEPTED)
    for who in named:
        with transaction():
            db.session.add(
                CaseNamed(
                    region_id=desk.region.id,
                    case_id=desk.id,
                    user_id=desk.people[who].user_id,
                    basis=NamedBasis.NAMED,
                    added_at=desk.now,
                )
            )
    desk.go(Move.DISPATCH, "clerk", department_id=desk.department.id, brief="请核对")
    return desk.case.handler_id


def away(desk: Desk, who: str) -> None:
    today, user_id = desk.now.date(), desk.people[who].user_id
    with transaction():
        db.session.add(Absence(user_id=user_id, from_on=today, until_on=today + timedelta(days=9)))


def back(desk: Desk, who: str) -> None:
    with transaction():
        db.session.delete(db.session.get_one(Absence, desk.people[who].user_id))


def test_cases_that_come_in_are_shared_out_and_the_ledger_says_by_what(app: Flask) -> None:
    desk = Desk(app)
    of = {"department_id": desk.department.id}
    desk.people["second"] = make.actor(Role.HANDLER, desk.region.id, **of)
    first, second = (desk.people[who].user_id for who in ("handler", "second"))
    department_id = desk.department.id
    assert comes_in(desk) is None, "off until somebody wants it"
    with transaction():
        db.session.get_one(Department, department_id).by_load = True
    away(desk, "handler")
    assert comes_in(desk) == second
    end_read()
    moved, given_to = lines_of(desk.region.id, desk.case.stream)[-2:]
    assert (moved.what, given_to.what) == ("dispatch", "assign")
    assert (given_to.user_id, given_to.role) == (None, Role.SYSTEM.value)
    assert given_to.body is not None
    assert (given_to.body["handler"], given_to.body["rule"]) == (second, "by_load")
    assert moved.at == given_to.at
    back(desk, "handler")
    assert comes_in(desk) == first, "who has none"
    assert comes_in(desk) == second, "as many: who was given one longest ago"
    assert comes_in(desk, "handler") == second, "never whom the case names"
    desk.go(Move.SIGN, "handler" if desk.case.handler_id == first else "second")
    assert desk.case.status is Status.HANDLING
    away(desk, "second")
    with transaction():
        db.session.get_one(User, first).disabled_at = desk.now
    assert comes_in(desk) is None, "nobody is free: it waits, and the step is taken all the same"
    assert desk.case.status is Status.DISPATCHED
    assert db.session.query(Case).filter(Case.handler_id == desk.people["lead"].user_id).all() == []
    assert ([*faults()], [*replay_faults()]) == ([], [])
