"""Rendering the page of a case: as it stands, with a form open, or with what could not be taken."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from babel.lists import format_list
from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from desk.access.actors import Actor
from desk.access.doors import current_actor
from desk.access.permissions import Permission
from desk.accounts.queries import names_of
from desk.audit.models import LedgerLine
from desk.casework import labels, workflow
from desk.casework.actions.acts import can_write
from desk.casework.actions.asking_tasks import ASKED_IN
from desk.casework.actions.revealing import Shown
from desk.casework.disclosure import is_hidden, tells_hour
from desk.casework.explaining import promise_lines
from desk.casework.line import Line, Rank
from desk.casework.models import Case
from desk.casework.queries.colleagues import colleagues_of
from desk.casework.queries.context import Context
from desk.casework.queries.joined import is_to_be_asked
from desk.casework.queries.rulings import Ruled, ruling_on
from desk.casework.queries.scope import case_of
from desk.casework.queries.story import CasePage, case_page, since
from desk.casework.words import Complexity, ContactKind, Kind, Status
from desk.casework.workflow import Move
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Busy, Conflict, DeskError, Invalid, NotFound
from desk.kernel.form import DeskForm
from desk.organisation.codes import names_ever
from desk.organisation.queries import limit_of, names_of_departments
from desk.supervision.labels import LEVEL
from desk.supervision.queries import cards_at
from desk.workbench import due as clocks
from desk.workbench import pressing, rectifying
from desk.workbench.looking import SENT, Warned
from desk.workbench.naming import ACTS, REQUESTS
from desk.workbench.requesting import offered, pending
from desk.workbench.side_forms import RevealForm
from desk.workbench.telling import Side, days, sides
from desk.workbench.views.looking import noticed_in
from desk.workbench.views.opening import REQUEST_FORMS, Open, do_is, open_form
from desk.worktime.deadline import due
from desk.writing.drafts import Kept, drafts_at
from desk.writing.presence import note_presence, writing_at
from desk.writing.queries import replies_for
from desk.writing.words import FORMS, Purpose

MOST_NAMED = 3
RULED = frozenset({Move.DISPATCH, Move.DISPATCH_RECTIFICATION, Move.ARBITRATE, "ask_return"})
"""The forms beside which an earlier decision on the same item stands."""
WORDS: dict[str, Mapping[Any, object]] = {
    "status": labels.STAFF_STATUS,
    "turn": labels.STAFF_TURN,
    "shape": labels.SHAPE,
    "move": labels.MOVE,
    "done": labels.DONE,
    "step": labels.STEP,
    "card": LEVEL,
    "holder": labels.HOLDER,
    "outcome": labels.OUTCOME,
    "result": labels.RESULT,
    "identity": labels.IDENTITY,
    "party": labels.PARTY,
    "need": labels.NEED,
    "channel": labels.CHANNEL,
    "complexity": labels.COMPLEXITY,
    "contact": labels.CONTACT,
    "way": labels.CONTACT_WAY,
    "solved": labels.SOLVED,
    "verdict": labels.VERDICT,
    "approval": labels.APPROVAL,
    "pause": labels.PAUSE_REASON,
    "responsibility": labels.RESPONSIBILITY,
    "task": labels.TASK,
    "tried_by": labels.TRIED_BY,
}


def show(
    number: str,
    *,
    do: str = "",
    form: DeskForm | None = None,
    shown: Shown | None = None,
    warned: Warned | None = None,
    other: Kept | None = None,
) -> str:
    """Render the page of a case, and note who is writing there when it opens a form.

    With a form as it was left, what was noticed in it, the draft that another tab has kept
    meanwhile, and who somebody is, if just shown.
    """
    end_read()
    actor, now = current_actor(), utc_now()
    page = case_page(actor, number, now=now)
    context, case = page.context, page.case
    offers = workflow.offers(context.situation, context.permissions)
    acts = _besides(context, actor)
    side = _side()
    table = context.place.timetable
    seen = _version_of(form)
    wanted = do or request.args.get("do", "")
    key = (case.region_id, case.id, actor.user_id or 0)
    kept = drafts_at(*key, now=now) if wanted and form is None else {}
    ruled = ruling_on(actor, case, context.situation.today) if wanted in RULED else None
    opened = _beside_other(open_form(page, offers, acts, wanted, form, kept, ruled), other)
    changes = _changes(page, opened, seen, actor)
    unplaced = form is not None and (opened is None or opened.form is not form)
    html = render_template(
        "workbench/case.html",
        page=page,
        writing=writing_at(*key[:2], but=key[2], now=now),
        case=case,
        form=form,
        opened=opened,
        do=opened.name if opened else "",
        offers=offers,
        acts=acts,
        side=side,
        sides=sides(page.told),
        days=days(page.told, side, table),
        **_beside(page, actor),
        dates=_dates(context) if do_is(opened, Move.ACCEPT) else {},
        changes=changes,
        warned=warned,
        **_ruled(ruled),
        **_writing(page, opened, actor),
        typed=form.typed() if form is not None and (changes or unplaced) else {},
        contact_kind=contact_kind(context),
        **_pending(context),
        is_request=opened is not None and opened.name in REQUEST_FORMS,
        shown=shown,
        reveal_form=opened.form if do_is(opened, "reveal") else RevealForm(formdata=None),
        hidden=is_hidden(case.kind, case.identity_mode),
        words=_words(str(get_locale())),
        **NAMES,
    )
    _note(opened, key, now)
    return html


@cache
def _words(_language: str) -> dict[str, dict[Any, str]]:
    """Say all words of the page once in the language that is spoken now."""
    return {name: {key: str(word) for key, word in said.items()} for name, said in WORDS.items()}


NAMES = {
    "acts_called": ACTS,
    "requests_called": REQUESTS,
    "S": Status,
    "K": Kind,
    "Side": Side,
}


def _note(opened: Open | None, key: tuple[int, UUID, int], now: datetime) -> None:
    """Note who is writing when there is something to write; nobody reads the database after it."""
    if opened is not None and opened.keeps and key[2]:
        end_read()
        with transaction():
            note_presence(*key, now=now)


def _besides(context: Context, actor: Actor) -> frozenset[str]:
    """Name everything that may be done here besides a step."""
    pressed, rated = pressing.offered(context, actor), rectifying.offered(context, actor)
    return acts_of(context) | pressed | rated | offered(context)


def _beside_other(opened: Open | None, other: Kept | None) -> Open | None:
    return replace(opened, other=other) if opened is not None and other is not None else opened


def _pending(context: Context) -> dict[str, Any]:
    """Give what waits for somebody's decision, and who asked for it."""
    found = pending(context)
    return {"pending": found, "asked_by": names_of([approval.asked_by for approval in found])}


def _beside(page: CasePage, actor: Actor) -> dict[str, Any]:
    """Give what stands beside the story: clocks, tasks, who held it, where it belongs."""
    situation, table = page.context.situation, page.context.place.timetable
    lang, now = str(get_locale()), situation.now
    hour = tells_hour(page.case.kind, knows=page.knows)
    return {
        "clocks": clocks.shown(page.context.clocks, now, table),
        "tasks": [(task, clocks.due_of(task.due_at, now, table)) for task in page.tasks],
        "held": clocks.held_by(page.lines, now, table) if hour else (),
        "promise": promise_lines(page.context.clocks, table) if hour else (),
        "cards": cards_at(page.case, page.context.clocks, actor),
        "parent": _parent(page, actor),
        "order": pressing.shown(page, now),
        "left_alone": _left_alone(page.context.line),
        "departments": _names_of_departments(page, lang),
        "reasons": names_ever("reasons", page.context.place.day(page.case.filed_at), lang),
        "causes": names_ever("reasons", page.context.place.day(page.case.replied_at or now), lang),
        "can_reveal": page.knows and Permission.IDENTITY_REVEAL in page.context.permissions,
    }


def _writing(page: CasePage, opened: Open | None, actor: Actor) -> dict[str, Any]:
    """Give what helps to fill in the form that stands open."""
    keeps = opened is not None and opened.keeps
    name = opened.name if opened is not None else ""
    return {
        "saved": replies_for(actor, page.case, name) if keeps else (),
        "saved_for": FORMS.get(name, Purpose.ANY),
        "weighed": _weighed(page, opened),
        "leaves": name in SENT,
        "can_keep": actor.may(Permission.REPLIES_OWN),
        "colleagues": colleagues_of(page.case, now=utc_now()) if name == "note" else (),
    }


def _left_alone(line: Line | None) -> str:
    """Name who stands in because nobody whose turn it is is left; nothing while somebody is."""
    if line is None or line.rank not in {Rank.SUPERVISOR, Rank.ABOVE, Rank.ADMIN}:
        return ""
    names = names_of(line.user_ids[:MOST_NAMED])
    return format_list([names[key] for key in sorted(names)], locale=get_locale())


def _ruled(ruled: Ruled | None) -> dict[str, Any]:
    """Give an earlier decision on the same item, with the names in it."""
    if ruled is None:
        return {"ruled": None}
    department = names_of_departments({ruled.department_id}, str(get_locale()))
    return {
        "ruled": ruled,
        "ruled_for": department[ruled.department_id],
        "ruled_by": names_of([ruled.decided_by]).get(ruled.decided_by, "—"),
    }


def _weighed(page: CasePage, opened: Open | None) -> Warned | None:
    """Say to a reviewer what stands out in the reply that waits for them."""
    reply = page.context.reply
    if reply is None or not (do_is(opened, Move.APPROVE_REPLY) or do_is(opened, Move.SEND_BACK)):
        return None
    return noticed_in(reply, page.case.story if page.knows else "")


def _changes(
    page: CasePage, opened: Open | None, seen: int | None, actor: Actor
) -> Sequence[tuple[LedgerLine, str]]:
    """List what happened since the person saw the case, or by others since they kept a draft."""
    if seen is not None:
        return since(page, seen) if seen < page.case.version else ()
    if opened is None or opened.draft is None:
        return ()
    return [
        (line, text)
        for line, text in since(page, 0)
        if line.at > opened.draft.at and line.user_id != actor.user_id
    ]


def refused(number: str, error: DeskError, form: DeskForm, do: str) -> ResponseReturnValue:
    """Show the page again with what was typed and why it was not taken."""
    if isinstance(error, Invalid):
        form.blame(error)
        return show(number, do=do, form=form), 422
    form.form_errors.append(error.message)
    status = 409 if isinstance(error, Conflict) else 503 if isinstance(error, Busy) else 403
    return show(number, do=do, form=form), status


def acts_of(context: Context) -> frozenset[str]:
    """Name what may be done to the case here without moving it."""
    case, may = context.case, context.permissions
    allowed = {
        "contact": contact_kind(context) is not None and Permission.CASE_CONTACT in may,
        "verdict": (
            case.kind is Kind.RECTIFICATION
            and case.status is Status.ACCEPTED
            and case.verdict is None
            and Permission.CASE_VERIFY in may
        ),
        "message": can_write(context.situation) and Permission.CASE_MESSAGE in may,
        "ask_joined": (
            Permission.CASE_FOLLOW_UP in may
            and context.around.parent is not None
            and is_to_be_asked(case, context.around.parent)
        ),
        "ask_task": case.status in ASKED_IN and Permission.CASE_ASK_TASK in may,
        "drop_task": context.situation.open_tasks > 0 and Permission.CASE_ASK_TASK in may,
        "note": Permission.CASE_NOTE in may,
        "share": (Permission.CASE_SHARE_FILE in may and is_hidden(case.kind, case.identity_mode)),
        "assign": (case.open and case.department_id is not None and Permission.CASE_ASSIGN in may),
        "name": Permission.CASE_NAME in may,
        "step_back": Permission.CASE_STEP_BACK in may,
        "take": case.open and case.handler_id is None and Permission.CASE_TAKE in may,
    }
    return frozenset(name for name, is_allowed in allowed.items() if is_allowed)


def contact_kind(context: Context) -> ContactKind | None:
    """Tell which kind of call belongs to where the case stands, if any."""
    status, kind = context.case.status, context.case.kind
    if status in {Status.DISPATCHED, Status.HANDLING}:
        return ContactKind.FIRST if kind is Kind.COMPLAINT else None
    if status is Status.REPLIED:
        return ContactKind.FOLLOW_UP if Permission.CASE_FOLLOW_UP in context.permissions else None
    if status is Status.ACCEPTED and kind is Kind.RECTIFICATION:
        return ContactKind.VERIFY
    return None


def _side() -> Side:
    wanted = request.args.get("show", "")
    return Side(wanted) if wanted in set(Side) else Side.ALL


def _parent(page: CasePage, actor: Actor) -> Case | None:
    """Find the case this one was joined to, where this person may read it."""
    parent = page.context.around.parent
    if parent is None:
        return None
    try:
        return case_of(actor, parent.number)
    except NotFound:
        return None


def _version_of(form: DeskForm | None) -> int | None:
    version = getattr(form, "version", None)
    return version.number if version is not None else None


def _names_of_departments(page: CasePage, lang: str) -> dict[int, str]:
    named = {line.body.get("department") for line in page.lines if line.body}
    named |= {task.department_id for task in page.tasks}
    return names_of_departments({number for number in named if number}, lang)


def _dates(context: Context) -> dict[str, Any]:
    """Tell, for each complexity, the date that would be promised if it were accepted now."""
    table, case, situation = context.place.timetable, context.case, context.situation
    found = {}
    for complexity in Complexity:
        limit = limit_of(
            "reply",
            region=context.place.region,
            hall_id=case.hall_id,
            complexity=complexity.value,
            party=case.party_kind.value,
            on=situation.today,
        )
        deadline = due(
            situation.now, limit.n, limit.unit.value, table.calendar, table.hours, table.zone
        )
        found[complexity.value] = deadline.due_at
    return found
