"""Recovery codes: how many are left, and ten new ones, shown once."""

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts import recovery, second_factor
from desk.accounts.forms import ProofForm
from desk.accounts.models import User
from desk.accounts.throttling import Gate
from desk.accounts.views.doors import blueprint, record_refusal
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import TooMany
from desk.organisation.queries import home_region


@blueprint.route("/recovery", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
def recovery_codes() -> ResponseReturnValue:
    """Make ten codes for whoever shows their phone's code of now; the page shows them this once."""
    form, actor = ProofForm(), current_actor()
    user = db.session.get_one(User, actor.user_id)
    if request.method == "GET" or not second_factor.has_factor(user):
        return _page(form)
    if not form.validate_on_submit():
        return _page(form), 422
    login, user_id = user.login, user.id
    gate = Gate(current_app.extensions["throttle"], login, request.remote_addr or "")
    end_read()
    try:
        gate.check(known_device=False)
    except TooMany as busy:
        form.code.errors = [_refusal()]
        return _page(form), 422, {"Retry-After": str(busy.retry_after)}
    now, region_id = utc_now(), home_region().id
    end_read()
    with transaction():
        proved = second_factor.passes(
            db.session.get_one(User, user_id), str(form.code.data), now=now
        )
    if not proved:
        gate.failed()
        record_refusal(login, "code")
        form.code.errors = [_refusal()]
        return _page(form), 422
    gate.passed()
    codes = recovery.new_codes()
    hashed = recovery.hashes_of(codes, user_id)
    with transaction():
        recovery.keep(user_id, hashed, by=actor, region_id=region_id, now=now)
    return _page(ProofForm(formdata=None), codes), 200, {"Cache-Control": "no-store"}


def _refusal() -> str:
    sentence: str = _(
        "This code does not fit, was used before, or there were too many tries. "
        "Wait for the next one."
    )
    return sentence


def _page(form: ProofForm, codes: list[str] | None = None) -> str:
    form.code.data = ""
    user = db.session.get_one(User, current_actor().user_id)
    return render_template(
        "accounts/recovery.html",
        form=form,
        codes=codes,
        left=recovery.left(user.id),
        most=recovery.HOW_MANY,
        has_factor=second_factor.has_factor(user),
    )
