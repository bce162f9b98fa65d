"""The forms of a follow-up call: one for the case it is made for, one for each other."""

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from desk.casework.calling import Call, Reached
from desk.casework.labels import SOLVED
from desk.casework.models import Case
from desk.casework.place import Place
from desk.casework.words import Solved
from desk.kernel.form import Day, DeskForm, Hidden, Line, OneOf, Paragraph, Version
from desk.workbench.forms import LONG, SCORES, YES_NO

REACHED = {
    Reached.YES: _l("Yes, they answered"),
    Reached.NO: _l("No answer"),
    Reached.LATER: _l("Another time"),
}


class AnswersForm(DeskForm):
    """What was said about one case. Nothing is chosen beforehand."""

    version = Version()
    number = Hidden()
    solved = OneOf(_l("Is it solved?"), choices=list(SOLVED.items()))
    in_time = OneOf(_l("Did the department get in touch in time?"), choices=YES_NO)
    result_score = OneOf(_l("Content with the result, 1 to 5"), choices=SCORES)
    attitude_score = OneOf(_l("Content with the attitude, 1 to 5"), choices=SCORES)
    text = Paragraph(_l("What they said; if it is not solved: what is still missing"), longest=LONG)

    def is_empty(self) -> bool:
        """Tell whether nothing was said about this case."""
        names = ("solved", "in_time", "result_score", "attitude_score", "text")
        return not any(self[name].data for name in names)

    def call(self, reached: Reached, again_at: datetime | None) -> Call:
        """Give what was filled in as the rules want it."""
        given = {name: self[name].data for name in ("solved", "result_score", "attitude_score")}
        return Call(
            reached,
            in_time={"yes": True, "no": False}.get(str(self.in_time.data)),
            solved=Solved(given["solved"]) if given["solved"] else None,
            result_score=int(given["result_score"]) if given["result_score"] else None,
            attitude_score=int(given["attitude_score"]) if given["attitude_score"] else None,
            text=str(self.text.data or ""),
            again_at=again_at,
        )


class OtherForm(AnswersForm):
    """The same about another case of the same person, in the same call."""

    class Meta:
        csrf = False


class CallForm(AnswersForm):
    """One call: whether somebody answered, and what they said about the case it was made for."""

    reached = OneOf(
        _l("Reached?"),
        choices=list(REACHED.items()),
        required=_l("Say whether you reached them."),
    )
    again_on = Day(_l("Which day"))
    again_at = Line(_l("What time"), longest=5)

    def when(self, place: Place) -> datetime | None:
        """Read the day and the time at which somebody wants to be called; None for neither."""
        try:
            clock = time.fromisoformat(str(self.again_at.data or "").replace("：", ":").zfill(5))
        except ValueError:
            return None
        day = self.again_on.data
        if not isinstance(day, date) or clock.tzinfo is not None:
            return None
        return datetime.combine(day, clock, ZoneInfo(place.timetable.zone))


def forms_for(
    cases: Sequence[Case], given: MultiDict[str, str] | None
) -> tuple[CallForm, list[tuple[Case, OtherForm]]]:
    """Make the form of a call: the first case with its own names, the others numbered from 2."""
    form = CallForm(formdata=given)
    others = [
        (case, OtherForm(formdata=given, prefix=f"{n}-")) for n, case in enumerate(cases[1:], 2)
    ]
    if given is None:
        for case, one in [(cases[0], form), *others]:
            one.version.data, one.number.data = str(case.version), case.number
    return form, others
