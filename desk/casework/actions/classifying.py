"""Putting right what a case was put down under: its item, and the cause it was closed with."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.audit.models import Visibility
from desk.casework.actions import story
from desk.casework.actions.acting import begin, finish
from desk.casework.actions.requests import Asked, need
from desk.casework.models import Case
from desk.casework.queries.context import Context
from desk.casework.words import Kind, MessageKind, Responsibility
from desk.catalogue.naming import item_meant
from desk.catalogue.queries import version_in_force
from desk.kernel.errors import Conflict, Invalid
from desk.organisation.queries import codes_of

WHY = _l("Write why it is put right.")


def set_item(
    number: str, code: str, words: str, reason: str, *, version: int, by: Actor, now: datetime
) -> Case:
    """Put a case under another item, found by its code and name; neither means none of the list.

    What the item promised then holds from now on for what is shown; no date moves, because no limit
    hangs on the item. Raises Invalid for an unknown item and Conflict before the case is accepted,
    which names the item itself.
    """
    context = begin(number, version, Permission.CASE_RECLASSIFY, by, now)
    case, today = context.case, context.place.day(now)
    need(reason, "text", WHY)
    if case.accepted_at is None or not case.open:
        raise Conflict(_l("The item is named when the case is accepted, and stands once it ended."))
    item_id = item_meant(case.region_id, code, words, on=today)
    if item_id == case.item_id:
        raise Invalid(_l("It is put down as this already."), field="item_words")
    current = version_in_force(item_id, today) if item_id is not None else None
    was, case.item_id = case.item_id, item_id
    case.item_version_id = current.id if current else None
    _note(context, Asked.SET_ITEM, reason, by, now)
    return finish(context, Asked.SET_ITEM, by, now, {"item": item_id, "was": was})


def set_cause(
    number: str,
    cause: str,
    responsibility: Responsibility,
    reason: str,
    *,
    version: int,
    by: Actor,
    now: datetime,
) -> Case:
    """Put the root cause of an answered case right, and who was responsible.

    Raises Conflict before an answer named them; Invalid for a cause that is not in the list.
    """
    context = begin(number, version, Permission.CASE_RECLASSIFY, by, now)
    case = context.case
    need(reason, "text", WHY)
    if case.root_cause is None or case.kind is not Kind.COMPLAINT:
        raise Conflict(_l("The root cause is named with the answer; there is none to put right."))
    if cause not in {entry.code for entry in codes_of("reasons", context.place.day(now))}:
        raise Invalid(_l("Choose the root cause."), field="root_cause")
    if (cause, responsibility) == (case.root_cause, case.responsibility):
        raise Invalid(_l("It is put down as this already."), field="root_cause")
    body = {"cause": cause, "responsibility": responsibility.value, "was": case.root_cause}
    case.root_cause, case.responsibility = cause, responsibility
    _note(context, Asked.SET_CAUSE, reason, by, now)
    return finish(context, Asked.SET_CAUSE, by, now, body)


def _note(context: Context, act: Asked, reason: str, by: Actor, now: datetime) -> None:
    story.add(
        context.case,
        MessageKind.NOTE,
        reason.strip(),
        visibility=Visibility.TEAM,
        by=by,
        now=now,
        payload={"act": act.value},
    )
