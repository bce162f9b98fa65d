"""Service occasions: told by the systems of a hall, and read back by the one that told them."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from desk.access.doors import for_systems
from desk.access.scopes import ApiScope
from desk.api import queries, reading
from desk.api.views.asking import NO_SUCH_PAGE, size
from desk.api.views.doors import admit, blueprint, client
from desk.api.views.telling import take
from desk.kernel.errors import Invalid
from desk.kernel.ids import read_uuid
from desk.ratings.loading import load_events


@blueprint.post("/v1/service-events")
@for_systems(ApiScope.EVENTS_WRITE, admit, largest=reading.LARGEST_SENT)
def tell_events() -> ResponseReturnValue:
    from desk.ratings.told import EventTold  # noqa: PLC0415 - loads pydantic

    return take(EventTold, load_events)


@blueprint.get("/v1/service-events")
@for_systems(ApiScope.EVENTS_READ, admit)
def list_events() -> ResponseReturnValue:
    """Give a page of what this system told; `next` is the address of the next one."""
    ours = client()
    events, following = queries.events_told(
        ours.region_id, ours.system, after=_after(), size=size()
    )
    onward = url_for("api.list_events", after=following, limit=size()) if following else None
    return {"events": events, "next": onward}


def _after() -> UUID | None:
    text = request.args.get("after")
    if text is None:
        return None
    found = read_uuid(text)
    if found is None:
        raise Invalid(NO_SUCH_PAGE, field="after")
    return found
