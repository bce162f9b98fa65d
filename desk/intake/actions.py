"""Sending a filing exactly once. The caller holds the transaction."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.access.actors import Actor, complainant_of
from desk.casework.actions.earlier import open_earlier
from desk.casework.actions.opening import Filing, Receipt, open_case
from desk.casework.identity import PartyData
from desk.casework.uscc import normalise_uscc
from desk.casework.words import CaseChannel, IdentityMode, PartyKind
from desk.intake import drafts
from desk.intake.earlier import EarlierMessage
from desk.intake.models import RequestKey
from desk.kernel.db import db
from desk.kernel.errors import Invalid

CLIENT = "form"
IMPORT = "import-cases"
BODY = ("what", "tell", "you")


def answered(region_id: int, key: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give the answer this key already got; raises Invalid when it was for another text."""
    row = db.session.scalar(
        select(RequestKey).where(
            RequestKey.region_id == region_id, RequestKey.client == CLIENT, RequestKey.key == key
        )
    )
    if row is None:
        return None
    if bytes(row.body_h) != digest_of(body):
        raise Invalid(
            _l("This form was sent already with other words. Start a new one to add to it.")
        )
    return dict(row.answer)


def submit(
    draft: Mapping[str, Any],
    *,
    region_id: int,
    hall_id: int,
    lang: str,
    now: datetime,
    token: str | None = None,
    by: Actor | None = None,
) -> dict[str, Any]:
    """Open the case of a draft and return its number and proof.

    `by` is the clerk who wrote it down for somebody; without one the complainant files it.

    The key is unique in the database: whoever comes second waits and then finds the answer. The
    access code comes with the draft and is stored only as a keyed hash; the draft of `token`
    becomes the receipt, for half an hour and for its browser alone.
    """
    known = answered(region_id, draft["key"], draft)
    if known is not None:
        return known
    row = RequestKey(
        region_id=region_id,
        client=CLIENT,
        key=draft["key"],
        body_h=digest_of(draft),
        answer={},
        made_at=now,
    )
    db.session.add(row)
    db.session.flush()
    receipt = open_case(
        filing_of(draft, region_id=region_id, hall_id=hall_id, lang=lang),
        by=by or complainant_of(region_id),
        now=now,
    )
    row.answer = {"number": receipt.number, "proof": receipt.proof}
    if token is not None:
        drafts.replace(token, _receipt_of(draft, receipt, now), now=now, lives=drafts.RECEIPT_LIVES)
    return row.answer


def _receipt_of(draft: Mapping[str, Any], receipt: Receipt, now: datetime) -> dict[str, Any]:
    return {
        "number": receipt.number,
        "code": receipt.access_code,
        "proof": receipt.proof,
        "sent_at": now.isoformat(),
        "identity_mode": draft["you"]["identity_mode"],
        "title": draft["tell"]["title"],
        "attached": [entry["name"] for entry in draft.get(drafts.FILES) or ()],
        "clerk": draft.get("clerk"),
    }


def filing_of(draft: Mapping[str, Any], *, region_id: int, hall_id: int, lang: str) -> Filing:
    """Read a filing out of a draft whose three steps have been checked."""
    what, tell, you = draft["what"], draft["tell"], draft["you"]
    mode = IdentityMode(you["identity_mode"])
    happened = what.get("happened_on")
    return Filing(
        region_id=region_id,
        hall_id=hall_id,
        channel=_channel(what),
        party_kind=PartyKind(you["party_kind"]),
        identity_mode=mode,
        reason=what["reason"],
        title=tell["title"],
        story=tell["story"],
        wish=tell.get("wish") or "",
        lang=lang,
        item_id=what.get("item_id"),
        item_words=what.get("item_words"),
        window_id=what.get("window_id"),
        happened_on=date.fromisoformat(happened) if happened else None,
        visits=what.get("visits"),
        tried_by=what.get("tried_by"),
        own_reference=what.get("own_reference"),
        named_text=tell.get("named_text"),
        needs=tuple(you.get("needs") or ()),
        party=None if mode is IdentityMode.ANONYMOUS else _party(you),
        agent=_agent(you) if mode is not IdentityMode.ANONYMOUS else None,
        access_code=draft["code"],
        files=tuple(drafts.file_ids(draft)),
    )


def _channel(what: Mapping[str, Any]) -> CaseChannel:
    """Tell how a filing came; only the counter says so itself."""
    if what.get("channel"):
        return CaseChannel(what["channel"])
    return CaseChannel.QR if what.get("window_id") else CaseChannel.WEB


def _party(you: Mapping[str, Any]) -> PartyData:
    business = you["party_kind"] == PartyKind.BUSINESS
    return PartyData(
        name=you.get("name"),
        phone=you.get("phone"),
        email=you.get("email"),
        org=you.get("org") if business else None,
        uscc=normalise_uscc(you.get("uscc") or "") if business else None,
        phone_private=bool(you.get("phone_private")),
    )


def _agent(you: Mapping[str, Any]) -> PartyData | None:
    if not you.get("on_behalf"):
        return None
    return PartyData(name=you.get("agent_name"), phone=you.get("agent_phone"))


def digest_of(draft: Mapping[str, Any]) -> bytes:
    """Hash what is sent of a draft, its files included, without what is kept beside it."""
    body = {name: draft[name] for name in BODY}
    if draft.get(drafts.FILES):
        body[drafts.FILES] = sorted(file_id.hex for file_id in drafts.file_ids(draft))
    text = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an earlier message: the number of its case, opened now or known before."""

    number: str
    opened: bool
    answer_differs: bool = False


def open_messages(
    messages: Sequence[EarlierMessage], *, region_id: int, hall_id: int, now: datetime
) -> list[Fate]:
    """Open a case for every message that has none yet, and tell the fate of each, in order.

    `now` is when this is done; each case is opened as of its own message.
    """
    keys = [message.key for message in messages]
    rows = db.session.scalars(
        select(RequestKey).where(
            RequestKey.region_id == region_id,
            RequestKey.client == IMPORT,
            RequestKey.key.in_(keys),
        )
    )
    known = {row.key: row for row in rows}
    fates: list[Fate] = []
    for message in messages:
        row = known.get(message.key)
        opened = row is None
        if row is None:
            row = known[message.key] = _open_message(message, region_id, hall_id, now)
        differs = bytes(row.body_h) != message.answer_digest
        fates.append(Fate(row.answer["number"], opened, differs))
    return fates


def _open_message(
    message: EarlierMessage, region_id: int, hall_id: int, now: datetime
) -> RequestKey:
    filing = Filing(
        region_id=region_id,
        hall_id=hall_id,
        channel=CaseChannel.IMPORT,
        party_kind=message.party_kind,
        identity_mode=IdentityMode.ANONYMOUS,
        reason=message.reason,
        title=message.title,
        story=message.story,
        wish="",
        lang="zh_Hans",
        own_reference=message.reference,
    )
    receipt = open_earlier(
        filing,
        answer=message.reply,
        answered_at=message.replied_at,
        by=complainant_of(region_id),
        now=message.created_at,
    )
    row = RequestKey(
        region_id=region_id,
        client=IMPORT,
        key=message.key,
        body_h=message.answer_digest,
        answer={"number": receipt.number},
        made_at=now,
    )
    db.session.add(row)
    return row
