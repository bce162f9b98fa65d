"""A few histories written out, for what chance seldom finds: each in a case of its own, to its end."""

from datetime import timedelta
from typing import Any

from desk.access.actors import SYSTEM, complainant_of
from desk.casework.actions import acts, asking, deciding, diverting, rating_appeals, unfounded
from desk.casework.actions.opening import open_rectification
from desk.casework.words import (
    CaseChannel,
    ContactKind,
    IdentityMode,
    Outcome,
    Responsibility,
    Solved,
    Status,
    Verdict,
)
from desk.casework.workflow import Move
from desk.kernel.db import end_read, transaction
from tests import make
from tests.casework.machine import World
from tests.casework.test_second_person import ELSEWHERE, Flow

EVIDENCE = "叫号记录显示当天没有这笔业务。"
PARTS = dict.fromkeys(("facts", "basis", "action", "next_step", "contact"), "…")


def play(world: World) -> None:
    """Let each history happen, one after the other; the walks begin where they end."""
    flow = world.flow
    flow.people["supervisor2"] = world.people["supervisor2"]
    for one in (
        _more_time_and_solved, _handed_back_and_done_again, _sent_elsewhere_and_fetched_back,
        _put_right, _appealed, _found_untrue,
    ):  # fmt: skip
        _file(flow, rated=one in {_put_right, _appealed, _found_untrue})
        one(flow)
    end_read()
    world.now = flow.now


def _file(flow: Flow, *, rated: bool) -> None:
    """File a complaint, or open the case of a bad rating, and look at that one from now on."""
    region, hall = flow.region.id, flow.hall.id
    if rated:
        filing = make.filing(
            region, hall,
            channel=CaseChannel.RATING, identity_mode=IdentityMode.REAL, party=make.PERSON,
        )  # fmt: skip
        with transaction():
            receipt = open_rectification(filing, by=SYSTEM, now=flow.now)
    else:
        receipt = make.case(region, hall, flow.now, visits=3)
    flow.number, flow.id = receipt.number, receipt.case.id
    flow.people["complainant"] = complainant_of(region, flow.id)


def _close(flow: Flow, solved: Solved, score: int) -> None:
    flow.call("clerk2", ContactKind.FOLLOW_UP)
    given: dict[str, Any] = {"in_time": True, "solved": solved, "attitude_score": score}
    flow.go(Move.CLOSE_SOLVED, "clerk2", result_score=score, **given)


def _more_time_and_solved(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    flow.act(asking.ask_extension, "handler", 2, "等外地档案")
    for who in ("lead", "supervisor"):
        flow.act(deciding.decide_extension, who, grant=True, reason="属实")
    flow.reply(Outcome.DONE)
    flow.approve(Outcome.DONE)
    _close(flow, Solved.YES, 5)


def _handed_back_and_done_again(flow: Flow) -> None:
    flow.to(Status.DISPATCHED)
    flow.act(asking.ask_return, "handler", "不是本局事项", flow.other.id)
    flow.go(Move.RETURN_UPHELD, "clerk", text="确非该局事项")
    flow.dispatch_to(flow.department.id)
    flow.go(Move.SIGN, "handler")
    flow.reply(Outcome.PART)
    flow.approve(Outcome.PART)
    flow.go(Move.REDO, "complainant", text="证书写错了")
    flow.reply(Outcome.PART)
    flow.approve(Outcome.PART)
    _close(flow, Solved.PART, 3)


def _sent_elsewhere_and_fetched_back(flow: Flow) -> None:
    flow.act(diverting.propose_divert, "clerk", ELSEWHERE)
    flow.go(Move.DIVERT, "clerk2")
    flow.go(Move.OVERTURN, "supervisor", text="属于本级服务事项")


def _to_the_unit(flow: Flow) -> None:
    flow.call("clerk2", ContactKind.VERIFY)
    flow.act(acts.record_verdict, "clerk2", Verdict.TRUE, "评价人说的与叫号记录一致。")
    flow.now += timedelta(days=1)
    flow.go(
        Move.DISPATCH_RECTIFICATION, "clerk2",
        department_id=flow.department.id, brief="请改进一次性告知。",
    )  # fmt: skip


def _put_right(flow: Flow) -> None:
    _to_the_unit(flow)
    flow.go(Move.SIGN, "handler")
    flow.go(Move.SUBMIT_REPLY, "handler", outcome=Outcome.DONE, evidence="新清单", **PARTS)
    flow.go(Move.APPROVE_REPLY, "supervisor", root_cause="R02", responsibility=Responsibility.STAFF)
    _close(flow, Solved.YES, 4)


def _appealed(flow: Flow) -> None:
    _to_the_unit(flow)
    flow.act(rating_appeals.appeal, "lead", Verdict.UNTRUE, EVIDENCE)
    for who in ("supervisor", "supervisor2"):
        flow.act(rating_appeals.decide_appeal, who, grant=True, reason="证据属实。")


def _found_untrue(flow: Flow) -> None:
    flow.call("clerk2", ContactKind.VERIFY)
    flow.go(
        Move.FIND_UNFOUNDED, "clerk2",
        verdict=Verdict.UNTRUE, evidence=EVIDENCE, **PARTS,
    )  # fmt: skip
    flow.act(unfounded.agree, "supervisor", "同意。")
    flow.go(
        Move.APPROVE_REPLY, "supervisor2", root_cause="R02", responsibility=Responsibility.STAFF
    )
