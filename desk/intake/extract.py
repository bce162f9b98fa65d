"""Everything held about whoever filed a case, for themselves, in a form other programs can read."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from desk.access.actors import Actor
from desk.audit.actions import record
from desk.casework.identity import unseal
from desk.casework.models import Case, Contact, Party
from desk.casework.queries.scope import case_of
from desk.intake.queries import Tracked, tracked
from desk.kernel.db import db
from desk.notify.models import Letter

FORMAT = 1
CASE_FIELDS = (
    "number", "status", "filed_at", "channel", "kind", "party_kind", "identity_mode", "lang",
    "needs", "reason", "title", "story", "wish", "named_text", "item_words", "own_reference",
    "happened_on", "visits", "tried_by", "accepted_at", "promised_on", "replied_at", "closed_at",
    "ended_at", "outcome", "result", "round",
)  # fmt: skip
REPLY_FIELDS = (
    "n", "round", "facts", "basis", "action", "next_step", "contact", "evidence", "outcome",
    "submitted_at", "reviewed_at",
)  # fmt: skip
CONTACT_FIELDS = (
    "kind", "at", "channel", "reached", "in_time", "solved", "result_score", "attitude_score",
)  # fmt: skip
LETTER_FIELDS = ("template", "channel", "lang", "written_at", "posted_at")


def take_extract(number: str, *, by: Actor, now: datetime) -> dict[str, Any]:
    """Gather what is held about a complainant in one case, and record that it was taken out.

    Notes of staff, drafts of replies and names of staff are not about the complainant. The caller
    holds the transaction. Raises NotFound as `case_of`.
    """
    case = case_of(by, number)
    seen = tracked(case, by, now=now)
    record(
        case.stream,
        "extract",
        region_id=case.region_id,
        by=by,
        now=now,
        body={"version": case.version},
    )
    return {
        "format": FORMAT,
        "made_at": _plain(now),
        "case": _fields(case, CASE_FIELDS),
        "person": _person(case.region_id, case.party_id),
        "filed_by": _person(case.region_id, case.agent_party_id),
        "messages": [
            {"at": _plain(one.at), "by": one.author_kind.value, "text": one.body}
            for one in seen.messages
        ],
        "replies": [_fields(reply, REPLY_FIELDS) for reply in seen.replies],
        "calls": [_fields(one, CONTACT_FIELDS) for one in _contacts(case)],
        "files": _files(seen),
        "letters": [_fields(one, LETTER_FIELDS) for one in _letters(case)],
        "steps": [
            {"at": _plain(line.at), "what": line.what, "hash": line.hash.hex()}
            for line in seen.lines
        ],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return getattr(value, "value", value)


def _fields(row: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _person(region_id: int, party_id: Any) -> dict[str, Any] | None:
    party = db.session.get(Party, (region_id, party_id)) if party_id else None
    if party is None:
        return None
    found = unseal(party)
    return {
        "name": found.name,
        "business": found.org,
        "credit_code": found.uscc,
        "phone": found.phone,
        "phone_is_private": found.phone_private,
        "email": found.email,
    }


def _contacts(case: Case) -> Iterable[Contact]:
    return db.session.scalars(
        select(Contact)
        .where(Contact.region_id == case.region_id, Contact.case_id == case.id)
        .order_by(Contact.n)
    ).all()


def _files(seen: Tracked) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "size": one.file.size, "added_at": _plain(one.file.added_at)}
        for one in seen.files.all
    ]


def _letters(case: Case) -> Iterable[Letter]:
    if case.party_id is None:
        return ()
    return db.session.scalars(
        select(Letter)
        .where(Letter.region_id == case.region_id, Letter.party_id == case.party_id)
        .order_by(Letter.written_at, Letter.id)
    ).all()
