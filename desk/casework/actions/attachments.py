"""What is done with the files of a case: passed on, opened, found to be none."""

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.access.actors import SYSTEM, Actor, ActorKind
from desk.access.permissions import Permission
from desk.audit.actions import record
from desk.audit.models import Visibility
from desk.casework.actions import letters
from desk.casework.actions.acting import begin, finish
from desk.casework.actions.acts import Act
from desk.casework.actions.move import stream_of
from desk.casework.models import Case, CaseFile
from desk.casework.queries.attached import Attached, attached_of
from desk.casework.words import FileUse
from desk.files.events import FileChecked
from desk.files.models import StoredFile
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Gone, NotFound


def share_file(number: str, file_id: UUID, *, version: int, by: Actor, now: datetime) -> Case:
    """Let the department see a file of a complainant whom it may not know.

    Whoever passes it on has looked whether it points to a person. It cannot be taken back; raises
    Conflict for a file that is no part of what the complainant tells, or was passed on already.
    """
    context = begin(number, version, Permission.CASE_SHARE_FILE, by, now)
    case = context.case
    link = db.session.get(CaseFile, (case.region_id, case.id, file_id), with_for_update=True)
    if link is None:
        raise NotFound(_l("There is no such file, or it is not yours to see."))
    if not link.from_complainant or link.kind is not FileUse.STORY:
        raise Conflict(_l("The department sees this file as it is."))
    file = db.session.get_one(StoredFile, (case.region_id, file_id))
    if not file.can_be_opened:
        raise Conflict(_l("Only a file that was checked and is kept can be passed on."))
    if link.passed_on_at is not None:
        raise Conflict(_l("The department has this file already."))
    link.passed_on_at, link.passed_on_by = now, by.user_id
    return finish(context, Act.SHARE_FILE, by, now, {"file": file_id.hex})


def open_file(number: str, file_id: UUID, *, by: Actor, now: datetime) -> Attached:
    """Give a file to whoever may open it; staff who open a complainant's leave a line.

    Raises NotFound out of reach, Conflict while it is being checked, Gone when it was refused or
    its time is over.
    """
    case, attached = attached_of(by, number, file_id)
    file = attached.file
    if file.disposed_at is not None or file.trouble is not None:
        raise Gone(_l("This file is not kept. Its place here shows that there was one."))
    if not file.can_be_opened:
        raise Conflict(_l("This file is still being checked. Open it in a minute."))
    if by.kind is ActorKind.STAFF and attached.link.from_complainant:
        record(
            stream_of(case),
            "open_file",
            region_id=case.region_id,
            by=by,
            now=now,
            body={"file": file_id.hex},
        )
    return attached


def tell_of_refused(news: FileChecked) -> None:
    """Write into the case that a file of it is not kept, and tell the complainant about theirs."""
    if news.file.trouble is None:
        return
    row = db.session.execute(
        select(Case, CaseFile)
        .join(CaseFile, (CaseFile.region_id == Case.region_id) & (CaseFile.case_id == Case.id))
        .where(CaseFile.region_id == news.file.region_id, CaseFile.file_id == news.file.id)
    ).first()
    if row is None:
        return
    case, link = row
    record(
        stream_of(case),
        "file_refused",
        region_id=case.region_id,
        by=SYSTEM,
        now=news.at,
        visibility=Visibility.PUBLIC if link.kind is FileUse.STORY else Visibility.TEAM,
        body={"file": news.file.id.hex, "trouble": news.file.trouble.value},
    )
    if link.from_complainant:
        letters.owe(case, "file_refused", now=news.at)
