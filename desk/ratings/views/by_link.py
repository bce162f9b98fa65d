"""Rating one occasion, once, by its link."""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from desk.access.doors import public, takes_files
from desk.catalogue.models import ItemVersion
from desk.files.arriving import reserve_of, taking_in
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Gone, Invalid, NotFound
from desk.organisation.models import Window
from desk.organisation.queries import home_day
from desk.ratings import queries
from desk.ratings.actions import giving
from desk.ratings.actions.photos import add_photo
from desk.ratings.forms import PICTURES, EnterForm, LinkRateForm
from desk.ratings.labels import LEVELS
from desk.ratings.occasions import window_by_code
from desk.ratings.queries import Opened
from desk.ratings.views.doors import blueprint
from desk.ratings.views.raters import address_mark, device, known_again, refuse_staff
from desk.ratings.views.words import said, words_by_level


@blueprint.route("/rate", methods=["GET", "POST"])
@public
def enter() -> ResponseReturnValue:
    form = EnterForm()
    if request.method == "GET":
        return render_template("ratings/enter.html", form=form)
    if form.validate_on_submit():
        code = str(form.code.data).rstrip("/").rpartition("/")[2]
        if queries.opened_by(code) is not None:
            return redirect(url_for("ratings.give", token=code), 303)
        if window_by_code(code, home_day(utc_now())) is not None:
            return redirect(url_for("ratings.at_window", code=code), 303)
        form.code.errors = [_("This code opens nothing. Copy it whole from the message or slip.")]
    return render_template("ratings/enter.html", form=form), 422


@blueprint.route("/rate/<token>", methods=["GET", "POST"])
@takes_files
@public
def give(token: str) -> ResponseReturnValue:
    now = utc_now()
    refuse_staff(now)
    opened = _opened(token)
    form, tags = LinkRateForm(), words_by_level(now)
    form.prepare([(code, name) for words in tags.values() for code, name in words])
    if request.method == "GET":
        return known_again(_page(form, opened, tags))
    if not form.validate_on_submit() or not form.has_pictures_only():
        return _page(form, opened, tags), 422
    store = current_app.extensions["store"]
    reserve = reserve_of(current_app.extensions["settings"].files_reserve_mb)
    end_read()
    try:
        with taking_in(form.files.data, PICTURES, store, reserve=reserve) as photos, transaction():
            again = _opened(token)
            rating = giving.give(
                again.token,
                again.event,
                said(form),
                now=now,
                device_h=device(now),
                address_h=address_mark(now),
            )
            add_photo(rating, photos, now=now)
    except Invalid as error:
        end_read()
        form.blame(error)
        return _page(form, _opened(token), tags), 422
    except IntegrityError as error:
        raise Gone(_("This occasion has been rated already. Each can be rated once.")) from error
    return known_again(redirect(url_for("ratings.thanks"), 303))


def _opened(token: str) -> Opened:
    """Find what a link opens; raises NotFound for an unknown one, Gone for one that is over."""
    opened = queries.opened_by(token)
    if opened is None:
        raise NotFound(_("This link opens nothing. Copy it whole from the message or slip."))
    if opened.token.used_at is not None:
        raise Gone(
            _(
                "This occasion was rated on %(day)s. Each can be rated once; nothing was changed.",
                day=format_date(home_day(opened.token.used_at), "long"),
            )
        )
    if opened.token.expires_at <= utc_now():
        raise Gone(_("This link was open for 30 days. Its time is over."))
    return opened


def _page(form: LinkRateForm, opened: Opened, tags: dict[int, list[tuple[str, str]]]) -> str:
    event = opened.event
    form.files.ask_again()
    end_read()
    item = db.session.get(ItemVersion, event.item_version_id) if event.item_version_id else None
    window = db.session.get(Window, event.window_id) if event.window_id else None
    return render_template(
        "ratings/give.html",
        form=form,
        event=event,
        item=item,
        window=window,
        tags=tags,
        levels=LEVELS,
    )


@blueprint.get("/rate/thanks")
@public
def thanks() -> ResponseReturnValue:
    at_window = request.args.get("at") == "window"
    return render_template("ratings/thanks.html", at_window=at_window)
