"""What the desk's pages share: the list somebody came from, and the case beside this one."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, current_app, request, url_for

from desk.access.actors import Actor
from desk.casework.queries.lists import queue
from desk.casework.queries.tabs import COUNT_CAP
from desk.kernel.paging import Cursor
from desk.organisation.queries import Timetable
from desk.workbench.listing import TURN, Listing, parse_listing

CAME_FROM = "list"
blueprint = Blueprint("workbench", __name__, url_prefix="/desk")


def came_from() -> Listing:
    """Tell from which list somebody opened the case; their turn when the address does not say."""
    return parse_listing(request.args.get(CAME_FROM)) or TURN


@blueprint.url_defaults
def keep_list(endpoint: str, values: dict[str, object]) -> None:
    """Carry the list somebody came from along every address of a case's page."""
    if CAME_FROM not in request.args or "number" not in (request.view_args or {}):
        return
    if CAME_FROM not in values and current_app.url_map.is_endpoint_expecting(endpoint, "number"):
        listing = parse_listing(request.args[CAME_FROM])
        if listing is not None:
            values[CAME_FROM] = listing.text


@blueprint.context_processor
def back() -> dict[str, object]:
    """Let every page of the desk lead back to the list somebody came from."""
    return {"back_to_list": lambda: list_address(came_from())}


def list_address(listing: Listing) -> str:
    """Give the address of a list."""
    address = url_for("workbench.queue")
    return address if listing == TURN else f"{address}?{listing.text}"


def count_text(n: int) -> str:
    """Write a count that stops at its cap."""
    return f"{COUNT_CAP - 1}+" if n >= COUNT_CAP else str(n)


def beside(
    actor: Actor,
    at: datetime,
    key: UUID,
    *,
    listing: Listing,
    backwards: bool,
    now: datetime,
    table: Timetable,
) -> str | None:
    """Find the case after (or before) a place in a list; None at the end of it."""
    page = queue(
        actor,
        listing.tab,
        now=now,
        table=table,
        conditions=listing.conditions,
        cursor=Cursor(at, key, backwards),
        size=1,
    )
    return page.rows[0].number if page.rows else None
