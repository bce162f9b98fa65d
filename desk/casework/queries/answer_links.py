"""What a link to answer by opens, and whether it still does."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import and_, select

from desk.casework.models import AnswerLink, Case
from desk.casework.queries.joined import is_to_be_asked
from desk.casework.words import Status
from desk.kernel.crypto import token_hash
from desk.kernel.db import db, is_writing
from desk.organisation.queries import region_id_of

LONGEST_TOKEN = 64
OVER = _l("You have answered already, thank you. Nothing was changed.")
LATE = _l("The time to answer by this link is over. The desk can still be called or written to.")
MOVED_ON = _l(
    "Nothing needs to be answered here any more: it was answered another way, or the case has "
    "moved on. Nothing was changed."
)


@dataclass(frozen=True, slots=True)
class Opened:
    """The case a link asks about; `why_not` is the sentence where it can be used no more."""

    case: Case
    token_h: bytes
    why_not: LazyString | None


def opened_by(token: str, *, now: datetime) -> Opened | None:
    """Find what a link asks about, locked when a transaction is open; None for no such link."""
    if len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    statement = (
        select(AnswerLink, Case)
        .join(Case, and_(Case.region_id == AnswerLink.region_id, Case.id == AnswerLink.case_id))
        .where(
            AnswerLink.region_id == region_id_of(token.partition("-")[0]),
            AnswerLink.token_h == token_hash(token),
        )
    )
    if is_writing():
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = db.session.execute(statement).first()
    if row is None:
        return None
    link, case = row
    return Opened(case, bytes(link.token_h), _why_not(link, case, now))


def _why_not(link: AnswerLink, case: Case, now: datetime) -> LazyString | None:
    if link.used_at is not None:
        return OVER
    if case.round != link.round or not _is_asked(case):
        return MOVED_ON
    return LATE if link.expires_at <= now else None


def _is_asked(case: Case) -> bool:
    if case.status is not Status.MERGED:
        return case.status is Status.REPLIED
    parent = db.session.get(Case, (case.region_id, case.parent_id))
    return parent is not None and is_to_be_asked(case, parent)
