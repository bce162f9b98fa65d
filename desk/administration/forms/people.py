"""What is typed about staff and the seats they are to have."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from desk.access.permissions import STAFF_ROLES, Role
from desk.accounts.granting import LONGEST_REASON, SeatWish
from desk.accounts.models import User
from desk.administration.forms.fields import Code, EditForm
from desk.administration.labels import LANGUAGES, ROLES
from desk.kernel.form import DeskForm, Hidden, Line, OneOf, Paragraph, Tick

Choices = Iterable[tuple[str, object]]


class PersonForm(EditForm):
    name = Line(_l("Name"), longest=80, required=_l("Write the name."))
    lang = OneOf(
        _l("Language"), choices=LANGUAGES.items(), required=_l("Choose one from the list.")
    )

    def show(self, user: User) -> None:
        """Fill in what is known of somebody."""
        self.name.data, self.lang.data = user.name, user.lang
        self.version.data = str(user.version)


class SeatForm(DeskForm):
    role = OneOf(
        _l("Role"),
        choices=[(role.value, ROLES[role]) for role in STAFF_ROLES],
        required=_l("Choose a role from the list."),
    )
    region = OneOf(_l("Region they work for"), required=_l("Choose a region."))
    hall = OneOf(_l("Hall"), description=_l("For a window clerk."))
    department = OneOf(_l("Department"), description=_l("For a handler or a lead."))
    is_head = Tick(
        _l("Heads the hall or department"),
        description=_l("Whoever heads it is told when something escalates."),
    )
    reason = Paragraph(
        _l("Why"),
        longest=LONGEST_REASON,
        required=_l("Say why, for whoever confirms it."),
        description=_l("Whoever confirms it reads this. Do not write anything about a case."),
    )

    def offer(self, regions: Choices, halls: Choices, departments: Choices) -> None:
        """Offer the places a seat may be in."""
        self.region.choices = list(regions)
        self.hall.choices, self.department.choices = list(halls), list(departments)
        if len(self.region.choices) == 1 and not self.region.data:
            self.region.data = str(self.region.choices[0][0])

    def wish(self) -> SeatWish:
        """Give the seat that is asked for."""
        return SeatWish(
            Role(self.role.data),
            int(self.region.data),
            int(self.hall.data or 0),
            int(self.department.data or 0),
            bool(self.is_head.data),
        )


class NewPersonForm(SeatForm):
    login = Code(
        _l("User name"),
        longest=64,
        required=_l("Write the name they sign in with."),
        description=_l("Such as zhang.san. It never changes."),
    )
    name = Line(_l("Name"), longest=80, required=_l("Write the name."))
    lang = OneOf(
        _l("Language"),
        choices=LANGUAGES.items(),
        default="zh_Hans",
        required=_l("Choose one from the list."),
    )


class AskLinkForm(DeskForm):
    reason = Line(
        _l("Why"), longest=LONGEST_REASON, required=_l("Say why, for whoever confirms it.")
    )


class DecideForm(DeskForm):
    """Which requests somebody confirms or refuses; `chosen` holds their keys."""

    ballot = Hidden()
    reason = Line(_l("Why it is refused"), longest=LONGEST_REASON)
