"""Telling staff about a case: only whoever may see it, and never whoever did it themselves."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from desk.access.actors import Actor
from desk.accounts.queries import people, stand_ins_of
from desk.casework.models import Case, CaseNamed
from desk.casework.queries.scope import may_see
from desk.kernel.db import db
from desk.notify import actions as notify
from desk.notify.actions import Reader
from desk.notify.notices import Notice
from desk.organisation.queries import home_day


def tell(
    case: Case,
    kind: Notice,
    user_ids: Iterable[int],
    *,
    key: str,
    now: datetime,
    by: Actor | None = None,
) -> None:
    """Tell these people something about a case, each in the way they chose, once per key.

    Whoever the case keeps away, whoever it does not belong to and whoever acts are left out, and
    what was told disappears for somebody kept away later. A notice carries the number, never a
    word of the case. The key tells one occasion from the next, such as a version or a clock's run;
    said twice with the same key it is told once. The caller holds the transaction.
    """
    today, asked = home_day(now), set(user_ids)
    wanted = asked.union(stand_ins_of(asked, today)) - {by.user_id if by else None}
    readers = [
        Reader(user.id, user.lang, user.email_e is not None)
        for user, actor in people(wanted, today)
        if may_see(actor, case)
    ]
    notify.tell(
        kind,
        readers,
        region_id=case.region_id,
        key=f"{case.id.hex}/{key}",
        context={"number": case.number, "path": f"/desk/cases/{case.number}"},
        now=now,
        subject_id=case.id,
    )


def tell_asked(case: Case, task_id: UUID, user_ids: Iterable[int], *, now: datetime) -> None:
    """Tell people of another department what it is asked; whoever the case names is left out.

    It leads to the task, not to the case, which they do not see.
    """
    away = db.session.scalars(
        select(CaseNamed.user_id).where(
            CaseNamed.region_id == case.region_id, CaseNamed.case_id == case.id
        )
    )
    wanted = set(user_ids) - set(away)
    readers = [
        Reader(user.id, user.lang, user.email_e is not None)
        for user, _actor in people(wanted, home_day(now))
    ]
    notify.tell(
        Notice.TASK,
        readers,
        region_id=case.region_id,
        key=task_id.hex,
        context={"number": case.number, "path": f"/desk/tasks/{task_id}"},
        now=now,
    )
