"""Signing in and out, and who is acting."""

from flask import (
    Flask,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin

from desk.access.doors import public
from desk.accounts import actions, passwords, queries
from desk.accounts.forms import SignInForm
from desk.accounts.models import User
from desk.accounts.throttling import Gate
from desk.accounts.views import half_in
from desk.accounts.views.doors import blueprint, cookie_name, record_refusal, with_cookie
from desk.kernel.clock import utc_now
from desk.kernel.crypto import token_hash
from desk.kernel.db import end_read, reads_alone, transaction
from desk.kernel.errors import TooMany
from desk.organisation.queries import home_day, home_region
from desk.settings import Settings

DEMO_ACCOUNTS = (
    "clerk",
    "clerk2",
    "handler",
    "handler2",
    "lead",
    "supervisor",
    "supervisor2",
    "integrity",
    "admin",
    "auditor",
)


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login needs of a person: the session table decides everything."""

    def __init__(self, user_id: int) -> None:
        self.id = str(user_id)


def set_up_login(app: Flask) -> None:
    """Let Flask-Login know people by our own session table."""
    manager = LoginManager(app)

    @manager.request_loader  # type: ignore[untyped-decorator]
    def load(_request: object) -> SignedIn | None:
        actor = getattr(g, "actor", None)
        return SignedIn(actor.user_id) if actor else None


def load_actor() -> None:
    """Find who is acting from the session's cookie; a session that ended is nobody."""
    g.actor = None
    if request.endpoint in {None, "static", "web.healthz"}:
        return
    reads_alone()
    token = None if request.blueprint == "api" else request.cookies.get(cookie_name())
    if not token:
        return
    now = utc_now()
    found = queries.signed_in(token_hash(token), now=now)
    if found is None:
        return
    watched = actions.WATCHED_ROLES.intersection(found.actor.roles)
    if now - found.seen_at > (actions.IDLE_WATCHED if watched else actions.IDLE):
        return
    g.actor, g.keys_off, g.has_news = found.actor, found.keys_off, found.has_news
    if now - found.seen_at > actions.SEEN_EVERY:
        with transaction():
            again = queries.session_of(token_hash(token), now=now)
            if again is not None:
                actions.touch(again[0], now=now)


def own_path(wanted: str | None) -> str:
    """Accept only a path of this site to go on to; anything else is the start of the day."""
    start = url_for("workbench.home")
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return start
    return wanted if wanted.isprintable() and "\\" not in wanted else start


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
        return _page(form)
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        token = _try(str(form.login.data), str(form.password.data or ""))
    except TooMany as busy:
        form.form_errors.append(_refusal())
        return _page(form), 422, {"Retry-After": str(busy.retry_after)}
    if token is None:
        form.form_errors.append(_refusal())
        return _page(form), 422
    onwards = own_path(form.next.data)
    if isinstance(token, User):
        half_in.remember(token, onwards, now=utc_now())
        return redirect(url_for("accounts.second_factor_step"), 303)
    answer = redirect(onwards, 303)
    return with_cookie(answer, token)  # type: ignore[arg-type]


def _refusal() -> str:
    """Say the same whatever was wrong."""
    sentence: str = _(
        "User name and password do not fit together, or there were too many tries. "
        "Check both; after several tries wait a quarter of an hour."
    )
    return sentence


def _page(form: SignInForm) -> str:
    settings: Settings = current_app.extensions["settings"]
    return render_template(
        "accounts/sign_in.html",
        form=form,
        accounts=DEMO_ACCOUNTS if settings.demo else (),
        demo_password=settings.demo_password if settings.demo else "",
    )


def _try(login: str, password: str) -> str | User | None:
    """Give a session's token when login and password fit, within the limits of trying.

    Where a second factor is asked for, give the person instead: the tries are forgotten only once
    the code fits, too.
    """
    settings: Settings = current_app.extensions["settings"]
    now = utc_now()
    gate = Gate(current_app.extensions["throttle"], login, request.remote_addr or "")
    gate.check(known_device=_is_known_device(login))
    user = queries.user_by_login(login)
    stored = user.password_hash if user and user.disabled_at is None else None
    memory = settings.argon2_memory_kib
    end_read()
    if not passwords.verify(stored, password, memory_kib=memory) or stored is None:
        gate.failed()
        record_refusal(login, "password")
        return None
    if not settings.second_factor:
        gate.passed()
    fresh = (
        passwords.hash_password(password, memory_kib=memory)
        if passwords.is_outdated(stored, memory_kib=memory)
        else None
    )
    region_id = home_region().id
    with transaction():
        person = queries.user_by_login(login)
        if person is None or person.disabled_at is not None:
            return None
        if fresh:
            person.password_hash = fresh
        if settings.second_factor:
            return person
        actor = queries.actor_of(person, home_day(now))
        agent = request.user_agent.string
        return actions.open_session(person, actor, agent=agent, region_id=region_id, now=now)


def _is_known_device(login: str) -> bool:
    """Tell whether this browser has signed in as this person before."""
    token = request.cookies.get(cookie_name())
    if not token:
        return False
    found = queries.session_of(token_hash(token), now=utc_now())
    return found is not None and found[1].login == login


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session, also from a page that was open too long: nobody is hurt by being out."""
    token = request.cookies.get(cookie_name())
    actor = getattr(g, "actor", None)
    if token and actor and actor.user_id is not None:
        with transaction():
            actions.revoke(
                token_hash(token),
                actor.user_id,
                actor,
                region_id=home_region().id,
                now=utc_now(),
            )
    answer = redirect(url_for("accounts.sign_in"), 303)
    answer.delete_cookie(cookie_name(), path="/")
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer
