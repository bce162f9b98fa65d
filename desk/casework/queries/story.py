"""What the page of a case shows: one column of what happened, and the facts beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.accounts.queries import names_of
from desk.audit.models import LedgerLine, Visibility
from desk.audit.queries import lines_of
from desk.casework.models import Case, CaseMessage, Contact, Party, Reply
from desk.casework.queries.context import Context
from desk.casework.words import IdentityMode, Kind
from desk.catalogue.models import ItemVersion
from desk.kernel.db import db
from desk.organisation.models import Department, Window


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened: a message, a reply or a line of the ledger."""

    at: datetime
    kind: str
    public: bool
    who: str
    message: CaseMessage | None = None
    reply: Reply | None = None
    line: LedgerLine | None = None


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case with all that its page shows."""

    case: Case
    context: Context
    told: Sequence[Told]
    contacts: Sequence[Contact]
    names: dict[int, str]
    party: Party | None
    agent: Party | None
    item: ItemVersion | None
    department: Department | None
    window: Window | None
    sees_story: bool
    sees_identity: bool


def sees_identity(case: Case, actor: Actor) -> bool:
    """Tell whether somebody may learn who the complainant is.

    The hall may; a department only when the complainant files with name, and never the rater.
    """
    open_to_all = case.identity_mode is IdentityMode.REAL and case.kind is Kind.COMPLAINT
    for seat in actor.seats_for(Permission.CASE_READ):
        if not seat.reaches(case.region_id, case.hall_id, case.department_id):
            continue
        if open_to_all or not seat.department_id:
            return True
    return False


def case_page(case: Case, context: Context, actor: Actor) -> CasePage:
    """Load what the page of a case shows to this person, who has found it within scope."""
    here = (case.region_id, case.id)
    identity = sees_identity(case, actor)
    messages = db.session.scalars(
        select(CaseMessage)
        .where(CaseMessage.region_id == here[0], CaseMessage.case_id == here[1])
        .order_by(CaseMessage.seq)
    ).all()
    replies = db.session.scalars(
        select(Reply).where(Reply.region_id == here[0], Reply.case_id == here[1]).order_by(Reply.n)
    ).all()
    lines = lines_of(
        case.region_id, f"c/{case.id.hex}", visibility=[Visibility.PUBLIC, Visibility.TEAM]
    )
    people = [line.user_id for line in lines if line.user_id]
    people += [person for person in (case.handler_id,) if person]
    names = names_of(people)
    return CasePage(
        case,
        context,
        _told(messages, replies, lines, names),
        context.contacts,
        names,
        db.session.get(Party, (case.region_id, case.party_id)) if case.party_id else None,
        db.session.get(Party, (case.region_id, case.agent_party_id))
        if case.agent_party_id
        else None,
        db.session.get(ItemVersion, case.item_version_id) if case.item_version_id else None,
        db.session.get(Department, case.department_id) if case.department_id else None,
        db.session.get(Window, case.window_id) if case.window_id else None,
        identity,
        identity,
    )


def _told(
    messages: Sequence[CaseMessage],
    replies: Sequence[Reply],
    lines: Sequence[LedgerLine],
    names: dict[int, str],
) -> list[Told]:
    told = [
        Told(
            m.at,
            "message",
            m.visibility is Visibility.PUBLIC,
            names.get(m.user_id or 0, ""),
            message=m,
        )
        for m in messages
    ]
    told += [
        Told(r.submitted_at, "reply", r.review is not None, names.get(r.author_id, ""), reply=r)
        for r in replies
    ]
    told += [
        Told(
            line.at,
            "line",
            line.visibility is Visibility.PUBLIC,
            names.get(line.user_id or 0, ""),
            line=line,
        )
        for line in lines
        if line.what not in {"add_message", "add_note"}
    ]
    return sorted(told, key=lambda entry: entry.at)


def changes_since(case: Case, version: int) -> Sequence[LedgerLine]:
    """List what was done to a case after the version somebody saw."""
    lines = lines_of(
        case.region_id, f"c/{case.id.hex}", visibility=[Visibility.PUBLIC, Visibility.TEAM]
    )
    return [line for line in lines if (line.body or {}).get("version", 0) > version]
