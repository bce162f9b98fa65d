"""Setting a password by the link that an administrator handed over."""

from flask import Response, current_app, flash, make_response, redirect, render_template, request
from flask import url_for as address_of
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import public
from desk.accounts import passwords, staffing
from desk.accounts.forms import NewPasswordForm
from desk.accounts.views.doors import blueprint, cookie_name
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Invalid
from desk.settings import Settings


@blueprint.route("/link/<token>", methods=["GET", "POST"])
@public
def set_password(token: str) -> ResponseReturnValue:
    """Ask for a new password; looking at the page does not use the link up."""
    _link, user = staffing.whose_link(token, now=utc_now())
    login, form = user.login, NewPasswordForm()
    end_read()
    if request.method == "GET":
        return _page(form, login, token)
    if not form.validate_on_submit():
        return _page(form, login, token, 422)
    password = str(form.password.data or "")
    settings: Settings = current_app.extensions["settings"]
    try:
        passwords.check_new(password, login=login)
        hashed = passwords.hash_password(password, memory_kib=settings.argon2_memory_kib)
    except Invalid as error:
        form.blame(error)
        return _page(form, login, token, 422)
    with transaction():
        staffing.set_password(token, hashed, now=utc_now())
    flash(_("The password is set. Sign in with it."), "done")
    answer = redirect(address_of("accounts.sign_in"), 303)
    answer.delete_cookie(cookie_name(), path="/")
    return answer


def _page(form: NewPasswordForm, login: str, token: str, status: int = 200) -> Response:
    page = render_template("accounts/set_password.html", form=form, login=login, token=token)
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
