"""What is typed about limits and calendars."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from desk.administration.forms.fields import EditForm
from desk.administration.labels import COMPLEXITIES, PARTIES, STEPS, UNITS
from desk.kernel.form import Day, DeskForm, OneOf, Whole
from desk.organisation.limits import RuleKey
from desk.organisation.models import LimitUnit, SlaRule
from desk.organisation.queries import Limit
from desk.worktime.deadline import LONGEST_LIMIT

Choices = Iterable[tuple[str, object]]
EVERY = "0"


class LimitForm(DeskForm):
    step = OneOf(_l("For which step"), required=_l("Choose a step from the list."))
    hall = OneOf(_l("For which hall"), required=_l("Choose a hall from the list."))
    complexity = OneOf(
        _l("For which cases"),
        choices=COMPLEXITIES.items(),
        required=_l("Choose how complex from the list."),
    )
    party = OneOf(
        _l("Whom it is for"),
        choices=PARTIES.items(),
        required=_l("Choose from the list whom it is for."),
    )
    n = Whole(
        _l("How long"),
        least=1,
        most=LONGEST_LIMIT,
        required=_l("Write how long it may take, such as 3."),
    )
    unit = OneOf(_l("Unit"), choices=UNITS.items(), required=_l("Choose one from the list."))
    active_from = Day(
        _l("From"),
        required=_l("Write the day from which on it holds."),
        description=_l(
            "Today at the earliest. What starts on that day or later follows it; what held before "
            "stays as it was."
        ),
    )

    def offer(self, steps: Iterable[str], halls: Choices) -> None:
        """Offer the steps that have a limit here, and the halls of the region."""
        self.step.choices = [(step, STEPS.get(step, step)) for step in steps]
        self.hall.choices = [(EVERY, _l("Every hall")), *halls]

    def key(self) -> RuleKey:
        """Give what the limit is for."""
        return RuleKey(
            str(self.step.data),
            int(self.hall.data),
            str(self.complexity.data),
            str(self.party.data),
        )

    def limit(self) -> Limit:
        """Give how long it may take."""
        return Limit(self.n.number or 0, LimitUnit(self.unit.data))

    def show(self, rule: SlaRule) -> None:
        """Start from a limit that is there."""
        self.step.data, self.hall.data = rule.step, str(rule.hall_id)
        self.complexity.data, self.party.data = rule.complexity, rule.party
        self.n.data, self.unit.data = str(rule.limit_n), rule.unit.value


class EndLimitForm(EditForm):
    last_on = Day(_l("Last day"), required=_l("Write the last day on which it holds."))
