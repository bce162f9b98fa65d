"""Reading a row of messages that were sent elsewhere: nothing of their text may change."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from desk.casework.words import PartyKind
from desk.kernel.errors import Invalid
from desk.kernel.mapping import ColumnMapping

NEEDED = ("title", "text", "created_at")
FIELDS = (*NEEDED, "reply", "replied_at", "party_kind", "reference", "reason")
LONGEST_TITLE = 200
LONGEST_TEXT = 20_000
LONGEST_REFERENCE = 80
FIRST_YEAR = 2000
REASON = re.compile(r"R[0-9]{2}")
NO_REASON = "R99"
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?([+-][0-9]{2}:[0-9]{2}|Z)?)?"
)


@dataclass(frozen=True, slots=True)
class EarlierMessage:
    """A message as it was sent, and the answer it got. `title` fits its column; see `of_row`."""

    title: str
    story: str
    created_at: datetime
    reply: str | None
    replied_at: datetime | None
    party_kind: PartyKind
    reference: str | None
    reason: str

    @property
    def key(self) -> str:
        """The same for the same message, whatever answer it has by now: hex, 64 characters."""
        same = (self.reference, self.created_at.isoformat(), self.title, self.story)
        return hashlib.sha256(json.dumps(same).encode()).hexdigest()

    @property
    def answer_digest(self) -> bytes:
        """The SHA-256 of the answer, to see that it changed."""
        return hashlib.sha256((self.reply or "").encode()).digest()


def of_row(
    cells: Mapping[str, str], mapping: ColumnMapping, zone: ZoneInfo, *, now: datetime
) -> EarlierMessage:
    """Read a row; instants without a zone are local. Raises Invalid with the reason.

    Title and text are taken as they are, to the last space. A title longer than its column is cut
    there and stands in full as the first line of the text.
    """
    fields = mapping.fields_of(cells)
    title, text = _said(fields, "title"), _said(fields, "text")
    if len(title) > LONGEST_TITLE:
        text = f"{title}\n{text}"
        title = f"{title[: LONGEST_TITLE - 1]}…"
    created_at = _instant(fields, "created_at", zone)
    if created_at > now or created_at.year < FIRST_YEAR:
        raise Invalid(_l("created_at lies in the future or before %(year)s.", year=FIRST_YEAR))
    reply, replied_at = _answer(fields, zone, created_at)
    return EarlierMessage(
        title=title,
        story=text,
        created_at=created_at,
        reply=reply,
        replied_at=replied_at,
        party_kind=_party_kind(fields),
        reference=_reference(fields),
        reason=_reason(fields),
    )


def _said(fields: Mapping[str, str], name: str) -> str:
    said = fields.get(name, "")
    if not said.strip():
        raise Invalid(_l("%(column)s is empty.", column=name))
    if len(said) > LONGEST_TEXT:
        raise Invalid(
            _l("%(column)s is longer than %(most)s characters.", column=name, most=LONGEST_TEXT)
        )
    return said


def _instant(fields: Mapping[str, str], name: str, zone: ZoneInfo) -> datetime:
    raw = fields.get(name, "").strip()
    try:
        if not INSTANT.fullmatch(raw):
            raise ValueError(raw)
        read = datetime.fromisoformat(raw)
    except ValueError as error:
        raise Invalid(
            _l("%(column)s is not a time such as 2026-11-23T09:30:00.", column=name)
        ) from error
    return read if read.tzinfo else read.replace(tzinfo=zone)


def _answer(
    fields: Mapping[str, str], zone: ZoneInfo, created_at: datetime
) -> tuple[str | None, datetime | None]:
    if not fields.get("reply", "").strip():
        return None, None
    reply = _said(fields, "reply")
    replied_at = _instant(fields, "replied_at", zone)
    if replied_at < created_at:
        raise Invalid(_l("The answer is older than the message."))
    return reply, replied_at


def _party_kind(fields: Mapping[str, str]) -> PartyKind:
    word = fields.get("party_kind", "").strip() or PartyKind.INDIVIDUAL.value
    if word not in set(PartyKind):
        raise Invalid(_l("party_kind is none of %(all)s.", all=", ".join(PartyKind)))
    return PartyKind(word)


def _reference(fields: Mapping[str, str]) -> str | None:
    reference = " ".join(fields.get("reference", "").split())
    if len(reference) > LONGEST_REFERENCE:
        raise Invalid(_l("reference is longer than %(most)s characters.", most=LONGEST_REFERENCE))
    return reference or None


def _reason(fields: Mapping[str, str]) -> str:
    reason = fields.get("reason", "").strip() or NO_REASON
    if not REASON.fullmatch(reason):
        raise Invalid(_l("reason is not a code such as R02."))
    return reason
