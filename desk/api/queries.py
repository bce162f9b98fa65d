"""Questions about the systems that may speak to the desk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from desk.api.models import ApiClient
from desk.catalogue.models import Item
from desk.kernel.crypto import token_hash
from desk.kernel.db import db
from desk.organisation.models import Department, Hall, Window
from desk.ratings.models import ServiceEvent

LONGEST_TOKEN = 128
MOST, USUAL = 500, 100


def client_by_token(token: str, *, now: datetime) -> ApiClient | None:
    """Find the client a token belongs to, if it still holds."""
    if not token.isascii() or not 0 < len(token) <= LONGEST_TOKEN:
        return None
    return db.session.scalar(
        select(ApiClient).where(
            ApiClient.token_h == token_hash(token),
            ApiClient.disabled_at.is_(None),
            or_(ApiClient.expires_at.is_(None), ApiClient.expires_at > now),
        )
    )


def clients_of(region_id: int) -> Sequence[ApiClient]:
    """List the clients of a region, also those that were shut out."""
    return db.session.scalars(
        select(ApiClient).where(ApiClient.region_id == region_id).order_by(ApiClient.id)
    ).all()


def events_told(
    region_id: int, system: str, *, after: UUID | None, size: int
) -> tuple[list[dict[str, Any]], UUID | None]:
    """List the occasions a system told, in the order they came, and where the next page starts.

    Whoever was served is not told back, nor whether they rated.
    """
    statement = (
        select(
            ServiceEvent,
            Hall.code.label("hall"),
            Department.code.label("department"),
            Window.code.label("window"),
            Item.code.label("item"),
        )
        .join(Hall, Hall.id == ServiceEvent.hall_id)
        .join(Department, Department.id == ServiceEvent.department_id)
        .outerjoin(Window, Window.id == ServiceEvent.window_id)
        .outerjoin(Item, Item.id == ServiceEvent.item_id)
        .where(ServiceEvent.region_id == region_id, ServiceEvent.source_system == system)
        .order_by(ServiceEvent.id)
        .limit(size + 1)
    )
    if after is not None:
        statement = statement.where(ServiceEvent.id > after)
    rows = db.session.execute(statement).all()
    following = rows[size - 1][0].id if len(rows) > size else None
    return [_as_told(*row) for row in rows[:size]], following


def _as_told(event: ServiceEvent, *codes: str | None) -> dict[str, Any]:
    named = dict(zip(("hall", "department", "window", "item"), codes, strict=True))
    return {
        "id": str(event.id),
        "project_no": event.project_no,
        "service_no": event.service_no,
        "occurred_at": event.occurred_at.isoformat(),
        "party_kind": event.party_kind.value,
        "stage": event.stage,
        "is_test": event.is_test,
        **named,
    }
