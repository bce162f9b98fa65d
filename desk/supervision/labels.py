"""What levels, causes and standings are called on a page."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from desk.casework.ladder import Cause, Level
from desk.casework.words import Kind
from desk.improvement.words import UndertakingState
from desk.ratings.watched import Watch
from desk.supervision.drawing import CampaignKind, Stratum
from desk.supervision.models import Finding, Manner, Revocation
from desk.supervision.queries import Standing
from desk.supervision.reports.words import ReportKind, ReportState, Rhythm

LEVEL: dict[Level, LazyString] = {
    Level.REMINDER: _l("Reminder"),
    Level.AMBER: _l("Warning"),
    Level.BLUE: _l("Blue card"),
    Level.YELLOW: _l("Yellow card"),
    Level.RED: _l("Red card"),
}
SINCE: dict[Level, LazyString] = {
    Level.BLUE: _l("overdue"),
    Level.YELLOW: _l("overdue by one working day"),
    Level.RED: _l("overdue by three working days"),
}
HOW_LATE: dict[Level, LazyString] = {
    Level.AMBER: _l("About to be late"),
    Level.BLUE: _l("Late"),
    Level.YELLOW: _l("Late by a working day"),
    Level.RED: _l("Late by three working days"),
}
CAUSE: dict[Cause, LazyString] = {
    Cause.ROUNDS: _l("to be done again for the second time or more"),
    Cause.FALSE_CLOSURE: _l("closed as solved, and found not to be"),
}
STANDING: dict[Standing, LazyString] = {
    Standing.IN_FORCE: _l("in force"),
    Standing.APPEALED: _l("objected to, undecided"),
    Standing.REVOKED: _l("revoked"),
}
WATCH: dict[Watch, LazyString] = {
    Watch.BAD: _l("Bad ones"),
    Watch.ASIDE: _l("Not counted"),
    Watch.SECOND: _l("Second round"),
    Watch.OPEN: _l("Shown, not scored"),
    Watch.DESK: _l("The desk's own replies"),
}
REVOKED_FOR: dict[Revocation, LazyString] = {
    Revocation.APPEAL: _l("The unit's objection was upheld."),
    Revocation.CORRECTED: _l(
        "The date was corrected, because the calendar or a limit was; it was not so late after all."
    ),
}


def why(level: Level, cause: Cause) -> LazyString:
    """Say what a card was issued for."""
    return SINCE[level] if cause is Cause.TIME else CAUSE[cause]


UNDERTAKING: dict[UndertakingState, LazyString] = {
    UndertakingState.OPEN: _l("Being mended"),
    UndertakingState.DONE: _l("Mended"),
}

SAMPLED: dict[CampaignKind, LazyString] = {
    CampaignKind.AUDIT: _l("Closings"),
    CampaignKind.WITHDRAWN: _l("Withdrawals"),
    CampaignKind.DIVERSION: _l("Not accepted"),
    CampaignKind.LOOK_BACK: _l("Look-backs"),
}
STRATUM: dict[Stratum, LazyString] = {
    Stratum.REFUSED: _l("answered that it cannot be done"),
    Stratum.ON_SPOT: _l("solved on the spot"),
    Stratum.LAPSED: _l("closed without an answer"),
    Stratum.OTHER: _l("other closings"),
    Stratum.WITHDRAWN: _l("withdrawn"),
    Stratum.DIVERTED: _l("not accepted"),
    Stratum.RED: _l("had a red card"),
    Stratum.LEGACY: _l("legacy"),
    Stratum.LATER: _l("other closings, visited again"),
}
FINDING: dict[Finding, LazyString] = {
    Finding.UPHELD: _l("It stands"),
    Finding.HELD: _l("It has held"),
    Finding.PART: _l("It stands in part"),
    Finding.REBOUND: _l("It has come back: take it up again"),
    Finding.OVERTURNED: _l("It was wrong: take it up again"),
}
FOUND: dict[Finding, LazyString] = FINDING | {
    Finding.REBOUND: _l("It had come back"),
    Finding.OVERTURNED: _l("It was wrong"),
}
MANNER: dict[Manner, LazyString] = {
    Manner.CALL: _l("By a call"),
    Manner.VISIT: _l("On the spot, by a visit"),
    Manner.FILE: _l("In the file"),
}

KIND: dict[Kind, LazyString] = {
    Kind.COMPLAINT: _l("Complaint"),
    Kind.RECTIFICATION: _l("Bad rating"),
}
REPORT: dict[ReportKind, LazyString] = {
    ReportKind.REGISTER: _l("Register of cases (Excel)"),
    ReportKind.BULLETIN: _l("Bulletin (PDF)"),
    ReportKind.LETTER: _l("Letter to a department (PDF)"),
}
REPORT_STATE: dict[ReportState, LazyString] = {
    ReportState.ASKED: _l("waits for a second person"),
    ReportState.WAITING: _l("waits to be made"),
    ReportState.MAKING: _l("being made"),
    ReportState.READY: _l("ready"),
    ReportState.REFUSED: _l("refused"),
    ReportState.FAILED: _l("could not be made"),
    ReportState.OVER: _l("no longer kept"),
}
RHYTHM: dict[Rhythm, LazyString] = {
    Rhythm.DAY: _l("every day, of the day before"),
    Rhythm.MONTH: _l("every month, of the month before"),
}
