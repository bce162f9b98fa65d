"""Open cases that keep away everybody who could supervise them."""

from datetime import date

from sqlalchemy import select

from desk.access.permissions import Role
from desk.accounts.models import Membership
from desk.casework.line import Rank, Waiting
from desk.casework.models import Case, CaseNamed
from desk.casework.queries.line import line_at
from desk.kernel.db import db

MOST = 200


def unsupervised(day: date) -> int:
    """Count open cases no supervisor may see on a day, at most 200.

    Whoever enters names keeps people away alone and for good: whoever enters all of them could
    bury a case. Nobody who is kept away learns of it, so it is counted and nothing more is said.
    """
    keeps_one_away = (
        select(CaseNamed.case_id)
        .join(Membership, Membership.user_id == CaseNamed.user_id)
        .where(Membership.role == Role.SUPERVISOR)
    )
    cases = db.session.scalars(
        select(Case).where(Case.open, Case.id.in_(keeps_one_away)).order_by(Case.id).limit(MOST)
    ).all()
    ranks = [line_at(case, Waiting.SUPERVISOR, day=day).rank for case in cases]
    return sum(rank not in {Rank.SUPERVISOR, Rank.ABOVE} for rank in ranks)
