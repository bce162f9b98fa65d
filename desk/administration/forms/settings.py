"""What is typed about the marks from which on the desk takes a second look."""

from dataclasses import asdict

from flask_babel import lazy_gettext as _l

from desk.kernel.form import Day, DeskForm, Hidden, Whole
from desk.ratings.detectors.seen import Limits

MOST = 100_000
NEEDED = _l("Write a whole number.")


class MarksForm(DeskForm):
    """From where on ratings are looked at twice; `seen` is what held when the page was made."""

    fast_s = Whole(
        _l("Seconds between service and rating"), most=MOST, required=NEEDED,
        description=_l("A rating given faster than this is looked at."),
    )  # fmt: skip
    late_days = Whole(
        _l("Days between service and rating"), most=MOST, required=NEEDED,
        description=_l("A rating given later than this is looked at."),
    )  # fmt: skip
    per_device_day = Whole(_l("Ratings from one device a day"), most=MOST, required=NEEDED)
    per_phone_day = Whole(_l("Ratings from one telephone a day"), most=MOST, required=NEEDED)
    per_address_day = Whole(_l("Ratings from one address a day"), most=MOST, required=NEEDED)
    per_minute = Whole(_l("Ratings at one window a minute"), most=MOST, required=NEEDED)
    run_least = Whole(
        _l("Good ratings in a row"), least=1, most=MOST, required=NEEDED,
        description=_l("A longer run without a bad one is looked at where others have some."),
    )  # fmt: skip
    text_equal = Whole(_l("Ratings with the same words"), least=1, most=MOST, required=NEEDED)
    gap_min = Whole(_l("Minutes a kiosk may be silent"), most=MOST, required=NEEDED)
    active_from = Day(
        _l("From"),
        required=_l("Write the day from which on it holds."),
        description=_l("Today at the earliest. What was flagged before stays as it was."),
    )
    seen = Hidden()

    def fill(self, limits: Limits) -> None:
        """Put the marks that hold into the form."""
        held = asdict(limits)
        for name, field in self._fields.items():
            if name in held:
                field.data = str(held[name])

    def marks(self) -> dict[str, int]:
        """Give the marks that were typed."""
        return {
            name: field.number
            for name, field in self._fields.items()
            if isinstance(field, Whole) and field.number is not None
        }
