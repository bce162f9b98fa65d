"""What a letter says: from its template, in its language, with nothing but a number and a date."""

from collections.abc import Mapping
from datetime import date

from flask import current_app
from flask_babel import force_locale, format_date

from desk.notify.labels import NOTICE
from desk.notify.letters import ALSO_WITHOUT, LINKS, TO_STAFF
from desk.notify.models import Channel
from desk.notify.notices import Notice


def text_of(
    template: str,
    lang: str,
    context: Mapping[str, object],
    *,
    secret: str | None,
    base_url: str,
    channel: Channel = Channel.MAIL,
) -> tuple[str, str]:
    """Render a letter: its subject on one line, and its body.

    A message to a phone is the first paragraph alone; a mail goes on with how it is to be taken.
    Raises ValueError when the letter is nothing without its link and has none.
    """
    link = f"{base_url}{LINKS[template]}{secret}" if template in LINKS and secret else ""
    if template in LINKS and not link and template not in ALSO_WITHOUT:
        raise ValueError(f"{template} has lost its link")
    staff = template in TO_STAFF
    with force_locale(lang):
        text = current_app.jinja_env.get_template(f"letters/{template}.txt").render(
            number=context.get("number", "") if staff else context["number"],
            address=f"{base_url}{context['path']}",
            promised=_day(context.get("promised_on"), lang),
            provisional=bool(context.get("provisional")),
            link=link,
            what=_what(context.get("kind")),
            counts=_counts(context.get("counts")),
        )
        foot = current_app.jinja_env.get_template(
            "letters/_foot_staff.txt" if staff else "letters/_foot.txt"
        ).render()
    subject, _, body = text.strip().partition("\n")
    paragraphs = [" ".join(p.split()) for p in body.strip().split("\n\n")]
    if channel is Channel.SMS:
        return " ".join(subject.split()), paragraphs[0]
    return " ".join(subject.split()), "\n\n".join([*paragraphs, foot.strip()]) + "\n"


def _what(kind: object) -> str:
    return str(NOTICE[Notice(str(kind))]) if kind else ""


def _counts(counts: object) -> list[tuple[str, int]]:
    """Name what was counted, in the order of the kinds."""
    found = counts if isinstance(counts, Mapping) else {}
    return [(str(NOTICE[kind]), int(found[kind])) for kind in Notice if found.get(kind)]


def _day(promised: object, lang: str) -> str:
    if not promised:
        return ""
    pattern = "d MMMM y" if lang == "en" else "y年M月d日"
    return str(format_date(date.fromisoformat(str(promised)), pattern))
