"""The closed lists of a case: what each column may say."""

from enum import StrEnum

CASE = "case"
"""What a request about a case names as its subject."""


class Kind(StrEnum):
    COMPLAINT = "complaint"
    RECTIFICATION = "rectification"


class Status(StrEnum):
    SUBMITTED = "submitted"
    SUPPLEMENT = "supplement"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    REPLY_REVIEW = "reply_review"
    REPLIED = "replied"
    CLOSED = "closed"
    DIVERTED = "diverted"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


FINAL = frozenset({Status.CLOSED, Status.DIVERTED, Status.MERGED, Status.WITHDRAWN})


class Step(StrEnum):
    """What a clock measures; the names of `sla.csv`."""

    ACCEPT = "accept"
    DISPATCH = "dispatch"
    SIGN = "sign"
    FIRST_CONTACT = "first_contact"
    REPLY = "reply"
    REPLY_REVIEW = "reply_review"
    FOLLOW_UP = "follow_up"
    CONFIRM = "confirm"
    SUPPLEMENT = "supplement"
    REWORK = "rework"
    RATING_CONTACT = "rating_contact"
    RATING_RECTIFY = "rating_rectify"


PROMISES = frozenset({Step.REPLY, Step.REWORK, Step.RATING_RECTIFY})
"""The clocks whose date the complainant is told."""


class PartyKind(StrEnum):
    INDIVIDUAL = "individual"
    BUSINESS = "business"


class IdentityMode(StrEnum):
    REAL = "real"
    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"


class CaseChannel(StrEnum):
    WEB = "web"
    WINDOW = "window"
    QR = "qr"
    PHONE = "phone"
    LETTER = "letter"
    HOTLINE = "hotline"
    API = "api"
    RATING = "rating"
    LOOK_BACK = "look_back"
    IMPORT = "import"


class Complexity(StrEnum):
    SIMPLE = "simple"
    GENERAL = "general"
    COMPLEX = "complex"
    SPECIAL = "special"


class Outcome(StrEnum):
    """What came of it; the last three are "cannot be done" and a supervisor reviews them."""

    DONE = "DONE"
    PART = "PART"
    EXPLAINED = "EXPLAINED"
    POLICY = "POLICY"
    LEGACY = "LEGACY"


REFUSALS = frozenset({Outcome.EXPLAINED, Outcome.POLICY, Outcome.LEGACY})
NEED_IMPROVEMENT = frozenset({Outcome.POLICY, Outcome.LEGACY})


class Responsibility(StrEnum):
    UNIT = "unit"
    STAFF = "staff"
    SYSTEM = "system"
    POLICY = "policy"
    APPLICANT = "applicant"
    MIXED = "mixed"


class Verdict(StrEnum):
    """What the verification of a bad rating found."""

    TRUE = "true"
    PART = "part"
    UNTRUE = "untrue"
    MISTAKE = "mistake"
    MALICIOUS = "malicious"


UNFOUNDED = frozenset({Verdict.UNTRUE, Verdict.MISTAKE, Verdict.MALICIOUS})
"""The verdicts that put a rating aside; two supervisors decide on them."""


class Result(StrEnum):
    """How it ended for the complainant, in the complainant's own words."""

    SOLVED = "solved"
    PART = "part"
    UNSOLVED = "unsolved"
    UNCONFIRMED = "unconfirmed"


class Solved(StrEnum):
    YES = "yes"
    PART = "part"
    NO = "no"


class Review(StrEnum):
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    ON_SPOT = "on_spot"


class MessageKind(StrEnum):
    MESSAGE = "message"
    NOTE = "note"
    SUPPLEMENT_NOTICE = "supplement_notice"
    SUPPLEMENT = "supplement"
    REASON = "reason"


class LinkKind(StrEnum):
    """How two cases have to do with one another."""

    DUPLICATE = "duplicate"
    RELATED = "related"
    HANDOVER = "handover"
    SPLIT = "split"


class PauseReason(StrEnum):
    """For what a promise may stand still."""

    COMPLAINANT = "complainant"
    INSPECTION = "inspection"
    FORCE_MAJEURE = "force_majeure"


class AuthorKind(StrEnum):
    COMPLAINANT = "complainant"
    STAFF = "staff"
    SYSTEM = "system"


class ContactKind(StrEnum):
    FIRST = "first"
    FOLLOW_UP = "follow_up"
    VERIFY = "verify"
    LOOK_BACK = "look_back"


class ContactChannel(StrEnum):
    PHONE = "phone"
    VISIT = "visit"
    ONLINE = "online"
    MAIL = "mail"


class FileUse(StrEnum):
    """What a file is for: told between complainant and desk, shown for a reply, or for staff."""

    STORY = "story"
    EVIDENCE = "evidence"
    INTERNAL = "internal"


class TaskState(StrEnum):
    """How a task of another department stands; one that is dropped is needed no longer."""

    OPEN = "open"
    ANSWERED = "answered"
    DROPPED = "dropped"


class OrderState(StrEnum):
    """How a supervisor's order for a written answer stands."""

    OPEN = "open"
    ANSWERED = "answered"
    LIFTED = "lifted"


class Need(StrEnum):
    """Something about the complainant that those who serve them should know."""

    ELDERLY = "elderly"
    DISABLED = "disabled"
    MINOR = "minor"
    LANGUAGE = "language"
