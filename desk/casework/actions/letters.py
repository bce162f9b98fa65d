"""Which letters a case owes to whom."""

from datetime import datetime

from desk.casework.models import Case, Party
from desk.casework.place import place_of
from desk.kernel.db import db
from desk.notify.actions import write
from desk.notify.models import Channel


def owe(case: Case, letter: str | None, *, now: datetime) -> None:
    """Owe a letter to the complainant, by every way they gave. An anonymous one gets none."""
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
    for channel in ways:
        write(
            name,
            region_id=case.region_id,
            party_id=party.id,
            channel=channel,
            lang=case.lang,
            dedupe_key=f"{case.id.hex}/{case.version}/{name}/{channel.value}",
            context={
                "number": case.number,
                "path": f"/complaints/{case.number}",
                **_promise(case, now),
            },
            now=now,
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
