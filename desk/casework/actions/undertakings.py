"""Linking a case to the improvement item that mends its cause, and taking it back."""

from datetime import datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.casework.actions.acting import begin, finish
from desk.casework.models import Case, CaseUndertaking
from desk.casework.words import NEED_IMPROVEMENT
from desk.improvement.models import Undertaking
from desk.improvement.words import UndertakingState
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid


class Act(StrEnum):
    LINK = "link_improvement"
    UNLINK = "unlink_improvement"


def link_undertaking(number: str, one: Undertaking, *, by: Actor, now: datetime) -> Case:
    """Link a case to an open improvement item of its region; raises Invalid for any other."""
    context = begin(number, None, Permission.IMPROVEMENT_OPEN, by, now)
    case = context.case
    if case.region_id != one.region_id:
        raise Invalid(_l("This case belongs to another region."), field="cases")
    if one.state is not UndertakingState.OPEN:
        raise Conflict(_l("This improvement item is done. Reopen it first."))
    if db.session.get(CaseUndertaking, (case.region_id, case.id, one.id)):
        raise Invalid(_l("This case is linked to it already."), field="cases")
    db.session.add(
        CaseUndertaking(
            region_id=case.region_id,
            case_id=case.id,
            undertaking_id=one.id,
            linked_by=by.user_id,
            linked_at=now,
        )
    )
    return finish(context, Act.LINK, by, now, {"undertaking": one.id.hex})


def unlink_undertaking(number: str, one: Undertaking, *, by: Actor, now: datetime) -> Case:
    """Take a link away; raises Conflict where the outcome of the case rests on it."""
    context = begin(number, None, Permission.IMPROVEMENT_OPEN, by, now)
    case = context.case
    link = db.session.get(CaseUndertaking, (case.region_id, case.id, one.id))
    if link is None:
        raise Invalid(_l("There is no such link any more."), field="cases")
    if case.outcome in NEED_IMPROVEMENT:
        raise Conflict(_l("The outcome of this case rests on the improvement item."))
    db.session.delete(link)
    return finish(context, Act.UNLINK, by, now, {"undertaking": one.id.hex})
