"""Which language a page is in: the person's choice, then the browser's, then Chinese."""

from collections.abc import Mapping
from typing import Any

from babel.support import NullTranslations
from flask import Flask, g, has_app_context, has_request_context, request
from flask_babel import Babel, Domain
from markupsafe import escape

LANGUAGES = {"zh_Hans": "zh-Hans", "en": "en"}
DEFAULT = "zh_Hans"
COOKIE = "lang"


class KeptDomain(Domain):  # type: ignore[misc]
    """The sentences of a language, looked up once a request instead of once a sentence."""

    def get_translations(self) -> NullTranslations:
        here = g._get_current_object() if has_app_context() else None  # noqa: SLF001
        context = vars(here).get("_flask_babel") if here is not None else None
        kept = vars(context).get("babel_translations") if context is not None else None
        if kept is None:
            kept = super().get_translations()
            if context is not None:
                context.babel_translations = kept
        return kept  # type: ignore[no-any-return]


def chosen() -> str:
    """Name the language of this request as our catalogues are named."""
    if not has_request_context():
        return DEFAULT
    wanted = request.cookies.get(COOKIE)
    if wanted in LANGUAGES:
        return wanted
    best = request.accept_languages.best_match(["zh-Hans", "zh-CN", "zh", "en"])
    return "en" if best == "en" else DEFAULT


def _filled(said: str, values: Mapping[str, Any]) -> str:
    """Put values into a sentence; a link among them stays a link, and the words round it text."""
    has_markup = any(hasattr(value, "__html__") for value in values.values())
    return (escape(said) if has_markup else said) % values


def register(app: Flask) -> None:
    """Let every sentence be said in the person's language; templates escape it like any text."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Shanghai")
    app.config.setdefault("DESK_TIME_ZONE", "Asia/Shanghai")
    babel = Babel(app, locale_selector=chosen)
    domain = babel.domain_instance = KeptDomain(domain=app.extensions["babel"].default_domain)

    def gettext(sentence: str, **values: Any) -> str:
        said = str(domain.get_translations().ugettext(sentence))
        return _filled(said, values) if values or "%" in said else said

    def ngettext(singular: str, plural: str, n: int, **values: Any) -> str:
        said = str(domain.get_translations().ungettext(singular, plural, n))
        return _filled(said, {"num": n, **values})

    app.jinja_env.globals.update(gettext=gettext, ngettext=ngettext, _=gettext)
