"""Earlier replies of a department, to compare a new one with."""

from collections.abc import Sequence

from sqlalchemy import and_, select

from desk.casework.models import Case, Reply
from desk.casework.reply_check import whole
from desk.kernel.db import db

COMPARED = 200


def earlier_replies(case: Case) -> Sequence[str]:
    """Give the newest replies of the department of this case to other cases, at most 200.

    The texts serve to be compared with; whoever asks is shown a likeness, never one of them.
    """
    rows = db.session.execute(
        select(Reply.facts, Reply.basis, Reply.action, Reply.next_step)
        .join(Case, and_(Case.region_id == Reply.region_id, Case.id == Reply.case_id))
        .where(
            Case.region_id == case.region_id,
            Case.department_id == case.department_id,
            Case.id != case.id,
        )
        .order_by(Reply.submitted_at.desc())
        .limit(COMPARED)
    )
    names = ("facts", "basis", "action", "next_step")
    return [whole(dict(zip(names, row, strict=True))) for row in rows]
