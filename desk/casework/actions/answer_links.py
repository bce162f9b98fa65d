"""Making the links by which a complainant answers: one with every letter that asks."""

import secrets
from datetime import datetime

from sqlalchemy import insert, select

from desk.casework.models import AnswerLink, Case, CaseClock
from desk.casework.words import Step
from desk.kernel.crypto import token_hash
from desk.kernel.db import db
from desk.organisation.models import Region

TOKEN_BYTES = 16


def new_link(case: Case, *, now: datetime) -> str | None:
    """Draw the token of a link for the answer a case has, 128 random bits behind its region.

    None where there is nothing to answer any more. The link lives as long as an answer is awaited.
    """
    asked = case.parent_id or case.id
    until = db.session.scalar(
        select(CaseClock.due_at).where(
            CaseClock.region_id == case.region_id,
            CaseClock.case_id == asked,
            CaseClock.step == Step.CONFIRM,
            CaseClock.stopped_at.is_(None),
        )
    )
    if until is None or until <= now:
        return None
    region = db.session.get_one(Region, case.region_id)
    token = f"{region.short_code}-{secrets.token_urlsafe(TOKEN_BYTES)}"
    db.session.execute(
        insert(AnswerLink).values(
            region_id=case.region_id,
            token_h=token_hash(token),
            case_id=case.id,
            round=case.round,
            expires_at=until,
        )
    )
    return token
