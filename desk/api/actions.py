"""Letting systems in and shutting them out. The caller holds the transaction."""

import secrets
from collections.abc import Collection
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from desk.access.actors import Actor
from desk.access.scopes import ApiScope
from desk.api.models import ApiClient
from desk.audit.actions import record
from desk.kernel.crypto import token_hash
from desk.kernel.db import db
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.texts import storable
from desk.organisation.models import Region
from desk.ratings.loading import RESERVED

TOKEN_BYTES = 32
LONGEST_SYSTEM, LONGEST_NAME = 32, 80


def create_client(
    region: Region,
    system: str,
    name: str,
    scopes: Collection[ApiScope],
    *,
    granted_by: str,
    confirmed_by: str,
    by: Actor,
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiClient, str]:
    """Let a system in and give its token, which is shown once: only its hash is kept.

    Raises Invalid for a name that is empty, too long or the desk's own, without any scope, or when
    nobody else confirms it.
    """
    check(system, name, scopes)
    if granted_by == confirmed_by:
        raise Invalid(_l("A second person must confirm the grant."))
    token = f"{region.short_code or 'desk'}-{secrets.token_urlsafe(TOKEN_BYTES)}"
    client = ApiClient(
        region_id=region.id,
        name=name,
        system=system,
        token_h=token_hash(token),
        scopes=sorted(scopes),
        granted_by=granted_by,
        confirmed_by=confirmed_by,
        made_at=now,
        expires_at=expires_at,
    )
    db.session.add(client)
    db.session.flush()
    _record("api_client_made", client, by, now)
    return client, token


def disable_client(region_id: int, client_id: int, *, by: Actor, now: datetime) -> ApiClient:
    """Shut a client out from now on; again changes nothing. Raises NotFound in other regions."""
    client = db.session.get(ApiClient, client_id, with_for_update=True)
    if client is None or client.region_id != region_id:
        raise NotFound(_l("There is no such client."))
    if client.disabled_at is None:
        client.disabled_at = now
        db.session.flush()
        _record("api_client_disabled", client, by, now)
    return client


def touch(client_id: int, *, now: datetime) -> None:
    """Keep when a token was used last."""
    db.session.execute(
        update(ApiClient)
        .where(ApiClient.id == client_id)
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )


def check(system: str, name: str, scopes: Collection[ApiScope]) -> None:
    """Raise Invalid for a system or token that cannot be called so, or is good for nothing."""
    if not 0 < len(system) <= LONGEST_SYSTEM or not system.isprintable() or not storable(system):
        raise Invalid(_l("Name the system in 1 to 32 characters."), field="system")
    if system.casefold() in RESERVED:
        raise Invalid(_l("This name is the desk's own."), field="system")
    if not 0 < len(name) <= LONGEST_NAME or not storable(name):
        raise Invalid(_l("Give the token a name of 1 to 80 characters."), field="name")
    if not scopes:
        raise Invalid(_l("Say what the token is for."), field="scopes")


def _record(what: str, client: ApiClient, by: Actor, now: datetime) -> None:
    record(
        f"s/{now:%Y-%m-%d}",
        what,
        region_id=client.region_id,
        by=by,
        now=now,
        body={"client": client.id, "scopes": list(client.scopes)},
    )
