"""What is filled in about a sampled case."""

from flask_babel import lazy_gettext as _l

from desk.kernel.form import DeskForm, OneOf, Paragraph, Version
from desk.supervision.labels import MANNER


class FindingForm(DeskForm):
    """Somebody looked at a sampled case."""

    version = Version()
    manner = OneOf(
        _l("How you looked"),
        choices=[(one.value, words) for one, words in MANNER.items()],
        required=_l("Choose how you looked."),
    )
    finding = OneOf(_l("What you found"), required=_l("Choose what you found."))
    note = Paragraph(
        _l("What shows it"),
        longest=2000,
        required=_l("Write what you found and how, in at least 10 characters."),
    )
    told = Paragraph(_l("What the complainant and the department are told"), longest=1000)
