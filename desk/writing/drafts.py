"""What somebody typed at a case, kept for seven days: encrypted, and read by nobody else.

The key is made from the desk's own secret and from whose draft it is of which form: a row copied
to another person, case or form does not open there, and the database alone opens none.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, delete, select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.casework.models import Case
from desk.casework.queries.scope import within
from desk.kernel.crypto import Undecipherable
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.vault import hashes, ring
from desk.writing.models import CaseDraft

LIVES = timedelta(days=7)
LONGEST = 60_000
LISTED = 20
Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft: the form it belongs to, when it was kept, and what stood in each field."""

    form: str
    at: datetime
    until: datetime
    fields: Fields

    @property
    def mark(self) -> str:
        """Stand for this draft: another one carries another mark."""
        return _mark(self.at)


class Elsewhere(Conflict):
    """Another tab has kept other text for the same form; `kept` is that."""

    def __init__(self, kept: Kept) -> None:
        super().__init__(
            _l("In another tab you wrote something else into this form. Neither text is lost.")
        )
        self.kept = kept


@dataclass(frozen=True, slots=True)
class Unsent:
    """Where a draft lies: the case, the form it belongs to, and since when."""

    number: str
    form: str
    at: datetime


def _place(region_id: int, case_id: UUID, user_id: int, form: str) -> str:
    return f"case_drafts|body_e|{region_id}|{case_id.hex}|{user_id}|{form}"


def keep(
    region_id: int,
    case_id: UUID,
    user_id: int,
    form: str,
    fields: Fields,
    *,
    seen: str | None = None,
    now: datetime,
) -> str:
    """Keep what stands in a form in place of what was kept; nothing typed leaves no draft.

    Gives the mark of the draft there is now, empty without one. `seen` is the mark of the draft
    that the page knew, None to replace whatever is there. Raises Elsewhere when another text was
    kept since, from another tab, and Invalid for more than any form can hold.
    """
    if seen is not None:
        _compare(region_id, case_id, user_id, form, fields, seen)
    typed = {name: list(texts) for name, texts in fields.items() if any(texts)}
    if not typed:
        discard(region_id, case_id, user_id, form)
        return ""
    body = json.dumps(typed, ensure_ascii=False)
    if len(body) > LONGEST:
        raise Invalid(_l("This is too long to be kept. Make it shorter."))
    place = _place(region_id, case_id, user_id, form)
    key = hashes().token_key("case_draft", place.encode())
    row = db.session.get(CaseDraft, (region_id, case_id, user_id, form))
    if row is None:
        row = CaseDraft(region_id=region_id, case_id=case_id, user_id=user_id, form=form)
        db.session.add(row)
    row.body_e = ring().seal(key, body, aad=place)
    row.kept_at, row.expires_at = now, now + LIVES
    return _mark(now)


def _compare(
    region_id: int, case_id: UUID, user_id: int, form: str, fields: Fields, seen: str
) -> None:
    """Raise Elsewhere where a draft is kept that this page never saw and that says other things."""
    row = db.session.scalar(
        select(CaseDraft)
        .where(
            CaseDraft.region_id == region_id,
            CaseDraft.case_id == case_id,
            CaseDraft.user_id == user_id,
            CaseDraft.form == form,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    there = _opened(row) if row is not None else None
    if there is None or there.mark == seen:
        return
    if {name: list(texts) for name, texts in fields.items() if any(texts)} != there.fields:
        raise Elsewhere(there)


def _mark(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def drafts_at(region_id: int, case_id: UUID, user_id: int, *, now: datetime) -> dict[str, Kept]:
    """Read the drafts of one person at one case, by form; old ones are as if gone."""
    rows = db.session.scalars(
        select(CaseDraft).where(
            CaseDraft.region_id == region_id,
            CaseDraft.case_id == case_id,
            CaseDraft.user_id == user_id,
            CaseDraft.expires_at > now,
        )
    )
    kept = {row.form: _opened(row) for row in rows}
    return {form: draft for form, draft in kept.items() if draft is not None}


def unsent(actor: Actor, *, now: datetime) -> list[Unsent]:
    """List where somebody has drafts, the newest first, at most 20; what they hold is not read."""
    rows = db.session.execute(
        select(Case.number, CaseDraft.form, CaseDraft.kept_at)
        .join(
            CaseDraft,
            and_(CaseDraft.region_id == Case.region_id, CaseDraft.case_id == Case.id),
        )
        .where(
            CaseDraft.user_id == actor.user_id,
            CaseDraft.expires_at > now,
            within(actor, Permission.CASE_READ),
        )
        .order_by(CaseDraft.kept_at.desc())
        .limit(LISTED)
    )
    return [Unsent(*row) for row in rows]


def _opened(row: CaseDraft) -> Kept | None:
    place = _place(row.region_id, row.case_id, row.user_id, row.form)
    key = hashes().token_key("case_draft", place.encode())
    try:
        fields = json.loads(ring().open(key, bytes(row.body_e), aad=place))
    except Undecipherable:
        return None
    return Kept(row.form, row.kept_at, row.expires_at, fields)


def discard(
    region_id: int, case_id: UUID, user_id: int, form: str, *, seen: str | None = None
) -> None:
    """Forget a draft; with `seen` only the one the page knew, for another is another tab's."""
    which = [
        CaseDraft.region_id == region_id,
        CaseDraft.case_id == case_id,
        CaseDraft.user_id == user_id,
        CaseDraft.form == form,
    ]
    if seen is not None:
        try:
            which.append(CaseDraft.kept_at == datetime.fromisoformat(seen))
        except ValueError:
            return
    db.session.execute(delete(CaseDraft).where(*which))
