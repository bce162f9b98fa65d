"""The second step of signing in: a code from the telephone, or making the telephone known."""

import base64
import binascii

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from desk.access.doors import public
from desk.accounts import actions, passwords, queries, recovery, second_factor, totp
from desk.accounts.forms import CodeForm
from desk.accounts.models import User
from desk.accounts.throttling import Gate
from desk.accounts.views import half_in as between
from desk.accounts.views.doors import blueprint, record_refusal, with_cookie
from desk.kernel.clock import utc_now
from desk.kernel.crypto import Undecipherable
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import NotAllowed, TooMany
from desk.kernel.vault import open_alone, seal_alone
from desk.organisation.queries import home_day, home_region

QUIET = 4
"""The white modules a reader of square codes wants round one."""


@blueprint.route("/second-factor", methods=["GET", "POST"])
@public
def second_factor_step() -> ResponseReturnValue:
    found = between.half_in(now=utc_now())
    if found is None:
        between.forget()
        if request.method == "POST":
            raise NotAllowed(_("Too much time has passed since your password. Sign in again."))
        return redirect(url_for("accounts.sign_in"), 303)
    form, user = CodeForm(), found.user
    seed = None if second_factor.has_factor(user) else _seed(user, form)
    if request.method == "GET":
        return _page(form, user, seed)
    if not form.validate_on_submit():
        return _page(form, user, seed), 422
    gate = Gate(current_app.extensions["throttle"], user.login, request.remote_addr or "")
    login = user.login
    end_read()
    try:
        gate.check(known_device=False)
    except TooMany as busy:
        form.code.errors = [_refusal()]
        return _page(form, _again(user), seed), 422, {"Retry-After": str(busy.retry_after)}
    token = _try(user, seed, str(form.code.data))
    if token is None:
        gate.failed()
        record_refusal(login, "code")
        form.code.errors = [_refusal()]
        return _page(form, _again(user), seed), 422
    gate.passed()
    between.forget()
    return with_cookie(redirect(found.onwards, 303), token)  # type: ignore[arg-type]


def _again(user: User) -> User:
    return db.session.get_one(User, user.id)


def _try(user: User, seed: bytes | None, typed: str) -> str | None:
    """Give a session's token when the code fits, or when the first code proves a new seed."""
    now, region_id = utc_now(), home_region().id
    user_id = user.id
    spare = recovery.read_code(typed) if seed is None else None
    end_read()
    hashed = passwords.fingerprint(spare, of=user_id) if spare else None
    with transaction():
        person = db.session.get_one(User, user_id)
        actor = queries.actor_of(person, home_day(now))
        if hashed is not None:
            taken = recovery.take(user_id, hashed, by=actor, region_id=region_id, now=now)
        elif seed is None:
            taken = second_factor.passes(person, typed, now=now)
        else:
            taken = second_factor.enrol(
                user_id, seed, typed, by=actor, region_id=region_id, now=now
            )
        if not taken:
            return None
        if hashed is not None:
            flash(_left(recovery.left(user_id)), "notice")
        agent = request.user_agent.string
        return actions.open_session(person, actor, agent=agent, region_id=region_id, now=now)


def _left(n: int) -> str:
    sentence: str = ngettext(
        "You used a recovery code. %(num)s code is left.",
        "You used a recovery code. %(num)s codes are left.",
        n,
    )
    return sentence


def _seed(user: User, form: CodeForm) -> bytes:
    """Give the seed the page offered, or a new one; it travels encrypted, for this person alone."""
    try:
        sealed = base64.urlsafe_b64decode(str(form.seed.data or ""))
        return totp.read_seed(open_alone("users", "totp_new", user.id, sealed))
    except (Undecipherable, binascii.Error, ValueError):
        seed = totp.new_seed()
    kept = seal_alone("users", "totp_new", user.id, totp.written(seed))
    form.seed.data = base64.urlsafe_b64encode(kept).decode()
    return seed


def _refusal() -> str:
    sentence: str = _(
        "This code does not fit, was used before, or there were too many tries. "
        "Wait for the next one."
    )
    return sentence


def _page(form: CodeForm, user: User, seed: bytes | None) -> str:
    form.code.data = ""
    if seed is None and request.args.get("by") == "recovery":
        form.code.label.text = _("Recovery code")
    if seed is None:
        by_recovery = request.args.get("by") == "recovery"
        return render_template(
            "accounts/second_factor.html",
            form=form,
            square=None,
            seed="",
            by_recovery=by_recovery,
        )
    square = segno.make(totp.address(seed, user.login, _("Could-not-be-done desk")), error="m")
    dots = " ".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(square.matrix, QUIET)
        for x, dark in enumerate(row, QUIET)
        if dark
    )
    return render_template(
        "accounts/second_factor.html",
        form=form,
        square={"size": len(square.matrix) + 2 * QUIET, "dots": dots},
        seed=totp.written(seed),
        by_recovery=False,
    )
