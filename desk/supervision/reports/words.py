"""The closed lists of reports."""

from enum import StrEnum


class ReportKind(StrEnum):
    """What is made: a register as a workbook, or a paper."""

    REGISTER = "register"
    BULLETIN = "bulletin"
    LETTER = "letter"


class ReportState(StrEnum):
    """How far it is; one that is asked waits for a second person."""

    ASKED = "asked"
    WAITING = "waiting"
    MAKING = "making"
    READY = "ready"
    REFUSED = "refused"
    FAILED = "failed"
    OVER = "over"


class Rhythm(StrEnum):
    """How often a standing order makes a report: of the day before, or of the month before."""

    DAY = "day"
    MONTH = "month"


UNFINISHED = frozenset({ReportState.ASKED, ReportState.WAITING, ReportState.MAKING})
ENDINGS = {
    ReportKind.REGISTER: "xlsx",
    ReportKind.BULLETIN: "pdf",
    ReportKind.LETTER: "pdf",
}
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
