"""Adding to what was said in a case."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from desk.access.actors import Actor, ActorKind
from desk.audit.models import Visibility
from desk.casework.models import Case, CaseMessage
from desk.casework.words import AuthorKind, MessageKind
from desk.kernel.db import db

AUTHORS = {
    ActorKind.STAFF: AuthorKind.STAFF,
    ActorKind.COMPLAINANT: AuthorKind.COMPLAINANT,
    ActorKind.SYSTEM: AuthorKind.SYSTEM,
}


def add(
    case: Case,
    kind: MessageKind,
    body: str,
    *,
    visibility: Visibility,
    by: Actor,
    now: datetime,
    payload: dict[str, Any] | None = None,
    to_all: bool = False,
) -> int:
    """Write a message into the story and return its number in the case."""
    here = (CaseMessage.region_id == case.region_id, CaseMessage.case_id == case.id)
    last = db.session.scalar(select(func.max(CaseMessage.seq)).where(*here)) or 0
    db.session.execute(
        insert(CaseMessage).values(
            region_id=case.region_id,
            case_id=case.id,
            seq=last + 1,
            at=now,
            visibility=visibility,
            kind=kind,
            author_kind=AUTHORS[by.kind],
            user_id=by.user_id,
            body=body,
            payload=payload,
            to_all=to_all,
        )
    )
    return last + 1
