"""Where HTTP meets the desk: blueprints, languages, headers, error pages."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from desk.access.doors import guard
from desk.accounts.views import blueprint as accounts
from desk.accounts.views.signing_in import load_actor, set_up_login
from desk.administration.views import blueprint as administration
from desk.administration.views.trail import blueprint as trail
from desk.api.views import blueprint as api
from desk.api.views.clients import blueprint as clients
from desk.board.views import blueprint as board
from desk.catalogue.views import blueprint as catalogue
from desk.insight.views import blueprint as insight
from desk.intake.views import blueprint as intake
from desk.kernel.db import reads_together
from desk.notify.views import blueprint as notify
from desk.publishing.views import blueprint as publishing
from desk.ratings.views import blueprint as ratings
from desk.settings import Settings
from desk.supervision.views import blueprint as supervision
from desk.web import (
    context,
    errors,
    filters,
    headers,
    languages,
    readable,
    requests,
    room,
    templating,
    uploads,
)
from desk.web.views import blueprint as web
from desk.workbench.views import blueprint as workbench
from desk.writing.views import blueprint as writing

BLUEPRINTS = (
    web,
    intake,
    catalogue,
    ratings,
    publishing,
    accounts,
    workbench,
    writing,
    supervision,
    insight,
    board,
    administration,
    trail,
    notify,
    api,
    clients,
)


def register(app: Flask) -> None:
    """Hang every door in its frame, and refuse to start with one that names no permission."""
    settings: Settings = app.extensions["settings"]
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    headers.register(app)
    readable.register(app)
    uploads.register(app)
    requests.register(app)
    languages.register(app)
    room.register(app)
    set_up_login(app)
    app.before_request(load_actor)
    app.teardown_request(lambda _error: reads_together())
    templating.register(app)
    filters.register_filters(app)
    context.register(app)
    errors.register(app)
    guard(app)
