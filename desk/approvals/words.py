"""The closed lists of requests."""

from enum import StrEnum


class ApprovalKind(StrEnum):
    """What is asked for."""

    RETURN = "return"
    DIVERT = "divert"
    EXTENSION = "extension"
    PAUSE = "pause"


class ApprovalState(StrEnum):
    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    VOID = "void"


class Ballot(StrEnum):
    """What one person said; an endorsement only passes the request on."""

    ENDORSE = "endorse"
    GRANT = "grant"
    REFUSE = "refuse"
