"""The closed lists of requests, and who decides each kind."""

from enum import StrEnum

from desk.access.permissions import Role


class ApprovalKind(StrEnum):
    """What is asked for."""

    RETURN = "return"
    DIVERT = "divert"
    EXTENSION = "extension"
    PAUSE = "pause"
    PUBLICATION = "publication"
    EXPORT = "export"
    GRANT = "grant"
    CARD_APPEAL = "card_appeal"
    RATING_APPEAL = "rating_appeal"
    RATING_REVIEW = "rating_review"
    DISPOSAL = "disposal"
    UNFOUNDED = "unfounded"


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


K, R = ApprovalKind, Role
DECIDERS: dict[ApprovalKind, tuple[Role, int]] = {
    K.RETURN: (R.CLERK, 1),
    K.DIVERT: (R.CLERK, 1),
    K.EXTENSION: (R.LEAD, 1),
    K.PAUSE: (R.LEAD, 1),
    K.PUBLICATION: (R.SUPERVISOR, 2),
    K.EXPORT: (R.SUPERVISOR, 1),
    K.GRANT: (R.ADMIN, 1),
    K.CARD_APPEAL: (R.SUPERVISOR, 1),
    K.RATING_APPEAL: (R.SUPERVISOR, 2),
    K.RATING_REVIEW: (R.SUPERVISOR, 1),
    K.DISPOSAL: (R.SUPERVISOR, 1),
    K.UNFOUNDED: (R.SUPERVISOR, 2),
}
"""Who hears a request first, and how many of them must agree; never whoever asked."""
OUTLIVE_MOVES = frozenset({K.RATING_APPEAL})
"""What stays undecided while the thing it is about moves on."""
