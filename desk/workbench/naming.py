"""What an act at a case is called: on its button, above its form, and where it is sent."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from desk.casework.labels import MOVE
from desk.casework.together import STEPS, Together
from desk.casework.workflow import Move


@dataclass(frozen=True, slots=True)
class Called:
    """One act: its button in the bar, the heading of its form, the button that sends it."""

    button: LazyString
    heading: LazyString
    send: LazyString


def _same(word: LazyString) -> Called:
    return Called(word, word, word)


REQUESTS = {
    "ask_return": _same(_l("Hand it back")),
    "ask_extension": _same(_l("Ask for more time")),
    "ask_pause": _same(_l("Ask for a pause")),
    "reclassify": _same(_l("Put down as another kind")),
    "set_item": _same(_l("Put under another item")),
    "set_cause": _same(_l("Put the root cause right")),
    "resume": _same(_l("Let the time run again")),
    "propose_divert": _same(_l("Propose not to accept it")),
    "refer": _same(_l("Pass one part to another office")),
    "refuse_return": _same(_l("It stays with the department")),
    "refuse_divert": _same(_l("It is for this desk after all")),
    "decide_extension": _same(_l("Decide on more time")),
    "decide_pause": _same(_l("Decide on the pause")),
}
ACTS = {
    "contact": Called(_l("Record a call"), _l("Record a call"), _l("Record the call")),
    "verdict": Called(
        _l("What was found"), _l("What the verification found"), _l("Record what you found")
    ),
    "agree_unfounded": Called(
        _l("Agree as the first of two"),
        _l("Agree that the rating was unfounded"),
        _l("Agree"),
    ),
    "decide_appeal": Called(
        _l("Decide on the appeal"), _l("Decide on the unit's appeal"), _l("Decide")
    ),
    "appeal_rating": Called(
        _l("Appeal against the rating"), _l("Appeal against the rating"), _l("Send the appeal")
    ),
    "ask_joined": Called(
        _l("Ask whether it is solved"),
        _l("Ask the complainant of this joined case"),
        _l("Record the call"),
    ),
    "ask_task": Called(
        _l("Ask another department"),
        _l("Ask another department for its part"),
        _l("Ask it"),
    ),
    "drop_task": Called(
        _l("A part is not needed"),
        _l("The part of another department is not needed any more"),
        _l("Not needed any more"),
    ),
    "message": Called(_l("Message"), _l("Message to the complainant"), _l("Send")),
    "note": Called(_l("Note"), _l("Note for colleagues"), _l("Keep the note")),
    "assign": _same(_l("Assign")),
    "urge": Called(_l("Ask to hurry"), _l("Ask whoever has it to hurry"), _l("Ask to hurry")),
    "supervise": Called(
        _l("Want a written answer"), _l("Want a written answer by a day"), _l("Want it")
    ),
    "answer_order": Called(
        _l("Answer the supervisor"), _l("Answer the supervisor in writing"), _l("Answer")
    ),
    "lift_order": _same(_l("No written answer any more")),
    "escalate": Called(
        _l("Raise to the duty leader"), _l("Raise it to the duty leader"), _l("Raise it")
    ),
    "name": Called(
        _l("It names somebody of the staff"),
        _l("It names somebody of the staff"),
        _l("Keep them away"),
    ),
    "step_back": Called(_l("Step back"), _l("Step back from this case"), _l("Step back")),
}
"""In the order in which the bar offers them."""


def name_of(form: str) -> str:
    """Name a form of the page of a case: a step, a request or an act."""
    called = REQUESTS.get(form) or ACTS.get(form)
    if called is not None:
        return str(called.button)
    return str(MOVE[Move(form)]) if form in set(Move) else form


def called(name: Together) -> str:
    """Name what is done to many cases as its button on the page of one does."""
    if name in STEPS:
        return str(MOVE[STEPS[name]])
    return str(TAKE if name is Together.TAKE else ACTS[name.value].button)


TAKE = _l("Take it")
