"""What staff fill in on the page of a case: one form, of which each step shows its part."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from desk.casework.labels import (
    COMPLEXITY,
    CONTACT_WAY,
    OUTCOME,
    RESPONSIBILITY,
    SOLVED,
    VERDICT,
)
from desk.casework.situation import StepData
from desk.casework.words import (
    Complexity,
    ContactChannel,
    Outcome,
    Responsibility,
    Solved,
    Verdict,
)
from desk.kernel.form import DeskForm, Hidden, Line, OneOf, Paragraph, Version

YES_NO = (("yes", _l("Yes")), ("no", _l("No")))
SCORES = tuple((str(n), str(n)) for n in range(1, 6))
OFFERED_OUTCOMES = (Outcome.DONE, Outcome.PART, Outcome.EXPLAINED)
LONG = 5_000


class StepForm(DeskForm):
    """Every part a step can need; the table says which of it this step must have."""

    version = Version()
    do = Hidden()
    text = Paragraph(_l("Text"), longest=LONG)
    complexity = OneOf(_l("How complex is it?"), choices=list(COMPLEXITY.items()))
    item_words = Line(_l("Item"))
    item_code = Hidden()
    item = OneOf(
        _l("Item"), choices=[("listed", _l("In the catalogue")), ("none", _l("Not listed"))]
    )
    department = OneOf(_l("Department that answers"))
    brief = Paragraph(_l("What the department has to solve"), longest=LONG)
    facts = Paragraph(_l("What was found"), longest=LONG)
    basis = Paragraph(_l("On what rule"), longest=LONG)
    action = Paragraph(_l("What was done"), longest=LONG)
    next_step = Paragraph(_l("What the complainant does next"), longest=LONG)
    contact = Paragraph(_l("Whom to ask, and when"), longest=500)
    evidence = Paragraph(_l("What shows that it is done"), longest=LONG)
    outcome = OneOf(_l("What came of it"), choices=[(o, OUTCOME[o]) for o in OFFERED_OUTCOMES])
    root_cause = OneOf(_l("Root cause"))
    responsibility = OneOf(_l("Who was responsible"), choices=list(RESPONSIBILITY.items()))
    in_time = OneOf(_l("Did the department get in touch in time?"), choices=YES_NO)
    solved = OneOf(
        _l("Is it solved?"),
        choices=[(Solved.YES, SOLVED[Solved.YES]), (Solved.PART, SOLVED[Solved.PART])],
    )
    result_score = OneOf(_l("Content with the result, 1 to 5"), choices=SCORES)
    attitude_score = OneOf(_l("Content with the attitude, 1 to 5"), choices=SCORES)

    def prepare(
        self, departments: Sequence[tuple[str, str]], root_causes: Sequence[tuple[str, str]]
    ) -> None:
        """Hand in the lists to choose from."""
        self.department.choices = list(departments)
        self.root_cause.choices = list(root_causes)

    def step(self, item_id: int | None) -> StepData:
        """Give what was filled in as the rules want it; `item_id` is the item found by its code."""
        return StepData(
            version=self.version.number,
            text=self.text.data or None,
            complexity=Complexity(self.complexity.data) if self.complexity.data else None,
            item_id=item_id,
            item_not_listed=self.item.data == "none",
            department_id=int(self.department.data) if self.department.data else None,
            brief=self.brief.data or None,
            facts=self.facts.data or None,
            basis=self.basis.data or None,
            action=self.action.data or None,
            next_step=self.next_step.data or None,
            contact=self.contact.data or None,
            evidence=self.evidence.data or None,
            outcome=Outcome(self.outcome.data) if self.outcome.data else None,
            root_cause=self.root_cause.data or None,
            responsibility=(
                Responsibility(self.responsibility.data) if self.responsibility.data else None
            ),
            in_time={"yes": True, "no": False}.get(str(self.in_time.data)),
            solved=Solved(self.solved.data) if self.solved.data else None,
            result_score=int(self.result_score.data) if self.result_score.data else None,
            attitude_score=int(self.attitude_score.data) if self.attitude_score.data else None,
        )


class TextForm(DeskForm):
    """A message or a note."""

    version = Version()
    text = Paragraph(_l("Text"), longest=LONG, required=_l("Write something before sending."))


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


class VerdictForm(DeskForm):
    """What the verification of a bad rating found."""

    version = Version()
    verdict = OneOf(
        _l("What did you find?"),
        choices=[(v, VERDICT[v]) for v in (Verdict.TRUE, Verdict.PART)],
        required=_l("Choose what you found."),
    )
    note = Paragraph(_l("How you know"), longest=LONG, required=_l("Write how you know."))


class AssignForm(DeskForm):
    version = Version()
    user = OneOf(_l("Handler"), required=_l("Choose who handles it."))


class RevealForm(DeskForm):
    """Why somebody needs contact data."""

    category = OneOf(
        _l("What for"),
        choices=[
            ("call", _l("To call about this case")),
            ("check", _l("To check who it is")),
            ("post", _l("To send papers")),
            ("other", _l("Something else")),
        ],
        required=_l("Choose what you need it for."),
    )
    reason = Line(
        _l("Why"), longest=200, required=_l("Write why you need it, in at least 10 characters.")
    )


class TakeForm(DeskForm):
    """A button that carries only the version."""

    version = Version()
