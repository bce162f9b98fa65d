"""Writing down a rating given on paper or by telephone, and opening the scan that shows it."""

from collections.abc import Callable
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires, takes_files
from desk.access.permissions import Permission
from desk.audit.actions import record
from desk.files.arriving import reserve_of, taking_in
from desk.files.handing_out import hand_out
from desk.files.kinds import STAFF_FAMILIES
from desk.files.models import StoredFile
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed
from desk.organisation.queries import home_day
from desk.ratings.actions.staff_entered import enter as enter_rating
from desk.ratings.entries import occasion_by_number, photo_to_open, scan_of
from desk.ratings.forms import EnterRatingForm
from desk.ratings.kiosks import windows_to_serve
from desk.ratings.labels import LEVELS
from desk.ratings.models import RatingChannel
from desk.ratings.views.doors import blueprint
from desk.ratings.views.words import said, words_by_level

ENTER = Permission.RATING_ENTER


@blueprint.route("/desk/invite/paper", methods=["GET", "POST"])
@takes_files
@requires(ENTER)
def enter_for() -> ResponseReturnValue:
    """Take down what somebody wrote on a sheet or said on the telephone; it counts later."""
    actor, now = current_actor(), utc_now()
    form, tags = EnterRatingForm(), words_by_level(now)
    form.prepare([(code, name) for words in tags.values() for code, name in words])
    windows = [window.id for window, _hall in windows_to_serve(actor, ENTER, home_day(now))]
    if not windows:
        raise NotAllowed(_("No window lies in your reach. Ask your lead to put that right."))
    if request.method == "GET":
        return _page(form, tags)
    if not form.validate_on_submit():
        return _page(form, tags), 422
    store = current_app.extensions["store"]
    reserve = reserve_of(current_app.extensions["settings"].files_reserve_mb)
    end_read()
    try:
        with (
            taking_in(form.files.data, STAFF_FAMILIES, store, reserve=reserve) as arrived,
            transaction(),
        ):
            event = occasion_by_number(windows, str(form.number.data), now=now)
            channel = RatingChannel(str(form.channel.data))
            enter_rating(event, said(form), channel, arrived, by=actor, now=now)
    except Invalid as error:
        end_read()
        form.blame(error)
        return _page(form, tags), 422
    except Conflict as error:
        end_read()
        form.form_errors.append(error.message)
        return _page(form, tags), 409
    except IntegrityError:
        end_read()
        form.form_errors.append(_("Somebody rated at the same moment. Send it again."))
        return _page(form, tags), 409
    flash(_("It is written down. It counts once two supervisors have seen the scan."), "done")
    return redirect(url_for("ratings.enter_for"), 303)


@blueprint.get("/supervision/held/<uuid:key>/scan")
@requires(Permission.RATING_REVIEW)
def entered_scan(key: UUID) -> ResponseReturnValue:
    """Hand out the scan of a rating that staff wrote down, and note who opened it."""
    return _opened(key, scan_of, "rating_scan_opened")


@blueprint.get("/supervision/ratings/<uuid:key>/photo")
@requires(Permission.RATINGS_SEE)
def rating_photo(key: UUID) -> ResponseReturnValue:
    """Hand out the safe copy of the photo of a rating, and note who opened it."""
    return _opened(key, photo_to_open, "rating_photo_opened")


def _opened(key: UUID, find: Callable[[Actor, UUID], StoredFile], what: str) -> ResponseReturnValue:
    actor = current_actor()
    with transaction():
        file = find(actor, key)
        record(
            f"u/{actor.user_id}",
            what,
            region_id=file.region_id,
            by=actor,
            now=utc_now(),
            body={"rating": key.hex, "file": file.id.hex},
        )
        name = file.download_name
    return hand_out(current_app.extensions["store"], file, name)


def _page(form: EnterRatingForm, tags: dict[int, list[tuple[str, str]]]) -> str:
    form.files.ask_again()
    return render_template("ratings/enter_for.html", form=form, tags=tags, levels=LEVELS)
