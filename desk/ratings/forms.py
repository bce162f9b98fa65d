"""What a rater fills in: a level, and if they like a few words."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from desk.kernel.form import DeskForm, Line, OneOf, Paragraph, Phone, SomeOf
from desk.ratings.applicants import is_mobile
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


class PressForm(DeskForm):
    """A button with its token, and nothing to fill in."""


class NewKioskForm(DeskForm):
    window = OneOf(_l("Window"), required=_l("Choose the window the kiosk stands at."))

    def offer(self, windows: Sequence[tuple[str, str]]) -> None:
        """Offer the windows a kiosk may stand at."""
        self.window.choices = list(windows)

    @property
    def window_id(self) -> int:
        return int(str(self.window.data))


class InviteForm(DeskForm):
    number = Line(
        _l("Number of the queue ticket or of the matter"),
        longest=80,
        required=_l("Write the number that stands on their ticket or receipt."),
    )
    item = OneOf(_l("Item"))
    how = OneOf(
        _l("How to ask"),
        choices=(
            ("kiosk", _l("At the kiosk of the window")),
            ("slip", _l("By a slip with a code")),
            ("sms", _l("By text message")),
        ),
        required=_l("Choose how to ask."),
    )
    phone = Phone(_l("Their mobile number, for a text message"))

    def offer(self, items: Sequence[tuple[str, str]]) -> None:
        """Offer the items served at the window."""
        self.item.choices = list(items)

    def has_number(self) -> bool:
        """Ask for a mobile number where the link is to go by message."""
        if self.how.data == "sms" and not is_mobile(self.phone.number or ""):
            self.phone.errors = [_l("Write the mobile number the message goes to.")]
            return False
        return True


class EnterForm(DeskForm):
    code = Line(
        _l("Code of the link"), longest=64, required=_l("Write the code from your message or slip.")
    )
