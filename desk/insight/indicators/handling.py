"""W1 to W6, W11 to W13, W17: how complaints are handled, each step where it was taken."""

from fractions import Fraction

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from desk.insight.indicators.definition import HALF, Direction, Indicator, Method, Unit, ones

UP, DOWN, NEITHER = Direction.UP, Direction.DOWN, Direction.NEITHER
LONGEST = 60
"""Days a histogram tells apart; longer ones share the last bucket."""

LEFT_OUT = _l("Test cases, cases joined to another, and bad ratings that became a case.")
NO_END = _l(
    "Test cases, joined cases, bad ratings that became a case, and clocks that ended because the "
    "case was withdrawn, joined to another or passed back."
)

FILED = "filed"
ACCEPTED = "accepted"
FIRST = "dispatch.first"
REPLIES = ("reply.done", "reply.owed")
NET = tuple(f"reply.net.{n}" for n in range(LONGEST + 1))
GROSS = tuple(f"reply.gross.{n}" for n in range(LONGEST + 1))

ACCEPTED_IN_TIME = Indicator(
    "W1",
    _l("Accepted in time"),
    _l("Decided on in time ÷ (all decided on + those waiting after their date)."),
    ones("accept.met"),
    ones("accept.done", "accept.owed"),
    UP,
    NO_END,
)
DIVERTED = Indicator(
    "W2",
    _l("Not taken on"),
    _l("Complaints diverted to another office ÷ complaints filed."),
    ones("diverted"),
    ones(FILED),
    NEITHER,
    LEFT_OUT,
)
OVERTURNED = Indicator(
    "W2b",
    _l("Diversions overturned"),
    _l("Diversions that were overturned ÷ diversions."),
    ones("overturned"),
    ones("diverted"),
    DOWN,
    LEFT_OUT,
)
SIGNED_IN_TIME = Indicator(
    "W3",
    _l("Signed for in time"),
    _l("Signed for in time ÷ (all signed for + those waiting after their date)."),
    ones("sign.met"),
    ones("sign.done", "sign.owed"),
    UP,
    NO_END,
)
DISPATCHED_RIGHT = Indicator(
    "W4",
    _l("Sent to the right department"),
    _l("1 − returns that were upheld ÷ complaints sent to a department for the first time."),
    ones("return.upheld"),
    ones(FIRST),
    UP,
    LEFT_OUT,
    method=Method.REST,
)
RETURNS = Indicator(
    "W5",
    _l("Returns asked for"),
    _l("Returns departments asked for ÷ complaints sent to a department for the first time."),
    ones("return.asked"),
    ones(FIRST),
    DOWN,
    LEFT_OUT,
)
HOPS = Indicator(
    "W5b",
    _l("Hops per case"),
    _l("Times a complaint was sent to a department ÷ complaints sent for the first time."),
    ones("dispatch"),
    ones(FIRST),
    DOWN,
    LEFT_OUT,
    Unit.PER_CASE,
)
RESPONSE = Indicator(
    "W6",
    _l("First contact in time"),
    _l("First contacts made in time ÷ (all first contacts + those still owed after their date)."),
    ones("contact.met"),
    ones("contact.done", "contact.owed"),
    UP,
    NO_END,
)
IN_TIME = Indicator(
    "W11",
    _l("Answers in time"),
    _l("Answers sent by the promised date ÷ (all answers sent + those still owed after it)."),
    ones("reply.met"),
    ones(*REPLIES),
    UP,
    NO_END,
)
IN_FIRST_TIME = Indicator(
    "W11b",
    _l("Answers in time without extensions"),
    _l("Answers sent by the date first promised ÷ (all answers sent + those still owed)."),
    ones("reply.met_first"),
    ones(*REPLIES),
    UP,
    NO_END,
)


def _days(key: str, name: LazyString, how: str, share: Fraction | None) -> Indicator:
    buckets = NET if how == "net" else GROSS
    if share is None:
        return Indicator(
            key, name, _DAYS[how, None], ones(f"reply.{how}.sum"), ones(*buckets), DOWN, NO_END,
            Unit.DAYS,
        )  # fmt: skip
    return Indicator(
        key, name, _DAYS[how, share], ones(*buckets), ones(*buckets), DOWN, NO_END,
        Unit.DAYS, Method.QUANTILE, share=share,
    )  # fmt: skip


MIDDLE, NINE_TENTHS = HALF, Fraction(9, 10)
_DAYS: dict[tuple[str, Fraction | None], LazyString] = {
    ("net", None): _l(
        "Working days from acceptance to the answer, without those a pause gave back, added up ÷ "
        "answers. The day of acceptance does not count."
    ),
    ("net", MIDDLE): _l("The number of working days, without pauses, in which half were answered."),
    ("net", NINE_TENTHS): _l(
        "The number of working days, without pauses, in which nine of ten were answered."
    ),
    ("gross", None): _l(
        "Working days from acceptance to the answer, pauses included, added up ÷ answers."
    ),
    ("gross", MIDDLE): _l(
        "The number of working days, pauses included, in which half were answered."
    ),
    ("gross", NINE_TENTHS): _l(
        "The number of working days, pauses included, in which nine of ten were answered."
    ),
}
DURATIONS = (
    _days("W12", _l("Working days to an answer, mean"), "net", None),
    _days("W12b", _l("Working days to an answer, median"), "net", MIDDLE),
    _days("W12c", _l("Working days to an answer, nine of ten"), "net", NINE_TENTHS),
    _days("W12d", _l("Working days with pauses, mean"), "gross", None),
    _days("W12e", _l("Working days with pauses, median"), "gross", MIDDLE),
    _days("W12f", _l("Working days with pauses, nine of ten"), "gross", NINE_TENTHS),
)
ON_THE_SPOT = Indicator(
    "W13",
    _l("Solved on the spot"),
    _l("Complaints answered at the window at once ÷ complaints accepted."),
    ones("on_spot"),
    ones(ACCEPTED),
    UP,
    LEFT_OUT,
)
EXTENDED = Indicator(
    "W17",
    _l("Extended"),
    _l("Answers whose date was extended ÷ answers sent."),
    ones("reply.extended"),
    ones("reply.done"),
    DOWN,
    NO_END,
)
OVERDUE = Indicator(
    "W17b",
    _l("Overdue"),
    _l("(Answers sent late + answers still owed after their date) ÷ (answers sent + those owed)."),
    ones("reply.late", "reply.owed"),
    ones(*REPLIES),
    DOWN,
    NO_END,
)
REWORKED = Indicator(
    "W17c",
    _l("Done again"),
    _l("Times a complaint had to be done again ÷ answers sent."),
    ones("redone"),
    ones("reply.done"),
    DOWN,
    LEFT_OUT,
)

HANDLING = (
    ACCEPTED_IN_TIME, DIVERTED, OVERTURNED, SIGNED_IN_TIME, DISPATCHED_RIGHT, RETURNS, HOPS,
    RESPONSE, IN_TIME, IN_FIRST_TIME, *DURATIONS, ON_THE_SPOT, EXTENDED, OVERDUE, REWORKED,
)  # fmt: skip
