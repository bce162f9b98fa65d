"""What the page of a case shows: one column of what happened, and the facts beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, select
from sqlalchemy.orm import aliased, undefer

from desk.access.actors import Actor
from desk.accounts.queries import names_of
from desk.approvals.models import Approval
from desk.audit.models import LedgerLine, Visibility
from desk.audit.queries import lines_of
from desk.casework import disclosure
from desk.casework.models import Case, CaseFile, CaseMessage, CaseTask, Contact, Party, Reply
from desk.casework.place import place_of
from desk.casework.queries.attached import Attachments, attached_to
from desk.casework.queries.context import Context, clocks_of, context_from
from desk.casework.queries.joined import around_from, joined_count
from desk.casework.queries.scope import Reach, permissions_at, reach_of, sees_identity
from desk.casework.queries.tasks import tasks_of
from desk.casework.words import Review, TaskState
from desk.catalogue.models import ItemVersion
from desk.kernel.db import db
from desk.kernel.errors import NotFound
from desk.organisation.models import Department, Hall, Window
from desk.organisation.queries import hall_kept

TOLD_OTHERWISE = frozenset(
    {
        "submit",
        "open_rectification",
        "add_message",
        "add_note",
        "record_contact",
        "open_file",
        "ask_task",
        "answer_task",
    }
)
PROMISING = frozenset({"accept", "redo", "redo_0", "reopen", "reopen_0"})


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened: a message, a reply, a call or a line of the ledger.

    `text` is what somebody wrote with it, as far as whoever looks may read it; `promised_on` the
    day by which the step promised an answer; `named` who was told of a note.
    """

    at: datetime
    public: bool
    who: str
    text: str = ""
    message: CaseMessage | None = None
    reply: Reply | None = None
    contact: Contact | None = None
    line: LedgerLine | None = None
    task: CaseTask | None = None
    promised_on: date | None = None
    named: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Has:
    """Which tables hold anything of a case: what is not there need not be asked for."""

    replies: bool
    contacts: bool
    messages: bool
    tasks: bool
    approvals: bool
    files: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """A case and what it points at, loaded in one go, and what else there is of it."""

    case: Case
    party: Party | None
    agent: Party | None
    item: ItemVersion | None
    department: Department | None
    window: Window | None
    hall: Hall
    joined: int
    has: Has


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case with all that its page shows to one person; `knows` whether they may learn who."""

    case: Case
    context: Context
    facts: Facts
    told: Sequence[Told]
    lines: Sequence[LedgerLine]
    names: dict[int, str]
    tasks: Sequence[CaseTask]
    knows: bool
    title: str
    files: Attachments


def case_page(actor: Actor, number: str, *, now: datetime) -> CasePage:
    """Load what the page of a case shows to this person; raises NotFound as `case_of` does."""
    reach = reach_of(actor, number)
    knows = sees_identity(reach, actor)
    facts = facts_of(reach, knows=knows)
    case, has = facts.case, facts.has
    here = {"region_id": reach.region_id, "case_id": reach.id}
    replies = db.session.scalars(REPLIES, here).all() if has.replies else ()
    contacts = db.session.scalars(CONTACTS, here).all() if has.contacts else ()
    messages = db.session.scalars(MESSAGES, here).all() if has.messages else ()
    lines = lines_of(
        case.region_id, f"c/{case.id.hex}", visibility=[Visibility.PUBLIC, Visibility.TEAM]
    )
    tasks = tasks_of(case) if has.tasks else ()
    context = context_from(
        case,
        actor,
        place_of(case.region_id, case.hall_id, now),
        clocks_of(case),
        replies[-1] if replies else None,
        contacts,
        permissions_at(actor, case),
        now=now,
        around=around_from(case, facts.joined),
        open_tasks=sum(task.state is TaskState.OPEN for task in tasks),
        approvals=None if has.approvals else (),
    )
    people = [line.user_id for line in lines if line.user_id]
    people += [line.body["for"] for line in lines if line.body and "for" in line.body]
    people += [who for message in messages for who in (message.payload or {}).get("mentions", ())]
    people += [key for key in (case.handler_id, case.leader_id) if key is not None]
    names = names_of(people)
    told = [
        *_messages(messages, names, knows=knows),
        *(_reply(reply, names) for reply in replies),
        *(_contact(contact, names, actor, knows=knows) for contact in contacts),
        *(entry for task in tasks for entry in _task(task, names)),
        *(_line(line, names) for line in lines if line.what not in TOLD_OTHERWISE),
    ]
    title = disclosure.title_for(case.title, case.brief, knows=knows)
    return CasePage(
        case,
        context,
        facts,
        sorted(told, key=_order),
        lines,
        names,
        tasks,
        knows=knows,
        title=title,
        files=attached_to(case, actor, knows=knows) if has.files else Attachments(),
    )


def facts_of(case: Case | Reach, *, knows: bool) -> Facts:
    """Load a case with what surrounds it, and its long texts as far as they may be read."""
    key = {"region_id": case.region_id, "case_id": case.id}
    row: Any = db.session.execute(_facts(knows), key).one()
    hall = hall_kept(case.hall_id)
    if hall is None:
        raise NotFound(_("There is no such hall."))
    case_row, party, agent, item, department, window, joined, *there = row
    return Facts(case_row, party, agent, item, department, window, hall, joined, Has(*there))


@cache
def _facts(knows: bool) -> Select[*tuple[Any, ...]]:
    """Build the question of `facts_of`, once: so many tables take longer to name than to ask."""
    agent = aliased(Party)
    texts = (Case.brief, Case.story, Case.wish, Case.named_text) if knows else (Case.brief,)
    return (
        select(
            Case, Party, agent, ItemVersion, Department, Window, joined_count(),
            *(_is_there(table) for table in (Reply, Contact, CaseMessage, CaseTask)),
            exists().where(Approval.region_id == Case.region_id, Approval.subject_id == Case.id),
            _is_there(CaseFile),
        )
        .select_from(Case)
        .outerjoin(Party, and_(Party.region_id == Case.region_id, Party.id == Case.party_id))
        .outerjoin(agent, and_(agent.region_id == Case.region_id, agent.id == Case.agent_party_id))
        .outerjoin(ItemVersion, ItemVersion.id == Case.item_version_id)
        .outerjoin(Department, Department.id == Case.department_id)
        .outerjoin(Window, Window.id == Case.window_id)
        .where(Case.region_id == bindparam("region_id"), Case.id == bindparam("case_id"))
        .options(*(undefer(text) for text in texts))
    )  # fmt: skip


def _is_there(table: Any) -> ColumnElement[bool]:
    return exists().where(table.region_id == Case.region_id, table.case_id == Case.id)


def _all_of(table: Any, order: Any) -> Select[Any]:
    here = (table.region_id == bindparam("region_id"), table.case_id == bindparam("case_id"))
    return select(table).where(*here).order_by(order)


REPLIES, CONTACTS = _all_of(Reply, Reply.n), _all_of(Contact, Contact.n)
MESSAGES = _all_of(CaseMessage, CaseMessage.seq)


def _messages(
    messages: Sequence[CaseMessage], names: dict[int, str], *, knows: bool
) -> Sequence[Told]:
    told = []
    for message in messages:
        payload = message.payload or {}
        about = payload.get("move") or payload.get("act")
        if disclosure.may_read(message.author_kind, message.kind, about, knows=knows):
            public = message.visibility is Visibility.PUBLIC
            who = names.get(message.user_id or 0, "")
            named = [names[key] for key in payload.get("mentions", ()) if key in names]
            told.append(Told(message.at, public, who, message.body, message=message, named=named))
    return told


def _reply(reply: Reply, names: dict[int, str]) -> Told:
    public = reply.review is Review.APPROVED
    who = names.get(reply.author_id, "")
    return Told(reply.submitted_at, public, who, reply.action, reply=reply)


def _contact(contact: Contact, names: dict[int, str], actor: Actor, *, knows: bool) -> Told:
    """Tell of a call; what was said only to whoever may know the complainant, or was there."""
    who = names.get(contact.by_user_id or 0, "")
    said = contact.note if knows or contact.by_user_id == actor.user_id else ""
    return Told(contact.at, True, who, said, contact=contact)


def _task(task: CaseTask, names: dict[int, str]) -> list[Told]:
    """Tell what a department was asked, and what it answered."""
    asked = Told(task.asked_at, False, names.get(task.asked_by or 0, ""), task.brief, task=task)
    if task.answer is None or task.ended_at is None:
        return [asked]
    who = names.get(task.ended_by or 0, "")
    return [asked, Told(task.ended_at, False, who, task.answer, task=task)]


def _line(line: LedgerLine, names: dict[int, str]) -> Told:
    public = line.visibility is Visibility.PUBLIC
    body = line.body or {}
    promised = body.get("promised_on") if line.what in PROMISING else None
    who = names.get(line.user_id or 0, "")
    if body.get("for") in names:
        who = str(_("%(who)s for %(whom)s", who=who, whom=names[body["for"]]))
    return Told(
        line.at,
        public,
        who,
        line=line,
        promised_on=date.fromisoformat(promised) if promised else None,
    )


def _order(told: Told) -> tuple[datetime, bool]:
    """Sort by time; of one moment, what was written before the step it was written for."""
    return told.at, told.line is not None


def since(page: CasePage, version: int) -> Sequence[tuple[LedgerLine, str]]:
    """List what was done after the version somebody saw, each with what was written with it."""
    texts = {entry.at: entry.text for entry in page.told if entry.text}
    return [
        (line, texts.get(line.at, ""))
        for line in page.lines
        if (line.body or {}).get("version", 0) > version
    ]
