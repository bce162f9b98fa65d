"""The description of the API, for whoever writes a program against it."""

from flask.typing import ResponseReturnValue

from desk.access.doors import public
from desk.api import openapi
from desk.api.views.doors import blueprint

AN_HOUR = "public, max-age=3600"


@blueprint.get("/openapi.json")
@public
def describe() -> ResponseReturnValue:
    return openapi.document(), 200, {"Cache-Control": AN_HOUR}
