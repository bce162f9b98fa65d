"""Letters that did not arrive, for whoever has to see to it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.kernel.clock import utc_now
from desk.kernel.db import transaction
from desk.kernel.errors import NotFound
from desk.kernel.ids import read_uuid
from desk.kernel.paging import read_cursor
from desk.notify import actions, queries
from desk.notify.forms import RetryForm
from desk.notify.labels import CHANNEL, LETTER, TROUBLE
from desk.notify.troubles import read

blueprint = Blueprint("notify", __name__, url_prefix="/admin/letters")


def _regions() -> list[int]:
    seats = current_actor().seats_for(Permission.LETTERS_SEE)
    return sorted({region for seat in seats for region in seat.region_ids})


def _page(form: RetryForm) -> str:
    page = queries.dead_letters(_regions(), read_cursor(request.args.get("at")))
    return render_template(
        "notify/dead_letters.html",
        page=page,
        rows=[(letter, *read(letter.last_error or "")) for letter in page.rows],
        form=form,
        waiting=queries.waiting_count(_regions()),
        names=LETTER,
        ways=CHANNEL,
        reasons=TROUBLE,
    )


@blueprint.get("/")
@requires(Permission.LETTERS_SEE)
def dead_letters() -> ResponseReturnValue:
    return _page(RetryForm(formdata=None))


@blueprint.post("/retry")
@requires(Permission.LETTERS_SEE)
def retry() -> ResponseReturnValue:
    form = RetryForm()
    if not form.validate_on_submit():
        return _page(form), 422
    key = read_uuid(str(form.letter.data or ""))
    regions = [r for r in _regions() if str(r) == str(form.region.data)]
    found = False
    if key is not None and regions:
        with transaction():
            found = actions.retry(regions[0], key, now=utc_now())
    if not found:
        raise NotFound(_("There is no such letter, or it has been sent meanwhile."))
    flash(_("The letter is tried again at once."), "done")
    return redirect(url_for("notify.dead_letters"), 303)
