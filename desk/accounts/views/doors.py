"""What the pages of one's own account share."""

from flask import Blueprint, current_app

from desk.settings import Settings

blueprint = Blueprint("accounts", __name__, url_prefix="/account")


def cookie_name() -> str:
    """Name the cookie of a session; over https a browser takes it from this host alone."""
    settings: Settings = current_app.extensions["settings"]
    return "__Host-desk" if settings.is_https else "desk"
