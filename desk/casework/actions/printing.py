"""Taking the file of a case out of the desk, on paper or as a PDF: a line in its ledger."""

from datetime import datetime

from desk.access.actors import Actor
from desk.audit.actions import record
from desk.casework.actions.move import stream_of
from desk.casework.actions.revealing import Shown, reveal
from desk.casework.queries.scope import case_of


def take_out(
    number: str, *, why: tuple[str, str] | None, pdf: bool, by: Actor, now: datetime
) -> Shown | None:
    """Record that the file was taken out; give who it is where a reason says why that is needed.

    `why` is the category and the reason of `reveal`, whose refusals hold here as well.
    """
    case = case_of(by, number)
    shown = reveal(number, *why, by=by, now=now) if why is not None else None
    record(
        stream_of(case),
        "print_case",
        region_id=case.region_id,
        by=by,
        now=now,
        body={"names": shown is not None, "pdf": pdf, "version": case.version},
    )
    return shown
