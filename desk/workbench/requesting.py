"""What may be asked for at a case, and what may be answered: one table for page and door."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.permissions import Permission, Role
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalKind
from desk.casework import guards
from desk.casework.actions import asking, classifying, deciding, diverting
from desk.casework.actions.diverting import Diversion
from desk.casework.actions.reclassifying import reclassify
from desk.casework.models import Case
from desk.casework.queries.context import Context
from desk.casework.words import PROMISES, Complexity, Kind, PauseReason, Responsibility, Status
from desk.kernel.errors import Invalid

P, A = Permission, ApprovalKind
IN_DEPARTMENT = frozenset({Status.DISPATCHED, Status.HANDLING})
Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to ask for or to answer: when it is offered, and what sending it does."""

    offered: Callable[[Context], bool]
    send: Callable[[str, Given, int, Actor, datetime], Case]


def pending(context: Context) -> tuple[Approval, ...]:
    """List the requests that wait for a decision at this case."""
    asked = (context.asked(kind) for kind in ApprovalKind)
    return tuple(approval for approval in asked if approval is not None)


def offered(context: Context) -> frozenset[str]:
    """Name what somebody may ask for or answer at the case as it stands."""
    return frozenset(name for name, request in REQUESTS.items() if request.offered(context))


def _may_ask(permission: Permission, kind: ApprovalKind, *statuses: Status) -> Any:
    def check(context: Context) -> bool:
        return (
            permission in context.permissions
            and context.case.status in statuses
            and context.asked(kind) is None
        )

    return check


def _may_answer(permission: Permission, kind: ApprovalKind) -> Any:
    def check(context: Context) -> bool:
        approval = context.asked(kind)
        somebody_elses = approval is not None and (approval.asked_by != context.situation.actor_id)
        return somebody_elses and permission in context.permissions

    return check


def _may_hand_back(context: Context) -> bool:
    ask = _may_ask(P.CASE_ASK_RETURN, A.RETURN, *IN_DEPARTMENT)
    return bool(ask(context)) and not context.situation.final_assignment


def _may_keep_there(context: Context) -> bool:
    answers = _may_answer(P.CASE_DECIDE_RETURN, A.RETURN)
    return bool(answers(context)) and guards.window_decides_return(context.situation) is None


def _may_decide_time(context: Context) -> bool:
    approval = context.asked(A.EXTENSION)
    is_leads = approval is not None and approval.decider_role is Role.LEAD
    permission = P.CASE_ENDORSE_EXTENSION if is_leads else P.CASE_DECIDE_EXTENSION
    return bool(_may_answer(permission, A.EXTENSION)(context))


def _may_refer(context: Context) -> bool:
    case = context.case
    return case.open and case.kind is Kind.COMPLAINT and P.CASE_REFER in context.permissions


def _promised(context: Context) -> bool:
    runs = any(c.step in PROMISES and c.stopped_at is None for c in context.clocks)
    known = context.case.complexity is not None and context.asked(A.EXTENSION) is None
    return runs and known and P.CASE_RECLASSIFY in context.permissions


def _accepted(context: Context) -> bool:
    case = context.case
    named = case.open and case.accepted_at is not None and case.kind is Kind.COMPLAINT
    return named and P.CASE_RECLASSIFY in context.permissions


def _answered(context: Context) -> bool:
    case = context.case
    named = case.root_cause is not None and case.kind is Kind.COMPLAINT
    return named and P.CASE_RECLASSIFY in context.permissions


def _words(given: Given) -> str:
    """Give the name of the item; raises Invalid where the list is meant and nothing is named."""
    if not given["item_words"]:
        raise Invalid(_l("Write the name or code of the item."), field="item_words")
    return str(given["item_words"])


def _stands_still(context: Context) -> bool:
    still = any(c.step in PROMISES and c.paused_at is not None for c in context.clocks)
    return still and P.CASE_RESUME in context.permissions


def _diversion(given: Given) -> Diversion:
    return Diversion(given["code"], given["text"], given["basis"], given["where"])


def _number(given: Given) -> int | None:
    return int(given["department"]) if given["department"] else None


REQUESTS = {
    "ask_return": Request(
        _may_hand_back,
        lambda number, given, version, by, now: asking.ask_return(
            number, given["text"], _number(given), version=version, by=by, now=now
        ),
    ),
    "ask_extension": Request(
        _may_ask(P.CASE_ASK_TIME, A.EXTENSION, *IN_DEPARTMENT),
        lambda number, given, version, by, now: asking.ask_extension(
            number, given["days"], given["text"], version=version, by=by, now=now
        ),
    ),
    "ask_pause": Request(
        _may_ask(P.CASE_ASK_TIME, A.PAUSE, *IN_DEPARTMENT),
        lambda number, given, version, by, now: asking.ask_pause(
            number,
            PauseReason(given["why"]),
            given["days"],
            given["text"],
            version=version,
            by=by,
            now=now,
        ),
    ),
    "reclassify": Request(
        _promised,
        lambda number, given, version, by, now: reclassify(
            number,
            Complexity(given["complexity"]),
            given["text"],
            version=version,
            by=by,
            now=now,
        ),
    ),
    "set_item": Request(
        _accepted,
        lambda number, given, version, by, now: classifying.set_item(
            number,
            given["item_code"] if given["item"] == "listed" else "",
            _words(given) if given["item"] == "listed" else "",
            given["text"],
            version=version,
            by=by,
            now=now,
        ),
    ),
    "set_cause": Request(
        _answered,
        lambda number, given, version, by, now: classifying.set_cause(
            number,
            given["root_cause"],
            Responsibility(given["responsibility"]),
            given["text"],
            version=version,
            by=by,
            now=now,
        ),
    ),
    "propose_divert": Request(
        _may_ask(P.CASE_PROPOSE_DIVERT, A.DIVERT, Status.SUBMITTED),
        lambda number, given, version, by, now: diverting.propose_divert(
            number, _diversion(given), version=version, by=by, now=now
        ),
    ),
    "refer": Request(
        _may_refer,
        lambda number, given, version, by, now: diverting.refer(
            number, _diversion(given), version=version, by=by, now=now
        ),
    ),
    "refuse_return": Request(
        _may_keep_there,
        lambda number, given, version, by, now: asking.refuse_return(
            number, given["text"], version=version, by=by, now=now
        ),
    ),
    "refuse_divert": Request(
        _may_answer(P.CASE_DIVERT, A.DIVERT),
        lambda number, given, version, by, now: diverting.refuse_divert(
            number, given["text"], version=version, by=by, now=now
        ),
    ),
    "decide_extension": Request(
        _may_decide_time,
        lambda number, given, version, by, now: deciding.decide_extension(
            number,
            grant=given["grant"] == "yes",
            reason=given["text"],
            version=version,
            by=by,
            now=now,
        ),
    ),
    "decide_pause": Request(
        _may_answer(P.CASE_DECIDE_PAUSE, A.PAUSE),
        lambda number, given, version, by, now: deciding.decide_pause(
            number,
            grant=given["grant"] == "yes",
            reason=given["text"],
            version=version,
            by=by,
            now=now,
        ),
    ),
    "resume": Request(
        _stands_still,
        lambda number, _given, version, by, now: deciding.resume(
            number, version=version, by=by, now=now
        ),
    ),
}
