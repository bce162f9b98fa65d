"""Where an administrator begins."""

from flask import render_template
from flask.typing import ResponseReturnValue

from desk.access.doors import requires
from desk.access.permissions import Permission
from desk.administration.views.doors import blueprint


@blueprint.get("/")
@requires(Permission.ORGANISATION_MANAGE)
def home() -> ResponseReturnValue:
    return render_template("administration/home.html")
