"""The files of a case, and who may open which."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from desk.access.actors import Actor, ActorKind
from desk.casework import disclosure
from desk.casework.models import Case, CaseFile
from desk.casework.queries.scope import case_of, sees_identity
from desk.casework.words import FileUse
from desk.files.models import StoredFile
from desk.kernel.db import db
from desk.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Attached:
    """A file with what it belongs to in its case, and what it is called for whoever looks."""

    file: StoredFile
    link: CaseFile
    name: str


@dataclass(frozen=True, slots=True)
class Attachments:
    """The files of a case that one person may open, by where they stand; `kept_back` the rest."""

    all: Sequence[Attached] = ()
    with_filing: Sequence[Attached] = ()
    by_message: Mapping[int, Sequence[Attached]] = field(default_factory=dict)
    by_reply: Mapping[int, Sequence[Attached]] = field(default_factory=dict)
    kept_back: int = 0


def attached_to(case: Case, actor: Actor, *, knows: bool) -> Attachments:
    """List the files of a case for whoever looks, in the order they came.

    Whoever may not know the complainant does not see their messages; what was passed on of the
    files sent with one stands with the filing.
    """
    rows = db.session.execute(
        select(StoredFile, CaseFile)
        .join(
            CaseFile,
            (CaseFile.region_id == StoredFile.region_id) & (CaseFile.file_id == StoredFile.id),
        )
        .where(CaseFile.region_id == case.region_id, CaseFile.case_id == case.id)
        .order_by(StoredFile.id)
    )
    found = [Attached(file, link, _name(file, link, actor, knows=knows)) for file, link in rows]
    seen = [one for one in found if may_open(one.link, actor, knows=knows)]
    by_message: dict[int, list[Attached]] = defaultdict(list)
    by_reply: dict[int, list[Attached]] = defaultdict(list)
    with_filing = []
    for one in seen:
        theirs_to_hide = actor.kind is ActorKind.STAFF and one.link.from_complainant and not knows
        if one.link.message_seq is not None and not theirs_to_hide:
            by_message[one.link.message_seq].append(one)
        elif one.link.reply_n is not None:
            by_reply[one.link.reply_n].append(one)
        else:
            with_filing.append(one)
    return Attachments(seen, with_filing, by_message, by_reply, len(found) - len(seen))


def may_open(link: CaseFile, actor: Actor, *, knows: bool) -> bool:
    """Tell whether somebody who reaches the case may open a file of it."""
    if actor.kind is ActorKind.COMPLAINANT:
        return link.kind is FileUse.STORY
    return disclosure.may_open_file(
        link.kind,
        from_complainant=link.from_complainant,
        passed_on=link.passed_on_at is not None,
        knows=knows,
    )


def attached_of(actor: Actor, number: str, file_id: UUID) -> tuple[Case, Attached]:
    """Find one file of a case for somebody who may open it.

    Raises NotFound in the same words whether the case, the file or the right to it is missing.
    """
    case = case_of(actor, number)
    row = db.session.execute(
        select(StoredFile, CaseFile)
        .join(
            CaseFile,
            (CaseFile.region_id == StoredFile.region_id) & (CaseFile.file_id == StoredFile.id),
        )
        .where(
            CaseFile.region_id == case.region_id,
            CaseFile.case_id == case.id,
            CaseFile.file_id == file_id,
        )
    ).first()
    knows = sees_identity(case, actor)
    if row is not None and may_open(row[1], actor, knows=knows):
        return case, Attached(row[0], row[1], _name(row[0], row[1], actor, knows=knows))
    raise NotFound(_l("There is no such file, or it is not yours to see."))


def _name(file: StoredFile, link: CaseFile, actor: Actor, *, knows: bool) -> str:
    """Call a file as its giver did; a name may tell who that is, so not for those kept from it."""
    hidden = actor.kind is ActorKind.STAFF and link.from_complainant and not knows
    return file.neutral_name if hidden else file.download_name


def how_many(case: Case) -> int:
    """Count the files of a case."""
    here = (CaseFile.region_id == case.region_id, CaseFile.case_id == case.id)
    return db.session.scalar(select(func.count()).select_from(CaseFile).where(*here)) or 0
