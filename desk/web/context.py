"""What every template knows."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, request, url_for
from flask_babel import gettext as _

from desk.access.actors import Actor
from desk.access.doors import actor_or_none
from desk.access.permissions import Permission
from desk.kernel.clock import utc_now
from desk.settings import Settings
from desk.web.languages import LANGUAGES, chosen

TYPE_COOKIE = "type"
NAV = (
    ("home", Permission.HOME_SEE, "workbench.home"),
    ("queue", Permission.CASE_READ, "workbench.queue"),
    ("overview", Permission.FIGURES_SEE, "insight.overview"),
    ("letters", Permission.LETTERS_SEE, "notify.dead_letters"),
)


def register(app: Flask) -> None:
    """Hand the common values to every template."""
    settings: Settings = app.extensions["settings"]
    static = Path(app.static_folder or "")

    @cache
    def digest(path: str) -> str:
        return hashlib.sha256((static / path).read_bytes()).hexdigest()[:12]

    def asset(path: str) -> str:
        return url_for("static", filename=path, v=digest(path))

    @app.context_processor
    def common() -> dict[str, object]:
        lang = chosen()
        actor = actor_or_none()
        return {
            "lang": lang,
            "html_lang": LANGUAGES[lang],
            "other_lang": "en" if lang == "zh_Hans" else "zh_Hans",
            "type_size": "large" if request.cookies.get(TYPE_COOKIE) == "large" else "normal",
            "demo": settings.demo,
            "site_name": _("Could-not-be-done desk"),
            "hall_name": "",
            "current_actor": actor,
            "asset": asset,
            "next_path": request.path,
            "nav": nav_of(actor),
            "now": utc_now(),
            "P": Permission,
        }


def nav_of(actor: Actor | None) -> list[tuple[str, str, str]]:
    """List the desk's pages this person may open."""
    if actor is None:
        return []
    labels = {
        "home": _("My day"),
        "queue": _("Queue"),
        "overview": _("Overview"),
        "letters": _("Letters"),
    }
    return [
        (key, labels[key], url_for(endpoint))
        for key, permission, endpoint in NAV
        if actor.may(permission)
    ]
