"""Who may learn who a complainant is: one rule for pages, lists, search and contact data."""

from collections.abc import Iterable

from desk.access.actors import Seat
from desk.casework.words import AuthorKind, FileUse, IdentityMode, Kind, MessageKind

LONGEST_TITLE = 60
TOLD_FOR_THE_COMPLAINANT = frozenset({"withdraw", "restore"})


def is_hidden(kind: Kind, mode: IdentityMode) -> bool:
    """Tell whether departments get only the window's brief of such a case.

    The rater behind a bad rating is always hidden from the department that was rated.
    """
    return kind is Kind.RECTIFICATION or mode is not IdentityMode.REAL


def may_know(kind: Kind, mode: IdentityMode, seats: Iterable[Seat]) -> bool:
    """Tell whether somebody in these seats, each of which reaches the case, may learn who it is."""
    hidden = is_hidden(kind, mode)
    return any(not (hidden and seat.department_id) for seat in seats)


def tells_hour(kind: Kind, *, knows: bool) -> bool:
    """Tell whether somebody may learn at what time a case came, and not only on which day.

    The hour of a bad rating tells the unit who was served then.
    """
    return knows or kind is not Kind.RECTIFICATION


def title_for(title: str, brief: str | None, *, knows: bool) -> str:
    """Give the title somebody may read: the complainant's own, or the start of the brief."""
    return title if knows else (brief or "").strip().partition("\n")[0][:LONGEST_TITLE]


def may_open_file(use: FileUse, *, from_complainant: bool, passed_on: bool, knows: bool) -> bool:
    """Tell whether staff may open a file of a case they reach.

    What came from a complainant whom they may not know, only once the window has passed it on.
    """
    return knows or not from_complainant or (use is FileUse.STORY and passed_on)


def may_read(author: AuthorKind, kind: MessageKind, about: str | None, *, knows: bool) -> bool:
    """Tell whether somebody may read a message; `about` is the step or act it was written with.

    Whoever may not know the complainant reads neither their words nor what the window wrote down
    for them, and not how a rater was verified.
    """
    if knows:
        return True
    spoken_for = kind is MessageKind.SUPPLEMENT or about in TOLD_FOR_THE_COMPLAINANT
    return author is not AuthorKind.COMPLAINANT and not spoken_for and about != "record_verdict"
