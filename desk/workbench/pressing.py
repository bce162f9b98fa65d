"""What presses a case on, as its page shows and offers it: orders, urging, the duty leader."""

from dataclasses import dataclass
from datetime import datetime

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.casework.actions.pressing import may_answer
from desk.casework.models import CaseOrder
from desk.casework.queries.context import Context
from desk.casework.queries.story import CasePage
from desk.workbench.due import Due, due_of


@dataclass(frozen=True, slots=True)
class OrderShown:
    """An open order: who gave it, how its day stands, and what is wanted."""

    order: CaseOrder
    who: str
    due: Due
    text: str


def offered(context: Context, actor: Actor) -> frozenset[str]:
    """Name what may be done here to press the case on."""
    case, may, order = context.case, context.permissions, context.order
    allowed = {
        "urge": case.open and Permission.CASE_URGE in may,
        "supervise": case.open and order is None and Permission.CASE_SUPERVISE in may,
        "answer_order": may_answer(context, actor),
        "lift_order": order is not None and Permission.CASE_SUPERVISE in may,
        "escalate": case.open and case.escalated_at is None and Permission.CASE_ESCALATE in may,
    }
    return frozenset(name for name, is_allowed in allowed.items() if is_allowed)


def shown(page: CasePage, now: datetime) -> OrderShown | None:
    """Show the order that a unit still has to answer."""
    order = page.context.order
    if order is None:
        return None
    due = due_of(order.due_at, now, page.context.place.timetable)
    told = (entry for entry in page.told if entry.message is not None)
    text = next((e.text for e in told if e.message and e.message.seq == order.asked_seq), "")
    return OrderShown(order, page.names.get(order.asked_by, ""), due, text)
