"""Removing what is over, a few rows or files at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import delete, select, tuple_

from desk.accounts.models import PasswordLink, UserSession
from desk.files import reconcile
from desk.intake.actions import IMPORT
from desk.intake.models import Draft, RequestKey
from desk.jobs import actions as jobs
from desk.kernel.db import Model, db, transaction
from desk.notify.models import Channel, Letter
from desk.supervision.actions import making
from desk.writing.models import CaseDraft, Presence
from desk.writing.presence import LIVES

KEPT = timedelta(days=7)


NOTICES_KEPT = timedelta(days=90)


FORGOTTEN_AT_ONCE = 200


log = structlog.get_logger()


def forget(now: datetime) -> None:
    """Remove drafts, keys, sessions, notices and jobs whose time is over, a few at a time.

    The keys of an import stay: they are what makes it safe to repeat, whenever that is.
    """
    before = now - KEPT
    _forget_rows(Draft, (Draft.token_h,), Draft.expires_at < now)
    draft = (CaseDraft.region_id, CaseDraft.case_id, CaseDraft.user_id, CaseDraft.form)
    _forget_rows(CaseDraft, draft, CaseDraft.expires_at < now)
    present = (Presence.region_id, Presence.case_id, Presence.user_id)
    _forget_rows(Presence, present, Presence.at < now - LIVES)
    _forget_rows(
        RequestKey,
        (RequestKey.region_id, RequestKey.client, RequestKey.key),
        (RequestKey.made_at < before) & (RequestKey.client != IMPORT),
    )
    _forget_rows(PasswordLink, (PasswordLink.token_h,), PasswordLink.expires_at < before)
    _forget_rows(UserSession, (UserSession.token_h,), UserSession.expires_at < before)
    told = (Letter.channel == Channel.IN_APP) & (Letter.written_at < now - NOTICES_KEPT)
    _forget_rows(Letter, (Letter.region_id, Letter.id), told)
    _in_batches(lambda: jobs.forget_done(before=before, most=FORGOTTEN_AT_ONCE))


def _forget_rows(model: type[Model], key: tuple[Any, ...], over: Any) -> None:
    old = select(*key).where(over).limit(FORGOTTEN_AT_ONCE)
    statement = delete(model).where(tuple_(*key).in_(old)).returning(key[0])
    _in_batches(lambda: len(db.session.execute(statement).all()))


def _in_batches(remove: Callable[[], int]) -> None:
    """Remove until little is left, each batch in a short transaction of its own."""
    gone = FORGOTTEN_AT_ONCE
    while gone == FORGOTTEN_AT_ONCE:
        with transaction():
            gone = remove()


def tidy_files(now: datetime) -> None:
    """Remove the files of drafts that are over."""
    reconcile.tidy(current_app.extensions["store"], now=now)


def reconcile_files(now: datetime) -> None:
    """Hold rows and objects against each other; what only a person can mend stands in the log."""
    found = reconcile.reconcile(current_app.extensions["store"], now=now, remove=True)
    if found.missing or found.held_back:
        log.error("files", missing=len(found.missing), strays=len(found.strays))


def put_reports_away(now: datetime) -> None:
    """Remove the files of reports that were kept for a day."""
    making.put_away(current_app.extensions["store"], now=now)
