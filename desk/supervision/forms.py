"""What is filled in about a card."""

from flask_babel import lazy_gettext as _l

from desk.kernel.form import DeskForm, OneOf, Paragraph


class AppealForm(DeskForm):
    """A unit objects to its card."""

    text = Paragraph(
        _l("What shows that the card is wrong"),
        longest=2000,
        required=_l("Write what shows that the card is wrong, in at least 10 characters."),
    )


class DecideForm(DeskForm):
    """A supervisor decides on the objection."""

    uphold = OneOf(
        _l("Is the card wrong?"),
        choices=(("yes", _l("Yes: revoke it")), ("no", _l("No: it stands"))),
        required=_l("Choose whether the card stands."),
    )
    text = Paragraph(
        _l("Why"), longest=2000, required=_l("Write why, so that the unit can follow it.")
    )
