"""What a request must look like before any page sees it."""

from flask import Flask, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, Forbidden, NotFound, RequestEntityTooLarge

MOST_FIELDS = 200
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_PAGES = frozenset({"same-origin", "none"})
MAY_REPEAT = frozenset({"needs", "tags", "case", "rating", "chosen", "scopes"})
OUTSIDE = frozenset({"web.csp_report"})


def register(app: Flask) -> None:
    """Refuse requests of other sites, oversized forms and fields sent twice."""

    @app.before_request
    def refuse_what_no_database_keeps() -> None:
        words = [request.path, *(value for _name, value in request.args.items(multi=True))]
        if any("\0" in word for word in words):
            raise NotFound

    @app.before_request
    def refuse_strange_requests() -> None:
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
