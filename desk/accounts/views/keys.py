"""Whether the keys of the desk work for somebody."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts.actions import switch_keys
from desk.accounts.models import User
from desk.accounts.views.doors import blueprint
from desk.kernel.db import db, transaction
from desk.kernel.form import DeskForm, Tick


class KeysForm(DeskForm):
    """One switch."""

    off = Tick(_l("Switch the keys off for me"))


@blueprint.route("/keys", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
def keys() -> ResponseReturnValue:
    """Show the switch, or turn it; the sheet of keys turns it as well."""
    form, user_id = KeysForm(), current_actor().user_id or 0
    if not form.is_submitted():
        form.off.data = db.session.get_one(User, user_id).keys_off
        return render_template("accounts/keys.html", form=form)
    if not form.validate():
        return render_template("accounts/keys.html", form=form), 422
    with transaction():
        switch_keys(user_id, off=bool(form.off.data))
    flash(_("Kept. It holds from now on."), "done")
    return redirect(url_for("accounts.keys"), 303)
