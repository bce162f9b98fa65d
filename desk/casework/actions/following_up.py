"""Calling and asking whether it is solved: showing the number, what was said, another time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, delete, select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.audit.actions import record
from desk.casework.actions import letters
from desk.casework.actions.acting import begin, finish
from desk.casework.actions.acts import Act, ContactData, record_contact
from desk.casework.actions.asking_joined import JoinedAnswer, ask_joined, can_be_asked
from desk.casework.actions.move import move, stream_of
from desk.casework.actions.notices import tell
from desk.casework.actions.quiet_hours import check_hour
from desk.casework.actions.revealing import Shown, shown_of
from desk.casework.calling import Call, Reached, is_enough, may_ring
from desk.casework.models import CallPlan, Case, RevealGrant
from desk.casework.queries.calls import call_hours
from desk.casework.queries.context import Context, context_of, last_reply
from desk.casework.queries.scope import case_of, sees_identity, standing_in
from desk.casework.situation import StepData
from desk.casework.words import ContactChannel, ContactKind, Status
from desk.casework.workflow import FOLLOW_UP_ANSWERS, NEEDED, Move
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid, NotAllowed
from desk.notify.notices import Notice

LONGEST_WAIT = timedelta(days=30)
PLANS_AT_ONCE = 50


def check_task(context: Context, by: Actor) -> None:
    """Raise NotAllowed or Conflict, with the sentence why, unless this call is this person's.

    Nobody asks about a reply they wrote or reviewed.
    """
    case = context.case
    if Permission.CASE_FOLLOW_UP not in context.permissions:
        raise NotAllowed(_l("Follow-up calls are made by the window."))
    if case.status not in {Status.REPLIED, Status.MERGED}:
        raise Conflict(_l("Nobody has to be called about this case now: it has moved on."))
    asked = can_be_asked(context) if case.status is Status.MERGED else case
    if case.party_id is None:
        raise Conflict(_l("Filed anonymously: there is nobody to call."))
    reply = last_reply(asked)
    if reply is not None and by.user_id in {reply.author_id, reply.reviewer_id}:
        raise Conflict(_l("You wrote or reviewed the reply. Somebody else must call."))


def show_number(number: str, *, by: Actor, now: datetime) -> None:
    """Let whoever has this call see name and number until the day ends, and record it.

    The task is the reason, so none is asked for. Raises as `check_task` and `check_hour`.
    """
    case = case_of(by, number)
    context = context_of(case, by, now=now)
    check_task(context, by)
    check_hour(context.place, now)
    if not sees_identity(case, by) or Permission.IDENTITY_REVEAL not in context.permissions:
        raise NotAllowed(_l("You may not see who this is. The window can call for you."))
    key = (case.region_id, case.id, by.user_id or 0, context.place.day(now))
    if db.session.get(RevealGrant, key) is not None:
        return
    db.session.add(
        RevealGrant(region_id=key[0], case_id=key[1], user_id=key[2], on_day=key[3], granted_at=now)
    )
    record(
        stream_of(case),
        "reveal",
        region_id=case.region_id,
        by=by,
        now=now,
        body={
            "category": "call",
            "task": ContactKind.FOLLOW_UP.value,
            "version": case.version,
            **standing_in(by, case),
        },
    )


def shown_today(context: Context, by: Actor, *, now: datetime) -> Shown | None:
    """Give name and number where this person was let see them today, for this call."""
    case = context.case
    key = (case.region_id, case.id, by.user_id or 0, context.place.day(now))
    return shown_of(case) if db.session.get(RevealGrant, key) is not None else None


def record_call(number: str, call: Call, *, version: int, by: Actor, now: datetime) -> Case:
    """Take down what a call brought: close, have it done again, count the try, or plan another.

    Raises as `check_task`, Invalid for each answer that is missing, Conflict for a try at a time
    when nobody is called.
    """
    context = begin(number, version, Permission.CASE_FOLLOW_UP, by, now)
    check_task(context, by)
    if call.reached is Reached.LATER:
        return _plan(context, call, by, now)
    if call.reached is Reached.YES:
        _check_answers(call)
    _forget_plan(context.case)
    if context.case.status is Status.MERGED:
        return _ask_joined(number, call, version=version, by=by, now=now)
    if call.reached is Reached.NO:
        return _missed(context, call, by, now)
    enough = is_enough(call.solved, call.result_score)
    data = StepData(
        version=version,
        text=call.text,
        in_time=call.in_time,
        solved=call.solved,
        result_score=call.result_score,
        attitude_score=call.attitude_score,
    )
    return move(number, Move.CLOSE_SOLVED if enough else Move.REDO, data, by=by, now=now)


def _check_answers(call: Call) -> None:
    missing = [name for name in FOLLOW_UP_ANSWERS if getattr(call, name) is None]
    faults = [Invalid(NEEDED[name], field=name) for name in missing]
    done_again = call.solved is not None and not is_enough(call.solved, call.result_score)
    if done_again and not call.text.strip():
        faults.append(
            Invalid(_l("Write what is still missing: it goes back to be done again."), field="text")
        )
    if faults:
        faults[0].others = tuple(faults[1:])
        raise faults[0]


def _missed(context: Context, call: Call, by: Actor, now: datetime) -> Case:
    """Count a try, and write to whoever was not reached today before."""
    case, day = context.case, context.place.day
    first_today = not any(
        c.kind is ContactKind.FOLLOW_UP and day(c.at) == day(now) for c in context.contacts
    )
    contact = ContactData(ContactKind.FOLLOW_UP, ContactChannel.PHONE, False, call.text)
    done = record_contact(case.number, contact, version=case.version, by=by, now=now)
    if first_today:
        letters.owe(case, "missed_call", now=now)
    return done


def _ask_joined(number: str, call: Call, *, version: int, by: Actor, now: datetime) -> Case:
    said = JoinedAnswer(
        call.reached is Reached.YES,
        call.solved,
        call.in_time,
        call.result_score,
        call.attitude_score,
        call.text,
    )
    return ask_joined(number, said, version=version, by=by, now=now)


def _plan(context: Context, call: Call, by: Actor, now: datetime) -> Case:
    """Keep when somebody wants to be called; it is no try, and whoever promised it is told then."""
    case, at = context.case, call.again_at
    if at is None or not now < at <= now + LONGEST_WAIT:
        raise Invalid(_l("Write when: a time to come, within 30 days."), field="again_on")
    if not may_ring(at, call_hours(context.place, at), context.place.timetable.zone):
        raise Invalid(_l("Nobody is called at that time. Agree on another."), field="again_at")
    plan = db.session.get(CallPlan, (case.region_id, case.id))
    if plan is None:
        plan = CallPlan(region_id=case.region_id, case_id=case.id)
        db.session.add(plan)
    plan.round, plan.by_user_id, plan.at, plan.told_at = case.round, by.user_id or 0, at, None
    return finish(context, Act.PLAN_CALL, by, now, {"at": at.isoformat()})


def _forget_plan(case: Case) -> None:
    db.session.execute(
        delete(CallPlan)
        .where(CallPlan.region_id == case.region_id, CallPlan.case_id == case.id)
        .execution_options(synchronize_session=False)
    )


def due_plans(*, now: datetime) -> Sequence[tuple[int, UUID]]:
    """List up to fifty calls that were promised for a time that has come, untold yet."""
    found = db.session.execute(
        select(CallPlan.region_id, CallPlan.case_id)
        .where(CallPlan.told_at.is_(None), CallPlan.at <= now)
        .order_by(CallPlan.at)
        .limit(PLANS_AT_ONCE)
    )
    return [(region_id, case_id) for region_id, case_id in found]


def tell_planned(key: tuple[int, UUID], *, now: datetime) -> None:
    """Tell whoever promised a call that its time has come; the caller holds the transaction."""
    row = db.session.execute(
        select(CallPlan, Case)
        .join(Case, and_(Case.region_id == CallPlan.region_id, Case.id == CallPlan.case_id))
        .where(CallPlan.region_id == key[0], CallPlan.case_id == key[1])
        .with_for_update(of=CallPlan)
    ).first()
    if row is None or row[0].told_at is not None or row[0].at > now:
        return
    plan, case = row
    plan.told_at = now
    if case.round == plan.round and case.status in {Status.REPLIED, Status.MERGED}:
        tell(case, Notice.CALL, [plan.by_user_id], key=plan.at.isoformat(), now=now)
