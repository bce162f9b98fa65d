"""Who of the staff is told when something happens to a case: reactions to its news."""

from collections.abc import Callable, Iterable
from uuid import UUID

from sqlalchemy import select

from desk.access.actors import ActorKind
from desk.access.permissions import Role
from desk.accounts.queries import heads_of, seated
from desk.approvals.events import ApprovalAsked, ApprovalDecided
from desk.approvals.models import Approval
from desk.audit.models import LedgerLine
from desk.casework.actions.move import stream_of
from desk.casework.actions.notices import tell, tell_asked
from desk.casework.events import CaseActed, CaseMoved
from desk.casework.models import Case, CaseOrder
from desk.casework.queries.context import last_reply
from desk.casework.words import CASE, REFUSALS, Kind
from desk.casework.workflow import Move
from desk.kernel.db import db
from desk.notify.notices import Notice
from desk.organisation.queries import home_day

People = Iterable[int]

TO_THE_DEPARTMENT = frozenset({Move.DISPATCH, Move.DISPATCH_RECTIFICATION, Move.ARBITRATE})
AGAIN = frozenset({Move.REDO, Move.REDO_0, Move.REOPEN, Move.REOPEN_0})


def tell_of_step(news: CaseMoved) -> None:
    """Tell whoever has to do something because a case took a step."""
    case, key = news.case, f"v{news.case.version}"

    def say(kind: Notice, user_ids: People) -> None:
        tell(case, kind, user_ids, key=key, by=news.by, now=news.at)

    if news.move in TO_THE_DEPARTMENT:
        say(Notice.ASSIGNED, _seated(case, Role.LEAD, news))
    elif news.move is Move.SUBMIT_REPLY:
        say(Notice.DECISION, _seated(case, _reviewer(case), news))
    elif news.move is Move.SEND_BACK:
        say(Notice.RETURNED, _author(case))
    elif news.move in AGAIN:
        say(Notice.RETURNED, _responsible(case, news))
        if case.escalated_at == news.at:
            say(Notice.ESCALATED, _in_charge(case, news))


def tell_of_act(news: CaseActed) -> None:
    """Tell whoever an act is about: given a case, written to, asked to hurry."""
    rule = ACTS.get(news.act)
    if rule is None:
        return
    kind, whom = rule
    key = f"{news.act}-v{news.case.version}"
    tell(news.case, kind, whom(news), key=key, by=news.by, now=news.at)


def tell_of_task(news: CaseActed) -> None:
    """Tell another department what it is asked; they never see the case, so not by its own rule."""
    if news.act != "ask_task":
        return
    place = {
        "region_id": news.case.region_id,
        "hall_id": 0,
        "department_id": news.body["department"],
    }
    asked = {
        user_id
        for role in (Role.HANDLER, Role.LEAD)
        for user_id in seated(role, home_day(news.at), **place)
    }
    tell_asked(news.case, UUID(news.body["task"]), asked, now=news.at)


def tell_of_request(news: ApprovalAsked) -> None:
    """Tell whoever may decide that a request waits for them."""
    approval, case = news.approval, _case_of(news.approval)
    if case is None:
        return
    user_ids = set(_seated(case, approval.decider_role, news)) - {approval.asked_by}
    key = f"{approval.id.hex}/{approval.decider_role.value}"
    tell(case, Notice.DECISION, user_ids, key=key, now=news.at)


def tell_of_decision(news: ApprovalDecided) -> None:
    """Tell whoever asked that it was decided."""
    approval, case = news.approval, _case_of(news.approval)
    if case is not None:
        tell(case, Notice.DECIDED, [approval.asked_by], key=approval.id.hex, now=news.at)


def _case_of(approval: Approval) -> Case | None:
    if approval.subject_kind != CASE:
        return None
    return db.session.get(Case, (approval.region_id, approval.subject_id))


def _seated(case: Case, role: Role, news: CaseMoved | CaseActed | ApprovalAsked) -> People:
    return seated(
        role,
        home_day(news.at),
        region_id=case.region_id,
        hall_id=case.hall_id,
        department_id=case.department_id or 0,
    )


def _reviewer(case: Case) -> Role:
    """Say which role reviews the reply that was just written."""
    refused = case.kind is Kind.RECTIFICATION or case.outcome in REFUSALS
    return Role.SUPERVISOR if refused else Role.LEAD


def _author(case: Case) -> People:
    reply = last_reply(case)
    return [reply.author_id] if reply else []


def _responsible(case: Case, news: CaseMoved | CaseActed) -> People:
    """Name whoever has the case in hand: its handler, or the leads of its department.

    While only the window has it, that is whoever of the window last did something with it.
    """
    if case.handler_id is not None:
        return [case.handler_id]
    if case.department_id is not None:
        return _seated(case, Role.LEAD, news)
    return _last_at_the_window(case)


def _last_at_the_window(case: Case) -> People:
    last = db.session.scalar(
        select(LedgerLine.user_id)
        .where(
            LedgerLine.region_id == case.region_id,
            LedgerLine.stream == stream_of(case),
            LedgerLine.role == Role.CLERK.value,
            LedgerLine.user_id.isnot(None),
        )
        .order_by(LedgerLine.seq.desc())
        .limit(1)
    )
    return [last] if last is not None else []


def _handler_and_leads(case: Case, news: CaseActed) -> People:
    leads = _seated(case, Role.LEAD, news) if case.department_id else []
    return {*_responsible(case, news), *leads}


def _in_charge(case: Case, news: CaseMoved | CaseActed) -> People:
    """Name who leads the raised case; without a name, the heads, or else the supervisors."""
    if case.leader_id is not None:
        return [case.leader_id]
    heads = heads_of(
        home_day(news.at),
        region_id=case.region_id,
        hall_id=case.hall_id,
        department_id=case.department_id or 0,
    )
    return heads or _seated(case, Role.SUPERVISOR, news)


def _of_department(news: CaseActed) -> People:
    leads = _seated(news.case, Role.LEAD, news) if news.case.department_id else []
    return leads or _in_charge(news.case, news)


def _who_ordered(case: Case) -> People:
    """Name the supervisor whose order was answered last."""
    last = db.session.scalar(
        select(CaseOrder.asked_by)
        .where(CaseOrder.region_id == case.region_id, CaseOrder.case_id == case.id)
        .order_by(CaseOrder.asked_at.desc())
        .limit(1)
    )
    return [last] if last is not None else []


def _given_to(news: CaseActed) -> People:
    return [news.case.handler_id] if news.case.handler_id is not None else []


def _when_complainant_writes(news: CaseActed) -> People:
    return _responsible(news.case, news) if news.by.kind is ActorKind.COMPLAINANT else []


ACTS: dict[str, tuple[Notice, Callable[[CaseActed], People]]] = {
    "assign": (Notice.ASSIGNED, _given_to),
    "answer_task": (Notice.TASK_ANSWERED, lambda news: _responsible(news.case, news)),
    "hand_over": (Notice.ASSIGNED, _of_department),
    "release": (Notice.RETURNED, _of_department),
    "add_message": (Notice.MESSAGE, _when_complainant_writes),
    "add_note": (Notice.MENTION, lambda news: news.body.get("mentions", ())),
    "nudge": (Notice.URGED, lambda news: _responsible(news.case, news)),
    "urge": (Notice.URGED, lambda news: _handler_and_leads(news.case, news)),
    "supervise": (Notice.SUPERVISED, lambda news: _handler_and_leads(news.case, news)),
    "answer_order": (Notice.ORDER_ANSWERED, lambda news: _who_ordered(news.case)),
    "escalate": (Notice.ESCALATED, lambda news: _in_charge(news.case, news)),
}
"""By what the ledger calls an act: the kind of notice, and whom it is for."""
