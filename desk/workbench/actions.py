"""Keeping and dropping views: a way of working and nothing of a case, so no line of the ledger."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from desk.access.actors import Actor
from desk.accounts.models import User
from desk.kernel.db import db
from desk.kernel.errors import Invalid, NotFound
from desk.workbench.listing import Listing
from desk.workbench.models import LONGEST_LISTING, SavedView
from desk.workbench.queries import Unit, may_drop, shared_count, units_of, views_of

MOST_VIEWS = 20
MOST_SHARED = 30


def keep_view(
    name: str, listing: Listing, *, by: Actor, now: datetime, unit: Unit | None = None
) -> SavedView:
    """Keep a list under a name, for oneself or for all of a unit one sits in.

    A view of one's own of that name shows the new list, to whom is said now. Raises Invalid for the
    21st of one's own, the 31st of a unit, and a list with too many conditions to keep.
    """
    if len(listing.text) > LONGEST_LISTING:
        raise Invalid(_l("This list has too many conditions to be kept."), field="name")
    if unit is not None and unit not in units_of(by):
        raise Invalid(_l("Choose one from the list."), field="whose")
    db.session.get_one(User, by.user_id, with_for_update=True)
    own = [one for one in views_of(by) if one.user_id == by.user_id]
    view = next((one for one in own if one.name == name), None)
    if view is None and len(own) >= MOST_VIEWS:
        raise Invalid(_l("You keep 20 views already. Drop one first."), field="name")
    newly = unit is not None and (view is None or not unit.has(view))
    if unit is not None and newly and shared_count(unit) >= MOST_SHARED:
        raise Invalid(_l("30 views are shared there already. Drop one first."), field="whose")
    if view is None:
        view = SavedView(user_id=by.user_id, name=name)
        db.session.add(view)
    view.hall_id, view.department_id = (unit.hall_id, unit.department_id) if unit else (0, 0)
    view.listing, view.kept_at = listing.text, now
    db.session.flush()
    return view


def drop_view(key: int, *, by: Actor) -> None:
    """Drop a view; raises NotFound for one this person does not see or may not drop."""
    view = next((one for one in views_of(by) if one.id == key), None)
    if view is None or not may_drop(by, view):
        raise NotFound(_l("There is no such view, or it is not yours to drop."))
    db.session.execute(delete(SavedView).where(SavedView.id == key))
