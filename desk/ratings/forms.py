"""What a rater fills in: a level, and if they like a few words."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from desk.kernel.form import DeskForm, Line, OneOf, Paragraph, Phone, SomeOf
from desk.ratings.labels import LEVELS

LONGEST_COMMENT = 1_000


class RateForm(DeskForm):
    level = OneOf(
        _l("Were you satisfied with this service?"),
        choices=[(str(n), name) for n, name in LEVELS.items()],
        required=_l("Choose one of the five."),
    )
    tags = SomeOf(_l("What was it?"))
    comment = Paragraph(_l("Anything else?"), longest=LONGEST_COMMENT)

    def prepare(self, tags: Sequence[tuple[str, str]]) -> None:
        """Hand in the words that may be chosen."""
        self.tags.choices = list(tags)


class WindowRateForm(RateForm):
    ticket = Line(_l("Number on your queue ticket or receipt"), longest=80)
    phone = Phone(_l("Or the phone number you gave for it"))


class EnterForm(DeskForm):
    code = Line(
        _l("Code of the link"), longest=64, required=_l("Write the code from your message or slip.")
    )
