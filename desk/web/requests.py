"""What a request must look like before any page sees it."""

from flask import Flask, current_app, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, Forbidden, NotFound, RequestEntityTooLarge
from werkzeug.sansio.utils import host_is_trusted

from desk.settings import Settings

MOST_FIELDS = 200
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_PAGES = frozenset({"same-origin", "none"})
MAY_REPEAT = frozenset({"needs", "tags", "case", "rating", "chosen", "scopes"})
OUTSIDE = frozenset({"web.csp_report"})


def register(app: Flask) -> None:
    """Refuse requests under other names or of other sites, oversized forms, fields sent twice."""
    app.before_request(_refuse_other_names)
    app.before_request(_refuse_what_no_database_keeps)
    app.before_request(_refuse_strange_requests)


def _refuse_other_names() -> None:
    """Answer to no other host (security.md H1): its name gets into no link and no cache."""
    settings: Settings = current_app.extensions["settings"]
    hosts = settings.trusted_hosts
    if hosts and not host_is_trusted(request.environ.get("HTTP_HOST"), hosts):
        raise BadRequest(_("The desk is at %(address)s.", address=settings.base_url))


def _refuse_what_no_database_keeps() -> None:
    words = [request.path, *(value for _name, value in request.args.items(multi=True))]
    if any("\0" in word for word in words):
        raise NotFound


def _refuse_strange_requests() -> None:
    if request.method in SAFE or request.endpoint in OUTSIDE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in OWN_PAGES:
        raise Forbidden(_("This was sent from another site. Open the page here and try again."))
    origin = request.headers.get("Origin")
    if site is None and origin is not None and not _is_own(origin):
        raise Forbidden(_("This was sent from another site. Open the page here and try again."))
    if sum(1 for _pair in request.form.items(multi=True)) > MOST_FIELDS:
        raise RequestEntityTooLarge
    for name in request.form:
        if name not in MAY_REPEAT and len(request.form.getlist(name)) > 1:
            raise BadRequest(_("A field was sent twice. Go back, reload the page, send again."))


def _is_own(origin: str) -> bool:
    return origin.partition("://")[2] == request.host
