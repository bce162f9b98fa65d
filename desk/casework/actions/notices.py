"""Telling staff about a case: only whoever may see it, and never whoever did it themselves."""

from collections.abc import Iterable
from datetime import datetime

from desk.access.actors import Actor
from desk.accounts.queries import people
from desk.casework.models import Case
from desk.casework.queries.scope import may_see
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
    wanted = set(user_ids) - {by.user_id if by else None}
    readers = [
        Reader(user.id, user.lang, user.email_e is not None)
        for user, actor in people(wanted, home_day(now))
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
