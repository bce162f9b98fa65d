"""What a rater fills in: a level, and if they like a few words."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from desk.files.kinds import STAFF_FAMILIES, endings
from desk.files.words import Family
from desk.kernel.form import DeskForm, Line, OneOf, Paragraph, Phone, SomeOf
from desk.kernel.texts import phone_digits
from desk.kernel.uploads import Uploads
from desk.ratings.applicants import is_mobile
from desk.ratings.labels import LEVELS
from desk.ratings.networks import read_network

PICTURES = frozenset({Family.PICTURE})
LONGEST_COMMENT = 1_000
MOST_LINES = 200


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


class LinkRateForm(RateForm):
    files = Uploads(_l("A photo"), accept=endings(PICTURES))

    def has_pictures_only(self) -> bool:
        """Ask for a picture where something else was chosen; what is inside is looked at later."""
        known = tuple(endings(PICTURES))
        if all(one.name.lower().endswith(known) for one in self.files.data or ()):
            return True
        self.files.errors = [_l("Add a picture: JPG, PNG, WebP or HEIC.")]
        return False


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


class EnterRatingForm(RateForm):
    number = Line(
        _l("Number of the queue ticket or of the matter"),
        longest=80,
        required=_l("Write the number that stands on their ticket or receipt."),
    )
    channel = OneOf(
        _l("How they said it"),
        choices=(("paper", _l("On a sheet of paper")), ("phone", _l("By telephone"))),
        required=_l("Choose how they said it."),
    )
    files = Uploads(_l("What shows it"), accept=endings(STAFF_FAMILIES))


class StaffWaysForm(DeskForm):
    networks = Paragraph(_l("Networks of the counters"), longest=4_000)
    phones = Paragraph(_l("Telephone numbers to add"), longest=4_000)
    forget = BooleanField(_l("Forget the numbers kept so far"))

    def reads(self) -> bool:
        """Read both lists; the first line of each that cannot be read is named."""
        lines = _lines(self.networks.data)
        networks = [(line, read_network(line)) for line in lines]
        numbers = [(line, phone_digits(line)) for line in _lines(self.phones.data)]
        self.found = [found for _line, found in networks if found]
        self.numbers = [found for _line, found in numbers if found]
        for field, pairs in ((self.networks, networks), (self.phones, numbers)):
            wrong = next((line for line, found in pairs if not found), None)
            if wrong is not None:
                field.errors = [_l("“%(line)s” cannot be read.", line=wrong[:60])]
                return False
        return True


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()][:MOST_LINES]


class EnterForm(DeskForm):
    code = Line(
        _l("Code of the link"), longest=64, required=_l("Write the code from your message or slip.")
    )
