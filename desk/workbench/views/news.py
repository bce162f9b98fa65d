"""What somebody was told: the list behind the bell."""

from datetime import datetime

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework.queries import notices
from desk.casework.queries.notices import Show
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import NotFound
from desk.kernel.form import EXPIRED, DeskForm, Hidden
from desk.kernel.ids import read_uuid
from desk.kernel.paging import read_cursor
from desk.notify.actions import mark_read
from desk.notify.labels import NOTICE
from desk.workbench.views.doors import blueprint, count_text


class ReadForm(DeskForm):
    """A button; `until` is when the newest notice of the list was written."""

    until = Hidden()

    def instant(self) -> datetime | None:
        """Read `until`; None for anything that is no instant."""
        try:
            found = datetime.fromisoformat(str(self.until.data or ""))
        except ValueError:
            return None
        return found if found.tzinfo else None


@blueprint.get("/news")
@requires(Permission.HOME_SEE)
def news() -> ResponseReturnValue:
    return _page(ReadForm(formdata=None))


@blueprint.get("/news/count")
@requires(Permission.HOME_SEE)
def news_count() -> ResponseReturnValue:
    """Give the number beside the bell, which a page asks for once it stands."""
    return jsonify(news=count_text(notices.unread_count(current_actor())))


def _page(form: ReadForm) -> str:
    actor, asked = current_actor(), request.args.get("show", Show.ALL)
    if asked not in set(Show):
        raise NotFound("")
    show = Show(asked)
    page = notices.notices_of(actor, read_cursor(request.args.get("at")), show=show)
    return render_template(
        "workbench/news.html",
        page=page,
        show=None if show is Show.ALL else show,
        S=Show,
        form=form,
        names=NOTICE,
        unread=notices.unread_count(actor),
    )


@blueprint.post("/news/<notice>/open")
@requires(Permission.HOME_SEE)
def open_news(notice: str) -> ResponseReturnValue:
    """Mark a notice as read and go where it leads."""
    form, actor, key = ReadForm(), current_actor(), read_uuid(notice)
    if not form.validate_on_submit():
        return _page(form), 422
    if key is None:
        raise NotFound("")
    path = notices.path_of(actor, key)
    end_read()
    with transaction():
        mark_read(actor.user_id or 0, one=key, now=utc_now())
    return redirect(path, 303)


@blueprint.post("/news/read")
@requires(Permission.HOME_SEE)
def read_all() -> ResponseReturnValue:
    """Mark everything as read that stood in the list; what came since stays new."""
    form, actor = ReadForm(), current_actor()
    until, passed = form.instant(), form.validate_on_submit()
    if until is None and passed:
        form.form_errors.append(EXPIRED)
    if until is None or not passed:
        return _page(form), 422
    with transaction():
        mark_read(actor.user_id or 0, until=until, now=utc_now())
    flash(_("Everything is marked as read."), "done")
    return redirect(url_for("workbench.news"), 303)
