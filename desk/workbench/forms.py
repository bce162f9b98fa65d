"""What staff fill in on the page of a case: for each step the parts its row of the table needs."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.fields import Label

from desk.casework.actions.pressing import LONGEST_ORDER
from desk.casework.labels import (
    COMPLEXITY,
    CONTACT_WAY,
    OUTCOME,
    PAUSE_REASON,
    RESPONSIBILITY,
    SOLVED,
    VERDICT,
)
from desk.casework.situation import StepData, TaskData
from desk.casework.words import (
    NEED_IMPROVEMENT,
    Complexity,
    ContactChannel,
    Outcome,
    Responsibility,
    Solved,
    Verdict,
)
from desk.casework.workflow import BY_MOVE, Move
from desk.files.kinds import STAFF_FAMILIES, endings
from desk.kernel.form import DeskForm, Hidden, Line, OneOf, Paragraph, Tick, Version, Whole
from desk.kernel.uploads import Uploads

AGREE = (("yes", _l("Agree")), ("no", _l("Do not agree")))
YES_NO = (("yes", _l("Yes")), ("no", _l("No")))
SCORES = tuple((str(n), str(n)) for n in range(1, 6))
OFFERED_OUTCOMES = tuple(o for o in Outcome if o not in NEED_IMPROVEMENT)
LONG = 5_000
TASKS = (1, 2, 3)
"""How many departments can be asked for their part with the step itself; more afterwards."""
ATTACHMENTS = _l("Attachments")

FIELDS = {
    "item": ("item", "item_words", "item_code"),
    "content": (),
    "on_spot": (),
    "why": ("text",),
    "tasks": tuple(f"task_{n}_{part}" for n in TASKS for part in ("department", "brief")),
    "evidence": ("evidence", "files"),
    "proof": ("evidence", "files"),
}
"""The fields a need is filled in with, where that is not one field of its name."""

ALSO = {
    Move.CLOSE_SOLVED: ("text",),
    Move.CLOSE_UNCONFIRMED: ("text",),
    Move.SUPPLY: ("files",),
}
"""What a step takes beyond what it needs."""

SOMETIMES = frozenset({"brief", "evidence", "files", *FIELDS["tasks"]})
OF_THE_JOINED = "to_all"
OF_THE_FOUNDED = frozenset({"root_cause", "responsibility"})
PUT_ASIDE = (Verdict.UNTRUE, Verdict.MISTAKE, Verdict.MALICIOUS)

READ_BY_ALL = _l("The complainant and the department read this.")
READ_BY_COMPLAINANT = _l("The complainant reads this.")
READ_INSIDE = _l("Internal: the complainant never sees this.")
TEXTS = {
    Move.ASK_SUPPLEMENT: (_l("What is missing, all of it in one notice"), READ_BY_COMPLAINANT),
    Move.SUPPLY: (_l("What the complainant supplied"), _l("As near to their words as you can.")),
    Move.SEND_BACK: (_l("What the reply lacks"), READ_INSIDE),
    Move.SEND_BACK_0: (_l("What the finding lacks"), READ_INSIDE),
    Move.CLOSE_SOLVED: (_l("What the complainant said"), READ_INSIDE),
    Move.CLOSE_UNCONFIRMED: (_l("Note"), READ_INSIDE),
    Move.CLOSE_UNSOLVED: (
        _l("Why it ends unsolved, and where the complainant can turn next"),
        READ_BY_COMPLAINANT,
    ),
    Move.REDO: (_l("What is still not right"), READ_BY_ALL),
    Move.REDO_0: (_l("What is still not right"), READ_BY_ALL),
    Move.REOPEN: (_l("Why it is opened again"), READ_BY_ALL),
    Move.REOPEN_0: (_l("Why it is opened again"), READ_BY_ALL),
    Move.WITHDRAW: (
        _l("When and how the complainant asked to withdraw"),
        _l("A call, a letter, in person: the complainant reads this."),
    ),
    Move.RESTORE: (_l("Why it is taken up again"), READ_BY_COMPLAINANT),
    Move.MERGE: (_l("Why it is the same matter"), READ_BY_COMPLAINANT),
    Move.UNMERGE: (_l("Why it is a matter of its own"), READ_BY_COMPLAINANT),
}
"""What the text of a step is called, and who reads it."""


class StepForm(DeskForm):
    """Every part that some step needs; `step_form` leaves those of one step."""

    version = Version()
    complexity = OneOf(_l("How complex is it?"), choices=list(COMPLEXITY.items()))
    item = OneOf(
        _l("Item"), choices=[("listed", _l("In the catalogue")), ("none", _l("Not listed"))]
    )
    item_words = Line(_l("Name or code of the item"))
    item_code = Hidden()
    parent = Line(_l("Number of the case it belongs to"), longest=40)
    department = OneOf(_l("Department that answers"))
    brief = Paragraph(_l("What the department has to solve"), longest=LONG)
    task_1_department = OneOf(_l("First department to ask"))
    task_1_brief = Paragraph(_l("What it has to do"), longest=LONG)
    task_2_department = OneOf(_l("Second department to ask"))
    task_2_brief = Paragraph(_l("What it has to do"), longest=LONG)
    task_3_department = OneOf(_l("Third department to ask"))
    task_3_brief = Paragraph(_l("What it has to do"), longest=LONG)
    verdict = OneOf(_l("What was it?"), choices=[(v, VERDICT[v]) for v in PUT_ASIDE])
    facts = Paragraph(_l("What was found"), longest=LONG)
    basis = Paragraph(_l("On what rule"), longest=LONG)
    action = Paragraph(_l("What was done"), longest=LONG)
    next_step = Paragraph(_l("What the complainant does next"), longest=LONG)
    contact = Paragraph(_l("Whom to ask, and when"), longest=500)
    outcome = OneOf(_l("What came of it"), choices=[(o, OUTCOME[o]) for o in OFFERED_OUTCOMES])
    evidence = Paragraph(_l("What shows that it is done"), longest=LONG)
    files = Uploads(ATTACHMENTS, accept=endings(STAFF_FAMILIES))
    to_all = Paragraph(_l("The answer for those whose cases were joined"), longest=LONG)
    root_cause = OneOf(_l("Root cause"))
    responsibility = OneOf(_l("Who was responsible"), choices=list(RESPONSIBILITY.items()))
    in_time = OneOf(_l("Did the department get in touch in time?"), choices=YES_NO)
    solved = OneOf(
        _l("Is it solved?"),
        choices=[(Solved.YES, SOLVED[Solved.YES]), (Solved.PART, SOLVED[Solved.PART])],
    )
    result_score = OneOf(_l("Content with the result, 1 to 5"), choices=SCORES)
    attitude_score = OneOf(_l("Content with the attitude, 1 to 5"), choices=SCORES)
    text = Paragraph(_l("Text"), longest=LONG)

    text_hint: object = ""

    def given(self, name: str) -> Any:
        """Give what was filled in under a name; None for nothing, or where the step has no such."""
        return (self[name].data or None) if name in self else None

    def step(self, item_id: int | None) -> StepData:
        """Give what was filled in as the rules want it; `item_id` is the item found by its code."""
        given = self.given
        return StepData(
            version=self.version.number,
            text=given("text"),
            complexity=Complexity(given("complexity")) if given("complexity") else None,
            item_id=item_id,
            item_not_listed=given("item") == "none",
            department_id=int(given("department")) if given("department") else None,
            brief=given("brief"),
            facts=given("facts"),
            basis=given("basis"),
            action=given("action"),
            next_step=given("next_step"),
            contact=given("contact"),
            evidence=given("evidence"),
            to_all=given("to_all"),
            parent=given("parent"),
            tasks=self.tasks(),
            outcome=Outcome(given("outcome")) if given("outcome") else None,
            verdict=Verdict(given("verdict")) if given("verdict") else None,
            root_cause=given("root_cause"),
            responsibility=(
                Responsibility(given("responsibility")) if given("responsibility") else None
            ),
            in_time={"yes": True, "no": False}.get(given("in_time")),
            solved=Solved(given("solved")) if given("solved") else None,
            result_score=int(given("result_score")) if given("result_score") else None,
            attitude_score=int(given("attitude_score")) if given("attitude_score") else None,
        )

    def tasks(self) -> tuple[TaskData, ...]:
        """Give whom else the step asks for their part, line by line; an empty line asks nobody."""
        return tuple(
            TaskData(
                int(department) if (department := self.given(f"task_{n}_department")) else None,
                self.given(f"task_{n}_brief") or "",
            )
            for n in TASKS
        )


def _wanted(move: Move, *, joined: bool, unfounded: bool) -> list[str]:
    """Name the fields a step is filled in with, as the case stands."""
    left_out = (set() if joined else {OF_THE_JOINED}) | (OF_THE_FOUNDED if unfounded else set())
    names = [name for need in BY_MOVE[move].needs for name in FIELDS.get(need, (need,))]
    return [name for name in names if name not in left_out]


@cache
def _with_only(kept: frozenset[str]) -> type[StepForm]:
    """Make the form with some of the parts, once: two dozen fields are slow to bind for three."""
    others = [name for name in dir(StepForm) if hasattr(getattr(StepForm, name), "field_class")]
    return type("StepForm", (StepForm,), {name: None for name in others if name not in kept})


def step_form(
    move: Move,
    departments: Sequence[tuple[str, str]],
    root_causes: Sequence[tuple[str, str]],
    given: MultiDict[str, str] | None,
    *,
    joined: bool = False,
    improving: bool = False,
    unfounded: bool = False,
) -> StepForm:
    """Make the form of one step, filled with what is given or empty."""
    wanted = _wanted(move, joined=joined, unfounded=unfounded)
    form = _with_only(frozenset({"csrf_token", "version", *wanted, *ALSO.get(move, ())}))(
        formdata=given
    )
    for name in wanted:
        form[name].optional = name in SOMETIMES
    if "department" in form:
        form["department"].choices = list(departments)
    for name in FIELDS["tasks"]:
        if name in form and name.endswith("department"):
            form[name].choices = list(departments)
    if improving and "outcome" in form:
        form["outcome"].choices = [(o, OUTCOME[o]) for o in Outcome]
    if "root_cause" in form:
        form["root_cause"].choices = list(root_causes)
    if move in TEXTS and "text" in form:
        label, form.text_hint = TEXTS[move]
        form["text"].label = Label(form["text"].id, label)
    return form


class TextForm(DeskForm):
    """A message or a note."""

    version = Version()
    text = Paragraph(_l("Text"), longest=LONG, required=_l("Write something before sending."))


class NoteForm(TextForm):
    """A note, with files for colleagues."""

    files = Uploads(ATTACHMENTS, accept=endings(STAFF_FAMILIES))


class MessageForm(TextForm):
    """A message; where cases were joined it may go to all.

    Its files are the desk's, or, as `theirs` says, what the complainant brought along.
    """

    files = Uploads(ATTACHMENTS, accept=endings(STAFF_FAMILIES))
    theirs = Tick(_l("The complainant brought these: the department gets them only later"))

    to_all = Tick(_l("Those whose cases were joined read it as well"))


class SuperviseForm(DeskForm):
    """Which unit a supervisor wants a written answer from, within how many days, and about what."""

    version = Version()
    unit = OneOf(_l("Who answers"), required=_l("Choose who answers."))
    days = Whole(
        _l("Within how many working days"),
        least=1,
        most=LONGEST_ORDER,
        required=_l("Write how many days."),
    )
    text = Paragraph(
        _l("What you want to know"), longest=LONG, required=_l("Write what you want to know.")
    )


class JoinedForm(DeskForm):
    """What the complainant of a joined case says about the answer."""

    version = Version()
    reached = OneOf(_l("Reached?"), choices=YES_NO, required=_l("Say whether you reached them."))
    in_time = OneOf(_l("Did the department get in touch in time?"), choices=YES_NO)
    solved = OneOf(_l("Is it solved?"), choices=list(SOLVED.items()))
    result_score = OneOf(_l("Content with the result, 1 to 5"), choices=SCORES)
    attitude_score = OneOf(_l("Content with the attitude, 1 to 5"), choices=SCORES)
    note = Paragraph(_l("What was said"), longest=LONG)


class ContactForm(DeskForm):
    """A call or visit."""

    version = Version()
    channel = OneOf(
        _l("How"),
        choices=[(c, CONTACT_WAY[c]) for c in (ContactChannel.PHONE, ContactChannel.VISIT)],
        required=_l("Choose how you tried to reach them."),
    )
    reached = OneOf(_l("Reached?"), choices=YES_NO, required=_l("Say whether you reached them."))
    note = Paragraph(_l("What was said"), longest=LONG)


class AssignForm(DeskForm):
    """Who of the department handles the case."""

    version = Version()
    user = OneOf(_l("Handler"), required=_l("Choose who handles it."))


class NameForm(DeskForm):
    """Who of the staff the case is about."""

    version = Version()
    login = Line(
        _l("Sign-in name"),
        longest=64,
        required=_l("Write the sign-in name of whoever the case is about."),
    )


class AskReturnForm(DeskForm):
    """Why a department hands a case back, and whose it may be."""

    version = Version()
    text = Paragraph(_l("Why it is not yours"), longest=LONG, required=_l("Write why."))
    department = OneOf(_l("Whose it may be"))


class AskTimeForm(DeskForm):
    """How many more working days, and why."""

    version = Version()
    days = Whole(_l("Working days more"), least=1, most=15, required=_l("Write how many days."))
    text = Paragraph(
        _l("Why, as the complainant will read it"), longest=LONG, required=_l("Write why.")
    )


class ReclassifyForm(DeskForm):
    """As what a case is put down, and why."""

    version = Version()
    complexity = OneOf(
        _l("It is"), choices=list(COMPLEXITY.items()), required=_l("Choose how complex it is.")
    )
    text = Paragraph(_l("Why"), longest=LONG, required=_l("Write why."))


class AskPauseForm(DeskForm):
    """What the answer has to wait for, and how long."""

    version = Version()
    why = OneOf(
        _l("What it waits for"),
        choices=list(PAUSE_REASON.items()),
        required=_l("Choose what it waits for."),
    )
    days = Whole(_l("Working days at most"), least=1, most=60, required=_l("Write how many days."))
    text = Paragraph(
        _l("Why, as the complainant will read it"), longest=LONG, required=_l("Write why.")
    )


class DiversionForm(DeskForm):
    """Why something is for another office, and where to turn."""

    version = Version()
    code = OneOf(_l("What kind of matter"), required=_l("Choose what kind of matter it is."))
    text = Paragraph(_l("Why it is for another office"), longest=LONG)
    basis = Paragraph(_l("The rule it rests on"), longest=LONG)
    where = Paragraph(_l("Where the complainant can turn"), longest=LONG)


class DecideForm(DeskForm):
    """Yes or no to what somebody asked for."""

    version = Version()
    grant = OneOf(_l("Your decision"), choices=AGREE, required=_l("Choose yes or no."))
    text = Paragraph(_l("Why"), longest=LONG)


class TakeForm(DeskForm):
    """A button that carries only the version."""

    version = Version()
