"""What the case of a bad rating waits for: the word of two, or of somebody who was not there."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from desk.casework.events import CaseActed, CaseMoved
from desk.casework.models import Case, CaseNamed, NamedBasis
from desk.casework.queries.line import supervises
from desk.casework.workflow import Move
from desk.kernel.db import db
from desk.kernel.errors import Conflict, NotAllowed
from desk.ratings.actions.rectifying import rating_behind


def keep_in_hall(news: CaseMoved) -> None:
    """Let no unit hear of a rating that counts in nothing: held, or set aside by two people.

    The hall may call and verify meanwhile; what stays aside is found unfounded there (settled.md
    2.18: what is held opens no case, and one that is open goes no further).
    """
    if news.move is not Move.DISPATCH_RECTIFICATION:
        return
    rating = rating_behind(news.case)
    if rating is not None and not rating.effective:
        raise Conflict(
            _l(
                "This rating is held or set aside and counts in nothing. It goes to the unit once "
                "two supervisors let it count; you may call and verify meanwhile."
            )
        )


def leave_to_second_line(news: CaseActed) -> None:
    """Leave the verdict to a supervisor where nobody knows who was rated (settled.md 2.8)."""
    if news.act != "record_verdict" or supervises(news.by, news.case) or _is_known(news.case):
        return
    raise NotAllowed(
        _l(
            "Nobody has said who served there, and it may have been you. Record the call; a "
            "supervisor records the finding. Once whoever served is named, the window may."
        )
    )


def _is_known(case: Case) -> bool:
    """Tell whether somebody is kept away, or the rating is of no service at a window."""
    rating = rating_behind(case)
    if rating is None or rating.window_id is None or rating.service_event_id is None:
        return True
    named = exists().where(
        CaseNamed.region_id == case.region_id,
        CaseNamed.case_id == case.id,
        CaseNamed.basis.in_([NamedBasis.RATED, NamedBasis.NAMED]),
    )
    return bool(db.session.scalar(select(named)))
