"""What is filled in about ratings that detectors hold."""

from flask_babel import lazy_gettext as _l

from desk.kernel.form import DeskForm, OneOf, Paragraph

LONGEST = 1000
WHY = _l("Write why, so that others can follow it.")


class ProposeForm(DeskForm):
    """One person says what should become of held ratings."""

    stands = OneOf(
        _l("What should become of what is ticked or shown here?"),
        choices=(
            ("yes", _l("People's own: to count")),
            ("no", _l("Not people's own: to stay aside")),
        ),
        required=_l("Choose whether they count."),
    )
    why = Paragraph(_l("Why"), longest=LONGEST, required=WHY)


class AnswerForm(DeskForm):
    """A second person agrees, or does not."""

    agree = OneOf(
        _l("Do you agree with what is proposed?"),
        choices=(
            ("yes", _l("Yes: so it is decided")),
            ("no", _l("No: they stay held, and anybody may propose again")),
        ),
        required=_l("Choose whether you agree."),
    )
    reason = Paragraph(_l("Reason"), longest=LONGEST, required=WHY)
