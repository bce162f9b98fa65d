"""Giving files to a case. The caller holds the transaction and writes the line of the ledger."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.casework.models import Case, CaseFile
from desk.casework.queries.attached import how_many
from desk.casework.words import FileUse
from desk.files.actions import hold, write_down
from desk.files.arriving import FIELD
from desk.files.incoming import Arrived
from desk.files.labels import TOO_MANY_IN_ALL
from desk.files.models import StoredFile
from desk.files.queries import files_of
from desk.kernel.db import db
from desk.kernel.errors import Invalid

MOST_OF_A_CASE = 60

Written = dict[str, str]
"""For the ledger: the id of each file, and the hash of what came; never its name."""


def attach(
    case: Case,
    arrived: Sequence[Arrived],
    use: FileUse,
    *,
    from_complainant: bool,
    message_seq: int | None = None,
    reply_n: int | None = None,
    by: Actor,
    now: datetime,
) -> Written:
    """Write files down and give them to a case; raises Invalid when it has too many already."""
    if not arrived:
        return {}
    if how_many(case) + len(arrived) > MOST_OF_A_CASE:
        raise Invalid(str(TOO_MANY_IN_ALL) % {"most": MOST_OF_A_CASE}, field=FIELD)
    files = write_down(arrived, case.region_id, by=by, now=now)
    return _link(
        case,
        files,
        use,
        from_complainant=from_complainant,
        message_seq=message_seq,
        reply_n=reply_n,
    )


def take_over(case: Case, file_ids: Iterable[UUID]) -> Written:
    """Give a case the files of the draft it was made from; raises Invalid when one is gone."""
    wanted = list(file_ids)
    hold(case.region_id, wanted, until=None)
    files = files_of(case.region_id, wanted)
    if len(files) < len(wanted):
        raise Invalid(_l("A file was kept too long and is gone. Choose it again."), field=FIELD)
    return _link(case, files, FileUse.STORY, from_complainant=True)


def _link(
    case: Case,
    files: Sequence[StoredFile],
    use: FileUse,
    *,
    from_complainant: bool,
    message_seq: int | None = None,
    reply_n: int | None = None,
) -> Written:
    db.session.add_all(
        CaseFile(
            region_id=case.region_id,
            case_id=case.id,
            file_id=file.id,
            kind=use,
            from_complainant=from_complainant,
            message_seq=message_seq,
            reply_n=reply_n,
        )
        for file in files
    )
    db.session.flush()
    return {file.id.hex: file.received_sha256.hex() for file in files}
