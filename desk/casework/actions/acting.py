"""How every act begins and ends: the checks of a step, and a line in the ledger."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm.attributes import flag_modified

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.audit.actions import record
from desk.audit.models import Visibility
from desk.casework.actions.move import check_version, stream_of
from desk.casework.events import CaseActed
from desk.casework.models import Case
from desk.casework.queries.context import Context, context_of
from desk.casework.queries.scope import case_of, standing_in
from desk.kernel.db import db
from desk.kernel.errors import NotAllowed
from desk.kernel.events import announce


def begin(
    number: str, version: int | None, permission: Permission, by: Actor, now: datetime
) -> Context:
    """Load and lock a case for somebody who may do this to it.

    Raises NotFound out of reach, Conflict when it was changed since `version` (None: whatever the
    version), NotAllowed without the permission here.
    """
    case = case_of(by, number)
    if version is not None:
        check_version(case, version)
    context = context_of(case, by, now=now)
    if permission not in context.permissions:
        raise NotAllowed(_l("Your role does not include this. Ask your lead if it should."))
    return context


def finish(
    context: Context,
    act: StrEnum,
    by: Actor,
    now: datetime,
    body: dict[str, Any] | None = None,
    visibility: Visibility = Visibility.TEAM,
) -> Case:
    """Give the case its next version and write the act into its chain."""
    case = context.case
    flag_modified(case, "needs")
    db.session.flush()
    announce(CaseActed(case, act.value, body or {}, now, by))
    record(
        stream_of(case),
        act.value,
        region_id=case.region_id,
        by=by,
        now=now,
        visibility=visibility,
        body={"version": case.version, **(body or {}), **standing_in(by, case)},
    )
    return case
