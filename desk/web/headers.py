"""Headers on every answer: what a browser may load, keep and tell."""

import secrets

from flask import Flask, Response, g, request

from desk.audit.actions import request_id
from desk.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; report-uri /csp-report"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), display-capture=()",
}
A_YEAR = 31_536_000


def register(app: Flask) -> None:
    """Name each request, and put the headers on each answer."""
    settings: Settings = app.extensions["settings"]

    @app.before_request
    def name_request() -> None:
        g.request_id = secrets.token_hex(8)
        request_id.set(g.request_id)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if settings.is_https:
            response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"
        if request.endpoint == "static":
            hashed = "v" in request.args
            response.headers["Cache-Control"] = (
                f"public, max-age={A_YEAR}, immutable" if hashed else "public, max-age=300"
            )
        elif "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        response.headers["X-Request-Id"] = getattr(g, "request_id", "")
        return response
