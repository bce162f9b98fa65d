"""The closed lists of publications."""

from enum import StrEnum


class PublicationKind(StrEnum):
    """What is told: something that had gone wrong, something that went well, a cause mended."""

    CASE = "case"
    PRAISE = "praise"
    IMPROVEMENT = "improvement"


class Removal(StrEnum):
    """Why something is no longer to be read."""

    CONSENT = "consent"
    REQUEST = "request"
    WRONG = "wrong"
    REOPENED = "reopened"
    TAKEN_BACK = "taken_back"


class Standing(StrEnum):
    """How far a publication is."""

    WAITING = "waiting"
    PUBLISHED = "published"
    REFUSED = "refused"
    REMOVED = "removed"


PARTS = ("title", "happened", "done", "changed", "said")
CONSENT_WORDS = "2026-11"
"""The text by which a complainant agrees today; `labels.CONSENT` keeps every one ever shown."""
