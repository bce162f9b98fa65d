"""What a letter says: from its template, in its language, with nothing but a number and a date."""

from collections.abc import Mapping
from datetime import date

from flask import current_app
from flask_babel import force_locale, format_date


def text_of(
    template: str,
    lang: str,
    context: Mapping[str, object],
    *,
    secret: str | None,
    base_url: str,
) -> tuple[str, str]:
    """Render a letter: its subject on one line, and its body."""
    promised = context.get("promised_on")
    with force_locale(lang):
        written = (
            format_date(
                date.fromisoformat(str(promised)), "y年M月d日" if lang != "en" else "d MMMM y"
            )
            if promised
            else ""
        )
        text = current_app.jinja_env.get_template(f"letters/{template}.txt").render(
            number=context["number"],
            address=f"{base_url}{context['path']}",
            promised=written,
            link=f"{base_url}/rate/{secret}" if secret else "",
        )
    subject, _, body = text.strip().partition("\n")
    return " ".join(subject.split()), body.strip() + "\n"
