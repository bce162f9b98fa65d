"""Which cases keep somebody away."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from desk.casework.models import CaseNamed
from desk.kernel.db import db


def cases_naming(user_id: int) -> Sequence[UUID]:
    """List the cases that name somebody, or that they stepped back from."""
    return db.session.scalars(select(CaseNamed.case_id).where(CaseNamed.user_id == user_id)).all()
