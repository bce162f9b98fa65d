"""Answering by a link, in two taps and once."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from desk.access.actors import complainant_of
from desk.casework.actions.asking_joined import confirm_joined
from desk.casework.actions.move import move
from desk.casework.models import AnswerLink, Case
from desk.casework.queries.answer_links import OVER, Opened, opened_by
from desk.casework.situation import StepData
from desk.casework.words import Solved, Status
from desk.casework.workflow import Move
from desk.kernel.db import db
from desk.kernel.errors import Gone, NotFound

NOTHING_MORE = _l("Answered by the link: it is not solved. Nothing more was written.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody tapped and wrote; whatever they left out is None."""

    solved: Solved
    in_time: bool | None = None
    result_score: int | None = None
    attitude_score: int | None = None
    text: str = ""


def answer(token: str, said: Answer, *, now: datetime) -> Case:
    """Take the answer of whoever holds a link: confirm, or have it done again.

    Raises NotFound for a token that opens nothing, Gone where it was used, has run out, or the
    case was answered another way meanwhile.
    """
    opened = opened_by(token, now=now)
    if opened is None:
        raise NotFound("")
    _use(opened, now)
    case = opened.case
    by = complainant_of(case.region_id, case.id)
    if case.status is Status.MERGED:
        return confirm_joined(case.number, said.solved, version=case.version, by=by, now=now)
    step = Move.REDO if said.solved is Solved.NO else Move.CONFIRM
    with force_locale(case.lang):
        default = str(NOTHING_MORE)
    data = StepData(
        version=case.version,
        solved=said.solved,
        in_time=said.in_time,
        result_score=said.result_score,
        attitude_score=said.attitude_score,
        text=said.text or (default if step is Move.REDO else None),
    )
    return move(case.number, step, data, by=by, now=now)


def _use(opened: Opened, now: datetime) -> None:
    if opened.why_not is not None:
        raise Gone(opened.why_not)
    used = db.session.execute(
        update(AnswerLink)
        .where(
            AnswerLink.region_id == opened.case.region_id,
            AnswerLink.token_h == opened.token_h,
            AnswerLink.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(AnswerLink.token_h)
        .execution_options(synchronize_session=False)
    ).first()
    if used is None:
        raise Gone(OVER)
