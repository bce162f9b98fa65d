"""What letters say: every template with a preview, as a mail and as a message to a phone."""

from datetime import timedelta

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import requires
from desk.access.permissions import Permission
from desk.administration.views.doors import blueprint, today_of
from desk.kernel.clock import utc_now
from desk.kernel.errors import NotFound
from desk.notify.labels import LETTER
from desk.notify.letters import LETTERS, TO_STAFF
from desk.notify.models import Channel
from desk.notify.notices import Notice
from desk.notify.texts import text_of
from desk.settings import Settings

MANAGE = Permission.TEXTS_MANAGE
LANGS = (("zh_Hans", "zh-Hans"), ("en", "en"))
NUMBER, PATH = "XZ-261123-482915-8", "/complaints/track"
PROMISE = timedelta(days=5)
SAMPLE_LINK = "XZ-0000000000000000000000"
"""What stands in a preview: a number of no case, and a link that opens nothing."""


@blueprint.get("/templates")
@requires(MANAGE)
def letter_templates() -> ResponseReturnValue:
    """List every letter the desk sends, those to the public first."""
    return render_template(
        "administration/letters.html",
        groups=(
            (_("To complainants and raters"), [n for n in LETTERS if n not in TO_STAFF]),
            (_("To staff"), [n for n in LETTERS if n in TO_STAFF]),
        ),
        names=LETTER,
    )


@blueprint.get("/templates/<name>")
@requires(MANAGE)
def letter_template(name: str) -> ResponseReturnValue:
    """Show what one letter says, filled with a number of no case."""
    if name not in LETTERS:
        raise NotFound(_("There is no such entry, or it is not yours to see."))
    settings: Settings = current_app.extensions["settings"]
    context = {
        "number": NUMBER,
        "path": "/desk/news" if name in TO_STAFF else PATH,
        "promised_on": (today_of(utc_now()) + PROMISE).isoformat(),
        "kind": Notice.ASSIGNED.value,
        "counts": {Notice.ASSIGNED: 3, Notice.DECISION: 1},
    }
    texts = [
        (
            tag,
            channel,
            *text_of(
                name,
                lang,
                context,
                secret=SAMPLE_LINK,
                base_url=settings.base_url,
                channel=channel,
            ),
        )
        for lang, tag in LANGS
        for channel in (Channel.MAIL, Channel.SMS)
        if channel is Channel.MAIL or name not in TO_STAFF
    ]
    return render_template(
        "administration/letter.html", name=name, names=LETTER, texts=texts, C=Channel
    )
