"""Adding to what was said in a case."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, select

from desk.access.actors import Actor, ActorKind
from desk.audit.models import Visibility
from desk.casework.models import Case, CaseMessage
from desk.casework.words import AuthorKind, MessageKind
from desk.kernel.db import db

ADD_MESSAGE = insert(cast("Table", CaseMessage.__table__))
LAST = select(func.max(CaseMessage.seq)).where(
    CaseMessage.region_id == bindparam("region"), CaseMessage.case_id == bindparam("of")
)
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
    last = db.session.scalar(LAST, {"region": case.region_id, "of": case.id}) or 0
    message = {
        "region_id": case.region_id,
        "case_id": case.id,
        "seq": last + 1,
        "at": now,
        "visibility": visibility,
        "kind": kind,
        "author_kind": AUTHORS[by.kind],
        "user_id": by.user_id,
        "body": body,
        "payload": payload,
        "to_all": to_all,
    }
    db.session.execute(ADD_MESSAGE, message)
    return last + 1
