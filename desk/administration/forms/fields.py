"""Fields that only the set-up needs."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field
from wtforms.validators import StopValidation

from desk.administration.imports.cells import CODE_SIGNS
from desk.kernel.errors import Invalid
from desk.kernel.form import Day, DeskForm, Line, OneOf, SomeOf, Version
from desk.organisation.hours import hours_text, read_hours


class Code(Line):
    """A short code that stands in addresses and files: letters, digits, dot, dash, underline."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not set(str(self.data)) <= CODE_SIGNS:
            raise StopValidation(
                str(_l("Use letters A to Z, digits, dot, dash and underline only."))
            )


class Hours(Line):
    """The hours of one weekday; `intervals` is what was read."""

    def __init__(self, label: object = None, **kwargs: Any) -> None:
        super().__init__(label, longest=120, **kwargs)
        self.intervals: list[list[str]] = []

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        try:
            self.intervals = read_hours(str(self.data or ""))
        except Invalid as error:
            raise StopValidation(error.message) from None

    def show(self, intervals: Sequence[Sequence[str]]) -> None:
        """Put the hours of a day into the field."""
        self.data = hours_text(intervals)


class EditForm(DeskForm):
    """A form for something that is there already; it carries the version the person saw."""

    version = Version()


class SureForm(DeskForm):
    """A button alone that carries the version the person saw."""

    version = Version()


def day_of(field: Day) -> date | None:
    """Give the day somebody wrote, if any."""
    found: date | None = field.data
    return found


def id_of(field: OneOf) -> int | None:
    """Give the id somebody chose from a list; the list has made sure that it is one."""
    return int(field.data) if field.data else None


def differences(typed: DeskForm, fresh: DeskForm) -> list[tuple[str, str]]:
    """List what stands there now where it is not what was typed, as (label, text)."""
    found = []
    for field in fresh:
        name = field.short_name
        if name in {"csrf_token", "version"} or name not in typed:
            continue
        now, mine = text_of(field), text_of(typed[name])
        if now != mine:
            found.append((str(field.label.text), now or _("(empty)")))
    return found


def text_of(field: Field) -> str:
    """Write what a field holds as people read it."""
    if isinstance(field, SomeOf):
        return ", ".join(str(label) for value, label in field.choices if value in field.data)
    if isinstance(field, OneOf):
        names = {str(value): str(label) for value, label in field.choices}
        return str(names.get(str(field.data), ""))
    if isinstance(field, Day):
        return "-".join(part for part in field.parts.values() if part)
    if isinstance(field, BooleanField):
        return str(_("Ticked") if field.data else _("Not ticked"))
    return str(field.data or "")
