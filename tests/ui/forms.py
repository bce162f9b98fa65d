"""A form with a field of every kind."""

from datetime import date
from typing import Any

from wtforms import BooleanField

from desk.kernel.form import (
    Day,
    DeskForm,
    Email,
    Hidden,
    Line,
    OneOf,
    Paragraph,
    Phone,
    Secret,
    SomeOf,
    Version,
    Whole,
)

TODAY = date(2026, 11, 24)
COLOURS = [("red", "Red"), ("blue", "Blue"), ("green", "Green")]


class EveryForm(DeskForm):
    """One of each, all but the hidden ones asked for where they can be."""

    title = Line("Title", longest=200, required="Enter a title.")
    story = Paragraph("Story", longest=2000, required="Write what happened.")
    visits = Whole("Visits", least=0, most=99, required="Write how often.")
    phone = Phone("Phone", required="Write a number.")
    email = Email("E-mail", required="Write an address.")
    colour = OneOf("Colour", choices=COLOURS, required="Choose a colour.")
    unit = OneOf("Unit", choices=COLOURS, required="Choose a unit.")
    needs = SomeOf("Needs", choices=COLOURS)
    when = Day("When", required="Write when.", day_optional=True)
    agreed = BooleanField("Agreed")
    password = Secret("Password")
    key = Hidden()
    version = Version()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.when.latest = TODAY


GOOD = {
    "title": "二手房过户",
    "story": "第一次说缺一份，\r\n第二次又缺一份。",
    "visits": "3",
    "phone": "138 0013 8000",
    "email": "name@example.com",
    "colour": "red",
    "unit": "blue",
    "needs": "green",
    "when-year": "2026",
    "when-month": "11",
    "when-day": "20",
    "key": "k",
    "version": "4",
}
