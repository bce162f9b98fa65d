"""A hall with its places and items, and a system that tells of what happens there."""

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from desk.access.actors import SYSTEM
from desk.access.scopes import ApiScope
from desk.api.actions import create_client
from desk.catalogue.models import Item
from desk.kernel.clock import utc_now
from desk.kernel.db import db, transaction
from desk.organisation.models import Code, Department, Hall, Region, Window
from tests import make

EVENTS, RATINGS = "/api/v1/service-events", "/api/v1/ratings"
NDJSON = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class Town:
    """Codes and ids of a place, free of the session."""

    region_id: int
    hall: str
    hall_id: int
    department: str
    department_id: int
    window: str
    item: str
    at: datetime

    def event(self, n: int, **changes: Any) -> dict[str, Any]:
        """Make what a system says of one occasion, an hour ago."""
        return {
            "project_no": f"P{n}",
            "service_no": "1",
            "occurred_at": self.at.isoformat(),
            "hall": self.hall,
            "window": self.window,
            "item": self.item,
        } | changes

    def rating(self, n: int, level: int, **changes: Any) -> dict[str, Any]:
        """Make what a system says somebody said of one occasion."""
        given_at = (self.at + timedelta(minutes=5)).isoformat()
        return {
            "project_no": f"P{n}", "service_no": "1", "level": level, "given_at": given_at,
        } | changes  # fmt: skip


def town() -> Town:
    """Set up a hall with a department, a window and an item, and two tags to choose."""
    region: Region = make.region()
    hall: Hall = make.hall(region.id)
    department: Department = make.department(region.id)
    window: Window = make.window(hall.id, department.id)
    item: Item = make.item(region.id, department.id)
    with transaction():
        db.session.add_all(
            Code(list="rating_tags", code=code, zh=zh, en=zh, attrs={}, position=n)
            for n, (code, zh) in enumerate((("510", "一次办结"), ("110", "超过时限")))
        )
    made = Town(
        region.id,
        hall.code,
        hall.id,
        department.code,
        department.id,
        window.code,
        item.code,
        utc_now() - timedelta(hours=1),
    )
    db.session.remove()
    return made


def let_in(
    town: Town, system: str = "hall-a", scopes: Iterable[ApiScope] = tuple(ApiScope)
) -> dict[str, str]:
    """Let a system in and give the header it comes with."""
    with transaction():
        region = db.session.get_one(Region, town.region_id)
        _client, token = create_client(
            region, system, system, list(scopes),
            granted_by="a", confirmed_by="b", by=SYSTEM, now=utc_now(),
        )  # fmt: skip
    db.session.remove()
    return {"Authorization": f"Bearer {token}", "Accept-Language": "en"}


def tell(
    client: FlaskClient,
    lines: Iterable[Any],
    token: dict[str, str],
    path: str = EVENTS,
    *,
    packed: bool = False,
    **headers: str,
) -> TestResponse:
    """Send lines; what is no bytes is written as JSON."""
    body = b"\n".join(
        line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines
    )
    extra = {"Content-Encoding": "gzip"} if packed else {}
    return client.post(
        path,
        data=gzip.compress(body) if packed else body,
        content_type=NDJSON,
        headers=token | extra | {name.replace("_", "-"): text for name, text in headers.items()},
    )
