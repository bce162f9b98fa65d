"""Which letters a case owes to whom."""

from datetime import datetime

from desk.casework.actions.answer_links import new_link
from desk.casework.models import Case, Party
from desk.casework.place import place_of
from desk.casework.queries.joined import joined_to
from desk.kernel.db import db
from desk.notify.actions import write
from desk.notify.models import Channel

JOINED = {
    "replied": "joined_replied",
    "closed": "joined_closed",
    "reopened": "joined_news",
    "passed_on": "joined_news",
    "accepted": "joined_news",
    "extended": "joined_news",
    "paused": "joined_news",
    "resumed": "joined_news",
    "message": "message",
}
"""What those whose cases were joined get when the complainant gets the first."""

ASK = frozenset({"replied", "joined_replied", "missed_call"})
"""Letters that carry a link by which the complainant says whether it is solved."""


def tell_joined(case: Case, letter: str | None, *, now: datetime) -> None:
    """Owe the complainants of the joined cases their own letter, with their own number."""
    if letter not in JOINED:
        return
    for child in joined_to(case):
        owe(child, JOINED[letter], now=now, occasion=f"{case.id.hex}/{case.version}/")


def owe(case: Case, letter: str | None, *, now: datetime, occasion: str = "") -> None:
    """Owe a letter to the complainant, by every way they gave. An anonymous one gets none.

    One letter of a kind is owed per version of the case, or per `occasion` where it has another.
    """
    if letter is None or case.party_id is None:
        return
    party = db.session.get(Party, (case.region_id, case.party_id))
    if party is None or party.erased_at is not None:
        return
    name = f"{letter}_{case.result.value}" if letter == "closed" and case.result else letter
    ways = [
        channel
        for channel, address in ((Channel.SMS, party.phone_e), (Channel.MAIL, party.email_e))
        if address is not None
    ]
    link = new_link(case, now=now) if ways and letter in ASK else None
    for channel in ways:
        write(
            name,
            region_id=case.region_id,
            party_id=party.id,
            channel=channel,
            lang=case.lang,
            dedupe_key=f"{occasion}{case.id.hex}/{case.version}/{name}/{channel.value}",
            context={
                "number": case.number,
                "path": f"/complaints/{case.number}",
                **_promise(case, now),
            },
            now=now,
            secret=link,
        )


def _promise(case: Case, now: datetime) -> dict[str, object]:
    """Say what day is promised, and whether a calendar not yet published may still move it."""
    if case.promised_on is None:
        return {"promised_on": None, "provisional": False}
    calendar = place_of(case.region_id, case.hall_id, now).timetable.calendar
    return {
        "promised_on": case.promised_on.isoformat(),
        "provisional": calendar.is_provisional(case.promised_on),
    }
