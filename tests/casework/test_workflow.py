"""The one table: every pair of kind, status and step is decided, and nobody is ever stuck."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from desk.access.permissions import GRANTS, Permission, Role
from desk.approvals.words import ApprovalKind as A
from desk.casework.actions.tick import LAPSES
from desk.casework.hearing import Hearing
from desk.casework.situation import Situation
from desk.casework.words import FINAL, IdentityMode, Kind, Outcome, Status, Verdict
from desk.casework.workflow import (
    BY_MOVE,
    ROWS,
    Move,
    blocked_by,
    diagram,
    offers,
    resolve,
    row_of,
)
from desk.intake.views.case import STEPS
from desk.kernel.errors import Conflict
from desk.workbench.views.case import STAFF_MOVES

C, R = Kind.COMPLAINT, Kind.RECTIFICATION
S, M = Status, Move
OPEN = frozenset(Status) - FINAL

ALLOWED = {
    (C, S.SUBMITTED, M.ASK_SUPPLEMENT): S.SUPPLEMENT,
    (C, S.SUPPLEMENT, M.SUPPLY): S.SUBMITTED,
    (C, S.SUPPLEMENT, M.LAPSE_SUPPLEMENT): S.DIVERTED,
    (C, S.SUBMITTED, M.ACCEPT): S.ACCEPTED,
    (C, S.ACCEPTED, M.DISPATCH): S.DISPATCHED,
    (C, S.ACCEPTED, M.SOLVE_ON_SPOT): S.REPLIED,
    (R, S.ACCEPTED, M.DISPATCH_RECTIFICATION): S.DISPATCHED,
    (R, S.ACCEPTED, M.FIND_UNFOUNDED): S.REPLY_REVIEW,
    (R, S.HANDLING, M.FIND_UNFOUNDED): S.REPLY_REVIEW,
    (R, S.REPLY_REVIEW, M.SEND_BACK_0): S.ACCEPTED,
    **{(R, status, M.END_BY_APPEAL): S.CLOSED for status in OPEN - {S.SUBMITTED, S.SUPPLEMENT}},
    (C, S.DISPATCHED, M.RETURN_UPHELD): S.ACCEPTED,
    (C, S.HANDLING, M.RETURN_UPHELD): S.ACCEPTED,
    (C, S.SUBMITTED, M.DIVERT): S.DIVERTED,
    (C, S.DIVERTED, M.OVERTURN): S.SUBMITTED,
    (C, S.WITHDRAWN, M.RESTORE): S.SUBMITTED,
    (C, S.SUBMITTED, M.MERGE): S.MERGED,
    (C, S.ACCEPTED, M.MERGE): S.MERGED,
    (C, S.MERGED, M.UNMERGE): S.SUBMITTED,
    **{(C, status, M.WITHDRAW): S.WITHDRAWN for status in OPEN},
    **{
        (kind, source, move): target
        for kind in (C, R)
        for source, move, target in (
            (S.DISPATCHED, M.SIGN, S.HANDLING),
            (S.DISPATCHED, M.ARBITRATE, S.DISPATCHED),
            (S.HANDLING, M.ARBITRATE, S.DISPATCHED),
            (S.HANDLING, M.SUBMIT_REPLY, S.REPLY_REVIEW),
            (S.REPLY_REVIEW, M.APPROVE_REPLY, S.REPLIED),
            (S.REPLY_REVIEW, M.SEND_BACK, S.HANDLING),
            (S.REPLIED, M.CLOSE_SOLVED, S.CLOSED),
            (S.REPLIED, M.CLOSE_UNCONFIRMED, S.CLOSED),
            (S.REPLIED, M.LAPSE_CONFIRM, S.CLOSED),
            (S.REPLIED, M.CLOSE_UNSOLVED, S.CLOSED),
            (S.REPLIED, M.CONFIRM, S.CLOSED),
            (S.REPLIED, M.REDO, S.HANDLING),
            (S.REPLIED, M.REDO_0, S.ACCEPTED),
            (S.CLOSED, M.REOPEN, S.HANDLING),
            (S.CLOSED, M.REOPEN_0, S.ACCEPTED),
        )
    },
}


@pytest.mark.parametrize(("kind", "status", "move"), list(product(Kind, Status, Move)))
def test_every_pair_of_status_and_step_is_decided(kind: Kind, status: Status, move: Move) -> None:
    if (kind, status, move) in ALLOWED:
        assert row_of(move, kind, status).target is ALLOWED[kind, status, move]
    else:
        with pytest.raises(Conflict):
            row_of(move, kind, status)


def test_every_status_can_be_reached() -> None:
    assert {row.target for row in ROWS} == set(Status)


def test_no_status_is_a_dead_end() -> None:
    assert {source for row in ROWS for source in row.sources} == set(Status)


def test_somebody_may_take_every_step() -> None:
    assert [row.move for row in ROWS if not GRANTS[row.permission]] == []


def test_every_step_has_a_door_or_is_the_desks_own() -> None:
    by_staff = set(STAFF_MOVES)
    by_complainant = {move for moves in STEPS.values() for move in moves}
    by_itself = {*LAPSES.values(), M.SUBMIT, M.OPEN_RECTIFICATION, M.END_BY_APPEAL}
    assert by_staff | by_complainant | by_itself == set(Move)
    assert not by_itself & by_staff


def test_no_step_belongs_to_roles_that_must_not_touch_cases() -> None:
    watchers = {Role.ADMIN, Role.AUDITOR, Role.INTEGRITY}
    assert [row.move for row in ROWS if GRANTS[row.permission] & watchers] == []


NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
CALM = Situation(
    kind=C,
    status=S.REPLIED,
    now=NOW,
    today=date(2026, 11, 24),
    has_department=True,
    identity_mode=IdentityMode.REAL,
    round=0,
    outcome=Outcome.DONE,
    verdict=None,
    author_id=1,
    reviewer_id=2,
    actor_id=3,
    may_refuse=False,
    reachable=True,
    contacted=True,
    failed_calls=0,
    failed_days=frozenset(),
    reached=False,
    filed_on=date(2026, 11, 20),
    ended_at=None,
    supplement_due=None,
    confirm_due=NOW + timedelta(days=3),
    reopen_until=None,
    restore_until=None,
    is_complainant=False,
)
DAYS = frozenset({date(2026, 11, 21), date(2026, 11, 23)})


@pytest.mark.parametrize(
    ("move", "changes", "passes"),
    [
        (M.CLOSE_SOLVED, {}, True),
        (M.CLOSE_SOLVED, {"reachable": False}, False),
        (M.CLOSE_SOLVED, {"actor_id": 1}, False),
        (M.CLOSE_SOLVED, {"actor_id": 2}, False),
        (M.CLOSE_UNCONFIRMED, {"failed_calls": 3, "failed_days": DAYS}, True),
        (M.CLOSE_UNCONFIRMED, {"failed_calls": 2, "failed_days": DAYS}, False),
        (M.CLOSE_UNCONFIRMED, {"failed_calls": 3, "failed_days": frozenset([NOW.date()])}, False),
        (M.CLOSE_UNCONFIRMED, {"failed_calls": 3, "failed_days": DAYS, "reached": True}, False),
        (M.LAPSE_CONFIRM, {"reachable": False, "confirm_due": NOW}, True),
        (M.LAPSE_CONFIRM, {"reachable": True, "confirm_due": NOW}, False),
        (M.LAPSE_CONFIRM, {"reachable": False}, False),
        (M.CLOSE_UNSOLVED, {"outcome": Outcome.EXPLAINED}, True),
        (M.CLOSE_UNSOLVED, {}, False),
        (M.CLOSE_UNSOLVED, {"round": 3}, True),
        (M.CONFIRM, {"is_complainant": True}, True),
        (M.CONFIRM, {"is_complainant": True, "confirm_due": NOW - timedelta(seconds=1)}, False),
        (M.REDO, {"has_department": False}, False),
        (M.REDO_0, {"has_department": False}, True),
        (M.APPROVE_REPLY, {"actor_id": 1}, False),
        (M.APPROVE_REPLY, {"outcome": Outcome.EXPLAINED}, False),
        (M.APPROVE_REPLY, {"outcome": Outcome.EXPLAINED, "may_refuse": True}, True),
        (M.APPROVE_REPLY, {"outcome": Outcome.POLICY, "may_refuse": True}, False),
        (M.SUBMIT_REPLY, {"contacted": False}, False),
        (M.SUBMIT_REPLY, {"contacted": False, "reachable": False}, True),
        (M.DISPATCH_RECTIFICATION, {"verdict": Verdict.TRUE}, True),
        (M.DISPATCH_RECTIFICATION, {"verdict": None}, False),
        (
            M.DISPATCH_RECTIFICATION,
            {"verdict": Verdict.TRUE, "filed_on": date(2026, 11, 24)},
            False,
        ),
        (M.DISPATCH_RECTIFICATION, {"verdict": Verdict.TRUE, "unit_from": NOW.date()}, True),
        (
            M.DISPATCH_RECTIFICATION,
            {"verdict": Verdict.TRUE, "unit_from": date(2026, 11, 25)},
            False,
        ),
        (M.FIND_UNFOUNDED, {"status": S.ACCEPTED}, True),
        (M.FIND_UNFOUNDED, {"status": S.ACCEPTED, "contacted": False}, False),
        (M.FIND_UNFOUNDED, {"status": S.HANDLING}, False),
        (M.FIND_UNFOUNDED, {"status": S.HANDLING, "may_refuse": True}, True),
        (M.APPROVE_REPLY, {"finding": Hearing(1, 1, False, False)}, True),
        (M.APPROVE_REPLY, {"finding": Hearing(1, 2, False, False)}, False),
        (M.APPROVE_REPLY, {"finding": Hearing(1, 1, True, False)}, False),
        (M.APPROVE_REPLY, {"finding": Hearing(1, 1, False, True)}, False),
        (M.APPROVE_REPLY, {"finding": Hearing(1, 1, False, False, True)}, False),
        (M.APPROVE_REPLY, {"finding": Hearing(1, 1, False, False, True, True)}, True),
        (M.SEND_BACK, {"finding": Hearing(1, 2, False, False, True)}, True),
        (M.SEND_BACK, {"finding": Hearing(1, 2, False, True)}, False),
        (M.END_BY_APPEAL, {"appeal_upheld": True}, True),
        (M.END_BY_APPEAL, {}, False),
        (M.REOPEN, {"appeal_upheld": True}, False),
        (M.REOPEN, {"appeal_upheld": True, "may_refuse": True}, True),
        (M.LAPSE_SUPPLEMENT, {"supplement_due": NOW}, True),
        (M.LAPSE_SUPPLEMENT, {"supplement_due": NOW + timedelta(seconds=1)}, False),
        (M.REOPEN, {"is_complainant": True, "reopen_until": NOW}, True),
        (M.REOPEN, {"is_complainant": True, "reopen_until": NOW - timedelta(seconds=1)}, False),
        (M.RETURN_UPHELD, {"asked": {A.RETURN: 9}, "hop": 1}, True),
        (M.RETURN_UPHELD, {"asked": {A.RETURN: 3}, "hop": 1}, False),
        (M.RETURN_UPHELD, {"asked": {A.DIVERT: 9}, "hop": 1}, False),
        (M.RETURN_UPHELD, {"asked": {A.RETURN: 9}, "hop": 2}, False),
        (M.ARBITRATE, {"asked": {A.RETURN: 9}, "hop": 2}, True),
        (M.ARBITRATE, {"asked": {A.RETURN: 9}, "hop": 1}, False),
        (M.ARBITRATE, {"asked": {A.RETURN: 9}, "hop": 1, "kind": R}, True),
        (M.ARBITRATE, {"asked": {A.RETURN: 3}, "hop": 2}, False),
        (M.DIVERT, {"asked": {A.DIVERT: 9}}, True),
        (M.DIVERT, {"asked": {A.DIVERT: 3}}, False),
        (M.DIVERT, {}, False),
        (M.OVERTURN, {"objection_until": NOW}, True),
        (M.OVERTURN, {"objection_until": NOW - timedelta(seconds=1)}, False),
        (M.OVERTURN, {}, False),
        (M.MERGE, {}, True),
        (M.MERGE, {"joined": 1}, False),
        (M.UNMERGE, {"is_complainant": True}, True),
        (M.UNMERGE, {"is_complainant": True, "part_until": NOW}, True),
        (M.UNMERGE, {"is_complainant": True, "part_until": NOW - timedelta(seconds=1)}, False),
        (M.UNMERGE, {"part_until": NOW - timedelta(seconds=1)}, True),
        (M.CLOSE_SOLVED, {"joined": 2, "to_ask": 1}, False),
        (M.CLOSE_SOLVED, {"joined": 2}, True),
        (M.CLOSE_UNCONFIRMED, {"failed_calls": 3, "failed_days": DAYS, "to_ask": 1}, False),
        (M.RESTORE, {"restore_until": NOW}, True),
        (M.RESTORE, {}, False),
    ],
)
def test_guards(move: Move, changes: dict[str, object], passes: bool) -> None:
    situation = replace(CALM, **changes)  # type: ignore[arg-type]
    assert (blocked_by(BY_MOVE[move], situation) is None) is passes


def test_people_call_twins_by_one_name() -> None:
    assert resolve(M.REDO, CALM) is M.REDO
    assert resolve(M.REDO, replace(CALM, has_department=False)) is M.REDO_0
    assert resolve(M.DISPATCH, replace(CALM, kind=R)) is M.DISPATCH_RECTIFICATION


def test_no_permission_no_button() -> None:
    assert offers(CALM, frozenset()) == []


def test_only_one_of_two_twins_is_offered() -> None:
    moves = {offer.row.move for offer in offers(CALM, frozenset(Permission))}
    assert M.REDO in moves
    assert M.REDO_0 not in moves


def test_what_answers_a_request_is_offered_only_while_it_waits() -> None:
    handed = replace(CALM, status=S.DISPATCHED)
    everything = frozenset(Permission)
    assert M.RETURN_UPHELD not in {o.row.move for o in offers(handed, everything)}
    asked = replace(handed, asked={A.RETURN: 9})
    assert M.RETURN_UPHELD in {o.row.move for o in offers(asked, everything)}


def test_the_diagram_shows_the_table() -> None:
    assert "replied --> closed: close_solved" in diagram()
