"""Looking a form over between the person's click and the sending of it."""

from dataclasses import replace

from flask import request

from desk.casework.likeness import likest, percent
from desk.casework.looking_over import Doubt, Notice
from desk.casework.models import Case, Reply
from desk.casework.queries.replies import earlier_replies
from desk.casework.reply_check import PARTS, check, parts_of, whole
from desk.casework.situation import StepData
from desk.casework.workflow import Move
from desk.kernel.clock import utc_now
from desk.kernel.form import DeskForm, Line
from desk.organisation.queries import home_timetable
from desk.workbench.looking import Warned, looked_over, phrases_on, warned
from desk.writing.labels import PART

REPLIES = frozenset({Move.SUBMIT_REPLY, Move.SOLVE_ON_SPOT})


def is_sure(found: Warned | None) -> bool:
    """Tell whether nothing was noticed, or exactly this was shown and is meant so."""
    return found is None or request.form.get("sure") == found.mark


def look_over(name: str, form: DeskForm, case: Case) -> Warned | None:
    """Say what stands out in a form that is no reply."""
    now = utc_now()
    today = home_timetable(now).local_day(now)
    return warned(looked_over(name, _texts(form), case, today), _labels(form), today)


def look_over_step(
    step: Move, form: DeskForm, case: Case, data: StepData
) -> tuple[StepData, Warned | None]:
    """Say what stands out in the form of a step; a reply is held against earlier ones as well.

    Gives back the data with the likeness that was measured. A part that is missing altogether is
    refused by the step itself.
    """
    parts = parts_of(data)
    if step not in REPLIES or not all(text.strip() for text in parts.values()):
        return data, look_over(step.value, form, case)
    now = utc_now()
    today = home_timetable(now).local_day(now)
    data = replace(data, likeness=percent(likest(whole(parts), earlier_replies(case))))
    others = looked_over(step.value, _texts(form), case, today)
    found = [one for one in others if one.doubt is Doubt.UNFILLED or one.part not in PARTS]
    found += check(
        parts,
        phrases=phrases_on(today),
        alike=data.likeness or 0,
        outcome=data.outcome,
        story=case.story,
    )
    return data, warned(found, _labels(form), today)


def noticed_in(reply: Reply, story: str) -> Warned | None:
    """Say to a reviewer what the author was told when sending the reply."""
    now = utc_now()
    today = home_timetable(now).local_day(now)
    found: list[Notice] = check(
        {part: str(getattr(reply, part)) for part in PARTS},
        phrases=phrases_on(today),
        alike=reply.likeness or 0,
        outcome=reply.outcome,
        story=story,
    )
    return warned(found, PART, today)


def _texts(form: DeskForm) -> dict[str, str]:
    return {field.name: str(field.data or "") for field in form if isinstance(field, Line)}


def _labels(form: DeskForm) -> dict[str, object]:
    return {field.name: field.label.text for field in form}
