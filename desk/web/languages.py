"""Which language a page is in: the person's choice, then the browser's, then Chinese."""

from flask import Flask, has_request_context, request
from flask_babel import Babel

LANGUAGES = {"zh_Hans": "zh-Hans", "en": "en"}
DEFAULT = "zh_Hans"
COOKIE = "lang"


def chosen() -> str:
    """Name the language of this request as our catalogues are named."""
    if not has_request_context():
        return DEFAULT
    wanted = request.cookies.get(COOKIE)
    if wanted in LANGUAGES:
        return wanted
    best = request.accept_languages.best_match(["zh-Hans", "zh-CN", "zh", "en"])
    return "en" if best == "en" else DEFAULT


def register(app: Flask) -> None:
    """Let every sentence be said in the person's language."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Shanghai")
    app.config.setdefault("DESK_TIME_ZONE", "Asia/Shanghai")
    Babel(app, locale_selector=chosen)
