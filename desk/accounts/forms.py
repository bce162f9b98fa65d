"""What somebody types to sign in."""

from flask_babel import lazy_gettext as _l

from desk.kernel.form import DeskForm, Hidden, Line, Secret


class SignInForm(DeskForm):
    login = Line(_l("User name"), longest=64, required=_l("Write your user name."))
    password = Secret(_l("Password"))
    next = Hidden()


class ConfirmForm(DeskForm):
    """A button alone: the token is all it carries."""

    session = Hidden()
