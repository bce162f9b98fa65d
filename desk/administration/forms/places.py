"""What is typed about regions, halls, windows and departments."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from desk.administration.forms.fields import Code, EditForm, Hours, day_of, id_of
from desk.kernel.form import Day, DeskForm, Line, OneOf, Tick
from desk.organisation.actions.departments import DepartmentData
from desk.organisation.actions.halls import HallData, WindowData
from desk.organisation.hours import WEEKDAYS
from desk.organisation.models import Department, Hall, Region, Window

NAME_NEEDED = _l("Write the name in Chinese.")
CODE_NEEDED = _l("Write a code, such as H2.")
HOURS_HINT = _l("Such as 09:00-12:00, 13:30-17:30. Leave a day empty on which it is shut.")
LAST_DAY_HINT = _l("The last day on which it works. Leave empty as long as that is open.")

Choices = Iterable[tuple[str, object]]


class RegionForm(EditForm):
    name_zh = Line(_l("Name in Chinese"), longest=80, required=NAME_NEEDED)
    name_en = Line(_l("Name in English"), longest=120)
    short_code = Line(
        _l("Letters of case numbers"),
        longest=4,
        description=_l("Two to four letters, A to Z. Once given they stay."),
    )

    def show(self, region: Region) -> None:
        """Fill in what is known of a region."""
        self.name_zh.data, self.name_en.data = region.name_zh, region.name_en
        self.short_code.data, self.version.data = region.short_code or "", str(region.version)


class NewRegionForm(DeskForm):
    code = Code(
        _l("Short code"),
        longest=12,
        required=_l("Write the code of GB/T 2260 or GB/T 10114."),
        description=_l("Nine digits for a township or street, twelve for a village or community."),
    )
    name_zh = Line(_l("Name in Chinese"), longest=80, required=NAME_NEEDED)
    name_en = Line(_l("Name in English"), longest=120)


class HallForm(EditForm):
    name_zh = Line(_l("Name in Chinese"), longest=120, required=NAME_NEEDED)
    name_en = Line(_l("Name in English"), longest=160)
    phone = Line(_l("Telephone"), longest=32)
    address = Line(_l("Address"), longest=200)
    hours_0 = Hours(_l("Monday"))
    hours_1 = Hours(_l("Tuesday"))
    hours_2 = Hours(_l("Wednesday"))
    hours_3 = Hours(_l("Thursday"))
    hours_4 = Hours(_l("Friday"))
    hours_5 = Hours(_l("Saturday"))
    hours_6 = Hours(_l("Sunday"))
    active_to = Day(_l("Last day"), description=LAST_DAY_HINT)

    def hours(self) -> dict[str, Any]:
        """Give the week as it was typed."""
        return {day: self[f"hours_{day}"].intervals for day in WEEKDAYS}

    def show(self, hall: Hall) -> None:
        """Fill in what is known of a hall."""
        for name in ("name_zh", "name_en", "phone", "address"):
            self[name].data = getattr(hall, name)
        self.show_hours(hall.hours)
        self.active_to.show(hall.active_to)
        self.version.data = str(hall.version)

    def show_hours(self, hours: Mapping[str, Any]) -> None:
        """Fill in the week."""
        for day in WEEKDAYS:
            self[f"hours_{day}"].show(hours.get(day, ()))

    def data_of(self) -> HallData:
        """Give what was typed as one value."""
        return HallData(
            name_zh=str(self.name_zh.data),
            name_en=str(self.name_en.data or ""),
            phone=str(self.phone.data or ""),
            address=str(self.address.data or ""),
            hours=self.hours(),
            active_to=day_of(self.active_to),
        )


class NewHallForm(HallForm):
    region = OneOf(_l("Belongs to"), required=_l("Choose a region."))
    code = Code(_l("Short code"), longest=32, required=CODE_NEEDED)

    def offer(self, regions: Sequence[Region], name: Any) -> None:
        """Offer the regions a hall may lie in."""
        self.region.choices = [(region.code, name(region)) for region in regions]


class WindowForm(EditForm):
    zone = Line(_l("Zone"), longest=80, description=_l("Such as: company registration."))
    department = OneOf(_l("Department that sits there"))
    active_to = Day(_l("Last day"), description=LAST_DAY_HINT)

    def offer(self, departments: Choices) -> None:
        """Offer the departments that may sit at a window."""
        self.department.choices = list(departments)

    def show(self, window: Window) -> None:
        """Fill in what is known of a window."""
        self.zone.data = window.zone
        self.department.data = str(window.department_id or "")
        self.active_to.show(window.active_to)
        self.version.data = str(window.version)

    def data_of(self) -> WindowData:
        """Give what was typed as one value."""
        return WindowData(
            zone=str(self.zone.data or ""),
            department_id=id_of(self.department),
            active_to=day_of(self.active_to),
        )


class NewWindowForm(WindowForm):
    code = Code(_l("Number of the window"), longest=32, required=CODE_NEEDED)


class DepartmentForm(EditForm):
    name_zh = Line(_l("Name in Chinese"), longest=120, required=NAME_NEEDED)
    name_en = Line(_l("Name in English"), longest=160)
    parent = OneOf(_l("Part of"))
    successor = OneOf(
        _l("Successor"),
        description=_l("Who goes on with its matters after a merger or a new name."),
    )
    active_to = Day(_l("Last day"), description=LAST_DAY_HINT)
    by_load = Tick(
        _l("Give cases that come in to whoever has the fewest"),
        description=_l(
            "The desk then assigns each to the handler with the fewest open cases, never to "
            "anybody who is away or whom the case names. Without it they wait until somebody takes "
            "them."
        ),
    )

    def offer(self, departments: Choices) -> None:
        """Offer the departments it may be part of or be succeeded by."""
        self.parent.choices = self.successor.choices = list(departments)

    def show(self, department: Department) -> None:
        """Fill in what is known of a department."""
        self.name_zh.data, self.name_en.data = department.name_zh, department.name_en
        self.parent.data = str(department.parent_id or "")
        self.successor.data = str(department.succeeded_by_id or "")
        self.active_to.show(department.active_to)
        self.by_load.data = department.by_load
        self.version.data = str(department.version)

    def data_of(self) -> DepartmentData:
        """Give what was typed as one value."""
        return DepartmentData(
            name_zh=str(self.name_zh.data),
            name_en=str(self.name_en.data or ""),
            parent_id=id_of(self.parent),
            succeeded_by_id=id_of(self.successor),
            active_to=day_of(self.active_to),
            by_load=bool(self.by_load.data),
        )


class NewDepartmentForm(DepartmentForm):
    region = OneOf(_l("Belongs to"), required=_l("Choose a region."))
    code = Code(_l("Short code"), longest=32, required=_l("Write a code, such as D13."))
