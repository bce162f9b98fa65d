"""What somebody fills in about their own account."""

from flask_babel import lazy_gettext as _l

from desk.kernel.form import Day, DeskForm, Email, Hidden, Line, OneOf, Secret
from desk.notify.labels import NOTICE, WAY
from desk.notify.notices import Notice, ways_for


class SignInForm(DeskForm):
    login = Line(_l("User name"), longest=64, required=_l("Write your user name."))
    password = Secret(_l("Password"))
    next = Hidden()


class ProofForm(DeskForm):
    """The six digits of now, before something that opens the door is shown."""

    code = Line(_l("Six-digit code"), longest=20, required=_l("Write the six digits of the code."))


class CodeForm(DeskForm):
    """Six digits; `seed` carries along, encrypted, what a new phone was offered."""

    code = Line(_l("Six-digit code"), longest=20, required=_l("Write the six digits of the code."))
    seed = Hidden()


class NewPasswordForm(DeskForm):
    password = Secret(_l("New password"))


class ConfirmForm(DeskForm):
    """A button alone: the token is all it carries."""

    session = Hidden()


class AbsenceForm(DeskForm):
    """From when until when somebody is away, and who acts for them; nobody may be named."""

    from_on = Day(_l("First day away"), required=_l("Write the first day."))
    until_on = Day(_l("Last day away"), required=_l("Write the last day."))
    stand_in = OneOf(_l("Who stands in"), choices=[])


class ToldForm(DeskForm):
    """Where mail for staff goes, and one choice for each kind of notice."""

    email = Email(_l("Your e-mail address at work"))


def _way(kind: Notice) -> OneOf:
    return OneOf(
        NOTICE[kind],
        choices=[(way.value, WAY[way]) for way in ways_for(kind)],
        required=_l("Choose how you want to be told."),
    )


for _kind in Notice:
    setattr(ToldForm, _kind.value, _way(_kind))
