"""For which steps a saved reply is kept, which fields it fills, and who is offered it."""

from enum import StrEnum


class Reach(StrEnum):
    """Who is offered a saved reply: everybody of a region and below, a hall, a department, one."""

    REGION = "region"
    HALL = "hall"
    DEPARTMENT = "department"
    OWN = "own"


class Purpose(StrEnum):
    """What a saved reply is for."""

    ANY = "any"
    MESSAGE = "message"
    SUPPLEMENT = "supplement"
    REPLY = "reply"
    BRIEF = "brief"
    MORE_TIME = "more_time"
    DIVERT = "divert"
    UNSOLVED = "unsolved"
    SEND_BACK = "send_back"
    NOTE = "note"
    CALL = "call"


TEXT = ("text",)
PARTS: dict[Purpose, tuple[str, ...]] = {
    Purpose.REPLY: ("facts", "basis", "action", "next_step", "contact"),
    Purpose.BRIEF: ("brief",),
    Purpose.DIVERT: ("text", "basis", "where"),
    Purpose.CALL: ("note",),
}
"""The fields a saved reply fills, where that is not the text alone."""

FORMS: dict[str, Purpose] = {
    "message": Purpose.MESSAGE,
    "ask_supplement": Purpose.SUPPLEMENT,
    "submit_reply": Purpose.REPLY,
    "solve_on_spot": Purpose.REPLY,
    "dispatch": Purpose.BRIEF,
    "dispatch_rectification": Purpose.BRIEF,
    "ask_extension": Purpose.MORE_TIME,
    "ask_pause": Purpose.MORE_TIME,
    "propose_divert": Purpose.DIVERT,
    "refer": Purpose.DIVERT,
    "close_unsolved": Purpose.UNSOLVED,
    "send_back": Purpose.SEND_BACK,
    "note": Purpose.NOTE,
    "contact": Purpose.CALL,
    "verdict": Purpose.CALL,
}
"""What the forms on the page of a case are for; one that is not here is offered what fits any."""


def parts_of(purpose: Purpose) -> tuple[str, ...]:
    """List the fields that a saved reply for this fills."""
    return PARTS.get(purpose, TEXT)


def purposes_of(form: str) -> frozenset[Purpose]:
    """Name what is offered where a form stands open: what is for it, and what fits any."""
    return frozenset({FORMS.get(form, Purpose.ANY), Purpose.ANY})
